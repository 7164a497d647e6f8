// POST /v1/sign/complete: the second of two requests, which brings the signature value, the token and the document again.

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bytesSource } from '../../index.ts';
import { noteAttempt, recordRequested } from '../audit-trail.ts';
import { admit } from '../authenticate.ts';
import { passwordOf } from '../check-document.ts';
import { roomOf } from '../form-room.ts';
import { clientOf } from '../identity-claim.ts';
import { readParameters } from '../parameters.ts';
import type { AppServices, CompletingOrder } from '../ports.ts';
import { HttpProblem } from '../problems.ts';
import { problemResponses } from '../responses.ts';
import { type CompleteParameters, completeForm } from '../schemas.ts';
import { recordSigned, replySigned, requireSignedForm, SIGNED_RESPONSES } from '../sign-reply.ts';
import { inSigningTime } from '../sign-request.ts';
import { readUpload } from '../upload.ts';
import { requireTwoSteps } from './sign-prepare.ts';

const ROOM = roomOf(completeForm);

/** Finishes a prepared signature, and answers as `/v1/sign` does. */
export function signCompleteRoute(app: FastifyInstance, services: AppServices): void {
  app.post(
    '/v1/sign/complete',
    {
      config: { audit: 'signature', uploadForm: completeForm, bodies: 'form' },
      schema: {
        operationId: 'completeSignature',
        tags: ['sign'],
        summary: 'Complete a prepared signature / Menyelesaikan tanda tangan yang disiapkan',
        description:
          'The second of two requests: verifies the value with the prepared certificate, embeds it, adds what the level needs, and returns the document after the verifier has accepted it, as /v1/sign does. Another document, an altered, expired or foreign token, and a value of another key are refused with 412; "errors" says which. The same request again gives the same signature again; a code of a CSC service is good once.',
        security: [{ apiKey: [] }],
        response: { ...SIGNED_RESPONSES, ...problemResponses(['two-steps-not-configured']) },
      },
      onRequest: [admit('two-steps', services), async () => void requireTwoSteps(services)],
    },
    (request, reply) => complete(request, reply, services),
  );
}

/** @throws HttpProblem `invalid-request` */
function proofOf({ signature, authorizationCode, state }: CompleteParameters): CompletingOrder['proof'] {
  const both = signature !== undefined && authorizationCode !== undefined;
  if (!both && signature !== undefined) return { kind: 'value', value: Buffer.from(signature, 'base64') };
  if (!both && authorizationCode !== undefined && state !== undefined)
    return { kind: 'code', code: authorizationCode, state };
  const message = 'either "signature", or "authorizationCode" and "state"';
  throw new HttpProblem('invalid-request', {}, [{ pointer: '/signature', message }]);
}

async function complete(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const steps = requireTwoSteps(services);
  const form = requireSignedForm(request);
  const upload = await readUpload(request, services.settings.maxUploadMegabytes, ROOM);
  const parameters = readParameters(completeForm, Object.fromEntries(upload.fields));
  const { token } = parameters;
  const password = passwordOf(request, upload, parameters);
  const order = {
    source: bytesSource(upload.file),
    password,
    token: Buffer.from(token, 'base64'),
    proof: proofOf(parameters),
    client: clientOf(request),
  };
  const sha256 = createHash('sha256').update(upload.file).digest('hex');
  noteAttempt(request, services, { inputSha256: sha256, inputSize: upload.file.length });
  try {
    recordRequested(request, services);
    const outcome = await inSigningTime(request, services, (signal) => steps.complete({ ...order, signal }));
    const exchange = { request, reply, form, upload, password };
    const signed = await recordSigned(request, services, upload, outcome, { sha256, steps: 2 });
    return await replySigned(exchange, signed, services);
  } finally {
    password?.fill(0);
  }
}
