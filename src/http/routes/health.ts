// /healthz: is the process alive? /readyz: may requests come?

import type { FastifyInstance } from 'fastify';
import type { AppServices } from '../ports.ts';
import { healthAnswer, readyAnswer } from '../schemas.ts';

/** Health of the process, and its readiness by check; `ending` tells whether it is shutting down. */
export function healthRoutes(app: FastifyInstance, services: AppServices, ending: () => boolean): void {
  app.get(
    '/healthz',
    {
      schema: {
        operationId: 'health',
        tags: ['operation'],
        summary: 'Whether the process is alive / Proses hidup',
        security: [],
        response: {
          200: { description: 'Alive.', content: { 'application/json': { schema: healthAnswer } } },
        },
      },
    },
    () => ({ status: 'alive' as const }),
  );
  const answer = { 'application/json': { schema: readyAnswer } };
  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'readiness',
        tags: ['operation'],
        summary: 'Whether requests may come / Siap menerima permintaan',
        description:
          'Time-stamp and revocation services are not part of it: without them the service still verifies.',
        security: [],
        response: {
          200: { description: 'Ready.', content: answer },
          503: { description: 'Not ready; the checks say why.', content: answer },
        },
      },
    },
    async (_request, reply) => {
      const checks = [
        ...(await services.readiness()),
        { name: 'running', ok: !ending(), reason: ending() ? 'shutting-down' : null },
      ];
      const ready = checks.every((check) => check.ok);
      return reply
        .code(ready ? 200 : 503)
        .header('Cache-Control', 'no-store')
        .send({ ready, checks, degraded: [...(services.degraded?.() ?? [])] });
    },
  );
}
