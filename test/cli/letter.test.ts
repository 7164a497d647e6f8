// `teken sign` with a letter's sealed code, read by a scanner and checked by `teken qr`.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { pem } from '../pki/authority.ts';
import { run, toolMissing } from '../tools.ts';
import { type DevelopmentPlace, type Ran, startDevelopmentPlace } from './development-place.ts';

let place: DevelopmentPlace;

t.before(async () => {
  place = await startDevelopmentPlace(t.testdir());
});

t.teardown(async () => place.close());

const NUMBER = ['--letter-number', '000.1/123/Diskominfo'];
const DATE = ['--letter-date', new Date().toISOString().slice(0, 10)];
const SUBJECT = ['--letter-subject', 'Undangan rapat'];
const AGENCY = ['--letter-agency', 'Dinas Kominfo Contoh'];
const WORDS = [...NUMBER, ...DATE, ...SUBJECT, ...AGENCY];
const SPOT = [
  '--rect',
  '60,60,130,130',
  '--origin',
  'bottom-left',
  '--parts',
  'none',
  '--collision',
  'ignore',
];

const sealed = (): readonly string[] => ['--seal', place.paths.sealUri];

/** A page with the empty field `baru`, which shows nothing. */
const UNSEEN = handmadePdf({
  objects: onePage({
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [6 0 R] >>',
    6: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (baru) /Rect [0 0 0 0] /F 132 /P 3 0 R >>',
  }),
});

function sign(output: string, options: readonly string[], input = place.paths.sample): Promise<Ran> {
  const signer = ['--signer', place.signerUri('pejabat'), '--level', 'B-B'];
  return place.teken(['sign', input, '-o', output, ...signer, ...options]);
}

t.test(
  'the code of the letter is drawn, and `teken qr` finds letter, signer and file in it',
  { skip: toolMissing('zbarimg') || toolMissing('pdftoppm') },
  async (t) => {
    const folder = t.testdir();
    const output = join(folder, 'surat-ttd.pdf');
    const ran = await sign(output, [...WORDS, ...SPOT, ...sealed()]);
    t.equal(ran.exit, 0, ran.err);
    await run('pdftoppm', ['-r', '300', '-gray', output, join(folder, 'halaman')]);
    const { stdout } = await run('sh', ['-c', `zbarimg --quiet --raw '${folder}'/halaman*.pgm`]);
    const code =
      stdout
        .toString()
        .split('\n')
        .find((line) => line.startsWith('TKN1:')) ?? '';
    const certificate = join(folder, 'layanan.pem');
    writeFileSync(certificate, pem('CERTIFICATE', Buffer.from(place.pki.service.certificate)));
    const qr = (...line: readonly string[]): Promise<Ran> =>
      place.teken(['qr', '--seal', certificate, '-f', 'json', ...line, code]);
    const said = await qr('--document', output);
    t.equal(said.exit, 0, said.err);
    t.match(JSON.parse(said.out), {
      genuine: true,
      document: 'same',
      letter: {
        number: NUMBER[1],
        date: DATE[1],
        subject: SUBJECT[1],
        agency: AGENCY[1],
        signer: 'Pejabat Contoh (UJI COBA)',
        size: readFileSync(place.paths.sample).length,
      },
    });
    const other = await qr('--document', certificate);
    t.strictSame([other.exit, JSON.parse(other.out).document], [1, 'other']);
  },
);

t.test('a letter whose code would not be seen, or could not be sealed, is not signed', async (t) => {
  const folder = t.testdir({ 'tersembunyi.pdf': Buffer.from(UNSEEN) });
  const output = join(folder, 'out.pdf');
  const hidden = await sign(
    output,
    [...WORDS, ...sealed(), '--field', 'baru'],
    join(folder, 'tersembunyi.pdf'),
  );
  t.match(hidden, { exit: 1, err: '[qr-too-dense' }, 'a field that shows nothing');
  const refused: readonly (readonly [options: readonly string[], exit: number, code: string])[] = [
    [[...WORDS, ...sealed(), '--rect', '60,60,30,30', '--collision', 'ignore'], 1, 'qr-too-dense'],
    [[...WORDS, ...SPOT, '--seal', place.signerUri('pejabat')], 1, 'signer-algorithm-unsupported'],
    [[...WORDS, ...SPOT, '--seal', 'pkcs12:tiada.p12'], 2, 'signer-uri-invalid'],
  ];
  for (const [options, exit, code] of refused) {
    const ran = await sign(output, options);
    t.match(ran, { exit, err: `[${code}` }, `${code}: ${ran.exit} ${ran.err}`);
    t.notOk(existsSync(output));
  }
});

t.test('what makes no sense together is refused before any key is opened', async (t) => {
  const output = join(t.testdir(), 'out.pdf');
  const whole = [...WORDS, ...sealed()];
  const refused: readonly (readonly [options: readonly string[], code: string])[] = [
    [[...WORDS, ...SPOT], 'options-conflict'],
    [[...NUMBER, ...SPOT], 'options-conflict'],
    [[...SPOT, ...sealed()], 'options-conflict'],
    [whole, 'options-conflict'],
    [[...whole, ...SPOT, '--qr', 'https://surat.example.go.id'], 'options-exclude'],
    [[...whole, ...SPOT, '--image', 'a.png'], 'options-exclude'],
    [
      [...NUMBER, ...SUBJECT, ...AGENCY, ...sealed(), ...SPOT, '--letter-date', '22-11-2026'],
      'option-value-invalid',
    ],
    [
      [...NUMBER, ...SUBJECT, ...AGENCY, ...sealed(), ...SPOT, '--letter-date', '2026-02-30'],
      'option-value-invalid',
    ],
    [
      [...DATE, ...SUBJECT, ...AGENCY, ...sealed(), ...SPOT, '--letter-number', 'x'.repeat(81)],
      'option-value-invalid',
    ],
  ];
  for (const [options, code] of refused) {
    const { exit, err } = await sign(output, options);
    t.match({ exit, err }, { exit: 2, err: `[${code}]` }, options.join(' '));
  }
  const signer = ['--signer', place.signerUri('pejabat'), '--level', 'B-B'];
  const many = await place.teken([
    'sign',
    '--out-dir',
    t.testdir(),
    ...signer,
    ...whole,
    ...SPOT,
    place.paths.sample,
  ]);
  t.match(many, { exit: 2, err: '[options-exclude]' }, 'a number is one letter’s');
});
