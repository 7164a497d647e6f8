// POST /v1/revisions: the versions that a file holds, and each of them byte for byte. Open to everybody; nothing is kept.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { preferredMediaType } from '../accept.ts';
import { DOCUMENT_PASSWORD } from '../check-document.ts';
import type { AppServices } from '../ports.ts';
import { HttpProblem, UPLOAD_CODES } from '../problems.ts';
import { problemResponses } from '../responses.ts';
import { pdfVersion, revisionsAnswer, revisionsForm, revisionsQuery } from '../version-schemas.ts';
import { readVersions, sendVersion } from '../versions.ts';

/** Lists the versions of a document, or hands out one. */
export function revisionsRoute(app: FastifyInstance, services: AppServices): void {
  app.post(
    '/v1/revisions',
    {
      config: {
        uploadForm: revisionsForm,
        secretHeaders: [DOCUMENT_PASSWORD],
      },
      schema: {
        operationId: 'revisions',
        tags: ['verify'],
        summary: 'The versions of a PDF, and the one that was signed / Versi-versi sebuah PDF',
        description:
          'Without "revision" or "signature" the complete versions are listed; with one of them that version is the answer, byte for byte as it was signed. What is no complete version is refused. The document is processed in memory and not stored.',
        security: [],
        querystring: revisionsQuery,
        response: {
          200: {
            description: 'The list, or the version that was asked for.',
            content: {
              'application/json': { schema: revisionsAnswer },
              'application/pdf': { schema: pdfVersion },
            },
          },
          ...problemResponses([...UPLOAD_CODES, 'document-mismatch', 'revision-unknown']),
        },
      },
    },
    (request, reply) => answer(request, reply, services),
  );
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const query = request.query as Readonly<Record<string, unknown>>;
  const { file, versions, wanted } = await readVersions(request, services, query);
  const form = wanted === null ? 'application/json' : 'application/pdf';
  if (preferredMediaType(request.headers.accept, [form]) === null) throw new HttpProblem('not-acceptable');
  if (wanted !== null) return sendVersion(reply, file, wanted);
  return reply.header('Cache-Control', 'no-store').type('application/json').send({
    file: versions.file,
    revisions: versions.versions,
    requestId: request.id,
  });
}
