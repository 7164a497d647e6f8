// What later versions did to a signed document, each change once, those first that no rule permits.

import type { VerificationReport } from '../index.ts';
import { changeText } from '../report/change-texts.ts';
import type { Language } from '../report/language.ts';
import { fillText } from '../report/template.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';

type Change = VerificationReport['signatures'][number]['integrity']['changesAfter'][number];

// More is for a specialist, who has the list of versions and the machine-readable answer.
const SHOWN_AT_MOST = 30;

/** Nothing where nothing was changed. */
export function changesSection({ signatures }: VerificationReport, language: Language): Html | null {
  const lines = new Map<string, Change>();
  for (const change of signatures.flatMap(({ integrity }) => integrity.changesAfter)) {
    const text = changeText(change, language);
    const known = lines.get(text);
    // What one signature forbids is not made good by another that permits it.
    if (known === undefined || (known.permitted && !change.permitted)) lines.set(text, change);
  }
  if (lines.size === 0) return null;
  const sorted = [...lines].sort(
    ([, a], [, b]) => Number(a.permitted) - Number(b.permitted) || a.revision - b.revision,
  );
  const items = sorted.slice(0, SHOWN_AT_MOST).map(([text, change]) => line(text, change, language));
  const more = sorted.length - SHOWN_AT_MOST;
  return html`<section class="changes"><h2>${PAGE_TEXTS.changes[language]}</h2><ul>${items}
${more > 0 ? html`<li>${fillText(PAGE_TEXTS.changesMore[language], { count: String(more) })}</li>` : null}</ul></section>`;
}

function line(text: string, { permitted, revision }: Change, language: Language): Html {
  const judged = PAGE_TEXTS[permitted ? 'changesPermitted' : 'changesForbidden'][language];
  const version = fillText(PAGE_TEXTS.versionNumber[language], { revision: String(revision) });
  return html`<li class="change-${permitted ? 'permitted' : 'forbidden'}">${version}: ${text} – <strong>${judged}</strong></li>`;
}
