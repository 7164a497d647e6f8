// Single bits of what is signed, of the signature, and of the padding behind it.

import { parseSignedData, type SignerInfo } from '../../../src/cms/signed-data.ts';
import { concat, textOf } from '../append.ts';
import { type Mutator, seeded } from './mutator.ts';

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ (1 << bit);
  return changed;
}

/** In the words of the letter, so that every reader still opens the file. */
function flipInContent(seed: number): Mutator {
  return {
    name: `a bit of the comment behind the header ${seed}`,
    apply: ({ bytes }) => {
      const at = textOf(bytes).indexOf('%', 5) + 1 + Math.floor(seeded(seed)() * 3);
      return flipped(bytes, at, 1);
    },
    findings: ['digest-mismatch', 'imprint-mismatch'],
  };
}

/** In the digits that hold one part of the signature as a person made it. */
function flipIn(
  part: string,
  seed: number,
  bytesOf: (signer: SignerInfo) => Uint8Array | null,
  findings: readonly string[],
): Mutator {
  return {
    name: `a bit of the ${part} ${seed}`,
    apply: ({ bytes, range }) => {
      const [, cut = 0, resume = 0] = range;
      const digits = textOf(bytes.subarray(cut + 1, resume - 1));
      const [signer] = parseSignedData(Uint8Array.from(Buffer.from(digits, 'hex'))).signerInfos;
      const value = signer === undefined ? null : bytesOf(signer);
      if (value === null) return null;
      const start = digits.toLowerCase().indexOf(Buffer.from(value).toString('hex'));
      const at = cut + 1 + start + Math.floor(seeded(seed)() * 2 * value.length);
      const other = String.fromCharCode(bytes[at] ?? 0) === '0' ? '1' : '0';
      return concat(bytes.subarray(0, at), other, bytes.subarray(at + 1));
    },
    findings: ['imprint-mismatch', ...findings],
  };
}

const VALUE = ['signature-value-mismatch', 'signature-value-malformed'];
const ATTRIBUTES = [
  ...VALUE,
  'digest-mismatch',
  'cms-malformed',
  'content-type-differs',
  'signing-certificate-differs',
  'digest-algorithm-unsupported',
  'attribute-repeated',
  'message-digest-missing',
  'content-type-missing',
  'signing-certificate-missing',
  'algorithm-disagreement',
  'signing-certificate-malformed',
  'attribute-malformed',
];

export const bitMutators: readonly Mutator[] = [
  ...[1, 2, 3].map(flipInContent),
  ...[1, 20_000, 300_000].map((seed) => flipIn('value', seed, ({ signature }) => signature, VALUE)),
  ...[1, 20_000, 300_000, 4_000_000].map((seed) =>
    flipIn(
      'signed attributes',
      seed,
      ({ signedAttributes }) => signedAttributes?.asSetOf.subarray(4) ?? null,
      ATTRIBUTES,
    ),
  ),
];
