// The eight object types of ISO 32000-2, 7.3, with the bytes they were read from, so that copies are exact.

export type PdfObject =
  | null
  | boolean
  | PdfNumber
  | PdfString
  | PdfName
  | PdfArray
  | PdfDictionary
  | PdfStream
  | PdfReference;

export interface PdfNumber {
  readonly kind: 'number';
  readonly value: number;
  /** As written (`007`, `-.5`); `integer` tells whether it has no decimal point. */
  readonly text: string;
  readonly integer: boolean;
}

export interface PdfString {
  readonly kind: 'string';
  readonly form: 'hexadecimal' | 'literal';
  /** The decoded bytes, of an encrypted document decrypted (asking for them may throw MalformedPdf); not interpreted as text. */
  readonly bytes: Uint8Array;
  /** The token as written, delimiters included; null for a string that we made. */
  readonly token: Uint8Array | null;
  /** Offset of the token's first byte in the file, -1 inside an object stream or for a string that we made. */
  readonly offset: number;
}

export interface PdfName {
  readonly kind: 'name';
  /** Without the slash, `#xx` decoded, one character per byte. */
  readonly name: string;
  /** As written, slash included; null for a name that we made. */
  readonly token: string | null;
}

export interface PdfArray {
  readonly kind: 'array';
  readonly items: readonly PdfObject[];
}

export interface PdfDictionary {
  readonly kind: 'dictionary';
  /** By decoded name, in the order of the file; of a repeated key the last value. */
  readonly entries: ReadonlyMap<string, PdfObject>;
  /** Keys that occur more than once; a reader that takes the first value would see another document. */
  readonly repeatedKeys: readonly string[];
}

export interface PdfStream {
  readonly kind: 'stream';
  readonly dictionary: PdfDictionary;
  /** Offset in the file and length of the raw (still encoded) data; for a stream that we made, `data` holds it. */
  readonly dataOffset: number;
  readonly dataLength: number;
  readonly data: Uint8Array | null;
}

export interface PdfReference {
  readonly kind: 'reference';
  readonly number: number;
  readonly generation: number;
}

export function pdfName(name: string): PdfName {
  return { kind: 'name', name, token: null };
}

export function pdfNumber(value: number): PdfNumber {
  const integer = Number.isInteger(value);
  // Five decimals are finer than any device; more would only lengthen the file (ISO 32000-2, annex C).
  const text = integer ? String(value) : value.toFixed(5).replace(/0+$/, '').replace(/\.$/, '');
  return { kind: 'number', value, text, integer };
}

export function pdfString(bytes: Uint8Array, form: PdfString['form'] = 'literal'): PdfString {
  return { kind: 'string', form, bytes, token: null, offset: -1 };
}

/** A text string: PDFDocEncoding where ASCII suffices, else UTF-16BE with its byte order mark (7.9.2.2). */
export function pdfTextString(text: string): PdfString {
  if (/^[\x20-\x7e]*$/.test(text)) return pdfString(new TextEncoder().encode(text));
  const bytes = new Uint8Array(2 + 2 * text.length);
  bytes.set([0xfe, 0xff]);
  for (let i = 0; i < text.length; i += 1) {
    bytes[2 + 2 * i] = text.charCodeAt(i) >> 8;
    bytes[3 + 2 * i] = text.charCodeAt(i) & 0xff;
  }
  return pdfString(bytes, 'hexadecimal');
}

export function pdfArray(items: readonly PdfObject[]): PdfArray {
  return { kind: 'array', items };
}

export function pdfDictionary(entries: Readonly<Record<string, PdfObject>>): PdfDictionary {
  return { kind: 'dictionary', entries: new Map(Object.entries(entries)), repeatedKeys: [] };
}

/** A copy with some entries set, or removed where the value is undefined; the others keep their place and bytes. */
export function withEntries(
  dictionary: PdfDictionary,
  changes: Readonly<Record<string, PdfObject | undefined>>,
): PdfDictionary {
  const entries = new Map(dictionary.entries);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) entries.delete(key);
    else entries.set(key, value);
  }
  return { kind: 'dictionary', entries, repeatedKeys: dictionary.repeatedKeys };
}

export function pdfReference(number: number, generation = 0): PdfReference {
  return { kind: 'reference', number, generation };
}

/** A new stream, not filtered. */
export function pdfStream(dictionary: PdfDictionary, data: Uint8Array): PdfStream {
  return { kind: 'stream', dictionary, dataOffset: -1, dataLength: data.length, data };
}

type Kind = Exclude<PdfObject, null | boolean>['kind'];
type OfKind<K extends Kind> = Extract<PdfObject, { readonly kind: K }>;

/** The object if it is of this kind, else undefined. */
export function asKind<K extends Kind>(object: PdfObject | undefined, kind: K): OfKind<K> | undefined {
  if (object === null || object === undefined || typeof object === 'boolean') return undefined;
  return object.kind === kind ? (object as OfKind<K>) : undefined;
}

/** Whether the object is the name `/name`. */
export function isName(object: PdfObject | undefined, name: string): boolean {
  return asKind(object, 'name')?.name === name;
}

/** Text of a text string: UTF-16BE or UTF-8 by byte order mark, else PDFDocEncoding (7.9.2.2). */
export function textOf(string: PdfString): string {
  const [a, b, c] = string.bytes;
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(string.bytes.subarray(2));
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(string.bytes.subarray(2));
  if (a === 0xef && b === 0xbb && c === 0xbf)
    return new TextDecoder('utf-8').decode(string.bytes.subarray(3));
  let text = '';
  for (const byte of string.bytes) text += pdfDocCharacter(byte);
  return text;
}

// PDFDocEncoding where it differs from Latin-1 (ISO 32000-2, D.2), from 0x18 and from 0x80 on.
const FROM_0X18 = '\u02d8\u02c7\u02c6\u02d9\u02dd\u02db\u02da\u02dc';
const FROM_0X80 =
  '\u2022\u2020\u2021\u2026\u2014\u2013\u0192\u2044\u2039\u203a\u2212\u2030\u201e\u201c\u201d\u2018\u2019\u201a\u2122' +
  '\ufb01\ufb02\u0141\u0152\u0160\u0178\u017d\u0131\u0142\u0153\u0161\u017e\ufffd\u20ac';

function pdfDocCharacter(byte: number): string {
  if (byte >= 0x18 && byte <= 0x1f) return FROM_0X18[byte - 0x18] ?? '';
  if (byte >= 0x80 && byte <= 0xa0) return FROM_0X80[byte - 0x80] ?? '';
  return String.fromCharCode(byte);
}
