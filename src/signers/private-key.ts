// Signing with a key that is in this process: which algorithms it fits, and the arithmetic by OpenSSL.

import { constants, type KeyObject, type SignKeyObjectInput, sign, type X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { SignerFailed } from '../sign/errors.ts';
import { type SignatureAlgorithm, schemeOf } from '../sign/ports.ts';

const signInThreadPool = promisify(sign);

const RSA_PKCS1: readonly SignatureAlgorithm[] = ['rsa-pkcs1-sha256', 'rsa-pkcs1-sha384', 'rsa-pkcs1-sha512'];
const RSA_PSS: readonly SignatureAlgorithm[] = ['rsa-pss-sha256', 'rsa-pss-sha384', 'rsa-pss-sha512'];
const BY_CURVE: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['prime256v1', 'ecdsa-p256-sha256'],
  ['secp384r1', 'ecdsa-p384-sha384'],
  ['secp521r1', 'ecdsa-p521-sha512'],
]);
/** TS 119 312 demands no less; more than 4 096 bits no back end of ours is measured with. */
const RSA_BITS = { least: 2048, most: 4096 };

/** The algorithms that fit the key of a certificate, preferred first; empty for a key that Teken does not sign with. */
export function algorithmsFor(certificate: X509Certificate): readonly SignatureAlgorithm[] {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = certificate.publicKey;
  if (type === 'ed25519') return ['ed25519'];
  if (type === 'ec') {
    const algorithm = BY_CURVE.get(details.namedCurve ?? '');
    return algorithm === undefined ? [] : [algorithm];
  }
  const bits = details.modulusLength ?? 0;
  if (bits < RSA_BITS.least || bits > RSA_BITS.most) return [];
  if (type === 'rsa') return [...RSA_PKCS1, ...RSA_PSS];
  return type === 'rsa-pss' ? RSA_PSS.filter((algorithm) => restrictionsAllow(details, algorithm)) : [];
}

/** A key of id-RSASSA-PSS may be bound to one hash and a least salt length (RFC 4055, 3.1). */
function restrictionsAllow(
  { hashAlgorithm, mgf1HashAlgorithm, saltLength }: NonNullable<KeyObject['asymmetricKeyDetails']>,
  algorithm: SignatureAlgorithm,
): boolean {
  const { digest, scheme } = schemeOf(algorithm);
  const allows = (bound: string | undefined): boolean => bound === undefined || bound === digest;
  return (
    scheme.kind === 'rsa-pss' &&
    allows(hashAlgorithm) &&
    allows(mgf1HashAlgorithm) &&
    scheme.saltLength >= (saltLength ?? 0)
  );
}

/**
 * Signs the message, hashing it on the way. RSA and the larger curves go to the thread pool; P-256 and Ed25519 take some
 * 20 µs, less than the way there and back.
 *
 * @returns RSA at modulus length, ECDSA as DER, Ed25519 64 bytes
 */
export async function signWithKey(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  message: Uint8Array,
): Promise<Uint8Array> {
  const { digest, scheme } = schemeOf(algorithm);
  const hash = scheme.kind === 'ed25519' ? null : digest;
  const inline = algorithm === 'ed25519' || algorithm === 'ecdsa-p256-sha256';
  const input = signingInput(key, algorithm);
  try {
    return new Uint8Array(inline ? sign(hash, message, input) : await signInThreadPool(hash, message, input));
  } catch (cause) {
    throw new SignerFailed('signer-refused', { algorithm }, cause);
  }
}

/** The bare key wherever Node's defaults are what is wanted (PKCS#1 v1.5, DER): taking a description apart costs it 25 µs. */
function signingInput(key: KeyObject, algorithm: SignatureAlgorithm): KeyObject | SignKeyObjectInput {
  const { scheme } = schemeOf(algorithm);
  if (scheme.kind !== 'rsa-pss') return key;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength };
}
