// The help that stands below every form and result.

import type { Language } from '../report/language.ts';
import { type Html, html } from './html.ts';
import { HELP_SENTENCES, PAGE_TEXTS } from './page-texts.ts';

/** Closed at first; the link in the header leads here. */
export function helpSection(language: Language): Html {
  const items = HELP_SENTENCES.map((sentence) => html`<li>${sentence[language]}</li>`);
  return html`<section class="help" id="help">
<details><summary><h2>${PAGE_TEXTS.help[language]}</h2></summary>
<ul>${items}</ul>
</details>
</section>`;
}
