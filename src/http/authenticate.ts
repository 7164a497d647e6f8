// Who asks, before the body is read: nobody unknown makes us read 50 MB, and what a client may do is asked of nothing but its credential.

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiClient, ShownCredentials } from '../identity/api-clients.ts';
import type { Scope } from '../identity/client-file.ts';
import { ClientRefused } from '../identity/client-refused.ts';
import type { AppServices } from './ports.ts';
import { HttpProblem } from './problems.ts';
import { forwardedCertificate } from './proxy-certificate.ts';
import { takeFromRate } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    client: ApiClient | null;
  }
}

/** By which header field an address is asked: the native API takes keys and tokens alone, the compatible one HTTP Basic alone. */
export type Scheme = 'bearer' | 'basic';

/**
 * A hook that lets in only clients that may do this, as often as they may.
 * @param scope - null: what every known client may
 * @throws ClientRefused, HttpProblem `scope-not-allowed`, `rate-limited`
 */
export function admit(
  scope: Scope | null,
  services: AppServices,
  scheme: Scheme = 'bearer',
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    const client = await services.clients.authenticate(shownCredentials(request, services, scheme));
    request.client = client;
    if (scope !== null && !client.scopes.has(scope)) throw new HttpProblem('scope-not-allowed');
    await takeFromRate(client, 'requests', 1, { services, reply });
  };
}

function shownCredentials(request: FastifyRequest, services: AppServices, scheme: Scheme): ShownCredentials {
  const fields = authorizationFields(request);
  return {
    bearer: scheme === 'bearer' ? bearerOf(fields) : null,
    basic: scheme === 'basic' ? basicOf(fields) : null,
    certificate: shownCertificate(request, services),
    address: request.ip,
  };
}

/** Node keeps the first of several lines and says nothing of the others. */
function authorizationFields({ raw: { rawHeaders } }: FastifyRequest): readonly string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'authorization');
}

/** RFC 6750, 2.1. Two credentials in one request could be read as one by a proxy and as the other by us. */
function bearerOf([field, ...more]: readonly string[]): string | null {
  if (more.length > 0) throw new ClientRefused('unauthenticated', { reason: 'credential-repeated' });
  if (field === undefined) return null;
  const key = /^Bearer +([\x21-\x7e]{1,8192})$/i.exec(field)?.[1];
  if (key === undefined) throw new ClientRefused('unauthenticated', { reason: 'credential-malformed' });
  return key;
}

/** RFC 7617, the first of what clients of the compatible API send, sometimes beside other schemes in one line. */
function basicOf(fields: readonly string[]): ShownCredentials['basic'] {
  const credentials = fields.flatMap((field) => field.split(/, *(?=[A-Za-z]+ )/));
  const [, base64] = credentials.map((text) => /^Basic +([\w+/=-]{1,1024})$/i.exec(text)).find(Boolean) ?? [];
  if (base64 === undefined) return null;
  const pair = Buffer.from(base64, 'base64');
  const colon = pair.indexOf(':');
  if (colon < 0) throw new ClientRefused('unauthenticated', { reason: 'credential-malformed' });
  return { user: pair.subarray(0, colon).toString('utf8'), password: pair.subarray(colon + 1) };
}

function shownCertificate(request: FastifyRequest, services: AppServices): ShownCredentials['certificate'] {
  const forwarded = forwardedCertificate(request, services.settings);
  if (forwarded !== 'not-a-proxy') return forwarded;
  // A socket without TLS has none of these.
  const socket = request.raw.socket as Socket &
    Partial<Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>>;
  const der = socket.getPeerX509Certificate?.()?.raw;
  return der === undefined ? null : { der, trusted: socket.authorized === true };
}
