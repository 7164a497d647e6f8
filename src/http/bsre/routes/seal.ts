// The four steps of an agency's seal: activation by mail, its refreshing, a code for each request, the seal itself; and the end of it.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IssuedCode } from '../../../identity/seal-activation.ts';
import { admit } from '../../authenticate.ts';
import { clientOf } from '../../identity-claim.ts';
import type { AppServices } from '../../ports.ts';
import { readJsonBody } from '../bodies.ts';
import { missingField, UNKNOWN_SIGNER } from '../codes.ts';
import { DESCRIBED, type DescribedOperation } from '../described.ts';
import { optionalText, type Parameters, parametersIn, signerName } from '../leniency.ts';
import { accountFor, switchesOf } from '../of-request.ts';
import { BsreRefused } from '../refusal.ts';
import { signFiles } from './sign-v2.ts';
import { documentsIn, provideCode } from './totp.ts';

const WRONG_ACTIVATION = 'TOTP Aktivasi tidak valid';

interface SealRequest {
  readonly body: Parameters;
  /** Of whom this client may ask. */
  readonly subscriber: string;
  readonly totp: string | null;
}

export function sealRoutes(scope: FastifyInstance, services: AppServices): void {
  const answers = [
    [DESCRIBED.sealActivation, activation],
    [DESCRIBED.sealTotp, sealCode],
    [DESCRIBED.sealRevocation, revocation],
  ] as const;
  for (const [described, answer] of answers)
    scope.post(described.path, optionsFor('access', services, described), async (request, reply) => {
      const asked = await readSealRequest(request, services);
      return reply
        .header('Cache-Control', 'no-store')
        .type('application/json')
        .serializer(JSON.stringify)
        .send(await answer(request, services, asked));
    });
  const { seal: sealing } = DESCRIBED;
  scope.post(sealing.path, optionsFor('signature', services, sealing), (request, reply) =>
    seal(request, reply, services),
  );
}

function optionsFor(audit: 'access' | 'signature', services: AppServices, described: DescribedOperation) {
  return {
    config: { audit, bsre: audit === 'signature' ? 'sign' : 'other', described },
    schema: { hide: true },
    onRequest: admit('sign', services, 'basic'),
  } as const;
}

/** @throws BsreRefused for a subscriber that is unknown, or whom this client may not ask for */
async function readSealRequest(request: FastifyRequest, services: AppServices): Promise<SealRequest> {
  const body = parametersIn(await readJsonBody(request, services.settings.maxUploadMegabytes));
  const name = signerName(body.get('idSubscriber'));
  if (name === null) throw new BsreRefused(missingField('idSubscriber'));
  const account = accountFor(request, services, name);
  if (account === null) throw new BsreRefused(UNKNOWN_SIGNER);
  return { body, subscriber: account.id, totp: optionalText(body.get('totp', 'otp'))?.trim() ?? null };
}

async function activation(
  request: FastifyRequest,
  services: AppServices,
  { subscriber, totp }: SealRequest,
): Promise<object> {
  if (totp === null) {
    await provideCode(request, services, subscriber, 1);
    return { success: true, message: 'TOTP Aktivasi berhasil dikirim', data: null };
  }
  const extended = await services.sealActivations.extend(clientOf(request), subscriber, totp);
  if (extended === null) return { success: false, message: WRONG_ACTIVATION, data: null };
  return { success: true, message: null, data: codeBody('TOTP Aktivasi masih berlaku', extended) };
}

async function sealCode(
  request: FastifyRequest,
  services: AppServices,
  { body, subscriber, totp }: SealRequest,
): Promise<object> {
  const { sealActivations } = services;
  const issued =
    totp === null
      ? null
      : await sealActivations.issue(clientOf(request), subscriber, totp, documentsIn(body));
  if (issued === null) return { message: WRONG_ACTIVATION, totp: null, expires: null, result: false };
  return codeBody('TOTP berhasil dibuat', issued);
}

async function revocation(
  request: FastifyRequest,
  { sealActivations }: AppServices,
  { subscriber, totp }: SealRequest,
): Promise<object> {
  const revoked = totp !== null && (await sealActivations.revoke(clientOf(request), subscriber, totp));
  const message = revoked ? 'TOTP Aktivasi berhasil dicabut' : WRONG_ACTIVATION;
  return { success: revoked, message, data: null };
}

/** Here the offset has no colon, unlike everywhere else. */
function codeBody(message: string, { code, expiresAt }: IssuedCode): object {
  return {
    message,
    totp: code,
    expires: new Date(expiresAt).toISOString().replace('Z', '+0000'),
    result: true,
  };
}

async function seal(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const { body, subscriber, totp } = await readSealRequest(request, services);
  if (totp === null) throw new BsreRefused(missingField('totp'));
  const code = switchesOf(request).sealAcceptActivationTotp
    ? ((await services.sealActivations.issue(clientOf(request), subscriber, totp, filesIn(body)))?.code ??
      totp)
    : totp;
  return signFiles(request, reply, services, {
    body,
    whom: { signer: subscriber, activation: { kind: 'none' }, code },
  });
}

function filesIn(body: Parameters): number {
  const files = body.get('file');
  return Array.isArray(files) ? Math.max(1, files.length) : 1;
}
