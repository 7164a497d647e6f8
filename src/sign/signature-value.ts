// The second look at what a signer returns: nothing is embedded that its own certificate does not confirm.

import { encodeInteger, encodeSequence } from '../asn1/encode.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { SignatureArithmetic } from '../platform/platform.ts';
import { SignerFailed } from './errors.ts';
import { type SignatureAlgorithm, schemeOf } from './ports.ts';

/**
 * The one value that was asked for, verified.
 * @param message - what the signer was given to sign
 * @throws SignerFailed `signer-result-invalid` { check: 'count' | 'signature' }
 */
export async function requireSignatureValue(
  values: readonly Uint8Array[],
  message: Uint8Array,
  certificate: Certificate,
  algorithm: SignatureAlgorithm,
  arithmetic: SignatureArithmetic,
): Promise<Uint8Array> {
  const [signature] = values;
  if (signature === undefined || values.length !== 1) {
    throw new SignerFailed('signer-result-invalid', { check: 'count' });
  }
  const { scheme } = schemeOf(algorithm);
  const publicKey = certificate.publicKeyInfo;
  if (!(await arithmetic.verify({ publicKey, scheme, message, signature }))) {
    throw new SignerFailed('signer-result-invalid', { check: 'signature' });
  }
  return signature;
}

/** Bytes of each of the two integers, where a signature value is them side by side. */
const INTEGER_BYTES: Readonly<Partial<Record<SignatureAlgorithm, number>>> = {
  'ecdsa-p256-sha256': 32,
  'ecdsa-p384-sha384': 48,
  'ecdsa-p521-sha512': 66,
};

/**
 * The forms in which a value made elsewhere may be meant: as it is, and for ECDSA, which cards and browsers give as r and s side
 * by side (IEEE P1363), also as DER. Which one it was is told by verifying it alone.
 */
export function formsOfValue(algorithm: SignatureAlgorithm, value: Uint8Array): readonly Uint8Array[] {
  const size = INTEGER_BYTES[algorithm];
  if (size === undefined || value.length !== 2 * size) return [value];
  const r = encodeInteger(value.subarray(0, size));
  const s = encodeInteger(value.subarray(size));
  return [value, encodeSequence(r, s)];
}
