// The service where nothing can be written and there is no temporary folder: it checks as ever, and of a document nothing is left behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { projectRoot, run, toolMissing } from '../tools.ts';
import { formOf, signedLetter, startRealService } from './real-service.ts';
import { listening } from './service-process.ts';

// A mount namespace of its own, in which every file system is read-only and an empty, read-only one hides every temporary folder.
const ALL_READ_ONLY = `set -e
mount --make-rprivate /
for place in /var/tmp /dev/shm; do [ ! -d "$place" ] || mount -t tmpfs -o ro none "$place"; done
cut -d' ' -f5 /proc/self/mountinfo | sort -u | while read -r place; do
  mount -o remount,bind,ro "$place" 2>/dev/null || true
done
for place in / /tmp /var/tmp /dev/shm "$PWD"; do
  if touch "$place/dapat-ditulis" 2>/dev/null; then echo "writable: $place" >&2; exit 77; fi
done
exec "$@"`;

const CANARY = 'kenari-berkas-7f3a';

async function namespaceMissing(): Promise<string | false> {
  const tool = toolMissing('unshare');
  if (tool !== false) return tool;
  const { code, stderr } = await run('unshare', ['--mount', 'sh', '-c', ALL_READ_ONLY, 'sh', 'true']);
  return code === 0 ? false : `no read-only mount namespace here: ${stderr.trim()}`;
}

t.test(
  'a read-only file system without a temporary folder',
  { skip: await namespaceMissing() },
  async (t) => {
    // Keys, trust and authorities are those of a service beside it.
    const beside = await startRealService();
    t.teardown(() => beside.close());
    const letter = await signedLetter(beside);
    const { TEKEN_TRUST_DIR = '' } = beside.environment;
    const child: ChildProcess = spawn(
      'unshare',
      ['--mount', 'sh', '-c', ALL_READ_ONLY, 'sh', process.execPath, 'src/server.ts'],
      {
        cwd: projectRoot,
        env: {
          PATH: process.env.PATH ?? '',
          TMPDIR: '/tidak-ada',
          TEKEN_ENV: 'development',
          TEKEN_PORT: '0',
          TEKEN_TRUST_DIR,
          TEKEN_ALLOW_PRIVATE_NETWORK: 'true',
          TEKEN_LOG_LEVEL: 'trace',
        },
      },
    );
    let logged = '';
    let errors = '';
    child.stdout?.on('data', (data: Buffer) => {
      logged += data.toString('latin1');
    });
    child.stderr?.on('data', (data: Buffer) => {
      errors += data.toString('latin1');
    });
    t.teardown(async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    });
    const url = await listening({ child, output: () => logged, errors: () => errors });

    const form = (): FormData => {
      const named = formOf(letter);
      named.set('file', new Blob([new Uint8Array(letter)]), `${CANARY}.pdf`);
      return named;
    };
    const page = await fetch(`${url}/`, { method: 'POST', body: form() });
    t.match(await page.text(), /<h1 id="verdict" tabindex="-1">Tanda tangan elektronik valid/);
    const rest = await fetch(`${url}/v1/verify`, { method: 'POST', body: form() });
    t.match(await rest.json(), { verdict: 'VALID', ok: true });
    const broken = await fetch(`${url}/`, { method: 'POST', body: formOf(letter.subarray(0, 9_000)) });
    t.ok(broken.status < 500, 'a damaged one is told as damaged');
    const several = form();
    several.append('file', new Blob([new Uint8Array(letter)]), 'dua.pdf');
    t.match(await (await fetch(`${url}/`, { method: 'POST', body: several })).text(), /2 dari 2 berkas/);

    const written = logged + errors;
    t.match(logged, /"msg":"verified"/, 'the log was seen');
    t.notMatch(written, CANARY, 'no file name');
    t.same(windowsIn(letter, written), [], 'no 16 bytes of the document');
    t.notMatch(written, letter.subarray(2_000, 2_048).toString('base64').slice(4, 44), 'nor encoded');
  },
);

const VARIED = 6;

/** Stretches of the document that stand in the text. */
function windowsIn(document: Buffer, text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at + 16 <= document.length; at += 4) {
    const window = document.toString('latin1', at, at + 16);
    // A run of zeros stands in numbers too, and tells nothing.
    if (new Set(window).size >= VARIED && text.includes(window)) found.push(window);
  }
  return found;
}
