// The reply to a request that has signed a document: its bytes, or JSON with its report.

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { reportJson } from '../report/json.ts';
import { preferredMediaType } from './accept.ts';
import { recordCompleted } from './audit-trail.ts';
import { judgeInTime } from './check-document.ts';
import { contentDigest } from './content-digest.ts';
import type { AppServices, SigningOutcome } from './ports.ts';
import { HttpProblem, SIGNING_CODES } from './problems.ts';
import { uuidV7 } from './request-id.ts';
import { problemResponses } from './responses.ts';
import { signingFacts } from './signing-facts.ts';
import type { Upload } from './upload.ts';
import { pdfAnswer, signAnswer } from './verify-answer.ts';

export type SignedForm = 'application/pdf' | 'application/json';

/** The responses of such a route, for its schema. */
export const SIGNED_RESPONSES = {
  200: {
    description:
      'The signed document, or with "Accept: application/json" the document in base64 with its report.',
    content: { 'application/pdf': { schema: pdfAnswer }, 'application/json': { schema: signAnswer } },
  },
  ...problemResponses(SIGNING_CODES),
};

/** Asked before anything is signed. @throws HttpProblem `not-acceptable` */
export function requireSignedForm(request: FastifyRequest): SignedForm {
  const form = preferredMediaType(request.headers.accept, ['application/pdf', 'application/json']);
  if (form === null) throw new HttpProblem('not-acceptable');
  return form;
}

/** Names the signature, has it recorded, logs it with these facts beside, and replies. @throws HttpProblem `audit-unavailable` */
export async function replySigned(
  {
    request,
    reply,
    form,
    upload,
    password,
  }: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly form: SignedForm;
    readonly upload: Upload;
    /** Opens the document again for the report. */
    readonly password: Uint8Array | null;
  },
  outcome: SigningOutcome,
  services: AppServices,
  facts: { readonly sha256: string; readonly steps?: number },
): Promise<FastifyReply> {
  const signatureId = uuidV7(services.now(), services.randomBytes(10));
  const signed = Buffer.concat([upload.file, outcome.update]);
  const digest = createHash('sha256').update(signed).digest();
  const document = {
    inputSha256: facts.sha256,
    inputSize: upload.file.length,
    outputSha256: digest.toString('hex'),
  };
  const receipt = await recordCompleted(request, services, {
    signatureId,
    ...signingFacts(outcome, document),
  });
  request.log.info({ signatureId, client: request.client?.id, level: outcome.level, ...facts }, 'signed');
  reply.header('Signature-Id', signatureId).header('Cache-Control', 'no-store');
  if (receipt !== null) reply.header('Audit-Receipt', receipt);
  return form === 'application/pdf'
    ? reply.type('application/pdf').header('Content-Digest', contentDigest(digest)).send(signed)
    : sendJson(request, reply, { signatureId, signed, receipt, upload, outcome, password }, services);
}

interface SignedUpload {
  readonly signatureId: string;
  readonly signed: Buffer;
  readonly receipt: string | null;
  readonly upload: Upload;
  readonly outcome: SigningOutcome;
  readonly password: Uint8Array | null;
}

async function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  { signatureId, signed, receipt, upload, outcome, password }: SignedUpload,
  services: AppServices,
): Promise<FastifyReply> {
  const report = await judgeInTime(signed, request, services, { password });
  const { tool, timeZone } = services.settings;
  return reply.type('application/json').send({
    signatureId,
    level: outcome.level,
    algorithm: outcome.algorithm,
    fieldName: outcome.fieldName,
    identity: outcome.identity,
    ...(outcome.repaired === true ? { repaired: true } : {}),
    ...(outcome.anchor == null ? {} : { anchor: outcome.anchor }),
    ...(outcome.collisions === undefined || outcome.collisions.length === 0
      ? {}
      : { collisions: outcome.collisions }),
    ...(receipt === null ? {} : { receipt }),
    sha256: report.file.sha256,
    pdf: signed.toString('base64'),
    report: reportJson(report, { requestId: request.id, fileName: upload.fileName, tool, timeZone }),
  });
}
