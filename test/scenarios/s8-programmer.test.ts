// S8, an agency programmer takes Teken up: from a fresh clone to the first signed and verified letter by the README's own lines, then the
// example in the language of the office, and last an application written for BSrE, of which the base URL alone is changed.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { cloneFolder, freePort, startService } from '../fresh-clone.ts';
import { png } from '../sign/pictures.ts';
import { fileMissing, projectRoot, run, toolMissing } from '../tools.ts';

const TEN_MINUTES_MS = 600_000;
const startedMs = performance.now();
const folder = cloneFolder();
const [port, servicesPort] = [await freePort(), await freePort()];
const stop = await startService(folder, port, servicesPort);
t.teardown(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});
const url = `http://127.0.0.1:${port}`;
const secret = (name: string): string => readFileSync(join(folder, '.dev', name), 'utf8').trim();
const sections = readFileSync(join(projectRoot, 'README.md'), 'utf8').split(/^## /m);

/** The first lines to paste of a section, with the port of this run. */
function firstLines(section: string): string {
  const text = sections.find((each) => each.startsWith(`${section}\n`)) ?? '';
  const lines = /^<!-- run -->\n```sh\n([\s\S]*?)^```$/m.exec(text)?.[1];
  if (lines === undefined) throw new Error(`nothing to paste under ${section}`);
  return lines.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`);
}

async function paste(t: Test, section: string): Promise<string> {
  const { code, stdout, stderr } = await run('bash', ['-euo', 'pipefail', '-c', firstLines(section)], {
    cwd: folder,
  });
  t.equal(code, 0, stderr);
  return stdout;
}

async function verdictOf(file: string): Promise<unknown> {
  const body = readFileSync(join(folder, file));
  const headers = { 'content-type': 'application/pdf' };
  return (await fetch(`${url}/v1/verify`, { method: 'POST', headers, body })).json();
}

t.test(
  'the first signed and verified letter, by pasting',
  { skip: toolMissing('bash') || toolMissing('curl') },
  async (t) => {
    t.match(JSON.parse(await paste(t, 'Sign and verify over REST')), { ok: true, verdict: 'VALID' });
    const ms = performance.now() - startedMs;
    t.ok(ms < TEN_MINUTES_MS);
    t.comment(`${(ms / 1000).toFixed(1)} s from the start of the service`);
  },
);

t.test(
  'the same for an application of BSrE’s API',
  { skip: toolMissing('bash') || toolMissing('curl') },
  async (t) => {
    t.match(JSON.parse(await paste(t, 'Applications written for BSrE')), {
      summary: 'VALID',
      jumlah_signature: 1,
    });
  },
);

const LANGUAGES = [
  ['sign.sh', ['bash'], () => toolMissing('bash') || toolMissing('curl')],
  ['sign.php', ['php'], () => toolMissing('php')],
  [
    'sign-guzzle.php',
    ['php'],
    () => toolMissing('php') || fileMissing('Guzzle', '/usr/share/php/GuzzleHttp/autoload.php'),
  ],
  ['sign.py', ['python3'], () => toolMissing('python3')],
  ['sign.ts', [process.execPath], () => false],
  ['sign.go', ['go', 'run'], () => toolMissing('go')],
] as const;

for (const [example, [program, ...words], missing] of LANGUAGES)
  t.test(`the example ${example} with what the README names`, { skip: missing() }, async (t) => {
    const own = [
      url,
      `aplikasi-contoh:${secret('basic-password')}`,
      '8999000000000101',
      '.dev/signers/pejabat.pass',
    ];
    const signed = `${example}.pdf`;
    const line = [...words, join('examples', example), ...own, '.dev/sample/surat-contoh.pdf', signed];
    const { stdout, stderr } = await run(program, line, { cwd: folder });
    t.equal(stdout.trim(), 'VALID', stderr);
    t.match(await verdictOf(signed), { ok: true });
  });

t.test(
  'an application written for BSrE: only its base URL is changed',
  { skip: toolMissing('php') },
  async (t) => {
    const application = join(projectRoot, 'test', 'http', 'bsre', 'php');
    const env = { ESIGN_URL: url, ESIGN_USER: 'aplikasi-contoh', ESIGN_PASS: secret('basic-password') };
    const php = async (...line: readonly string[]): Promise<Record<string, unknown>> => {
      const { code, stdout, stderr } = await run('php', line, { cwd: folder, env });
      t.equal(code, 0, stderr);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    mkdirSync(join(folder, 'hasil'));
    writeFileSync(
      join(folder, 'ttd.png'),
      png(40, 30, { colourType: 2 }, (x) => [x * 6, 40, 160]),
    );
    const letter = '.dev/sample/surat-contoh.pdf';
    const said = await php(
      join(application, 'v1-visible.php'),
      ...['8999000000000101', secret('signers/pejabat.pass'), letter, 'ttd.png', 'hasil'],
    );
    t.match(said, { gambar: { unduhanSama: true }, qr: { unduhanSama: true }, tag: { unduhanSama: true } });
    t.equal(said.salah, 'Passphrase anda salah [2031]');
    for (const way of ['gambar', 'qr', 'tag'])
      t.match(await verdictOf(join('hasil', `${way}.pdf`)), { ok: true }, way);
    const status = await php(join(application, 'status.php'), '8999000000000101', '8999000000000016');
    t.match(status, {
      '8999000000000101': { aktif: true },
      '8999000000000016': { aktif: false, status: 'SUSPEND' },
    });
  },
);
