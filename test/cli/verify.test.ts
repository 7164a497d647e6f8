// `teken verify` on letters that were really signed.

import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { FileAnswer } from '../../src/cli/file-answer.ts';
import { throughQpdf } from '../pdf/encrypted-samples.ts';
import { toolMissing } from '../tools.ts';
import { type DevelopmentPlace, type Ran, runTeken, startDevelopmentPlace } from './development-place.ts';
import { minimalPdf } from './minimal-pdf.ts';

const folder = t.testdir();
let place: DevelopmentPlace;
const at = (name: string): string => join(folder, name);

t.before(async () => {
  place = await startDevelopmentPlace(folder);
  await signed('baik.pdf', place.paths.sample, 'pejabat', ['--level', 'B-T', '--tsa', place.tsaUrl]);
  await signed('tanpa-stempel.pdf', place.paths.sample, 'pejabatEc', ['--level', 'B-B']);
  await signed('dicabut.pdf', place.paths.sample, 'dicabut', ['--level', 'B-B']);
  const bytes = readFileSync(at('baik.pdf'));
  // Inside the sample letter's own first stream, far from any signature.
  const changed = Uint8Array.from(bytes);
  const inStream = bytes.indexOf('stream') + 20;
  changed[inStream] = (changed[inStream] ?? 0) ^ 1;
  writeFileSync(at('diubah.pdf'), changed);
  writeFileSync(at('terpotong.pdf'), bytes.subarray(0, bytes.length - 4_000));
  writeFileSync(at('bukan.pdf'), 'Ini bukan PDF.\n');
  writeFileSync(at('kosong.pdf'), '');
  writeFileSync(at('nol.pdf'), new Uint8Array(60 * 1024 * 1024));
  writeFileSync(
    at('terkunci.pdf'),
    minimalPdf('/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O (o) /U (u) >>'),
  );
});

t.teardown(async () => place.close());

async function signed(
  name: string,
  from: string,
  signer: Parameters<DevelopmentPlace['signerUri']>[0],
  options: readonly string[],
): Promise<void> {
  const line = ['sign', from, '-o', at(name), '--signer', place.signerUri(signer), ...options];
  const { exit, err } = await place.teken(line);
  if (exit !== 0) throw new Error(`${name}: ${err}`);
}

async function verify(names: readonly string[], options: readonly string[] = []): Promise<Ran> {
  return await place.teken(['verify', ...options, ...names.map(at)]);
}

async function answers(
  names: readonly string[],
  options: readonly string[] = [],
): Promise<readonly FileAnswer[]> {
  const { out } = await verify(names, ['-f', 'ndjson', ...options]);
  return linesOf(out);
}

function linesOf(out: string): readonly FileAnswer[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FileAnswer);
}

t.test('each class of file has its verdict and exit code', async (t) => {
  const expected: readonly (readonly [string, string, number])[] = [
    ['baik.pdf', 'VALID', 0],
    ['tanpa-stempel.pdf', 'VALID_WITH_NOTES', 0],
    ['diubah.pdf', 'MODIFIED', 1],
    ['dicabut.pdf', 'REVOKED', 1],
    ['bukan.pdf', 'UNREADABLE', 5],
    ['kosong.pdf', 'UNREADABLE', 5],
    ['nol.pdf', 'UNREADABLE', 5],
    ['terkunci.pdf', 'UNREADABLE', 5],
  ];
  for (const [name, verdict, code] of expected) {
    const { exit, out } = await verify([name], ['-f', 'ndjson']);
    t.strictSame([linesOf(out)[0]?.verdict, exit], [verdict, code], name);
  }
  const unsigned = await place.teken(['verify', place.paths.sample]);
  t.equal(unsigned.exit, 4);
  t.match(unsigned.out, '– NO_SIGNATURE: No electronic signature in this file');
});

t.test('a file that cannot be read gives the code of its problem', async (t) => {
  const problems = await answers(['bukan.pdf', 'kosong.pdf', 'nol.pdf', 'terkunci.pdf']);
  t.strictSame(
    problems.map(({ file, problem, ok }) => [file.name, problem, ok]),
    [
      ['bukan.pdf', 'not-pdf', false],
      ['kosong.pdf', 'file-empty', false],
      ['nol.pdf', 'not-pdf', false],
      ['terkunci.pdf', 'pdf-encrypted', false],
    ],
  );
});

t.test(
  '--password-file opens what is encrypted, and shows nothing of it',
  { skip: toolMissing('qpdf') },
  async (t) => {
    const options = ['--encrypt', 'kenari 3f', 'pemilik', '256', '--'];
    writeFileSync(at('bersandi.pdf'), await throughQpdf(readFileSync(place.paths.sample), options));
    const forms = {
      'sandi.txt': 'kenari 3f',
      'baris.txt': 'kenari 3f\r\nbaris kedua\n',
      'pemilik.txt': 'pemilik\n',
    };
    for (const [name, contents] of Object.entries(forms)) {
      writeFileSync(at(name), contents);
      const { exit, out, err } = await verify(
        ['bersandi.pdf', 'baik.pdf'],
        ['--password-file', at(name), '-f', 'ndjson'],
      );
      t.same(
        linesOf(out).map(({ verdict }) => verdict),
        ['VALID', 'NO_SIGNATURE'],
        name,
      );
      t.equal(exit, 4);
      t.notMatch(out + err, /kenari|pemilik\b/);
    }
    writeFileSync(at('salah.txt'), 'kenari 3g\n');
    const wrong = await verify(['bersandi.pdf'], ['--password-file', at('salah.txt'), '-f', 'ndjson']);
    t.match(linesOf(wrong.out), [{ verdict: 'UNREADABLE', problem: 'pdf-encrypted' }]);
    t.notMatch(wrong.out + wrong.err, 'kenari');
    const missing = await verify(['bersandi.pdf'], ['--password-file', at('tidak-ada.txt')]);
    t.equal(missing.exit, 2);
    t.match(missing.err, '[password-file-unusable]');
  },
);

t.test('a signed file whose end was cut off is never accepted', async (t) => {
  const { exit } = await verify(['terpotong.pdf']);
  t.ok([1, 4, 5].includes(exit), `exit ${exit}`);
  const [answer] = await answers(['terpotong.pdf']);
  t.equal(answer?.ok, false);
});

t.test('without a trust list nothing is accepted, and the reason is said', async (t) => {
  const { exit, out, err } = await runTeken(['verify', at('baik.pdf')], { environment: {} });
  t.equal(exit, 3);
  t.match(out, '? UNKNOWN_ISSUER');
  t.match(err, 'without --trust or TEKEN_TRUST_DIR');
});

t.test('in production a development letter is a test, whoever names its issuer', async (t) => {
  for (const trust of [place.paths.trust, join(place.paths.trust, 'root.crt')]) {
    const line = ['verify', '--trust', trust, at('baik.pdf')];
    const { exit, out } = await runTeken(line, { environment: { TEKEN_ENV: 'production' } });
    t.equal(exit, 1);
    t.match(out, '! TEST_CERTIFICATE');
  }
});

t.test('results that accept a development issuer say so above all else', async (t) => {
  const text = await verify(['baik.pdf']);
  t.match(text.out, /^DEVELOPMENT: test issuers are accepted\./);
  const machine = await verify(['baik.pdf'], ['-f', 'json']);
  t.match(machine.err, 'DEVELOPMENT');
});

t.test('a CA certificate named on the line is trusted, a leaf or a letter is not', async (t) => {
  const root = join(place.paths.trust, 'root.crt');
  const only = await place.teken(['verify', '--trust', root, '--trust-only', at('baik.pdf')]);
  t.equal(only.exit, 0, only.err + only.out);
  writeFileSync(at('leaf.crt'), place.pki.signers.pejabat.certificate);
  for (const [trust, reason] of [
    [at('leaf.crt'), 'not-a-certification-authority'],
    [at('bukan.pdf'), 'no-certificate'],
    [at('tidak-ada'), 'ENOENT'],
  ] as const) {
    const { exit, err, out } = await verify(['baik.pdf'], ['--trust', trust]);
    t.equal(exit, 2);
    t.equal(out, '', 'no verdict is given');
    t.match(err, reason);
    t.match(err, '[trust-unusable]');
  }
});

t.test('a trust folder whose certificate is not the pinned one is not used at all', async (t) => {
  const trust = join(t.testdir(), 'trust');
  cpSync(place.paths.trust, trust, { recursive: true });
  writeFileSync(join(trust, 'root.crt'), place.pki.legacy.certificate);
  const { exit, err } = await verify(['baik.pdf'], ['--trust', trust, '--trust-only']);
  t.equal(exit, 2);
  t.match(err, 'pin-mismatch: root.crt');
});

t.test('the worst class of a run decides, and --fail-on leaves classes out', async (t) => {
  const all = ['baik.pdf', 'bukan.pdf', 'dicabut.pdf'];
  t.equal((await verify(all)).exit, 1);
  t.equal((await verify(['baik.pdf', 'bukan.pdf'])).exit, 5);
  t.equal((await verify(all, ['--fail-on', 'unreadable'])).exit, 5);
  const left = await verify(all, ['--fail-on', 'unsigned', '-f', 'ndjson']);
  t.equal(left.exit, 0);
  t.equal(linesOf(left.out).length, 3, 'the output leaves nothing out');
});

t.test('offline asks nobody: what is not in the file stays open', async (t) => {
  const [answer] = await answers(['baik.pdf'], ['--offline']);
  t.equal(answer?.verdict, 'UNKNOWN_REVOCATION');
  const off = await verify(['baik.pdf'], ['--offline', '--revocation', 'off', '-f', 'ndjson']);
  t.equal(off.exit, 0);
  t.strictSame(
    linesOf(off.out)[0]?.signatures[0]?.reasons.some(({ code }) => code === 'REVOCATION_NOT_CHECKED'),
    true,
  );
  t.match(off.err, '--revocation off');
});

t.test('the same file, time and evidence give the same bytes', async (t) => {
  const options = ['--offline', '--revocation', 'off', '--at', '2036-01-01', '-f', 'json'];
  const runs = [await verify(['baik.pdf'], options), await verify(['baik.pdf'], options)];
  const [first, second] = runs.map(({ out }) => out.replace(/"durationMs": \d+/g, '"durationMs": 0'));
  t.equal(first, second);
  t.match(first, '"checkedAt": "2036-01-01T00:00:00Z"');
});

t.test('the policy that was asked for is named', async (t) => {
  const [usual] = await answers(['baik.pdf']);
  const [etsi] = await answers(['baik.pdf'], ['--policy', 'etsi', '--revocation', 'prefer']);
  t.equal(usual?.policy.id, 'teken-default-1');
  t.strictSame([etsi?.policy.id, etsi?.policy.revocation], ['teken-etsi-1', 'prefer']);
});

t.test(
  "an office's own policy is a file, named in the answer; one that is wrong decides nothing",
  async (t) => {
    const policy = { id: 'kantor-1', url: 'https://contoh.go.id/aturan', revocation: 'prefer' };
    writeFileSync(at('aturan.json'), JSON.stringify(policy));
    const [answer] = await answers(['baik.pdf'], ['--policy', at('aturan.json')]);
    t.match(answer?.policy, policy);
    writeFileSync(at('aturan.json'), JSON.stringify({ ...policy, revocation: 'never' }));
    const wrong = await verify(['baik.pdf'], ['--policy', at('aturan.json')]);
    t.equal(wrong.exit, 2);
    t.match(wrong.err, '/revocation');
  },
);

t.test('NDJSON is one answer per file in the order of their names', async (t) => {
  const { out } = await verify(['tanpa-stempel.pdf', 'baik.pdf'], ['-f', 'ndjson']);
  t.ok(out.endsWith('\n'));
  const lines = linesOf(out);
  t.strictSame(
    lines.map(({ path, file, sha256 }) => [path, file.name, sha256 === file.sha256]),
    [
      [at('baik.pdf'), 'baik.pdf', true],
      [at('tanpa-stempel.pdf'), 'tanpa-stempel.pdf', true],
    ],
  );
});

t.test('JSON is one array, also of one file and of none', async (t) => {
  const one = await verify(['baik.pdf'], ['-f', 'json']);
  t.equal((JSON.parse(one.out) as FileAnswer[])[0]?.verdict, 'VALID');
  const two = await verify(['baik.pdf', 'bukan.pdf'], ['-f', 'json']);
  t.equal((JSON.parse(two.out) as FileAnswer[]).length, 2);
  const none = await verify(['tidak-ada.pdf'], ['-f', 'json']);
  t.strictSame([JSON.parse(none.out), none.exit], [[], 5]);
});

t.test('standard input is a file without a name', async (t) => {
  const input = readFileSync(at('baik.pdf'));
  const { exit, out } = await place.teken(['verify', '-f', 'ndjson', '-'], { input });
  t.equal(exit, 0);
  t.strictSame([linesOf(out)[0]?.path, linesOf(out)[0]?.file.name], ['-', null]);
});

t.test('a missing file or an empty folder is never a success', async (t) => {
  const missing = await verify(['baik.pdf', 'tidak-ada.pdf']);
  t.equal(missing.exit, 5);
  t.match(missing.err, 'tidak-ada.pdf cannot be opened (ENOENT)');
  const empty = await place.teken(['verify', t.testdir()]);
  t.equal(empty.exit, 5);
  t.match(empty.err, 'No PDF file was found.');
});

t.test('results go into a file that is replaced whole, and standard output stays empty', async (t) => {
  const output = join(t.testdir({ 'hasil.ndjson': 'lama' }), 'hasil.ndjson');
  const { exit, out } = await verify(['baik.pdf'], ['-f', 'ndjson', '-o', output]);
  t.strictSame([exit, out], [0, '']);
  t.equal(linesOf(readFileSync(output, 'utf8'))[0]?.verdict, 'VALID');
});

t.test('an interrupted run ends with 130 and leaves no output file', async (t) => {
  const folderOfOutput = t.testdir();
  const interrupting = new AbortController();
  const line = ['verify', '-o', join(folderOfOutput, 'hasil.txt'), at('baik.pdf'), at('tanpa-stempel.pdf')];
  setImmediate(() => interrupting.abort());
  const { exit } = await place.teken(line, { interrupted: interrupting.signal });
  t.equal(exit, 130);
  t.strictSame(readdirSync(folderOfOutput), []);
});

t.test('a file that is not done in time is not judged, and the rest goes on', async (t) => {
  const { exit, out } = await verify(['nol.pdf', 'baik.pdf'], ['--timeout', '1ms', '-f', 'ndjson']);
  t.equal(exit, 70);
  const late = linesOf(out).filter(({ problem }) => problem === 'deadline-exceeded');
  t.ok(late.length >= 1);
  t.ok(late.every(({ verdict, ok }) => verdict === 'SERVICE_ERROR' && !ok));
  t.equal(linesOf(out).length, 2);
});

t.test('quiet means one line for each file and no warnings', async (t) => {
  const { out, err } = await verify(['baik.pdf', 'diubah.pdf'], ['-q', '--revocation', 'prefer']);
  t.equal(err, '');
  t.strictSame(
    out.split('\n').map((line) => line.split(/\s+/).slice(0, 2).join(' ')),
    ['✔ VALID', '✖ MODIFIED', ''],
  );
});

t.test('the summary of several files counts every class', async (t) => {
  const { out } = await verify(['baik.pdf', 'diubah.pdf', 'bukan.pdf'], ['--lang', 'id']);
  t.match(out, '\n3 berkas: 1 diterima, 1 tidak baik, 1 tidak terbaca.\n');
});

t.test('details and the ETSI report are there for whoever asks', async (t) => {
  const [plain] = await answers(['baik.pdf']);
  t.equal(plain?.signatures[0]?.details, null);
  const [detailed] = await answers(['baik.pdf'], ['--detail']);
  const details = detailed?.signatures[0]?.details;
  t.match(details?.standard, { indication: 'TOTAL_PASSED', subIndication: null });
  t.ok(details?.blocks.every(({ indication }) => indication === 'PASSED' || indication === null));
  t.equal(details?.blocks[0]?.block, 'format-checking');
  const { exit, out } = await verify(['baik.pdf'], ['--format', 'etsi']);
  t.equal(exit, 0);
  t.match(out, '<MainIndication>urn:etsi:019102:mainindication:total-passed</MainIndication>');
  t.match(await verify(['baik.pdf', 'diubah.pdf'], ['-f', 'etsi']), { exit: 2 });
  t.match(await verify(['baik.pdf'], ['-f', 'etsi', '-r']), { exit: 2 });
});

t.test("the operator's table of algorithms decides, and one that is wrong decides nothing", async (t) => {
  writeFileSync(at('tabel.json'), JSON.stringify({ issued: '2026-01-01', rsaPkcs1: 'never' }));
  const [answer] = await answers(['baik.pdf'], ['--algorithms', at('tabel.json')]);
  t.equal(answer?.verdict, 'WEAK_ALGORITHM');
  writeFileSync(at('tabel.json'), JSON.stringify({ rsaPkcs1: 'never' }));
  const wrong = await verify(['baik.pdf'], ['--algorithms', at('tabel.json')]);
  t.equal(wrong.exit, 2);
  t.match(wrong.err, '/issued');
});
