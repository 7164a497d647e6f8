// The development PKI's services on loopback: time-stamps, OCSP, revocation lists, the issuing certificate.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { concatBytes, type Instant } from '../src/asn1/values.ts';
import type { Platform } from '../src/platform/platform.ts';
import type { DevelopmentAuthorities } from './certificate-authority.ts';
import { answerOcspRequest } from './ocsp-responder.ts';
import { ServicePath } from './profile.ts';
import { currentRevocationList } from './revocation-list.ts';
import { answerTimestampRequest } from './timestamp-authority.ts';

export interface DevelopmentServices<Pki extends DevelopmentAuthorities> {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pki: Pki;
  close(): Promise<void>;
}

export interface DevelopmentServicesOptions<Pki extends DevelopmentAuthorities> {
  /** A PKI whose addresses begin with this server's; where the port is not known beforehand, one made from the address. */
  readonly pki: Pki | ((baseUrl: string) => Promise<Pki>);
  /** 0 takes any free one. */
  readonly port: number;
  readonly clock: () => Instant;
  readonly platform: Platform;
}

/**
 * Listens on 127.0.0.1 until closed.
 *
 * @throws the system's error, `EADDRINUSE` where the port is taken
 */
export async function startDevelopmentServices<Pki extends DevelopmentAuthorities>(
  options: DevelopmentServicesOptions<Pki>,
): Promise<DevelopmentServices<Pki>> {
  // Not imported, as in the service: nobody waits for the web client that a module of it loads.
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer({ requestTimeout: 10_000 });
  const url = await listenOnLoopback(server, options.port);
  const pki = typeof options.pki === 'function' ? await options.pki(url) : options.pki;
  const routes = routesOf(pki, options.clock, options.platform);
  server.on('request', (request, response) => {
    serve(routes, request, response).catch((error: unknown) => fail(error, response));
  });
  return { url, pki, close: () => closeServer(server) };
}

/** Starts listening on 127.0.0.1. @returns the base URL */
export function listenOnLoopback(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** Stops listening and ends open connections. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly contentType: string;
  /** Of the request; not looked at for GET. */
  readonly accepts?: string;
  readonly answer: (body: Uint8Array) => Uint8Array;
}

type Routes = ReadonlyMap<string, Route>;

function routesOf(pki: DevelopmentAuthorities, clock: () => Instant, platform: Platform): Routes {
  const { digests } = platform;
  const crlOf = (issuer: 'root' | 'issuing'): Route => ({
    method: 'GET',
    contentType: 'application/pkix-crl',
    answer: () =>
      currentRevocationList(pki[issuer], issuer === 'issuing' ? pki.revocations : [], clock(), digests),
  });
  return new Map<string, Route>([
    [
      ServicePath.timestamp,
      {
        method: 'POST',
        accepts: 'application/timestamp-query',
        contentType: 'application/timestamp-reply',
        answer: (body) => answerTimestampRequest(pki.tsa, body, clock(), platform),
      },
    ],
    [
      ServicePath.ocsp,
      {
        method: 'POST',
        accepts: 'application/ocsp-request',
        contentType: 'application/ocsp-response',
        answer: (body) => answerOcspRequest(pki, body, clock(), digests),
      },
    ],
    [ServicePath.rootCrl, crlOf('root')],
    [ServicePath.issuingCrl, crlOf('issuing')],
    [
      ServicePath.issuingCertificate,
      {
        method: 'GET',
        contentType: 'application/pkix-cert',
        answer: () => pki.issuing.certificate,
      },
    ],
    [
      ServicePath.policy,
      {
        method: 'GET',
        contentType: 'text/plain; charset=utf-8',
        answer: () => new TextEncoder().encode('Sertifikat pengembangan. Tidak sah untuk dokumen resmi.\n'),
      },
    ],
  ]);
}

// Requests of this kind are a few hundred bytes.
const MAX_REQUEST_BYTES = 64 * 1024;

async function serve(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = routes.get(request.url ?? '');
  if (route === undefined) return refuse(response, 404);
  if (request.method !== route.method) return refuse(response, 405);
  if (route.accepts !== undefined && request.headers['content-type'] !== route.accepts)
    return refuse(response, 415);
  const body = await readRequest(request);
  if (body === null) return refuse(response, 413);
  const answer = route.answer(body);
  response.writeHead(200, { 'content-type': route.contentType, 'content-length': answer.length });
  response.end(answer);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' });
  response.end();
}

/** A caller that goes away in the middle is no fault of ours; anything else is, and must be seen. */
function fail(error: unknown, response: ServerResponse): void {
  if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return;
  process.stderr.write(`development services: ${error instanceof Error ? error.stack : String(error)}\n`);
  if (response.headersSent) response.destroy();
  else refuse(response, 500);
}

async function readRequest(request: IncomingMessage): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MAX_REQUEST_BYTES) return null;
    parts.push(part);
  }
  return concatBytes(parts);
}
