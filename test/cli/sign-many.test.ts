// `teken sign --out-dir`: many files, each under its own name.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type DevelopmentPlace, type Ran, startDevelopmentPlace } from './development-place.ts';
import { minimalPdf } from './minimal-pdf.ts';

let place: DevelopmentPlace;

t.before(async () => {
  place = await startDevelopmentPlace(t.testdir());
});

t.teardown(async () => place.close());

function signAll(options: readonly string[]): Promise<Ran> {
  const signer = ['--signer', place.signerUri('pejabatEc'), '--level', 'B-B'];
  return place.teken(['sign', ...signer, ...options]);
}

/** A folder with three letters, one below another folder. */
function letters(folder: string): string {
  const from = join(folder, 'surat');
  mkdirSync(join(from, 'lama'), { recursive: true });
  for (const name of ['a.pdf', 'b.pdf', join('lama', 'c.pdf')]) cpSync(place.paths.sample, join(from, name));
  return from;
}

const lines = (out: string): string[] => out.trimEnd().split('\n');

t.test('each letter of a folder is signed under its own name, one line each', async (t) => {
  const folder = t.testdir();
  const to = join(folder, 'ttd', 'baru');
  const { exit, out, err } = await signAll(['--out-dir', to, letters(folder)]);
  t.equal(exit, 0, err);
  t.strictSame(
    readdirSync(to).sort(),
    ['a.pdf', 'b.pdf'],
    'nothing else is left there, no subfolder entered',
  );
  const [first, second, ...more] = lines(out);
  t.match(first, /^✔ .*a\.pdf → .*ttd\/baru\/a\.pdf: PAdES-B-B, "sig_\d+"$/);
  t.match(second, /b\.pdf/);
  t.strictSame(more, []);
  const one = await signAll(['-o', join(folder, 'satu.pdf'), place.paths.sample]);
  t.equal(err, one.err, 'the key is opened once: no more warnings than of one file');
  const before = readFileSync(place.paths.sample);
  t.ok(readFileSync(join(to, 'b.pdf')).subarray(0, before.length).equals(before));
  const verified = await place.teken(['verify', '-f', 'ndjson', to]);
  t.strictSame(
    lines(verified.out).map((line) => (JSON.parse(line) as { verdict: string }).verdict),
    ['VALID_WITH_NOTES', 'VALID_WITH_NOTES'],
  );
});

t.test('a file that fails does not stop the rest, and the worst decides the exit code', async (t) => {
  const folder = t.testdir();
  const from = letters(folder);
  writeFileSync(join(from, 'aa.pdf'), 'bukan pdf');
  const to = join(folder, 'ttd');
  mkdirSync(to);
  writeFileSync(join(to, 'b.pdf'), 'milik orang lain');
  const { exit, out } = await signAll([
    '--out-dir',
    to,
    '-r',
    '-f',
    'ndjson',
    from,
    join(from, 'hilang.pdf'),
  ]);
  t.equal(exit, 2, 'of 5 and 2 the one that EXIT_CODES puts first');
  const results = lines(out).map((line) => JSON.parse(line) as Record<string, unknown>);
  const said = results.map(({ path, signed, code, exit: each }) => [
    String(path).slice(from.length + 1),
    signed,
    code ?? null,
    each,
  ]);
  t.strictSame(
    said,
    [
      ['hilang.pdf', false, 'input-unreadable', 5],
      ['a.pdf', true, null, 0],
      ['aa.pdf', false, 'not-pdf', 5],
      ['b.pdf', false, 'output-exists', 2],
      ['lama/c.pdf', true, null, 0],
    ].sort((a, b) =>
      a[2] === 'input-unreadable' && a[0] === 'hilang.pdf' ? -1 : b[0] === 'hilang.pdf' ? 1 : 0,
    ),
  );
  t.equal(readFileSync(join(to, 'b.pdf'), 'utf8'), 'milik orang lain', 'what stood there stands there');
  t.strictSame(readdirSync(to).sort(), ['a.pdf', 'b.pdf', 'c.pdf']);
  const again = await signAll(['--out-dir', to, '--force', '-f', 'json', join(from, 'b.pdf')]);
  t.equal(again.exit, 0, again.err);
  t.match(JSON.parse(again.out), [{ signed: true, level: 'PAdES-B-B', output: join(to, 'b.pdf') }]);
  t.equal(readFileSync(join(to, 'b.pdf'), 'latin1').slice(0, 5), '%PDF-', 'with --force it is replaced');
});

t.test(
  'nothing is signed where two results would be one file, or into the folder of the letters',
  async (t) => {
    const folder = t.testdir();
    const from = letters(folder);
    cpSync(join(from, 'a.pdf'), join(from, 'lama', 'a.pdf'));
    const to = join(folder, 'ttd');
    const collided = await signAll(['--out-dir', to, '-r', from]);
    t.equal(collided.exit, 2);
    t.match(collided.err, '[outputs-collide]');
    t.notOk(existsSync(to));
    const into = await signAll(['--out-dir', from, '--force', join(from, 'b.pdf')]);
    t.equal(into.exit, 2);
    t.match(into.out, /✘ .*b\.pdf: .*\[output-is-input\]/);
    t.ok(readFileSync(join(from, 'b.pdf')).equals(readFileSync(place.paths.sample)));
  },
);

t.test('what does not go together is said before anything is opened', async (t) => {
  const folder = t.testdir();
  const from = letters(folder);
  for (const [options, code] of [
    [['--out-dir', folder, '-o', 'x.pdf', from], 'options-exclude'],
    [['--out-dir', folder], 'file-argument-missing'],
    [['--out-dir', folder, '-'], 'argument-unexpected'],
    [['-o', join(folder, 'x.pdf'), '-f', 'json', join(from, 'a.pdf')], 'options-conflict'],
    [['-o', join(folder, 'x.pdf'), '-r', join(from, 'a.pdf')], 'options-conflict'],
  ] as const) {
    const { exit, err } = await signAll(options);
    t.equal(exit, 2);
    t.match(err, `[${code}]`);
  }
  const wrongKey = await place.teken([
    ...['sign', '--signer', 'pkcs12:tidak-ada.p12', '--level', 'B-B', '--out-dir', join(folder, 'z'), from],
  ]);
  t.equal(wrongKey.exit, 2);
  t.equal(wrongKey.out, '', 'a key that cannot be opened is no fault of a file');
});

t.test('a folder without a PDF ends as a file that cannot be read', async (t) => {
  const folder = t.testdir({ kosong: {} });
  const { exit, out } = await signAll([
    '--out-dir',
    join(folder, 'ttd'),
    '-f',
    'json',
    join(folder, 'kosong'),
  ]);
  t.equal(exit, 5);
  t.strictSame(JSON.parse(out), []);
});

t.test('quiet says only what failed', async (t) => {
  const folder = t.testdir();
  const good = join(folder, 'baik.pdf');
  writeFileSync(good, minimalPdf());
  const bad = join(folder, 'buruk.pdf');
  writeFileSync(bad, 'bukan');
  const { exit, out } = await signAll(['--out-dir', join(folder, 'ttd'), '-q', good, bad]);
  t.equal(exit, 5);
  t.match(out, /^✘ .*buruk\.pdf: .*\[not-pdf\]\n$/);
});
