// POST /v1/sign/prepare: what a phone, a card or another service must sign, and the sealed token for the second request.

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { identityWords } from '../../identity/identity-evidence.ts';
import { certificatesInFile, offerOfCertificates, SignerFailed, type SignerOffer } from '../../index.ts';
import { noteAttempt, recordPrepared } from '../audit-trail.ts';
import { admit } from '../authenticate.ts';
import { allowSignatures } from '../authorize.ts';
import { DOCUMENT_PASSWORD, passwordOf } from '../check-document.ts';
import { roomOf } from '../form-room.ts';
import { claimOf, codeOf, ONE_TIME_CODE } from '../identity-claim.ts';
import { letterOf, withRoomForCode } from '../letter-fields.ts';
import type { AppServices, PreparedOutcome, PreparingOrder, TwoSteps } from '../ports.ts';
import { HttpProblem, SIGNING_CODES } from '../problems.ts';
import { problemResponses } from '../responses.ts';
import { type PrepareParameters, prepareForm, prepareQuery, prepareQueryOfAnyForm } from '../schemas.ts';
import { inSigningTime, orderOf, parametersOf, requireExpectedDocument } from '../sign-request.ts';
import { certificateFacts } from '../signing-facts.ts';
import { readUpload, type Upload } from '../upload.ts';
import { prepareAnswer } from '../verify-answer.ts';
import { pictureParts } from '../visible-schemas.ts';

const CERTIFICATES = 'certificates';

const fileParts = {
  ...pictureParts,
  [CERTIFICATES]:
    'Instead of "signer": the certificates of a signer that this service does not know, its own first; PEM, or one in DER.',
};

const ROOM = roomOf(prepareForm, Object.keys(fileParts));

/** Prepares a signature whose key is elsewhere. Nothing is kept here. */
export function signPrepareRoute(app: FastifyInstance, services: AppServices): void {
  app.post(
    '/v1/sign/prepare',
    {
      config: {
        audit: 'signature',
        uploadForm: prepareForm,
        fileParts,
        secretHeaders: [ONE_TIME_CODE, DOCUMENT_PASSWORD],
      },
      schema: {
        operationId: 'prepareSignature',
        tags: ['sign'],
        summary:
          'Prepare a signature whose key is elsewhere / Menyiapkan tanda tangan dengan kunci di tempat lain',
        description:
          'The first of two requests. The answer says what the key must sign; the second request, /v1/sign/complete, brings the value, the token and the document again. Nothing is kept in between: the token is sealed, ends after 15 minutes, and serves nobody but the client that asked for it. With "redirectUri" a person signs with a key at a CSC service: the answer says where the browser goes to authorise this signature ("authorization"), and the second request brings the code with which it comes back, instead of a value.',
        security: [{ apiKey: [] }],
        querystring: prepareQueryOfAnyForm,
        response: {
          200: {
            description: 'What the key must sign.',
            content: { 'application/json': { schema: prepareAnswer } },
          },
          ...problemResponses([...SIGNING_CODES, 'two-steps-not-configured']),
        },
      },
      onRequest: [admit('two-steps', services), async () => void requireTwoSteps(services)],
    },
    (request, reply) => prepare(request, reply, services),
  );
}

/** @throws HttpProblem `two-steps-not-configured` */
export function requireTwoSteps({ twoSteps }: AppServices): TwoSteps {
  if (twoSteps === null) throw new HttpProblem('two-steps-not-configured');
  return twoSteps;
}

async function prepare(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const steps = requireTwoSteps(services);
  const upload = await readUpload(request, services.settings.maxUploadMegabytes, ROOM);
  const parameters = parametersOf<PrepareParameters>(request, upload, {
    form: prepareForm,
    query: prepareQuery,
  });
  const { reason, location, expectedSha256 } = parameters;
  noteAttempt(request, services, { signer: parameters.signer, reason, location, expectedSha256 });
  const signer = signerOf(upload, parameters);
  await allowSignatures({ request, reply, services }, parameters.level);
  const sha256 = requireExpectedDocument(upload, parameters.expectedSha256, request);
  const password = passwordOf(request, upload, parameters);
  const letter = letterOf(parameters, services);
  const order = {
    ...orderOf(upload, withRoomForCode(parameters, letter), services),
    letter,
    redirectUri: parameters.redirectUri ?? null,
    password,
    signer,
    algorithm: parameters.algorithm ?? null,
    claim: claimOf(request, {
      ...parameters,
      signer: parameters.signer ?? '',
      activation: { kind: 'none' },
      code: codeOf(request, upload, parameters.code),
      documentSha256: sha256,
    }),
  };
  noteAttempt(request, services, { inputSha256: sha256, inputSize: upload.file.length, level: order.level });
  const outcome = await inSigningTime(request, services, (signal) =>
    preparing(signer, () => steps.prepare({ ...order, signal })),
  ).finally(() => password?.fill(0));
  const [leaf = new Uint8Array()] = outcome.chain;
  const { algorithm, level } = outcome;
  const certificate = certificateFacts(leaf);
  const identity = identityWords(outcome.identity);
  await recordPrepared(request, services, { certificate, document: { level, algorithm }, identity });
  request.log.info({ client: request.client?.id, level: outcome.level, sha256 }, 'prepared');
  return reply.header('Cache-Control', 'no-store').type('application/json').send(answerOf(outcome, sha256));
}

/** @throws HttpProblem `invalid-request` */
function signerOf({ parts }: Upload, { signer, redirectUri }: PrepareParameters): PreparingOrder['signer'] {
  const certificates = parts.get(CERTIFICATES);
  if ((signer === undefined) === (certificates === undefined))
    throw invalid('/signer', 'either "signer" or "certificates", and not both');
  if (certificates !== undefined && redirectUri !== undefined)
    throw invalid('/redirectUri', 'belongs to "signer"');
  if (certificates !== undefined) return offerOf(certificates);
  return signer ?? '';
}

function offerOf(file: Uint8Array): SignerOffer {
  try {
    return offerOfCertificates(certificatesInFile(file));
  } catch (error) {
    throw error instanceof SignerFailed ? unusable(error) : error;
  }
}

/** Certificates that the caller brought are the caller's to correct. */
async function preparing(
  signer: PreparingOrder['signer'],
  work: () => Promise<PreparedOutcome>,
): Promise<PreparedOutcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SignerFailed && error.values.reason === 'no-browser')
      throw invalid('/redirectUri', 'this signer is not authorised in a browser');
    const callers = typeof signer !== 'string' && error instanceof SignerFailed;
    throw callers ? unusable(error) : error;
  }
}

function unusable({ values }: SignerFailed): HttpProblem {
  return invalid(`/${CERTIFICATES}`, `not usable for signing: ${String(values.reason ?? 'unknown')}`);
}

function invalid(pointer: string, message: string): HttpProblem {
  return new HttpProblem('invalid-request', {}, [{ pointer, message }]);
}

function answerOf(outcome: PreparedOutcome, sha256: string): Readonly<Record<string, unknown>> {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const [leaf] = outcome.chain;
  return {
    token: base64(outcome.token),
    expiresAt: new Date(outcome.expiresAt).toISOString(),
    algorithm: outcome.algorithm,
    toBeSigned: base64(outcome.item.message),
    digestAlgorithm: outcome.digestAlgorithm,
    digest: base64(outcome.item.digest),
    certificateSha256: createHash('sha256')
      .update(leaf ?? '')
      .digest('hex'),
    level: outcome.level,
    fieldName: outcome.fieldName,
    sha256,
    ...(outcome.authorization === null ? {} : { authorization: outcome.authorization }),
  };
}
