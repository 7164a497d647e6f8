// Whether somebody may sign: both versions answer 200 to everybody who may ask, whatever is asked.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseCertificate } from '../../../index.ts';
import { admit } from '../../authenticate.ts';
import { clientOf } from '../../identity-claim.ts';
import type { AppServices } from '../../ports.ts';
import { readJsonBody } from '../bodies.ts';
import { statusText, statusTextV1, type UserStatus } from '../codes.ts';
import { DESCRIBED, type DescribedOperation } from '../described.ts';
import { parametersIn, signerName } from '../leniency.ts';
import { accountFor } from '../of-request.ts';

export function userStatusRoutes(scope: FastifyInstance, services: AppServices): void {
  const optionsFor = (described: DescribedOperation) =>
    ({
      config: { audit: 'access', bsre: 'other', described },
      schema: { hide: true },
      onRequest: admit(null, services, 'basic'),
    }) as const;
  for (const path of ['/user/status/:nik', '/user/status'])
    scope.get<{ Params: { nik?: string } }>(path, optionsFor(DESCRIBED.statusV1), async (request, reply) => {
      const status = statusOf(request, services, signerName(request.params.nik));
      const { code, text } = statusTextV1(status);
      return send(reply, { status_code: code, status, message: text });
    });
  for (const path of ['/v2/user/check/status', '/v2/user/check-status'])
    scope.post(path, optionsFor(DESCRIBED.statusV2), async (request, reply) => {
      const body = parametersIn(await readJsonBody(request, services.settings.maxUploadMegabytes));
      const status = statusOf(
        request,
        services,
        signerName(body.get('nik')) ?? signerName(body.get('email')),
      );
      const { code, text } = statusText(status);
      return send(reply, { status_code: code, message: text, status });
    });
}

function statusOf(request: FastifyRequest, services: AppServices, name: string | null): UserStatus {
  const account = name === null ? null : accountFor(request, services, name);
  if (account === null) {
    const waits = name !== null && services.registrations.waits(clientOf(request).id, name);
    return waits ? 'WAITING_FOR_VERIFICATION' : 'NOT_REGISTERED';
  }
  const [leaf] = account.chain;
  if (account.status !== 'ISSUE') return account.status;
  if (leaf === undefined) return 'NO_CERTIFICATE';
  // An account that the registry still calls active signs nothing outside of its certificate's time.
  const { notBefore, notAfter } = parseCertificate(leaf);
  if (services.now() > notAfter) return 'EXPIRED';
  return services.now() < notBefore ? 'NEW' : 'ISSUE';
}

function send(reply: FastifyReply, body: object): FastifyReply {
  return reply
    .header('Cache-Control', 'no-store')
    .type('application/json')
    .serializer(JSON.stringify)
    .send(body);
}
