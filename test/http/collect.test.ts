// The bytes of a body, gathered: the same whatever was announced, and however they come in pieces.

import { Readable } from 'node:stream';
import t from 'tap';
import { HttpProblem } from '../../src/http/problems.ts';
import { collect } from '../../src/http/upload.ts';

const MEGABYTE = 1024 * 1024;

/** Bytes that tell their place. */
function counted(length: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: Math.ceil(length / 4) }, (_, i) => i).buffer, 0, length);
}

function inPieces(bytes: Buffer, size: number): Readable {
  const count = Math.ceil(bytes.length / size);
  return Readable.from(Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size)));
}

t.test('what was sent is what is gathered', async (t) => {
  for (const length of [0, 1, 70_000, MEGABYTE, MEGABYTE + 1, 5_000_001])
    for (const size of [64 * 1024, 1_500_000])
      for (const announced of [0, 1000, length, length + 4096]) {
        const bytes = counted(length);
        const gathered = await collect(inPieces(bytes, size), 6_000_000, announced);
        t.ok(bytes.equals(gathered), `${length} in pieces of ${size}, ${announced} announced`);
      }
});

t.test('one byte more than the limit is refused, whatever was announced', async (t) => {
  for (const announced of [0, 10, 3_000_001, 50_000_000]) {
    await t.rejects(
      collect(inPieces(counted(3_000_001), 65_536), 3_000_000, announced),
      new HttpProblem('file-too-large'),
    );
    t.equal((await collect(inPieces(counted(3_000_000), 65_536), 3_000_000, announced)).length, 3_000_000);
  }
});
