// POST /v1/raise: authenticate the client → read the signed document → raise its level and verify → reply.

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bytesSource } from '../../index.ts';
import { reportJson } from '../../report/json.ts';
import { admit } from '../authenticate.ts';
import { allowSignatures } from '../authorize.ts';
import { DOCUMENT_PASSWORD, judgeInTime, passwordOf } from '../check-document.ts';
import { contentDigest } from '../content-digest.ts';
import { roomOf } from '../form-room.ts';
import type { AppServices, RaisedOutcome } from '../ports.ts';
import { SIGNING_CODES } from '../problems.ts';
import {
  type RaiseParameters,
  raiseAnswer,
  raiseForm,
  raiseQuery,
  raiseQueryOfAnyForm,
} from '../raise-schemas.ts';
import { problemResponses } from '../responses.ts';
import { requireSignedForm } from '../sign-reply.ts';
import { inSigningTime, parametersOf, requireExpectedDocument } from '../sign-request.ts';
import { readUpload, type Upload } from '../upload.ts';
import { pdfAnswer } from '../verify-answer.ts';

/** Raises the level of all signatures in a document, our own and foreign ones; no key is used. */
export function raiseRoute(app: FastifyInstance, services: AppServices): void {
  app.post(
    '/v1/raise',
    {
      config: { audit: 'access', uploadForm: raiseForm, secretHeaders: [DOCUMENT_PASSWORD] },
      schema: {
        operationId: 'raise',
        tags: ['sign'],
        summary: 'Raise the level of a signed PDF / Menaikkan tingkat PDF bertanda tangan',
        description:
          'Adds to a signed document what a higher PAdES level needs, a time-stamp, the evidence about all certificates, a time-stamp over these, and returns it after the verifier has accepted it. Nothing that stands in the document changes, so that signatures made elsewhere are raised like our own; no key is used. A signature that is broken stays as it is and is named. A document at B-LTA is renewed. A level that cannot be reached is refused, and nothing is lowered.',
        security: [{ apiKey: [] }],
        querystring: raiseQueryOfAnyForm,
        response: {
          200: {
            description:
              'The raised document, or with "Accept: application/json" the document in base64 with its report.',
            content: {
              'application/pdf': { schema: pdfAnswer },
              'application/json': { schema: raiseAnswer },
            },
          },
          ...problemResponses(SIGNING_CODES),
        },
      },
      onRequest: admit('raise', services),
    },
    (request, reply) => raise(request, reply, services),
  );
}

async function raise(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const form = requireSignedForm(request);
  const upload = await readUpload(request, services.settings.maxUploadMegabytes, roomOf(raiseForm));
  const parameters = parametersOf<RaiseParameters>(request, upload, { form: raiseForm, query: raiseQuery });
  const { level, expectedSha256 } = parameters;
  // What it costs are time-stamps, as for a signature of this level.
  await allowSignatures({ request, reply, services }, level);
  const sha256 = requireExpectedDocument(upload, expectedSha256, request);
  const password = passwordOf(request, upload, parameters);
  const order = { source: bytesSource(upload.file), level, password };
  try {
    const outcome = await inSigningTime(request, services, (signal) => services.raise({ ...order, signal }));
    const { leftAsTheyWere, documentTimestamps } = outcome;
    const facts = { left: leftAsTheyWere.length, timestamps: documentTimestamps.length };
    request.log.info({ client: request.client?.id, level, sha256, ...facts }, 'raised');
    reply.header('Cache-Control', 'no-store');
    const raised = Buffer.concat([upload.file, outcome.update]);
    if (form === 'application/json')
      return await sendJson({ request, reply, upload, password }, raised, outcome, services);
    const digest = createHash('sha256').update(raised).digest();
    return reply.type('application/pdf').header('Content-Digest', contentDigest(digest)).send(raised);
  } finally {
    password?.fill(0);
  }
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly upload: Upload;
  readonly password: Uint8Array | null;
}

async function sendJson(
  { request, reply, upload, password }: Exchange,
  raised: Buffer,
  { level, documentTimestamps, renewBefore, leftAsTheyWere }: RaisedOutcome,
  services: AppServices,
): Promise<FastifyReply> {
  const report = await judgeInTime(raised, request, services, { password });
  const { tool, timeZone } = services.settings;
  return reply.type('application/json').send({
    level,
    documentTimestamps,
    renewBefore: renewBefore === null ? null : new Date(renewBefore).toISOString(),
    leftAsTheyWere,
    sha256: report.file.sha256,
    pdf: raised.toString('base64'),
    report: reportJson(report, { requestId: request.id, fileName: upload.fileName, tool, timeZone }),
  });
}
