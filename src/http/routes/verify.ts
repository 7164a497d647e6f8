// POST /v1/verify: read the document → verify → reply. Open to everybody; nothing is kept.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { reportJson } from '../../report/json.ts';
import { preferredMediaType } from '../accept.ts';
import { checkDocument, DOCUMENT_PASSWORD } from '../check-document.ts';
import type { AppServices } from '../ports.ts';
import { problemOfReport } from '../problem-of-error.ts';
import { HttpProblem, UPLOAD_CODES } from '../problems.ts';
import { problemResponses } from '../responses.ts';
import { verifyForm, verifyQuery } from '../schemas.ts';
import { verifyAnswer } from '../verify-answer.ts';

/** Judges a document; a bad signature is an answer, not an error. */
export function verifyRoute(app: FastifyInstance, services: AppServices): void {
  app.post(
    '/v1/verify',
    {
      config: {
        uploadForm: verifyForm,
        secretHeaders: [DOCUMENT_PASSWORD],
        verification: true,
      },
      schema: {
        operationId: 'verify',
        tags: ['verify'],
        summary: 'Verify the signatures of a PDF / Memeriksa tanda tangan PDF',
        description:
          'Every verdict about a readable document is a 200; decide on "ok" or "verdict". The document is processed in memory and not stored. The password of an encrypted document is never part of a URL: it stands in the form, or with a raw body in the header Teken-Password, as the octets of its UTF-8 form.',
        security: [],
        querystring: verifyQuery,
        response: {
          200: {
            description: 'The verdict.',
            content: { 'application/json': { schema: verifyAnswer } },
          },
          ...problemResponses(UPLOAD_CODES),
        },
      },
    },
    (request, reply) => verify(request, reply, services),
  );
}

async function verify(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  if (preferredMediaType(request.headers.accept, ['application/json']) === null)
    throw new HttpProblem('not-acceptable');
  const { upload, report } = await checkDocument(request, services);
  if (report.problem !== null) throw problemOfReport(report.problem.code);
  const { tool, timeZone } = services.settings;
  const context = { requestId: request.id, fileName: upload.fileName, tool, timeZone };
  return reply.header('Cache-Control', 'no-store').type('application/json').send(reportJson(report, context));
}
