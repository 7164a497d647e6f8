// Objects to bytes (ISO 32000-2, 7.3): what was read goes out as it was written, what we made goes out plainly.

import { latin1 } from './characters.ts';
import { MalformedPdf } from './errors.ts';
import type { PdfDictionary, PdfName, PdfObject, PdfString } from './objects.ts';

/**
 * A direct object as file text, one character per byte; tokens that were read are copied, not re-encoded.
 * @throws MalformedPdf `pdf-damaged` { reason: 'duplicate-key' }: of two values of one key we would have to drop one;
 *   { reason: 'object' } for a stream, which cannot stand inside another object
 */
export function serializeObject(object: PdfObject): string {
  if (object === null) return 'null';
  if (typeof object === 'boolean') return object ? 'true' : 'false';
  switch (object.kind) {
    case 'number':
      return object.text;
    case 'string':
      return serializeString(object);
    case 'name':
      return serializeName(object);
    case 'reference':
      return `${object.number} ${object.generation} R`;
    case 'array':
      return `[${object.items.map(serializeObject).join(' ')}]`;
    case 'dictionary':
      return serializeDictionary(object);
    case 'stream':
      throw new MalformedPdf('pdf-damaged', { reason: 'object' });
  }
}

function serializeDictionary(dictionary: PdfDictionary): string {
  if (dictionary.repeatedKeys.length > 0) throw new MalformedPdf('pdf-damaged', { reason: 'duplicate-key' });
  let text = '<<';
  for (const [key, value] of dictionary.entries) {
    text += `\n${serializeName({ kind: 'name', name: key, token: null })} ${serializeObject(value)}`;
  }
  return `${text}\n>>`;
}

function serializeName(name: PdfName): string {
  if (name.token !== null) return name.token;
  return `/${name.name.replace(IRREGULAR, (character) => `#${latin1(hexDigits(latin1Bytes(character)))}`)}`;
}

// White space, delimiters, `#` and all that is not printable ASCII must be written as `#xx` (7.3.5).
const IRREGULAR = /[^!-~]|[#%()<>[\]{}/]/g;

function serializeString(string: PdfString): string {
  if (string.token !== null) return latin1(string.token);
  if (string.form === 'hexadecimal') return `<${latin1(hexDigits(string.bytes))}>`;
  return `(${latin1(string.bytes).replace(ESCAPED, escapeCharacter)})`;
}

// Bare line ends inside a literal string would be normalised by readers, the rest would end or nest it (7.3.4.2).
const ESCAPED = /[\\()\r\n]/g;

function escapeCharacter(character: string): string {
  if (character === '\r') return '\\r';
  return character === '\n' ? '\\n' : `\\${character}`;
}

const DIGITS = latin1Bytes('0123456789ABCDEF');

/** Upper-case hexadecimal digits as file bytes, two for each byte. */
export function hexDigits(bytes: Uint8Array): Uint8Array {
  const digits = new Uint8Array(2 * bytes.length);
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] as number;
    digits[2 * i] = DIGITS[byte >> 4] as number;
    digits[2 * i + 1] = DIGITS[byte & 15] as number;
  }
  return digits;
}

const utf8 = new TextEncoder();

/** The inverse of `latin1`: characters above 0xff do not occur. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  // Syntax is ASCII, of which UTF-8 is the same; anything else does not fit into one byte a character, and stops here.
  if (text.length > 64 && utf8.encodeInto(text, bytes).read === text.length) return bytes;
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
