// What the trailer says beside where things are (ISO 32000-2, 7.5.5): it stays, and so does the catalog that it names.

import type { RevisionView } from '../../pdf/document.ts';
import { asKind, type PdfObject } from '../../pdf/objects.ts';
import { type Explanation, type RevisionStep, sameValue } from './revision-step.ts';

// Entries of a cross-reference stream's dictionary and of a trailer that tell only where things are.
const BOOKKEEPING = new Set([
  ...['Size', 'Prev', 'XRefStm', 'Root', 'Info', 'ID'],
  ...['Type', 'W', 'Index', 'Filter', 'DecodeParms', 'Length', 'DocChecksum'],
]);

/** Keys of the trailer whose values are others than before. */
export function trailerKeysChanged(step: RevisionStep): readonly string[] {
  const { trailer: before } = step.before;
  const { trailer: after } = step.after;
  const keys = new Set([...before.entries.keys(), ...after.entries.keys()]);
  return [...keys].filter((key) => {
    if (BOOKKEEPING.has(key)) return false;
    const value = after.entries.get(key);
    if (sameValue(step, before.entries.get(key) ?? null, value ?? null)) return false;
    return key === 'Encrypt' || !leadsNowhere(step.after, value);
  });
}

/** An office writer leaves references to nothing behind; what leads nowhere shows nothing. */
function leadsNowhere(view: RevisionView, value: PdfObject | undefined): boolean {
  if (view.resolve(value) === null) return true;
  const items = asKind(value, 'array')?.items ?? [];
  const references = items.filter((item) => asKind(item, 'reference') !== undefined);
  return references.length > 0 && references.every((reference) => view.resolve(reference) === null);
}

/** The catalog under its number of before, or a new one that the catalog rule has compared with it. */
export function catalogKept(step: RevisionStep, explanations: readonly Explanation[]): boolean {
  const old = asKind(step.before.trailer.entries.get('Root'), 'reference');
  const now = asKind(step.after.trailer.entries.get('Root'), 'reference');
  if (old?.number === now?.number && old?.generation === now?.generation) return true;
  return explanations.some(({ number }) => number === now?.number);
}
