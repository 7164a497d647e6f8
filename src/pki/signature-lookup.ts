// Signature arithmetic is gathered before anything is judged; here it is only looked up.

import type { SignatureCheck } from '../platform/platform.ts';
import { schemeFitsKey } from './algorithm-identifiers.ts';
import type { Certificate, SignatureAlgorithmIdentifier } from './certificate.ts';

/**
 * The answer to a signature check; `undefined` while it has not been computed. The gatherer notes what was asked, computes
 * it and judges again until nothing is undefined. Until then a check counts as true, so that all that follows from it is
 * asked for as well; a verdict is only taken from a run without an undefined answer.
 */
export type SignatureLookup = (check: SignatureCheck) => boolean | undefined;

/** Something that was signed: a certificate, a list, an OCSP response. */
export interface SignedStructure {
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/**
 * Looks up whether this key signed this structure. False where the algorithm is unknown or does not fit the key.
 * @param publicKeyInfo - the key with the parameters it inherits, where that differs from the certificate's own
 */
export function isSignedBy(
  signed: SignedStructure,
  signer: Pick<Certificate, 'publicKey' | 'publicKeyInfo'>,
  verified: SignatureLookup,
  publicKeyInfo: Uint8Array = signer.publicKeyInfo,
): boolean {
  const { scheme } = signed.signatureAlgorithm;
  if (scheme === null || !schemeFitsKey(scheme, signer.publicKey.algorithm)) return false;
  const check = { publicKey: publicKeyInfo, scheme, message: signed.tbs, signature: signed.signature };
  return verified(check) ?? true;
}
