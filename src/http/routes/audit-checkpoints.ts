// GET /v1/audit/checkpoints: what the service has committed itself to, for whoever holds a receipt or wants to keep a copy.

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Checkpoint, readStatement } from '../../audit/checkpoint.ts';
import type { AppServices } from '../ports.ts';
import { HttpProblem } from '../problems.ts';
import { problemResponses } from '../responses.ts';

const hexDigest = z.string().regex(/^[0-9a-f]{64}$/);

const statement = z.string().meta({
  description:
    'The statement as the exact text that is signed and time-stamped: JSON with "chainId", "number", "firstSeq", "lastSeq", "head", "root" (RFC 9162, 2.1, over the hashes of the records), "prev" (SHA-256 of the statement before) and "ts".',
});

const listed = {
  statement,
  jws: z.string().nullable().meta({
    description: 'The same text signed by the service (JWS, ES256); null for a service without a seal.',
  }),
  timestamp: z
    .base64()
    .nullable()
    .meta({ description: 'RFC 3161 token over the SHA-256 of the text; null until there is one.' }),
};

export const checkpointsAnswer = z
  .strictObject({
    seal: z
      .base64()
      .nullable()
      .meta({ description: 'The certificate of the seal, DER. Compare it with one that came another way.' }),
    checkpoints: z.array(z.strictObject(listed)),
  })
  .meta({ id: 'AuditCheckpoints' });

export const checkpointAnswer = z
  .strictObject({
    ...listed,
    leaves: z.array(hexDigest).meta({
      description: 'Hashes of the records from "firstSeq" to "lastSeq": they tell nothing about a record.',
    }),
  })
  .meta({ id: 'AuditCheckpoint' });

const place = z.strictObject({
  chain: z.string().regex(/^[\w-]{1,120}$/),
  number: z
    .string()
    .regex(/^[1-9]\d{0,9}$/)
    .transform(Number),
});

/** The published checkpoints, and one of them with its leaves. */
export function auditCheckpointsRoutes(app: FastifyInstance, services: AppServices): void {
  app.get(
    '/v1/audit/checkpoints',
    {
      schema: {
        operationId: 'auditCheckpoints',
        tags: ['audit'],
        summary: 'The latest checkpoints of the audit / Titik periksa catatan audit',
        description:
          'The latest hundred that this replica knows, oldest first. Keep them: nobody can take a record away that a checkpoint you keep covers.',
        security: [],
        response: {
          200: {
            description: 'The checkpoints.',
            content: { 'application/json': { schema: checkpointsAnswer } },
          },
        },
      },
    },
    (_request, reply) =>
      reply.header('Cache-Control', 'no-cache').send({
        seal: services.seal === null ? null : Buffer.from(services.seal.certificateDer).toString('base64'),
        checkpoints: services.audit
          .published()
          .map(({ statement, jws, timestamp }) => ({ statement, jws, timestamp })),
      }),
  );
  app.get(
    '/v1/audit/checkpoints/:chain/:number',
    {
      schema: {
        operationId: 'auditCheckpoint',
        tags: ['audit'],
        summary: 'One checkpoint with its leaves / Satu titik periksa dengan daunnya',
        description:
          'What a receipt is checked against: the hash of its record is the leaf at "seq" − "firstSeq".',
        security: [],
        params: place,
        response: {
          200: {
            description: 'The checkpoint.',
            content: { 'application/json': { schema: checkpointAnswer } },
          },
          ...problemResponses(['invalid-request', 'not-found']),
        },
      },
    },
    (request, reply) => {
      const { chain, number } = place.parse(request.params);
      const found = services.audit.published().find((checkpoint) => isAt(checkpoint, chain, number));
      if (found === undefined) throw new HttpProblem('not-found');
      return reply.header('Cache-Control', 'no-cache').send(found);
    },
  );
}

function isAt({ statement }: Checkpoint, chain: string, number: number): boolean {
  const stated = readStatement(statement);
  return stated?.chainId === chain && stated.number === number;
}
