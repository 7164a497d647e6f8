// The shape of a verdict: circle, diamond, triangle, octagon or square, each with its own sign.

import type { Language } from '../report/language.ts';
import type { Look } from '../report/looks.ts';
import { type Html, html } from './html.ts';
import { LOOK_TEXTS } from './page-texts.ts';

const SHAPES: Readonly<Record<Look, Html>> = {
  ok: html`<circle cx="24" cy="24" r="21"/><path class="sign" d="M14 25l7 7 13-15"/>`,
  note: html`<circle cx="24" cy="24" r="21"/><path class="sign" d="M14 23l6 6 11-13"/><path class="sign" d="M36 31v7M36 26v.5"/>`,
  unsure: html`<path d="M24 2l22 22-22 22L2 24z"/><path class="sign" d="M18.5 19a5.5 5.5 0 1 1 8 5c-1.8 1-2.5 2-2.5 4M24 33.5v.5"/>`,
  warn: html`<path d="M24 4l22 39H2z"/><path class="sign" d="M24 18v12M24 36.5v.5"/>`,
  bad: html`<path d="M15 3h18l12 12v18L33 45H15L3 33V15z"/><path class="sign" d="M16 16l16 16M32 16L16 32"/>`,
  none: html`<rect x="4" y="4" width="40" height="40" rx="4"/><path class="sign" d="M14 24h20"/>`,
};

/** The symbol with its text alternative; null makes it mere decoration beside words that say the same. */
export function symbol(look: Look, language: Language | null): Html {
  const alternative =
    language === null
      ? html`aria-hidden="true"`
      : html`role="img" aria-label="${LOOK_TEXTS[look][language]}"`;
  return html`<svg class="symbol" viewBox="0 0 48 48" ${alternative}>${SHAPES[look]}</svg>`;
}
