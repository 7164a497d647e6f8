// The page for officials, view by view: come in, the letter before it is signed, what has come of it.

import type { Session } from '../identity/sign-in-session.ts';
import type { Language } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { describe } from '../report/sentences.ts';
import { fillTemplate, fillText, type TextPart, type Values } from '../report/template.ts';
import { timeText } from '../report/time-text.ts';
import { helpSection } from './help.ts';
import { type Html, html } from './html.ts';
import { sizeText } from './result.ts';
import { signatureList } from './signature-list.ts';
import { placePart } from './signing-place-part.ts';
import type { DeskLetter, DeskLink, DeskOutcome, DeskSigner } from './signing-services.ts';
import { SIGNING_TEXTS, type SigningTextName } from './signing-texts.ts';
import { symbol } from './symbols.ts';

export const SIGNING_PATH = '/tanda-tangan';
/** Name of the link in queries. */
export const LINK = 'permintaan';

export interface View {
  readonly title: string;
  readonly content: Html;
}

export interface ViewContext {
  readonly language: Language;
  readonly timeZone: string;
  readonly requestId: string;
}

/** What is told above the form. */
export type Notice =
  | { readonly kind: 'problem'; readonly message: string; readonly fields: readonly string[] }
  | { readonly kind: 'done'; readonly message: string };

/** An address of the page, in the language of now. */
export function signingUrl(language: Language, below: string, link: string): string {
  const query = new URLSearchParams({ ...(link === '' ? {} : { [LINK]: link }), lang: language });
  return `${SIGNING_PATH}${below}?${query}`;
}

/** @param link - that is opened afterwards; empty: none was given @param needsLink - without one there is nothing to sign */
export function signInView(link: string, needsLink: boolean, { language }: ViewContext): View {
  const text = textIn(language);
  const idle = link === '' && needsLink;
  const title = text(idle ? 'title' : 'signInTitle');
  if (idle) return { title, content: html`<h1>${title}</h1><p class="lead">${text('noLink')}</p>` };
  return {
    title,
    content: html`<h1>${title}</h1>
<p class="lead">${text('signInLead')}</p>
<div class="actions"><a class="button primary" href="${signingUrl(language, '/masuk', link)}">${text('signIn')}</a></div>
${helpSection(language)}`,
  };
}

/** @param fields - what the form held when it came back; secrets are never among them */
export function letterView(
  letter: DeskLetter,
  session: Session,
  notice: Notice | null,
  fields: ReadonlyMap<string, string>,
  context: ViewContext,
): View {
  const { language, timeZone } = context;
  const text = textIn(language);
  const time = timeText(letter.expiresAt, { language, timeZone });
  const title = printable(letter.title);
  const waiting = filled('waiting', { name: printable(letter.signerName), time }, language);
  const content = html`${notice === null ? null : noticePart(notice, language)}
<h1>${title}</h1>
<p class="lead">${waiting}<br>${fillText(SIGNING_TEXTS.from[language], { client: letter.client })}</p>
${earlierPart(letter, context)}
<form id="desk" method="post" action="${signingUrl(language, '', letter.sealed)}" enctype="multipart/form-data" data-letter="${signingUrl(language, '/surat', letter.sealed)}"${scriptTexts(letter.place.kind === 'free', language)}>
${ownFields(letter, session)}
<input type="hidden" name="seen" value="${letter.documentSha256}">
<section class="paper-part"><h2>${text('letter')}</h2>
<div class="actions"><button type="button" id="show" hidden>${text('show')}</button>
<a class="button" href="${signingUrl(language, '/surat', letter.sealed)}" target="_blank" rel="noreferrer">${fillText(SIGNING_TEXTS.open[language], { size: sizeText(letter.size, language) })}</a></div>
<p role="status" id="paper-status" class="hint"></p>
<ol id="sheets" class="sheets" hidden></ol>
</section>
${placePart(letter.place, fields, language)}
${secretPart(letter, language)}
<div class="actions"><button type="submit" class="primary" id="sign">${text('sign')}</button></div>
<p role="status" id="sign-status"></p>
<p class="digest">${text('digest')}: <code>${letter.documentSha256}</code></p>
</form>
${letter.secondFactor === 'email' ? codeForm(letter, session, language) : null}
${leaveForm(letter, session, language)}
${helpSection(language)}`;
  return { title, content };
}

export function noticePart(notice: Notice, language: Language): Html {
  if (notice.kind === 'done') return html`<p class="told" role="status">${notice.message}</p>`;
  const target = notice.fields.some((name) => PLACE_FIELDS.has(name)) ? '#place' : '#desk-secret';
  return html`<div class="error-summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title">
<h2 id="error-title">${SIGNING_TEXTS.stillOpen[language]}</h2>
<ul><li><a href="${target}">${notice.message}</a></li></ul>
</div>`;
}

const PLACE_FIELDS: ReadonlySet<string> = new Set(['page', 'corner', 'x', 'y', 'width', 'height']);

/** Who signed before, in the order of signing, as the verifier says it of these bytes: first in a line each, then whole. */
function earlierPart({ report }: DeskLetter, context: ViewContext): Html {
  const { language } = context;
  const text = textIn(language);
  const said = describe(report, language, context);
  const list = signatureList(report, said, context);
  if (list === null)
    return html`<section class="earlier"><h2>${text('before')}</h2><p>${text('nobody')}</p></section>`;
  const lines = said.signatures.map(
    ({ look, name, title, time }) =>
      html`<li class="look-${look}">${symbol(look, null)}<span><strong>${name}</strong>${title}<br>${time}</span></li>`,
  );
  return html`<section class="earlier"><h2>${text('before')}</h2><ol class="signers">${lines}</ol>
<details><summary>${text('whole')}</summary>${list}</details></section>`;
}

export function secretPart({ secret, secondFactor }: DeskSigner, language: Language): Html {
  const text = textIn(language);
  const code = secondFactor === null ? null : text(secondFactor === 'totp' ? 'totp' : 'mailed');
  return html`<fieldset id="desk-secret" tabindex="-1"><legend>${text('confirm')}</legend>
${secret === 'none' ? null : secretField(secret, text(secret))}
${code === null ? null : html`<label for="code">${code}</label><input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,7}" maxlength="7" required>`}
<p class="hint">${text('secretsHint')}</p>
</fieldset>`;
}

function secretField(name: 'passphrase' | 'otp', label: string): Html {
  return html`<label for="${name}">${label}</label><input id="${name}" name="${name}" type="password" autocomplete="off" maxlength="1024" required>`;
}

function codeForm(link: Pick<DeskLink, 'sealed'>, session: Session, language: Language): Html {
  return html`<form method="post" action="${signingUrl(language, '/kode', link.sealed)}" enctype="multipart/form-data">${ownFields(link, session)}
<div class="actions"><button type="submit">${SIGNING_TEXTS.sendCode[language]}</button></div></form>`;
}

export function leaveForm(link: Pick<DeskLink, 'sealed'>, session: Session, language: Language): Html {
  return html`<form method="post" action="${signingUrl(language, '/keluar', link.sealed)}" enctype="multipart/form-data">${ownFields(link, session)}
<div class="actions"><button type="submit">${SIGNING_TEXTS.signOut[language]}</button></div></form>`;
}

export function ownFields({ sealed }: Pick<DeskLink, 'sealed'>, { formKey }: Session): Html {
  return html`<input type="hidden" name="link" value="${sealed}"><input type="hidden" name="formKey" value="${formKey}">`;
}

/** What the script says; it has no words of its own. @param free - whether the place is the signer's to choose */
export function scriptTexts(free: boolean, language: Language): Html {
  const texts = {
    loading: SIGNING_TEXTS.loading[language],
    drawn: SIGNING_TEXTS[free ? 'drawn' : 'drawnFixed'][language],
    failed: SIGNING_TEXTS.notDrawn[language],
    changed: SIGNING_TEXTS.changed[language],
    page: SIGNING_TEXTS.page[language],
    box: SIGNING_TEXTS.box[language],
    at: SIGNING_TEXTS.boxAt[language],
    signing: SIGNING_TEXTS.signing[language],
  };
  const said = Object.entries(texts).map(([name, value]) => html` data-text-${name}="${value}"`);
  return html`${said}`;
}

/** @param session - of who sees it; for the form that delivers again */
export function doneView(outcome: DeskOutcome, session: Session, { language }: ViewContext): View {
  const text = textIn(language);
  const { delivered, client, signatureId, sha256 } = outcome;
  const title = text('doneTitle');
  const said = fillText(SIGNING_TEXTS[delivered ? 'delivered' : 'notDelivered'][language], { client });
  const content = html`<article class="result look-${delivered ? 'ok' : 'unsure'}">
<section class="verdict" role="status"><h1 id="verdict" tabindex="-1">${title}</h1>
<p class="sentence">${said}</p></section>
<div class="actions">${delivered ? null : undeliveredPart(outcome, session, language)}
${outcome.back === null ? null : html`<a class="button${delivered ? ' primary' : ''}" href="${outcome.back}" rel="noreferrer">${text('back')}</a>`}</div>
<dl><div><dt>${text('letter')}</dt><dd>${printable(outcome.title)}</dd></div>
<div><dt>${text('signatureId')}</dt><dd>${signatureId}</dd></div>
<div><dt>${text('signedDigest')}</dt><dd>${sha256}</dd></div></dl>
</article>
${leaveForm(outcome, session, language)}
${helpSection(language)}`;
  return { title, content };
}

function undeliveredPart(outcome: DeskOutcome, session: Session, language: Language): Html {
  const text = textIn(language);
  return html`${outcome.pdf === null ? null : downloadLink(outcome.pdf, outcome.signatureId, text('download'))}
<form method="post" action="${signingUrl(language, '/kirim', outcome.sealed)}" enctype="multipart/form-data">${ownFields(outcome, session)}
<button type="submit">${text('sendAgain')}</button></form>`;
}

/** In the page itself: it is there even if the application and this service are gone a moment later. */
export function downloadLink(pdf: Uint8Array, signatureId: string, label: string): Html {
  const data = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('base64');
  return html`<a class="button primary" download="surat-${signatureId}.pdf" href="data:application/pdf;base64,${data}">${label}</a>`;
}

/** Something that this form cannot put right. @param link - may be opened again; empty: not */
export function refusalView(
  message: string,
  link: string,
  another: boolean,
  { language }: ViewContext,
): View {
  const text = textIn(language);
  const title = text('refused');
  const content = html`<article class="result look-unsure"><section class="verdict" role="alert"><h1 id="verdict" tabindex="-1">${title}</h1>
<p class="sentence">${message}</p></section>
<div class="actions">${link === '' ? null : html`<a class="button" href="${signingUrl(language, '', link)}">${text('again')}</a>`}
${another && link !== '' ? html`<a class="button" href="${signingUrl(language, '/masuk', link)}&amp;lain=1">${text('signInAgain')}</a>` : null}</div>
</article>
${helpSection(language)}`;
  return { title, content };
}

function textIn(language: Language): (name: SigningTextName) => string {
  return (name) => SIGNING_TEXTS[name][language];
}

export function filled(name: SigningTextName, values: Values, language: Language): readonly Html[] {
  return fillTemplate(SIGNING_TEXTS[name][language], values).map(stretch);
}

function stretch({ text, strong }: TextPart): Html {
  return strong ? html`<strong>${text}</strong>` : html`${text}`;
}
