// Which certificate signed: the one that sid and the signing-certificate attribute both name (RFC 5652, 5.3; RFC 5035).

import { MalformedAsn1 } from '../asn1/element.ts';
import { sameBytes } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import { sameName } from '../pki/name.ts';
import type { Digests } from '../platform/platform.ts';
import type { SignerKind } from './check-signer.ts';
import { type CmsFinding, finding } from './finding.ts';
import { readSigningCertificates, type SigningCertificateReference } from './signed-attributes.ts';
import type { SignerIdentifier, SignerInfo } from './signed-data.ts';

export interface SigningCertificateSearch {
  readonly kind: SignerKind;
  readonly candidates: readonly Certificate[];
  readonly digests: Digests;
  /** Whether the signature value fits this certificate's key; null where that cannot be asked. */
  readonly valueFits: (certificate: Certificate) => boolean | null;
}

export interface FoundSigningCertificate {
  readonly certificate: Certificate | null;
  readonly hasAttribute: boolean;
  readonly findings: readonly CmsFinding[];
}

/**
 * Looks for the signing certificate. Where sid and attribute disagree, the one whose key fits is returned, so that a report
 * can name it, together with `signing-certificate-differs`.
 */
export function findSigningCertificate(
  signerInfo: SignerInfo,
  search: SigningCertificateSearch,
): FoundSigningCertificate {
  const references = readReferences(signerInfo);
  const hasAttribute = references.length > 0;
  const named = search.candidates.filter((candidate) => isNamedBy(candidate, signerInfo.sid));
  const bound = named.filter((candidate) => isBoundBy(candidate, references, search.digests));
  const findings = [
    ...checkAttributePresence(hasAttribute, search.kind),
    ...checkReferenceHashes(references),
  ];
  const certificate = firstFitting(bound, search);
  if (certificate !== undefined) {
    return {
      certificate,
      hasAttribute,
      findings: [...findings, ...checkIssuerSerial(certificate, references)],
    };
  }
  const other = hasAttribute ? (firstFitting(named, search) ?? firstBound(references, search)) : undefined;
  const missing =
    other === undefined
      ? finding('signing-certificate-not-found', 'constraint', 'sid')
      : finding('signing-certificate-differs', 'constraint', 'signing-certificate');
  return { certificate: other ?? null, hasAttribute, findings: [...findings, missing] };
}

/** Without the attribute several certificates may carry the same issuer and serial number; the value tells them apart. */
function firstFitting(
  candidates: readonly Certificate[],
  { valueFits }: SigningCertificateSearch,
): Certificate | undefined {
  return candidates.find((candidate) => valueFits(candidate) !== false) ?? candidates[0];
}

function firstBound(
  references: readonly SigningCertificateReference[],
  { candidates, digests }: SigningCertificateSearch,
): Certificate | undefined {
  return candidates.find((candidate) => isBoundBy(candidate, references, digests));
}

/** An attribute that cannot be read names nobody; that it is malformed is found with the other attributes. */
function readReferences({ signedAttributes }: SignerInfo): readonly SigningCertificateReference[] {
  if (signedAttributes === null) return [];
  try {
    return readSigningCertificates(signedAttributes);
  } catch (cause) {
    if (cause instanceof MalformedAsn1) return [];
    throw cause;
  }
}

function isNamedBy(candidate: Certificate, sid: SignerIdentifier): boolean {
  if (sid.kind === 'subjectKeyIdentifier') {
    const own = candidate.subjectKeyIdentifier;
    return own !== null && sameBytes(own, sid.subjectKeyIdentifier);
  }
  return sameBytes(candidate.serialNumber, sid.serialNumber) && sameName(candidate.issuer, sid.issuer);
}

/** Both versions of the attribute may stand side by side; then both have to fit. */
function isBoundBy(
  candidate: Certificate,
  references: readonly SigningCertificateReference[],
  digests: Digests,
): boolean {
  return references.every(
    ({ digest, hash }) => digest !== null && sameBytes(digests.of(digest, candidate.der), hash),
  );
}

function checkAttributePresence(present: boolean, kind: SignerKind): CmsFinding[] {
  if (present) return [];
  const where = 'signing-certificate';
  return kind === 'cades' || kind === 'timestamp'
    ? [finding('signing-certificate-missing', 'constraint', where)]
    : [finding('signing-certificate-absent', 'info', where)];
}

/** SHA-1 is enough to identify a certificate: forging one would take a second preimage. */
function checkReferenceHashes(references: readonly SigningCertificateReference[]): CmsFinding[] {
  return references.some(({ digest }) => digest === 'sha1')
    ? [finding('ess-cert-id-sha1', 'info', 'signing-certificate')]
    : [];
}

/** The hash binds; an issuerSerial that contradicts it is an error of the producer only. */
function checkIssuerSerial(
  certificate: Certificate,
  references: readonly SigningCertificateReference[],
): CmsFinding[] {
  const differs = references.some(
    ({ issuerSerial }) =>
      issuerSerial !== null &&
      !(
        sameBytes(issuerSerial.serialNumber, certificate.serialNumber) &&
        issuerSerial.issuer !== null &&
        sameName(issuerSerial.issuer, certificate.issuer)
      ),
  );
  return differs ? [finding('issuer-serial-differs', 'info', 'signing-certificate')] : [];
}
