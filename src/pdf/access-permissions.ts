// What a document lets those do who opened it with the user password (ISO 32000-2, 7.6.4.2, table 22).

import type { EncryptionFacts, PdfDocument } from './document.ts';
import { MalformedPdf, UpdateRefused } from './errors.ts';

/** `new-field` stands for document time-stamps too. Validation data is no content of the document: everybody may add it. */
export type WantedPermission = 'new-field' | 'existing-field';

// Bits are counted from 1.
const MODIFY = 4;
const ANNOTATE_AND_FILL = 6;
const FILL = 9;

/**
 * @throws UpdateRefused `pdf-permission-denied` { bits }: those of `/P` that are missing, of which any one suffices for an
 *   existing field and all are needed for a new one; MalformedPdf `pdf-encrypted` while attachments are locked, for what the
 *   document permits is only proven with a password
 */
export function requirePermission({ encryption }: PdfDocument, wanted: WantedPermission): void {
  if (encryption === null || encryption.access === 'owner') return;
  if (encryption.access === 'attachments-locked') throw new MalformedPdf('pdf-encrypted');
  const bits = missingBits(encryption, wanted);
  if (bits.length > 0) throw new UpdateRefused('pdf-permission-denied', { bits });
}

function missingBits(facts: EncryptionFacts, wanted: WantedPermission): readonly number[] {
  const missing = (bits: readonly number[]) =>
    bits.filter((bit) => (facts.permissions & (1 << (bit - 1))) === 0);
  if (wanted === 'new-field') return missing([MODIFY, ANNOTATE_AND_FILL]);
  // Revision 2 reserves bit 9, and sets it.
  const sufficient = facts.revision === 2 ? [ANNOTATE_AND_FILL] : [ANNOTATE_AND_FILL, FILL];
  const lacking = missing(sufficient);
  return lacking.length === sufficient.length ? lacking : [];
}
