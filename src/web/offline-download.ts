// The offline verifier as a download: the service's own trust list, of this moment, goes along in it.

import type { FastifyInstance } from 'fastify';
import type { Language } from '../report/language.ts';

export const OFFLINE_PATH = '/pemeriksa-luring';

export interface OfflineFile {
  readonly name: string;
  readonly html: string;
}

/** Registers the download. It is a file to be kept and never a page of this service: what it trusts is fixed on its day. */
export async function offlineDownload(
  app: FastifyInstance,
  make: (language: Language) => Promise<OfflineFile>,
): Promise<void> {
  app.get(OFFLINE_PATH, { schema: { hide: true } }, async (request, reply) => {
    const { lang } = request.query as { readonly lang?: unknown };
    const { name, html } = await make(lang === 'en' ? 'en' : 'id');
    return reply
      .type('text/html; charset=utf-8')
      .header('Content-Disposition', `attachment; filename="${name}"`)
      .header('Cache-Control', 'no-store')
      .send(html);
  });
}
