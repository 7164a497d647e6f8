// An object with its strings decrypted (ISO 32000-2, 7.6.2).

import { asKind, isName, type PdfDictionary, type PdfObject, type PdfString } from './objects.ts';

/** Gives the clear bytes of a string. @throws MalformedPdf */
export type DecryptBytes = (encrypted: Uint8Array) => Uint8Array;

/**
 * The same object with clear strings; they keep the token and the place of the encrypted ones. The `/Contents` of a signature
 * dictionary is never encrypted, for it is put in when everything else is written. What cannot be decrypted throws where its
 * `bytes` are asked for.
 */
export function withClearStrings<T extends PdfObject>(object: T, decrypt: DecryptBytes): T;
export function withClearStrings(object: PdfObject, decrypt: DecryptBytes): PdfObject {
  if (object === null || typeof object === 'boolean') return object;
  switch (object.kind) {
    case 'string':
      return clearString(object, decrypt);
    case 'array':
      return { kind: 'array', items: object.items.map((item) => withClearStrings(item, decrypt)) };
    case 'dictionary': {
      const isClear = (key: string) => key === 'Contents' && holdsSignatureValue(object);
      const entries = [...object.entries].map(
        ([key, value]) => [key, isClear(key) ? value : withClearStrings(value, decrypt)] as const,
      );
      return { kind: 'dictionary', entries: new Map(entries), repeatedKeys: object.repeatedKeys };
    }
    default:
      return object;
  }
}

/** Decrypts when asked: a key for each object costs more than parsing it, and nobody looks at most strings. */
function clearString({ kind, form, bytes, token, offset }: PdfString, decrypt: DecryptBytes): PdfString {
  let clear: Uint8Array | undefined;
  return {
    kind,
    form,
    token,
    offset,
    get bytes() {
      clear ??= decrypt(bytes);
      return clear;
    },
  };
}

/** Also without `/Type`, which is optional in a signature dictionary (table 255). */
function holdsSignatureValue({ entries }: PdfDictionary): boolean {
  const type = entries.get('Type');
  const isSignature = entries.has('ByteRange') || isName(type, 'Sig') || isName(type, 'DocTimeStamp');
  return isSignature && asKind(entries.get('Contents'), 'string')?.form === 'hexadecimal';
}
