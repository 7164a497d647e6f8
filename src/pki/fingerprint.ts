// The name of a certificate by its bytes, asked for wherever one certificate is told from another.

import { hex } from '../asn1/values.ts';
import type { Digests } from '../platform/platform.ts';
import type { Certificate } from './certificate.ts';

const known = new WeakMap<Certificate, string>();

/** SHA-256 of the DER, lower-case hexadecimal. */
export function fingerprintOf(certificate: Certificate, digests: Digests): string {
  let fingerprint = known.get(certificate);
  if (fingerprint === undefined) {
    fingerprint = hex(digests.of('sha256', certificate.der));
    known.set(certificate, fingerprint);
  }
  return fingerprint;
}
