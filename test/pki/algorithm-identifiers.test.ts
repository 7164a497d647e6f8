import t from 'tap';
import { type Element, parseElement } from '../../src/asn1/element.ts';
import {
  encodeExplicit,
  encodeInteger,
  encodeNull,
  encodeOid,
  encodeSequence,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import {
  digestOid,
  encodeDigestAlgorithm,
  encodeSignatureAlgorithm,
  readDigestAlgorithm,
  readSignatureAlgorithm,
  schemeName,
  withDigest,
} from '../../src/pki/algorithm-identifiers.ts';
import type { DigestAlgorithm, SignatureScheme } from '../../src/platform/platform.ts';

const element = (...parts: readonly Uint8Array[]): Element => parseElement(encodeSequence(...parts), 'test');
const schemeOf = (...parts: readonly Uint8Array[]): SignatureScheme | null =>
  readSignatureAlgorithm(element(...parts)).scheme;

const digests: readonly DigestAlgorithm[] = [
  'sha1',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
];

t.test('every scheme that is written is read again', async (t) => {
  const schemes: SignatureScheme[] = [
    ...digests.flatMap((digest): SignatureScheme[] => [
      { kind: 'rsa-pkcs1', digest },
      { kind: 'rsa-pss', digest, mgfDigest: digest, saltLength: 32 },
      { kind: 'ecdsa', digest },
    ]),
    { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha1', saltLength: 0 },
    { kind: 'ecdsa-plain', digest: 'sha384' },
    { kind: 'dsa', digest: 'sha256' },
    { kind: 'ed25519' },
    { kind: 'ed448' },
  ];
  for (const scheme of schemes) {
    const written = encodeSignatureAlgorithm(scheme);
    t.same(readSignatureAlgorithm(parseElement(written, 'test')).scheme, scheme, schemeName(scheme));
  }
});

t.test('a scheme without an identifier cannot be written', async (t) => {
  t.throws(() => encodeSignatureAlgorithm({ kind: 'ecdsa', digest: 'md5' }), RangeError);
});

t.test('PSS parameters that are absent or empty mean SHA-1 with 20 octets of salt', async (t) => {
  const sha1 = { kind: 'rsa-pss', digest: 'sha1', mgfDigest: 'sha1', saltLength: 20 };
  t.same(schemeOf(encodeOid(Oid.rsassaPss)), sha1);
  t.same(schemeOf(encodeOid(Oid.rsassaPss), encodeSequence()), sha1);
});

t.test('PSS parameters that are not understood leave no scheme', async (t) => {
  const pss = (...parameters: readonly Uint8Array[]): SignatureScheme | null =>
    schemeOf(encodeOid(Oid.rsassaPss), encodeSequence(...parameters));
  t.equal(pss(encodeExplicit(3, encodeInteger(2))), null, 'another trailer');
  t.equal(pss(encodeExplicit(0, encodeSequence(encodeOid('1.2.3')))), null, 'unknown hash');
  t.equal(pss(encodeExplicit(1, encodeSequence(encodeOid('1.2.3'), encodeNull()))), null, 'unknown mask');
  t.equal(pss(encodeExplicit(1, encodeSequence(encodeOid(Oid.mgf1)))), null, 'a mask without hash');
  t.equal(pss(encodeExplicit(2, encodeInteger(-1))), null, 'a negative salt length');
});

t.test('parameters that say something where nothing may be said leave no scheme', async (t) => {
  t.equal(schemeOf(encodeOid(Oid.sha256WithRsa), encodeInteger(1)), null);
  t.equal(schemeOf(encodeOid(Oid.ed25519), encodeNull()), null);
  t.equal(schemeOf(encodeOid('1.2.3')), null, 'an unknown algorithm');
  const curve = encodeOid(Oid.prime256v1);
  t.equal(schemeOf(encodeOid(Oid.ecdsaWithSha256), curve), null);
  const plain = schemeOf(encodeOid(Oid.plainEcdsaWithSha256), curve);
  t.same(plain, { kind: 'ecdsa-plain', digest: 'sha256' }, 'but for the curve of a plain ECDSA value');
});

t.test('a scheme that does not fit the kind of key is none', async (t) => {
  const rsa = element(encodeOid(Oid.sha256WithRsa), encodeNull());
  t.same(readSignatureAlgorithm(rsa, 'rsa').scheme, { kind: 'rsa-pkcs1', digest: 'sha256' });
  t.equal(readSignatureAlgorithm(rsa, 'ec').scheme, null);
  t.equal(readSignatureAlgorithm(rsa, 'rsa-pss').scheme, null, 'a PSS key makes no PKCS#1 v1.5 signatures');
});

t.test('rsaEncryption takes its digest from elsewhere, any other identifier keeps its own', async (t) => {
  const plain = readSignatureAlgorithm(element(encodeOid(Oid.rsaEncryption), encodeNull()));
  t.equal(plain.scheme, null);
  t.same(withDigest(plain, 'sha384').scheme, { kind: 'rsa-pkcs1', digest: 'sha384' });
  t.equal(withDigest(plain, null).scheme, null);
  const ecdsa = readSignatureAlgorithm(element(encodeOid(Oid.ecdsaWithSha256)));
  t.same(withDigest(ecdsa, 'sha512').scheme, { kind: 'ecdsa', digest: 'sha256' });
});

t.test('digests are read with NULL and without parameters, and written without', async (t) => {
  for (const digest of digests) {
    t.equal(readDigestAlgorithm(parseElement(encodeDigestAlgorithm(digest), 'test')), digest);
    t.equal(readDigestAlgorithm(element(encodeOid(digestOid(digest)), encodeNull())), digest);
  }
  t.equal(readDigestAlgorithm(element(encodeOid(Oid.sha256), encodeInteger(1))), null);
  t.equal(readDigestAlgorithm(element(encodeOid('1.2.3'))), null);
});
