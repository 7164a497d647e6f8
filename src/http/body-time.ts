// How long a body may take: whoever sends it drop by drop must not hold a connection for ever.

import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `while-moving`: the body may take as long as it likes, as long as something is sent or received. */
    bodyTime?: 'while-moving';
  }
}

// A page on a slow line: 50 MB at 1.6 Mbit/s take 262 s.
const BODY_MS = 300_000;
// More than the longest deadline of one signature, while nothing moves on the line.
const STANDSTILL_MS = 180_000;

/** Ends connections whose body does not come in time. */
export function limitBodyTime(server: FastifyInstance): void {
  server.addHook('onRequest', async ({ raw, routeOptions }, reply) => {
    const { socket } = raw;
    const end = (): void => {
      socket.destroy();
    };
    if (routeOptions.config.bodyTime === 'while-moving') {
      socket.setTimeout(STANDSTILL_MS, end);
      reply.raw.once('close', () => {
        socket.setTimeout(0);
        socket.removeListener('timeout', end);
      });
      return;
    }
    const timer = setTimeout(() => {
      if (!raw.complete) end();
    }, BODY_MS).unref();
    raw.once('close', () => clearTimeout(timer));
  });
}
