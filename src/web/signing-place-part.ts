// Where the signature will stand, as fields that a script moves and everybody else fills in.

import type { Language } from '../report/language.ts';
import { type Html, html } from './html.ts';
import type { DeskLetter, DeskPlace } from './signing-services.ts';
import { SIGNING_TEXTS, type SigningTextName } from './signing-texts.ts';

const CORNERS: Readonly<Record<DeskPlace['corner'], SigningTextName>> = {
  'bottom-right': 'cornerBottomRight',
  'bottom-left': 'cornerBottomLeft',
  'top-right': 'cornerTopRight',
  'top-left': 'cornerTopLeft',
};

/** @param given - what the form held when it came back */
export function placePart(
  choice: DeskLetter['place'],
  given: ReadonlyMap<string, string>,
  language: Language,
): Html {
  const text = (name: SigningTextName): string => SIGNING_TEXTS[name][language];
  if (choice.kind !== 'free')
    return html`<section id="place"><h2>${text('place')}</h2><p>${text(choice.kind === 'fixed' ? 'placeFixed' : 'placeInvisible')}</p></section>`;
  const { place } = choice;
  const value = (name: keyof DeskPlace): string =>
    given.get(name) ?? (place[name] === 'last' ? '' : String(place[name]));
  const chosen = value('corner');
  const corners = Object.entries(CORNERS).map(
    ([corner, name]) =>
      html`<option value="${corner}"${corner === chosen ? html` selected` : null}>${text(name)}</option>`,
  );
  const lengths = (['x', 'y', 'width', 'height'] as const).map((name) =>
    lengthField(name, text(name), value(name)),
  );
  return html`<fieldset id="place" tabindex="-1"><legend>${text('place')}</legend>
<p id="place-now" role="status" class="hint"></p>
<details id="place-numbers" open><summary>${text('placeNumbers')}</summary>
<div class="place-fields">
<div><label for="page">${text('pageField')}</label><input id="page" name="page" inputmode="numeric" pattern="[0-9]*" value="${value('page')}"></div>
<div><label for="corner">${text('corner')}</label><select id="corner" name="corner">${corners}</select></div>
${lengths}
</div></details>
</fieldset>`;
}

function lengthField(name: string, label: string, value: string): Html {
  return html`<div><label for="${name}">${label}</label><input id="${name}" name="${name}" inputmode="decimal" pattern="[0-9]+([.,][0-9]+)?" required value="${value}"></div>`;
}
