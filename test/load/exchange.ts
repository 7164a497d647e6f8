// One request and its whole answer, as cheaply as Node allows: the client shares the machine with the service.

import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Call {
  readonly method?: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** An answer that came completely. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Connections are kept, as applications and proxies keep them. */
export function keptConnections(): Agent {
  return new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, scheduling: 'lifo' });
}

/** @throws the system's error, `ECONNRESET` for an answer that was cut off, `ETIMEDOUT` for none within `timeoutMs` */
export function exchange(
  url: string,
  { method = 'POST', path, headers = {}, body }: Call,
  { agent, timeoutMs = 60_000 }: { readonly agent: Agent; readonly timeoutMs?: number },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': String(body.length) };
    const sent = request(
      `${url}${path}`,
      { method, agent, headers: { ...headers, ...length } },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', fail);
        // Node says `aborted` by an error; an answer that ends before its announced length is one.
        response.once('end', () => {
          clearTimeout(timer);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts),
          });
        });
      },
    );
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => {
      sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    sent.once('error', fail);
    sent.end(body);
  });
}
