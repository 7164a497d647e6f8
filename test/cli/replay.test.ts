// `teken verify --evidence` and `teken replay`: the record of a verification, and the verification reached again from it.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { FileAnswer } from '../../src/cli/file-answer.ts';
import type { ReplayAnswer } from '../../src/cli/replay.ts';
import { canonicalJson } from '../../src/verify/canonical-json.ts';
import { throughQpdf } from '../pdf/encrypted-samples.ts';
import { toolMissing } from '../tools.ts';
import { type DevelopmentPlace, type Ran, startDevelopmentPlace } from './development-place.ts';

const folder = t.testdir();
let place: DevelopmentPlace;
const at = (name: string): string => join(folder, name);

t.before(async () => {
  place = await startDevelopmentPlace(folder);
  const line = ['sign', place.paths.sample, '-o', at('surat.pdf'), '--signer', place.signerUri('pejabat')];
  const { exit, err } = await place.teken([...line, '--level', 'B-T', '--tsa', place.tsaUrl]);
  if (exit !== 0) throw new Error(err);
  const changed = readFileSync(at('surat.pdf'));
  const inStream = changed.indexOf('stream') + 20;
  changed[inStream] = (changed[inStream] ?? 0) ^ 1;
  writeFileSync(at('diubah.pdf'), changed);
});

t.teardown(async () => place.close());

// Where nobody trusts anybody and nothing is configured: all comes from the pack.
const elsewhere = { environment: {} };

async function replay(pack: string, file: string, options: readonly string[] = []): Promise<Ran> {
  return await place.teken(['replay', at(pack), at(file), ...options], elsewhere);
}

t.test('a letter is judged again without trust list and network, with the same answer', async (t) => {
  const first = await place.teken([
    'verify',
    '--evidence',
    at('surat.tkev'),
    '-f',
    'ndjson',
    at('surat.pdf'),
  ]);
  t.equal(first.exit, 0, first.err);
  const again = await replay('surat.tkev', 'surat.pdf', ['-f', 'json']);
  t.equal(again.exit, 0, again.err);
  const { answer, ...comparison } = JSON.parse(again.out) as ReplayAnswer;
  t.match(comparison, { reproduced: true, differences: [], basis: 'evidence-pack' });
  const {
    path: _,
    sha256: __,
    problem: ___,
    unmet: _____,
    durationMs: ____,
    ...before
  } = JSON.parse(first.out) as FileAnswer;
  t.same({ ...answer, file: { ...answer.file, name: before.file.name } }, before);
  const text = await replay('surat.tkev', 'surat.pdf', ['--lang', 'en']);
  t.match(text.out, /VALID/);
  t.match(text.out, 'Judged again from the evidence file');
  t.match(text.out, 'exactly the recorded one');
});

t.test('the exit code is that of the verdict, and never 0 without the recorded report', async (t) => {
  await place.teken(['verify', '--evidence', at('diubah.tkev'), at('diubah.pdf')]);
  t.equal((await replay('diubah.tkev', 'diubah.pdf')).exit, 1);
  await place.teken(['verify', '--evidence', at('contoh.tkev'), place.paths.sample]);
  t.equal((await place.teken(['replay', at('contoh.tkev'), place.paths.sample], elsewhere)).exit, 4);
  writeFileSync(at('bukan.pdf'), 'bukan PDF');
  await place.teken(['verify', '--evidence', at('bukan.tkev'), at('bukan.pdf')]);
  t.equal((await replay('bukan.tkev', 'bukan.pdf')).exit, 5);
  const pack = JSON.parse(readFileSync(at('surat.tkev'), 'utf8'));
  pack.report.checkedAt += 1;
  writeFileSync(at('lain.tkev'), canonicalJson(pack));
  const other = await replay('lain.tkev', 'surat.pdf', ['--lang', 'en']);
  t.equal(other.exit, 1);
  t.match(other.out, 'DIFFERS from the recorded one');
});

t.test('an altered record is told, and changes nothing', async (t) => {
  const pack = JSON.parse(readFileSync(at('surat.tkev'), 'utf8'));
  pack.evidence.signatureChecks[0].answer = false;
  writeFileSync(at('balik.tkev'), canonicalJson(pack));
  const ran = await replay('balik.tkev', 'surat.pdf', ['--lang', 'en']);
  t.equal(ran.exit, 0);
  t.match(ran.err, 'signatureChecks');
});

t.test('another document is refused, and so is what is no pack', async (t) => {
  const other = await replay('surat.tkev', 'diubah.pdf');
  t.strictSame([other.exit, other.out], [1, '']);
  t.match(other.err, '[document-differs');
  const none = await replay('surat.pdf', 'surat.pdf');
  t.strictSame([none.exit, none.out], [5, '']);
  t.match(none.err, '[pack-malformed');
  t.equal((await replay('tidak-ada.tkev', 'surat.pdf')).exit, 5);
  t.match((await place.teken(['replay', at('surat.tkev')], elsewhere)).err, '[replay-arguments]');
});

t.test('several documents have their packs in a folder', async (t) => {
  const names = ['surat.pdf', 'diubah.pdf'].map(at);
  const refused = await place.teken(['verify', '--evidence', at('satu.tkev'), ...names]);
  t.equal(refused.exit, 2);
  t.match(refused.err, '[evidence-needs-folder]');
  t.throws(() => statSync(at('satu.tkev')));
  mkdirSync(at('bukti'));
  await place.teken(['verify', '--evidence', at('bukti'), ...names]);
  const packs = readdirSync(at('bukti'));
  t.equal(packs.length, 2);
  const [changed, letter] = packs.sort();
  t.match(changed, /^diubah\.pdf\.[0-9a-f]{12}\.tkev$/);
  t.equal((await replay(join('bukti', letter ?? ''), 'surat.pdf')).exit, 0);
});

t.test(
  'the password opens an encrypted document again, and is not in the pack',
  { skip: toolMissing('qpdf') },
  async (t) => {
    const options = ['--encrypt', 'kenari-sandi', 'pemilik', '256', '--'];
    writeFileSync(at('sandi.pdf'), await throughQpdf(readFileSync(place.paths.sample), options));
    writeFileSync(at('sandi.txt'), 'kenari-sandi\n');
    const password = ['--password-file', at('sandi.txt')];
    const line = ['verify', ...password, '--evidence', at('sandi.tkev'), at('sandi.pdf')];
    t.equal((await place.teken(line)).exit, 4);
    t.notMatch(readFileSync(at('sandi.tkev'), 'utf8'), 'kenari');
    t.equal((await replay('sandi.tkev', 'sandi.pdf', password)).exit, 4);
    const locked = await replay('sandi.tkev', 'sandi.pdf', ['--lang', 'en']);
    t.equal(locked.exit, 1);
    t.match(locked.out, 'DIFFERS');
  },
);

t.test('lists and answers of a folder are used without a network', async (t) => {
  const pack = JSON.parse(readFileSync(at('surat.tkev'), 'utf8')) as {
    evidence: { items: { kind: string; origin: string; der: string }[] };
  };
  for (const kind of ['crl', 'ocsp']) mkdirSync(at(kind));
  pack.evidence.items.forEach(({ kind, origin, der }, i) => {
    if (origin === 'embedded' || kind === 'certificate') return;
    const bytes = Buffer.from(der, 'base64');
    const pem = `-----BEGIN X509 CRL-----\n${der}\n-----END X509 CRL-----\n`;
    writeFileSync(at(join(kind, `${i}`)), kind === 'crl' ? pem : bytes);
  });
  const offline = ['verify', '--offline', at('surat.pdf')];
  t.equal((await place.teken(offline)).exit, 3, 'nothing at hand, nothing asked');
  const folders = ['--crl', at('crl'), '--ocsp', at('ocsp')];
  const supplied = await place.teken([...offline, ...folders, '--evidence', at('berbekal.tkev')]);
  t.equal(supplied.exit, 0, supplied.out);
  t.equal((await replay('berbekal.tkev', 'surat.pdf')).exit, 0);
  t.match(readFileSync(at('berbekal.tkev'), 'utf8'), '"origin":"folder"');
  const missing = await place.teken([...offline, '--crl', at('tidak-ada')]);
  t.equal(missing.exit, 2);
  t.match(missing.err, '[revocation-data-unusable]');
});
