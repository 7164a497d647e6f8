// A letter from the service with its sealed code: signed, printed, read by a scanner, and checked by page and command line.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { readLetterCode } from '../../src/letters/letter-code.ts';
import { runTeken } from '../cli/development-place.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { pem } from '../pki/authority.ts';
import { png } from '../sign/pictures.ts';
import { run, toolMissing } from '../tools.ts';
import { batchForm, postBatch, readBatch } from './batch-client.ts';
import { outsideKey } from './outside-key.ts';
import { formOf, requestVerdict, startRealService } from './real-service.ts';

const service = await startRealService();
t.teardown(() => service.close());

/** A page with the empty field `baru`, which shows nothing. */
const UNSEEN = handmadePdf({
  objects: onePage({
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [6 0 R] >>',
    6: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (baru) /Rect [0 0 0 0] /F 132 /P 3 0 R >>',
  }),
});

const LOGO = png(32, 32, { colourType: 0 }, () => [90]);

const LETTER = {
  letterNumber: '000.1/123/Diskominfo',
  letterDate: new Date().toISOString().slice(0, 10),
  letterSubject: 'Undangan rapat koordinasi',
  letterAgency: 'Dinas Kominfo Contoh',
};

function ask(fields: Readonly<Record<string, string>>, logo = true): Promise<Response> {
  const form = formOf(service.letter, {
    signer: 'pejabat',
    passphrase: service.passphrase,
    level: 'B-B',
    rect: '60,60,130,130',
    parts: 'none',
    collision: 'ignore',
    ...fields,
  });
  if (logo) form.append('logo', new Blob([new Uint8Array(LOGO)], { type: 'image/png' }), 'logo.png');
  return fetch(`${service.url}/v1/sign`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.apiKey}` },
    body: form,
  });
}

t.test(
  'the code of a printed letter is read by a scanner and checked without a database',
  { skip: toolMissing('zbarimg') || toolMissing('pdftoppm') },
  async (t) => {
    const response = await ask(LETTER);
    const signed = Buffer.from(await response.arrayBuffer());
    t.equal(response.status, 200, response.status === 200 ? '' : signed.toString());
    t.match(await (await requestVerdict(service, signed)).json(), { ok: true });

    const folder = t.testdir({ 'surat.pdf': signed });
    const at = (name: string): string => join(folder, name);
    await run('pdftoppm', ['-r', '300', '-gray', at('surat.pdf'), at('halaman')]);
    const { stdout } = await run('sh', ['-c', `zbarimg --quiet --raw '${folder}'/halaman*.pgm`]);
    const code =
      stdout
        .toString()
        .trim()
        .split('\n')
        .find((line) => line.startsWith('TKN1:')) ?? '';
    t.match(readLetterCode(code).facts, {
      number: LETTER.letterNumber,
      date: LETTER.letterDate,
      subject: LETTER.letterSubject,
      agency: LETTER.letterAgency,
      signer: 'Pejabat Contoh (UJI COBA)',
      size: service.letter.length,
    });

    const { seal } = (await (await fetch(`${service.url}/v1/audit/checkpoints`)).json()) as { seal: string };
    await writeFile(at('segel.pem'), pem('CERTIFICATE', Buffer.from(seal, 'base64')));
    await writeFile(at('asli.pdf'), service.letter);
    await writeFile(at('lain.pdf'), signed.subarray(1));
    const teken = (...line: readonly string[]) => runTeken(['qr', '--seal', at('segel.pem'), ...line, code]);
    const said = await teken('--lang', 'id', '--document', at('surat.pdf'));
    t.equal(said.exit, 0);
    t.match(
      said.out,
      /Kode ini asli[\s\S]*000\.1\/123\/Diskominfo[\s\S]*adalah surat yang dimaksud[\s\S]*TIDAK dibuktikan/,
    );
    t.equal((await teken('--document', at('asli.pdf'))).exit, 0, 'also the file before it was signed');
    const other = await teken('--lang', 'en', '--document', at('lain.pdf'));
    t.equal(other.exit, 1);
    t.match(other.out, 'is NOT the letter');
    t.match(JSON.parse((await teken('-f', 'json')).out), {
      genuine: true,
      letter: { number: LETTER.letterNumber },
    });

    const page = (text: string, language = 'en'): Promise<string> =>
      fetch(`${service.url}/qr?${new URLSearchParams({ code: text, lang: language })}`).then((answer) =>
        answer.text(),
      );
    t.match(await page(code), /This code is genuine[\s\S]*Undangan rapat koordinasi[\s\S]*does NOT prove/);
    t.match(await page(code, 'id'), /Kode ini asli[\s\S]*TIDAK dibuktikan/);
    const forged = await page(`${code.slice(0, -6)}000000`);
    t.match(forged, /FORGED|was not read completely/);
    t.notMatch(forged, 'Undangan');
    t.notMatch(await page('<script>alert(1)</script>'), '<script>alert');
  },
);

/** The code in the only QR of a signed document, read by a scanner. */
async function scannedCode(folder: string, signed: Uint8Array): Promise<string> {
  await writeFile(join(folder, 'pindai.pdf'), signed);
  await run('pdftoppm', ['-r', '300', '-gray', join(folder, 'pindai.pdf'), join(folder, 'pindai')]);
  const { stdout } = await run('sh', ['-c', `zbarimg --quiet --raw '${folder}'/pindai*.pgm`]);
  return (
    stdout
      .toString()
      .trim()
      .split('\n')
      .find((line) => line.startsWith('TKN1:')) ?? ''
  );
}

const VISIBLE = { level: 'B-B', rect: '60,60,130,130', parts: 'none', collision: 'ignore' };

t.test(
  'in a batch every letter has a number of its own, and what it does not say the first one says',
  { skip: toolMissing('zbarimg') || toolMissing('pdftoppm') },
  async (t) => {
    const form = batchForm(
      { signer: 'pejabat', passphrase: service.passphrase, ...VISIBLE, ...LETTER, count: '4' },
      [{ name: '1.pdf', bytes: service.letter }],
    );
    const more = (name: string, fields: Readonly<Record<string, string>>): void => {
      for (const [field, value] of Object.entries(fields)) form.append(field, value);
      form.append('file', new Blob([new Uint8Array(service.letter)]), name);
    };
    more('2.pdf', { letterNumber: '000.1/124/Diskominfo', letterSubject: 'Nota dinas' });
    more('3.pdf', {});
    more('4.pdf', { letterNumber: '000.1/126/Diskominfo' });
    const { lines } = await readBatch(await postBatch(service, form));
    t.match(lines[2], { status: 'failed', problem: { code: 'invalid-request' } }, 'no number, no letter');
    const expected = [LETTER.letterNumber, '000.1/124/Diskominfo', null, '000.1/126/Diskominfo'];
    const subjects = [LETTER.letterSubject, 'Nota dinas', null, LETTER.letterSubject];
    for (const [i, number] of expected.entries()) {
      if (number === null) continue;
      const signed = Buffer.from(lines[i]?.pdf ?? '', 'base64');
      const { facts } = readLetterCode(await scannedCode(t.testdir({}), signed));
      t.match(facts, { number, subject: subjects[i], date: LETTER.letterDate, agency: LETTER.letterAgency });
    }
    const late = batchForm({ signer: 'pejabat', passphrase: service.passphrase, ...VISIBLE, count: '2' }, [
      { name: '1.pdf', bytes: service.letter },
    ]);
    late.append('letterNumber', '1');
    late.append('file', new Blob([new Uint8Array(service.letter)]), '2.pdf');
    const { lines: refused } = await readBatch(await postBatch(service, late));
    t.match(refused[1], { problem: { code: 'invalid-request', errors: [{ pointer: '/letterNumber' }] } });
  },
);

t.test(
  'a letter that a key elsewhere signs has its code from the first step',
  { skip: toolMissing('zbarimg') || toolMissing('pdftoppm') || toolMissing('openssl') },
  async (t) => {
    const key = await outsideKey(service, 'pejabat-ec');
    t.teardown(() => key.close());
    const post = (path: string, fields: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(`${service.url}${path}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${service.apiKey}` },
        body: formOf(service.letter, fields),
      });
    const prepared = (await (
      await post('/v1/sign/prepare', { signer: 'pejabat-ec', ...VISIBLE, ...LETTER })
    ).json()) as Record<'token' | 'toBeSigned' | 'digestAlgorithm', string>;
    const octets = Buffer.from(prepared.toBeSigned, 'base64');
    const value = await key.signMessage(octets, prepared.digestAlgorithm);
    const answer = await post('/v1/sign/complete', {
      token: prepared.token,
      signature: value.toString('base64'),
    });
    t.equal(answer.status, 200);
    const signed = new Uint8Array(await answer.arrayBuffer());
    const { facts } = readLetterCode(await scannedCode(t.testdir({}), signed));
    t.match(facts, { number: LETTER.letterNumber, size: service.letter.length });
    const { letterDate: _, ...incomplete } = LETTER;
    const refused = await post('/v1/sign/prepare', { signer: 'pejabat-ec', ...VISIBLE, ...incomplete });
    t.match(await refused.json(), { code: 'invalid-request', errors: [{ pointer: '/letterDate' }] });
  },
);

t.test('what makes no sense together is refused before anything is signed', async (t) => {
  const { letterAgency: _, ...incomplete } = LETTER;
  const cases: readonly (readonly [fields: Record<string, string>, pointer: string])[] = [
    [incomplete, '/letterAgency'],
    [{ ...LETTER, qr: 'https://surat.example.go.id' }, '/qr'],
    [{ ...LETTER, letterDate: '22-11-2026' }, '/letterDate'],
  ];
  for (const [fields, pointer] of cases) {
    const response = await ask(fields, false);
    t.equal(response.status, 400);
    t.match(await response.json(), { code: 'invalid-request', errors: [{ pointer }] });
  }
  const unseen = formOf(UNSEEN, {
    ...{ signer: 'pejabat', passphrase: service.passphrase, level: 'B-B' },
    ...{ visible: 'true', fieldName: 'baru', ...LETTER },
  });
  const headers = { Authorization: `Bearer ${service.apiKey}` };
  const hidden = await fetch(`${service.url}/v1/sign`, { method: 'POST', headers, body: unseen });
  t.match(await hidden.json(), { code: 'qr-too-dense' }, 'no letter leaves without its code');
  const dense = await ask({ ...LETTER, rect: '60,60,60,60' });
  t.match(await dense.json(), { code: 'qr-too-dense' });
});
