// The PHP client that applications copy, as they use it: it signs, verifies, says why not, and signs once when answers are lost.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { chainsIn, linesOf } from '../src/audit/read-folder.ts';
import { readRecord } from '../src/audit/record.ts';
import { requestVerdict, startRealService } from './http/real-service.ts';
import { projectRoot, toolMissing } from './tools.ts';

const CLIENT = join(projectRoot, 'examples/php/Teken.php');

/** Everything comes through but the first answer that is no failure to connect: its connection is cut. */
async function losingFirstAnswer(port: number): Promise<Server> {
  let lost = false;
  const proxy = createServer((caller) => {
    const service = connect(port, '127.0.0.1');
    caller.pipe(service);
    service.once('data', (first) => {
      if (!lost) {
        lost = true;
        caller.destroy();
        service.destroy();
        return;
      }
      caller.write(first);
      service.pipe(caller);
    });
    for (const end of [caller, service]) end.on('error', () => end.destroy());
    service.on('close', () => caller.destroy());
    caller.on('close', () => service.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return proxy;
}

t.test('the PHP client', { skip: toolMissing('php') }, async (t) => {
  const service = await startRealService();
  const folder = mkdtempSync(join(tmpdir(), 'teken-php-'));
  t.teardown(async () => {
    await service.close();
    rmSync(folder, { recursive: true });
  });
  const [letter, signed] = [join(folder, 'surat.pdf'), join(folder, 'hasil.pdf')];
  writeFileSync(letter, service.letter);

  /** Runs lines of an application; its secrets come as they would there, not in the program. */
  const php = async (lines: string, url = service.url): Promise<string> => {
    const program = join(folder, 'aplikasi.php');
    writeFileSync(
      program,
      `<?php\nrequire ${JSON.stringify(CLIENT)};
$teken = new Teken($argv[1], getenv('KEY'));
[$letter, $signed, $passphrase] = [$argv[2], $argv[3], getenv('PASSPHRASE')];
try {\n${lines}\n} catch (TekenRefused $refused) {
    echo json_encode(['problem' => $refused->problem, 'status' => $refused->status, 'message' => $refused->getMessage(),
        'requestId' => $refused->requestId, 'errors' => $refused->errors]);
}\n`,
    );
    const args = ['-d', 'error_reporting=-1', '-d', 'display_errors=stderr', program, url, letter, signed];
    const environment = { ...process.env, KEY: service.apiKey, PASSPHRASE: service.passphrase };
    const { stdout, stderr } = await promisify(execFile)('php', args, { env: environment });
    t.equal(stderr, '', 'without a warning');
    return stdout;
  };
  const SIGN = `$made = $teken->sign($letter, 'pejabat', $passphrase, ['page' => 1, 'rect' => '305,205,215,72', 'position' => 'Kepala Dinas']);
file_put_contents($signed, $made->pdf); echo $made->signatureId, ' ', strlen($made->receipt ?? '');`;
  const completed = async (): Promise<number> => {
    const audit = String(service.environment.TEKEN_AUDIT_SINKS).slice('file:'.length);
    const [files = []] = [...(await chainsIn(audit)).values()];
    return [...linesOf(files)].filter(({ text }) => readRecord(text)?.event === 'sign.completed').length;
  };

  await t.test('signs and verifies', async (t) => {
    t.match(await php(SIGN), /^[0-9a-f-]{36} [1-9]\d*$/);
    const verdict = (await (await requestVerdict(service, readFileSync(signed))).json()) as { ok: boolean };
    t.equal(verdict.ok, true);
    t.equal(
      await php(`$a = $teken->verify($signed); echo json_encode([$a['ok'], $a['verdict']]);`),
      '[true,"VALID"]',
    );
    t.equal(
      await php(`$a = $teken->verify($letter); echo json_encode([$a['ok'], $a['verdict']]);`),
      '[false,"NO_SIGNATURE"]',
    );
    t.match(await php(`echo json_encode($teken->preflight($letter, 'pejabat'));`), /^\{.*"level"/);
  });

  await t.test('says why it was refused, in words and by code', async (t) => {
    t.match(JSON.parse(await php(`$teken->sign($letter, 'pejabat', 'salah');`)), {
      problem: 'signer-auth-failed',
      status: 403,
      message: /\S/,
      requestId: /^[0-9a-f-]{36}$/,
    });
    t.match(JSON.parse(await php(`$teken->sign($letter, 'pejabat', $passphrase, ['halaman' => '1']);`)), {
      problem: 'invalid-request',
      errors: [{ pointer: '/halaman' }],
    });
    t.match(JSON.parse(await php(`$teken->verify($letter);`, 'http://127.0.0.1:1')), {
      problem: 'no-answer',
      status: 0,
    });
  });

  await t.test('an answer that is lost on its way makes no second signature', async (t) => {
    const proxy = await losingFirstAnswer(Number(new URL(service.url).port));
    t.teardown(() => proxy.close());
    const { port } = proxy.address() as { port: number };
    const before = await completed();
    t.match(await php(SIGN, `http://127.0.0.1:${port}`), /^[0-9a-f-]{36} /);
    t.equal(await completed(), before + 1);
    const verdict = (await (await requestVerdict(service, readFileSync(signed))).json()) as {
      signatures: unknown[];
    };
    t.equal(verdict.signatures.length, 1);
  });
});
