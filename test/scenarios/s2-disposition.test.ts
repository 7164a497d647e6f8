// S2: a disposition travels from the regent to the assistant to the head of an office; each signs on the page, sees who signed before, and
// the sheet stays with the application in between.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { totpCode, totpStep } from '../../src/identity/totp.ts';
import { OfficialBrowser, sha256 } from '../http/official-browser.ts';
import { OFFICIALS, type Official, type Officials, startOfficials, TOTP_SECRET } from '../http/officials.ts';
import { requestVerdict } from '../http/real-service.ts';
import { drawDispositionSheet } from './disposition-sheet.ts';

/** Within their rooms on the sheet, in millimetres. */
const PLACES: Readonly<Record<Official, string>> = { bupati: '19', asisten: '78', 'kepala-dinas': '137,5' };

function secretsOf(official: Official, { passphraseOf }: Officials): Record<string, string> {
  const code = official === 'asisten' ? { code: totpCode(TOTP_SECRET, totpStep(Date.now())) } : {};
  return { passphrase: passphraseOf(official), ...code };
}

t.test('three officials sign one sheet in order, each seeing who signed before', async (t) => {
  const officials = await startOfficials(t, { letter: await drawDispositionSheet() });
  const { application, service, ask } = officials;
  const names: string[] = [];
  for (const official of Object.keys(OFFICIALS) as Official[]) {
    const before = application.letter;
    const link = await ask(official, {
      returnTo: `${application.letters}selesai`,
      order: { position: 'Pejabat' },
    });
    const browser = new OfficialBrowser();
    const first = await browser.get(link);
    t.equal(first.status, 200);
    t.notOk(first.text.includes('Lembar disposisi'), 'nothing of the letter before somebody has come in');
    const page = await browser.openAs(official, link);
    t.equal(page.status, 200, page.said);
    t.match(page.text, 'Lembar disposisi 005/123/2026');
    for (const name of names) t.match(page.text, name, `${official} sees ${name}`);
    if (names.length === 0) t.match(page.text, 'Belum ada. Anda yang pertama.');
    const letterUrl = `${service.url}/tanda-tangan/surat${new URL(link).search}`;
    const seen = await browser.get(letterUrl);
    t.ok(seen.bytes.equals(before), 'the very bytes are shown');
    t.match(seen.headers.get('content-type'), 'application/pdf');
    const form = page.form();
    t.equal(form.seen, sha256(before));
    const place = {
      page: '1',
      x: PLACES[official],
      y: '41',
      width: '53',
      height: '35',
      corner: 'bottom-left',
    };
    const done = await browser.post(link, { ...form, ...place, ...secretsOf(official, officials) });
    t.equal(done.status, 200, done.said);
    t.match(done.text, 'Surat sudah ditandatangani');
    const delivered = application.taken.at(-1);
    t.ok(delivered?.pdf.subarray(0, before.length).equals(before), 'what was seen is what was signed');
    t.match(done.text, sha256(delivered?.pdf ?? Buffer.alloc(0)));
    t.equal(delivered?.headers['teken-signed-from'], sha256(before));
    t.match(delivered?.headers['content-digest'], /^sha-256=:/);
    t.match(done.text, delivered?.headers['signature-id'] as string);
    names.push(OFFICIALS[official]);
  }
  const verdict = await requestVerdict(service, application.letter);
  const report = (await verdict.json()) as {
    ok: boolean;
    signatures: { verdict: string; signer: { commonName: string } }[];
  };
  t.ok(report.ok);
  t.same(
    report.signatures.map(({ signer }) => signer.commonName),
    names,
  );
  t.ok(report.signatures.every(({ verdict: each }) => each === 'VALID' || each === 'VALID_WITH_NOTES'));
  const folder = (service.environment.TEKEN_AUDIT_SINKS ?? '').slice('file:'.length);
  const lines = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ndjson') || name.endsWith('.jsonl') || name.endsWith('.log'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  t.equal(lines.filter((line) => line.includes('"event":"sign.completed"')).length, 3, 'each is on record');
  for (const secret of ['kata sandi', 'kunci-rahasia', 'Lembar disposisi'])
    t.notOk(service.logged().includes(secret), `${secret} is in no log`);
});
