// How the routes of the page answer: content in the frame of every page.

import type { FastifyReply } from 'fastify';
import type { Language } from '../report/language.ts';
import type { Html } from './html.ts';
import type { PageHouse } from './layout.ts';
import { HIDDEN, sendPage } from './page-reply.ts';

/** Refused before the file is sent where there is no room to check it. */
export const CHECKING = { ...HIDDEN, config: { verification: true } } as const;

/** Answers with content in the frame of every page. */
export type Show = (
  reply: FastifyReply,
  about: { readonly language: Language; readonly title: string; readonly path?: string },
  content: Html,
) => FastifyReply;

export function showIn(house: PageHouse): Show {
  return (reply, { language, title, path = '/' }, content) =>
    sendPage(reply, { language, title, path, house }, content);
}
