// The examples for integrators, each run as it stands against the service: it signs, verifies, and says why it was refused.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { NIK, openDesk } from './http/bsre/desk.ts';
import { fileMissing, projectRoot, toolMissing } from './tools.ts';

const desk = await openDesk();
const folder = mkdtempSync(join(tmpdir(), 'teken-contoh-'));
t.teardown(async () => {
  await desk.service.close();
  rmSync(folder, { recursive: true });
});
const letter = join(folder, 'surat.pdf');
const passphrase = join(folder, 'sandi');
const wrong = join(folder, 'salah');
writeFileSync(letter, desk.service.letter);
writeFileSync(passphrase, desk.service.passphrase);
writeFileSync(wrong, 'salah');
const credential = Buffer.from(desk.service.basic.slice('Basic '.length), 'base64').toString('utf8');

/** Where Debian's php-guzzlehttp-guzzle has it, on PHP's own path. */
const GUZZLE = '/usr/share/php/GuzzleHttp/autoload.php';

const EXAMPLES = [
  ['sign.sh', ['bash'], toolMissing('bash') || toolMissing('curl')],
  ['sign.php', ['php'], toolMissing('php')],
  ['sign-guzzle.php', ['php'], toolMissing('php') || fileMissing('Guzzle', GUZZLE)],
  ['sign.py', ['python3'], toolMissing('python3')],
  ['sign.ts', [process.execPath], false],
  ['sign.go', ['go', 'run'], toolMissing('go')],
] as const;

for (const [name, [program, ...words], skip] of EXAMPLES)
  t.test(name, { skip }, async (t) => {
    const signed = join(folder, `${name}.pdf`);
    const run = (nik: string, secret: string, to: string): Promise<{ stdout: string }> =>
      promisify(execFile)(program, [
        ...words,
        join(projectRoot, 'examples', name),
        ...[desk.service.url, credential, nik, secret, letter, to],
      ]);
    t.equal((await run(NIK.active, passphrase, signed)).stdout.trim(), 'VALID');
    t.equal(readFileSync(signed).subarray(0, 5).toString(), '%PDF-');
    const refused = join(folder, `${name}.none`);
    const reasonOf = (nik: string, secret: string): Promise<string> =>
      run(nik, secret, refused).then(
        () => '',
        (error: { stderr?: string }) => error.stderr ?? '',
      );
    t.match(await reasonOf(NIK.active, wrong), /Passphrase anda salah/, 'the reason is shown');
    t.match(await reasonOf('8999000000000016', passphrase), /Akun sedang ditangguhkan/);
    t.throws(() => readFileSync(refused), 'nothing that is no letter is left behind');
  });
