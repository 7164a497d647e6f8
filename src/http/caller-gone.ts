// A caller who has hung up needs no answer: work for it ends.

import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const replies = new WeakMap<FastifyRequest, ServerResponse>();

/** Lets `callerGone` know of each request's reply, which alone says whether it could be finished. */
export function watchCallers(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    replies.set(request, reply.raw);
  });
}

const signals = new WeakMap<FastifyRequest, AbortSignal>();

/** Aborted when the connection closes before the reply is complete; the same signal for all the work of a request. */
export function callerGone(request: FastifyRequest): AbortSignal {
  const signal = signals.get(request) ?? watch(request);
  signals.set(request, signal);
  return signal;
}

function watch(request: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  const reply = replies.get(request);
  // Not the socket: over a kept connection come many requests, and each would leave a listener there.
  reply?.once('close', () => {
    if (!reply.writableFinished) gone.abort();
  });
  return gone.signal;
}
