// S7, a citizen checks a letter from a phone, with the PDF or with the QR code on paper: in Indonesian, without a script, without an
// account, and nothing of it stays.

import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { signedLetter, startRealService } from '../http/real-service.ts';
import { run, toolMissing } from '../tools.ts';

// What a phone sends that has never been here: no account, no cookie.
const PHONE = { 'accept-language': 'id-ID,id;q=0.9', accept: 'text/html' };

const service = await startRealService();
t.teardown(() => service.close());
const home = dirname(String(service.environment.TEKEN_SIGNERS_FILE));
const letter = await signedLetter(service, {
  level: 'B-T',
  letterNumber: '800/45/BKPSDM',
  letterDate: new Date().toISOString().slice(0, 10),
  letterSubject: 'Kenaikan pangkat',
  letterAgency: 'BKPSDM Contoh',
  rect: '60,60,150,150',
  collision: 'ignore',
});

async function check(file: Uint8Array, name = 'surat.pdf'): Promise<{ response: Response; page: string }> {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(file)], { type: 'application/pdf' }), name);
  const response = await fetch(service.url, { method: 'POST', headers: PHONE, body });
  return { response, page: await response.text() };
}

/** Every file that the service could have left behind, with its content. */
function everythingStored(): readonly string[] {
  return globSync('**/*', { cwd: home })
    .filter((name) => statSync(join(home, name)).isFile())
    .map((name) => `${name}\n${readFileSync(join(home, name), 'latin1')}`)
    .toSorted();
}

t.test('with the file: the right sentence and the right next step', async (t) => {
  const good = await check(letter);
  t.match(good.page, '<html lang="id"');
  t.match(good.page, 'Tanda tangan elektronik valid. Dokumen tidak diubah.');
  t.match(good.page, 'Dokumen elektronik ini dapat diterima.');
  const changed = Buffer.from(letter);
  const at = changed.indexOf('/MediaBox') + 1;
  changed[at] = (changed[at] ?? 0) ^ 1;
  const forged = await check(changed);
  t.match(forged.page, 'Dokumen telah diubah setelah ditandatangani');
  t.match(forged.page, 'Jangan digunakan. Minta berkas asli langsung dari instansi penerbit.');
  t.notMatch(forged.page, 'dapat diterima');
  const picture = await check(service.letter);
  t.match(picture.page, 'Tidak ada tanda tangan elektronik di dalam berkas ini');
  t.match(picture.page, 'Minta berkas PDF asli');
});

t.test(
  'with the QR code on paper: what it proves and what it does not',
  { skip: toolMissing('zbarimg') || toolMissing('pdftoppm') },
  async (t) => {
    const folder = t.testdir({ 'surat.pdf': letter });
    await run('pdftoppm', ['-r', '300', '-gray', join(folder, 'surat.pdf'), join(folder, 'kertas')]);
    const { stdout } = await run('sh', ['-c', `zbarimg --quiet --raw '${folder}'/kertas*.pgm`]);
    const code = stdout.split('\n').find((line) => line.startsWith('TKN1:')) ?? '';
    const scanned = await fetch(`${service.url}/qr?${new URLSearchParams({ code })}`, { headers: PHONE });
    const page = await scanned.text();
    t.match(page, /Kode ini asli[\s\S]*800\/45\/BKPSDM[\s\S]*Kenaikan pangkat/);
    t.match(page, 'Yang TIDAK dibuktikan');
    t.match(page, 'minta berkas PDF aslinya');
    t.equal(scanned.headers.get('set-cookie'), null);
  },
);

t.test('no account is asked for, and nothing of the letter is stored or logged', async (t) => {
  const name = 'surat-keputusan-pensiun-ibu-contoh.pdf';
  const before = everythingStored();
  const { response, page } = await check(letter, name);
  t.match(page, name);
  t.equal(response.status, 200);
  t.equal(response.headers.get('set-cookie'), null);
  t.equal(response.headers.get('cache-control'), 'no-store');
  const digest = createHash('sha256').update(letter).digest('hex');
  const added = everythingStored().filter((file) => !before.includes(file));
  for (const kept of [...added, service.logged()]) {
    t.notMatch(kept, name);
    t.notMatch(kept, digest);
  }
});
