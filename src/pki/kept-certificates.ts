// Certificates of signers that stay open: read once, not for every letter.

import { type Certificate, parseCertificate } from './certificate.ts';

const kept = new WeakMap<Uint8Array, Certificate>();

/**
 * `parseCertificate` for bytes that their owner keeps and never changes, such as a signer's chain.
 * @throws MalformedCertificate
 */
export function keptCertificate(der: Uint8Array): Certificate {
  const known = kept.get(der);
  if (known !== undefined) return known;
  const certificate = parseCertificate(der);
  kept.set(der, certificate);
  return certificate;
}
