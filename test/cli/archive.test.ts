// `teken verify` over an archive: many files at once, in every form, from folders, lists and ZIP archives.

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import t from 'tap';
import type { FileAnswer } from '../../src/cli/file-answer.ts';
import { type DevelopmentPlace, type Ran, startDevelopmentPlace } from './development-place.ts';
import { makeZip } from './made-zip.ts';
import { minimalPdf } from './minimal-pdf.ts';

const folder = t.testdir();
const archive = join(folder, 'arsip');
const at = (name: string): string => join(archive, name);
let place: DevelopmentPlace;

const REPEATABLE = ['--offline', '--revocation', 'off', '--at', '2036-01-01', '--reproducible'];

t.before(async () => {
  place = await startDevelopmentPlace(folder);
  mkdirSync(join(archive, '2024'), { recursive: true });
  const line = ['sign', place.paths.sample, '-o', at('baik.pdf'), '--level', 'B-B'];
  const { exit, err } = await place.teken([...line, '--signer', place.signerUri('pejabatEc')]);
  if (exit !== 0) throw new Error(err);
  const letter = readFileSync(at('baik.pdf'));
  const changed = Uint8Array.from(letter);
  const inStream = letter.indexOf('stream') + 20;
  changed[inStream] = (changed[inStream] ?? 0) ^ 1;
  writeFileSync(at('diubah.pdf'), changed);
  writeFileSync(at('polos.pdf'), minimalPdf());
  writeFileSync(at('=2+2.pdf'), 'bukan PDF');
  writeFileSync(
    at('2024.zip'),
    makeZip([
      { name: 'surat/satu.pdf', bytes: letter },
      { name: 'surat/dua.pdf', bytes: changed, stored: true },
      { name: 'catatan.txt', bytes: new Uint8Array([1]) },
    ]),
  );
  for (let i = 0; i < 6; i += 1) copyFileSync(at('baik.pdf'), join(archive, '2024', `${i}.pdf`));
});

t.teardown(() => place.close());

async function verify(
  words: readonly string[],
  options: Parameters<DevelopmentPlace['teken']>[1] = {},
): Promise<Ran> {
  return await place.teken(['verify', '--lang', 'en', ...words], options);
}

function answersOf({ out }: Ran): readonly FileAnswer[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FileAnswer);
}

const verdicts = (ran: Ran): readonly string[] =>
  answersOf(ran).map(({ path, verdict }) => `${path.slice(archive.length + 1)} ${verdict}`);

const ALL = [
  '2024.zip!/surat/dua.pdf MODIFIED',
  '2024.zip!/surat/satu.pdf VALID_WITH_NOTES',
  ...[0, 1, 2, 3, 4, 5].map((i) => `2024/${i}.pdf VALID_WITH_NOTES`),
  '=2+2.pdf UNREADABLE',
  'baik.pdf VALID_WITH_NOTES',
  'diubah.pdf MODIFIED',
  'polos.pdf NO_SIGNATURE',
];

t.test('an archive is judged file by file, ZIP archives in place, in the order of the paths', async (t) => {
  const ran = await verify(['-r', '-f', 'ndjson', '-j', '2', archive]);
  t.strictSame(verdicts(ran), ALL);
  t.equal(ran.exit, 1);
});

t.test('output is the same byte for byte, however many at once and in whatever order', async (t) => {
  const named = [...readdirSync(archive).map(at), at('2024.zip')];
  for (const format of ['ndjson', 'junit']) {
    const runs = await Promise.all(
      [
        ['-j', '1', ...named],
        ['-j', '2', ...named],
        ['-j', '4', ...named.toReversed()],
      ].map((words) => verify([...REPEATABLE, '-f', format, ...words])),
    );
    const [first, ...others] = runs.map(({ out }) => createHash('sha256').update(out).digest('hex'));
    t.strictSame(others, [first, first], format);
  }
  t.match(await verify(['--reproducible', at('baik.pdf')]), { exit: 2, err: /needs --at/ });
});

t.test('lists of files, by lines and by zero bytes, from a file and from standard input', async (t) => {
  const names = [at('baik.pdf'), at('polos.pdf')];
  const expected = ['baik.pdf VALID_WITH_NOTES', 'polos.pdf NO_SIGNATURE'];
  const list = join(t.testdir({ 'daftar.txt': `${names.join('\r\n')}\r\n\r\n` }), 'daftar.txt');
  t.strictSame(verdicts(await verify(['-f', 'ndjson', '--files-from', list])), expected);
  const input = new TextEncoder().encode(names.join('\0'));
  const zero = await verify(['-f', 'ndjson', '--files-from', '-', '-0'], { input });
  t.strictSame(verdicts(zero), expected);
  t.match(await verify(['--files-from', join(archive, 'tidak-ada')]), { exit: 5, err: 'input-unreadable' });
});

t.test('a pattern says what counts, links to folders are followed where that is asked', async (t) => {
  const only = await verify(['-r', '-f', 'ndjson', '--include', '[0-2].pdf', archive]);
  t.strictSame(verdicts(only).length, 3);
});

t.test('an archive that lies is refused, and a broken entry is one clean line', async (t) => {
  const bytes = readFileSync(at('2024.zip'));
  const damaged = Uint8Array.from(bytes);
  damaged[60] = (damaged[60] ?? 0) ^ 0xff;
  const place = t.testdir();
  const write = (name: string, content: Uint8Array): string => {
    writeFileSync(join(place, name), content);
    return join(place, name);
  };
  const cases: readonly (readonly [string, string])[] = [
    [write('terpotong.zip', bytes.subarray(0, 400)), 'zip-damaged'],
    [write('isi.zip', damaged), 'zip-damaged'],
    [
      write(
        'tumpang.zip',
        makeZip(
          [
            { name: 'a.pdf', bytes },
            { name: 'b.pdf', bytes },
          ],
          'overlapping',
        ),
      ),
      'zip-overlapping',
    ],
    [write('terkunci.zip', makeZip([{ name: 'a.pdf', bytes, encrypted: true }])), 'zip-encrypted'],
    [
      write('bohong.zip', makeZip([{ name: 'a.pdf', bytes: new Uint8Array(9_000), claimedSize: 10 }])),
      'zip-damaged',
    ],
  ];
  for (const [path, reason] of cases) {
    const { exit, err } = await verify(['-f', 'ndjson', path]);
    t.ok([1, 5].includes(exit), `${basename(path)}: ${exit}`);
    t.match(err, `(${reason})`, basename(path));
    t.equal(err.match(/cannot be opened/g)?.length, 1);
  }
});

t.test('conditions: what a file is proven not to meet makes it bad', async (t) => {
  const cases: readonly (readonly [string, number, readonly string[]])[] = [
    ['timestamp', 1, ['timestamp']],
    ['pades-b-b', 0, []],
    ['pades-b-t,ltv', 1, ['pades-b-t', 'ltv']],
    ['count>=1', 0, []],
    ['count>=2', 1, ['count>=2']],
    ['signer-cn=Orang Lain', 1, ['signer-cn=Orang Lain']],
  ];
  for (const [conditions, exit, unmet] of cases) {
    const ran = await verify(['-f', 'ndjson', '--require', conditions, at('baik.pdf')]);
    t.strictSame(
      [ran.exit, answersOf(ran)[0]?.unmet, answersOf(ran)[0]?.ok],
      [exit, unmet, true],
      conditions,
    );
  }
  const name = answersOf(await verify(['-f', 'ndjson', at('baik.pdf')]))[0]?.signatures[0]?.signer
    ?.commonName;
  t.equal((await verify(['--require', `signer-cn=${name}`, at('baik.pdf')])).exit, 0);
  t.match(await verify(['--strict', at('baik.pdf')]), {
    exit: 1,
    out: 'Not met: strict [REQUIREMENT_NOT_MET]',
  });
  t.equal(
    (await verify(['--require', 'ltv', at('=2+2.pdf')])).exit,
    5,
    'of what is not read nothing is proven',
  );
  t.match(await verify(['--require', 'valid', at('baik.pdf')]), { exit: 2, err: 'option-value-invalid' });
});

t.test('a run goes on from its journal, under the same rules only', async (t) => {
  const journal = join(t.testdir(), 'jurnal');
  const words = ['-r', '-f', 'ndjson', '--offline', '--resume', journal, archive];
  const whole = await verify(words);
  t.strictSame(
    verdicts(whole),
    ALL.map((line) => line.replace('VALID_WITH_NOTES', 'UNKNOWN_REVOCATION')),
  );
  const lines = readFileSync(journal, 'utf8').split('\n');
  // Ended in the middle of a line.
  writeFileSync(journal, `${lines.slice(0, 5).join('\n')}\n${lines[5]?.slice(0, 200)}`);
  const again = await verify(words);
  t.equal(again.exit, whole.exit);
  const timeless = ({ durationMs: _, ...answer }: FileAnswer): unknown => answer;
  t.strictSame(answersOf(again).map(timeless), answersOf(whole).map(timeless));
  t.equal(readFileSync(journal, 'utf8').split('\n').length, lines.length);
  t.match(await verify(['--revocation', 'off', ...words]), { exit: 2, err: 'other-rules' });
  t.match(await verify(['--resume', at('baik.pdf'), archive]), { exit: 2, err: 'not-a-journal' });
  t.equal(
    readFileSync(at('baik.pdf')).subarray(0, 5).toString(),
    '%PDF-',
    "somebody else's file is left alone",
  );
});

t.test('a file that was changed since is judged again', async (t) => {
  const place = t.testdir({ arsip: {} });
  const file = join(place, 'arsip', 'a.pdf');
  const words = ['-f', 'ndjson', '--resume', join(place, 'jurnal'), file];
  copyFileSync(at('baik.pdf'), file);
  t.equal(answersOf(await verify(words))[0]?.verdict, 'VALID_WITH_NOTES');
  copyFileSync(at('diubah.pdf'), file);
  t.equal(answersOf(await verify(words))[0]?.verdict, 'MODIFIED');
});

t.test('--since checks only what is new or changed, and notes it when all is written', async (t) => {
  const place = t.testdir({ arsip: {} });
  const state = join(place, 'diperiksa.ndjson');
  const words = ['-f', 'ndjson', '--since', state, join(place, 'arsip')];
  copyFileSync(at('baik.pdf'), join(place, 'arsip', 'a.pdf'));
  copyFileSync(at('baik.pdf'), join(place, 'arsip', 'b.pdf'));
  t.equal(answersOf(await verify(words)).length, 2);
  t.match(await verify(words), { exit: 0, out: '' });
  copyFileSync(at('diubah.pdf'), join(place, 'arsip', 'b.pdf'));
  const third = await verify(words);
  t.strictSame([third.exit, answersOf(third).map(({ path }) => basename(path))], [1, ['b.pdf']]);
  const failing = await verify([...words, '-o', join(place, 'tidak-ada', 'x')]);
  t.equal(failing.exit, 2);
  writeFileSync(state, 'bukan daftar\n');
  t.match(await verify(words), { exit: 2, err: 'not-a-list' });
});

t.test('each answer in a file of its own, evidence of several in a folder', async (t) => {
  const place = t.testdir({ jawaban: {}, bukti: {} });
  const options = ['--report-dir', join(place, 'jawaban'), '--evidence', join(place, 'bukti')];
  const ran = await verify(['-f', 'ndjson', ...options, at('baik.pdf'), at('polos.pdf')]);
  const files = readdirSync(join(place, 'jawaban'));
  t.strictSame(
    files.map((name) => JSON.parse(readFileSync(join(place, 'jawaban', name), 'utf8')) as unknown),
    answersOf(ran),
  );
  const packs = readdirSync(join(place, 'bukti'));
  t.equal(packs.length, 2);
  const pack = join(place, 'bukti', packs.find((name) => name.startsWith('baik')) ?? '');
  t.equal((await replayed(pack)).exit, 0);
});

async function replayed(pack: string): Promise<Ran> {
  return await place.teken(['replay', pack, at('baik.pdf')]);
}

t.test('what is too large is not read, and the numbers alone are enough for some', async (t) => {
  const large = await verify(['--max-size', '1K', '-f', 'ndjson', at('baik.pdf'), at('polos.pdf')]);
  t.match(answersOf(large), [
    { verdict: 'UNREADABLE', problem: 'limits-exceeded' },
    { verdict: 'NO_SIGNATURE' },
  ]);
  const numbers = await verify(['--summary-only', '-r', archive]);
  t.match(numbers.out, '12 files: 8 accepted, 2 bad, 1 unsigned, 1 unreadable.\n');
  t.match(await verify(['--summary-only', '-f', 'csv', archive]), { exit: 2 });
});

t.test('a trust list that is too old decides nothing', async (t) => {
  t.equal((await verify(['--trust-list-max-age', '1d', at('baik.pdf')])).exit, 0);
  const { exit, out, err } = await place.teken(['verify', '--trust-list-max-age', '1d', at('baik.pdf')], {
    environment: {},
  });
  t.strictSame([exit, out], [2, '']);
  t.match(err, 'trust-list-old');
});

t.test('progress goes to a terminal, or line by line, and never into the results', async (t) => {
  const shown: string[] = [];
  const ran = await verify(['-f', 'ndjson', '-r', archive], { onStatus: (text) => shown.push(text) });
  t.strictSame(verdicts(ran), ALL);
  t.equal(shown.at(-1), '', 'it is taken away');
  const silent: string[] = [];
  await verify(['--progress', 'never', '-r', archive], { onStatus: (text) => silent.push(text) });
  t.strictSame(
    silent.filter((text) => text !== ''),
    [],
  );
});
