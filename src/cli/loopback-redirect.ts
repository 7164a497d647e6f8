// Where a browser comes back to on this computer when its person has authorised something (RFC 8252, 7.3): a port that the system
// chooses, on the loopback address alone, for one answer.

import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Language, Text } from '../report/language.ts';

/** What the service answered to the authorisation request (RFC 6749, 4.1.2). */
export type AuthorizationAnswer =
  | { readonly kind: 'code'; readonly code: string }
  /** A word of RFC 6749, 4.1.2.1, such as `access_denied`; not believed to be one. */
  | { readonly kind: 'error'; readonly error: string };

export interface LoopbackRedirect {
  readonly uri: string;
  /**
   * Waits for the answer to the request with this state; what comes with another state, or to another path, is sent away and does not count.
   * @throws the signal's reason
   */
  answer(state: string, signal: AbortSignal): Promise<AuthorizationAnswer>;
  close(): void;
}

const HOST = '127.0.0.1';
const PATH = '/teken';

/** @throws the system's error where there is no free port */
export async function openLoopbackRedirect(language: Language): Promise<LoopbackRedirect> {
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 10_000 });
  server.listen(0, HOST);
  await once(server, 'listening');
  const host = `${HOST}:${(server.address() as AddressInfo).port}`;
  return {
    uri: `http://${host}${PATH}`,
    answer: (state, signal) => firstAnswer(server, { host, state, language }, signal),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Expected {
  readonly host: string;
  readonly state: string;
  readonly language: Language;
}

async function firstAnswer(
  server: Server,
  expected: Expected,
  signal: AbortSignal,
): Promise<AuthorizationAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<AuthorizationAnswer>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  let taken = false;
  server.on('request', (request, response) => {
    const answer = taken ? null : answerIn(request, expected);
    if (answer === null) return reply(response, 404, 'none', expected.language);
    taken = true;
    // Only when the person has read it may the program, and with it the server, end.
    response.on('close', () => resolve(answer));
    reply(response, 200, answer.kind, expected.language);
  });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Null for whatever is not the answer: a browser's other questions, another program's, a page that guesses. */
function answerIn(
  { method, url = '', headers }: IncomingMessage,
  { host, state }: Expected,
): AuthorizationAnswer | null {
  // A page of another name that resolves to this address is not our browser's way back.
  if (method !== 'GET' || headers.host !== host) return null;
  const { pathname, searchParams } = new URL(url, `http://${host}`);
  if (pathname !== PATH || !sameText(searchParams.get('state') ?? '', state)) return null;
  const [code, error] = [searchParams.get('code'), searchParams.get('error')];
  if (error !== null) return { kind: 'error', error };
  return code === null || code === '' ? null : { kind: 'code', code };
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const PAGES: Readonly<Record<AuthorizationAnswer['kind'] | 'none', Text>> = {
  code: {
    id: 'Persetujuan diterima. Tutup halaman ini dan kembali ke terminal.',
    en: 'Your authorisation has arrived. Close this page and go back to the terminal.',
  },
  error: {
    id: 'Tidak disetujui: tidak ada yang ditandatangani. Tutup halaman ini.',
    en: 'Not authorised: nothing is signed. Close this page.',
  },
  none: { id: 'Tidak ada apa-apa di sini.', en: 'There is nothing here.' },
};

function reply(response: ServerResponse, status: number, page: keyof typeof PAGES, language: Language): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'",
    'Cache-Control': 'no-store',
    // The address holds the code.
    'Referrer-Policy': 'no-referrer',
    Connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="${language}"><title>Teken</title><p>${PAGES[page][language]}</p></html>\n`,
  );
}
