// The trace that a request belongs to: its caller's (`traceparent`), or one that begins here. It stands in every log line of the request.

import type { FastifyInstance } from 'fastify';
import { readTraceparent, type Trace, type Tracer, withinTrace } from '../tracing/trace-context.ts';

declare module 'fastify' {
  interface FastifyRequest {
    trace: Trace | null;
  }
}

/** Puts requests into their trace, and records how each ended. */
export function traceRequests(
  server: FastifyInstance,
  {
    tracer,
    randomBytes,
  }: { readonly tracer: Tracer | null; readonly randomBytes: (count: number) => Uint8Array },
): void {
  const random = (octets: number): string => Buffer.from(randomBytes(octets)).toString('hex');
  server.decorateRequest('trace', null);
  server.addHook('onRequest', (request, reply, done) => {
    const own = { traceId: random(16), parentSpanId: null, sampled: tracer !== null };
    const theirs = readTraceparent(request.headers.traceparent?.toString()) ?? own;
    const trace: Trace = { ...theirs, spanId: random(8), tracer };
    request.trace = trace;
    request.log = request.log.child({ traceId: trace.traceId });
    if (tracer !== null && trace.sampled) {
      const startMs = tracer.nowMs();
      reply.raw.once('close', () => {
        const { method } = request;
        const route = request.routeOptions.url ?? 'unknown';
        const status = reply.raw.statusCode;
        const { traceId, spanId, parentSpanId } = trace;
        const attributes = {
          'http.request.method': method,
          'http.route': route,
          'http.response.status_code': status,
        };
        const ended = {
          traceId,
          spanId,
          parentSpanId,
          startMs,
          endMs: tracer.nowMs(),
          failed: status >= 500,
        };
        tracer.record({ name: `${method} ${route}`, kind: 'server', attributes, ...ended });
      });
    }
    withinTrace(trace, done);
  });
  // Reading a body may have left it.
  server.addHook('preValidation', (request, _reply, done) => {
    if (request.trace === null) done();
    else withinTrace(request.trace, done);
  });
}
