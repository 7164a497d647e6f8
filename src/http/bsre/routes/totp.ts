// POST /api/v2/sign/get/totp: a code for the signer, never in the answer.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { admit } from '../../authenticate.ts';
import { callerGone } from '../../caller-gone.ts';
import { withinDeadline } from '../../deadline.ts';
import { clientOf } from '../../identity-claim.ts';
import type { AppServices } from '../../ports.ts';
import { readJsonBody } from '../bodies.ts';
import { missingField, statusText, UNKNOWN_SIGNER } from '../codes.ts';
import { DESCRIBED } from '../described.ts';
import { lenientNumber, type Parameters, parametersIn, signerName } from '../leniency.ts';
import { accountFor } from '../of-request.ts';
import { BsreRefused } from '../refusal.ts';

export function totpRoute(scope: FastifyInstance, services: AppServices): void {
  scope.post(
    '/v2/sign/get/totp',
    {
      config: { audit: 'access', bsre: 'other', described: DESCRIBED.totp },
      schema: { hide: true },
      onRequest: admit('sign', services, 'basic'),
    },
    async (request, reply) => {
      const body = parametersIn(await readJsonBody(request, services.settings.maxUploadMegabytes));
      const name = signerName(body.get('nik')) ?? signerName(body.get('email'));
      if (name === null) throw new BsreRefused(missingField('nik'));
      const message = await provideCode(request, services, name, documentsIn(body));
      return reply
        .header('Cache-Control', 'no-store')
        .type('application/json')
        .serializer(JSON.stringify)
        .send({ success: true, message, data: null });
    },
  );
}

const SENT = 'TOTP berhasil dikirim';
const MOST_DOCUMENTS = 1_000;

/** How many a code is to cover; 1 where nothing sensible is said. */
export function documentsIn(body: Parameters): number {
  const count = lenientNumber(body.get('data'));
  return count === null || count < 1 ? 1 : Math.min(Math.floor(count), MOST_DOCUMENTS);
}

/** @returns what the application shows: where the code is found @throws BsreRefused, HttpProblem */
export async function provideCode(
  request: FastifyRequest,
  services: AppServices,
  name: string,
  documents: number,
): Promise<string> {
  const account = accountFor(request, services, name);
  if (account === null) throw new BsreRefused(UNKNOWN_SIGNER);
  if (account.status !== 'ISSUE') throw new BsreRefused(statusText(account.status));
  if (account.secondFactor === 'totp') return 'TOTP ditampilkan pada aplikasi autentikator penandatangan';
  if (account.secondFactor === null && account.keyAtService) {
    const ask = (signal: AbortSignal) =>
      services.requestKeyCode(clientOf(request), account.id, documents, signal);
    if (await withinDeadline(services.settings.signDeadlineMs, callerGone(request), ask)) return SENT;
  }
  if (account.secondFactor === null || services.sendCode === null)
    throw new BsreRefused({ code: 400, text: 'Penandatangan tidak menggunakan TOTP' });
  await services.sendCode(clientOf(request), account.id, documents);
  return SENT;
}
