// The two forms of an ECDSA signature value: DER as certificates and CMS have it, and r and s side by side.

import { encodeInteger, encodeSequence } from '../asn1/encode.ts';

/** Ecdsa-Sig-Value (RFC 3279, 2.2.3) of r and s side by side, as PKCS #11 and IEEE P1363 have them. */
export function ecdsaSigValue(sideBySide: Uint8Array): Uint8Array {
  const half = sideBySide.length / 2;
  return encodeSequence(
    encodeInteger(sideBySide.subarray(0, half)),
    encodeInteger(sideBySide.subarray(half)),
  );
}
