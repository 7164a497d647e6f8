// The trust folder: read completely or not at all, each file as the operator pinned it.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { certificatePem } from '../../certs-dev/pem.ts';
import { TrustListRefused } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import {
  type AnchorsFile,
  loadTrustDirectory,
  TrustDirectoryRefused,
} from '../../src/trust-services/trust-directory.ts';

const now = Date.UTC(2026, 6, 1, 8);
const baseUrl = 'http://127.0.0.1:8081';
const pki = await createDevelopmentPki({ now, baseUrl, keys: 'fast', platform: nodePlatform });
const { digests } = nodePlatform;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The list as an operator writes it; a change makes it a different one. */
function anchorsFile(change: Partial<AnchorsFile> = {}): AnchorsFile {
  return {
    version: 'uji-1',
    asOf: '2026-07-01T08:00:00Z',
    anchors: [
      { file: 'root.crt', sha256: sha256(pki.root.certificate), role: 'active' },
      {
        file: 'legacy.der',
        sha256: sha256(pki.legacy.certificate),
        role: 'historical',
        purposes: ['signature'],
        psreInduk: true,
      },
    ],
    intermediates: [{ file: 'issuing.crt', sha256: sha256(pki.issuing.certificate) }],
    ...change,
  };
}

function trustFolder(t: Test, list: unknown = anchorsFile()): string {
  const folder = t.testdir();
  writeFileSync(join(folder, 'root.crt'), certificatePem(pki.root.certificate));
  writeFileSync(join(folder, 'legacy.der'), pki.legacy.certificate);
  writeFileSync(join(folder, 'issuing.crt'), certificatePem(pki.issuing.certificate));
  writeFileSync(join(folder, 'anchors.json'), typeof list === 'string' ? list : JSON.stringify(list));
  return folder;
}

function refusalOf(folder: string): { code: string; where: string } | null {
  try {
    loadTrustDirectory(folder, { digests, production: false });
  } catch (error) {
    if (error instanceof TrustDirectoryRefused) return { code: error.code, where: error.where };
    if (error instanceof TrustListRefused) return { code: error.code, where: error.entry };
    throw error;
  }
  return null;
}

t.test('a folder becomes a trust list, PEM and DER alike', (t) => {
  const list = loadTrustDirectory(trustFolder(t), { digests, production: false });
  t.equal(list.version, 'uji-1');
  t.equal(list.asOf, now);
  t.same(
    list.anchors.map(({ certificate, ...terms }) => [sha256(certificate.der), terms]),
    [
      [
        sha256(pki.root.certificate),
        { role: 'active', purposes: ['signature', 'seal', 'timestamp'], psreInduk: false },
      ],
      [sha256(pki.legacy.certificate), { role: 'historical', purposes: ['signature'], psreInduk: true }],
    ],
  );
  t.same(
    list.intermediates.map(({ der }) => sha256(der)),
    [sha256(pki.issuing.certificate)],
  );
  t.end();
});

t.test('in production every development anchor is a test anchor, whatever the list says', (t) => {
  const folder = trustFolder(t);
  const roles = (production: boolean) =>
    loadTrustDirectory(folder, { digests, production }).anchors.map(({ role }) => role);
  t.same(roles(true), ['test', 'test']);
  t.same(roles(false), ['active', 'historical']);
  t.not(
    loadTrustDirectory(folder, { digests, production: true }).sha256,
    loadTrustDirectory(folder, { digests, production: false }).sha256,
    'the digest tells the two lists apart',
  );
  t.end();
});

t.test('a pin may be written as tools print it', (t) => {
  const pin = sha256(pki.root.certificate)
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:');
  const list = anchorsFile({ anchors: [{ file: 'root.crt', sha256: pin, role: 'active' }] });
  t.equal(refusalOf(trustFolder(t, list)), null);
  t.end();
});

t.test('a certificate other than the pinned one refuses the whole list', (t) => {
  const folder = trustFolder(t);
  writeFileSync(join(folder, 'root.crt'), certificatePem(pki.issuing.certificate));
  t.same(refusalOf(folder), { code: 'pin-mismatch', where: 'root.crt' });
  const issuing = trustFolder(t);
  const changed = new Uint8Array(pki.issuing.certificate);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  writeFileSync(join(issuing, 'issuing.crt'), changed);
  t.same(refusalOf(issuing), { code: 'pin-mismatch', where: 'issuing.crt' }, 'an intermediate too');
  t.end();
});

t.test('a list that is missing or malformed is refused with the place', (t) => {
  const [anchor] = anchorsFile().anchors;
  const cases: readonly [string, unknown, string][] = [
    ['no JSON', '{', '/'],
    ['not an object', '[]', '/'],
    ['no anchors', anchorsFile({ anchors: [] }), '/anchors'],
    ['an unknown member', { ...anchorsFile(), percaya: true }, '/'],
    ['no version', { ...anchorsFile(), version: undefined }, '/version'],
    ['a date without a time', anchorsFile({ asOf: '2026-07-01' }), '/asOf'],
    ['an unknown role', { ...anchorsFile(), anchors: [{ ...anchor, role: 'root' }] }, '/anchors/0/role'],
    ['no purpose', { ...anchorsFile(), anchors: [{ ...anchor, purposes: [] }] }, '/anchors/0/purposes'],
    [
      'an unknown purpose',
      { ...anchorsFile(), anchors: [{ ...anchor, purposes: ['tls'] }] },
      '/anchors/0/purposes/0',
    ],
    ['no pin', { ...anchorsFile(), anchors: [{ ...anchor, sha256: undefined }] }, '/anchors/0/sha256'],
    [
      'a way out of the folder',
      { ...anchorsFile(), anchors: [{ ...anchor, file: '../root.crt' }] },
      '/anchors/0/file',
    ],
    [
      'an absolute path',
      { ...anchorsFile(), anchors: [{ ...anchor, file: '/etc/root.crt' }] },
      '/anchors/0/file',
    ],
  ];
  for (const [name, list, where] of cases)
    t.same(refusalOf(trustFolder(t, list)), { code: 'trust-list-malformed', where }, name);
  const empty = trustFolder(t);
  rmSync(join(empty, 'anchors.json'));
  t.same(refusalOf(empty), { code: 'trust-list-missing', where: 'anchors.json' });
  t.same(refusalOf(join(empty, 'tidak-ada')), { code: 'trust-list-missing', where: 'anchors.json' });
  t.end();
});

t.test('a pin that is no SHA-256 and an anchor named twice are refused', (t) => {
  const [root] = anchorsFile().anchors;
  if (root === undefined) throw new Error('no anchor');
  const short = anchorsFile({ anchors: [{ ...root, sha256: 'ab:cd' }] });
  t.same(refusalOf(trustFolder(t, short)), { code: 'pin-malformed', where: 'root.crt' });
  const twice = anchorsFile({ anchors: [root, { ...root, role: 'test' }] });
  t.equal(refusalOf(trustFolder(t, twice))?.code, 'anchor-repeated');
  t.end();
});

t.test('a file that is missing, empty, of two certificates or none is refused by name', (t) => {
  const missing = trustFolder(t);
  rmSync(join(missing, 'root.crt'));
  t.same(refusalOf(missing), { code: 'trust-file-missing', where: 'root.crt' });
  const folder = trustFolder(t);
  mkdirSync(join(folder, 'folder.crt'));
  const pem = readFileSync(join(folder, 'issuing.crt'), 'utf8');
  for (const content of ['', 'bukan sertifikat', `${pem}${pem}`]) {
    writeFileSync(join(folder, 'root.crt'), content);
    t.same(refusalOf(folder), { code: 'trust-file-malformed', where: 'root.crt' });
  }
  const garbage = Uint8Array.of(0x30, 3, 2, 1, 5);
  writeFileSync(join(folder, 'root.crt'), garbage);
  const list = anchorsFile({ anchors: [{ file: 'root.crt', sha256: sha256(garbage), role: 'active' }] });
  writeFileSync(join(folder, 'anchors.json'), JSON.stringify(list));
  t.same(
    refusalOf(folder),
    { code: 'trust-file-malformed', where: 'root.crt' },
    'pinned, yet no certificate',
  );
  t.end();
});

t.test('links into another folder work, as mounted secrets and configuration use them', (t) => {
  const folder = trustFolder(t);
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'root.crt'), readFileSync(join(folder, 'root.crt')));
  rmSync(join(folder, 'root.crt'));
  symlinkSync(join(data, 'root.crt'), join(folder, 'root.crt'));
  t.equal(refusalOf(folder), null);
  t.end();
});
