// One line per request: what was asked and how it ended. Never a body, a query string or a header's value.

import type { FastifyBaseLogger, FastifyInstance } from 'fastify';

// We log none of these, but plugins write whole requests at the finer levels.
const SECRET = [
  'headers',
  'passphrase',
  'password',
  'authorization',
  'activation',
  'otp',
  'credentialToken',
  'authorizationCode',
  'codeVerifier',
];

/** The same log without places where a secret could stand. */
export function withoutSecrets(log: FastifyBaseLogger): FastifyBaseLogger {
  const paths = SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return log.child({}, { redact: { paths, censor: '[redacted]' } });
}

/** Logs each answered request, and names every answer by its request id. */
export function logRequests(server: FastifyInstance, monotonicMs: () => number): void {
  server.decorateRequest('startedMs', 0);
  server.addHook('onRequest', async (request, reply) => {
    request.startedMs = monotonicMs();
    reply.header('X-Request-Id', request.id);
  });
  server.addHook('onResponse', async (request, reply) => {
    // The pattern of the route, not the address: an address that nobody serves may hold anything.
    const route = request.routeOptions.url ?? 'unknown';
    const durationMs = Math.round(monotonicMs() - request.startedMs);
    request.log.info({ method: request.method, route, status: reply.statusCode, durationMs }, 'answered');
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    startedMs: number;
  }
}
