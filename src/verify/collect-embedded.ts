// What a document brings along to be believed by: nothing of it is verified here.

import { Oid } from '../asn1/oids.ts';
import { attributeValues } from '../cms/attributes.ts';
import { readRevocationInfoArchival } from '../cms/revocation-info-archival.ts';
import type { StoredItem } from '../pdf/security-store.ts';
import type { EvidencePool } from './evidence.ts';
import type { ReadSignature } from './read-signature.ts';

/** What a document holds beside its signatures. */
export interface DocumentMaterial {
  readonly revisions: number;
  /** Of all security stores. */
  readonly stored: readonly StoredItem[];
}

/** Certificates and revocation data of the signatures, their time-stamps and the document security stores. */
export function collectEmbedded(
  { revisions, stored }: DocumentMaterial,
  signatures: readonly ReadSignature[],
  pool: EvidencePool,
): void {
  for (const signature of signatures) {
    const { cms, documentTimestamp, signatureTimestamps, contentTimestamps, coverage } = signature;
    const tokens = [documentTimestamp, ...signatureTimestamps, ...contentTimestamps];
    const since = coverage.revision === null ? revisions : coverage.revision + 1;
    // These stand beside the value, among the covered bytes.
    for (const der of signature.certificates) pool.addCertificate(der, coverage.revision ?? since);
    for (const signedData of [cms, ...tokens.map((token) => token?.signedData ?? null)]) {
      for (const certificate of signedData?.certificates ?? []) pool.addCertificate(certificate, since);
      for (const crl of signedData?.crls ?? []) pool.addCrl(crl, since);
      for (const { signedAttributes } of signedData?.signerInfos ?? []) {
        for (const value of attributeValues(signedAttributes, Oid.adbeRevocationInfoArchival)) {
          const archival = readRevocationInfoArchival(value);
          for (const crl of archival.crls) pool.addCrl(crl, since);
          for (const ocsp of archival.ocspResponses) pool.addOcsp(ocsp, since);
        }
      }
    }
  }
  for (const { kind, data, revision } of stored) {
    if (kind === 'certificate') pool.addCertificate(data, revision);
    else if (kind === 'crl') pool.addCrl(data, revision);
    else pool.addOcsp(data, revision);
  }
}
