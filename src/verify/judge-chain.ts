// A certificate's way to a trust anchor, and what is known about the revocation of every certificate on it.

import type { Instant } from '../asn1/values.ts';
import { type AlgorithmJudgement, checkScheme } from '../pki/algorithm-policy.ts';
import type { Certificate } from '../pki/certificate.ts';
import { findTrustedPath, type PathFailureCode, type TrustedPath } from '../pki/path.ts';
import { checkRevocation, type RevocationOutcome } from '../pki/revocation.ts';
import type { SignatureLookup } from '../pki/signature-lookup.ts';
import type { AnchorPurpose, TrustAnchor, TrustList } from '../pki/trust-list.ts';
import type { Digests } from '../platform/platform.ts';
import type { EvidencePool } from './evidence.ts';
import type { ValidationPolicy } from './policy.ts';

/** What all parts of a judgement look at. Nothing here changes while judging. */
export interface JudgingContext {
  readonly trustList: TrustList;
  readonly policy: ValidationPolicy;
  readonly now: Instant;
  readonly digests: Digests;
  readonly pool: EvidencePool;
  readonly verified: SignatureLookup;
  /** Certificates (their fingerprints) about which the network was asked in vain. */
  readonly unreachable: ReadonlySet<string>;
}

export interface LinkRevocation {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly outcome: RevocationOutcome;
}

export interface ChainJudgement {
  /** Null when no path leads to an anchor. */
  readonly anchor: TrustAnchor | null;
  readonly failure: PathFailureCode | null;
  /** The certificate first; the best attempt when there is no path. */
  readonly certificates: readonly Certificate[];
  /** One for each certificate below the anchor, the leaf's first; empty without a path. */
  readonly revocations: readonly LinkRevocation[];
  /** Algorithms of the links that policy does not accept at this time. */
  readonly weak: readonly Extract<AlgorithmJudgement, { verdict: 'weak' }>[];
}

/**
 * Judges the chain of a certificate at one time.
 * @param time - the best proven time of what it signed, else the present
 */
export function judgeChain(
  leaf: Certificate,
  purpose: AnchorPurpose,
  time: Instant,
  context: JudgingContext,
): ChainJudgement {
  const { trustList, digests, verified } = context;
  const pool = [...context.pool.certificates, ...trustList.intermediates];
  const outcome = findTrustedPath(leaf, { pool, trustList, purpose, time, verified, digests });
  if (outcome.status === 'failed') {
    return { anchor: null, failure: outcome.code, certificates: outcome.path, revocations: [], weak: [] };
  }
  const { certificates } = outcome.path;
  const { anchor } = outcome;
  return {
    anchor,
    failure: null,
    certificates,
    revocations: certificates.map((certificate, i) => {
      const issuer = certificates[i + 1] ?? anchor.certificate;
      return { certificate, issuer, outcome: revocationOf(certificate, issuer, outcome.path, time, context) };
    }),
    weak: certificates.flatMap((certificate, i) => {
      const issuer = certificates[i + 1] ?? anchor.certificate;
      const { scheme } = certificate.signatureAlgorithm;
      const judgement = scheme === null ? null : checkScheme(scheme, issuer.publicKey, time);
      return judgement?.verdict === 'weak' ? [judgement] : [];
    }),
  };
}

function revocationOf(
  certificate: Certificate,
  issuer: Certificate,
  path: TrustedPath,
  time: Instant,
  context: JudgingContext,
): RevocationOutcome {
  const { pool: evidence, trustList, now, verified, digests, policy } = context;
  const asked = policy.revocation !== 'off';
  const outcome = checkRevocation({
    certificate,
    issuer,
    crls: asked ? evidence.crls : [],
    ocsps: asked ? evidence.ocsps : [],
    time,
    now,
    pool: [...evidence.certificates, ...trustList.intermediates],
    verified,
    digests,
    path,
  });
  // A weak signature on an answer may convict, like a stale one, but never acquit.
  return outcome.status === 'good' && isWeaklySigned(outcome, now)
    ? { ...outcome, status: 'unknown' }
    : outcome;
}

function isWeaklySigned({ scheme, signer }: RevocationOutcome, now: Instant): boolean {
  if (scheme === null || signer === null) return false;
  return checkScheme(scheme, signer.publicKey, now).verdict === 'weak';
}
