// The start page: one form that works everywhere, and what went wrong with the last try.

import type { Language } from '../report/language.ts';
import { LETTER_TEXTS } from '../report/letter-texts.ts';
import { PROBLEM_TEXTS } from '../report/problem-texts.ts';
import type { AnsweredQuestion } from '../report/questions.ts';
import { fillText } from '../report/template.ts';
import { fourAnswers } from './four-answers.ts';
import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';
import { LETTER_PATH } from './letter-page.ts';
import { OFFLINE_PATH } from './offline-download.ts';
import { CHECKS, PAGE_TEXTS } from './page-texts.ts';
import { PRIVATE_PATH } from './private-mode.ts';
import { reportButton } from './report-download.ts';
import { symbol } from './symbols.ts';

/** What went wrong with the last try, and how to put it right. */
export interface FormError {
  readonly title: string;
  readonly message: string;
  /** Where a file could not be judged: what that means. */
  readonly unjudged: { readonly sentence: string; readonly answers: readonly AnsweredQuestion[] } | null;
}

/** What the form takes. */
export interface FormLimits {
  readonly maxUploadMegabytes: number;
  readonly mostFiles: number;
}

/** The form; with an error it begins with a summary that leads to the field. */
export function uploadForm(
  language: Language,
  { maxUploadMegabytes, mostFiles }: FormLimits,
  error: FormError | null,
): Html {
  const text = (key: keyof typeof PAGE_TEXTS): string => PAGE_TEXTS[key][language];
  const limit = { limit: String(maxUploadMegabytes), most: String(mostFiles) };
  return html`${error === null ? null : errorSummary(error, language)}
<h1>${text('title')}</h1>
<p class="lead">${text('lead')}</p>
<form id="upload" method="post" action="/?lang=${language}" enctype="multipart/form-data" data-max-bytes="${maxUploadMegabytes * 1024 * 1024}" data-max-files="${mostFiles}" data-private="${PRIVATE_PATH}?lang=${language}" ${messages(language, limit)}>
<div class="drop" id="drop">
<label for="file">${text('file')}</label>
<p class="hint" id="file-hint">${fillText(PAGE_TEXTS.limit[language], limit)}</p>
${error === null ? null : html`<p class="field-error" id="file-error">${error.message}</p>`}
<input type="file" id="file" name="file" multiple accept="application/pdf,.pdf" aria-describedby="${error === null ? '' : 'file-error '}file-hint"${error === null ? null : html` aria-invalid="true"`}>
<p class="chosen" id="chosen" role="status"></p>
</div>
<p class="private" id="privacy-mode" hidden><input type="checkbox" id="private" aria-describedby="private-hint"> <label for="private">${text('privateMode')}</label><br><span class="hint" id="private-hint">${text('privateHint')}</span></p>
<div class="actions"><button type="submit" class="primary">${text('check')}</button>${reportButton(language)}</div>
<div class="progress" id="progress" hidden>
<progress max="100" value="0" aria-hidden="true"></progress>
<p aria-hidden="true" id="progress-text"></p>
<p role="status" class="visually-hidden" id="progress-status"></p>
<button type="button" id="cancel">${text('cancel')}</button>
</div>
</form>
<p class="privacy">${text('privacy')}</p>
<p><a href="${LETTER_PATH}?lang=${language}">${LETTER_TEXTS.title[language]}</a></p>
<p><a href="${OFFLINE_PATH}?lang=${language}" download>${text('offline')}</a></p>
<section class="checks"><h2>${text('checks')}</h2>
<ul>${CHECKS.map((check) => html`<li>${check[language]}</li>`)}</ul>
</section>
${helpSection(language)}`;
}

function errorSummary({ title, message, unjudged }: FormError, language: Language): Html {
  // Nothing is wrong with whom the file names: it was not judged, and looks like it.
  const [look, sign] = unjudged === null ? ['', null] : [' look-none', symbol('none', null)];
  return html`<div class="error-summary${look}" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title">
<h2 id="error-title">${sign}${title}</h2>
<ul><li><a href="#file">${message}</a></li></ul>
${unjudged === null ? null : html`<p>${unjudged.sentence}</p>${fourAnswers(unjudged.answers, language)}`}
</div>`;
}

/** What the script says; it has no words of its own. */
function messages(language: Language, limit: Readonly<Record<string, string>>): Html {
  const texts = {
    choose: PAGE_TEXTS.choose[language],
    change: PAGE_TEXTS.change[language],
    uploading: PAGE_TEXTS.uploading[language],
    checking: PAGE_TEXTS.checking[language],
    cancelled: PAGE_TEXTS.cancelled[language],
    one: PAGE_TEXTS.oneFile[language],
    reading: PAGE_TEXTS.reading[language],
    many: fillText(PAGE_TEXTS.tooMany[language], limit),
    problem: PAGE_TEXTS.problem[language],
    error: PAGE_TEXTS.errorPrefix[language],
    missing: PROBLEM_TEXTS['file-missing'][language],
    large: fillText(PROBLEM_TEXTS['file-too-large'][language], limit),
    failed: PROBLEM_TEXTS['upload-failed'][language],
  };
  return html`${Object.entries(texts).map(([name, text]) => html` data-text-${name}="${text}"`)}`;
}
