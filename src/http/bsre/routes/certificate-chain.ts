// GET …/user/certificate/chain/{id}: the signer's certificate, its authority and the root, in base64 of DER.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nameText, parseCertificate } from '../../../index.ts';
import { admit } from '../../authenticate.ts';
import type { AppServices } from '../../ports.ts';
import { UNKNOWN_SIGNER } from '../codes.ts';
import { DESCRIBED } from '../described.ts';
import { signerName } from '../leniency.ts';
import { accountFor } from '../of-request.ts';
import { BsreRefused } from '../refusal.ts';

export function certificateChainRoutes(scope: FastifyInstance, services: AppServices): void {
  for (const path of ['/v2/user/certificate/chain/:id', '/user/certificate/chain/:id'])
    scope.get<{ Params: { id: string } }>(
      path,
      {
        config: { audit: 'access', bsre: 'other', described: DESCRIBED.chain },
        schema: { hide: true },
        onRequest: admit(null, services, 'basic'),
      },
      (request, reply) => sendChain(request, reply, services, request.params.id),
    );
}

async function sendChain(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
  id: string,
): Promise<FastifyReply> {
  const name = signerName(id);
  const account = name === null ? null : accountFor(request, services, name);
  if (account === null || account.chain.length === 0) throw new BsreRefused(UNKNOWN_SIGNER);
  const data = withRoot(account.chain, services).map((der) => Buffer.from(der).toString('base64'));
  return reply
    .type('application/json')
    .serializer(JSON.stringify)
    .send({ success: true, message: null, data });
}

/** Containers end with the issuing authority; the root is the operator's. */
function withRoot(chain: readonly Uint8Array[], { trustList }: AppServices): readonly Uint8Array[] {
  const last = chain.at(-1);
  if (last === undefined) return chain;
  const { issuer, subject } = parseCertificate(last);
  if (nameText(issuer) === nameText(subject)) return chain;
  const root = trustList().anchors.find(
    ({ certificate }) => nameText(certificate.subject) === nameText(issuer),
  );
  return root === undefined ? chain : [...chain, root.certificate.der];
}
