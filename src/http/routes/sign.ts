// POST /v1/sign: authenticate the client → read the document → authorise the signer → sign and verify → reply.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noteAttempt, recordRepeated, recordRequested } from '../audit-trail.ts';
import { admit } from '../authenticate.ts';
import { allowSignatures } from '../authorize.ts';
import { DOCUMENT_PASSWORD, passwordOf } from '../check-document.ts';
import { roomOf } from '../form-room.ts';
import { claimOf, codeOf, ONE_TIME_CODE } from '../identity-claim.ts';
import { activationOf, KEY_SECRETS, zeroActivation } from '../key-secrets.ts';
import { letterOf, withRoomForCode } from '../letter-fields.ts';
import type { AppServices, SigningOrder } from '../ports.ts';
import { type SignParameters, signForm, signQuery, signQueryOfAnyForm } from '../schemas.ts';
import { IDEMPOTENCY_KEY, oncePerKey } from '../sign-repeats.ts';
import {
  recordSigned,
  replySigned,
  requireSignedForm,
  SIGNED_RESPONSES,
  signedUpload,
} from '../sign-reply.ts';
import { inSigningTime, orderOf, parametersOf, requireExpectedDocument } from '../sign-request.ts';
import { readUpload } from '../upload.ts';
import { pictureParts } from '../visible-schemas.ts';

const ROOM = roomOf(signForm, Object.keys(pictureParts));

/** Signs a document for a client that is known and may use the signer. */
export function signRoute(app: FastifyInstance, services: AppServices): void {
  app.post(
    '/v1/sign',
    {
      config: {
        audit: 'signature',
        uploadForm: signForm,
        fileParts: pictureParts,
        secretHeaders: [...KEY_SECRETS, ONE_TIME_CODE, DOCUMENT_PASSWORD],
        headers: [IDEMPOTENCY_KEY],
      },
      schema: {
        operationId: 'sign',
        tags: ['sign'],
        summary: 'Sign a PDF / Menandatangani PDF',
        description:
          'Signs the document and returns it after the verifier has accepted it. Parameters stand in the form, or in the query of a raw body; the secrets of the key (passphrase, otp, credentialToken), the one-time code, and the password of an encrypted document are never part of a URL: with a raw body they are the headers Teken-Passphrase, Teken-Otp, Teken-Credential-Token, Teken-Code and Teken-Password, as the octets of their UTF-8 forms. An encrypted document stays encrypted as it was; its user signs as far as its permissions go.',
        security: [{ apiKey: [] }],
        querystring: signQueryOfAnyForm,
        response: SIGNED_RESPONSES,
      },
      // Before the body: nobody unknown makes us read 50 MB.
      onRequest: admit('sign', services),
    },
    (request, reply) => sign(request, reply, services),
  );
}

async function sign(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const form = requireSignedForm(request);
  const upload = await readUpload(request, services.settings.maxUploadMegabytes, ROOM);
  const parameters = parametersOf<SignParameters>(request, upload, { form: signForm, query: signQuery });
  const { signer, reason, location, expectedSha256 } = parameters;
  noteAttempt(request, services, { signer, reason, location, expectedSha256 });
  await allowSignatures({ request, reply, services }, parameters.level);
  const sha256 = requireExpectedDocument(upload, parameters.expectedSha256, request);
  const activation = activationOf(request, upload, parameters);
  const password = passwordOf(request, upload, parameters);
  const code = codeOf(request, upload, parameters.code);
  const claim = claimOf(request, { ...parameters, activation, code, documentSha256: sha256 });
  const letter = letterOf(parameters, services);
  const shown = withRoomForCode(parameters, letter);
  const order = { ...orderOf(upload, shown, services), claim, activation, password, letter };
  try {
    noteAttempt(request, services, {
      inputSha256: sha256,
      inputSize: upload.file.length,
      level: order.level,
    });
    recordRequested(request, services);
    const oneTime = oneTimeSecretsOf(order);
    const wishes = { sha256, parameters, pictures: [...upload.parts], level: order.level, oneTime };
    const signed = await oncePerKey({ request, reply, services }, wishes, {
      work: async () => {
        const outcome = await inSigningTime(request, services, (signal) =>
          services.sign({ ...order, signal }),
        );
        return recordSigned(request, services, upload, outcome, { sha256 });
      },
      again: async (facts, update) => {
        await proveAgain(request, services, order);
        await recordRepeated(request, services, { signatureId: facts.signatureId });
        return signedUpload(upload, update, facts);
      },
    });
    return await replySigned({ request, reply, form, upload, password }, signed, services);
  } finally {
    zeroActivation(activation);
    password?.fill(0);
  }
}

/** What is good once: part of what makes two requests the same, since it cannot be tried again. */
function oneTimeSecretsOf({ claim, activation }: Pick<SigningOrder, 'claim' | 'activation'>): object {
  const { kind } = activation;
  return {
    ofSigner: claim.code,
    ofKey: kind === 'token' ? activation.token : kind === 'none' ? null : (activation.otp ?? null),
  };
}

/**
 * A passphrase is tried again; whether the client may ask for this signer is asked in any case.
 * @throws HttpProblem `signer-auth-failed` and others of signing
 */
async function proveAgain(
  request: FastifyRequest,
  services: AppServices,
  { claim, activation }: Pick<SigningOrder, 'claim' | 'activation'>,
): Promise<void> {
  const { kind } = activation;
  if (kind === 'token' || (kind !== 'none' && activation.otp !== undefined)) return;
  const repetition = { ...claim, purpose: 'repetition', code: null, approvals: [] } as const;
  await inSigningTime(request, services, (signal) =>
    services.prove({ claim: repetition, activation, signal }),
  );
}
