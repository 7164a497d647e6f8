import t from 'tap';
import {
  ALGORITHM_POLICY,
  type AlgorithmPolicy,
  checkDigest,
  checkScheme,
} from '../../src/pki/algorithm-policy.ts';
import type { PublicKeyFacts } from '../../src/pki/certificate.ts';
import type { DigestAlgorithm, SignatureScheme } from '../../src/platform/platform.ts';

const today = Date.UTC(2026, 5, 15);
const rsa = (bits: number): PublicKeyFacts => ({ algorithm: 'rsa', bits, curve: null });
const ec = (bits: number): PublicKeyFacts => ({ algorithm: 'ec', bits, curve: null });
const pkcs1: SignatureScheme = { kind: 'rsa-pkcs1', digest: 'sha256' };
const pss: SignatureScheme = { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha256', saltLength: 32 };
const endOf2028 = Date.UTC(2029, 0, 1);

t.test('digests that can be forged prove nothing at any time', async (t) => {
  for (const digest of ['md5', 'ripemd160', 'sha1'] satisfies DigestAlgorithm[]) {
    t.match(checkDigest(digest, Date.UTC(1999, 0, 1)), { verdict: 'weak', never: true, since: null }, digest);
  }
  t.match(checkDigest('sha1', today), { name: 'SHA-1' });
});

t.test('as an identifier even SHA-1 will do', async (t) => {
  t.same(checkDigest('sha1', today, { identifier: true }), { verdict: 'acceptable' });
});

t.test('current digests have no end', async (t) => {
  for (const digest of ['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512'] satisfies DigestAlgorithm[]) {
    t.same(checkDigest(digest, Date.UTC(2050, 0, 1)), { verdict: 'acceptable' }, digest);
  }
});

t.test('an end after the table was issued is a forecast, also once it has passed', async (t) => {
  const forecast = { verdict: 'forecast', from: endOf2028, name: 'SHA-224' };
  t.same(checkDigest('sha224', today), forecast);
  t.same(checkDigest('sha224', endOf2028 + 1), forecast, 'no installation refuses letters overnight');
});

t.test('a newer table turns the forecast into a refusal of what is not proven to be earlier', async (t) => {
  const policy: AlgorithmPolicy = { ...ALGORITHM_POLICY, issued: Date.UTC(2029, 5, 1) };
  t.same(checkDigest('sha224', endOf2028 - 1, { policy }), { verdict: 'acceptable' });
  t.same(checkDigest('sha224', endOf2028, { policy }), {
    verdict: 'weak',
    name: 'SHA-224',
    never: false,
    since: endOf2028,
  });
  t.match(checkScheme(pkcs1, rsa(4096), endOf2028, policy), { verdict: 'weak', never: false });
  t.match(
    checkScheme(pkcs1, rsa(1024), today, policy),
    { verdict: 'weak', never: true },
    'never outweighs a date',
  );
});

t.test('RSA counts from 2048 bits on', async (t) => {
  t.match(checkScheme(pkcs1, rsa(2047), today), {
    verdict: 'weak',
    never: true,
    name: 'RSA PKCS#1 v1.5 with SHA-256, 2047 bits',
  });
  t.match(checkScheme(pss, rsa(2047), today), { verdict: 'weak', never: true });
  t.match(checkScheme(pkcs1, rsa(2048), today), { verdict: 'forecast', from: endOf2028 });
  t.match(checkScheme(pkcs1, rsa(8192), today), { verdict: 'forecast' }, 'PKCS#1 v1.5 of any size ends');
  t.match(checkScheme(pss, rsa(2999), today), { verdict: 'forecast' });
  t.same(checkScheme(pss, rsa(3000), today), { verdict: 'acceptable' });
});

t.test('the digests of a scheme count as well, the mask included', async (t) => {
  t.match(checkScheme({ ...pkcs1, digest: 'sha1' }, rsa(4096), today), { verdict: 'weak', name: 'SHA-1' });
  t.match(checkScheme({ ...pss, mgfDigest: 'sha1' }, rsa(4096), today), { verdict: 'weak', name: 'SHA-1' });
  t.match(checkScheme({ kind: 'ecdsa', digest: 'sha224' }, ec(256), today), { verdict: 'forecast' });
});

t.test('curves count from 256 bits on, and a curve without a name never', async (t) => {
  const ecdsa: SignatureScheme = { kind: 'ecdsa', digest: 'sha256' };
  t.same(checkScheme(ecdsa, ec(256), today), { verdict: 'acceptable' });
  t.match(checkScheme(ecdsa, ec(224), today), { verdict: 'weak', never: true });
  t.match(checkScheme(ecdsa, ec(0), today), { verdict: 'weak', never: true });
});

t.test('Edwards curves are accepted, DSA never', async (t) => {
  const key = (algorithm: PublicKeyFacts['algorithm'], bits: number): PublicKeyFacts => ({
    algorithm,
    bits,
    curve: null,
  });
  t.same(checkScheme({ kind: 'ed25519' }, key('ed25519', 256), today), { verdict: 'acceptable' });
  t.same(checkScheme({ kind: 'ed448' }, key('ed448', 456), today), { verdict: 'acceptable' });
  t.match(checkScheme({ kind: 'dsa', digest: 'sha256' }, key('dsa', 3072), today), {
    verdict: 'weak',
    never: true,
  });
});
