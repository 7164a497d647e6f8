// How pages are answered: the language that was asked for, and content in the frame of every page.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../report/language.ts';
import { LOGO_PATH, OWN_LOGO_PATH } from './assets.ts';
import type { Html } from './html.ts';
import { type PageFrame, type PageHouse, page } from './layout.ts';
import type { PageSettings } from './page-settings.ts';

/** Pages are for people: the description of the API leaves them out. */
export const HIDDEN = { schema: { hide: true } } as const;

// Browsers of shared machines are often set to English; the office's language is Indonesian until somebody asks otherwise.
export function languageOf(request: FastifyRequest): Language {
  const { lang } = request.query as { lang?: unknown };
  return lang === 'en' ? 'en' : 'id';
}

export function sendPage(reply: FastifyReply, pageFrame: PageFrame, content: Html): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('Content-Language', pageFrame.language)
    .send(page(pageFrame, content));
}

/** Whose pages they are. @param development - whether every page says that nothing here is official */
export function houseOf({ agency, logo }: PageSettings, development: boolean): PageHouse {
  return { agency, logoPath: logo === null ? OWN_LOGO_PATH : LOGO_PATH, development };
}
