// The versions that were signed, where something was added afterwards: a button for each. Nothing is kept between two requests,
// so the file comes along again; the script puts it there, and without a script it is chosen once more.

import type { SignatureReport, VerificationReport } from '../index.ts';
import type { Language } from '../report/language.ts';
import { printableClaim } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { type Html, html } from './html.ts';
import { PAGE_TEXTS } from './page-texts.ts';

export const VERSION_PATH = '/versi';

/** Nothing where the file shows what was signed. */
export function signedVersions(
  { signatures, file }: VerificationReport,
  language: Language,
  idPrefix: string,
): Html | null {
  const earlier = new Map<number, SignatureReport>();
  for (const signature of signatures) {
    if (signature.revision !== null && differsFromFile(signature)) earlier.set(signature.revision, signature);
  }
  if (earlier.size === 0) return null;
  const buttons = [...earlier].map(
    ([revision, { signer }]) =>
      html`<button type="submit" name="revision" value="${revision}">${fillText(
        PAGE_TEXTS.signedVersion[language],
        { revision: String(revision), name: printableClaim(signer?.commonName ?? '?') },
      )}</button>`,
  );
  return html`<section class="versions"><h2>${PAGE_TEXTS.versions[language]}</h2>
<form id="${idPrefix}versions" class="again" data-same-file method="post" action="${VERSION_PATH}?lang=${language}" enctype="multipart/form-data">
<input type="hidden" name="expectedSha256" value="${file.sha256}">
<p><label for="${idPrefix}version-file">${PAGE_TEXTS.sameFile[language]}</label>
<input type="file" id="${idPrefix}version-file" name="file" accept="application/pdf,.pdf" required></p>
<div class="actions">${buttons}</div>
</form></section>`;
}

/** What proves the signature for longer is no other version to a reader; and what was changed inside can no longer be had. */
function differsFromFile({ kind, integrity }: SignatureReport): boolean {
  const { status, coversWholeFile, changesAfter } = integrity;
  if (kind === 'doc-timestamp' || coversWholeFile) return false;
  if (status === 'ADDED') return true;
  const shown = changesAfter.some((change) => !UNSEEN.has(change.kind));
  return status === 'INTACT' && shown;
}

const UNSEEN: ReadonlySet<string> = new Set(['timestamp-added', 'validation-data-added']);
