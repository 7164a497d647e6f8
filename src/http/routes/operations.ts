// GET /v1/operations/{key}: whether a request with an idempotency key has been answered, for who did not see its answer.

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { admit } from '../authenticate.ts';
import { keySlot } from '../bsre/once.ts';
import { clientOf } from '../identity-claim.ts';
import type { AppServices } from '../ports.ts';
import { problemResponses } from '../responses.ts';
import { signSlot } from '../sign-repeats.ts';

const STATUSES = ['unknown', 'in-flight', 'done'] as const;

export const operationAnswer = z
  .strictObject({
    status: z.enum(STATUSES).meta({
      description:
        '"done": the signature was made, and the same request brings it; "in-flight": it is being made; "unknown": nothing was made with this key, or it is longer ago than results are kept.',
    }),
  })
  .meta({ id: 'Operation' });

const place = z.strictObject({
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .meta({ description: 'The Idempotency-Key of the request.' }),
});

/** Tells the outcome of an operation of this client, never its document. */
export function operationsRoute(app: FastifyInstance, services: AppServices): void {
  app.get(
    '/v1/operations/:key',
    {
      config: { audit: 'access' },
      schema: {
        operationId: 'operation',
        tags: ['sign'],
        summary: 'What came of a request / Hasil suatu permintaan',
        description:
          'For a request to sign that was sent with an Idempotency-Key and whose answer was lost. Nothing is signed, and no document is given: send the same request again for that.',
        security: [{ apiKey: [] }],
        params: place,
        response: {
          200: {
            description: 'The outcome so far.',
            content: { 'application/json': { schema: operationAnswer } },
          },
          ...problemResponses([
            'invalid-request',
            'unauthenticated',
            'client-disabled',
            'address-not-allowed',
            'scope-not-allowed',
            'rate-limited',
            'internal',
            'state-unavailable',
          ]),
        },
      },
      onRequest: admit('sign', services),
    },
    async (request, reply) => {
      const { key } = place.parse(request.params);
      const { id } = clientOf(request);
      const keys = services.repeats === null ? [] : [signSlot(id, key), keySlot(id, key)];
      const found = await Promise.all(keys.map((slot) => services.repeats?.status(slot)));
      const status = STATUSES.findLast((one) => found.includes(one)) ?? 'unknown';
      return reply.header('Cache-Control', 'no-store').send({ status });
    },
  );
}
