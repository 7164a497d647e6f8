// The routes of a letter's QR code: its sealed code is checked here; an address on it is fetched only where it leads to a listed host,
// and only when the reader, who has seen the host, asks for it.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LetterLink } from '../letters/letter-link.ts';
import type { Text } from '../report/language.ts';
import { html } from './html.ts';
import { LETTER_PATH, letterPage } from './letter-page.ts';
import { fetchedFrom, linkPage } from './link-page.ts';
import { HIDDEN, languageOf } from './page-reply.ts';
import type { PageServices } from './page-services.ts';
import { type ResultContext, result } from './result.ts';
import { CHECKING, type Show } from './showing.ts';

export function letterRoutes(
  app: FastifyInstance,
  services: PageServices,
  { show, agency }: { readonly show: Show; readonly agency: Text | null },
): void {
  app.get(LETTER_PATH, HIDDEN, async (request, reply) => {
    const language = languageOf(request);
    const { code } = request.query as { readonly code?: unknown };
    const given = typeof code === 'string' ? code : '';
    const link = services.readLink(given);
    const { title, content } =
      link === null
        ? letterPage(language, given, given === '' ? null : await services.checkLetterCode(given))
        : linkPage(language, link, { agency, problem: null });
    return show(reply.header('Cache-Control', 'no-store'), { language, title, path: LETTER_PATH }, content);
  });
  app.post(LETTER_PATH, CHECKING, (request, reply) => checkLink(request, reply, services, { show, agency }));
}

async function checkLink(
  request: FastifyRequest,
  reply: FastifyReply,
  services: PageServices,
  { show, agency }: { readonly show: Show; readonly agency: Text | null },
): Promise<FastifyReply> {
  const language = languageOf(request);
  const about = { language, path: LETTER_PATH };
  reply.header('Cache-Control', 'no-store');
  const link = await services.linkOf(request);
  try {
    const report = await services.judgeLetter(link, request);
    const { title, content } = result(report, contextOf(link, request, services), NOT_SENT);
    return show(reply, { ...about, title }, html`${fetchedFrom(language, link)}${content}`);
  } catch (error) {
    const problem = services.refuse(error, request, reply).detail;
    const { title, content } = linkPage(language, link, { agency, problem });
    return show(reply, { ...about, title }, content);
  }
}

/** The browser holds no file that could be sent again. */
const NOT_SENT = { file: null, idPrefix: '', alone: true } as const;

function contextOf({ url }: LetterLink, request: FastifyRequest, { timeZone }: PageServices): ResultContext {
  const fileName = url.pathname.split('/').at(-1) ?? null;
  return { language: languageOf(request), timeZone, requestId: request.id, fileName };
}
