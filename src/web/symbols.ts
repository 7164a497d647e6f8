// The shape of a verdict: circle, diamond, triangle, octagon or square, each with its own sign.

import type { Language } from '../report/language.ts';
import { LOOK_SHAPES } from '../report/look-shapes.ts';
import { LOOK_TEXTS, type Look } from '../report/looks.ts';
import { type Html, html } from './html.ts';

/** The symbol with its text alternative; null makes it mere decoration beside words that say the same. */
export function symbol(look: Look, language: Language | null): Html {
  const alternative =
    language === null
      ? html`aria-hidden="true"`
      : html`role="img" aria-label="${LOOK_TEXTS[look][language]}"`;
  const { outline, signs } = LOOK_SHAPES[look];
  const shape = html`<path d="${outline}"/>${signs.map((sign) => html`<path class="sign" d="${sign}"/>`)}`;
  return html`<svg class="symbol" viewBox="0 0 48 48" ${alternative}>${shape}</svg>`;
}
