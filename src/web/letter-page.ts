// The page that checks the code of a letter: what it says, what that proves, and what it does not. Works without JavaScript.

import type { CheckedCode } from '../letters/check-letter-code.ts';
import type { Language } from '../report/language.ts';
import { CODE_FINDING_TEXTS, LETTER_TEXTS } from '../report/letter-texts.ts';
import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';

export const LETTER_PATH = '/qr';

/** @param checked - null where nothing was asked yet */
export function letterPage(
  language: Language,
  code: string,
  checked: CheckedCode | null,
): { readonly title: string; readonly content: Html } {
  const text = (key: keyof typeof LETTER_TEXTS): string => LETTER_TEXTS[key][language];
  const form = html`${scanPart(language)}<form id="letter" method="get" action="${LETTER_PATH}">
<input type="hidden" name="lang" value="${language}">
<div class="drop">
<label for="code">${text('field')}</label>
<p class="hint" id="code-hint">${text('hint')}</p>
<textarea id="code" name="code" rows="6" required spellcheck="false" autocomplete="off" aria-describedby="code-hint">${code}</textarea>
</div>
<div class="actions"><button type="submit" class="primary">${text('check')}</button></div>
</form>`;
  if (checked === null)
    return {
      title: text('title'),
      content: html`<h1>${text('title')}</h1><p class="lead">${text('lead')}</p>${form}${helpSection(language)}`,
    };
  const title = text(checked.facts === null ? 'refused' : 'genuine');
  const said = checked.facts === null ? refusal(checked, language) : facts(checked, language);
  return { title, content: html`<h1>${title}</h1>${said}${form}${helpSection(language)}` };
}

/** Room for camera and photo, which need a script; the field below needs none. */
function scanPart(language: Language): Html {
  const texts = (['camera', 'stop', 'aim', 'found', 'noCamera', 'noCode'] as const).map(
    (key) => html` data-text-${key.toLowerCase()}="${LETTER_TEXTS[key][language]}"`,
  );
  return html`<section class="scan" id="scan" hidden${texts} aria-label="${LETTER_TEXTS.camera[language]}">
<div class="actions"><button type="button" id="camera">${LETTER_TEXTS.camera[language]}</button>
<button type="button" id="photo">${LETTER_TEXTS.picture[language]}</button></div>
<input type="file" id="photo-file" accept="image/*" hidden>
<video id="viewfinder" muted playsinline hidden></video>
<p role="status" id="scan-status"></p>
</section>`;
}

function refusal({ finding }: CheckedCode, language: Language): Html {
  return html`<p role="alert">${CODE_FINDING_TEXTS[finding ?? 'code-malformed'][language]}</p>`;
}

function facts(checked: CheckedCode, language: Language): Html {
  const rows = letterRows(checked).map(
    ([key, value]) => html`<dt>${LETTER_TEXTS[key][language]}</dt><dd>${value}</dd>`,
  );
  const former = checked.seal === 'former' ? (['former'] as const) : [];
  const sentences = ([...former, 'proves', 'notProven', 'next'] as const).map(
    (key) => html`<p>${LETTER_TEXTS[key][language]}</p>`,
  );
  return html`<dl class="reference">${rows}</dl>${sentences}`;
}

type RowName = 'number' | 'date' | 'subject' | 'signer' | 'agency' | 'sealedBy' | 'digest' | 'size';

/** What a genuine code says, row by row. */
function letterRows({ facts: said, holder }: CheckedCode): readonly (readonly [RowName, string])[] {
  if (said === null) return [];
  const { number, date, subject, signer, agency, contentSha256, size } = said;
  return [
    ['number', number],
    ['date', date],
    ['subject', subject],
    ['signer', signer],
    ['agency', agency],
    ['sealedBy', holder ?? ''],
    ['digest', Buffer.from(contentSha256).toString('hex')],
    ['size', String(size)],
  ];
}
