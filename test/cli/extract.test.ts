// `teken extract`: the version that was signed, byte for byte.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { DocumentVersions } from '../../src/index.ts';
import { run, toolMissing } from '../tools.ts';
import { type DevelopmentPlace, startDevelopmentPlace } from './development-place.ts';

const folder = t.testdir();
let place: DevelopmentPlace;
/** Of the first signature. */
let field = '';
const at = (name: string): string => join(folder, name);

t.before(async () => {
  place = await startDevelopmentPlace(folder);
  let from = place.paths.sample;
  for (const [name, signer] of [
    ['satu.pdf', 'pejabat'],
    ['dua.pdf', 'pejabatEc'],
  ] as const) {
    const line = ['sign', from, '-o', at(name), '--signer', place.signerUri(signer)];
    const { exit, err } = await place.teken([...line, '--level', 'B-B']);
    if (exit !== 0) throw new Error(err);
    from = at(name);
  }
});

t.teardown(async () => place.close());

t.test('without a version it lists them, with what was signed', async (t) => {
  const { exit, out } = await place.teken(['extract', at('dua.pdf'), '-f', 'json']);
  t.equal(exit, 0);
  const { file, versions } = JSON.parse(out) as DocumentVersions;
  t.equal(file.size, statSync(at('dua.pdf')).size);
  t.match(versions, [
    // A line end behind the last %%EOF counts to the version; the sample had none before it was signed.
    { revision: 1, size: statSync(place.paths.sample).size + 1, signatures: [] },
    { revision: 2, size: statSync(at('satu.pdf')).size, signatures: [{ timestamp: false }] },
    { revision: 3, size: file.size, sha256: file.sha256, signatures: [{ timestamp: false }] },
  ]);
  field = versions[1]?.signatures[0]?.field ?? '';
  t.not(field, '');
  t.equal(versions.length, 3);
  t.match(
    (await place.teken(['extract', at('dua.pdf'), '--lang', 'en'])).out,
    /^version 1: \d+ bytes, sha256 /,
  );
});

t.test('a version by its number or by its signature is what was there, byte for byte', async (t) => {
  for (const [name, choice] of [
    ['menurut-nomor.pdf', ['--revision', '2']],
    ['menurut-kolom.pdf', ['--signature', field]],
  ] as const) {
    const { exit, err } = await place.teken(['extract', ...choice, at('dua.pdf'), '-o', at(name)]);
    t.equal(exit, 0, err);
    t.same(readFileSync(at(name)), readFileSync(at('satu.pdf')));
  }
  await place.teken(['extract', '--revision', '1', at('dua.pdf'), '-o', at('asal.pdf')]);
  t.same(readFileSync(at('asal.pdf')), Buffer.concat([readFileSync(place.paths.sample), Buffer.from('\n')]));
  t.equal((await place.teken(['verify', at('menurut-nomor.pdf')])).exit, 0, 'and it is accepted by itself');
});

t.test('what was extracted is a whole file to others', { skip: toolMissing('qpdf') }, async (t) => {
  t.equal((await run('qpdf', ['--check', at('menurut-nomor.pdf')])).code, 0);
});

t.test('what is no complete version is refused, and nothing is written', async (t) => {
  const bytes = readFileSync(at('satu.pdf')).toString('latin1');
  const range = /\/ByteRange\s*\[\s*\d+\s+\d+\s+\d+\s+(\d+)\s*\]/.exec(bytes);
  const length = range?.[1] ?? '';
  if (range === null) throw new Error('no range');
  const rest = String(Number(length) - 30).padStart(length.length, '0');
  const short = bytes.replace(range[0], range[0].replace(length, rest));
  writeFileSync(at('terpotong.pdf'), short, 'latin1');
  writeFileSync(at('bukan.pdf'), 'bukan');
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [['--revision', '4', at('dua.pdf')], 1, '[revision-unknown {"revision":4,"revisions":3}]'],
    [['--signature', 'tiga', at('dua.pdf')], 1, '[signature-unknown'],
    [['--signature', field, at('terpotong.pdf')], 1, '[revision-incomplete'],
    [['--revision', '1', at('bukan.pdf')], 5, '[not-pdf'],
    [['--revision', '0', at('dua.pdf')], 2, '[option-value-invalid]'],
    [['--revision', '1', '--signature', field, at('dua.pdf')], 2, '[options-exclude]'],
    [['--revision', '1', at('tidak-ada.pdf')], 5, '[input-unreadable]'],
  ];
  for (const [line, code, words] of cases) {
    const { exit, err } = await place.teken(['extract', ...line, '-o', at('hasil.pdf')]);
    t.equal(exit, code, words);
    t.match(err, words);
  }
  t.throws(() => statSync(at('hasil.pdf')));
  t.equal((await place.teken(['extract', '--revision', '1', at('dua.pdf')])).exit, 2, 'where to?');
  const kept = await place.teken(['extract', '--revision', '1', at('dua.pdf'), '-o', at('satu.pdf')]);
  t.match(kept.err, '[output-exists]');
});

t.test('bytes behind the last version belong to none', async (t) => {
  writeFileSync(
    at('ekor.pdf'),
    Buffer.concat([readFileSync(at('dua.pdf')), Buffer.from('\n1 0 obj\n(x)\nendobj\n')]),
  );
  const { exit } = await place.teken(['extract', '--revision', '3', at('ekor.pdf'), '-o', at('tiga.pdf')]);
  t.equal(exit, 0);
  t.same(readFileSync(at('tiga.pdf')), readFileSync(at('dua.pdf')));
});
