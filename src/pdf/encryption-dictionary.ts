// The encryption dictionary of the standard security handler (ISO 32000-2, 7.6.2 and 7.6.4.2).

import type { RevisionView } from './document.ts';
import { MalformedPdf } from './errors.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from './objects.ts';

/** What keys are derived from; nothing here is authenticated. */
export interface EncryptionDictionary {
  /** `/V`, the algorithm. */
  readonly version: 1 | 2 | 4 | 5;
  /** `/R`, the revision of the handler; 5 and 6 go with version 5 and no other. */
  readonly revision: 2 | 3 | 4 | 5 | 6;
  /** Lengths in bytes that the file encryption key may have, the likelier first. */
  readonly keyLengths: readonly number[];
  /** `/O` and `/U`: 32 bytes up to revision 4, then 48 (hash, validation salt, key salt). */
  readonly owner: Uint8Array;
  readonly user: Uint8Array;
  /** `/OE`, `/UE` and `/Perms`, empty up to revision 4. */
  readonly ownerKey: Uint8Array;
  readonly userKey: Uint8Array;
  readonly encryptedPermissions: Uint8Array;
  /** `/P` as 32 bits, signed. */
  readonly permissions: number;
  readonly encryptMetadata: boolean;
  /** The first string of the trailer's `/ID`, empty where there is none. */
  readonly fileIdentifier: Uint8Array;
  /** The dictionary itself, for its crypt filters. */
  readonly dictionary: PdfDictionary;
}

/**
 * Reads the encryption dictionary that a trailer names.
 * @param view - shows the objects as they stand in the file
 * @throws MalformedPdf `pdf-encrypted` for a dictionary that no password can open, with { handler: 'other' } where that is
 *   because another handler than the standard one made it; `pdf-unsupported` { feature: 'encryption-version' }
 */
export function readEncryptionDictionary(view: RevisionView): EncryptionDictionary {
  const dictionary = asKind(view.get(view.trailer, 'Encrypt'), 'dictionary');
  if (dictionary === undefined) throw unopenable();
  if (!isName(view.get(dictionary, 'Filter'), 'Standard'))
    throw new MalformedPdf('pdf-encrypted', { handler: 'other' });
  const { version, revision } = readVersion(view, dictionary);
  const bytes = (key: string, length: number) => requireBytes(view.get(dictionary, key), length);
  const isModern = revision >= 5;
  return {
    version,
    revision,
    keyLengths: keyLengthsOf(version, revision, integerOf(view.get(dictionary, 'Length'))),
    owner: bytes('O', isModern ? 48 : 32),
    user: bytes('U', isModern ? 48 : 32),
    ownerKey: isModern ? bytes('OE', 32) : new Uint8Array(0),
    userKey: isModern ? bytes('UE', 32) : new Uint8Array(0),
    encryptedPermissions: revision === 6 ? bytes('Perms', 16) : new Uint8Array(0),
    permissions: requirePermissions(view.get(dictionary, 'P')),
    encryptMetadata: version < 4 || view.get(dictionary, 'EncryptMetadata') !== false,
    fileIdentifier: fileIdentifierOf(view),
    dictionary,
  };
}

/** No password would open this. */
function unopenable(): MalformedPdf {
  return new MalformedPdf('pdf-encrypted');
}

function readVersion(
  view: RevisionView,
  dictionary: PdfDictionary,
): Pick<EncryptionDictionary, 'version' | 'revision'> {
  const version = integerOf(view.get(dictionary, 'V'));
  const revision = integerOf(view.get(dictionary, 'R'));
  if (version === undefined || revision === undefined) throw unopenable();
  if (
    (version === 1 || version === 2 || version === 4) &&
    (revision === 2 || revision === 3 || revision === 4)
  )
    return { version, revision };
  if (version === 5 && (revision === 5 || revision === 6)) return { version, revision };
  throw new MalformedPdf('pdf-unsupported', { feature: 'encryption-version' });
}

/**
 * Versions 1 and 5 and revision 2 leave no choice. In version 4 readers take 128 bits whatever `/Length` says, and some writers
 * mean what they say, or say it in bytes; the right length is the one with which a password opens the file.
 */
function keyLengthsOf(version: number, revision: number, length: number | undefined): readonly number[] {
  if (version === 5) return [32];
  if (version === 1 || revision === 2) return [5];
  const said = length !== undefined && length >= 40 ? length / 8 : (length ?? 5);
  const usual = version === 4 ? [16, said] : [said];
  return [...new Set(usual)].filter((bytes) => Number.isInteger(bytes) && bytes >= 5 && bytes <= 16);
}

function integerOf(object: PdfObject): number | undefined {
  const number = asKind(object, 'number');
  return number?.integer === true ? number.value : undefined;
}

// Some writers pad these strings with zeros.
function requireBytes(object: PdfObject, length: number): Uint8Array {
  const bytes = asKind(object, 'string')?.bytes;
  if (bytes === undefined || bytes.length < length) throw unopenable();
  return bytes.subarray(0, length);
}

// Written by some as an unsigned number.
function requirePermissions(object: PdfObject): number {
  const value = integerOf(object);
  if (value === undefined || value < -(2 ** 31) || value >= 2 ** 32) throw unopenable();
  return value | 0;
}

function fileIdentifierOf(view: RevisionView): Uint8Array {
  const [first] = asKind(view.get(view.trailer, 'ID'), 'array')?.items ?? [];
  return asKind(view.resolve(first), 'string')?.bytes ?? new Uint8Array(0);
}
