// GET /api/sign/download/{id_dokumen}: what was signed, once.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { admit } from '../../authenticate.ts';
import { loggableError } from '../../loggable-error.ts';
import type { AppServices } from '../../ports.ts';
import { FILE_NOT_THERE } from '../codes.ts';
import { DESCRIBED } from '../described.ts';
import { findForDownload, forgetDownload } from '../download-store.ts';
import { BsreRefused } from '../refusal.ts';

export function downloadRoute(scope: FastifyInstance, services: AppServices): void {
  scope.get<{ Params: { idDokumen: string } }>(
    '/sign/download/:idDokumen',
    {
      config: { audit: 'access', bsre: 'other', described: DESCRIBED.downloadV1 },
      schema: { hide: true },
      // A question about the headers would fetch what can be fetched once.
      exposeHeadRoute: false,
      onRequest: admit('sign', services, 'basic'),
    },
    (request, reply) => download(request, reply, services, request.params.idDokumen),
  );
}

async function download(
  request: FastifyRequest,
  reply: FastifyReply,
  services: AppServices,
  documentId: string,
): Promise<FastifyReply> {
  const pdf = /^[0-9a-f]{32}$/.test(documentId) ? await findForDownload(request, services, documentId) : null;
  if (pdf === null) throw new BsreRefused(FILE_NOT_THERE, 404);
  // Not before the last byte is out: a line that breaks must not cost the document.
  reply.raw.once('finish', () => {
    forgetDownload(request, services, documentId).catch((error: unknown) =>
      request.log.warn({ error: loggableError(error) }, 'a fetched document is still kept'),
    );
  });
  return reply
    .header('id_dokumen', documentId)
    .header('id-dokumen', documentId)
    .header('Cache-Control', 'no-store')
    .type('application/pdf')
    .send(Buffer.from(pdf));
}
