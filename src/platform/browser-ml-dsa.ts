// ML-DSA (FIPS 204, algorithm 3), with an empty context, as signatures in CMS and certificates have it (RFC 9881, RFC 9882).

import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import type { MlDsa } from './platform.ts';

const PARAMETER_SETS = { 'ml-dsa-44': ml_dsa44, 'ml-dsa-65': ml_dsa65, 'ml-dsa-87': ml_dsa87 };

export function verifyMlDsa(
  parameterSet: MlDsa,
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { verify, lengths } = PARAMETER_SETS[parameterSet];
  if (key.length !== lengths.publicKey || signature.length !== lengths.signature) return false;
  return verify(signature, message, key);
}
