// What a certificate's key may be used for (RFC 5280, 4.2.1.3 and 4.2.1.12; RFC 3161, 2.3; RFC 6960, 4.2.2.2).

import { Oid } from '../asn1/oids.ts';
import type { Certificate } from './certificate.ts';

export type KeyUsageFinding = 'key-usage-unfit' | 'extended-key-usage-unfit';

/** Extended key usages with which a certificate may sign documents; a policy may name others. */
export const SIGNER_EXTENDED_KEY_USAGES: readonly string[] = [
  // Critical and alone in the certificates of BSrE; being critical, it must be processed, and here it is.
  Oid.ekuAdobeAuthenticDocuments,
  Oid.ekuDocumentSigning,
  Oid.ekuEmailProtection,
  Oid.ekuClientAuth,
  Oid.ekuMicrosoftDocumentSigning,
  Oid.anyExtendedKeyUsage,
];

/** Whether this key may sign documents: extra usages are fine, a missing extension restricts nothing. */
export function checkSignerKeyUsage(
  certificate: Certificate,
  accepted: readonly string[] = SIGNER_EXTENDED_KEY_USAGES,
): KeyUsageFinding | null {
  if (!maySign(certificate)) return 'key-usage-unfit';
  const usage = certificate.extendedKeyUsage;
  return usage === null || usage.oids.some((oid) => accepted.includes(oid))
    ? null
    : 'extended-key-usage-unfit';
}

/** Whether this key may sign time-stamps: timeStamping, critical and alone (RFC 3161, 2.3). */
export function checkTimestampKeyUsage(certificate: Certificate): KeyUsageFinding | null {
  if (!maySign(certificate)) return 'key-usage-unfit';
  const usage = certificate.extendedKeyUsage;
  const alone = usage?.critical === true && usage.oids.length === 1 && usage.oids[0] === Oid.ekuTimeStamping;
  return alone ? null : 'extended-key-usage-unfit';
}

/** Whether this key may answer for its issuer: OCSPSigning, which no other usage implies (RFC 6960, 4.2.2.2). */
export function checkOcspSigningKeyUsage(certificate: Certificate): KeyUsageFinding | null {
  if (!maySign(certificate)) return 'key-usage-unfit';
  return certificate.extendedKeyUsage?.oids.includes(Oid.ekuOcspSigning) === true
    ? null
    : 'extended-key-usage-unfit';
}

function maySign({ keyUsage }: Certificate): boolean {
  return keyUsage === null || keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation');
}
