// S9, BSSN's acceptance: an agency's application is looked at criterion by criterion, each with what the assessors would do. Two
// officials sign: one whose key is here, one whose key BSrE holds.

import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { BSRE } from '../doubles/bsre.ts';
import { NIK, openDesk, recordsOf } from '../http/bsre/desk.ts';
import { arrangeOfficialAtBsre } from '../http/bsre/official-at-bsre.ts';
import { requestVerdict, signedLetter } from '../http/real-service.ts';
import type { RemoteKeys } from '../http/remote-keys.ts';
import { run, toolMissing } from '../tools.ts';

let remote: RemoteKeys | null = null;
const desk = await openDesk(
  {},
  {
    arrange: async (paths) => {
      remote = await arrangeOfficialAtBsre(t, paths);
      return {};
    },
  },
);
const folder = await mkdtemp(join(tmpdir(), 'teken-s9-'));
t.teardown(async () => {
  await desk.service.close();
  await rm(folder, { recursive: true });
});
const { bsre } = remote as unknown as RemoteKeys;
const { service } = desk;
const WRONG = 'kenari-sandi-yang-salah';
const SUSPENDED = '8999000000000016';

/** As the official with a key at BSrE. */
const signThere = (passphrase: string, reason: string) =>
  desk.signV2({ nik: NIK.second, passphrase, signatureProperties: [{ tampilan: 'INVISIBLE', reason }] });

/** Everything that the service has written: its folder without the keys themselves, and its log at its most talkative. */
function everythingWritten(): string {
  const home = dirname(service.environment.TEKEN_SIGNERS_FILE ?? '');
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && !/\.(?:pass|p12)$/.test(entry.name) && entry.name !== 'basic-password',
    )
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  return `${files.join('\n')}\n${service.logged()}`;
}

t.test('the status of a certificate is asked before anything is signed', async (t) => {
  const asked = await desk.send({ path: `/api/user/status/${SUSPENDED}` });
  t.match(asked.json, { status: 'SUSPEND', status_code: 2021 });
  const here = await desk.signV1({ nik: SUSPENDED, tampilan: 'invisible' });
  t.strictSame(here.json, { error: 'Akun sedang ditangguhkan', status_code: 2021 });
  bsre.status = 'SUSPEND';
  const there = await signThere(BSRE.passphrase, 'ditangguhkan');
  t.strictSame(there.json, { error: 'Akun sedang ditangguhkan', status_code: 2021 });
  t.equal(bsre.calls('/api/v2/user/check/status'), 1, 'BSrE was asked');
  t.equal(bsre.calls('/api/v2/sign/pdf'), 0, 'and no document was sent to it');
  bsre.status = 'ISSUE';
  t.equal((await signThere(BSRE.passphrase, 'aktif')).status, 200);
});

t.test('the text of an error is shown as it was received', async (t) => {
  bsre.fault = 'old-error';
  const refused = await signThere(WRONG, 'teks asli');
  bsre.fault = null;
  t.equal(refused.json.error, 'Proses signing gagal : Passphrase anda salah 2031');
  t.equal(
    (await desk.signV1({ passphrase: WRONG, tampilan: 'invisible' })).json.error,
    'Passphrase anda salah',
  );
});

t.test('every failure is on record: signer, code, original text, time', (t) => {
  const refusals = recordsOf(service)
    .split('\n')
    .filter((line) => line.includes('"event":"sign.refused"'))
    .map((line) => JSON.parse(line));
  t.equal(refusals.length, 4, 'as many as there were');
  for (const record of refusals) {
    t.match(record, { signerRef: { value: /^[0-9a-f]{16,}$/ }, document: { inputSha256: /^[0-9a-f]{64}$/ } });
    t.ok(Math.abs(Date.parse(record.ts) - Date.now()) < 60_000);
  }
  t.strictSame(
    refusals.map(({ answered }) => `${answered.code} ${answered.text}`),
    [
      '2021 Akun sedang ditangguhkan',
      '2021 Akun sedang ditangguhkan',
      '2031 Proses signing gagal : Passphrase anda salah 2031',
      '2031 Passphrase anda salah',
    ],
  );
  t.equal(new Set(refusals.slice(1, 3).map(({ signerRef }) => signerRef.value)).size, 1, 'the same person');
  t.end();
});

t.test('a passphrase is never stored or logged, wherever an application puts it', async (t) => {
  const inQuery = new URLSearchParams({
    nik: NIK.active,
    passphrase: service.passphrase,
    tampilan: 'invisible',
    reason: 'sandi di alamat',
  });
  const answers = [
    await desk.signV1({ tampilan: 'invisible', reason: 'sandi di formulir' }),
    await desk.signV2({ signatureProperties: [{ tampilan: 'INVISIBLE', reason: 'sandi di JSON' }] }),
    await desk.send({ path: `/api/sign/pdf?${inQuery}`, parts: [desk.letter] }),
    await desk.signV1({ passphrase: WRONG, tampilan: 'invisible', reason: 'salah' }),
  ];
  t.strictSame(
    answers.map(({ status }) => status),
    [200, 200, 200, 400],
  );
  const written = everythingWritten();
  t.match(written, 'passphrase in a URL', 'the operator is told of the address');
  for (const secret of [service.passphrase, WRONG, BSRE.passphrase, NIK.unknown])
    t.notOk(written.includes(secret) || answers.some(({ text }) => text.includes(secret)));
});

t.test('the footer sentence stands on the document', { skip: toolMissing('pdftotext') }, async (t) => {
  const letter = await signedLetter(service, { page: '1', rect: '305,205,215,72', footer: 'true' });
  t.match(await (await requestVerdict(service, letter)).json(), { ok: true });
  const path = join(folder, 'kaki.pdf');
  await writeFile(path, letter);
  const { stdout } = await run('pdftotext', ['-layout', path, '-']);
  // With certificates of an installation like this one the sentence of an office would be a lie; it says so instead.
  t.match(stdout, /Dokumen uji coba: ditandatangani dengan sertifikat pengembangan/);
  t.notMatch(stdout, 'Balai Besar Sertifikasi Elektronik');
});
