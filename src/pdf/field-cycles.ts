// Form trees that bite their own tail, mended where nobody has signed: a kid that is its own ancestor hangs on nothing.

import { MalformedPdf } from './errors.ts';
import { readFields } from './form-fields.ts';
import { asKind, type PdfDictionary, type PdfObject, pdfArray, withEntries } from './objects.ts';
import { holdsSignature } from './prefix-reading.ts';
import type { ReadDocument } from './read-document.ts';

/** Whether the form needs mending and may be mended: its tree is broken, and nobody has signed. @throws MalformedPdf `limits-exceeded` */
export function hasFieldCycles(document: ReadDocument): boolean {
  return !hasSoundForm(document) && !holdsSignature(document);
}

/**
 * The document without such kids; the same one where a field hangs in two places, since then nobody can say what its name is.
 * @param document - repaired, so that what is appended leaves the old form tree behind for every reader
 * @throws MalformedPdf `limits-exceeded`
 */
export function withoutFieldCycles(document: ReadDocument): ReadDocument {
  const mended = new Map<number, PdfObject>();
  const form = asKind(document.last.get(document.last.catalog(), 'AcroForm'), 'dictionary');
  if (form === undefined) return document;
  cutBelow(document, form, 'Fields', [], mended);
  const cut = document.mendedBy(mended);
  return hasSoundForm(cut) ? cut : document;
}

function hasSoundForm({ last, limits }: ReadDocument): boolean {
  try {
    readFields(last, limits);
    return true;
  } catch (error) {
    // Whatever else is wrong with the form is told by whoever needs it.
    if (error instanceof MalformedPdf && error.code === 'pdf-damaged')
      return error.values.reason !== 'field-tree';
    throw error;
  }
}

function cutBelow(
  document: ReadDocument,
  node: PdfDictionary,
  key: 'Fields' | 'Kids',
  ancestors: readonly number[],
  mended: Map<number, PdfObject>,
): void {
  const kids = asKind(document.last.get(node, key), 'array')?.items ?? [];
  // Deeper trees are refused anyway.
  if (ancestors.length > document.limits.fieldDepth) return;
  const kept = kids.filter((kid) => !leadsTo(kid, ancestors));
  const number = ancestors.at(-1);
  if (kept.length < kids.length && number !== undefined)
    mended.set(number, withEntries(node, { Kids: kept.length === 0 ? undefined : pdfArray(kept) }));
  for (const kid of kept) {
    const reference = asKind(kid, 'reference');
    const dictionary = asKind(document.last.resolve(kid), 'dictionary');
    if (reference === undefined || dictionary === undefined || mended.has(reference.number)) continue;
    cutBelow(document, dictionary, 'Kids', [...ancestors, reference.number], mended);
  }
}

function leadsTo(kid: PdfObject, ancestors: readonly number[]): boolean {
  const reference = asKind(kid, 'reference');
  return reference !== undefined && ancestors.includes(reference.number);
}
