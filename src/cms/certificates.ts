// The certificates that a SignedData brings along, as candidates for whatever is to be found among them.

import { type Certificate, MalformedCertificate, parseCertificate } from '../pki/certificate.ts';
import { type CmsFinding, finding } from './finding.ts';
import type { SignedData } from './signed-data.ts';

/** One that cannot be read is no candidate; it is reported and hurts nobody else. */
export function readCertificates({ certificates }: Pick<SignedData, 'certificates'>): {
  readonly certificates: readonly Certificate[];
  readonly findings: readonly CmsFinding[];
} {
  const read: Certificate[] = [];
  const findings: CmsFinding[] = [];
  for (const [index, der] of certificates.entries()) {
    try {
      read.push(parseCertificate(der));
    } catch (cause) {
      if (!(cause instanceof MalformedCertificate)) throw cause;
      findings.push(finding('certificate-malformed', 'info', `certificates ${index}`));
    }
  }
  return { certificates: read, findings };
}
