// Every item of the file, one entry each, in the order of signing.

import type { SignatureReport, VerificationReport } from '../index.ts';
import type { Language } from '../report/language.ts';
import { printableClaim } from '../report/printable.ts';
import type { Description, SignatureDescription } from '../report/sentences.ts';
import { fillText, type TextPart } from '../report/template.ts';
import { timeText } from '../report/time-text.ts';
import { signatureDetails } from './details.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';
import { symbol } from './symbols.ts';

export interface ListContext {
  readonly language: Language;
  readonly timeZone: string;
}

/** Nothing where the file holds no item. */
export function signatureList(
  report: VerificationReport,
  said: Description,
  context: ListContext,
): Html | null {
  if (report.signatures.length === 0) return null;
  const alone = report.signatures.length === 1;
  const items = report.signatures.map((signature, index) => {
    const words = said.signatures[index];
    return words === undefined ? null : listItem(signature, words, { number: index + 1, alone }, context);
  });
  return html`<section class="signatures"><h2>${PAGE_TEXTS.signatures[context.language]}</h2><ol>${items}</ol></section>`;
}

function listItem(
  signature: SignatureReport,
  said: SignatureDescription,
  { number, alone }: { readonly number: number; readonly alone: boolean },
  context: ListContext,
): Html {
  // With one item the document's own title and sentence have said it all.
  const repeats = alone && said.kindLine === null;
  return html`<li class="item look-${said.look}" ${placeOf(signature, number)}>
<h3>${symbol(said.look, null)}<span class="name">${number}. ${said.name}</span></h3>
${said.kindLine === null ? null : html`<p class="kind"><span aria-hidden="true">◈</span> ${said.kindLine}</p>`}
${repeats ? null : html`<p class="item-title">${said.title}</p><p class="sentence">${said.sentenceParts.map(stretch)}</p>`}
<ul class="facts">${factsOf(signature, said, context).map((fact) => html`<li>${fact}</li>`)}</ul>
${said.certifiedLine === null ? null : html`<p class="certified">${said.certifiedLine}</p>`}
${said.rules.map((rule) => html`<p class="rule">${rule}</p>`)}
${said.reasons.length === 0 ? null : html`<ul class="reasons">${said.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
${said.changes === '' ? null : html`<p class="later">${fillText(PAGE_TEXTS.later[context.language], { changes: said.changes })}</p>`}
${signatureDetails(signature, context.language)}
</li>`;
}

/** For the preview, which draws a box with this number there. */
function placeOf({ page, rect }: SignatureReport, number: number): Html | null {
  if (page === null || rect === null) return null;
  return html`data-number="${number}" data-page="${page}" data-rect="${rect.join(' ')}"`;
}

function factsOf(
  { page, signer }: SignatureReport,
  said: SignatureDescription,
  { language, timeZone }: ListContext,
): string[] {
  const where =
    page === null
      ? PAGE_TEXTS.notVisible[language]
      : fillText(PAGE_TEXTS.onPage[language], { page: String(page) });
  if (signer === null) return [said.time, where];
  const day = (instant: number): string => timeText(instant, { language, timeZone });
  const issuer = printableClaim(signer.issuerCommonName ?? signer.issuer);
  return [
    said.time,
    where,
    fillText(PAGE_TEXTS.issuedBy[language], { issuer }),
    fillText(PAGE_TEXTS.inForce[language], { from: day(signer.notBefore), to: day(signer.notAfter) }),
  ];
}

function stretch({ text, strong }: TextPart): Html {
  return strong ? html`<strong>${text}</strong>` : html`${text}`;
}
