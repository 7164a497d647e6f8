// A verdict on the page, in the order of reading: title, sentence, four answers, what to do, signatures, details.

import type { VerificationReport } from '../index.ts';
import { FOOTER } from '../report/label-texts.ts';
import type { Language } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { type AnsweredQuestion, answerQuestions } from '../report/questions.ts';
import { type Description, describe } from '../report/sentences.ts';
import { fillTemplate, type TextPart } from '../report/template.ts';
import { timeText } from '../report/time-text.ts';
import { documentDetails } from './details.ts';
import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';
import { signatureList } from './signature-list.ts';
import { signedVersions } from './signed-versions.ts';
import { symbol } from './symbols.ts';

export interface ResultContext {
  readonly language: Language;
  readonly timeZone: string;
  readonly requestId: string;
  readonly fileName: string | null;
}

const SECOND_OPINION = 'https://tte.komdigi.go.id/verifyPDF';

/** The whole result. Everything that comes from the file is escaped and free of characters that reorder text. */
export function result(report: VerificationReport, context: ResultContext): { title: string; content: Html } {
  const { language } = context;
  const said = describe(report, language, context);
  const content = html`<article class="result look-${said.look}" id="result">
${verdictPanel(report, said, context)}
${actionPart(said, language)}
<div class="actions" id="result-actions"><a class="button" href="/?lang=${language}">${PAGE_TEXTS.another[language]}</a></div>
${signedVersions(report, language)}
${signatureList(report, said, context)}
${documentDetails(report, context)}
</article>
${footer(report, context)}
${helpSection(language)}`;
  return { title: said.title, content };
}

function verdictPanel(report: VerificationReport, said: Description, { language }: ResultContext): Html {
  return html`<section class="verdict">
<div class="headline">${symbol(said.look, language)}<h1 id="verdict" tabindex="-1">${said.title}</h1></div>
<p class="sentence">${emphasised(said.sentenceParts)}</p>
${fourAnswers(answerQuestions(report, language), language)}
</section>`;
}

function fourAnswers(answers: readonly AnsweredQuestion[], language: Language): Html {
  const rows = answers.map(
    ({ text, answer, answerText, detail }) => html`<li class="answer-${answer}">
<span class="question">${text}${detail === null ? null : html` <span class="detail">${detail}</span>`}</span>
<strong class="answer">${answerText}</strong></li>`,
  );
  return html`<h2 class="visually-hidden">${PAGE_TEXTS.answers[language]}</h2><ol class="answers">${rows}</ol>`;
}

function actionPart(said: Description, language: Language): Html {
  const unsure = said.look === 'unsure';
  return html`<section class="action"><h2>${PAGE_TEXTS.action[language]}</h2><p>${said.action}</p>
${unsure ? html`<p><a href="${SECOND_OPINION}" rel="noreferrer">${PAGE_TEXTS.secondOpinion[language]}</a></p>` : null}
</section>`;
}

function footer(report: VerificationReport, { language, timeZone, fileName }: ResultContext): Html {
  const { size, sha256 } = report.file;
  const checked = fillTemplate(FOOTER.checked[language], {
    file: fileName === null ? (language === 'id' ? '(tanpa nama)' : '(no name)') : printable(fileName),
    size: sizeText(size, language),
    sha256: `${sha256.slice(0, 8)}…${sha256.slice(-8)}`,
    time: timeText(report.checkedAt, { language, timeZone }),
  });
  return html`<p class="scope">${emphasised(checked)} ${FOOTER.scope[language]} ${FOOTER.privacy[language]}</p>`;
}

const STEPS = ['B', 'kB', 'MB', 'GB'] as const;

/** A size in the unit that makes it short: `200 kB`, `1,5 MB`. */
export function sizeText(bytes: number, language: Language): string {
  const step = Math.min(STEPS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const number = new Intl.NumberFormat(language === 'id' ? 'id-ID' : 'en-GB', {
    maximumSignificantDigits: 3,
  });
  return `${number.format(bytes / 1000 ** step)} ${STEPS[step]}`;
}

function emphasised(parts: readonly TextPart[]): Html {
  return html`${parts.map(({ text, strong }) => (strong ? html`<strong>${text}</strong>` : html`${text}`))}`;
}
