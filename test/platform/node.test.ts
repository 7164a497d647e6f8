// What Node lends: randomness and digests.

import { createHash } from 'node:crypto';
import { test } from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import type { DigestAlgorithm } from '../../src/platform/platform.ts';

test('randomness that is drawn ahead is given out once', async (t) => {
  const { randomBytes } = nodePlatform;
  const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  // Lengths that do not divide what is drawn ahead, so that its end is met in every way.
  const drawn = Array.from({ length: 3000 }, (_, i) => randomBytes(13 + (i % 52)));
  t.ok(drawn.every((bytes, i) => bytes.length === 13 + (i % 52)));
  t.equal(new Set(drawn.map((bytes) => hexOf(bytes.subarray(0, 13)))).size, drawn.length);
  t.notOk(drawn.some((bytes) => bytes.every((byte) => byte === 0)));
});

test('who changes random bytes changes nobody else’s', async (t) => {
  const first = nodePlatform.randomBytes(16);
  const second = nodePlatform.randomBytes(16);
  const before = second.slice();
  first.fill(0xff);
  t.strictSame(second, before);
  t.equal(first.buffer.byteLength, 16);
});

test('a digest at once is the digest in pieces', async (t) => {
  const { digests } = nodePlatform;
  const bytes = new TextEncoder().encode('Surat Keputusan');
  const algorithms: readonly DigestAlgorithm[] = ['md5', 'sha1', 'sha256', 'sha512', 'sha3-384', 'shake256'];
  for (const algorithm of algorithms) {
    const running = digests.start(algorithm);
    running.update(bytes.subarray(0, 5));
    running.update(bytes.subarray(5));
    t.strictSame(digests.of(algorithm, bytes), running.finish(), algorithm);
  }
  t.strictSame(
    digests.of('sha256', bytes),
    new Uint8Array(createHash('sha256').update(bytes).digest()),
    'Node’s own',
  );
  t.equal(digests.of('shake256', bytes).length, 64, 'with 512 bits of output');
});
