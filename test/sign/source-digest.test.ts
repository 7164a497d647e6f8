// The one pass over a document, begun ahead or not.

import t from 'tap';
import { hex } from '../../src/asn1/values.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { Source } from '../../src/platform/platform.ts';
import { digestAhead, digestSource } from '../../src/sign/source-digest.ts';

const { digests } = nodePlatform;
const bytes = Uint8Array.from({ length: 5_500_000 }, (_, i) => i % 251);

function counted(): { source: Source; read: () => number } {
  let read = 0;
  const source: Source = {
    size: bytes.length,
    read: (offset, length) => {
      read += length;
      return bytes.subarray(offset, offset + length);
    },
  };
  return { source, read: () => read };
}

const never = new AbortController().signal;

t.test('what was begun ahead is gone on from: one pass, the same digests', async (t) => {
  for (const algorithm of ['sha256', 'sha384'] as const) {
    for (const ahead of [true, false]) {
      const { source, read } = counted();
      if (ahead) digestAhead(source, digests, never);
      for (const time of ['once', 'again']) {
        const { sha256, beginning } = await digestSource(source, algorithm, digests, never);
        t.equal(hex(sha256), hex(digests.of('sha256', bytes)), `${algorithm} ${time}`);
        t.equal(hex(beginning.copy().finish()), hex(digests.of(algorithm, bytes)), `${algorithm} ${time}`);
        if (ahead && algorithm === 'sha256') t.equal(read(), bytes.length, `${time}: read once`);
      }
    }
  }
});

t.test('after the signal the source is left alone, and whoever needs the digest is told', async (t) => {
  const stop = new AbortController();
  const { source, read } = counted();
  digestAhead(source, digests, stop.signal);
  stop.abort(new Error('selesai'));
  const soFar = read();
  await t.rejects(digestSource(source, 'sha256', digests, never), { message: 'selesai' });
  t.equal(read(), soFar);
  t.ok(soFar < bytes.length);
});
