// POST /v1/verify-digest: a verdict about a document that stays where it is. Open to everybody; nothing is kept.

import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { reportJson } from '../../report/json.ts';
import { preferredMediaType } from '../accept.ts';
import type { AppServices } from '../ports.ts';
import { problemOfReport } from '../problem-of-error.ts';
import { HttpProblem } from '../problems.ts';
import { problemResponses } from '../responses.ts';
import { acceptStatements, checkStatement } from '../statement-body.ts';
import { statementBody } from '../statement-schema.ts';
import { verifyAnswer } from '../verify-answer.ts';

export async function verifyDigestRoute(server: FastifyInstance, services: AppServices): Promise<void> {
  const scoped: FastifyPluginAsync = async (scope) => {
    acceptStatements(scope);
    scope.post(
      '/v1/verify-digest',
      {
        config: { verification: true },
        schema: {
          operationId: 'verifyDigest',
          tags: ['verify'],
          summary: 'Verify by digests, without the document / Memeriksa tanpa mengirim dokumen',
          description:
            'For privacy mode: digests of what the signatures cover, the signatures themselves and the validation data of the document. Signatures, certificates, revocation and time-stamps are verified here; of the structure of the document the word of the device is taken, and every signature carries the note PARTLY_CHECKED_ON_DEVICE. The body may be compressed (Content-Encoding: gzip).',
          security: [],
          body: statementBody,
          response: {
            200: {
              description: 'The verdict.',
              content: { 'application/json': { schema: verifyAnswer } },
            },
            ...problemResponses([
              'invalid-request',
              'not-acceptable',
              'request-timeout',
              'unsupported-media-type',
              'document-needed',
              'limits-exceeded',
              'head-too-large',
              'internal',
              'overloaded',
              'shutting-down',
              'deadline-exceeded',
            ]),
          },
        },
      },
      async (request, reply) => {
        const form = preferredMediaType(request.headers.accept, ['application/json']);
        if (form === null) throw new HttpProblem('not-acceptable');
        const report = await checkStatement(request, services);
        if (report.problem !== null) throw problemOfReport(report.problem.code);
        const { tool, timeZone } = services.settings;
        const context = { requestId: request.id, fileName: null, tool, timeZone };
        return reply
          .header('Cache-Control', 'no-store')
          .type('application/json')
          .send(reportJson(report, context));
      },
    );
  };
  await server.register(scoped);
}
