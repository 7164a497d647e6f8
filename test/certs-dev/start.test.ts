// `npm start` as a newcomer meets it: the lines that it prints are pasted into a shell.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { closeServer, listenOnLoopback } from '../../certs-dev/services.ts';
import { projectRoot, run, toolMissing } from '../tools.ts';

const START = join(projectRoot, 'certs-dev', 'start.ts');

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it printed once it was ready; with the exit code when it ended before. */
  readonly printed: Promise<{ text: string; code: number | null }>;
  readonly ended: Promise<number | null>;
}

function start(t: Test, cwd: string, ...options: readonly string[]): Started {
  return startWith(t, cwd, {}, ...options);
}

function startWith(
  t: Test,
  cwd: string,
  environment: Readonly<Record<string, string>>,
  ...options: readonly string[]
): Started {
  const child = spawn(process.execPath, [START, ...options], {
    cwd,
    env: { ...process.env, ...environment },
  });
  t.teardown(() => child.kill('SIGKILL'));
  let text = '';
  const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
  const printed = new Promise<{ text: string; code: number | null }>((resolve) => {
    const read = (part: Buffer) => {
      text += part.toString();
      if (/Ctrl-C\.\n/.test(text)) resolve({ text, code: null });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then((code) => resolve({ text, code }));
  });
  return { child, printed, ended };
}

async function freePort(): Promise<string> {
  const server = createServer();
  const url = await listenOnLoopback(server, 0);
  await closeServer(server);
  return new URL(url).port;
}

t.test(
  'the printed lines sign the sample letter and verify it, and Ctrl-C ends it',
  {
    skip: toolMissing('curl') || toolMissing('bash'),
  },
  async (t) => {
    const cwd = t.testdir();
    const ports = ['--port', await freePort(), '--services-port', await freePort()];
    const began = performance.now();
    const { child, printed, ended } = start(t, cwd, '--folder', join(cwd, '.dev'), ...ports);
    const { text } = await printed;
    t.comment(`ready after ${Math.round(performance.now() - began)} ms, keys included`);
    t.match(text, /not for official documents/);
    t.match(text, /bukan untuk dokumen resmi/);
    t.notMatch(text, /"level":/, 'no warning that a newcomer could do something about');

    const lines = text.split('\n').filter((line) => /^ {2}(curl|TEKEN_ENV)/.test(line));
    const [sign = '', verify = '', command = ''] = lines;
    t.equal(lines.length, 3);
    const shell = (line: string) => run('bash', ['-c', line], { cwd });
    const signed = await shell(sign);
    t.equal(signed.code, 0, signed.stdout + signed.stderr);
    const letter = readFileSync(join(cwd, 'surat-bertanda-tangan.pdf'));
    t.ok(letter.subarray(0, 5).equals(Buffer.from('%PDF-')));
    t.match((await shell(verify)).stdout, /^\{"schemaVersion":1,"verdict":"VALID","ok":true,/);
    // The line is for the project's folder; here the same command is run from another one.
    const program = `${process.execPath} ${join(projectRoot, 'src', 'cli', 'main.ts')}`;
    const checked = await shell(command.replace('npm run --silent teken --', program));
    t.equal(checked.code, 0, checked.stderr);
    t.match(checked.stdout, /VALID/);

    const [page = ''] = /http:\S+\/(?=\n)/.exec(text) ?? [];
    t.equal((await fetch(page)).status, 200, 'the page');
    t.equal((await fetch(`${page}docs`)).status, 200, 'the docs');

    child.kill('SIGINT');
    t.equal(await ended, 0);
    t.comment(`ended; a second start keeps the PKI`);
    const again = start(t, cwd, '--folder', join(cwd, '.dev'), ...ports);
    const second = await again.printed;
    t.notMatch(second.text, /development PKI was/);
    t.match((await shell(verify)).stdout, /"verdict":"VALID"/, 'the letter of the first run is still valid');
    again.child.kill('SIGTERM');
    t.equal(await again.ended, 0);
  },
);

t.test('a port that is taken is told, with the next step', async (t) => {
  const cwd = t.testdir();
  const other = createServer();
  const taken = new URL(await listenOnLoopback(other, 0)).port;
  t.teardown(() => closeServer(other));
  const folder = ['--folder', join(cwd, '.dev')];
  const services = await start(t, cwd, ...folder, '--services-port', taken).printed;
  t.equal(services.code, 1);
  t.match(services.text, new RegExp(`Port ${taken} is in use.*\\n.*npm start -- --services-port \\d+`));
  const ports = ['--services-port', await freePort(), '--port', taken];
  const service = await start(t, cwd, ...folder, ...ports).printed;
  t.equal(service.code, 1);
  t.match(service.text, new RegExp(`Port ${taken} is in use.*\\n.*npm start -- --port \\d+`));
});

t.test(
  'TEKEN_ variables of the environment hold, but never make production of it; an option goes first',
  async (t) => {
    const cwd = t.testdir();
    const [own, other] = [await freePort(), await freePort()];
    const options = ['--folder', join(cwd, '.dev'), '--services-port', await freePort()];
    const environment = { TEKEN_PORT: own, TEKEN_ENV: 'production', TEKEN_MAX_UPLOAD_MB: '1' };
    const first = startWith(t, cwd, environment, ...options);
    const { text } = await first.printed;
    t.match(text, `http://127.0.0.1:${own}/`);
    t.match(text, /not for official documents/);
    const response = await fetch(`http://127.0.0.1:${own}/v1/verify`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/pdf' },
      body: new Uint8Array(2_000_000),
    });
    t.equal(response.status, 413, 'one megabyte was allowed');
    first.child.kill('SIGTERM');
    t.equal(await first.ended, 0);
    const second = startWith(t, cwd, environment, ...options, '--port', other);
    t.match((await second.printed).text, `http://127.0.0.1:${other}/`);
    second.child.kill('SIGTERM');
    t.equal(await second.ended, 0);
  },
);

t.test('a wrong command line is answered with the right ones', async (t) => {
  for (const words of [['--prot', '8080'], ['--port', 'satu'], ['--port', '70000'], ['berkas.pdf']]) {
    const { code, text } = await start(t, t.testdir(), ...words).printed;
    t.equal(code, 2, words.join(' '));
    t.match(text, /^Usage: npm start/);
  }
});
