import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { childrenOf, parseElement, Tag } from '../../src/asn1/element.ts';
import { encodeOid, encodeSetOf } from '../../src/asn1/encode.ts';
import { sequenceFields } from '../../src/asn1/fields.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { hex } from '../../src/asn1/values.ts';
import { attributeValues, encodeAttribute } from '../../src/cms/attributes.ts';
import {
  encodeSignedData,
  signatureOctets,
  withSignatureTimestamp,
} from '../../src/cms/encode-signed-data.ts';
import { MalformedCms } from '../../src/cms/errors.ts';
import {
  encodeSignedAttributes,
  readAlgorithmProtection,
  readMessageDigest,
  readSigningCertificate,
  readSigningTime,
} from '../../src/cms/signed-attributes.ts';
import { parseSignedData } from '../../src/cms/signed-data.ts';
import { encodeDigestAlgorithm, encodeSignatureAlgorithm } from '../../src/pki/algorithm-identifiers.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { SignatureAlgorithm } from '../../src/sign/ports.ts';
import { schemeOf } from '../../src/sign/ports.ts';
import { signWithKey } from '../../src/signers/private-key.ts';
import { run, toolMissing } from '../tools.ts';
import { buildCms, LETTER } from './build-cms.ts';
import { authority, issue, type KeyKind, pem, type TestIdentity } from './identities.ts';

const { digests } = nodePlatform;

const ALGORITHMS: readonly (readonly [SignatureAlgorithm, KeyKind])[] = [
  ['rsa-pkcs1-sha256', 'rsa'],
  ['rsa-pkcs1-sha384', 'rsa'],
  ['rsa-pkcs1-sha512', 'rsa'],
  ['rsa-pss-sha256', 'rsa'],
  ['rsa-pss-sha384', 'rsa-pss'],
  ['rsa-pss-sha512', 'rsa'],
  ['ecdsa-p256-sha256', 'p256'],
  ['ecdsa-p384-sha384', 'p384'],
  ['ecdsa-p521-sha512', 'p521'],
  ['ed25519', 'ed25519'],
];

async function signLetter(signer: TestIdentity, algorithm: SignatureAlgorithm): Promise<Uint8Array> {
  const { digest, scheme } = schemeOf(algorithm);
  const signedAttributes = encodeSignedAttributes({
    contentType: Oid.data,
    messageDigest: digests.of(digest, LETTER),
    digestAlgorithm: digest,
    certificateDer: signer.certificate,
    signatureAlgorithm: scheme,
    digests,
  });
  const signature = await signWithKey(signer.privateKey, algorithm, signedAttributes);
  const certificates = [signer.certificate, authority.certificate];
  return encodeSignedData({ signedAttributes, certificates, digest, scheme, signature });
}

t.test('OpenSSL accepts our detached CMS', { skip: toolMissing('openssl') }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'teken-cms-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = (name: string) => join(folder, name);
  await writeFile(file('ca.pem'), pem(authority.certificate));
  await writeFile(file('letter'), LETTER);
  await writeFile(file('other'), Uint8Array.of(...LETTER, 0x20));
  const verify = (content: string) =>
    run('openssl', [
      ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', file('signature')],
      ...['-content', file(content), '-CAfile', file('ca.pem'), '-purpose', 'any', '-out', file('out')],
    ]);
  for (const [algorithm, kind] of ALGORITHMS) {
    // The CMS of OpenSSL 3.0 knows no Ed25519; its arithmetic is asked below.
    if (kind === 'ed25519') continue;
    await writeFile(file('signature'), await signLetter(issue(kind), algorithm));
    const good = await verify('letter');
    t.equal(good.code, 0, `${algorithm}: ${good.stderr}`);
    const changed = await verify('other');
    t.not(changed.code, 0, `${algorithm} over other content`);
  }
});

t.test(
  'OpenSSL accepts our Ed25519 value over the signed attributes',
  { skip: toolMissing('openssl') },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'teken-cms-'));
    t.teardown(() => rm(folder, { recursive: true }));
    const file = (name: string) => join(folder, name);
    const signer = issue('ed25519');
    const [signerInfo] = parseSignedData(await signLetter(signer, 'ed25519')).signerInfos;
    await writeFile(file('certificate'), pem(signer.certificate));
    await writeFile(file('attributes'), signerInfo?.signedAttributes?.asSetOf ?? '');
    await writeFile(file('value'), signerInfo?.signature ?? '');
    const verified = await run('openssl', [
      ...['pkeyutl', '-verify', '-rawin', '-certin', '-inkey', file('certificate')],
      ...['-in', file('attributes'), '-sigfile', file('value')],
    ]);
    t.equal(verified.code, 0, verified.stderr + verified.stdout);
  },
);

t.test('the structure is what PAdES prescribes', async (t) => {
  const signer = issue('rsa');
  const cms = await signLetter(signer, 'rsa-pkcs1-sha256');
  const signedData = parseSignedData(cms);
  const [signerInfo] = signedData.signerInfos;
  t.equal(signedData.version, 1);
  t.equal(signerInfo?.version, 1);
  t.equal(signedData.eContentType, Oid.data);
  t.equal(signedData.eContent, null);
  t.equal(signedData.certificates.length, 2);
  t.same(
    signerInfo?.signedAttributes?.all.map(({ oid }) => oid),
    [Oid.contentType, Oid.cmsAlgorithmProtection, Oid.messageDigest, Oid.signingCertificateV2],
    'exactly these, in the order of their DER',
  );
  t.equal(signerInfo?.unsignedAttributes, null);

  await t.test(
    'every SET OF is sorted, so that reading and writing it again gives the same bytes',
    async (t) => {
      parseElement(cms, 'cms');
      t.equal(signerInfo?.signedAttributes?.reencoded, false);
      const certificates = signedData.certificates.map(hex);
      t.same(certificates, certificates.toSorted());
    },
  );

  await t.test('there is no signing-time', async (t) => {
    const attributes = signerInfo?.signedAttributes;
    t.ok(attributes);
    if (attributes) t.equal(readSigningTime(attributes), null);
  });
});

t.test('signing-certificate-v2 names the leaf by its hash alone', async (t) => {
  for (const [algorithm, kind, fields] of [
    ['rsa-pkcs1-sha256', 'rsa', 1],
    ['ecdsa-p384-sha384', 'p384', 2],
  ] as const) {
    const signer = issue(kind);
    const [signerInfo] = parseSignedData(await signLetter(signer, algorithm)).signerInfos;
    const attributes = signerInfo?.signedAttributes;
    if (!attributes) throw new Error('no signed attributes');
    const { digest } = schemeOf(algorithm);
    t.same(readSigningCertificate(attributes), {
      version: 2,
      digest,
      hash: digests.of(digest, signer.certificate),
      issuerSerial: null,
    });
    const [value] = attributeValues(attributes, Oid.signingCertificateV2);
    if (value === undefined) throw new Error('no value');
    const certs = sequenceFields(value, 'test').take(Tag.sequence);
    const essCertId = sequenceFields(certs, 'test').take(Tag.sequence);
    t.equal(
      childrenOf(essCertId, 'test').length,
      fields,
      `${digest}: hashAlgorithm only where it is not SHA-256`,
    );
  }
});

t.test('CMSAlgorithmProtection repeats both algorithm identifiers', async (t) => {
  const [signerInfo] = parseSignedData(await signLetter(issue('rsa'), 'rsa-pss-sha256')).signerInfos;
  const attributes = signerInfo?.signedAttributes;
  if (!attributes) throw new Error('no signed attributes');
  t.same(readAlgorithmProtection(attributes), {
    digestAlgorithm: encodeDigestAlgorithm('sha256'),
    signatureAlgorithm: encodeSignatureAlgorithm(schemeOf('rsa-pss-sha256').scheme),
  });
  t.same(readMessageDigest(attributes), digests.of('sha256', LETTER));
});

t.test('a time-stamp is added without touching anything else', async (t) => {
  const cms = await signLetter(issue('p256'), 'ecdsa-p256-sha256');
  const token = encodeSignedData({
    signedAttributes: encodeSetOf(encodeAttribute(Oid.contentType, encodeOid(Oid.tstInfo))),
    certificates: [issue('rsa').certificate],
    digest: 'sha256',
    scheme: { kind: 'rsa-pkcs1', digest: 'sha256' },
    signature: new Uint8Array(256),
    eContentType: Oid.tstInfo,
    eContent: new Uint8Array(8),
  });
  t.equal(parseSignedData(token).version, 3, 'SignedData over TSTInfo has version 3');
  const stamped = withSignatureTimestamp(cms, token);
  const [before, after] = [parseSignedData(cms), parseSignedData(stamped)];
  const [signerInfo] = after.signerInfos;
  t.same(
    attributeValues(signerInfo?.unsignedAttributes ?? null, Oid.signatureTimestamp).map(({ raw }) => raw),
    [token],
    'byte for byte',
  );
  t.same({ ...after, der: null, signerInfos: [] }, { ...before, der: null, signerInfos: [] });
  t.same({ ...signerInfo, unsignedAttributes: null }, before.signerInfos[0]);
  t.same(signatureOctets(stamped), signatureOctets(cms));

  const twice = withSignatureTimestamp(stamped, token);
  const tokens = attributeValues(
    parseSignedData(twice).signerInfos[0]?.unsignedAttributes ?? null,
    Oid.signatureTimestamp,
  );
  t.equal(tokens.length, 2, 'an earlier one stays');
});

t.test('a CMS that is not ours to extend is refused', async (t) => {
  const signer = issue('p256');
  const two = buildCms({ signer, signerInfos: (info) => [info, info] });
  t.throws(() => signatureOctets(two), new MalformedCms('cms-malformed', 'signerInfos'));
  t.throws(() => withSignatureTimestamp(two, new Uint8Array(2)), { code: 'cms-malformed' });
  t.throws(() => withSignatureTimestamp(Uint8Array.of(0x30, 0), new Uint8Array(2)), {
    code: 'cms-malformed',
  });
});
