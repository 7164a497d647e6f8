// Every signature value of a document, however a hostile or broken file may hide it (ISO 32000-2, 12.8).

import type { PdfDocument, RevisionView } from './document.ts';
import { MalformedPdf } from './errors.ts';
import { type FormField, readFields } from './form-fields.ts';
import { asKind, isName, type PdfDictionary, type PdfObject, type PdfReference } from './objects.ts';

/** A value of a signature field, or a dictionary that looks like one although no field leads to it. */
export interface SignatureValue {
  /** Null when the field's `/V` is not a dictionary: a failed signature, never "unsigned". */
  readonly dictionary: PdfDictionary | null;
  /** The dictionary's own number, null when it stands directly in the field. */
  readonly reference: PdfReference | null;
  /** `field`: through the form of the last revision. `hidden`: only by looking at all objects. */
  readonly origin: 'field' | 'hidden';
  /** The fields of the last revision that hold this value; more than one is an attack. */
  readonly fields: readonly FormField[];
}

/** The signature values of the form in the last revision alone: what a signer asks, who must not break an earlier one. */
export function findFormSignatures(document: PdfDocument): readonly SignatureValue[] {
  const found = new Map<string, SignatureValue>();
  for (const field of signatureFields(document.last)) addFieldValue(found, document.last, field);
  return [...found.values()];
}

/**
 * Finds the signature values: those of the form in the last revision, those that an earlier revision's form held, and
 * any object of a later revision, or of the whole file when nothing else was found, that has the look of one.
 * @throws MalformedPdf `limits-exceeded`
 */
export function findSignatures(document: PdfDocument): readonly SignatureValue[] {
  const found = new Map<string, SignatureValue>(
    findFormSignatures(document).map((value) => [keyOf(value.reference, value.fields[0]), value]),
  );
  requireFewObjectsBehind(document, [...found.values()]);
  for (const revision of document.revisions.slice(0, -1)) {
    const view = document.viewOf(revision.index);
    for (const field of signatureFields(view)) addHidden(found, view, asKind(field.value, 'reference'));
  }
  for (const reference of candidateObjects(document, found.size === 0))
    addHidden(found, document.last, reference);
  const values = [...found.values()];
  if (values.length > document.limits.signatureValues) {
    throw new MalformedPdf('limits-exceeded', { limit: 'signatureValues', value: values.length });
  }
  return values;
}

/**
 * Counted before any of them is read. A range that fits nothing may hide some of them from the count, and is no good signature.
 * @throws MalformedPdf `limits-exceeded`
 */
function requireFewObjectsBehind(
  { revisions, limits }: PdfDocument,
  signatures: readonly SignatureValue[],
): void {
  const ends = signatures.map(({ dictionary }) => rangeEnd(dictionary)).filter((end) => end !== null);
  if (ends.length === 0) return;
  const first = Math.min(...ends);
  let behind = 0;
  for (const { endOfMarker, entries } of revisions) if (endOfMarker > first) behind += entries.size;
  if (behind > limits.objectsBehindSignature)
    throw new MalformedPdf('limits-exceeded', { limit: 'objectsBehindSignature', value: behind });
}

/** Where the second part of a ByteRange ends; null where none is written as it should be. */
function rangeEnd(dictionary: PdfDictionary | null): number | null {
  const items = asKind(dictionary?.entries.get('ByteRange'), 'array')?.items ?? [];
  const [start, length] = items.slice(2).map((item) => asKind(item, 'number')?.value);
  return start === undefined || length === undefined ? null : start + length;
}

/** Signature fields that have a value, whatever the value is. */
function signatureFields(view: RevisionView): readonly FormField[] {
  return readFields(view).filter((field) => field.type === 'Sig' && view.resolve(field.value) !== null);
}

function addFieldValue(found: Map<string, SignatureValue>, view: RevisionView, field: FormField): void {
  const reference = asKind(field.value, 'reference') ?? null;
  const key = keyOf(reference, field);
  const known = found.get(key);
  found.set(key, {
    dictionary: asKind(view.resolve(field.value), 'dictionary') ?? null,
    reference,
    origin: 'field',
    fields: [...(known?.fields ?? []), field],
  });
}

/** One value, however many fields hold it; a value that stands in its field directly belongs to that field. */
function keyOf(reference: PdfReference | null, field: FormField | undefined): string {
  return reference === null
    ? `field ${field?.reference?.number ?? field?.name ?? ''}`
    : `${reference.number}`;
}

/** @param view - where the value was seen: a later revision may have freed or emptied it, which unmakes no signature */
function addHidden(
  found: Map<string, SignatureValue>,
  view: RevisionView,
  reference: PdfReference | undefined,
): void {
  if (reference === undefined || found.has(`${reference.number}`)) return;
  const dictionary = asKind(loadOrNull(view, reference), 'dictionary');
  if (dictionary === undefined) return;
  found.set(`${reference.number}`, { dictionary, reference, origin: 'hidden', fields: [] });
}

function candidateObjects(document: PdfDocument, everything: boolean): readonly PdfReference[] {
  const candidates: PdfReference[] = [];
  for (const revision of document.revisions) {
    if (revision.index === 0 && !everything) continue;
    for (const [number, entry] of revision.entries) {
      if (entry.kind === 'free') continue;
      const reference: PdfReference = {
        kind: 'reference',
        number,
        generation: entry.kind === 'offset' ? entry.generation : 0,
      };
      const dictionary = asKind(glanceOrNull(document.last, reference), 'dictionary');
      if (dictionary !== undefined && looksLikeSignature(dictionary)) candidates.push(reference);
    }
  }
  return candidates;
}

/** `/Type` names it, or it has both entries that only a signature dictionary has. */
export function looksLikeSignature(dictionary: PdfDictionary): boolean {
  const type = dictionary.entries.get('Type');
  if (isName(type, 'DocTimeStamp')) return true;
  const hasContents = dictionary.entries.has('Contents');
  return (
    hasContents &&
    (dictionary.entries.has('ByteRange') || (isName(type, 'Sig') && dictionary.entries.has('Filter')))
  );
}

/** A damaged object cannot be a signature that anybody accepts; other rules report the damage where it matters. */
function loadOrNull(view: RevisionView, reference: PdfReference): PdfObject {
  return unlessDamaged(() => view.load(reference));
}

function glanceOrNull(view: RevisionView, reference: PdfReference): PdfObject {
  return unlessDamaged(() => view.loadHead(reference));
}

function unlessDamaged(read: () => PdfObject): PdfObject {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedPdf && error.code !== 'limits-exceeded') return null;
    throw error;
  }
}
