// The ByteRange and the gap of the last signature, spoiled inside the signed bytes.

import { concat, overwrite, textOf } from '../append.ts';
import type { AttackedFile } from '../attacked-file.ts';
import type { Mutator } from './mutator.ts';

function withRange({ bytes, rangeAt: [start, end] }: AttackedFile, replacement: string): Uint8Array | null {
  if (replacement.length > end - start) return null;
  return concat(bytes.subarray(0, start), replacement.padEnd(end - start), bytes.subarray(end));
}

const BROKEN = ['byte-range-malformed', 'byte-range-bounds', 'signed-data-missing', 'contents-not-the-gap'];
/** A range that ends elsewhere lets go of a revision, and digests do not fit either. */
const ELSEWHERE = [
  ...BROKEN,
  ...['coverage-not-a-revision', 'digest-mismatch', 'signature-dictionary-redefined', 'byte-range-overlap'],
  ...['gap-not-hex', 'imprint-mismatch'],
];

function ranged(name: string, write: (numbers: readonly number[]) => string): Mutator {
  return {
    name: `ByteRange: ${name}`,
    apply: (file) => withRange(file, `/ByteRange ${write(file.range)}`),
    findings: ELSEWHERE,
  };
}

const shifted = (index: number, by: number): Mutator =>
  ranged(
    `number ${index + 1} ${by > 0 ? '+' : '−'} 1`,
    (numbers) => `[${numbers.map((number, i) => (i === index ? number + by : number)).join(' ')}]`,
  );

/** Puts other bytes at a place inside the gap, counted from its end: there it holds only padding. */
function inGap(
  name: string,
  text: string,
  findings: readonly string[] = ['contents-not-the-gap', 'gap-not-hex'],
): Mutator {
  return {
    name: `gap: ${name}`,
    apply: (file) => {
      const { bytes, range } = file;
      const [, cut = 0, resume = 0] = range;
      const at = resume - 1 - text.length;
      return at <= cut ? null : concat(bytes.subarray(0, at), text, bytes.subarray(at + text.length));
    },
    findings: [
      ...findings,
      ...ELSEWHERE,
      'contents-missing',
      'contents-empty',
      'duplicate-key',
      'pdf-damaged',
      'signature-outside-form',
    ],
  };
}

export const byteRangeMutators: readonly Mutator[] = [
  ...[0, 1, 2, 3].flatMap((index) => [shifted(index, 1), shifted(index, -1)]),
  ranged('swapped', ([a, b, c, d]) => `[${a} ${c} ${b} ${d}]`),
  ranged('five numbers', (numbers) => `[${numbers.join(' ')} 0]`),
  ranged('three numbers', (numbers) => `[${numbers.slice(0, 3).join(' ')}]`),
  ranged('negative', ([, b, c, d]) => `[-1 ${b} ${c} ${d}]`),
  ranged('a real number', ([, b, c, d]) => `[0. ${b} ${c} ${d}]`),
  ranged('null', () => 'null'),
  ranged('a reference', () => '1 0 R'),
  ranged('2^53', ([, b, c]) => `[0 ${b} ${c} 9007199254740992]`),
  ranged('the whole file without a gap', ([, , c = 0, d = 0]) => `[0 ${c + d} ${c + d} 0]`),
  inGap('a blank', ' 0'),
  inGap('a comment', '%%0\n'),
  inGap('an odd digit', '0 '),
  inGap('the end of the token, and a key', '>/X <'),
  inGap('a second Contents', '>/Contents<'),
  {
    name: 'a decoy Contents before the gap',
    apply: ({ bytes }) =>
      textOf(bytes).includes('/Filter /Adobe.PPKLite')
        ? overwrite(bytes, '/Filter /Adobe.PPKLite', '/Contents <00>'.padEnd(22))
        : null,
    findings: [
      'duplicate-key',
      'pdf-damaged',
      'digest-mismatch',
      'imprint-mismatch',
      'signature-dictionary-redefined',
    ],
  },
  {
    name: 'a second Reason',
    apply: ({ bytes }) =>
      textOf(bytes).includes('/Filter /Adobe.PPKLite')
        ? overwrite(bytes, '/Filter /Adobe.PPKLite', '/Type /Sig'.padEnd(22))
        : null,
    findings: ['duplicate-key', 'pdf-damaged', 'digest-mismatch', 'imprint-mismatch'],
  },
  {
    name: 'a gap claimed twice',
    apply: (file) => {
      const { catalog, free, view } = file;
      const form = /\/AcroForm (\d+) 0 R/.exec(file.text(catalog))?.[1];
      const copy = file.text(file.signature);
      const field = `<< /FT /Sig /T (kembar) /V ${free + 1} 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 >>`;
      if (form === undefined) return null;
      const number = Number(form);
      const fields = file.text(number).replace(/\/Fields \[/, `/Fields [${free} 0 R `);
      return view.entry(number) === undefined
        ? null
        : file.append({ [number]: fields, [free]: field, [free + 1]: copy });
    },
    findings: [
      'contents-not-the-gap',
      'byte-range-overlap',
      'signature-dictionary-redefined',
      'visible-field-after-certification',
      'certification-forbids-signing',
      'certification-repeated',
      'certification-inconsistent',
      'unexplained-object',
    ],
  },
];
