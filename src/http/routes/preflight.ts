// POST /v1/preflight: can this document be signed like this, by this signer, now? No key is used, nothing is changed.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { admit } from '../authenticate.ts';
import { requireAllowedLevel } from '../authorize.ts';
import { DOCUMENT_PASSWORD, passwordOf } from '../check-document.ts';
import { roomOf } from '../form-room.ts';
import { clientOf } from '../identity-claim.ts';
import type { AppServices } from '../ports.ts';
import { preflightAnswer, preflightJson } from '../preflight-answer.ts';
import { SIGNING_CODES } from '../problems.ts';
import { problemResponses } from '../responses.ts';
import {
  type PreflightParameters,
  preflightForm,
  preflightQuery,
  preflightQueryOfAnyForm,
} from '../schemas.ts';
import { inSigningTime, orderOf, parametersOf, requireExpectedDocument } from '../sign-request.ts';
import { readUpload } from '../upload.ts';
import { pictureParts } from '../visible-schemas.ts';

const ROOM = roomOf(preflightForm, Object.keys(pictureParts));

/** Says what signing would do, for a client that may use the signer. */
export function preflightRoute(app: FastifyInstance, services: AppServices): void {
  app.post(
    '/v1/preflight',
    {
      config: {
        audit: 'access',
        uploadForm: preflightForm,
        fileParts: pictureParts,
        secretHeaders: [DOCUMENT_PASSWORD],
      },
      schema: {
        operationId: 'preflight',
        tags: ['sign'],
        summary: 'Whether a PDF can be signed / Dapatkah PDF ini ditandatangani',
        description:
          'Takes the parameters of /v1/sign and says what would happen: what is in the way (by the codes of signing), where a visible signature would stand and what it would cover, which level can be reached, how large the result will be, and what in the document acts. A blocker is no error: the status is 200. No key is used and no passphrase is asked for. With "probe" set to "services" one time-stamp and the revocation data are asked for, as a signature would.',
        security: [{ apiKey: [] }],
        querystring: preflightQueryOfAnyForm,
        response: {
          200: {
            description: 'What would happen.',
            content: { 'application/json': { schema: preflightAnswer } },
          },
          ...problemResponses(SIGNING_CODES),
        },
      },
      onRequest: admit('preflight', services),
    },
    (request, reply) => answer(request, reply, services),
  );
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const upload = await readUpload(request, services.settings.maxUploadMegabytes, ROOM);
  const parameters = parametersOf<PreflightParameters>(request, upload, {
    form: preflightForm,
    query: preflightQuery,
  });
  const { signer = null, algorithm = null, probe = 'nothing' } = parameters;
  requireAllowedLevel(request.client, parameters.level ?? services.settings.defaultLevel);
  requireExpectedDocument(upload, parameters.expectedSha256, request);
  const password = passwordOf(request, upload, parameters);
  const client = clientOf(request);
  const order = { ...orderOf(upload, parameters, services), client, signer, algorithm, probe, password };
  const seen = await inSigningTime(request, services, (signal) =>
    services.preflight({ ...order, signal }),
  ).finally(() => password?.fill(0));
  request.log.info({ client: request.client?.id, signer, ok: seen.ok }, 'preflight');
  return reply.header('Cache-Control', 'no-store').type('application/json').send(preflightJson(seen));
}
