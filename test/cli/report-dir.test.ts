// `teken verify --report-dir`: reports as JSON, HTML and PDF, the last ones sealed where the operator has a key.

import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import t from 'tap';
import { type DevelopmentPlace, type Ran, startDevelopmentPlace } from './development-place.ts';

const folder = t.testdir({ surat: {} });
const at = (name: string): string => join(folder, 'surat', name);
let place: DevelopmentPlace;

t.before(async () => {
  place = await startDevelopmentPlace(folder);
  const line = ['sign', place.paths.sample, '-o', at('baik.pdf'), '--level', 'B-B'];
  const { exit, err } = await place.teken([...line, '--signer', place.signerUri('pejabatEc')]);
  if (exit !== 0) throw new Error(err);
  copyFileSync(place.paths.sample, at('polos.pdf'));
});

t.teardown(() => place.close());

const verify = (words: readonly string[]): Promise<Ran> => place.teken(['verify', '--lang', 'en', ...words]);

t.test('without more words a report is JSON; each form asked for is a file of its own', async (t) => {
  const [plain, all] = [t.testdir({ satu: {}, dua: {} }), join(t.testdirName, 'dua')];
  await verify(['--report-dir', join(plain, 'satu'), at('baik.pdf')]);
  t.match(readdirSync(join(plain, 'satu')), [/^baik\.pdf\..*\.json$/]);
  await verify(['--report-dir', all, '--report-format', 'json,pdf,html', at('baik.pdf'), at('polos.pdf')]);
  const names = readdirSync(all);
  for (const file of ['baik', 'polos'])
    for (const form of ['json', 'pdf', 'html'])
      t.equal(names.filter((name) => name.startsWith(`${file}.pdf.`) && name.endsWith(`.${form}`)).length, 1);
  const html = readFileSync(join(all, names.find((name) => /^polos.*html$/.test(name)) ?? ''), 'utf8');
  t.match(html, /^<!doctype html>\n<html lang="en">/);
  t.match(html, /NO_SIGNATURE/);
});

t.test('a report is sealed with the key of --seal, with a time-stamp of --tsa', async (t) => {
  const out = t.testdir({ polos: {}, segel: {} });
  const pdfIn = (name: string): string => {
    const [file = ''] = readdirSync(join(out, name));
    return join(out, name, file);
  };
  const words = ['--report-format', 'pdf', at('baik.pdf')];
  t.match(await verify(['--report-dir', join(out, 'polos'), ...words]), { exit: 0 });
  t.ok((await PDFDocument.load(readFileSync(pdfIn('polos')))).getPageCount() >= 1);
  t.match(await verify(['-f', 'ndjson', pdfIn('polos')]), { exit: 4, out: /"verdict":"NO_SIGNATURE"/ });
  const seal = ['--seal', place.signerUri('segel'), '--tsa', place.tsaUrl];
  t.match(await verify(['--report-dir', join(out, 'segel'), ...seal, ...words]), { exit: 0 });
  const judged = await verify(['-f', 'ndjson', pdfIn('segel')]);
  t.match(judged, { exit: 0, err: /./ });
  t.match(JSON.parse(judged.out), {
    verdict: 'VALID',
    signatures: [{ kind: 'seal', level: 'PAdES-B-T', rules: { certification: 'no-changes' } }],
  });
});

t.test('a key that cannot be opened stops the run before a report is written', async (t) => {
  const out = t.testdir({});
  const seal = ['--seal', `pkcs12:${join(out, 'tidak-ada.p12')}`, '--report-format', 'pdf'];
  const ran = await verify(['--report-dir', out, ...seal, at('baik.pdf')]);
  t.equal(ran.exit, 2);
  t.match(ran.err, /--seal\) cannot be used.*signer-uri-invalid/s);
  t.same(readdirSync(out), []);
});

t.test('words that do not go together are refused', async (t) => {
  const out = t.testdir({});
  const dir = ['--report-dir', out];
  const uri = ['--seal', place.signerUri('segel')];
  const wrong: readonly (readonly string[])[] = [
    ['--report-format', 'pdf'],
    uri,
    [...dir, ...uri],
    [...dir, '--tsa', place.tsaUrl],
    [...dir, '--report-format', 'docx'],
    [...dir, '--report-format', 'pdf', ...uri, '--tsa', place.tsaUrl, '--offline'],
    [...dir, '--report-format', 'pdf', ...uri, '--reproducible', '--offline', '--at', '2036-01-01'],
  ];
  for (const words of wrong) t.match(await verify([...words, at('baik.pdf')]), { exit: 2 }, words.join(' '));
  t.notOk(existsSync(join(out, 'baik.pdf')));
});
