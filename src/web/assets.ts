// The files of the page, all from our own origin: styles, scripts, the logo, and the two libraries that a reader may ask for.

import { createHash } from 'node:crypto';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PageSettings } from './page-settings.ts';
import { tokenSheet } from './tokens.ts';

export const LOGO_PATH = '/assets/logo';
export const OWN_LOGO_PATH = '/assets/teken.svg';

const HIDDEN = { schema: { hide: true } } as const;

/** Files of a package that a browser may have; nothing else of it is served. */
const LIBRARIES = [
  {
    prefix: '/assets/pdfjs/',
    root: new URL('.', import.meta.resolve('pdfjs-dist/package.json')),
    served:
      /^\/(build\/pdf(\.worker|\.renderer)?\.min\.mjs|wasm\/\w+_nowasm_fallback\.js|(standard_fonts|cmaps|iccs)\/[\w-]+\.(pfb|ttf|bcmap|icc))$/,
  },
  {
    prefix: '/assets/qr/',
    root: new URL('.', import.meta.resolve('qr/decode.js')),
    served: /^\/(decode|index)\.js$/,
  },
] as const;

/** Registers them. */
export async function pageAssets(app: FastifyInstance, settings: PageSettings): Promise<void> {
  await app.register(fastifyStatic, {
    root: new URL('./static/', import.meta.url),
    prefix: '/assets/',
    schemaHide: true,
    maxAge: '1h',
  });
  for (const { prefix, root, served } of LIBRARIES) {
    await app.register(fastifyStatic, {
      root,
      prefix,
      schemaHide: true,
      decorateReply: false,
      // They change with a version of ours only, and are large.
      maxAge: '1d',
      allowedPath: (path) => served.test(path),
    });
  }
  const sheet = tokenSheet(settings.colours);
  app.get('/assets/tokens.css', HIDDEN, (request, reply) =>
    sendAsset(reply, 'text/css; charset=utf-8', sheet, request.headers['if-none-match']),
  );
  const { logo } = settings;
  if (logo === null) return;
  app.get(LOGO_PATH, HIDDEN, (request, reply) =>
    sendAsset(reply, logo.mediaType, logo.bytes, request.headers['if-none-match']),
  );
}

function sendAsset(
  reply: FastifyReply,
  mediaType: string,
  content: string | Buffer,
  known: string | undefined,
): FastifyReply {
  const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  reply.header('Cache-Control', 'public, max-age=3600').header('ETag', tag);
  return known === tag ? reply.code(304).send() : reply.type(mediaType).send(content);
}
