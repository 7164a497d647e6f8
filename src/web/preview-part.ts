// Room for the preview of a document. Only a script draws it, from the file that it holds; without one the list names the pages.

import type { Language } from '../report/language.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';

export function previewPart(language: Language): Html {
  const texts = {
    loading: PAGE_TEXTS.previewLoading[language],
    hint: PAGE_TEXTS.previewHint[language],
    failed: PAGE_TEXTS.previewFailed[language],
    page: PAGE_TEXTS.previewPage[language],
    box: PAGE_TEXTS.previewBox[language],
  };
  const said = Object.entries(texts).map(([name, text]) => html` data-text-${name}="${text}"`);
  return html`<section class="preview" hidden${said}><h2>${PAGE_TEXTS.previewTitle[language]}</h2>
<button type="button">${PAGE_TEXTS.previewShow[language]}</button>
<p role="status"></p>
<ol hidden></ol>
</section>`;
}
