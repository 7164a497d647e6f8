// The reply to a request that has signed a document: its bytes, or JSON with its report.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
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

/** Everything of a signature that its answers tell; kept where the request may come again. */
export interface SignedFacts extends Omit<SigningOutcome, 'update' | 'certificateDer' | 'timestampToken'> {
  readonly signatureId: string;
  readonly receipt: string | null;
}

export interface SignedUpload {
  readonly facts: SignedFacts;
  /** What is appended to the document. */
  readonly update: Uint8Array;
  /** SHA-256 of the signed document. */
  readonly digest: Buffer;
}

/** Of what was sent, and what is appended to it. */
export function signedUpload(upload: Upload, update: Uint8Array, facts: SignedFacts): SignedUpload {
  return { facts, update, digest: createHash('sha256').update(upload.file).update(update).digest() };
}

/** Names the signature, has it recorded, and logs it with these facts beside. @throws HttpProblem `audit-unavailable` */
export async function recordSigned(
  request: FastifyRequest,
  services: AppServices,
  upload: Upload,
  { update, certificateDer, timestampToken, ...told }: SigningOutcome,
  logged: { readonly sha256: string; readonly steps?: number },
): Promise<SignedUpload> {
  const signatureId = uuidV7(services.now(), services.randomBytes(10));
  const digest = createHash('sha256').update(upload.file).update(update).digest();
  const document = {
    inputSha256: logged.sha256,
    inputSize: upload.file.length,
    outputSha256: digest.toString('hex'),
  };
  const receipt = await recordCompleted(request, services, {
    signatureId,
    ...signingFacts({ certificateDer, timestampToken, ...told }, document),
  });
  request.log.info({ signatureId, client: request.client?.id, level: told.level, ...logged }, 'signed');
  return { facts: { ...told, signatureId, receipt }, update, digest };
}

export interface SignedExchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly form: SignedForm;
  readonly upload: Upload;
  /** Opens the document again for the report. */
  readonly password: Uint8Array | null;
}

/** Replies with what was signed. */
export async function replySigned(
  { request, reply, form, upload, password }: SignedExchange,
  { facts, update, digest }: SignedUpload,
  services: AppServices,
): Promise<FastifyReply> {
  reply.header('Signature-Id', facts.signatureId).header('Cache-Control', 'no-store');
  if (facts.receipt !== null) reply.header('Audit-Receipt', facts.receipt);
  if (form === 'application/pdf') {
    reply.type('application/pdf').header('Content-Digest', contentDigest(digest));
    return sendTogether(reply, upload.file, update);
  }
  const signed = Buffer.concat([upload.file, update]);
  const report = await judgeInTime(signed, request, services, { password });
  const { tool, timeZone } = services.settings;
  return reply.type('application/json').send({
    signatureId: facts.signatureId,
    level: facts.level,
    algorithm: facts.algorithm,
    fieldName: facts.fieldName,
    identity: facts.identity,
    ...(facts.repaired === true ? { repaired: true } : {}),
    ...(facts.anchor == null ? {} : { anchor: facts.anchor }),
    ...(facts.collisions === undefined || facts.collisions.length === 0
      ? {}
      : { collisions: facts.collisions }),
    ...(facts.receipt === null ? {} : { receipt: facts.receipt }),
    sha256: report.file.sha256,
    pdf: signed.toString('base64'),
    report: reportJson(report, { requestId: request.id, fileName: upload.fileName, tool, timeZone }),
  });
}

// A copy of less costs less than a stream does.
const COPIED_BYTES = 1024 * 1024;

/** One after the other; a large document is not held twice for that. */
function sendTogether(reply: FastifyReply, file: Uint8Array, update: Uint8Array): FastifyReply {
  const length = file.length + update.length;
  if (length <= COPIED_BYTES) return reply.send(Buffer.concat([file, update]));
  return reply.header('Content-Length', length).send(Readable.from([file, update]));
}
