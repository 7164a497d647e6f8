// POST /v1/sign/batch: one authorisation, many documents; each outcome leaves as soon as it and all before it are ready.

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { preferredMediaType } from '../accept.ts';
import { markRecorded, noteAttempt, recordBatch } from '../audit-trail.ts';
import { admit } from '../authenticate.ts';
import { allowSignatures } from '../authorize.ts';
import { type BatchForm, batchBody, multipartMixed, ndjson } from '../batch-reply.ts';
import { readBatchUpload } from '../batch-upload.ts';
import { callerGone } from '../caller-gone.ts';
import { roomOf } from '../form-room.ts';
import { claimOf } from '../identity-claim.ts';
import { activationInForm, zeroActivation } from '../key-secrets.ts';
import { LETTER_FIELDS, letterOf, lettersOf, withRoomForCode } from '../letter-fields.ts';
import { readParameters } from '../parameters.ts';
import type { AppServices } from '../ports.ts';
import { HttpProblem, SIGNING_CODES } from '../problems.ts';
import { problemResponses } from '../responses.ts';
import { type BatchParameters, batchForm } from '../schemas.ts';
import { inSigningTime, wishOf } from '../sign-request.ts';
import { batchEndAnswer, batchOutcomeAnswer, batchPartsAnswer } from '../verify-answer.ts';
import { pictureParts } from '../visible-schemas.ts';

/** Signs many documents for a client that is known and may use the signer. */
export function signBatchRoute(app: FastifyInstance, services: AppServices): void {
  app.post(
    '/v1/sign/batch',
    {
      config: {
        audit: 'signature',
        uploadForm: batchForm,
        bodies: 'form',
        files: 'many',
        fileParts: pictureParts,
        bodyTime: 'while-moving',
      },
      schema: {
        operationId: 'signBatch',
        tags: ['sign'],
        summary: 'Sign many PDFs at once / Menandatangani banyak PDF sekaligus',
        description:
          'One authorisation for as many documents as "count" says. Parameters come first, then the documents, parts "file"; each is signed and verified by itself. The fields of a letter (letterNumber and the others) may stand before every document again, for that one alone; its number must. The outcomes leave in the same order while the others are still on their way: read while you send. The last line or part is the table of outcomes; without it the answer is not complete. Before anything is signed the request as a whole can be refused, as for /v1/sign. A signer whose signatures others approve, or who must say what was seen (expectedSha256), signs one document at a time: here it is 403 approval-missing or 400 invalid-request, for an approval is of one document, and the documents come after the decision.',
        security: [{ apiKey: [] }],
        response: {
          200: {
            description:
              'One outcome per document in the order of the form, then { "summary": … }. As NDJSON one per line, with the signed document in base64; with "Accept: multipart/mixed" one per part.',
            content: {
              'application/x-ndjson': { schema: batchOutcomeAnswer.or(batchEndAnswer) },
              'multipart/mixed': { schema: batchPartsAnswer },
            },
          },
          ...problemResponses(SIGNING_CODES),
        },
      },
      onRequest: admit('batch', services),
    },
    (request, reply) => signBatch(request, reply, services),
  );
}

const ROOM = roomOf(batchForm, Object.keys(pictureParts));

async function signBatch(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const form = requireBatchForm(request, services);
  const { maxUploadMegabytes } = services.settings;
  const upload = await readBatchUpload(request, maxUploadMegabytes, {
    ...ROOM,
    ownFields: LETTER_FIELDS,
  });
  const parameters = readParameters<BatchParameters>(batchForm, Object.fromEntries(upload.fields));
  const { signer, count, onFailure = 'continue' } = parameters;
  const { reason, location } = parameters;
  const level = parameters.level ?? services.settings.defaultLevel;
  noteAttempt(request, services, { signer, reason, location, level, count });
  await allowSignatures({ request, reply, services }, parameters.level, count);
  const activation = activationInForm(parameters);
  const password = parameters.password === undefined ? null : Buffer.from(parameters.password, 'utf8');
  const letter = letterOf(parameters, services);
  const wish = wishOf(upload, withRoomForCode(parameters, letter), services);
  const claim = claimOf(request, {
    signer,
    activation,
    code: parameters.code ?? null,
    documentSha256: null,
    documents: count,
  });
  const order = { ...wish, claim, activation, password, count, onFailure };
  const signal = callerGone(request);
  const zero = (): void => {
    zeroActivation(activation);
    password?.fill(0);
  };
  const outcomes = await inSigningTime(request, services, async () => {
    await recordBatch(request, services);
    return services.signBatch({ ...order, documents: lettersOf(upload.documents, letter), signal });
  }).catch((error: unknown) => {
    zero();
    throw error;
  });
  markRecorded(request);
  const body = batchBody(outcomes, count, form, request, services);
  // One outcome is written while the next is made; more would only wait in memory for a slow reader.
  const stream = Readable.from(zeroedAfter(body, zero), { highWaterMark: 1 });
  return reply.header('Cache-Control', 'no-store').type(form.contentType).send(stream);
}

function requireBatchForm(request: FastifyRequest, services: AppServices): BatchForm {
  const type = preferredMediaType(request.headers.accept, ['application/x-ndjson', 'multipart/mixed']);
  if (type === null) throw new HttpProblem('not-acceptable');
  if (type === 'application/x-ndjson') return ndjson;
  // 144 random bits stand in no document by chance.
  return multipartMixed(`teken-${Buffer.from(services.randomBytes(18)).toString('hex')}`);
}

/** A signer that cannot be activated once, and an encrypted document, need their secrets until the last one. */
async function* zeroedAfter<T>(body: AsyncIterable<T>, zero: () => void): AsyncGenerator<T> {
  try {
    yield* body;
  } finally {
    zero();
  }
}
