// What a reader may do with a result. The script adds what needs one: checking again, printing.

import type { Language } from '../report/language.ts';
import { PROBLEM_TEXTS } from '../report/problem-texts.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';

export function resultActions(language: Language): Html {
  const texts = {
    again: PAGE_TEXTS.again[language],
    print: PAGE_TEXTS.print[language],
    checking: PAGE_TEXTS.checking[language],
    failed: PROBLEM_TEXTS['upload-failed'][language],
  };
  const said = Object.entries(texts).map(([name, text]) => html` data-text-${name}="${text}"`);
  return html`<div class="actions" id="result-actions" data-address="/?lang=${language}"${said}><a class="button" href="/?lang=${language}">${PAGE_TEXTS.another[language]}</a></div>`;
}
