// Whether two objects are the same without following references: token by token, streams by their raw bytes.

import type { RevisionView } from './document.ts';
import type { PdfDictionary, PdfNumber, PdfObject, PdfStream } from './objects.ts';

/** What a stream's raw data are read through. */
export type RawData = Pick<RevisionView, 'rawData'>;

/**
 * Compares two objects, each with the view it was read through. References are equal when they name the same object, names
 * and strings when they stand for the same bytes, numbers when they have the same value, dictionaries whatever the order
 * of their keys, streams when their raw data are equal and so is all of the dictionary but `/Length`.
 * Two dictionaries with a repeated key are never equal: readers differ about which value counts.
 */
export function sameObject(viewA: RawData, a: PdfObject, viewB: RawData, b: PdfObject): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a === 'boolean' || typeof b === 'boolean') return false;
  switch (a.kind) {
    case 'number':
      return b.kind === 'number' && sameNumber(a, b);
    case 'string':
      return b.kind === 'string' && sameBytes(a.bytes, b.bytes);
    case 'name':
      return b.kind === 'name' && a.name === b.name;
    case 'reference':
      return b.kind === 'reference' && a.number === b.number && a.generation === b.generation;
    case 'array':
      return (
        b.kind === 'array' &&
        a.items.length === b.items.length &&
        a.items.every((item, i) => sameObject(viewA, item, viewB, b.items[i] ?? null))
      );
    case 'dictionary':
      return b.kind === 'dictionary' && sameDictionary(viewA, a, viewB, b, null);
    case 'stream':
      return b.kind === 'stream' && sameStream(viewA, a, viewB, b);
  }
}

function sameNumber(a: PdfNumber, b: PdfNumber): boolean {
  if (a.text === b.text) return true;
  // Beyond 2^53 different numbers share a value.
  return a.value === b.value && Math.abs(a.value) <= Number.MAX_SAFE_INTEGER;
}

function sameDictionary(
  viewA: RawData,
  a: PdfDictionary,
  viewB: RawData,
  b: PdfDictionary,
  ignored: string | null,
): boolean {
  if (a.repeatedKeys.length > 0 || b.repeatedKeys.length > 0) return false;
  for (const key of b.entries.keys()) if (key !== ignored && !a.entries.has(key)) return false;
  for (const [key, value] of a.entries) {
    if (key === ignored) continue;
    const other = b.entries.get(key);
    if (other === undefined || !sameObject(viewA, value, viewB, other)) return false;
  }
  return true;
}

function sameStream(viewA: RawData, a: PdfStream, viewB: RawData, b: PdfStream): boolean {
  return (
    a.dataLength === b.dataLength &&
    sameDictionary(viewA, a.dictionary, viewB, b.dictionary, 'Length') &&
    sameBytes(viewA.rawData(a), viewB.rawData(b))
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
