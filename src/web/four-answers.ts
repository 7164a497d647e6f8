// The four answers of the ministerial checklist, as a list that fits above the fold of a phone.

import type { Language } from '../report/language.ts';
import type { AnsweredQuestion } from '../report/questions.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';

export function fourAnswers(answers: readonly AnsweredQuestion[], language: Language): Html {
  const rows = answers.map(
    ({ text, answer, answerText, detail }) => html`<li class="answer-${answer}">
<span class="question">${text}${detail === null ? null : html` <span class="detail">${detail}</span>`}</span>
<strong class="answer">${answerText}</strong></li>`,
  );
  return html`<ol class="answers" aria-label="${PAGE_TEXTS.answers[language]}">${rows}</ol>`;
}
