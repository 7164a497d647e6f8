// A real HTTP server on loopback that answers as a test tells it and counts who came.

import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Test } from 'tap';
import { closeServer, listenOnLoopback } from '../../certs-dev/services.ts';
import { concatBytes } from '../../src/asn1/values.ts';

export interface LoopbackServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** TCP connections so far, whether or not a request came over them. */
  connections(): number;
}

/** Runs until the end of the test. */
export async function startLoopbackServer(
  t: Pick<Test, 'teardown'>,
  listener: RequestListener,
): Promise<LoopbackServer> {
  const server = createServer(listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  const url = await listenOnLoopback(server, 0);
  t.teardown(() => closeServer(server));
  return { url, port: Number(new URL(url).port), connections: () => connections };
}

/** An answer with status 200. */
export function answerWith(response: ServerResponse, contentType: string, body: Uint8Array): void {
  response.writeHead(200, { 'content-type': contentType, 'content-length': body.length });
  response.end(body);
}

export async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part);
  return concatBytes(parts);
}
