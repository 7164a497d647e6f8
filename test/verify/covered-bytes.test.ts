import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { type CoveredRange, coveredRangeKey, digestCoveredRanges } from '../../src/verify/covered-bytes.ts';

const { digests, pause } = nodePlatform;
const signal = new AbortController().signal;

function expected(bytes: Uint8Array, { cut, resume, end, algorithm }: CoveredRange): string {
  const hash = createHash(algorithm).update(bytes.subarray(0, cut)).update(bytes.subarray(resume, end));
  return hash.digest('hex');
}

t.test('every range gets the digest that hashing it alone would give', async () => {
  const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251);
  const range = fc
    .tuple(fc.nat(5_000), fc.nat(5_000), fc.nat(5_000), fc.constantFrom('sha256' as const, 'sha512' as const))
    .map(([a, b, c, algorithm]): CoveredRange => {
      const [cut = 0, resume = 0, end = 0] = [a, b, c].sort((x, y) => x - y);
      return { cut, resume, end, algorithm };
    });
  await fc.assert(
    fc.asyncProperty(fc.array(range, { minLength: 1, maxLength: 6 }), async (ranges) => {
      const result = await digestCoveredRanges(bytesSource(bytes), ranges, digests, pause, signal);
      return ranges.every((each) => {
        const digest = result.get(coveredRangeKey(each));
        return digest !== undefined && Buffer.from(digest).toString('hex') === expected(bytes, each);
      });
    }),
    { numRuns: 300 },
  );
});

t.test('a document of several pieces is read once, in pieces', async (t) => {
  const bytes = new Uint8Array(3 * 1024 * 1024 + 17).fill(0x41);
  let read = 0;
  const source = {
    size: bytes.length,
    read: (offset: number, length: number) => {
      read += length;
      return bytes.subarray(offset, offset + length);
    },
  };
  const whole = { cut: bytes.length, resume: bytes.length, end: bytes.length, algorithm: 'sha256' } as const;
  const range = { cut: 1_500_000, resume: 1_600_000, end: 2_900_000, algorithm: 'sha256' } as const;
  const result = await digestCoveredRanges(source, [whole, range], digests, pause, signal);
  t.equal(read, bytes.length);
  t.equal(Buffer.from(result.get(coveredRangeKey(range)) ?? []).toString('hex'), expected(bytes, range));
});

t.test('an aborted signal ends it with the reason of the signal', async (t) => {
  const aborted = AbortSignal.abort(new Error('deadline'));
  const size = 2 * 1024 * 1024;
  const whole = { cut: size, resume: size, end: size, algorithm: 'sha256' } as const;
  await t.rejects(digestCoveredRanges(bytesSource(new Uint8Array(size)), [whole], digests, pause, aborted), {
    message: 'deadline',
  });
});
