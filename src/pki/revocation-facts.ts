// What single items of revocation data say about one certificate, once they are known to be about it and rightly signed.

import type { Instant } from '../asn1/values.ts';
import type { Digests, SignatureScheme } from '../platform/platform.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import type { ReasonFlags } from './distribution-points.ts';
import type { OcspResponse } from './ocsp.ts';
import type { TrustedPath } from './path-validation.ts';
import { withInheritedParameters } from './public-key.ts';
import type { SignatureLookup } from './signature-lookup.ts';

export interface RevocationQuestion {
  readonly certificate: Certificate;
  /** The certificate's issuer on the path that was found: its key, not only its name, binds the evidence. */
  readonly issuer: Certificate;
  readonly crls: readonly Crl[];
  readonly ocsps: readonly OcspResponse[];
  /** The time for which the answer is wanted. */
  readonly time: Instant;
  readonly now: Instant;
  /** Certificates among which delegated responders and other signers of lists are looked for. */
  readonly pool: readonly Certificate[];
  readonly verified: SignatureLookup;
  readonly digests: Digests;
  /** The path on which the certificate was found. Without it, lists that anyone but `issuer` signed count for nothing. */
  readonly path?: TrustedPath;
}

export type RevocationFinding =
  /** There is evidence, but none of it is about this certificate and this issuer. */
  | 'evidence-not-bound'
  | 'evidence-signature-invalid'
  /** Bound and rightly signed, but not recent enough to acquit. */
  | 'stale'
  | 'critical-extension-unknown'
  | 'ocsp-status-unknown'
  | 'responder-not-authorised'
  | 'responder-out-of-validity'
  | 'responder-status-unknown'
  | 'crl-signer-not-authorised'
  | 'crl-entry-malformed'
  | 'reasons-not-covered';

/** One bound, rightly signed statement. */
export interface RevocationFact {
  readonly source: 'ocsp' | 'crl';
  /** The DER of the item. */
  readonly item: Uint8Array;
  readonly producedAt: Instant;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | null;
  readonly status: 'good' | 'revoked' | 'on-hold';
  readonly revokedAt: Instant | null;
  readonly reason: number | null;
  /** The reasons for a revocation that the statement would have told. */
  readonly reasons: ReasonFlags;
  /** Certificates that expired after this are still known to the source; null where it does not say. */
  readonly retainsSince: Instant | null;
  readonly signer: Certificate;
  readonly scheme: SignatureScheme | null;
}

/** A question on its way: what was found wrong, and which certificates' status is being asked for to answer it. */
export interface RevocationInquiry extends RevocationQuestion {
  readonly findings: Set<RevocationFinding>;
  /** Signers of evidence are certificates too; nobody may vouch for himself through others (no loops). */
  readonly asking: readonly Certificate[];
  /** Shared by a question and all that follow from it. */
  readonly budget: { followUps: number };
  /** Answers the same question about a signer of evidence. */
  readonly statusOf: (signer: Certificate, issuer: Certificate, time: Instant) => RevocationStatus;
}

/**
 * Follow-up questions that one question may lead to: paths and status of those who signed its evidence. Real evidence needs
 * fewer than ten; made-up signers could ask about each other in every order.
 */
export const FOLLOW_UP_QUESTIONS = 20;

export type RevocationStatus = 'good' | 'revoked' | 'on-hold' | 'unknown';

/** CRLReason, RFC 5280, 5.3.1: those that rules are made of. */
export const Reason = { keyCompromise: 1, caCompromise: 2, certificateHold: 6, removeFromCrl: 8 } as const;

/** When a revocation takes effect: a compromise is as old as the invalidity date says, if that is earlier. */
export function effectiveRevocation(
  revokedAt: Instant,
  reason: number | null,
  invalidityDate: Instant | null,
): Instant {
  const compromise = reason === Reason.keyCompromise || reason === Reason.caCompromise;
  return compromise && invalidityDate !== null ? Math.min(revokedAt, invalidityDate) : revokedAt;
}

/** The issuer's SubjectPublicKeyInfo, with the DSA parameters that it may inherit from those above it on the path. */
export function issuerKeyInfo({ issuer, path }: RevocationQuestion): Uint8Array {
  const above = path?.certificates.indexOf(issuer) ?? -1;
  if (path === undefined || above < 0) return issuer.publicKeyInfo;
  return path.certificates
    .slice(above)
    .toReversed()
    .reduce(
      (keyInfo, certificate) => withInheritedParameters(certificate.publicKeyInfo, keyInfo),
      path.anchor.certificate.publicKeyInfo,
    );
}
