// What OCSP responses say about a certificate: bound by CertID to its issuer's key, signed by the issuer or its delegate.

import { sameBytes } from '../asn1/values.ts';
import type { Certificate } from './certificate.ts';
import { ALL_REASONS } from './distribution-points.ts';
import { checkOcspSigningKeyUsage } from './key-usage.ts';
import { sameName } from './name.ts';
import type { BasicOcspResponse } from './ocsp.ts';
import type { CertId, SingleResponse } from './ocsp-single-response.ts';
import { hasUnknownCriticalExtension } from './path-validation.ts';
import {
  effectiveRevocation,
  issuerKeyInfo,
  Reason,
  type RevocationFact,
  type RevocationFinding,
  type RevocationInquiry,
} from './revocation-facts.ts';
import { isSignedBy } from './signature-lookup.ts';

/** The statements of all responses about this certificate (RFC 6960, 3.2, without the nonce, which binds a request). */
export function ocspFacts(inquiry: RevocationInquiry): RevocationFact[] {
  return inquiry.ocsps.flatMap(({ der, basic }) => {
    const single = basic?.responses.find(({ certId }) => isAbout(certId, inquiry));
    if (!basic || single === undefined) return [];
    if (basic.unknownCritical || single.unknownCritical)
      return refused(inquiry, 'critical-extension-unknown');
    const signer = authorisedSigner(basic, inquiry);
    if (signer === null) return [];
    const status = statusOf(single);
    if (status === null) return refused(inquiry, 'ocsp-status-unknown');
    return [
      {
        source: 'ocsp',
        item: der,
        producedAt: basic.producedAt,
        thisUpdate: single.thisUpdate,
        nextUpdate: single.nextUpdate,
        reasons: ALL_REASONS,
        retainsSince: single.archiveCutoff,
        signer,
        scheme: basic.signatureAlgorithm.scheme,
        ...status,
      },
    ];
  });
}

/** Whether a CertID names this certificate of this issuer: name, key and serial number. */
export function isAbout(
  { digest, issuerNameHash, issuerKeyHash, serialNumber }: CertId,
  { certificate, issuer, digests }: Pick<RevocationInquiry, 'certificate' | 'issuer' | 'digests'>,
): boolean {
  return (
    digest !== null &&
    sameBytes(serialNumber, certificate.serialNumber) &&
    sameBytes(issuerKeyHash, digests.of(digest, issuer.publicKeyBits)) &&
    sameBytes(issuerNameHash, digests.of(digest, certificate.issuer.raw))
  );
}

function statusOf(single: SingleResponse): Pick<RevocationFact, 'status' | 'revokedAt' | 'reason'> | null {
  const { reason, revokedAt, invalidityDate } = single;
  if (single.status === 'unknown') return null;
  if (revokedAt === null) return { status: 'good', revokedAt: null, reason: null };
  return {
    status: reason === Reason.certificateHold ? 'on-hold' : 'revoked',
    revokedAt: effectiveRevocation(revokedAt, reason, invalidityDate),
    reason,
  };
}

/** The issuing key itself, or a certificate that it issued for this (RFC 6960, 4.2.2.2). */
function authorisedSigner(basic: BasicOcspResponse, inquiry: RevocationInquiry): Certificate | null {
  const { issuer, pool, verified, findings } = inquiry;
  const named = isNamed(basic, issuer, inquiry);
  if (named && isSignedBy(basic, issuer, verified, issuerKeyInfo(inquiry))) return issuer;
  const refusals: RevocationFinding[] = [named ? 'evidence-signature-invalid' : 'responder-not-authorised'];
  for (const candidate of [...basic.certificates, ...pool]) {
    if (!sameName(candidate.issuer, issuer.subject) || !isNamed(basic, candidate, inquiry)) continue;
    const refusal = checkDelegate(candidate, basic, inquiry);
    if (refusal === null) return candidate;
    refusals.push(refusal);
  }
  // The last one that was tried says most: it bears the responder's name.
  const refusal = refusals.at(-1);
  if (refusal !== undefined) findings.add(refusal);
  return null;
}

function checkDelegate(
  delegate: Certificate,
  basic: BasicOcspResponse,
  inquiry: RevocationInquiry,
): RevocationFinding | null {
  const { issuer, verified } = inquiry;
  const issued = isSignedBy(delegate, issuer, verified, issuerKeyInfo(inquiry));
  if (!issued || checkOcspSigningKeyUsage(delegate) !== null || hasUnknownCriticalExtension(delegate)) {
    return 'responder-not-authorised';
  }
  const inForce = basic.producedAt >= delegate.notBefore && basic.producedAt <= delegate.notAfter;
  if (!inForce) return 'responder-out-of-validity';
  if (!isSignedBy(basic, delegate, verified)) return 'evidence-signature-invalid';
  return isKnownGood(delegate, basic, inquiry) ? null : 'responder-status-unknown';
}

// RFC 6960, 4.2.2.2.1: no-check vouches for the responder's whole lifetime. Without it the responder is asked about too; only
// where its issuer names no place to ask may the answer stay unknown.
function isKnownGood(delegate: Certificate, basic: BasicOcspResponse, inquiry: RevocationInquiry): boolean {
  if (delegate.ocspNoCheck) return true;
  const status = inquiry.statusOf(delegate, inquiry.issuer, basic.producedAt);
  const nowhereToAsk = delegate.ocspUrls.length === 0 && delegate.crlUrls.length === 0;
  return status === 'good' || (status === 'unknown' && nowhereToAsk);
}

function isNamed(
  { responderId }: BasicOcspResponse,
  { subject, publicKeyBits }: Certificate,
  { digests }: RevocationInquiry,
): boolean {
  if ('name' in responderId) return sameName(responderId.name, subject);
  return sameBytes(responderId.keyHash, digests.of('sha1', publicKeyBits));
}

function refused(
  inquiry: RevocationInquiry,
  finding: 'critical-extension-unknown' | 'ocsp-status-unknown',
): [] {
  inquiry.findings.add(finding);
  return [];
}
