// S1, a letter: an application has it signed with one call and a visible block; the receiving office checks it by REST, on the
// page and on the command line. Changed by one byte, all three say so.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { formOf, type RealService, signedLetter, startRealService } from '../http/real-service.ts';
import { projectRoot, run, toolMissing } from '../tools.ts';

const POSITION = 'Kepala Dinas Komunikasi dan Informatika';
const NAME = 'Pejabat Contoh (UJI COBA)';

const service = await startRealService();
t.teardown(() => service.close());
const folder = await mkdtemp(join(tmpdir(), 'teken-s1-'));
t.teardown(() => rm(folder, { recursive: true }));

// The application knows where on its own template the signature belongs.
const letter = await signedLetter(service, {
  page: '1',
  rect: '305,205,215,72',
  position: POSITION,
  level: 'B-T',
});
const changed = Buffer.from(letter);
const at = changed.indexOf('/MediaBox') + 1;
changed[at] = (changed[at] ?? 0) ^ 1;

interface Answer {
  readonly verdict: string;
  readonly ok: boolean;
  readonly signatures: readonly {
    readonly level: string;
    readonly page: number | null;
    readonly signer: { readonly commonName: string } | null;
    readonly time: { readonly source: string } | null;
  }[];
}

async function byRest(file: Uint8Array): Promise<Answer> {
  const response = await fetch(`${service.url}/v1/verify`, { method: 'POST', body: formOf(file) });
  return (await response.json()) as Answer;
}

async function onThePage(file: Uint8Array, language: 'id' | 'en'): Promise<string> {
  const response = await fetch(`${service.url}/?lang=${language}`, { method: 'POST', body: formOf(file) });
  return response.text();
}

async function onTheCommandLine(
  file: Uint8Array,
  service: RealService,
): Promise<{ code: number | null; output: string }> {
  const path = join(folder, 'surat.pdf');
  await writeFile(path, file);
  const line = [
    'src/cli/main.ts',
    'verify',
    path,
    '--trust',
    String(service.environment.TEKEN_TRUST_DIR),
    '--lang',
    'id',
  ];
  const { code, stdout } = await run(process.execPath, line, {
    cwd: projectRoot,
    env: { TEKEN_ENV: 'development' },
  });
  return { code, output: stdout };
}

t.test('the receiving office accepts it: by REST, on the page, on the command line', async (t) => {
  const answer = await byRest(letter);
  t.equal(answer.verdict, 'VALID');
  t.equal(answer.ok, true);
  t.match(answer.signatures, [
    { level: 'PAdES-B-T', page: 1, signer: { commonName: NAME }, time: { source: 'timestamp' } },
  ]);
  const page = await onThePage(letter, 'id');
  t.match(page, /Tanda tangan elektronik valid\. Dokumen tidak diubah\./);
  t.match(page, NAME);
  t.match(await onThePage(letter, 'en'), /Electronic signature valid\. Document unchanged\./);
  const line = await onTheCommandLine(letter, service);
  t.equal(line.code, 0);
  t.match(line.output, 'VALID');
  t.match(line.output, NAME);
});

t.test('changed by one byte, all three say so', async (t) => {
  const answer = await byRest(changed);
  t.equal(answer.verdict, 'MODIFIED');
  t.equal(answer.ok, false);
  t.match(await onThePage(changed, 'id'), /Dokumen telah diubah setelah ditandatangani/);
  const line = await onTheCommandLine(changed, service);
  t.equal(line.code, 1);
  t.match(line.output, 'MODIFIED');
});

t.test(
  'the block on the letter names signer, position and time',
  { skip: toolMissing('pdftotext') },
  async (t) => {
    const path = join(folder, 'gambar.pdf');
    await writeFile(path, letter);
    const { stdout } = await run('pdftotext', ['-layout', path, '-']);
    t.match(stdout, 'Ditandatangani secara elektronik oleh:');
    t.match(stdout, POSITION);
    t.match(stdout, NAME);
    t.match(stdout, /\d{4} \d\d\.\d\d\.\d\d WITA/);
    // A development certificate must be seen for what it is, on paper too.
    t.match(stdout, 'DOKUMEN UJI COBA');
  },
);

t.test('the letter of the sender is untouched below its signature', async (t) => {
  t.ok(letter.subarray(0, service.letter.length).equals(service.letter));
});
