// POST /api/sign/pdf: the oldest and most used call, a form with everything in it or in the query.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { admit } from '../../authenticate.ts';
import type { AppServices } from '../../ports.ts';
import { type CompatibleForm, queryOf, readCompatibleForm } from '../bodies.ts';
import { DESCRIBED } from '../described.ts';
import { keepForDownload } from '../download-store.ts';
import { parametersIn } from '../leniency.ts';
import { ownAddress, switchesOf } from '../of-request.ts';
import { orderV1 } from '../order-v1.ts';
import { BsreRefused } from '../refusal.ts';
import { signOrder } from '../sign-operation.ts';

export function signV1Route(scope: FastifyInstance, services: AppServices): void {
  scope.post(
    '/sign/pdf',
    {
      config: { audit: 'signature', bsre: 'sign', described: DESCRIBED.signV1 },
      schema: { hide: true },
      onRequest: admit('sign', services, 'basic'),
    },
    (request, reply) => sign(request, reply, services),
  );
}

async function sign(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
): Promise<FastifyReply> {
  const switches = switchesOf(request);
  warnOfSecretsInQuery(request, switches.rejectSecretsInQuery);
  const form = await readCompatibleForm(request, services.settings.maxUploadMegabytes);
  const order = orderV1(form, switches, ownAddress(request));
  const signed = await signOrder(request, reply, services, order);
  const [pdf = new Uint8Array()] = signed.files;
  const { documentId } = signed;
  if (!signed.repeated) await keepForDownload(request, services, { documentId, pdf });
  reply
    .header('id_dokumen', documentId)
    // Proxies drop names with an underscore.
    .header('id-dokumen', documentId)
    .header('signing_time', String(signed.timeMs))
    .header('Cache-Control', 'no-store');
  if (!wantsBase64(form)) return reply.type('application/pdf').send(Buffer.from(pdf));
  const base64 = Buffer.from(pdf).toString('base64');
  return reply
    .type('application/json')
    .serializer(JSON.stringify)
    .send({ id_dokumen: documentId, base64_signed_file: base64 });
}

function wantsBase64({ parameters }: CompatibleForm): boolean {
  return (
    String(parameters.get('jenis_response') ?? '')
      .trim()
      .toUpperCase() === 'BASE64'
  );
}

/** An address ends up in logs of proxies and browsers; several applications write the passphrase there. */
function warnOfSecretsInQuery(request: FastifyRequest, reject: boolean): void {
  const passphrase = parametersIn(queryOf(request)).get('passphrase');
  if (passphrase === undefined) return;
  request.log.warn({ client: request.client?.id }, 'passphrase in a URL');
  if (reject)
    throw new BsreRefused({ code: 400, text: "Parameter 'passphrase' tidak boleh dikirim melalui URL" });
}
