// POST /api/v2/user/registration: somebody applies for an account. It waits for the operator, as at the original for its verification.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { admit } from '../../authenticate.ts';
import { clientOf } from '../../identity-claim.ts';
import type { AppServices } from '../../ports.ts';
import { HttpProblem } from '../../problems.ts';
import { readJsonBody } from '../bodies.ts';
import { EMAIL_KNOWN, missingField, TOO_MANY } from '../codes.ts';
import { DESCRIBED } from '../described.ts';
import { optionalText, parametersIn } from '../leniency.ts';
import { accountFor } from '../of-request.ts';
import { BsreRefused } from '../refusal.ts';

const address = z.email().max(254);
const LONGEST_NAME = 200;

export function registrationRoutes(scope: FastifyInstance, services: AppServices): void {
  for (const path of ['/v2/user/registration', '/v2/user/register'])
    scope.post(
      path,
      {
        config: { audit: 'access', bsre: 'other', described: DESCRIBED.registration },
        schema: { hide: true },
        onRequest: admit('sign', services, 'basic'),
      },
      (request, reply) => register(request, reply, services),
    );
}

async function register(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const body = parametersIn(await readJsonBody(request, services.settings.maxUploadMegabytes));
  const name = optionalText(body.get('nama', 'name'))?.trim() ?? null;
  const email = address.safeParse(optionalText(body.get('email'))?.trim());
  if (name === null || name.length > LONGEST_NAME) throw new BsreRefused(missingField('nama'));
  if (!email.success) throw new BsreRefused(missingField('email'));
  if (accountFor(request, services, email.data) !== null) throw new BsreRefused(EMAIL_KNOWN);
  switch (services.registrations.note(clientOf(request).id, { name, email: email.data })) {
    case null:
      throw new HttpProblem('not-found');
    case 'known':
      throw new BsreRefused(EMAIL_KNOWN);
    case 'full':
      throw new BsreRefused(TOO_MANY, 429);
    case 'noted':
      request.log.info({ client: request.client?.id }, 'somebody applied for an account');
  }
  return reply
    .header('Cache-Control', 'no-store')
    .type('application/json')
    .serializer(JSON.stringify)
    .send({ success: true, message: 'Pendaftaran berhasil', data: null });
}
