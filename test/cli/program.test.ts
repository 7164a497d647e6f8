// The program as it is started from a shell: its streams, its exit codes, its colours, its language.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { minimalPdf } from './minimal-pdf.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  /** When it has ended. */
  readonly ended: Promise<{ readonly exit: number | null; readonly out: string; readonly err: string }>;
}

function start(
  line: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Started {
  const child = spawn(process.execPath, [...nodeOptions, MAIN, ...line], {
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', ...environment },
  });
  const read = async (stream: AsyncIterable<Buffer>): Promise<string> => {
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece);
    return Buffer.concat(pieces).toString('utf8');
  };
  const ended = Promise.all([read(child.stdout), read(child.stderr), once(child, 'close')]).then(
    ([out, err, [exit]]) => ({ exit: exit as number | null, out, err }),
  );
  return { child, ended };
}

const teken = async (line: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
  const { child, ended } = start(line, environment);
  child.stdin?.end();
  return await ended;
};

t.test('help and versions are results, mistakes are not', async (t) => {
  const help = await teken(['help', 'verify']);
  t.strictSame([help.exit, help.err], [0, '']);
  t.match(help.out, 'teken verify [options] <file|folder|archive.zip|-> …');
  const nothing = await teken([]);
  t.strictSame([nothing.exit, nothing.out], [2, '']);
  const wrong = await teken(['verify', '--page', '4', 'a.pdf']);
  t.strictSame([wrong.exit, wrong.out], [2, '']);
  t.equal(wrong.err, 'teken: This command has no option --page. See --help. [option-unknown]\n');
  const version = await teken(['--version', '--json'], { TEKEN_COMMIT: '1f3a9c2' });
  t.match(JSON.parse(version.out), { version: /^\d+\.\d+\.\d+/, commit: '1f3a9c2', trustList: null });
});

t.test('it speaks Indonesian where the system does, and where it is asked to', async (t) => {
  t.match((await teken(['verify'], { LC_ALL: 'id_ID.UTF-8' })).err, 'Sebutkan berkas PDF.');
  t.match((await teken(['verify'])).err, 'Name a PDF file.');
  t.match((await teken(['verify', '--lang', 'id'])).err, 'Sebutkan berkas PDF.');
  const both = await teken(['--lang=en', 'verify'], { LC_ALL: 'id_ID.UTF-8' });
  t.match(both.err, 'Name a PDF file.');
});

t.test('a service that cannot start ends with 78', async (t) => {
  const missing = await teken(['serve'], {});
  t.equal(missing.exit, 78);
  t.match(missing.err, 'TEKEN_TRUST_DIR');
  const empty = await teken(['serve'], { TEKEN_TRUST_DIR: t.testdir() });
  t.equal(empty.exit, 78);
  t.match(empty.err, 'anchors.json');
});

t.test('colours only where they are wanted', async (t) => {
  const file = join(t.testdir({ 'a.pdf': minimalPdf() }), 'a.pdf');
  t.notMatch((await teken(['verify', file])).out, '\u001b');
  t.match((await teken(['verify', file], { FORCE_COLOR: '1' })).out, '\u001b[1m');
  t.notMatch((await teken(['verify', '--no-color', file], { FORCE_COLOR: '1' })).out, '\u001b');
});

t.test('the first interrupt ends a waiting run with 130 and takes its file away', async (t) => {
  const folder = t.testdir();
  const { child, ended } = start(['verify', '-o', join(folder, 'hasil.txt'), '-']);
  while (readdirSync(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  t.equal((await ended).exit, 130);
  t.strictSame(readdirSync(folder), []);
});

t.test('a reader that goes away ends the run', async (t) => {
  const folder = t.testdir();
  for (let i = 0; i < 200; i += 1) writeFileSync(join(folder, `${i}.pdf`), minimalPdf());
  const child = spawn(process.execPath, [MAIN, 'verify', '-f', 'ndjson', folder], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.destroy();
  t.strictSame(await once(child, 'close'), [130, null]);
});

t.test('an older Node is told so before anything else is loaded', async (t) => {
  const older =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })";
  const { child, ended } = start(['--version'], {}, [
    '--import',
    `data:text/javascript,${encodeURIComponent(older)}`,
  ]);
  child.stdin?.end();
  const { exit, out, err } = await ended;
  t.strictSame([exit, out], [2, '']);
  t.equal(err, 'teken: Node.js 24 or newer is needed, this is 20.1.0. See https://nodejs.org/.\n');
});
