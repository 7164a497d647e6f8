// `teken trust`: only a certificate whose fingerprint was known before it came gets into the list.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { INDONESIAN_HIERARCHY } from '../../src/pki/indonesian-hierarchy.ts';
import { addToTrustDirectory } from '../../src/trust-services/add-to-trust-directory.ts';
import { loadTrustDirectory } from '../../src/trust-services/trust-directory.ts';
import { basicConstraints, digests, type Issued, issue, pem } from '../pki/authority.ts';
import { runTeken } from './development-place.ts';

function authority(subject: string, issuer?: Issued): Issued {
  return issue({
    subject,
    extensions: [basicConstraints(true)],
    ...(issuer === undefined ? {} : { issuer }),
  });
}

const root = authority('Root Contoh');
const middle = authority('Penerbit Contoh', root);
const person = issue({ subject: 'Seorang Pejabat', issuer: middle });
const folder = t.testdir();
const at = (name: string): string => join(folder, name);
const sha256 = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');
const rootPin = sha256(root.certificate.der);
const LIST = at('daftar');

t.before(() => {
  writeFileSync(at('root.cer'), root.certificate.der);
  writeFileSync(at('penerbit.pem'), pem('CERTIFICATE', middle.certificate.der));
  writeFileSync(at('orang.cer'), person.certificate.der);
  writeFileSync(at('palsu.cer'), authority('Root CA Indonesia DS G1').certificate.der);
  writeFileSync(at('bukan.cer'), 'bukan sertifikat');
});

const teken = (...line: readonly string[]) => runTeken(['trust', ...line, '--trust', LIST, '--lang', 'en']);

t.test('what nobody vouches for is refused, and the folder is not even made', async (t) => {
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [['add', at('root.cer')], 1, '[fingerprint-unknown'],
    [['add', at('root.cer'), '--sha256', '00'.repeat(32)], 1, '[fingerprint-mismatch'],
    [['add', at('palsu.cer')], 1, '[fingerprint-mismatch'],
    [['add', at('palsu.cer'), '--sha256', sha256(readFileSync(at('palsu.cer')))], 1, '[fingerprint-mismatch'],
    [['add', at('orang.cer'), '--sha256', sha256(person.certificate.der)], 1, '[not-an-authority'],
    [['add', at('bukan.cer')], 1, '[not-an-authority'],
    [['add', at('root.cer'), '--sha256', rootPin, '--role', 'intermediate'], 1, '[anchor-first'],
    [['add', at('tidak-ada.cer')], 5, '[input-unreadable]'],
    [['add', at('root.cer'), '--sha256', 'xyz'], 2, '[option-value-invalid]'],
    [['add'], 2, '[trust-arguments]'],
    [['hapus', at('root.cer')], 2, '[trust-arguments]'],
  ];
  for (const [line, exit, words] of cases) {
    const ran = await teken(...line);
    t.equal(ran.exit, exit, words);
    t.match(ran.err, words);
    t.equal(ran.out, '');
  }
  t.notOk(readdirSync(folder).includes('daftar'));
});

t.test('with its fingerprint an issuer is added, and the list can be used', async (t) => {
  const colons = rootPin.toUpperCase().replace(/..(?!$)/g, '$&:');
  const added = await teken('add', at('root.cer'), '--sha256', colons, '--purposes', 'signature,timestamp');
  t.equal(added.exit, 0, added.err);
  t.match(added.out, `Added: Root Contoh, as active (sha256 ${rootPin}).`);
  t.match(added.err, 'your --sha256 vouches for it');
  const again = await teken('add', at('root.cer'), '--sha256', rootPin);
  t.match([again.exit, again.err], [1, /already-listed/]);
  const pin = sha256(middle.certificate.der);
  const middleAdded = await teken('add', at('penerbit.pem'), '--sha256', pin, '--role', 'intermediate');
  t.equal(middleAdded.exit, 0, middleAdded.err);
  const list = loadTrustDirectory(LIST, { digests, production: true });
  t.match(list.anchors, [{ role: 'active', purposes: ['signature', 'timestamp'], psreInduk: false }]);
  t.equal(list.intermediates.length, 1);
  const shown = await teken('list');
  t.match(shown.out, `active        ${rootPin}  `);
  t.match(shown.out, `intermediate  ${pin}  `);
  t.match(shown.out, 'known, not supplied: Root CA Indonesia DS G1');
});

t.test('a list that cannot be used is not added to', async (t) => {
  const before = readFileSync(join(LIST, 'anchors.json'));
  writeFileSync(join(LIST, `${rootPin.slice(0, 16)}.cer`), 'rusak');
  const pin = sha256(person.certificate.der);
  writeFileSync(at('lain.cer'), authority('Root Ketiga').certificate.der);
  const ran = await teken('add', at('lain.cer'), '--sha256', sha256(readFileSync(at('lain.cer'))));
  t.match([ran.exit, ran.err], [2, /trust-unusable/], pin);
  t.same(readFileSync(join(LIST, 'anchors.json')), before);
});

t.test('a known certificate needs no fingerprint, and is used as what it is known for', (t) => {
  const place = t.testdir();
  const known = [
    {
      commonName: 'Root Contoh',
      sha256: rootPin,
      use: 'historical',
      purposes: ['signature'],
      psreInduk: true,
    },
  ] as const;
  const write = (path: string, bytes: Uint8Array): void => writeFileSync(path, bytes);
  const access = { digests, now: Date.UTC(2026, 0, 1), write, known };
  const asKnown = { expectedSha256: null, use: null, purposes: null };
  const wrong = { ...asKnown, use: 'active' } as const;
  t.throws(() => addToTrustDirectory(place, root.certificate.der, wrong, access), { code: 'use-differs' });
  const added = addToTrustDirectory(place, root.certificate.der, asKnown, access);
  t.match(added, { commonName: 'Root Contoh', use: 'historical', known: true });
  const [anchor] = loadTrustDirectory(place, { digests, production: true }).anchors;
  t.match(anchor, { role: 'historical', purposes: ['signature'], psreInduk: true });
  t.end();
});

t.test('the hierarchy is known by well-formed fingerprints, each once, and one root', (t) => {
  const pins = INDONESIAN_HIERARCHY.map((each) => each.sha256);
  for (const pin of pins) t.match(pin, /^[0-9a-f]{64}$/);
  t.equal(new Set(pins).size, pins.length);
  t.same(
    INDONESIAN_HIERARCHY.filter(({ psreInduk }) => psreInduk).map(({ commonName }) => commonName),
    ['Root CA Indonesia DS G1'],
  );
  t.end();
});
