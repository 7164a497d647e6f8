// The line between the service and its authorities: it passes everything on, until it is told to fail.

import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { closeServer, listenOnLoopback } from '../../certs-dev/services.ts';
import { bodyOf } from '../doubles/loopback-server.ts';

/** What happens to requests for one path. */
export type Trouble =
  | { readonly kind: 'down' }
  | { readonly kind: 'hangs' }
  | { readonly kind: 'slow'; readonly ms: number }
  /** Every so-manyth connection is cut. */
  | { readonly kind: 'lossy'; readonly every: number }
  | { readonly kind: 'answers'; readonly respond: (request: Uint8Array, response: ServerResponse) => void };

export interface Line {
  /** Without a slash at the end. */
  readonly url: string;
  /** From now on; null passes everything on. */
  fail(path: string, trouble: Trouble | null): void;
  heal(): void;
  close(): Promise<void>;
}

/** @param target - where the authorities are, known when the first request comes */
export async function openLine(target: () => string): Promise<Line> {
  const troubles = new Map<string, Trouble>();
  let requests = 0;
  const server = createServer((incoming, response) => {
    requests += 1;
    const trouble = troubles.get(incoming.url ?? '') ?? null;
    serve(incoming, response, { trouble, number: requests, target }).catch((error: unknown) =>
      response.destroy(error as Error),
    );
  });
  return {
    url: await listenOnLoopback(server, 0),
    fail: (path, trouble) => {
      if (trouble === null) troubles.delete(path);
      else troubles.set(path, trouble);
    },
    heal: () => troubles.clear(),
    close: () => closeServer(server),
  };
}

interface Passing {
  readonly trouble: Trouble | null;
  readonly number: number;
  readonly target: () => string;
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  { trouble, number, target }: Passing,
): Promise<void> {
  const body = await bodyOf(incoming);
  if (trouble?.kind === 'down' || (trouble?.kind === 'lossy' && number % trouble.every === 0)) {
    response.destroy();
    return;
  }
  if (trouble?.kind === 'hangs') return;
  if (trouble?.kind === 'slow') await wait(trouble.ms);
  if (trouble?.kind === 'answers') {
    trouble.respond(body, response);
    return;
  }
  const { method, headers, url } = incoming;
  // Further addresses of the authorities' one service, such as a second time-stamp authority.
  const path = (url ?? '/').replace(/\?.*$/, '');
  const onward = request(`${target()}${path}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', (error) => response.destroy(error));
  onward.end(body);
}
