// An address that a QR code holds: the host in large letters, and whether it is one of the agencies'. A QR never yields a verdict.

import type { LetterLink } from '../letters/letter-link.ts';
import type { Language, Text } from '../report/language.ts';
import { LINK_TEXTS } from '../report/letter-texts.ts';
import { fillTemplate, fillText } from '../report/template.ts';
import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';
import { LETTER_PATH } from './letter-page.ts';
import { symbol } from './symbols.ts';

interface LinkContext {
  /** Null: no agency is named. */
  readonly agency: Text | null;
  /** Why the letter could not be fetched or read, where that was tried. */
  readonly problem: Text | null;
}

export function linkPage(
  language: Language,
  link: LetterLink,
  { agency, problem }: LinkContext,
): { readonly title: string; readonly content: Html } {
  const text = (key: keyof typeof LINK_TEXTS, values: Readonly<Record<string, string>> = {}): string =>
    fillText(LINK_TEXTS[key][language], values);
  const listed = link.standing === 'listed';
  const title = text(listed ? 'title' : 'refusedTitle');
  const whose = agency?.[language] ?? text('agencies');
  const heading = listed
    ? html`<h1>${title}</h1>`
    : html`<div class="headline look-warn">${symbol('warn', language)}<h1>${title}</h1></div>`;
  const content = html`${heading}
${problem === null ? null : html`<p role="alert" class="field-error">${text('failed')} ${problem[language]}</p>`}
<p>${text('leadsTo')}</p>
<p class="host">${link.host}</p>
${listed ? offer(link, language) : html`<p role="alert">${text(link.standing === 'unlisted' ? 'unlisted' : 'insecure', { agency: whose })}</p><p>${text('ask')}</p>`}
<div class="actions"><a class="button" href="${LETTER_PATH}?lang=${language}">${text('other')}</a></div>
${helpSection(language)}`;
  return { title, content };
}

function offer({ url }: LetterLink, language: Language): Html {
  return html`<p>${LINK_TEXTS.compare[language]}</p>
<form method="post" action="${LETTER_PATH}?lang=${language}" enctype="multipart/form-data">
<input type="hidden" name="link" value="${url.href}">
<div class="actions"><button type="submit" class="primary">${LINK_TEXTS.fetch[language]}</button></div>
</form>`;
}

/** Stands above a result: the file is the host's, and the paper was not compared with it. */
export function fetchedFrom(language: Language, { host }: LetterLink): Html {
  const parts = fillTemplate(LINK_TEXTS.fetchedFrom[language], { host });
  return html`<p class="origin">${parts.map(({ text, strong }) => (strong ? html`<strong>${text}</strong>` : html`${text}`))}</p>`;
}
