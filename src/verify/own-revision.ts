// A signature dictionary as its own revision shows it, beside the whole file: reason, name and time are those that were signed, and
// the field that holds it has the name that it had (verification of ISO 32000-2, 12.8.1).

import type { PdfDocument, RevisionView } from '../pdf/document.ts';
import { readFields } from '../pdf/form-fields.ts';
import { asKind, type PdfObject } from '../pdf/objects.ts';
import { referencesIn } from '../pdf/references.ts';
import { sameObject } from '../pdf/same-object.ts';
import type { SignatureValue } from '../pdf/signatures.ts';

/**
 * Whether the dictionary, with all that it refers to, and the name of its field are in the last revision what they were.
 * @param revision - index of the one that the signature covers
 * @throws MalformedPdf
 */
export function readsAsItWasSigned(
  document: PdfDocument,
  signature: SignatureValue,
  revision: number,
): boolean {
  const later = document.revisions.slice(revision + 1);
  // Nothing came after it: there is one reading only.
  if (later.length === 0) return true;
  const then = document.viewOf(revision);
  return sameName(then, signature) && sameParts(document, then, signature);
}

/** A name that no field of its own revision gives is none that was signed. */
function sameName(then: RevisionView, { reference, fields }: SignatureValue): boolean {
  const [field] = fields;
  // Values that no field leads to, or several, or that stand in their field directly, have findings of their own.
  if (field === undefined || fields.length > 1 || reference === null) return true;
  const holders = readFields(then).filter(
    ({ value }) => asKind(value, 'reference')?.number === reference.number,
  );
  return holders.some(({ name }) => name === field.name);
}

// A builder's properties and a chain of certificates are a few; whoever refers to more has something else in mind.
const MOST_PARTS = 1_000;

/** What `/Reference` leads to is the document itself, and the rules on certification ask about it. */
function sameParts(document: PdfDocument, then: RevisionView, { dictionary }: SignatureValue): boolean {
  const entries = [...(dictionary?.entries ?? [])].filter(([key]) => key !== 'Reference');
  const pending = entries.flatMap(([, value]) => referencesIn(value));
  const visited = new Set<number>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (visited.has(next.number)) continue;
    if (visited.size >= MOST_PARTS) return false;
    visited.add(next.number);
    const old: PdfObject = then.load(next);
    const now = document.last.load(next);
    if (!sameObject(then, old, document.last, now)) return false;
    pending.push(...referencesIn(old));
  }
  return true;
}
