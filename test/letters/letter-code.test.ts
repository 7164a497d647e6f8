// Letters' codes: what is written, what is refused, and how much room it takes.

import { createHash } from 'node:crypto';
import t from 'tap';
import { knownSeals } from '../../src/letter-services.ts';
import { decodeBase45, encodeBase45 } from '../../src/letters/base45.ts';
import { decodeCbor, encodeCbor } from '../../src/letters/cbor.ts';
import { checkLetterCode } from '../../src/letters/check-letter-code.ts';
import { letterCode, readLetterCode } from '../../src/letters/letter-code.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { qrMatrix, smallestSide } from '../../src/sign/qr-matrix.ts';
import { seal } from '../audit/audit-in-folder.ts';
import { pki } from '../sign/development-signer.ts';

const FILE = Buffer.from('%PDF-1.7 isi surat sebelum ditandatangani');
const FACTS = {
  number: '000.1.2.3/1234/Diskominfo',
  date: '2026-11-22',
  subject: 'Undangan rapat koordinasi satu data Indonesia tingkat provinsi',
  signer: 'Dr. Pejabat Contoh Daerah, S.Kom., M.Si.',
  agency: 'Dinas Komunikasi dan Informatika Provinsi Contoh',
  contentSha256: new Uint8Array(createHash('sha256').update(FILE).digest()),
  size: FILE.length,
};
const seals = knownSeals([parseCertificate(pki.service.certificate)]);
const code = await letterCode(FACTS, seal);

t.test('base45 is that of RFC 9285', (t) => {
  for (const [text, encoded] of [
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ] as const) {
    t.equal(encodeBase45(Buffer.from(text)), encoded);
    t.equal(Buffer.from(decodeBase45(encoded)).toString(), text);
  }
  for (const wrong of ['GGW', ':::', 'A', 'ab0', 'BB8A', 'Z0']) {
    if (wrong === 'Z0') t.same([...decodeBase45(wrong)], [35]);
    else t.throws(() => decodeBase45(wrong), { code: 'code-malformed' }, wrong);
  }
  t.end();
});

t.test('CBOR is deterministic, and no other form of it is read', (t) => {
  const vectors: readonly (readonly [value: Parameters<typeof encodeCbor>[0], hex: string])[] = [
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [1000, '1903e8'],
    [1_000_000, '1a000f4240'],
    [-1, '20'],
    [-500, '3901f3'],
    ['ü', '62c3bc'],
    [[1, [2, 3]], '82018202 03'.replace(' ', '')],
    [
      new Map([
        [1, 2],
        [3, 4],
      ]),
      'a201020304',
    ],
  ];
  for (const [value, hex] of vectors) {
    t.equal(Buffer.from(encodeCbor(value)).toString('hex'), hex);
    t.same(decodeCbor(Buffer.from(hex, 'hex')), value);
  }
  for (const hex of [
    '1817',
    '190001',
    '',
    '62c3',
    '5f',
    'a2030401 02'.replace(' ', ''),
    'a201020103',
    '0000',
    '9affffffff',
    'f6',
    '81818181818100',
  ])
    t.throws(() => decodeCbor(Buffer.from(hex, 'hex')), { code: 'code-malformed' }, hex);
  t.end();
});

t.test('a code says what was put into it, and whose seal it bears', async (t) => {
  t.same(readLetterCode(code).facts, FACTS);
  const checked = await checkLetterCode(` ${code}\n`, seals, null);
  t.match(checked, { facts: FACTS, finding: null, document: null, holder: /Segel Layanan/ });
});

t.test('the digest covers the first octets of the signed file, whatever was appended', async (t) => {
  const documentOf = async (file: Uint8Array) => (await checkLetterCode(code, seals, file)).document;
  t.equal(await documentOf(FILE), 'same');
  t.equal(await documentOf(Buffer.concat([FILE, Buffer.from('tanda tangan')])), 'same');
  t.equal(await documentOf(FILE.subarray(1)), 'other');
  t.equal(await documentOf(Buffer.concat([Buffer.from('!'), FILE])), 'other');
});

t.test('every change to a code is found, and what a forged one says is not repeated', async (t) => {
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
  const accepted: number[] = [];
  for (let i = 0; i < code.length; i += 1) {
    const other = letters[(letters.indexOf(code[i] ?? '') + 1 + (i % 40)) % letters.length] ?? '0';
    const { facts } = await checkLetterCode(code.slice(0, i) + other + code.slice(i + 1), seals, null);
    if (facts !== null) accepted.push(i);
  }
  t.same(accepted, []);
  const findingOf = async (text: string, known = seals) => (await checkLetterCode(text, known, null)).finding;
  t.equal(await findingOf(code, []), 'seal-unknown');
  t.equal(await findingOf(code.slice(0, -3)), 'code-malformed');
  t.equal(await findingOf(`${code}000`), 'code-malformed');
  t.equal(await findingOf('https://surat.example.go.id/d/1'), 'code-malformed');
  const forger = { ...seal, sign: async () => new Uint8Array(64).fill(1) };
  t.equal(await findingOf(await letterCode(FACTS, forger)), 'seal-wrong');
  t.equal(await findingOf(await letterCode({ ...FACTS, date: '2001-01-01' }, seal)), 'seal-not-in-force');
});

t.test(
  'with a logo, at level H, it fits into the usual 90 points, and a JWS of the same does not',
  async (t) => {
    const side = smallestSide(qrMatrix(code, true));
    const payload = Buffer.from(
      JSON.stringify({ ...FACTS, contentSha256: Buffer.from(FACTS.contentSha256).toString('base64url') }),
    );
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'abcdefghijk' }));
    const jws = [header, payload, Buffer.alloc(64, 0x5a)].map((part) => part.toString('base64url')).join('.');
    const other = smallestSide(qrMatrix(jws, true));
    t.comment(
      `COSE: ${code.length} letters, ${side.toFixed(1)} pt; JWS: ${jws.length} letters, ${other.toFixed(1)} pt`,
    );
    t.ok(side < other);
    const short = await letterCode({ ...FACTS, subject: 'Undangan rapat', agency: 'Diskominfo' }, seal);
    t.ok(smallestSide(qrMatrix(short, true)) <= 90);
  },
);
