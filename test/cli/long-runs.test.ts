// Runs as archives bring them: poisoned files among good ones, ends without warning, and every mixture of outcomes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import t from 'tap';
import type { FileAnswer } from '../../src/cli/file-answer.ts';
import { type DevelopmentPlace, type Ran, startDevelopmentPlace } from './development-place.ts';
import { minimalPdf } from './minimal-pdf.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const folder = t.testdir();
const at = (name: string): string => join(folder, name);
let place: DevelopmentPlace;
let letter: Uint8Array;

t.before(async () => {
  place = await startDevelopmentPlace(folder);
  const sign = async (name: string, signer: Parameters<typeof place.signerUri>[0]): Promise<void> => {
    const line = ['sign', place.paths.sample, '-o', at(name), '--level', 'B-B'];
    const { exit, err } = await place.teken([...line, '--signer', place.signerUri(signer)]);
    if (exit !== 0) throw new Error(err);
  };
  await sign('accepted.pdf', 'pejabatEc');
  await sign('invalid.pdf', 'dicabut');
  letter = new Uint8Array(readFileSync(at('accepted.pdf')));
  writeFileSync(at('unsigned.pdf'), minimalPdf());
  writeFileSync(at('unreadable.pdf'), 'bukan PDF');
});

t.teardown(() => place.close());

function answersOf({ out }: Pick<Ran, 'out'>): readonly FileAnswer[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FileAnswer);
}

/** Not one of them is a document; each hurts a reader in another way. */
function poison(i: number): Uint8Array {
  const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
  const tail = `\nstartxref\n${i}\n%%EOF\n`;
  const noise = Uint8Array.from({ length: 5_000 }, (_, k) => (k * k * (i + 7)) >> 3);
  const kinds: readonly (() => Uint8Array)[] = [
    () => letter.subarray(0, Math.floor((letter.length * (i + 1)) / 52)),
    () => Buffer.concat([bytes('%PDF-1.7\n'), noise, bytes(tail)]),
    () => bytes(`%PDF-1.7\n1 0 obj\n${'['.repeat(400_000)}${tail}`),
    () =>
      bytes(
        `%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Prev 9 >>\nstartxref\n9\n%%EOF\n`,
      ),
    () => new Uint8Array(2_000_000 + i),
    () => {
      const bomb = deflateSync(new Uint8Array(60_000_000));
      const head = `%PDF-1.7\n1 0 obj\n<< /Type /XRef /Size 9 /W [1 4 2] /Filter /FlateDecode /Length ${bomb.length} >>\nstream\n`;
      return Buffer.concat([bytes(head), bomb, bytes('\nendstream\nendobj\nstartxref\n9\n%%EOF\n')]);
    },
    () =>
      bytes(
        minimalPdf().replace('/Kids [3 0 R]', '/Kids [2 0 R]').replace('startxref\n', `startxref\n9${i}`),
      ),
  ];
  return (kinds[i % kinds.length] as () => Uint8Array)();
}

t.test(
  '50 poisoned files among 40 good ones: each one clean line, the good ones as without them',
  async (t) => {
    const archive = at('arsip');
    mkdirSync(archive);
    for (let i = 0; i < 40; i += 1) copyFileSync(at('accepted.pdf'), join(archive, `baik-${i}.pdf`));
    for (let i = 0; i < 50; i += 1) writeFileSync(join(archive, `racun-${i}.pdf`), poison(i));
    const ran = await place.teken(['verify', '-f', 'ndjson', '-j', '2', '--timeout', '20s', archive]);
    const answers = answersOf(ran);
    t.equal(answers.length, 90);
    const good = answers.filter(({ path }) => basename(path).startsWith('baik'));
    t.strictSame(new Set(good.map(({ verdict }) => verdict)), new Set(['VALID_WITH_NOTES']));
    const poisoned = answers.filter(({ path }) => basename(path).startsWith('racun'));
    t.strictSame(
      poisoned.filter(({ ok }) => ok),
      [],
    );
    t.strictSame(
      poisoned
        .filter(({ verdict }) => verdict === 'SERVICE_ERROR')
        .map(({ path, problem }) => [path, problem]),
      [],
    );
    t.notMatch(ran.err, /Internal error/);
    rmSync(archive, { recursive: true });
  },
);

t.test('ended by kill -9 at any moment and resumed, twenty times: the same set of results', async (t) => {
  const archive = at('besar');
  mkdirSync(archive);
  for (let i = 0; i < 60; i += 1) copyFileSync(at('accepted.pdf'), join(archive, `${i}.pdf`));
  copyFileSync(at('invalid.pdf'), join(archive, 'dicabut.pdf'));
  writeFileSync(join(archive, 'racun.pdf'), poison(1));
  const words = ['verify', '-f', 'ndjson', '--offline', '--at', '2030-01-01', '--reproducible', '-j', '2'];
  const environment = { ...place.environment, PATH: process.env.PATH ?? '', HOME: folder };
  const start = (journal: string, output: string) =>
    spawn(process.execPath, [MAIN, ...words, '--resume', journal, '-o', output, archive], {
      env: environment,
      stdio: 'ignore',
    });
  const finish = async (name: string): Promise<string> => {
    await once(start(at(`${name}.jurnal`), at(`${name}.ndjson`)), 'close');
    return readFileSync(at(`${name}.ndjson`), 'utf8');
  };
  const undisturbed = await finish('tenang');
  t.equal(answersOf({ out: undisturbed }).length, 62);
  let cutShort = 0;
  for (let round = 0; round < 20; round += 1) {
    const name = `putaran-${round}`;
    const child = start(at(`${name}.jurnal`), at(`${name}.ndjson`));
    const ended = once(child, 'close');
    const entries = 1 + Math.floor((60 * round) / 20);
    // So far into the run, and then a little further.
    while (child.exitCode === null && linesIn(at(`${name}.jurnal`)) < entries) await wait(5);
    await wait(Math.random() * 20);
    if (child.kill('SIGKILL')) cutShort += 1;
    await ended;
    t.equal(await finish(name), undisturbed, name);
  }
  t.ok(cutShort >= 10, `${cutShort} were cut short`);
});

function linesIn(file: string): number {
  try {
    return readFileSync(file, 'utf8').split('\n').length - 1;
  } catch {
    // Not there yet.
    return 0;
  }
}

t.test('every mixture of outcomes ends with the code that the table puts first', async (t) => {
  const classes = [
    ['invalid', 1],
    ['unreadable', 5],
    ['unsigned', 4],
    ['accepted', 0],
  ] as const;
  for (let mixture = 1; mixture < 2 ** classes.length; mixture += 1) {
    const chosen = classes.filter((_, i) => (mixture & (1 << i)) !== 0);
    const [, expected] = chosen[0] ?? ['', -1];
    const files = chosen.map(([name]) => at(`${name}.pdf`));
    const { exit } = await place.teken(['verify', '-q', '-j', '1', ...files]);
    t.equal(exit, expected, chosen.map(([name]) => name).join(' + '));
  }
  // Offline nobody says whether the certificate was revoked.
  const unsure: readonly (readonly [readonly string[], number])[] = [
    [['accepted'], 3],
    [['accepted', 'unsigned'], 3],
    [['accepted', 'unreadable'], 5],
    [['accepted', 'unreadable', 'unsigned'], 5],
  ];
  for (const [names, expected] of unsure) {
    const files = names.map((name) => at(`${name}.pdf`));
    const { exit } = await place.teken(['verify', '-q', '-j', '1', '--offline', ...files]);
    t.equal(exit, expected, `indeterminate: ${names.join(' + ')}`);
  }
  t.equal((await place.teken(['verify', '-q', at('accepted.pdf'), at('tidak-ada.pdf')])).exit, 5);
  t.equal((await place.teken(['verify', '--jobs', '0', at('accepted.pdf')])).exit, 2);
});
