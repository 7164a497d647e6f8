// The strings of an encrypted object, and which of its strings never are encrypted (ISO 32000-2, 7.6.2).

import { asKind, isName, type PdfDictionary, type PdfObject, type PdfString, pdfString } from './objects.ts';

/** Clear bytes to encrypted ones or the other way round. @throws MalformedPdf */
export type ChangeBytes = (bytes: Uint8Array) => Uint8Array;

/**
 * The same object with another string for each one that is encrypted. The `/Contents` of a signature dictionary stays, for it
 * is put in when everything else is written.
 */
export function changeStrings<T extends PdfObject>(object: T, change: (string: PdfString) => PdfString): T;
export function changeStrings(object: PdfObject, change: (string: PdfString) => PdfString): PdfObject {
  if (object === null || typeof object === 'boolean') return object;
  switch (object.kind) {
    case 'string':
      return change(object);
    case 'array':
      return { kind: 'array', items: object.items.map((item) => changeStrings(item, change)) };
    case 'dictionary': {
      const isClear = (key: string) => key === 'Contents' && holdsSignatureValue(object);
      const entries = [...object.entries].map(
        ([key, value]) => [key, isClear(key) ? value : changeStrings(value, change)] as const,
      );
      return { kind: 'dictionary', entries: new Map(entries), repeatedKeys: object.repeatedKeys };
    }
    default:
      return object;
  }
}

/**
 * The string in the clear, with the token and the place of the encrypted one. It is decrypted when asked for: a key for each
 * object costs more than parsing it, and nobody looks at most strings. What cannot be decrypted throws there.
 */
export function clearString(encrypted: PdfString, decrypt: ChangeBytes): PdfString {
  const { kind, form, token, offset } = encrypted;
  let clear: Uint8Array | undefined;
  return {
    kind,
    form,
    token,
    offset,
    get bytes() {
      clear ??= decrypt(encrypted.bytes);
      return clear;
    },
  };
}

/** The string as it stands in the file; in hexadecimal, so that its length does not depend on what comes of the encryption. */
export function encryptedString({ bytes }: PdfString, encrypt: ChangeBytes): PdfString {
  return pdfString(encrypt(bytes), 'hexadecimal');
}

/** Also without `/Type`, which is optional in a signature dictionary (table 255). */
function holdsSignatureValue({ entries }: PdfDictionary): boolean {
  const type = entries.get('Type');
  const isSignature = entries.has('ByteRange') || isName(type, 'Sig') || isName(type, 'DocTimeStamp');
  return isSignature && asKind(entries.get('Contents'), 'string')?.form === 'hexadecimal';
}
