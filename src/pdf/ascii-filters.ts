// ASCIIHexDecode and ASCII85Decode (ISO 32000-2, 7.4.2 and 7.4.3).

import { hexValue, isWhiteSpace } from './characters.ts';
import { damaged } from './errors.ts';
import type { Capped } from './filters.ts';

/** Never longer than its input. @throws MalformedPdf `pdf-damaged` { reason: 'object' } */
export function decodeAsciiHex(data: Uint8Array): Uint8Array {
  const output = new Uint8Array((data.length + 1) >> 1);
  let digits = 0;
  for (const byte of data) {
    if (byte === 0x3e) break;
    if (isWhiteSpace(byte)) continue;
    const value = hexValue(byte);
    if (value < 0) throw damaged('object');
    const index = digits >> 1;
    output[index] = (digits & 1) === 0 ? value << 4 : (output[index] ?? 0) | value;
    digits += 1;
  }
  return output.subarray(0, (digits + 1) >> 1);
}

/** @throws MalformedPdf `pdf-damaged` { reason: 'object' } */
export function decodeAscii85(data: Uint8Array, most: number): Capped {
  const output = new Uint8Array(Math.min(most, 4 * data.length));
  let length = 0;
  let value = 0;
  let digits = 0;
  for (const byte of data) {
    if (byte === 0x7e) break;
    if (isWhiteSpace(byte)) continue;
    if (length + 4 > most) return null;
    if (byte === 0x7a && digits === 0) {
      length += 4;
      continue;
    }
    if (byte < 0x21 || byte > 0x75) throw damaged('object');
    value = value * 85 + byte - 0x21;
    digits += 1;
    if (digits < 5) continue;
    length = writeGroup(output, length, value, 4);
    value = 0;
    digits = 0;
  }
  if (digits === 1) throw damaged('object');
  // A last group of n digits stands for n - 1 bytes; the missing digits count as the highest.
  for (let missing = digits; missing > 0 && missing < 5; missing += 1) value = value * 85 + 84;
  if (digits > 0) length = writeGroup(output, length, value, digits - 1);
  return output.subarray(0, length);
}

function writeGroup(output: Uint8Array, at: number, value: number, bytes: number): number {
  if (value > 0xffff_ffff) throw damaged('object');
  for (let i = 0; i < bytes; i += 1) output[at + i] = (value >>> (24 - 8 * i)) & 0xff;
  return at + bytes;
}
