// `teken sign`, file to file.

import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { FileAnswer } from '../../src/cli/file-answer.ts';
import { openContainer } from '../../src/signers/open-container.ts';
import { CSC, startCsc } from '../doubles/csc.ts';
import { throughQpdf } from '../pdf/encrypted-samples.ts';
import { png } from '../sign/pictures.ts';
import { toolMissing } from '../tools.ts';
import { type DevelopmentPlace, type Ran, startDevelopmentPlace } from './development-place.ts';
import { minimalPdf } from './minimal-pdf.ts';

let place: DevelopmentPlace;

t.before(async () => {
  place = await startDevelopmentPlace(t.testdir());
});

t.teardown(async () => place.close());

/** Signs the sample letter into `out.pdf` of an empty folder, unless the options say otherwise. */
async function sign(
  folder: string,
  options: readonly string[],
  input = place.paths.sample,
): Promise<Ran & { readonly output: string }> {
  const output = join(folder, 'out.pdf');
  const signer = options.includes('--signer') ? [] : ['--signer', place.signerUri('pejabatEc')];
  const ran = await place.teken(['sign', input, '-o', output, ...signer, ...options]);
  return { ...ran, output };
}

async function answerOf(path: string): Promise<FileAnswer> {
  const { out } = await place.teken(['verify', '-f', 'ndjson', path]);
  return JSON.parse(out) as FileAnswer;
}

t.test('a letter is signed with a time-stamp, its bytes a prefix of the result', async (t) => {
  const folder = t.testdir();
  const { exit, out, output, err } = await sign(folder, ['--tsa', place.tsaUrl]);
  t.equal(exit, 0, err);
  t.match(out, `✔ Signed: ${output}\n  Pejabat Contoh Kurva Eliptik (UJI COBA), `);
  t.match(out, 'PAdES-B-T');
  t.match(err, 'Warning: the key file is protected too weakly for production. [pkcs12-weak-protection');
  const before = readFileSync(place.paths.sample);
  t.ok(readFileSync(output).subarray(0, before.length).equals(before));
  t.strictSame(readdirSync(folder), ['out.pdf'], 'nothing else is left there');
  const answer = await answerOf(output);
  t.strictSame([answer.verdict, answer.signatures[0]?.level], ['VALID', 'PAdES-B-T']);
});

t.test('B-LT and B-LTA bring their evidence along, and need somebody who is trusted', async (t) => {
  for (const level of ['B-LT', 'B-LTA']) {
    const options = ['--level', level, '--tsa', place.tsaUrl];
    const { exit, out, err, output } = await sign(t.testdir(), options);
    t.equal(exit, 0, err);
    t.match(out, `PAdES-${level}, `);
    const answer = await answerOf(output);
    t.strictSame([answer.verdict, answer.signatures[0]?.level], ['VALID', `PAdES-${level}`]);
    const line = [
      place.paths.sample,
      '-o',
      `${output}.2`,
      '--signer',
      place.signerUri('pejabat'),
      ...options,
    ];
    const nobody = await place.teken(['sign', ...line], { environment: { TEKEN_ENV: 'development' } });
    t.equal(nobody.exit, 2);
    t.match(nobody.err, '[options-conflict');
    t.notOk(existsSync(`${output}.2`));
  }
});

t.test('what is asked for stands in the signature', async (t) => {
  const { exit, output } = await sign(t.testdir(), [
    '--level',
    'B-B',
    '--page',
    '1',
    '--rect',
    '305,565,215,72',
    '--origin',
    'top-left',
    '--field',
    'kepala-dinas',
    '--position',
    'Kepala Dinas',
    '--reason',
    'Persetujuan',
    '--location',
    'Malili',
  ]);
  t.equal(exit, 0);
  const answer = await answerOf(output);
  t.equal(answer.signatures[0]?.page, 1);
  t.equal(answer.signatures[0]?.rect?.[0], 305);
  const bytes = readFileSync(output).toString('latin1');
  for (const text of ['(kepala-dinas)', 'Persetujuan', 'Malili']) t.match(bytes, text);
});

t.test('a certification binds who signs afterwards, and the verifier says what it allows', async (t) => {
  const folder = t.testdir({ lagi: {} });
  const certified = await sign(folder, [
    '--level',
    'B-B',
    '--certify',
    'no-changes',
    '--field',
    'Bupati',
    '--rect',
    '305,565,215,72',
    '--origin',
    'top-left',
  ]);
  t.equal(certified.exit, 0, certified.err);
  const said = await place.teken(['verify', certified.output, '--lang', 'en']);
  t.match(said.out, 'Certification: nothing may change after this signature.');
  const again = await sign(join(folder, 'lagi'), ['--level', 'B-B'], certified.output);
  t.equal(again.exit, 1);
  t.match(again.err, '[docmdp-forbids {"level":1,"by":"Bupati"}]');
  t.strictSame(readdirSync(join(folder, 'lagi')), []);
  const twice = await sign(
    join(folder, 'lagi'),
    ['--level', 'B-B', '--certify', 'annotations'],
    certified.output,
  );
  t.match(twice.err, '[certification-not-first {"fieldName":"Bupati"}]');
});

t.test('a damaged file that nobody has signed is mended, and its signer is told', async (t) => {
  const damaged = readFileSync(place.paths.sample, 'latin1').replace(/startxref\s+\d+/, 'startxref\n7');
  const folder = t.testdir();
  const input = join(folder, 'rusak.pdf');
  writeFileSync(input, damaged, 'latin1');
  const { exit, out, output, err } = await sign(folder, ['--level', 'B-B'], input);
  t.equal(exit, 0, err);
  t.match(out, 'Warning: the input was damaged; the signed file is mended.');
  t.equal((await answerOf(output)).verdict, 'VALID_WITH_NOTES');
  const sound = await sign(t.testdir(), ['--level', 'B-B']);
  t.notMatch(sound.out, 'Warning');
});

t.test('a lock needs fields that are there, and one way to name them', async (t) => {
  const locked = await sign(t.testdir(), ['--level', 'B-B', '--lock-all']);
  t.equal(locked.exit, 0, locked.err);
  t.match((await answerOf(locked.output)).signatures[0]?.rules, {
    certification: null,
    lock: { action: 'All', fields: [] },
  });
  const unknown = await sign(t.testdir(), ['--level', 'B-B', '--lock-field', 'Anggaran']);
  t.match(unknown, { exit: 1, err: '[field-not-found {"fieldName":"Anggaran"}]' });
  const both = await sign(t.testdir(), ['--level', 'B-B', '--lock-all', '--lock-except', 'Anggaran']);
  t.match(both, { exit: 2, err: '[options-exclude]' });
  const word = await sign(t.testdir(), ['--level', 'B-B', '--certify', '2']);
  t.match(word, { exit: 2, err: '[option-value-invalid]' });
});

t.test('a second signature keeps the first', async (t) => {
  const folder = t.testdir({ lagi: {} });
  const first = await sign(folder, ['--level', 'B-B']);
  const second = await sign(
    join(folder, 'lagi'),
    ['--level', 'B-B', '--signer', place.signerUri('segel')],
    first.output,
  );
  t.strictSame([first.exit, second.exit], [0, 0]);
  t.strictSame((await answerOf(second.output)).counts, { signatures: 2, ok: 2, notOk: 0 });
});

t.test('the block stands at a text, with picture and QR code, and the answer says which text', async (t) => {
  const logo = Buffer.from(png(20, 20, { colourType: 2 }, () => [200, 0, 0]));
  const folder = t.testdir({ 'logo.png': logo });
  const output = join(folder, 'surat.pdf');
  const signer = place.signerUri('pejabatEc');
  const line = [place.paths.sample, '-o', output, '--signer', signer, '--level', 'B-B', '--lang', 'en'];
  const code = ['--qr', 'https://contoh.example/1', '--logo', join(folder, 'logo.png')];
  const look = [...code, '--nip', '000000000000000000', '--rank', 'Pembina'];
  const at = ['--anchor', 'Demikian undangan', '--anchor-size', '200,70', '--anchor-offset', '230,-150'];
  const anchor = [...at, '--collision', 'warn'];
  const ran = await place.teken(['sign', ...line, ...look, ...anchor]);
  t.equal(ran.exit, 0, ran.err);
  t.match(ran.out, 'At the text of --anchor, page 1, number 1 of 1.');
  t.match(ran.out, /Warning: the signature covers something on the page \(text\)\./);
  t.strictSame((await answerOf(output)).counts, { signatures: 1, ok: 1, notOk: 0 });
  const again = ['sign', ...line, '--force', ...look];
  for (const [more, code] of [
    [['--anchor', 'Tembusan'], 'anchor-not-found'],
    [['--anchor', 'elektronik'], 'anchor-ambiguous'],
    [['--rect', '100,100,200,70'], 'placement-collides'],
    [['--rect', '320,560,40,30'], 'qr-too-dense'],
  ] as const) {
    const refused = await place.teken([...again, ...more]);
    t.match(refused, { exit: 1, err: `[${code}` }, `${code}: ${refused.exit} ${refused.err}`);
  }
  const absent = await place.teken(['sign', ...line, '--force', '--rect', '9,9,9,9', '--image', 'tiada.png']);
  t.match(absent.err, '[input-unreadable]');
});

t.test('usage that cannot be carried out is refused before the key is opened', async (t) => {
  const folder = t.testdir({ 'ada.pdf': 'lama' });
  const uri = place.signerUri('pejabatEc');
  const input = place.paths.sample;
  const out = join(folder, 'out.pdf');
  const visible = [input, '-o', out, '--signer', uri, '--level', 'B-B'];
  const refused: readonly (readonly [readonly string[], string])[] = [
    [[], 'file-argument-missing'],
    [[input, input, '-o', out, '--signer', uri], 'too-many-files'],
    [[input, '--signer', uri], 'option-missing'],
    [[input, '-o', out], 'option-missing'],
    [[input, '-o', out, '--signer', uri], 'options-conflict'],
    [[input, '-o', out, '--signer', uri, '--level', 'B-X'], 'option-value-invalid'],
    [[input, '-o', out, '--signer', uri, '--tsa', 'ftp://tsa'], 'option-value-invalid'],
    [[input, '-o', out, '--signer', uri, '--level', 'B-B', '--page', '1'], 'options-conflict'],
    [[input, '-o', out, '--signer', uri, '--level', 'B-B', '--preview'], 'option-unknown'],
    [
      [input, '-o', out, '--signer', uri, '--level', 'B-B', '--rect', '1,2,3,4', '--anchor', 'x'],
      'options-exclude',
    ],
    [
      [input, '-o', out, '--signer', uri, '--level', 'B-B', '--anchor', 'x', '--anchor-size', '0,9'],
      'option-value-invalid',
    ],
    [
      [input, '-o', out, '--signer', uri, '--level', 'B-B', '--anchor', 'x', '--nip', '12'],
      'option-value-invalid',
    ],
    [
      [input, '-o', out, '--signer', uri, '--level', 'B-B', '--anchor', 'x', '--parts', 'nama'],
      'option-value-invalid',
    ],
    [
      [input, '-o', out, '--signer', uri, '--level', 'B-B', '--anchor', 'x', '--logo', 'x.png'],
      'options-conflict',
    ],
    [[...visible, '--rect', '1,2,3,4', '--anchor', 'x'], 'options-exclude'],
    [[...visible, '--anchor', 'x', '--image', 'a.png', '--qr', 'x'], 'options-exclude'],
    [[...visible, '--cover-anchor'], 'options-conflict'],
    [[...visible, '--anchor', 'x', '--logo', 'x.png'], 'options-conflict'],
    [[...visible, '--anchor', 'x', '--anchor-size', '0,9'], 'option-value-invalid'],
    [[...visible, '--anchor', 'x', '--nip', '12'], 'option-value-invalid'],
    [[...visible, '--anchor', 'x', '--parts', 'nama'], 'option-value-invalid'],
    [[input, '-o', input, '--signer', uri, '--level', 'B-B', '--force'], 'output-is-input'],
    [[input, '-o', join(folder, 'ada.pdf'), '--signer', uri, '--level', 'B-B'], 'output-exists'],
    [[input, '-o', join(folder, 'x', 'out.pdf'), '--signer', uri, '--level', 'B-B'], 'output-unwritable'],
  ];
  for (const [line, code] of refused) {
    const { exit, err } = await place.teken(['sign', ...line]);
    t.equal(exit, 2, code);
    t.match(err, `[${code}]`);
    t.equal(err.trimEnd().split('\n').length, 1, 'one line');
  }
  t.equal(readFileSync(join(folder, 'ada.pdf'), 'utf8'), 'lama');
  t.strictSame(readdirSync(folder), ['ada.pdf']);
});

t.test('the input is not overwritten through a link either', async (t) => {
  const folder = t.testdir();
  const input = join(folder, 'surat.pdf');
  cpSync(place.paths.sample, input);
  symlinkSync(input, join(folder, 'out.pdf'));
  const { exit, err } = await sign(folder, ['--level', 'B-B', '--force'], input);
  t.equal(exit, 2);
  t.match(err, '[output-is-input]');
});

t.test('--force replaces a file that stands there', async (t) => {
  const folder = t.testdir({ 'out.pdf': 'lama' });
  const { exit, output } = await sign(folder, ['--level', 'B-B', '--force']);
  t.equal(exit, 0);
  t.equal((await answerOf(output)).verdict, 'VALID_WITH_NOTES');
});

t.test('every input that cannot be signed is refused with its code, and nothing is written', async (t) => {
  const inputs = t.testdir({
    'bukan.pdf': 'Ini bukan PDF.\n',
    'kosong.pdf': '',
    'terkunci.pdf': minimalPdf('/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O (o) /U (u) >>'),
    'terpotong.pdf': readFileSync(place.paths.sample).subarray(0, 2_000),
    'nol.pdf': Buffer.alloc(60 * 1024 * 1024),
  });
  const expected: readonly (readonly [string, RegExp])[] = [
    ['bukan.pdf', /\[not-pdf/],
    ['kosong.pdf', /\[not-pdf/],
    ['terkunci.pdf', /\[pdf-encrypted/],
    ['terpotong.pdf', /\[pdf-damaged/],
    ['nol.pdf', /\[not-pdf/],
    ['tidak-ada.pdf', /\(ENOENT\)\. \[input-unreadable\]/],
  ];
  for (const [name, code] of expected) {
    const { exit, err, output } = await sign(inputs, ['--level', 'B-B'], join(inputs, name));
    t.equal(exit, 5, name);
    t.match(err, code);
    t.notOk(existsSync(output), name);
  }
  t.notOk(readdirSync(inputs).some((name) => name.endsWith('.part')));
});

t.test(
  '--password-file opens what is encrypted, and it stays so',
  { skip: toolMissing('qpdf') },
  async (t) => {
    const folder = t.testdir({
      'sandi.txt': 'kenari 3f\n',
      'salah.txt': 'kenari 3g\n',
      'pemilik.txt': 'pemilik',
    });
    const at = (name: string) => join(folder, name);
    const options = ['--encrypt', 'kenari 3f', 'pemilik', '256', '--modify=none', '--'];
    writeFileSync(at('terkunci.pdf'), await throughQpdf(readFileSync(place.paths.sample), options));
    const level = ['--level', 'B-LTA', '--tsa', place.tsaUrl];
    const signWith = (name: string) =>
      sign(folder, [...level, '--password-file', at(name)], at('terkunci.pdf'));
    const refusals = [
      ['sandi.txt', 1, /\[pdf-permission-denied/],
      ['salah.txt', 5, /\[pdf-encrypted/],
    ] as const;
    for (const [name, exitCode, code] of refusals) {
      const { exit, out, err, output } = await signWith(name);
      t.equal(exit, exitCode);
      t.match(err, code);
      t.notMatch(out + err, 'kenari');
      t.notOk(existsSync(output));
    }
    const missing = await signWith('tidak-ada.txt');
    t.equal(missing.exit, 2);
    t.match(missing.err, '[password-file-unusable]');
    const { exit, out, err, output } = await signWith('pemilik.txt');
    t.equal(exit, 0, err);
    t.notMatch(out + err, 'pemilik');
    t.equal((await answerOf(output)).verdict, 'UNREADABLE');
    const opened = await place.teken(['verify', '-f', 'ndjson', '--password-file', at('sandi.txt'), output]);
    t.match(JSON.parse(opened.out), { verdict: 'VALID', signatures: [{ level: 'PAdES-B-LTA' }] });
  },
);

t.test('what is wrong with the key as it was named ends with 2', async (t) => {
  const folder = t.testdir({ 'salah.pass': 'bukan-ini\n', 'bukan.p12': 'bukan p12' });
  const container = place.paths.container('pejabat-ec');
  const passphrase = place.paths.passphrase('pejabat-ec');
  const expected: readonly (readonly [string, string])[] = [
    [`pkcs12:${container}?passphrase-file=${join(folder, 'salah.pass')}`, 'pkcs12-wrong-password'],
    [`pkcs12:${join(folder, 'bukan.p12')}?passphrase-file=${passphrase}`, 'pkcs12-unsupported'],
    [`pkcs12:${container}?passphrase=rahasia`, 'signer-uri-invalid'],
    ['hsm:slot-1', 'signer-uri-invalid'],
  ];
  for (const [uri, code] of expected) {
    const { exit, err } = await sign(folder, ['--level', 'B-B', '--signer', uri]);
    t.equal(exit, 2, code);
    t.match(err, code);
    t.notMatch(err, 'rahasia');
  }
  t.strictSame(readdirSync(folder).sort(), ['bukan.p12', 'salah.pass']);
});

t.test('a key that may not sign now is refused with 1', async (t) => {
  const expected = [
    ['kedaluwarsa', 'certificate-expired'],
    ['belumBerlaku', 'certificate-not-yet-valid'],
  ] as const;
  for (const [name, code] of expected) {
    const { exit, err } = await sign(t.testdir(), ['--level', 'B-B', '--signer', place.signerUri(name)]);
    t.equal(exit, 1);
    t.match(err, code);
  }
});

t.test('a development key signs nothing in production', async (t) => {
  const folder = t.testdir();
  const line = ['sign', place.paths.sample, '-o', join(folder, 'out.pdf'), '--level', 'B-B'];
  const environment = { TEKEN_ENV: 'production', TEKEN_TRUST_DIR: place.paths.trust };
  const { exit, err } = await place.teken([...line, '--signer', place.signerUri('pejabat')], { environment });
  // Its container is weaker than production asks for, which is found first.
  t.equal(exit, 2);
  t.match(err, 'pkcs12-weak-protection');
  t.strictSame(readdirSync(folder), []);
});

t.test('a field that is not there and a page that is not there are named', async (t) => {
  const field = await sign(t.testdir(), ['--level', 'B-B', '--rect', '36,36,100,50', '--page', '9']);
  t.equal(field.exit, 1);
  t.match(field.err, '[page-not-found');
});

t.test('no time-stamp, no file: the level is never lowered', async (t) => {
  const folder = t.testdir();
  const { exit, err } = await sign(folder, ['--level', 'B-T', '--tsa', 'http://127.0.0.1:9/tsa']);
  t.equal(exit, 1);
  t.match(err, 'tsa-unavailable');
  t.strictSame(readdirSync(folder), []);
});

t.test('a broken earlier signature is not built upon', async (t) => {
  const folder = t.testdir({ lagi: {} });
  const { output } = await sign(folder, ['--level', 'B-B']);
  const bytes = readFileSync(output);
  const inStream = bytes.indexOf('stream') + 20;
  bytes[inStream] = (bytes[inStream] ?? 0) ^ 1;
  const broken = join(folder, 'rusak.pdf');
  writeFileSync(broken, bytes);
  const { exit, err } = await sign(join(folder, 'lagi'), ['--level', 'B-B'], broken);
  t.equal(exit, 1);
  t.match(err, 'earlier-signature-broken');
});

t.test('an interrupt leaves no file', async (t) => {
  const folder = t.testdir();
  const interrupting = new AbortController();
  setImmediate(() => interrupting.abort());
  const line = ['sign', place.paths.sample, '-o', join(folder, 'out.pdf'), '--tsa', place.tsaUrl];
  const { exit } = await place.teken([...line, '--signer', place.signerUri('pejabat')], {
    interrupted: interrupting.signal,
  });
  t.equal(exit, 130);
  t.strictSame(readdirSync(folder), []);
});

t.test('a key that asks each time gets its passphrase out of a file', async (t) => {
  const folder = t.testdir({ salah: 'bukan sandinya\n' });
  const uri = place.signerUri('pejabatEc').replace(/\?.*/, '');
  const withFile = (file: string): readonly string[] => {
    return ['--level', 'B-B', '--signer', uri, '--passphrase-file', file];
  };
  const right = await sign(folder, withFile(place.paths.passphrase('pejabat-ec')));
  t.equal(right.exit, 0, right.err);
  t.match(await answerOf(right.output), { signatures: [{ level: 'PAdES-B-B' }] });
  const other = t.testdir({ salah: 'bukan sandinya\n' });
  const wrong = await sign(other, withFile(join(other, 'salah')));
  t.match(wrong.err, 'signer-auth-failed');
  t.notMatch(wrong.err, 'bukan sandinya');
  t.notOk(existsSync(wrong.output));
});

t.test('a one-time code of a remote service is read out of a file, and signs one document', async (t) => {
  const opened = await openContainer({
    container: readFileSync(place.paths.container('pejabat-ec')),
    passphrase: Buffer.from(readFileSync(place.paths.passphrase('pejabat-ec'), 'utf8').trim()),
  });
  const [privateKey] = opened.keys;
  const [certificate, ...certificates] = opened.certificates;
  if (privateKey === undefined || certificate === undefined) throw new Error('no key');
  const identity = { privateKey, certificate };
  const csc = await startCsc(t, { kode: { identity, certificates, asks: ['PIN', 'OTP'] } });
  const folder = t.testdir({ klien: CSC.clientSecret, pin: `${CSC.pin}\n`, kode: `${CSC.otp}\r\n` });
  const uri = `csc:${csc.url}?allow-insecure-http=true&client-id=${CSC.clientId}&client-secret-file=${join(folder, 'klien')}&credential=kode`;
  const options = ['--level', 'B-B', '--signer', uri, '--otp-file', join(folder, 'kode')];
  const signed = await sign(folder, [...options, '--passphrase-file', join(folder, 'pin')]);
  t.equal(signed.exit, 0, signed.err);
  t.match(csc.bodies('credentials/authorize').at(-1), { authData: [{ value: CSC.pin }, { value: CSC.otp }] });
  const many = await place.teken(['sign', '--out-dir', join(folder, 'ttd'), ...options, place.paths.sample]);
  t.match(many.err, '--otp-file');
  t.not(many.exit, 0);
});
