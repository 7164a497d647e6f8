// The pattern that certificates, CRLs and OCSP responses share: a body, an algorithm, a signature over the body.

import { type KeyObject, sign } from 'node:crypto';
import { encodeBitString } from '../src/asn1/encode.ts';
import { encodeSignatureAlgorithm } from '../src/pki/algorithm-identifiers.ts';
import type { SignatureScheme } from '../src/platform/platform.ts';

/** The digests that the development authorities sign with. */
export type AuthorityDigest = 'sha256' | 'sha384';

/** The scheme of an RSA (PKCS #1 v1.5) or EC key with this digest. @throws Error for any other kind of key */
export function signatureScheme(privateKey: KeyObject, digest: AuthorityDigest): SignatureScheme {
  switch (privateKey.asymmetricKeyType) {
    case 'rsa':
      return { kind: 'rsa-pkcs1', digest };
    case 'ec':
      return { kind: 'ecdsa', digest };
    default:
      throw new Error(`no signature scheme for a key of type ${privateKey.asymmetricKeyType}`);
  }
}

/** AlgorithmIdentifier, DER. */
export function signatureAlgorithm(privateKey: KeyObject, digest: AuthorityDigest): Uint8Array {
  return encodeSignatureAlgorithm(signatureScheme(privateKey, digest));
}

/** The signature value over `message`: RSA at modulus length, ECDSA as DER. */
export function signatureValue(
  privateKey: KeyObject,
  digest: AuthorityDigest,
  message: Uint8Array,
): Uint8Array {
  return new Uint8Array(sign(digest, message, { key: privateKey, dsaEncoding: 'der' }));
}

/** What follows a signed body: its AlgorithmIdentifier and the signature as BIT STRING. */
export function signatureOver(
  privateKey: KeyObject,
  digest: AuthorityDigest,
  body: Uint8Array,
): readonly [Uint8Array, Uint8Array] {
  return [signatureAlgorithm(privateKey, digest), encodeBitString(signatureValue(privateKey, digest, body))];
}
