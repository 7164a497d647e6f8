// Inflate in a browser: its own decompression only streams and says nothing of limits, and the PDF layer reads synchronously.

import { Inflate } from 'pako';
import { InflateFailed, type Inflater } from './platform.ts';

/** A zlib stream, and no gzip member: no other wrapper is looked for. */
const ZLIB_WINDOW_BITS = 15;
const LEAST_CHUNK = 1024;
const MOST_CHUNK = 256 * 1024;

export const browserInflater: Inflater = {
  inflate: (data, limit) => {
    const pieces: Uint8Array[] = [];
    let produced = 0;
    const stream = new Inflate({ windowBits: ZLIB_WINDOW_BITS, chunkSize: chunkFor(data.length) });
    stream.onData = (piece) => {
      produced += piece.length;
      if (produced > limit) throw new InflateFailed('too-large');
      pieces.push(piece);
    };
    // What follows the end of the stream, an end-of-line for instance, is not looked at.
    if (!stream.push(data, true) || !stream.ended) throw new InflateFailed('corrupt', stream.msg);
    return joined(pieces, produced);
  },
};

/** Honest streams come to three or four times their size. */
function chunkFor(size: number): number {
  return Math.min(MOST_CHUNK, Math.max(LEAST_CHUNK, 4 * size));
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
