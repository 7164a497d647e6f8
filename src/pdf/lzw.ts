// LZWDecode (ISO 32000-2, 7.4.4.2): codes of 9 to 12 bits, the highest bit first.

import { damaged } from './errors.ts';
import type { Capped } from './filters.ts';

const CLEAR_TABLE = 256;
const END_OF_DATA = 257;
const FIRST_FREE = 258;
const TABLE_SIZE = 4096;

/**
 * @param earlyChange - whether codes grow one code early, as `/EarlyChange` 1 says
 * @throws MalformedPdf `pdf-damaged` { reason: 'object' }
 */
export function decodeLzw(data: Uint8Array, earlyChange: boolean, most: number): Capped {
  const output = new Output(most);
  // A sequence is where it was first written: each entry is a piece of the output.
  const starts = new Uint32Array(TABLE_SIZE);
  const lengths = new Uint32Array(TABLE_SIZE);
  let next = FIRST_FREE;
  let previous: { readonly start: number; readonly length: number } | null = null;
  let bits = 0;
  let held = 0;
  let width = 9;
  for (const byte of data) {
    bits = ((bits << 8) | byte) & 0xff_ffff;
    held += 8;
    if (held < width) continue;
    held -= width;
    const code = (bits >> held) & ((1 << width) - 1);
    if (code === END_OF_DATA) return output.bytes();
    if (code === CLEAR_TABLE) {
      next = FIRST_FREE;
      previous = null;
      width = 9;
      continue;
    }
    if (previous !== null && next < TABLE_SIZE) {
      starts[next] = previous.start;
      lengths[next] = previous.length + 1;
      next += 1;
    }
    if (code >= next) throw damaged('object');
    const start = output.length;
    const fits = code < 256 ? output.push(code) : output.copy(starts[code] ?? 0, lengths[code] ?? 0);
    if (!fits) return null;
    previous = { start, length: output.length - start };
    width = widthFor(next + (earlyChange ? 2 : 1));
  }
  return output.bytes();
}

// The next code to come may be the one that is about to be defined.
function widthFor(codes: number): number {
  if (codes > 2048) return 12;
  if (codes > 1024) return 11;
  return codes > 512 ? 10 : 9;
}

/** Growing output that takes nothing that would exceed its limit. */
class Output {
  readonly #most: number;
  #bytes = new Uint8Array(4096);
  length = 0;

  constructor(most: number) {
    this.#most = most;
  }

  push(byte: number): boolean {
    if (!this.#reserve(1)) return false;
    this.#bytes[this.length] = byte;
    this.length += 1;
    return true;
  }

  /** Repeats an earlier piece, byte by byte because it may reach into itself. */
  copy(start: number, length: number): boolean {
    if (!this.#reserve(length)) return false;
    for (let i = 0; i < length; i += 1) this.#bytes[this.length + i] = this.#bytes[start + i] ?? 0;
    this.length += length;
    return true;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(length: number): boolean {
    if (this.length + length > this.#most) return false;
    if (this.length + length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.length + length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return true;
  }
}
