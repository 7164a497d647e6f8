// A file read through a window: the same bytes as the file, wherever and in whatever order they are asked for.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openFileSource } from '../../src/platform/node.ts';

const SIZE = 300_000;
const bytes = Uint8Array.from({ length: SIZE }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
const path = join(t.testdir(), 'berkas');
writeFileSync(path, bytes);

t.test('each piece is what stands there, and stays so', async (t) => {
  const source = openFileSource(path);
  t.equal(source.size, SIZE);
  const kept: [offset: number, piece: Uint8Array][] = [];
  let offset = 7;
  for (let i = 0; i < 2_000; i += 1) {
    // Jumps far and near, forwards and backwards, pieces from nothing to more than the largest window.
    offset = (offset * 1103 + 12_345 * i) % SIZE;
    const length = [0, 1, 20, 5_000, 40_000, 100_000][i % 6] ?? 0;
    for (const at of [offset, Math.min(SIZE, offset + length), Math.max(0, offset - 50)])
      kept.push([at, source.read(at, length)]);
    if (kept.length > 300) check(kept.splice(0));
  }
  check(kept);
  source.close();

  function check(pieces: typeof kept): void {
    const wrong = pieces.filter(
      ([at, piece]) => !Buffer.from(bytes.subarray(at, at + piece.length)).equals(piece),
    );
    t.same(wrong, []);
  }
});

t.test('at the end there are fewer bytes, behind it none', async (t) => {
  const source = openFileSource(path);
  for (const length of [10, 6_000, 50_000]) {
    t.equal(source.read(SIZE - 5, length).length, 5);
    t.equal(source.read(SIZE, length).length, 0);
    t.equal(source.read(SIZE + 9, length).length, 0);
  }
  source.close();
});

t.test('who keeps a few bytes of many places keeps little more than these', async (t) => {
  const source = openFileSource(path);
  const pieces = Array.from({ length: 30 }, (_, i) => source.read(i * 9_973, 40));
  const kept = new Set(pieces.map(({ buffer }) => buffer));
  const held = [...kept].reduce((sum, { byteLength }) => sum + byteLength, 0);
  // 4 kB each, where 64 kB would be nearly two megabytes.
  t.ok(held <= 2 * 30 * 4 * 1024, `${held} bytes`);
  source.close();
});
