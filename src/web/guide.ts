// The guide for clerks, with pictures of the very page that it is about.

import { readFileSync } from 'node:fs';
import type { Language, Text } from '../report/language.ts';
import { LOOK_TEXTS, type Look } from '../report/looks.ts';
import { QUESTION_TEXTS, type Question } from '../report/questions.ts';
import {
  ABOUT_REPORT,
  ANSWER_MEANINGS,
  BEFORE,
  GUIDE_TEXTS,
  type GuidePicture,
  LOOK_MEANINGS,
  PICTURES,
  STEPS,
  WHEN_CHANGED,
} from './guide-texts.ts';
import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';
import { symbol } from './symbols.ts';

export const GUIDE_PATH = '/panduan';

/** What is known of a picture: its size, so that nothing moves when it comes. */
export interface PictureFacts {
  readonly width: number;
  readonly height: number;
}

// Written with the pictures, by who takes them.
const FACTS = JSON.parse(
  readFileSync(new URL('./static/guide/pictures.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, PictureFacts>>;

/** The content of the page, and its title. */
export function guidePage(language: Language): { readonly title: string; readonly content: Html } {
  const heading = (word: keyof typeof GUIDE_TEXTS): Html => html`<h2>${GUIDE_TEXTS[word][language]}</h2>`;
  const content = html`<link rel="stylesheet" href="/assets/guide.css">
<article class="guide">
<h1>${GUIDE_TEXTS.title[language]}</h1>
<p class="lead">${GUIDE_TEXTS.lead[language]}</p>
<section>${heading('before')}${list(BEFORE, language)}</section>
<section>${heading('steps')}${steps(STEPS, language)}${picture('form', language)}</section>
<section>${heading('reading')}<p>${GUIDE_TEXTS.readingLead[language]}</p>${looks(language)}${picture('valid', language)}</section>
<section>${heading('questions')}${questions(language)}</section>
<section>${heading('changed')}${picture('changed', language)}${steps(WHEN_CHANGED, language)}</section>
<section>${heading('report')}${list(ABOUT_REPORT, language)}</section>
<p class="actions"><a class="button" href="/?lang=${language}">${GUIDE_TEXTS.start[language]}</a></p>
</article>
${helpSection(language)}`;
  return { title: GUIDE_TEXTS.title[language], content };
}

function list(lines: readonly Text[], language: Language): Html {
  return html`<ul>${lines.map((line) => html`<li>${line[language]}</li>`)}</ul>`;
}

function steps(lines: readonly Text[], language: Language): Html {
  return html`<ol>${lines.map((line) => html`<li>${line[language]}</li>`)}</ol>`;
}

function looks(language: Language): Html {
  const entries = Object.keys(LOOK_MEANINGS) as Look[];
  return html`<ul class="looks">${entries.map(
    (
      look,
    ) => html`<li class="look-${look}">${symbol(look, null)}<div><strong>${LOOK_TEXTS[look][language]}</strong>
<p>${LOOK_MEANINGS[look][language]}</p></div></li>`,
  )}</ul>`;
}

function questions(language: Language): Html {
  const entries = Object.keys(ANSWER_MEANINGS) as Question[];
  return html`<ol>${entries.map(
    (question) =>
      html`<li><strong>${QUESTION_TEXTS[question][language]}</strong> ${ANSWER_MEANINGS[question][language]}</li>`,
  )}</ol>`;
}

function picture(name: GuidePicture, language: Language): Html {
  const file = `${name}-${language}`;
  const { width, height } = FACTS[file] ?? { width: 0, height: 0 };
  return html`<figure><img class="shot" src="/assets/guide/${file}.webp" width="${width}" height="${height}" loading="lazy" alt="${PICTURES[name][language]}">
<figcaption>${GUIDE_TEXTS.sample[language]}</figcaption></figure>`;
}
