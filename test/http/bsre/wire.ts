// Requests of applications, byte for byte as they put them on the line: parts in their order, headers in theirs, nothing added.

import { connect } from 'node:net';

export type Lines = readonly (readonly [name: string, value: string])[];

/** A part of a form: text, or a file with a name and a type of its own, each absent where the application sends none. */
export type Part =
  | readonly [name: string, value: string]
  | readonly [name: string, bytes: Uint8Array, head: { readonly fileName?: string; readonly type?: string }];

export interface Sent {
  readonly method?: string;
  /** Path with its query. */
  readonly path: string;
  readonly headers?: Lines;
  readonly parts?: readonly Part[];
  readonly json?: unknown;
  readonly body?: Uint8Array;
  /** What `Content-Length` says; absent: the truth. */
  readonly announced?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Lines;
  header(name: string): string | null;
  readonly body: Buffer;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what an application reads without looking
  readonly json: any;
}

const BOUNDARY = '------------------------7f3a1c0e5b2d4869';

/** The body of a form as a hand would write it. */
export function formBody(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(([name, value, head]) => {
    const file = head?.fileName === undefined ? '' : `; filename="${head.fileName}"`;
    const type = head?.type === undefined ? '' : `Content-Type: ${head.type}\r\n`;
    const lines = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${type}\r\n`;
    return [Buffer.from(lines), Buffer.from(value as string), Buffer.from('\r\n')];
  });
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

/** Sends the bytes over a connection of its own and reads the answer to its end. */
export async function send(
  base: { readonly url: string },
  authorization: Lines,
  sent: Sent,
): Promise<Answer> {
  const { hostname, port, host } = new URL(base.url);
  const body =
    sent.body ??
    (sent.parts !== undefined
      ? formBody(sent.parts)
      : sent.json !== undefined
        ? Buffer.from(JSON.stringify(sent.json))
        : null);
  const type =
    sent.parts !== undefined
      ? [['Content-Type', `multipart/form-data; boundary=${BOUNDARY}`] as const]
      : sent.json !== undefined
        ? [['Content-Type', 'application/json'] as const]
        : [];
  const method = sent.method ?? (body === null ? 'GET' : 'POST');
  const lines: Lines = [
    ['Host', host],
    ...authorization,
    ...type,
    ...(sent.headers ?? []),
    ...(body === null ? [] : [['Content-Length', String(sent.announced ?? body.length)] as const]),
    ['Connection', 'close'],
  ];
  const head = [`${method} ${sent.path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  if (body !== null) socket.write(body);
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return answerIn(Buffer.concat(pieces));
}

function answerIn(bytes: Buffer): Answer {
  let start = 0;
  // "100 Continue" and its like come before the answer.
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n', start);
    const [first = '', ...fields] = bytes.subarray(start, end).toString('latin1').split('\r\n');
    const status = Number(first.split(' ')[1]);
    start = end + 4;
    if (status < 200) continue;
    const headers = fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), field.slice(colon + 1).trim()] as const;
    });
    const header = (name: string): string | null =>
      headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1] ?? null;
    const raw = bytes.subarray(start);
    const body = header('transfer-encoding') === 'chunked' ? unchunked(raw) : raw;
    return {
      status,
      headers,
      header,
      body,
      get text() {
        return body.toString('utf8');
      },
      get json() {
        return JSON.parse(body.toString('utf8'));
      },
    };
  }
}

function unchunked(raw: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = raw.indexOf('\r\n', at);
    const size = Number.parseInt(raw.subarray(at, end).toString('latin1'), 16);
    if (!(size > 0)) return Buffer.concat(pieces);
    pieces.push(raw.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
