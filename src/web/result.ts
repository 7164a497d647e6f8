// A verdict on the page, in the order of reading: title, sentence, four answers, what to do, signatures, details.

import type { VerificationReport } from '../index.ts';
import { FOOTER, UNSTATED } from '../report/label-texts.ts';
import type { Language } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { answerQuestions } from '../report/questions.ts';
import { type Description, describe } from '../report/sentences.ts';
import { fillTemplate, type TextPart } from '../report/template.ts';
import { timeText } from '../report/time-text.ts';
import { changesSection } from './changes.ts';
import { documentDetails } from './details.ts';
import { fourAnswers } from './four-answers.ts';
import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';
import { previewPart } from './preview-part.ts';
import { reportSection } from './report-download.ts';
import { resultActions } from './result-actions.ts';
import { signatureList } from './signature-list.ts';
import { signedVersions } from './signed-versions.ts';
import { symbol } from './symbols.ts';

export interface ResultContext {
  readonly language: Language;
  readonly timeZone: string;
  readonly requestId: string;
  readonly fileName: string | null;
  /** The document was read where it is, and is not here. */
  readonly onDevice?: boolean;
}

/** Where a result stands: the only one of its page, or one of several. */
export interface ResultPlace {
  /** Which of the files that were sent it is about, from 0; null where none was sent. */
  readonly file: number | null;
  /** Ids are unique in a page. */
  readonly idPrefix: string;
  /** The only result is the page's heading. */
  readonly alone: boolean;
}

const ONLY: ResultPlace = { file: 0, idPrefix: '', alone: true };

const SECOND_OPINION = 'https://tte.komdigi.go.id/verifyPDF';

/** The whole result. Everything that comes from the file is escaped and free of characters that reorder text. */
export function result(
  report: VerificationReport,
  context: ResultContext,
  place: ResultPlace = ONLY,
): { title: string; content: Html } {
  const said = describe(report, context.language, context);
  const content = html`${resultArticle(report, said, context, place)}
${helpSection(context.language)}`;
  return { title: said.title, content };
}

/** The result without what stands once on a page. */
export function resultArticle(
  report: VerificationReport,
  said: Description,
  context: ResultContext,
  place: ResultPlace,
): Html {
  const { language } = context;
  const { idPrefix, file, alone } = place;
  return html`<article class="result look-${said.look}" id="${idPrefix}result"${file === null ? null : html` data-file="${file}"`}>
${verdictPanel(report, said, context, place)}
${actionPart(said, language)}
${alone ? resultActions(language) : null}
${changesSection(report, language)}
${context.onDevice === true ? null : signedVersions(report, language, idPrefix)}
${file === null || report.problem !== null ? null : reportSection(language, idPrefix)}
${signatureList(report, said, context)}
${file === null || report.problem !== null ? null : previewPart(language)}
${documentDetails(report, context)}
</article>
${footer(report, context)}`;
}

function verdictPanel(
  report: VerificationReport,
  said: Description,
  { language }: ResultContext,
  { alone }: ResultPlace,
): Html {
  const heading = alone
    ? html`<h1 id="verdict" tabindex="-1">${said.title}</h1>`
    : html`<h2>${said.title}</h2>`;
  const sentence = html`<p class="sentence">${emphasised(said.sentenceParts)}</p>`;
  const answers = fourAnswers(answerQuestions(report, language), language);
  const parts = said.sentence.length > SENTENCE_ROOM ? [answers, sentence] : [sentence, answers];
  return html`<section class="verdict">
<div class="headline">${symbol(said.look, language)}${heading}</div>
${parts}
</section>`;
}

// A sentence that names many signers would push the four answers off the first screen of a phone: it then stands below them.
const SENTENCE_ROOM = 330;

function actionPart(said: Description, language: Language): Html {
  const unsure = said.look === 'unsure';
  return html`<section class="action"><h2>${PAGE_TEXTS.action[language]}</h2><p>${said.action}</p>
${unsure ? html`<p><a href="${SECOND_OPINION}" rel="noreferrer">${PAGE_TEXTS.secondOpinion[language]}</a></p>` : null}
</section>`;
}

function footer(
  report: VerificationReport,
  { language, timeZone, fileName, onDevice = false }: ResultContext,
): Html {
  const { size, sha256 } = report.file;
  const checked = fillTemplate(FOOTER.checked[language], {
    file: fileNameText(fileName, language),
    size: sizeText(size, language),
    sha256: `${sha256.slice(0, 8)}…${sha256.slice(-8)}`,
    time: timeText(report.checkedAt, { language, timeZone }),
  });
  return html`<p class="scope">${emphasised(checked)} ${FOOTER.scope[language]} ${FOOTER[onDevice ? 'notSent' : 'privacy'][language]}</p>`;
}

/** A file's name as it may be shown. */
export function fileNameText(fileName: string | null, language: Language): string {
  const shown = fileName === null ? '' : printable(fileName);
  return shown === '' ? UNSTATED.file[language] : shown;
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
