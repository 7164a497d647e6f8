// POST /v1/sign/code: a one-time code by mail, for signers who have no authenticator.

import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { admit } from '../authenticate.ts';
import { clientOf } from '../identity-claim.ts';
import { readParameters } from '../parameters.ts';
import type { AppServices } from '../ports.ts';
import { HttpProblem } from '../problems.ts';
import { problemResponses } from '../responses.ts';
import { codeAnswer, codeQuery } from '../schemas.ts';
import { inSigningTime } from '../sign-request.ts';

/** Says the same whether or not there is such a signer. */
export function codeRoute(app: FastifyInstance, services: AppServices): void {
  app.post(
    '/v1/sign/code',
    {
      config: { audit: 'access' },
      schema: {
        operationId: 'sendCode',
        tags: ['sign'],
        summary: 'Send a one-time code by mail / Mengirim kode sekali pakai lewat surel',
        description:
          'For signers whose second factor is a code by mail: sends one to the address of the registry. It is good for five minutes and one request, for as many documents as "count" says, and ends an earlier one. The answer is the same for every signer that the client may ask for.',
        security: [{ apiKey: [] }],
        querystring: codeQuery,
        response: {
          202: { description: 'Asked for.', content: { 'application/json': { schema: codeAnswer } } },
          ...problemResponses([
            'invalid-request',
            'unauthenticated',
            'scope-not-allowed',
            'signer-not-allowed',
            'codes-not-configured',
            'rate-limited',
            'signer-attempts-exceeded',
            'internal',
            'state-unavailable',
            'code-not-delivered',
          ]),
        },
      },
      onRequest: admit('sign', services),
    },
    async (request, reply) => {
      const { sendCode } = services;
      if (sendCode === null) throw new HttpProblem('codes-not-configured');
      const { signer, count = 1 } = readParameters<z.output<typeof codeQuery>>(
        codeQuery,
        request.query as Readonly<Record<string, unknown>>,
      );
      await inSigningTime(request, services, () => sendCode(clientOf(request), signer, count));
      return reply.code(202).header('Cache-Control', 'no-store').send({ status: 'accepted' });
    },
  );
}
