// Every request measured, by its route's pattern: what was written in its place could be anything.

import type { FastifyInstance } from 'fastify';
import type { ServiceMetrics } from '../metrics/service-metrics.ts';

/** Counts requests when their answer has left, or when their caller has. */
export function measureRequests(
  server: FastifyInstance,
  { requests, problems, requestBegan, requestEnded }: ServiceMetrics,
  monotonicMs: () => number,
): void {
  server.addHook('onRequest', async (request, { raw }) => {
    const begunMs = monotonicMs();
    requestBegan();
    raw.once('close', () => {
      requestEnded();
      const { method, routeOptions, problem } = request;
      const route = routeOptions.url ?? 'unknown';
      const status = raw.writableFinished ? String(raw.statusCode) : 'aborted';
      requests.observe({ method, route, status }, (monotonicMs() - begunMs) / 1000);
      if (problem !== null) problems.add({ code: problem.code });
    });
  });
}
