// What a signature leaves behind in a file that cannot be read as it was meant.

import { asKind, isName, type PdfDictionary, type PdfObject } from './objects.ts';

/**
 * Whether an object, or one that stands directly in it, shows that somebody has signed: `/ByteRange`, the type of a signature
 * or document time-stamp, or a signature field that has a value.
 */
export function hasSignatureTrace(object: PdfObject): boolean {
  if (object === null || typeof object === 'boolean') return false;
  switch (object.kind) {
    case 'array':
      return object.items.some(hasSignatureTrace);
    case 'stream':
      return hasSignatureTrace(object.dictionary);
    case 'dictionary':
      return isTrace(object) || [...object.entries.values()].some(hasSignatureTrace);
    default:
      return false;
  }
}

function isTrace({ entries }: PdfDictionary): boolean {
  const type = asKind(entries.get('Type'), 'name')?.name;
  if (entries.has('ByteRange') || type === 'Sig' || type === 'DocTimeStamp') return true;
  return isName(entries.get('FT'), 'Sig') && (entries.get('V') ?? null) !== null;
}

/** The same for a piece of a file in which no objects could be recognised, one character per byte. */
export function textHasSignatureTrace(text: string): boolean {
  if (/\/ByteRange(?![\w.])|\/Type\s{0,16}\/(?:Sig|DocTimeStamp)(?![\w.])/.test(text)) return true;
  return /\/FT\s{0,16}\/Sig(?![\w.])/.test(text) && /\/V(?![\w.])/.test(text);
}
