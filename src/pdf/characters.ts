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
