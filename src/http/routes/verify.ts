// POST /v1/verify: read the document → verify → reply. Open to everybody; nothing is kept.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { VerificationReport } from '../../index.ts';
import { etsiReport } from '../../report/etsi-xml.ts';
import { reportJson } from '../../report/json.ts';
import { preferredLanguage, preferredMediaType } from '../accept.ts';
import { checkDocument, DOCUMENT_PASSWORD } from '../check-document.ts';
import type { AppServices } from '../ports.ts';
import { problemOfReport } from '../problem-of-error.ts';
import { HttpProblem, UPLOAD_CODES } from '../problems.ts';
import { sendPaper, sendSheet } from '../report-answer.ts';
import { problemResponses } from '../responses.ts';
import { verifyForm, verifyQuery } from '../schemas.ts';
import { verifyAnswer } from '../verify-answer.ts';

const XML = 'application/xml';
const PDF = 'application/pdf';
const HTML = 'text/html';

const etsiAnswer = z.string().meta({
  description: 'Validation report of ETSI TS 119 102-2 V1.4.1; 406 for a document without signatures.',
});

const paperAnswer = z.string().meta({
  description:
    'Verification report, PDF/A-2a, sealed by the service; header `Teken-Report-Seal` is `sealed`, or `none` where the service has no key of its own, and then every page says so. In the language of Accept-Language.',
  format: 'binary',
});

const sheetAnswer = z.string().meta({
  description: 'The same report as a page to be printed; it carries no seal.',
});

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
            content: {
              'application/json': { schema: verifyAnswer },
              [XML]: { schema: etsiAnswer },
              [PDF]: { schema: paperAnswer },
              [HTML]: { schema: sheetAnswer },
            },
          },
          ...problemResponses([...UPLOAD_CODES, 'report-unavailable', 'audit-unavailable']),
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
  const form = preferredMediaType(request.headers.accept, ['application/json', XML, PDF, HTML]);
  if (form === null) throw new HttpProblem('not-acceptable');
  const detail = form === XML || (request.query as z.infer<typeof verifyQuery>).detail === 'full';
  const { upload, report } = await checkDocument(request, services, detail);
  if (report.problem !== null) throw problemOfReport(report.problem.code);
  reply.header('Cache-Control', 'no-store').header('Vary', 'Accept');
  if (form === XML) return reply.type(XML).send(requireEtsiReport(report));
  const { fileName } = upload;
  const language = preferredLanguage(request.headers['accept-language']);
  if (form === PDF) return sendPaper(request, reply, services, { report, fileName, language });
  if (form === HTML) return sendSheet(request, reply, services, { report, fileName, language });
  const { tool, timeZone } = services.settings;
  const context = { requestId: request.id, fileName, tool, timeZone };
  return reply.type('application/json').send(reportJson(report, context));
}

/** @throws HttpProblem `not-acceptable` for a document without signatures: the schema of ETSI knows no report on nothing */
function requireEtsiReport(report: VerificationReport): string {
  const text = etsiReport(report);
  if (text === null) throw new HttpProblem('not-acceptable');
  return text;
}
