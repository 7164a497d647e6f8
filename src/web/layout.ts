// The frame of every page: banner, whose page it is, language switch, content, help link.

import type { Language, Text } from '../report/language.ts';
import { GUIDE_PATH } from './guide.ts';
import { GUIDE_TEXTS } from './guide-texts.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';

/** Whose page it is, the same on every page. */
export interface PageHouse {
  /** Null: the service's own name stands there. */
  readonly agency: Text | null;
  readonly logoPath: string;
  /** Whether every page says that nothing here is official. */
  readonly development: boolean;
}

export interface PageFrame {
  readonly language: Language;
  /** Of the browser's window and history. */
  readonly title: string;
  /** Path of this page, for the language switch. */
  readonly path: string;
  /** What else stands in its query, so that the same page comes in the other language. */
  readonly query?: Readonly<Record<string, string>>;
  /** A style sheet of its own, beside that of all pages. */
  readonly sheet?: string;
  readonly house: PageHouse;
}

const SERVICE = 'Teken';

/** A whole document. Styles and script come from our own files alone. */
export function page(frame: PageFrame, content: Html): string {
  const { language, title, path, house, query = {}, sheet } = frame;
  const other: Language = language === 'id' ? 'en' : 'id';
  const text = (key: keyof typeof PAGE_TEXTS): string => PAGE_TEXTS[key][language];
  const inOther = `${path}?${new URLSearchParams({ ...query, lang: other })}`;
  const owner = house.agency?.[language] ?? SERVICE;
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${title} – ${owner}</title>
<link rel="icon" href="${house.logoPath}">
<link rel="stylesheet" href="/assets/tokens.css">
<link rel="stylesheet" href="/assets/teken.css">
${sheet === undefined ? null : html`<link rel="stylesheet" href="${sheet}">`}
<script src="/assets/teken.js" type="module"></script>
</head>
<body>
<a class="skip" href="#content">${text('skip')}</a>
<header>
${house.development ? html`<p class="development">${text('development')}</p>` : null}
<div class="top">
<a class="brand" href="/?lang=${language}"><img src="${house.logoPath}" alt="" width="28" height="28"><span>${owner}</span></a>
<nav aria-label="${text('languageLabel')}">
<a href="#help">${text('helpLink')}</a>
<a href="${inOther}" lang="${other}" hreflang="${other}">${text('otherLanguage')}</a>
</nav>
</div>
</header>
<main id="content" tabindex="-1">
${content}
</main>
<footer class="bottom">
<p>${house.agency === null ? null : html`${SERVICE} · `}<a href="${GUIDE_PATH}?lang=${language}">${GUIDE_TEXTS.link[language]}</a> · <a href="/docs">${text('api')}</a></p>
</footer>
</body>
</html>
`.markup;
}
