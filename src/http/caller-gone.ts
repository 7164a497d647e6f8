// A caller who has hung up needs no answer: work for it ends.

import type { FastifyRequest } from 'fastify';

/** Aborted when the connection closes before the reply is complete. */
export function callerGone(request: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  return gone.signal;
}
