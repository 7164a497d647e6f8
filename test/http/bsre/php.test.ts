// Four PHP programs as agencies have them (Debian's php-cli with curl), run as they stand: only the base URL leads here.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { projectRoot, run, toolMissing } from '../../tools.ts';
import { requestVerdict } from '../real-service.ts';
import { NIK, openDesk, PICTURE } from './desk.ts';

const skip = toolMissing('php');
const desk = await openDesk();
const folder = mkdtempSync(join(tmpdir(), 'teken-php-'));
t.teardown(async () => {
  await desk.service.close();
  rmSync(folder, { recursive: true });
});
const { service } = desk;
const [user = '', password = ''] = Buffer.from(service.basic.slice('Basic '.length), 'base64')
  .toString('utf8')
  .split(':');
const place = (name: string): string => join(folder, name);
writeFileSync(place('surat.pdf'), service.letter);
writeFileSync(place('ttd.png'), PICTURE);

// biome-ignore lint/suspicious/noExplicitAny: what a program prints
async function php(program: string, ...words: readonly string[]): Promise<any> {
  const script = join(projectRoot, 'test', 'http', 'bsre', 'php', program);
  // Errors of PHP are errors here, as warnings of missing members are.
  const options = ['-d', 'error_reporting=32767', '-d', 'display_errors=stderr'];
  const { stdout, stderr } = await promisify(execFile)('php', [...options, script, ...words], {
    env: { PATH: process.env.PATH, ESIGN_URL: service.url, ESIGN_USER: user, ESIGN_PASS: password },
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}

interface Verdict {
  readonly ok: boolean;
  readonly signatures: readonly { readonly rect: readonly number[] | null }[];
}
const verdictOf = async (pdf: Uint8Array): Promise<Verdict> =>
  (await (await requestVerdict(service, pdf)).json()) as Verdict;

t.test('v1, visible: with a picture, with a QR code, at a tag', { skip }, async (t) => {
  const said = await php(
    'v1-visible.php',
    ...[NIK.active, service.passphrase, place('surat.pdf'), place('ttd.png'), folder],
  );
  const rects = { gambar: [305, 205, 377, 277], qr: [305.5, 205, 377, 277] };
  for (const way of ['gambar', 'qr', 'tag'] as const) {
    t.match(said[way], { id: /^[0-9a-f]{32}$/, unduhanSama: true }, `${way}: the same once more by download`);
    t.ok(said[way].waktu >= 0);
    const { ok, signatures } = await verdictOf(readFileSync(place(`${way}.pdf`)));
    t.ok(ok, way);
    const rect = signatures[0]?.rect ?? [];
    if (way !== 'tag') t.strictSame(rect, rects[way], way);
    else
      t.strictSame(
        [(rect[2] ?? 0) - (rect[0] ?? 0), (rect[3] ?? 0) - (rect[1] ?? 0)].map(Math.round),
        [75, 75],
      );
  }
  t.equal(said.salah, 'Passphrase anda salah [2031]');
});

t.test(
  'the QR code leads where the application said',
  { skip: skip || toolMissing('zbarimg') || toolMissing('pdftoppm') },
  async (t) => {
    await run('pdftoppm', ['-r', '150', '-png', '-singlefile', place('qr.pdf'), place('qr')]);
    const { stdout } = await run('zbarimg', ['-q', '--raw', place('qr.png')]);
    t.match(stdout, 'https://surat.contoh.example/cek/0f3a9c');
  },
);

t.test('v2: ten files in one request, each comes back signed and in its place', { skip }, async (t) => {
  const [from, to] = [place('asal'), place('hasil')];
  for (const each of [from, to]) mkdirSync(each);
  const names = Array.from({ length: 10 }, (_, i) => `sk-${i}.pdf`);
  // A comment after its end tells each file from the others.
  const original = (name: string): Buffer => Buffer.concat([service.letter, Buffer.from(`% ${name}\n`)]);
  for (const name of names) writeFileSync(join(from, name), original(name));
  const said = await php('v2-ten-files.php', NIK.active, service.passphrase, from, to);
  t.equal(said.jumlah, 10);
  t.ok(Number.isInteger(said.waktu));
  for (const name of names) {
    const signed = readFileSync(join(to, name));
    t.ok(
      signed.subarray(0, original(name).length).equals(original(name)),
      `${name} is that file, with more behind it`,
    );
    t.ok((await verdictOf(signed)).ok, name);
  }
});

t.test('verify: what is signed, what is not, and what was changed', { skip }, async (t) => {
  const signed = readFileSync(place('qr.pdf'));
  const changed = Buffer.from(signed);
  changed[20] = (changed[20] ?? 0) ^ 1;
  writeFileSync(place('ubah.pdf'), changed);
  const [good, none, bad] = await php('verify.php', place('qr.pdf'), place('surat.pdf'), place('ubah.pdf'));
  t.match(good, { nama: 'qr.pdf', summary: 'VALID', conclusion: 'VALID' });
  t.match(good.ttd, [
    { nama: /^Pejabat Contoh/, penerbit: /^CN=.*,C=ID$/, utuh: true, tsa: true, jamSama: true },
  ]);
  t.equal(good.ttd[0].rantai.length, 3, 'leaf, authority, root');
  t.strictSame(none, { nama: 'surat.pdf', summary: 'NO_SIGNATURE', conclusion: 'NO_SIGNATURE', ttd: [] });
  t.match(bad, { summary: 'INVALID', conclusion: 'INVALID', ttd: [{ utuh: false }] });
});

t.test('status: of everybody in the development PKI, over one connection', { skip }, async (t) => {
  const others = [
    'NO_CERTIFICATE',
    'NEW',
    'WAITING_FOR_VERIFICATION',
    'RENEW',
    'EXPIRED',
    'SUSPEND',
    'REVOKE',
  ];
  const numbers = others.map((_, i) => `899900000000001${i + 1}`);
  const said = await php('status.php', NIK.active, NIK.unknown, ...numbers);
  t.match(said[NIK.active], { aktif: true, sama: true, status: 'ISSUE' });
  t.match(said[NIK.unknown], {
    aktif: false,
    sama: true,
    status: 'NOT_REGISTERED',
    pesan: 'User belum terdaftar',
  });
  for (const [i, nik] of numbers.entries())
    t.match(said[nik], { aktif: false, sama: true, status: others[i] });
});
