// Several files checked at once: a line for each, worst told as plainly as best, each opening into its own result.

import type { VerificationReport } from '../index.ts';
import { VERDICT_TEXTS } from '../report/catalogue.ts';
import type { Look } from '../report/looks.ts';
import { unansweredQuestions } from '../report/questions.ts';
import { describe } from '../report/sentences.ts';
import { fillText } from '../report/template.ts';
import { fourAnswers } from './four-answers.ts';
import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';
import { fileNameText, type ResultContext, resultArticle } from './result.ts';
import { resultActions } from './result-actions.ts';
import { symbol } from './symbols.ts';

export interface ListedFile {
  readonly fileName: string | null;
  /** Null where our own service failed. */
  readonly report: VerificationReport | null;
}

type ListContext = Omit<ResultContext, 'fileName'>;

export function fileList(
  files: readonly ListedFile[],
  context: ListContext,
): { title: string; content: Html } {
  const { language } = context;
  const ok = files.filter(({ report }) => report?.ok === true).length;
  const counts = { ok: String(ok), count: String(files.length) };
  const title = fillText(PAGE_TEXTS.filesAccepted[language], counts);
  const content = html`<h1 id="verdict" tabindex="-1">${title}</h1>
<p class="lead">${PAGE_TEXTS.filesLead[language]}</p>
<ol class="files" aria-label="${PAGE_TEXTS.files[language]}">${files.map((file, index) => entry(file, index, context))}</ol>
${resultActions(language)}
${helpSection(language)}`;
  return { title, content };
}

function entry({ fileName, report }: ListedFile, index: number, context: ListContext): Html {
  const { language } = context;
  const name = fileNameText(fileName, language);
  if (report === null)
    return line(
      { look: 'none', name, title: VERDICT_TEXTS.SERVICE_ERROR.title[language] },
      notJudged(context),
    );
  const said = describe(report, language, context);
  const place = { file: index, idPrefix: `file-${index + 1}-`, alone: false };
  return line(
    { look: said.look, name, title: said.title },
    resultArticle(report, said, { ...context, fileName }, place),
  );
}

function line(
  { look, name, title }: { readonly look: Look; readonly name: string; readonly title: string },
  content: Html,
): Html {
  return html`<li class="file look-${look}"><details>
<summary>${symbol(look, null)}<span><span class="name">${name}</span> <span class="item-title">${title}</span></span></summary>
${content}
</details></li>`;
}

function notJudged({ language, requestId }: ListContext): Html {
  const { sentence, action } = VERDICT_TEXTS.SERVICE_ERROR;
  return html`<p>${fillText(sentence[language], { requestId })}</p>
${fourAnswers(unansweredQuestions(language), language)}
<p>${action[language]}</p>`;
}
