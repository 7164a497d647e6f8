// A certificate's way to a trust anchor, and what is known about the revocation of every certificate on it.

import { type Instant, sameBytes } from '../asn1/values.ts';
import { type AlgorithmJudgement, checkScheme } from '../pki/algorithm-policy.ts';
import type { Certificate } from '../pki/certificate.ts';
import { findTrustedPath, type PathFailureCode, type TrustedPath } from '../pki/path.ts';
import { checkRevocation, type RevocationOutcome } from '../pki/revocation.ts';
import type { SignatureLookup } from '../pki/signature-lookup.ts';
import type { AnchorPurpose, TrustAnchor, TrustList } from '../pki/trust-list.ts';
import type { Digests } from '../platform/platform.ts';
import type { EvidencePool } from './evidence.ts';
import type { ValidationPolicy } from './policy.ts';
import type { ProofsOfExistence } from './proofs-of-existence.ts';

/** What a judgement starts from. Nothing here changes while judging. */
export interface JudgingBasis {
  readonly trustList: TrustList;
  readonly policy: ValidationPolicy;
  readonly now: Instant;
  readonly digests: Digests;
  readonly pool: EvidencePool;
  readonly verified: SignatureLookup;
  /** Certificates (their fingerprints) about which the network was asked in vain. */
  readonly unreachable: ReadonlySet<string>;
  /** Whether the details are wanted too. */
  readonly detail?: boolean;
}

/** What all parts of a judgement look at. */
export interface JudgingContext extends JudgingBasis {
  /** By the document time-stamps that were judged so far. */
  readonly proofs: ProofsOfExistence;
}

export interface LinkRevocation {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly outcome: RevocationOutcome;
}

export interface ChainJudgement {
  /** Null when no path leads to an anchor. */
  readonly anchor: TrustAnchor | null;
  readonly path: TrustedPath | null;
  readonly failure: PathFailureCode | null;
  /** The certificate first; the best attempt when there is no path. */
  readonly certificates: readonly Certificate[];
  /** One for each certificate below the anchor, the leaf's first; empty without a path. */
  readonly revocations: readonly LinkRevocation[];
  /** Algorithms of the links that policy does not accept at the time since when each certificate is known to exist. */
  readonly weak: readonly WeakAlgorithm[];
}

export type WeakAlgorithm = Extract<AlgorithmJudgement, { verdict: 'weak' }>;

/**
 * Judges the chain of a certificate at one time.
 * @param time - the best proven time of what it signed, else the present: for this its validity and revocation are asked
 * @param leafProof - since when the certificate itself is known to exist; `time` unless given
 */
export function judgeChain(
  leaf: Certificate,
  purpose: AnchorPurpose,
  time: Instant,
  context: JudgingContext,
  leafProof: Instant = time,
): ChainJudgement {
  const { trustList, digests, verified } = context;
  const pool = [...context.pool.certificates, ...trustList.intermediates];
  const outcome = findTrustedPath(leaf, { pool, trustList, purpose, time, verified, digests });
  if (outcome.status === 'failed') {
    const { code: failure, path: certificates } = outcome;
    return { anchor: null, path: null, failure, certificates, revocations: [], weak: [] };
  }
  const { certificates } = outcome.path;
  const { anchor } = outcome;
  return {
    anchor,
    path: outcome.path,
    failure: null,
    certificates,
    revocations: certificates.map((certificate, i) => {
      const issuer = certificates[i + 1] ?? anchor.certificate;
      return { certificate, issuer, outcome: revocationOf(certificate, issuer, outcome.path, time, context) };
    }),
    weak: certificates.flatMap((certificate, i) => {
      const issuer = certificates[i + 1] ?? anchor.certificate;
      const proven = i === 0 ? leafProof : knownSince(certificate, time, context);
      const judgement = judgeLink(certificate, issuer, proven, context);
      return judgement?.verdict === 'weak' ? [judgement] : [];
    }),
  };
}

/** The algorithms of an issuer's signature over a certificate; null where they are not known by name. */
export function judgeLink(
  certificate: Certificate,
  issuer: Certificate,
  time: Instant,
  { policy }: Pick<JudgingContext, 'policy'>,
): AlgorithmJudgement | null {
  const { scheme } = certificate.signatureAlgorithm;
  return scheme === null ? null : checkScheme(scheme, issuer.publicKey, time, policy.algorithms);
}

/** What the operator supplied needs no other proof that it existed. */
function knownSince(
  certificate: Certificate,
  time: Instant,
  { proofs, trustList }: Pick<JudgingContext, 'proofs' | 'trustList'>,
): Instant {
  const supplied = trustList.intermediates.some(({ der }) => sameBytes(der, certificate.der));
  return supplied ? time : proofs.of(certificate.der);
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
  return outcome.status === 'good' && isWeaklySigned(outcome, context)
    ? { ...outcome, status: 'unknown' }
    : outcome;
}

function isWeaklySigned(
  { scheme, signer, item }: RevocationOutcome,
  { proofs, policy }: JudgingContext,
): boolean {
  if (scheme === null || signer === null || item === null) return false;
  return checkScheme(scheme, signer.publicKey, proofs.of(item), policy.algorithms).verdict === 'weak';
}
