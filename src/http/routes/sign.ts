// POST /v1/sign: authenticate the client → read the document → authorise the signer → sign and verify → reply.

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiClient } from '../../identity/api-clients.ts';
import { type Activation, bytesSource } from '../../index.ts';
import { reportJson } from '../../report/json.ts';
import { preferredMediaType } from '../accept.ts';
import { requireClient } from '../authenticate.ts';
import { callerGone } from '../caller-gone.ts';
import { judgeInTime } from '../check-document.ts';
import { announcedSha256, contentDigest } from '../content-digest.ts';
import { waitForNextStep, withinDeadline } from '../deadline.ts';
import { readParameters } from '../parameters.ts';
import type { AppServices, SigningOrder, SigningOutcome } from '../ports.ts';
import { problemOf } from '../problem-of-error.ts';
import { HttpProblem, type RequestFault, SIGNING_CODES } from '../problems.ts';
import { uuidV7 } from '../request-id.ts';
import { problemResponses } from '../responses.ts';
import { ruleOrder } from '../rule-schemas.ts';
import { type SignParameters, signForm, signQuery, signQueryOfAnyForm } from '../schemas.ts';
import { secretOf } from '../secret-of.ts';
import { pointerTo, readUpload, type Upload } from '../upload.ts';
import { pdfAnswer, signAnswer } from '../verify-answer.ts';
import { visibleOrder } from '../visible-order.ts';
import { pictureParts } from '../visible-schemas.ts';

// Opening a key at 600 000 iterations takes about 120 ms and up to three times as much on a busy machine.
const FAILURE_STEP_MS = 500;

const PASSPHRASE_HEADER = 'Teken-Passphrase';

declare module 'fastify' {
  interface FastifyRequest {
    client: ApiClient | null;
  }
}

/** Signs a document for a client that is known and may use the signer. */
export function signRoute(app: FastifyInstance, services: AppServices): void {
  app.decorateRequest('client', null);
  app.post(
    '/v1/sign',
    {
      config: {
        uploadForm: signForm,
        pictureParts,
        secretHeader: { name: PASSPHRASE_HEADER, holds: 'passphrase' },
      },
      schema: {
        operationId: 'sign',
        tags: ['sign'],
        summary: 'Sign a PDF / Menandatangani PDF',
        description:
          'Signs the document and returns it after the verifier has accepted it. Parameters stand in the form, or in the query of a raw body; the passphrase is never part of a URL: with a raw body it is the header Teken-Passphrase, as the octets of its UTF-8 form.',
        security: [{ apiKey: [] }],
        querystring: signQueryOfAnyForm,
        response: {
          200: {
            description:
              'The signed document, or with "Accept: application/json" the document in base64 with its report.',
            content: { 'application/pdf': { schema: pdfAnswer }, 'application/json': { schema: signAnswer } },
          },
          ...problemResponses(SIGNING_CODES),
        },
      },
      // Before the body: nobody unknown makes us read 50 MB.
      onRequest: async (request) => {
        request.client = requireClient(request, services.clients);
      },
    },
    (request, reply) => sign(request, reply, services),
  );
}

async function sign(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const form = preferredMediaType(request.headers.accept, ['application/pdf', 'application/json']);
  if (form === null) throw new HttpProblem('not-acceptable');
  const upload = await readUpload(request, services.settings.maxUploadMegabytes, Object.keys(pictureParts));
  const parameters = parametersOf(request, upload);
  requireAllowedSigner(request.client, parameters.signer);
  const sha256 = requireExpectedDocument(upload, parameters, request);
  const activation = activationOf(request, upload, parameters);
  const outcome = await signInTime(request, services, orderOf(upload, parameters, activation, services));
  const signatureId = uuidV7(services.now(), services.randomBytes(10));
  request.log.info(
    { signatureId, client: request.client?.id, signer: parameters.signer, level: outcome.level, sha256 },
    'signed',
  );
  reply.header('Signature-Id', signatureId).header('Cache-Control', 'no-store');
  return form === 'application/pdf'
    ? sendPdf(reply, upload, outcome)
    : sendJson(request, reply, signatureId, upload, outcome, services);
}

/** Everything about the signature: from the form, or from the query of a raw body. @throws HttpProblem `invalid-request` */
function parametersOf(request: FastifyRequest, upload: Upload): SignParameters {
  const query = request.query as Readonly<Record<string, unknown>>;
  if (upload.form === 'raw') return readParameters(signQuery, query);
  const stray = Object.keys(query);
  if (stray.length > 0)
    throw refused(stray.map((key) => ({ pointer: pointerTo(key), message: 'belongs into the form' })));
  return readParameters(signForm, Object.fromEntries(upload.fields));
}

function requireAllowedSigner(client: ApiClient | null, signer: string): void {
  if (client?.signers.has(signer) !== true) throw new HttpProblem('signer-not-allowed');
}

/** @returns the document's SHA-256, hexadecimal @throws HttpProblem `document-mismatch` */
function requireExpectedDocument(
  upload: Upload,
  parameters: SignParameters,
  request: FastifyRequest,
): string {
  const actual = createHash('sha256').update(upload.file).digest('hex');
  const { 'content-digest': field } = request.headers;
  // Of a form the field covers the form, not the document in it.
  const announced = upload.form === 'raw' ? announcedSha256(field?.toString()) : null;
  for (const expected of [announced, parameters.expectedSha256 ?? null])
    if (expected !== null && expected !== actual) throw new HttpProblem('document-mismatch');
  return actual;
}

function activationOf(request: FastifyRequest, upload: Upload, parameters: SignParameters): Activation {
  const passphrase = secretOf(request, upload, PASSPHRASE_HEADER, parameters.passphrase);
  return passphrase === null ? { kind: 'none' } : { kind: 'passphrase', passphrase };
}

function orderOf(
  upload: Upload,
  parameters: SignParameters,
  activation: Activation,
  services: AppServices,
): Omit<SigningOrder, 'signal'> {
  const { fieldName, reason, location } = parameters;
  return {
    source: bytesSource(upload.file),
    signer: parameters.signer,
    activation,
    level: parameters.level ?? services.settings.defaultLevel,
    fieldName: fieldName ?? null,
    ...visibleOrder(upload, parameters),
    ...ruleOrder(parameters),
    reason: reason ?? null,
    location: location ?? null,
  };
}

async function signInTime(
  request: FastifyRequest,
  services: AppServices,
  order: Omit<SigningOrder, 'signal'>,
): Promise<SigningOutcome> {
  const startedMs = services.monotonicMs();
  try {
    return await withinDeadline(services.settings.signDeadlineMs, callerGone(request), (signal) =>
      services.sign({ ...order, signal }),
    );
  } catch (error) {
    const problem = problemOf(error);
    // An unknown signer, a wrong passphrase and an expired certificate must also take equally long.
    if (problem.code === 'signer-auth-failed')
      await waitForNextStep(startedMs, services.monotonicMs, FAILURE_STEP_MS);
    throw problem;
  } finally {
    if (order.activation.kind === 'passphrase') order.activation.passphrase.fill(0);
  }
}

function sendPdf(reply: FastifyReply, upload: Upload, outcome: SigningOutcome): FastifyReply {
  const signed = Buffer.concat([upload.file, outcome.update]);
  const digest = createHash('sha256').update(signed).digest();
  return reply.type('application/pdf').header('Content-Digest', contentDigest(digest)).send(signed);
}

async function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  signatureId: string,
  upload: Upload,
  outcome: SigningOutcome,
  services: AppServices,
): Promise<FastifyReply> {
  const signed = Buffer.concat([upload.file, outcome.update]);
  const report = await judgeInTime(signed, request, services);
  const { tool, timeZone } = services.settings;
  return reply.type('application/json').send({
    signatureId,
    level: outcome.level,
    algorithm: outcome.algorithm,
    fieldName: outcome.fieldName,
    ...(outcome.anchor == null ? {} : { anchor: outcome.anchor }),
    ...(outcome.collisions === undefined || outcome.collisions.length === 0
      ? {}
      : { collisions: outcome.collisions }),
    sha256: report.file.sha256,
    pdf: signed.toString('base64'),
    report: reportJson(report, { requestId: request.id, fileName: upload.fileName, tool, timeZone }),
  });
}

function refused(faults: readonly RequestFault[]): HttpProblem {
  return new HttpProblem('invalid-request', {}, faults);
}
