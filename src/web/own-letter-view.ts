// The page on which an official signs a letter that he or she brings: the form, and the signed letter to take away.

import type { Session } from '../identity/sign-in-session.ts';
import { printable } from '../report/printable.ts';
import { helpSection } from './help.ts';
import { html } from './html.ts';
import { placePart } from './signing-place-part.ts';
import type { DeskPlace, DeskSigner, OwnOutcome } from './signing-services.ts';
import { SIGNING_TEXTS, type SigningTextName } from './signing-texts.ts';
import {
  downloadLink,
  filled,
  leaveForm,
  type Notice,
  noticePart,
  ownFields,
  scriptTexts,
  secretPart,
  signingUrl,
  type View,
  type ViewContext,
} from './signing-view.ts';

/** The usual block, two centimetres from the corner where letters end. */
const USUAL: DeskPlace = { page: 'last', corner: 'bottom-right', x: 20, y: 20, width: 65, height: 26 };
const NO_LINK = { sealed: '' };

/** @param fields - what the form held when it came back; secrets are never among them */
export function ownLetterView(
  signer: DeskSigner,
  session: Session,
  notice: Notice | null,
  fields: ReadonlyMap<string, string>,
  { language }: ViewContext,
): View {
  const text = (name: SigningTextName): string => SIGNING_TEXTS[name][language];
  const title = text('title');
  const lead = filled('ownLead', { name: printable(signer.signerName) }, language);
  const content = html`${notice === null ? null : noticePart(notice, language)}
<h1>${title}</h1>
<p class="lead">${lead}</p>
<form id="desk" method="post" action="${signingUrl(language, '/berkas', '')}" enctype="multipart/form-data"${scriptTexts(true, language)}>
${ownFields(NO_LINK, session)}
<input type="hidden" name="seen" value="">
<section class="paper-part"><h2>${text('letter')}</h2>
${notice === null ? null : html`<p class="hint">${text('ownAgain')}</p>`}
<label for="file">${text('ownFile')}</label><input type="file" id="file" name="file" accept="application/pdf,.pdf" required>
<div class="actions"><button type="button" id="show" hidden>${text('show')}</button></div>
<p role="status" id="paper-status" class="hint"></p>
<ol id="sheets" class="sheets" hidden></ol>
</section>
${placePart({ kind: 'free', place: USUAL }, fields, language)}
${secretPart(signer, language)}
<div class="actions"><button type="submit" class="primary" id="sign">${text('sign')}</button></div>
<p role="status" id="sign-status"></p>
</form>
${leaveForm(NO_LINK, session, language)}
${helpSection(language)}`;
  return { title, content };
}

export function ownDoneView({ pdf, signatureId, sha256 }: OwnOutcome, { language }: ViewContext): View {
  const text = (name: SigningTextName): string => SIGNING_TEXTS[name][language];
  const title = text('doneTitle');
  const content = html`<article class="result look-ok">
<section class="verdict" role="status"><h1 id="verdict" tabindex="-1">${title}</h1>
<p class="sentence">${text('ownDone')}</p></section>
<div class="actions">${downloadLink(pdf, signatureId, text('download'))}
<a class="button" href="${signingUrl(language, '', '')}">${text('ownNext')}</a></div>
<dl><div><dt>${text('signatureId')}</dt><dd>${signatureId}</dd></div>
<div><dt>${text('signedDigest')}</dt><dd>${sha256}</dd></div></dl>
</article>
${helpSection(language)}`;
  return { title, content };
}
