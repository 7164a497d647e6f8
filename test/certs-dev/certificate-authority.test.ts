// The development PKI, looked at by our own parser and by openssl.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import {
  createDevelopmentPki,
  type DevelopmentPki,
  SIGNER_NAMES,
} from '../../certs-dev/certificate-authority.ts';
import { certificatePem } from '../../certs-dev/pem.ts';
import { DevelopmentPolicy } from '../../certs-dev/profile.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { hex } from '../../src/asn1/values.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { isDevelopmentCertificate } from '../../src/pki/development-marker.ts';
import { attributeOf, commonNameOf } from '../../src/pki/name.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { run, toolMissing } from '../tools.ts';

const now = Date.UTC(2026, 6, 1, 8);
const YEAR = 365 * 86_400_000;

const pki = await createDevelopmentPki({
  now,
  baseUrl: 'http://127.0.0.1:8081',
  keys: 'fast',
  platform: nodePlatform,
});

const certificates: Readonly<Record<string, Certificate>> = Object.fromEntries(
  Object.entries({
    root: pki.root,
    legacy: pki.legacy,
    issuing: pki.issuing,
    tsa: pki.tsa,
    responder: pki.responder,
    ...pki.signers,
  }).map(([name, identity]) => [name, parseCertificate(identity.certificate)]),
);

function certificateOf(name: string): Certificate {
  const certificate = certificates[name];
  if (certificate === undefined) throw new Error(`no certificate ${name}`);
  return certificate;
}

/** Object identifiers of a name in encoded order. */
function attributeOrder(certificate: Certificate): string[] {
  return certificate.subject.rdns.flatMap((rdn) => rdn.map(({ oid }) => oid));
}

function criticalExtensions(certificate: Certificate): string[] {
  return certificate.extensions.filter(({ critical }) => critical).map(({ oid }) => oid);
}

t.test('every certificate says that it is for development, in its name and by the marker', (t) => {
  for (const [name, certificate] of Object.entries(certificates)) {
    t.ok(isDevelopmentCertificate(certificate), `${name} carries the marker`);
    t.match(commonNameOf(certificate.subject), /\((TIDAK SAH|UJI COBA)\)$/, `${name} is named so`);
    t.equal(certificate.version, 3);
    t.equal(certificate.serialNumber.length, 20, `${name} has a random serial number of 20 octets`);
    t.same(certificate.notes, [], `${name} is strict DER`);
  }
  t.equal(new Set(Object.values(certificates).map(({ serialNumber }) => hex(serialNumber))).size, 11);
  t.end();
});

t.test('the root is self-signed, names itself first and may sign certificates and lists', (t) => {
  const root = certificateOf('root');
  t.same(attributeOrder(root), [Oid.commonName, Oid.organizationName, Oid.countryName]);
  t.equal(commonNameOf(root.subject), 'Root CA Pengembangan DS G1 (TIDAK SAH)');
  t.same(root.issuer.raw, root.subject.raw);
  t.same(root.signatureAlgorithm.scheme, { kind: 'rsa-pkcs1', digest: 'sha256' });
  t.same(root.keyUsage, new Set(['cRLSign', 'digitalSignature', 'keyCertSign']));
  t.same(root.basicConstraints, { ca: true, pathLength: null });
  t.same(criticalExtensions(root), [Oid.basicConstraints, Oid.keyUsage]);
  t.end();
});

t.test(
  'the issuing CA names the country first, is signed with SHA-384 and is asked about by CRL alone',
  (t) => {
    const issuing = certificateOf('issuing');
    t.same(attributeOrder(issuing), [Oid.countryName, Oid.organizationName, Oid.commonName]);
    t.same(issuing.signatureAlgorithm.scheme, { kind: 'rsa-pkcs1', digest: 'sha384' });
    t.same(issuing.basicConstraints, { ca: true, pathLength: null });
    t.same(issuing.crlUrls, ['http://127.0.0.1:8081/root.crl']);
    t.same([issuing.ocspUrls, issuing.caIssuersUrls], [[], []]);
    t.notOk(issuing.extensions.some(({ oid }) => oid === Oid.certificatePolicies));
    t.same(issuing.authorityKeyIdentifier, certificateOf('root').subjectKeyIdentifier);
    t.end();
  },
);

t.test('a signer has the subscriber id in a description, and a critical Adobe usage alone', (t) => {
  for (const name of SIGNER_NAMES) {
    const signer = certificateOf(name);
    t.match(
      attributeOf(signer.subject, Oid.description),
      name === 'segel' ? /^UJICOBA\d{8}_Segel Elektronik$/ : /^UJICOBA\d{8}_Tanda Tangan Elektronik$/,
    );
    t.equal(attributeOrder(signer)[0], Oid.description);
    t.same(signer.extendedKeyUsage, { critical: true, oids: [Oid.ekuAdobeAuthenticDocuments] });
    t.same(signer.keyUsage, new Set(['digitalSignature', 'nonRepudiation']));
    t.same(signer.basicConstraints, { ca: false, pathLength: null });
    t.same(criticalExtensions(signer), [Oid.basicConstraints, Oid.keyUsage, Oid.extendedKeyUsage]);
    t.same(signer.ocspUrls, ['http://127.0.0.1:8081/ocsp']);
    t.same(signer.caIssuersUrls, ['http://127.0.0.1:8081/penerbit.crt']);
    t.same(signer.crlUrls, ['http://127.0.0.1:8081/penerbit.crl']);
    t.equal(attributeOf(signer.subject, Oid.serialNumber), null, 'no personal number in the name');
  }
  t.equal(certificateOf('pejabat').publicKey.algorithm, 'rsa');
  t.equal(certificateOf('pejabat').publicKey.bits, 2048);
  t.equal(certificateOf('pejabatEc').publicKey.curve, Oid.prime256v1);
  t.end();
});

t.test(
  'the time-stamp authority has the critical usage alone and no-check, the responder may sign OCSP',
  (t) => {
    t.same(certificateOf('tsa').extendedKeyUsage, { critical: true, oids: [Oid.ekuTimeStamping] });
    t.ok(certificateOf('tsa').ocspNoCheck);
    t.same(certificateOf('responder').extendedKeyUsage, { critical: false, oids: [Oid.ekuOcspSigning] });
    t.ok(certificateOf('responder').ocspNoCheck);
    t.end();
  },
);

t.test('policies are under 2.25, never under the national arc', (t) => {
  for (const policy of Object.values(DevelopmentPolicy)) t.match(policy, /^2\.25\.\d{38,39}\.\d$/);
  t.end();
});

t.test('validity: daily ones last, the others are expired, ended or not begun', (t) => {
  const inForce = (name: string, at: number) =>
    certificateOf(name).notBefore <= at && at <= certificateOf(name).notAfter;
  for (const name of ['root', 'issuing', 'tsa', 'responder'])
    t.ok(inForce(name, now) && inForce(name, now + 19 * YEAR), `${name} lasts for decades`);
  for (const name of ['pejabat', 'pejabatEc', 'segel', 'dicabut'])
    t.ok(inForce(name, now) && inForce(name, now + 1.9 * YEAR) && !inForce(name, now + 2.1 * YEAR), name);
  for (const name of ['kedaluwarsa', 'legacy']) t.ok(certificateOf(name).notAfter < now, name);
  t.ok(certificateOf('belumBerlaku').notBefore > now + YEAR);
  const [revocation, ...others] = pki.revocations;
  t.same(others, []);
  t.same(revocation?.serialNumber, certificateOf('dicabut').serialNumber);
  t.ok(revocation !== undefined && revocation.at < now && revocation.at > certificateOf('dicabut').notBefore);
  t.end();
});

t.test('the trust list holds an active root and a historical anchor, neither the Indonesian root', (t) => {
  const list = pki.trustList(nodePlatform.digests);
  t.same(
    list.anchors.map(({ certificate, role, psreInduk }) => [
      commonNameOf(certificate.subject),
      role,
      psreInduk,
    ]),
    [
      ['Root CA Pengembangan DS G1 (TIDAK SAH)', 'active', false],
      ['Root CA Lama Pengembangan (TIDAK SAH)', 'historical', false],
    ],
  );
  t.same(
    list.intermediates.map(({ der }) => der),
    [pki.issuing.certificate],
  );
  t.end();
});

t.test('full keys give RSA 4096 for both CAs', async (t) => {
  const full = await createDevelopmentPki({
    now,
    baseUrl: 'http://127.0.0.1:1',
    keys: 'full',
    platform: nodePlatform,
  });
  t.equal(parseCertificate(full.root.certificate).publicKey.bits, 4096);
  t.equal(parseCertificate(full.issuing.certificate).publicKey.bits, 4096);
});

function writePem(t: Test, from: DevelopmentPki): string {
  const folder = t.testdir();
  const identities = { root: from.root, issuing: from.issuing, tsa: from.tsa, ...from.signers };
  for (const [name, identity] of Object.entries(identities))
    writeFileSync(join(folder, `${name}.pem`), certificatePem(identity.certificate));
  return folder;
}

t.test(
  'openssl accepts each chain with strict rules, and names what is out of validity',
  {
    skip: toolMissing('openssl'),
  },
  async (t) => {
    const folder = writePem(t, pki);
    const verify = async (name: string) => {
      const at = (file: string) => join(folder, `${file}.pem`);
      const args = ['-x509_strict', '-attime', String(now / 1000), '-CAfile', at('root')];
      const { code, stdout, stderr } = await run('openssl', [
        'verify',
        ...args,
        '-untrusted',
        at('issuing'),
        at(name),
      ]);
      return { ok: code === 0, text: `${stdout}${stderr}` };
    };
    for (const name of ['issuing', 'tsa', 'pejabat', 'pejabatEc', 'segel', 'dicabut']) {
      const { ok, text } = await verify(name);
      t.ok(ok, `${name}: ${text}`);
    }
    t.match((await verify('kedaluwarsa')).text, /certificate has expired/);
    t.match((await verify('belumBerlaku')).text, /certificate is not yet valid/);
  },
);
