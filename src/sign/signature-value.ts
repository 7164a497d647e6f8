// The second look at what a signer returns: nothing is embedded that its own certificate does not confirm.

import type { Certificate } from '../pki/certificate.ts';
import { ecdsaSigValue } from '../pki/ecdsa-value.ts';
import type { SignatureArithmetic } from '../platform/platform.ts';
import { SignerFailed } from './errors.ts';
import { ecdsaIntegerBytes, type SignatureAlgorithm, schemeOf } from './ports.ts';

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

/**
 * The forms in which a value made elsewhere may be meant: as it is, and for ECDSA, which cards and browsers give as r and s side
 * by side (IEEE P1363), also as DER. Which one it was is told by verifying it alone.
 */
export function formsOfValue(algorithm: SignatureAlgorithm, value: Uint8Array): readonly Uint8Array[] {
  const size = ecdsaIntegerBytes(algorithm);
  if (size === null || value.length !== 2 * size) return [value];
  return [value, ecdsaSigValue(value)];
}
