// The three classes of bytes that PDF syntax is built from (ISO 32000-2, 7.2.3).

const REGULAR = 0;
const WHITE_SPACE = 1;
const DELIMITER = 2;

const classes = new Uint8Array(256);
for (const byte of [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]) classes[byte] = WHITE_SPACE;
for (const character of '()<>[]{}/%') classes[character.charCodeAt(0)] = DELIMITER;

export const CR = 0x0d;
export const LF = 0x0a;

/** False for -1, the end of the bytes, as all of these are. */
export function isWhiteSpace(byte: number): boolean {
  return classes[byte] === WHITE_SPACE;
}

export function isRegular(byte: number): boolean {
  return classes[byte] === REGULAR;
}

/** Longer runs are padding, nearly always of one character. */
const LONG_BLANK = 8;

/** The index of the first byte from `at` on that is no white space; the length where none is. */
export function endOfWhiteSpace(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && classes[bytes[end] as number] === WHITE_SPACE) {
    end += 1;
    if (end - at === LONG_BLANK) end = endOfRepeated(bytes, end);
  }
  return end;
}

/** Passes on by words of four for as long as the byte before `at` is repeated. */
function endOfRepeated(bytes: Uint8Array, at: number): number {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const repeated = ((bytes[at - 1] as number) * 0x01010101) >>> 0;
  const last = bytes.length - 4;
  let end = at;
  while (end <= last && words.getUint32(end) === repeated) end += 4;
  return end;
}

/** The same for regular characters. */
export function endOfRegular(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && classes[bytes[end] as number] === REGULAR) end += 1;
  return end;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** The value of a hexadecimal digit, -1 for any other byte. */
export function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return -1;
}

/** One character per byte. */
export function latin1(bytes: Uint8Array): string {
  // At once is twice as fast; longer runs would exhaust the stack.
  if (bytes.length <= 4096) return Reflect.apply(String.fromCharCode, null, bytes) as string;
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
