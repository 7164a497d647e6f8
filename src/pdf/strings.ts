// String tokens to the bytes they stand for (ISO 32000-2, 7.3.4).

import { CR, hexValue, isWhiteSpace, LF } from './characters.ts';

/** The bytes of `(…)` with a backslash or a CR in it; the token's parentheses are known to balance. */
export function decodeLiteralString(token: Uint8Array): Uint8Array {
  const inner = token.subarray(1, -1);
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

/** The index of the first byte from `at` on that is neither a hexadecimal digit nor white space; the window's length where none is. */
export function endOfHexadecimalDigits(window: Uint8Array, at: number): number {
  const words = new DataView(window.buffer, window.byteOffset, window.length);
  let end = endOfDigitsAlone(words, at);
  while (end < window.length && HEXADECIMAL[window[end] as number] === BLANK)
    end = endOfDigitsAlone(words, end + 1);
  return end;
}

/** Whether a token `<…>` holds digits alone, and no white space among them. */
export function isFilledWithDigits(token: Uint8Array): boolean {
  const words = new DataView(token.buffer, token.byteOffset, token.length);
  return endOfDigitsAlone(words, 1) === token.length - 1;
}

function endOfDigitsAlone(words: DataView, at: number): number {
  const last = words.byteLength - 4;
  let end = at;
  while (end <= last && isFourDigits(words.getInt32(end, true))) end += 4;
  while (end < words.byteLength && (HEXADECIMAL[words.getUint8(end)] as number) < BLANK) end += 1;
  return end;
}

/**
 * Whether each byte of the word is a digit: `/Contents` of all earlier signatures are passed again by whoever signs next, four times
 * as fast so as byte by byte. What is added carries into a byte's highest bit from the first digit on, or from what follows the last;
 * a byte from which it carries on into the next one is none itself.
 */
function isFourDigits(word: number): boolean {
  const folded = word | 0x20202020;
  const decimal = (word + 0x50505050) & ~(word + 0x46464646);
  const letter = (folded + 0x1f1f1f1f) & ~(folded + 0x19191919);
  return ((decimal | letter) & ~word & 0x80808080) === HIGHEST_BITS;
}

const HIGHEST_BITS = 0x80808080 | 0;

/** The bytes of `<…>`; between its delimiters stand digits and white space alone. */
export function decodeHexadecimalString(token: Uint8Array): Uint8Array {
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
    if (value >= BLANK) continue;
    // A missing last digit counts as 0 (7.3.4.3).
    bytes[digits >> 1] = (digits & 1) === 0 ? value << 4 : (bytes[digits >> 1] as number) | value;
    digits += 1;
  }
  return bytes.subarray(0, (digits + 1) >> 1);
}
