// POST /api/v2/sign/pdf: JSON with one file or several, signed by passphrase or one-time code.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Activation } from '../../../index.ts';
import { admit } from '../../authenticate.ts';
import type { AppServices } from '../../ports.ts';
import { readJsonBody } from '../bodies.ts';
import { missingField } from '../codes.ts';
import { DESCRIBED } from '../described.ts';
import { optionalText, type Parameters, parametersIn, signerName, verbatim } from '../leniency.ts';
import { accountFor, ownAddress, switchesOf } from '../of-request.ts';
import { type OfWhom, orderV2 } from '../order-v2.ts';
import { BsreRefused } from '../refusal.ts';
import { signOrder } from '../sign-operation.ts';

export function signV2Route(scope: FastifyInstance, services: AppServices): void {
  scope.post(
    '/v2/sign/pdf',
    {
      config: { audit: 'signature', bsre: 'sign', described: DESCRIBED.signV2 },
      schema: { hide: true },
      onRequest: admit('sign', services, 'basic'),
    },
    async (request, reply) => {
      const body = parametersIn(await readJsonBody(request, services.settings.maxUploadMegabytes));
      const whom = codeToItsReader(signerOf(body), request, services);
      return signFiles(request, reply, services, { body, whom });
    },
  );
}

/** Signs what the body holds, for whoever it names. @throws BsreRefused, HttpProblem */
export async function signFiles(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
  { body, whom }: { readonly body: Parameters; readonly whom: OfWhom },
): Promise<FastifyReply> {
  const order = orderV2(body, whom, switchesOf(request), ownAddress(request));
  const { timeMs, files } = await signOrder(request, reply, services, order);
  return reply
    .header('Cache-Control', 'no-store')
    .type('application/json')
    .serializer(JSON.stringify)
    .send({ time: timeMs, file: files.map((file) => Buffer.from(file).toString('base64')) });
}

/** A one-time code is read by whoever gave it: this service, or the one that holds the key of a signer who has none of ours. */
function codeToItsReader(whom: OfWhom, request: FastifyRequest, services: AppServices): OfWhom {
  const { signer, activation, code } = whom;
  if (code === null || activation.kind !== 'none') return whom;
  const account = accountFor(request, services, signer);
  if (account === null || account.secondFactor !== null || !account.keyAtService) return whom;
  return { signer, activation: { kind: 'otp', otp: Buffer.from(code, 'utf8') }, code: null };
}

function signerOf(body: Parameters): OfWhom {
  const signer = signerName(body.get('nik')) ?? signerName(body.get('email'));
  if (signer === null) throw new BsreRefused(missingField('nik'));
  const passphrase = verbatim(body.get('passphrase'));
  const code = optionalText(body.get('totp', 'otp'))?.trim() ?? null;
  if ((passphrase === null || passphrase === '') && code === null)
    throw new BsreRefused(missingField('passphrase'));
  const activation: Activation =
    passphrase === null || passphrase === ''
      ? { kind: 'none' }
      : { kind: 'passphrase', passphrase: Buffer.from(passphrase, 'utf8') };
  return { signer, activation, code };
}
