// `teken preflight`: an answer with an exit code, in both languages and as JSON; nothing is written.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { NOTE_TEXTS } from '../../src/cli/preflight-text.ts';
import { preflightAnswer } from '../../src/http/preflight-answer.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { type DevelopmentPlace, startDevelopmentPlace } from './development-place.ts';

let place: DevelopmentPlace;

t.before(async () => {
  place = await startDevelopmentPlace(t.testdir());
});

t.teardown(async () => place.close());

t.test('a letter that can be signed: exit 0, and the facts in both languages', async (t) => {
  const line = ['preflight', place.paths.sample, '--signer', place.signerUri('pejabat'), '--level', 'B-LTA'];
  const asked = [...line, '--tsa', place.tsaUrl, '--probe', 'services', '--rect', '305,565,215,72'];
  const english = await place.teken([...asked, '--lang', 'en']);
  t.equal(english.exit, 0, english.err);
  t.match(english.out, `✔ ${place.paths.sample}: can be signed\n`);
  t.match(english.out, 'Level: asked B-LTA, highest B-LTA');
  t.match(english.out, 'ocsp answered');
  t.match(english.out, /Room for the signature: \d+ bytes = certificates \d+/);
  const indonesian = await place.teken([...asked, '--lang', 'id']);
  t.match(indonesian.out, 'dapat ditandatangani');
  t.match(indonesian.out, 'Tingkat: diminta B-LTA, tertinggi B-LTA');
});

t.test('JSON is the answer of the service', async (t) => {
  const { exit, out } = await place.teken(['preflight', place.paths.sample, '--level', 'B-B', '-f', 'json']);
  t.equal(exit, 0);
  const seen = JSON.parse(out) as unknown;
  t.ok(preflightAnswer.safeParse(seen).success);
  t.match(seen, { ok: true, signer: null, level: { asked: 'B-B', highest: 'B-B' } });
});

t.test('what is in the way ends with 1 and is named with its code', async (t) => {
  const expired = ['preflight', place.paths.sample, '--signer', place.signerUri('kedaluwarsa')];
  const { exit, out } = await place.teken([
    ...expired,
    '--rect',
    '1,1,180,80',
    '--page',
    '9',
    '--lang',
    'en',
  ]);
  t.equal(exit, 1);
  t.match(out, 'cannot be signed as asked');
  for (const code of ['certificate-expired', 'page-not-found', 'tsa-unavailable']) t.match(out, `[${code}`);
});

t.test('a file that cannot be read ends with 5, wrong usage with 2', async (t) => {
  const folder = t.testdir();
  const broken = join(folder, 'rusak.pdf');
  writeFileSync(broken, 'bukan pdf');
  t.equal((await place.teken(['preflight', broken])).exit, 5);
  t.equal((await place.teken(['preflight', join(folder, 'tiada.pdf')])).exit, 5);
  t.equal((await place.teken(['preflight'])).exit, 2);
  t.equal((await place.teken(['preflight', broken, '--probe', 'semua'])).exit, 2);
  t.equal((await place.teken(['preflight', broken, '-o', join(folder, 'x.pdf')])).exit, 2);
  t.strictSame(readdirSync(folder), ['rusak.pdf'], 'nothing is written');
});

t.test(
  'active content is told before anybody signs it, and no byte of it reaches the terminal raw',
  async (t) => {
    const file = join(t.testdir(), 'aktif.pdf');
    const field = '<< /FT /Sig /T (a\u001b[31m) >>';
    const catalog =
      '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> /OpenAction << /S /JavaScript /JS (a) >> >>';
    writeFileSync(file, handmadePdf({ objects: onePage({ 1: catalog, 6: field }) }));
    const { exit, out } = await place.teken(['preflight', file, '--level', 'B-B', '--lang', 'en']);
    t.equal(exit, 0);
    t.match(out, 'active content (javascript, open-action)');
    t.notMatch(out, '\u001b[31m');
  },
);

t.test('every note has words in both languages', (t) => {
  for (const [code, { id, en }] of Object.entries(NOTE_TEXTS))
    t.ok(id.length > 20 && en.length > 20 && id !== en, code);
  t.end();
});
