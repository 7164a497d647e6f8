// Answers that are given before the body has come: the caller must get to read them, and must not send for ever.

import type { FastifyInstance } from 'fastify';

// Long enough for a browser to finish an upload near the limit and show our answer instead of "connection reset".
const LINGER_MS = 5_000;

/** Drops what is still being sent after the answer, and ends the connection when that does not stop. */
export function closeAfterRefusal(server: FastifyInstance): void {
  server.addHook('onRequest', async ({ raw }, reply) => {
    // Node takes the socket from the request once it is answered.
    const { socket } = raw;
    const arrived = (): boolean => raw.complete || raw.readableEnded;
    reply.raw.once('finish', () => {
      if (arrived()) return;
      raw.unpipe();
      raw.resume();
      const endUnlessComplete = (): void => {
        if (!arrived()) socket.destroy();
      };
      setTimeout(endUnlessComplete, LINGER_MS).unref();
    });
  });
}
