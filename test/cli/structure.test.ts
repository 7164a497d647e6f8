// `teken inspect` and `teken diff`: what a file is made of, and what changed.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { type DevelopmentPlace, type Ran, startDevelopmentPlace } from './development-place.ts';
import { minimalPdf } from './minimal-pdf.ts';

const folder = t.testdir();
const at = (name: string): string => join(folder, name);
let place: DevelopmentPlace;

t.before(async () => {
  place = await startDevelopmentPlace(folder);
  const sign = async (
    from: string,
    to: string,
    signer: Parameters<typeof place.signerUri>[0],
  ): Promise<void> => {
    const line = ['sign', from, '-o', at(to), '--level', 'B-T', '--tsa', place.tsaUrl];
    const { exit, err } = await place.teken([...line, '--signer', place.signerUri(signer)]);
    if (exit !== 0) throw new Error(err);
  };
  await sign(place.paths.sample, 'satu.pdf', 'pejabatEc');
  await sign(at('satu.pdf'), 'dua.pdf', 'pejabat');
});

t.teardown(() => place.close());

const teken = async (...words: readonly string[]): Promise<Ran> =>
  await place.teken([...words, '--lang', 'en']);

t.test('inspect draws versions, signatures, certificates and proofs', async (t) => {
  const { exit, out } = await teken('inspect', at('dua.pdf'));
  t.equal(exit, 0, out);
  t.match(out, /^.*dua\.pdf: \d+ bytes,/);
  t.match(out, /├─ version 1: bytes 0 to \d+\n│ {2}└─ not signed\n/);
  t.match(out, /├─ version 2: bytes \d+ to \d+\n│ {2}└─ . VALID, PAdES-B-T/);
  t.match(out, /└─ version 3: bytes \d+ to \d+\n {3}└─ . VALID, PAdES-B-T/);
  t.match(out, /covers the whole file/);
  t.match(out, /time-stamp \(signature\): /);
  t.match(out, /accepted/);
  t.match(out, /, trusted\n/);
  t.match(out, /version 3 afterwards: signature added/);
  t.notOk(out.split('\n').some((line) => [...line].length > 80));
});

t.test('inspect gives a program the same', async (t) => {
  const { out } = await teken('inspect', '-f', 'json', at('satu.pdf'));
  const { versions, answer } = JSON.parse(out) as {
    versions: { revision: number }[];
    answer: { signatures: { details: { chain: unknown[] } }[] };
  };
  t.strictSame(
    versions.map(({ revision }) => revision),
    [1, 2],
  );
  t.ok((answer.signatures[0]?.details.chain.length ?? 0) >= 2);
});

t.test('a file that cannot be read is said so, and decides nothing else', async (t) => {
  writeFileSync(at('bukan.pdf'), 'bukan PDF');
  for (const command of ['inspect', 'diff'])
    t.equal((await teken(command, at('bukan.pdf'))).exit, 5, command);
});

t.test(
  'diff tells the versions of one file apart, by what they did and which objects they wrote',
  async (t) => {
    const { exit, out } = await teken('diff', at('dua.pdf'));
    t.equal(exit, 1);
    t.match(out, /^version 2\n {2}- signature added.*\n {2}objects: \d+ \(\d+/);
    t.match(out, '\nversion 3\n  - signature added');
    const step = await teken('diff', '--from', '2', '--to', '3', at('dua.pdf'));
    t.notMatch(step.out, 'version 2');
    t.match(await teken('diff', '--from', '3', at('dua.pdf')), {
      exit: 0,
      out: 'Nothing changed between them.\n',
    });
    t.match(await teken('diff', '--from', '4', at('dua.pdf')), { exit: 1, err: 'revision-unknown' });
  },
);

t.test('a file that goes on from another is told from one that is another', async (t) => {
  const goesOn = await teken('diff', at('satu.pdf'), at('dua.pdf'));
  t.equal(goesOn.exit, 1);
  t.match(goesOn.out, /^The second file is the first one, and these versions after it\.\nversion 3\n/);
  t.match(await teken('diff', at('dua.pdf'), at('dua.pdf')), {
    exit: 0,
    out: 'The two files are the same byte for byte.\n',
  });
  const back = await teken('diff', at('dua.pdf'), at('satu.pdf'));
  t.match(back.out, 'signatures: 2 → 1');
});

t.test('two files are compared page by page, by what they draw and not by their numbers', async (t) => {
  writeFileSync(at('a.pdf'), handmadePdf({ objects: onePage() }));
  writeFileSync(at('b.pdf'), `${minimalPdf()}`);
  const text = Buffer.from(handmadePdf({ objects: onePage() })).toString('latin1');
  writeFileSync(
    at('c.pdf'),
    Buffer.from(
      text.replace(/\/MediaBox ?\[0 0 \d+ \d+\]/, (box) => box.replace(/\d\]$/, '9]')),
      'latin1',
    ),
  );
  const other = await teken('diff', at('a.pdf'), at('b.pdf'));
  t.equal(other.exit, 1);
  t.match(other.out, /^page 1 differs: .*content/);
  const size = await teken('diff', at('a.pdf'), at('c.pdf'));
  t.equal(size.out, 'page 1 differs: size\n');
  const json = await teken('diff', '-f', 'json', at('a.pdf'), at('c.pdf'));
  t.match(JSON.parse(json.out), {
    relation: 'other',
    differences: [{ kind: 'page-changed', page: 1, parts: ['size'] }],
  });
});
