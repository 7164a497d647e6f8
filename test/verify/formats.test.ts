// The forms a signature may have beside PAdES, each made fresh: what is old is named, what is weak is weak, and what nobody can read
// is a failed signature, never none.

import { generateKeyPairSync, sign } from 'node:crypto';
import t from 'tap';
import { encodeCertificate, encodeName, publicKeyInfoOf } from '../../certs-dev/encode-certificate.ts';
import { encodeOctetString } from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { buildCms } from '../cms/build-cms.ts';
import { keyUsage } from '../pki/authority.ts';
import { allGood, authority, day, judge, noon, signedLetter, signer } from './own-pki.ts';

const { digests } = nodePlatform;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const certificate = encodeCertificate(
  {
    serialNumber: Uint8Array.of(9),
    issuer: authority.certificate.subject.raw,
    subject: encodeName([Oid.commonName, 'Pejabat RSA']),
    validity: { notBefore: noon - 300 * day, notAfter: noon + 300 * day },
    publicKeyInfo: publicKeyInfoOf(privateKey),
    extensions: [keyUsage('digitalSignature')],
  },
  authority.key,
  'sha256',
);
const rsa = { certificate: parseCertificate(certificate), key: privateKey };
/** The object identifier of the signing-certificate-v2 attribute, DER. */
const SIGNING_CERTIFICATE = Buffer.from('060b2a864886f70d010910022f', 'hex');

/** The digest itself is the content that is signed. */
function cmsOverDigest(digest: Uint8Array): Uint8Array {
  return buildCms({
    signer: { certificate: signer.certificate.der, privateKey: signer.key },
    eContent: digest,
    certificates: [signer.certificate.der, authority.certificate.der],
  });
}

const CERT = ` /Cert [<${Buffer.from(certificate).toString('hex')}> <${Buffer.from(authority.certificate.der).toString('hex')}>]`;

function plainLetter(digest: string, change: (covered: Uint8Array) => Uint8Array = (covered) => covered) {
  return signedLetter({
    subFilter: 'adbe.x509.rsa_sha1',
    entries: CERT,
    value: (covered) => encodeOctetString(new Uint8Array(sign(digest, change(covered), privateKey))),
  });
}

t.test('adbe.x509.rsa_sha1 with SHA-1 is reported whole, and weak', async (t) => {
  const { verdict, signatures } = await judge(await plainLetter('sha1'));
  t.equal(verdict, 'WEAK_ALGORITHM');
  t.match(signatures, [
    {
      subFilter: 'adbe.x509.rsa_sha1',
      level: 'PDF-NOT-ETSI',
      subIndication: 'CRYPTO_CONSTRAINTS_FAILURE',
      integrity: { status: 'INTACT' },
      identity: { status: 'TRUSTED' },
      signer: { commonName: 'Pejabat RSA' },
    },
  ]);
  t.ok(signatures[0]?.reasons.some(({ code, name }) => code === 'DIGEST_WEAK' && name === 'SHA-1'));
});

t.test('adbe.x509.rsa_sha1 with SHA-256 is accepted as an old format', async (t) => {
  const { verdict, signatures } = await judge(await plainLetter('sha256'));
  t.equal(verdict, 'VALID_WITH_NOTES');
  t.ok(signatures[0]?.reasons.some(({ code }) => code === 'LEGACY_FORMAT'));
});

t.test(
  'adbe.x509.rsa_sha1 over other bytes, without a certificate, or as no value at all fails',
  async (t) => {
    const otherBytes = await plainLetter('sha256', (covered) => covered.subarray(1));
    t.match((await judge(otherBytes)).signatures, [
      { verdict: 'INVALID', subIndication: 'SIG_CRYPTO_FAILURE' },
    ]);
    const value = (covered: Uint8Array) =>
      encodeOctetString(new Uint8Array(sign('sha256', covered, privateKey)));
    const nobody = await signedLetter({ subFilter: 'adbe.x509.rsa_sha1', value });
    t.match((await judge(nobody)).signatures, [{ subIndication: 'NO_SIGNING_CERTIFICATE_FOUND' }]);
    const noValue = await signedLetter({ subFilter: 'adbe.x509.rsa_sha1', entries: CERT });
    t.match((await judge(noValue)).signatures, [{ verdict: 'INVALID', subIndication: 'FORMAT_FAILURE' }]);
  },
);

t.test('adbe.pkcs7.detached without the signing-certificate attribute is an old format', async (t) => {
  const letter = await signedLetter({
    subFilter: 'adbe.pkcs7.detached',
    stamped: noon,
    parts: {
      changeAttributes: (all) => all.filter((der) => !Buffer.from(der).includes(SIGNING_CERTIFICATE)),
    },
  });
  const { verdict, signatures } = await judge(letter);
  t.equal(verdict, 'VALID_WITH_NOTES');
  t.match(signatures, [{ level: 'PKCS7-T' }]);
  t.ok(signatures[0]?.reasons.some(({ code }) => code === 'LEGACY_FORMAT'));
});

t.test('adbe.pkcs7.sha1 is weak, and changed where its digest differs', async (t) => {
  const over = (change: (covered: Uint8Array) => Uint8Array) =>
    signedLetter({
      subFilter: 'adbe.pkcs7.sha1',
      value: (covered) => cmsOverDigest(digests.of('sha1', change(covered))),
    });
  const weak = await judge(await over((covered) => covered));
  t.match(weak, { verdict: 'WEAK_ALGORITHM', signatures: [{ integrity: { status: 'INTACT' } }] });
  const changed = await judge(await over((covered) => covered.subarray(1)));
  t.match(changed, { verdict: 'MODIFIED', signatures: [{ subIndication: 'HASH_FAILURE' }] });
});

for (const [what, subFilter] of [
  ['an unknown SubFilter', 'adbe.pkcs9.unheard'],
  ['a SubFilter of encryption', 'adbe.pkcs7.s5'],
] as const) {
  t.test(`${what} is a failed signature, never none`, async (t) => {
    const { verdict, counts, signatures } = await judge(await signedLetter({ subFilter }));
    t.equal(verdict, 'INVALID');
    t.equal(counts.signatures, 1);
    t.match(signatures, [
      { subFilter, subIndication: 'FORMAT_FAILURE', integrity: { status: 'UNREADABLE' } },
    ]);
    t.ok(signatures[0]?.findings.some(({ code }) => code === 'subfilter-unsupported'));
  });
}

t.test('the certificate beside a value is a candidate like those inside of it', async (t) => {
  const letter = await signedLetter({ by: rsa, entries: CERT, stamped: noon, parts: { certificates: [] } });
  const { verdict, signatures } = await judge(letter, { evidence: allGood(noon) });
  t.equal(verdict, 'VALID');
  t.match(signatures, [{ level: 'PAdES-BES', deviations: ['cert-key-present'] }]);
});
