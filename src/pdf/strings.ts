// String tokens to the bytes they stand for (ISO 32000-2, 7.3.4).

import { CR, hexValue, isWhiteSpace, LF } from './characters.ts';

/** The bytes of `(…)`; the token's parentheses are known to balance. */
export function decodeLiteralString(token: Uint8Array): Uint8Array {
  const inner = token.subarray(1, -1);
  if (!inner.includes(0x5c) && !inner.includes(CR)) return inner;
  const bytes = new Uint8Array(inner.length);
  let length = 0;
  let at = 0;
  while (at < inner.length) {
    const byte = inner[at] ?? 0;
    if (byte === 0x5c) {
      const escaped = decodeEscape(inner, at + 1);
      if (escaped.byte !== null) bytes[length++] = escaped.byte;
      at = escaped.next;
    } else if (byte === CR) {
      // A line end counts as LF however it is written (7.3.4.2).
      bytes[length++] = LF;
      at = lineEndAfter(inner, at);
    } else {
      bytes[length++] = byte;
      at += 1;
    }
  }
  return bytes.subarray(0, length);
}

const ESCAPES: Readonly<Record<number, number>> = { 110: 10, 114: 13, 116: 9, 98: 8, 102: 12 };

function decodeEscape(
  inner: Uint8Array,
  at: number,
): { readonly byte: number | null; readonly next: number } {
  const byte = inner[at];
  if (byte === undefined) return { byte: null, next: at };
  if (byte === CR || byte === LF) return { byte: null, next: lineEndAfter(inner, at) };
  if (byte < 0x30 || byte > 0x37) return { byte: ESCAPES[byte] ?? byte, next: at + 1 };
  let value = 0;
  let next = at;
  while (next < at + 3) {
    const digit = (inner[next] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
    next += 1;
  }
  return { byte: value & 0xff, next };
}

function lineEndAfter(inner: Uint8Array, at: number): number {
  return inner[at] === CR && inner[at + 1] === LF ? at + 2 : at + 1;
}

const BLANK = 0xfe;
const FOREIGN = 0xff;

/** What each byte is inside `<…>`: a digit's value, white space, or neither. */
const HEXADECIMAL = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = hexValue(byte);
  if (value >= 0) return value;
  return isWhiteSpace(byte) ? BLANK : FOREIGN;
});

/** The bytes of `<…>`, null when something else than digits and white space stands inside. */
export function decodeHexadecimalString(token: Uint8Array): Uint8Array | null {
  const bytes = new Uint8Array(token.length >> 1);
  let at = 1;
  // A signature's `/Contents` is thousands of digits without a blank: by pairs, for as long as they come.
  for (; at + 2 < token.length; at += 2) {
    const high = HEXADECIMAL[token[at] as number] as number;
    const low = HEXADECIMAL[token[at + 1] as number] as number;
    if ((high | low) >= BLANK) break;
    bytes[at >> 1] = (high << 4) | low;
  }
  let digits = at - 1;
  for (; at < token.length - 1; at += 1) {
    const value = HEXADECIMAL[token[at] as number] as number;
    if (value >= BLANK) {
      if (value === BLANK) continue;
      return null;
    }
    // A missing last digit counts as 0 (7.3.4.3).
    bytes[digits >> 1] = (digits & 1) === 0 ? value << 4 : (bytes[digits >> 1] as number) | value;
    digits += 1;
  }
  return bytes.subarray(0, (digits + 1) >> 1);
}
