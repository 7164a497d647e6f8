// A time-stamp token: whether it proves that something existed, and when (RFC 3161, EN 319 102-1, 5.4).

import type { Instant } from '../asn1/values.ts';
import { checkTimestampToken, type TimestampCheck } from '../cms/check-timestamp.ts';
import type { TimestampToken } from '../cms/timestamp-token.ts';
import { type AlgorithmJudgement, checkDigest, checkScheme } from '../pki/algorithm-policy.ts';
import type { Certificate } from '../pki/certificate.ts';
import { commonNameOf } from '../pki/name.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { type ChainJudgement, type JudgingContext, judgeChain, type WeakAlgorithm } from './judge-chain.ts';
import type { Finding, SubIndication } from './report.ts';
import { chainFailure, isEvidenceProvenBefore, isHarmlessReason } from './revoked-authority.ts';

export interface TimestampJudgement {
  /**
   * `accepted`: proves its time. `undetermined`: would, but nothing usable is known about the revocation of its chain.
   * `rejected`: proves nothing.
   */
  readonly status: 'accepted' | 'undetermined' | 'rejected';
  /** Why it proves nothing; null where it does. */
  readonly refusal: SubIndication | null;
  /** DER; null for one that cannot be read. */
  readonly token: Uint8Array | null;
  readonly genTime: Instant;
  /** Milliseconds around genTime; null where the authority states none. */
  readonly accuracyMs: number | null;
  /** Common name of the authority. */
  readonly authority: string | null;
  /** The authority's certificate has ended since. */
  readonly expired: boolean;
  /** Its imprint differs from what it should cover. */
  readonly imprintDiffers: boolean;
  readonly chain: ChainJudgement | null;
  /** Null for a token that cannot be read. */
  readonly check: TimestampCheck | null;
  readonly weak: readonly WeakAlgorithm[];
  readonly findings: readonly Finding[];
}

/**
 * @param covered - the digest of what the token should cover, by algorithm; undefined where it was not gathered
 * @param provenBy - a later proof of the token's own existence, else the present
 */
export function judgeTimestamp(
  token: TimestampToken,
  covered: (algorithm: DigestAlgorithm) => Uint8Array | undefined,
  provenBy: Instant,
  context: JudgingContext,
): TimestampJudgement {
  const check = checkTimestampToken(token, {
    imprint: covered,
    candidates: context.pool.certificates,
    verified: context.verified,
    digests: context.digests,
  });
  const { genTime, accuracyMs } = token.tstInfo;
  const { certificate } = check;
  const chain =
    certificate === null ? null : judgeChain(certificate, 'timestamp', genTime, context, provenBy);
  const weak = [...weakAlgorithms(token, check, provenBy, context), ...(chain?.weak ?? [])];
  const refusal =
    refusalByFindings(check) ?? refusalByTrust(certificate, chain, weak, genTime, provenBy, context);
  return {
    status: refusal !== null ? 'rejected' : statusByRevocation(chain, context),
    refusal,
    token: token.signedData.der,
    genTime,
    accuracyMs,
    authority: certificate === null ? null : commonNameOf(certificate.subject),
    expired: certificate !== null && provenBy > certificate.notAfter,
    imprintDiffers: check.findings.some(({ effect }) => effect === 'hash'),
    chain,
    check,
    weak,
    findings: check.findings,
  };
}

/** Those of the token itself, at the time that is proven for it: with a broken one any genTime could be forged. */
function weakAlgorithms(
  token: TimestampToken,
  { signer, certificate }: TimestampCheck,
  provenBy: Instant,
  { policy: { algorithms: policy } }: JudgingContext,
): readonly WeakAlgorithm[] {
  const { imprint, genTime } = token.tstInfo;
  const judgements: AlgorithmJudgement[] = [];
  // What was bound before collisions were feasible stays bound: to replace it, a second preimage would be needed.
  if (imprint.algorithm !== null) judgements.push(checkDigest(imprint.algorithm, genTime, { policy }));
  if (signer.digestAlgorithm !== null) {
    judgements.push(checkDigest(signer.digestAlgorithm, provenBy, { policy }));
  }
  if (signer.scheme !== null && certificate !== null) {
    judgements.push(checkScheme(signer.scheme, certificate.publicKey, provenBy, policy));
  }
  return judgements.filter((judgement) => judgement.verdict === 'weak');
}

const SUB_INDICATION_OF: Readonly<Partial<Record<Finding['effect'], SubIndication>>> = {
  hash: 'HASH_FAILURE',
  value: 'SIG_CRYPTO_FAILURE',
  structure: 'FORMAT_FAILURE',
  constraint: 'SIG_CONSTRAINTS_FAILURE',
  weak: 'CRYPTO_CONSTRAINTS_FAILURE',
};

function refusalByFindings({ findings, certificate, signer }: TimestampCheck): SubIndication | null {
  for (const effect of ['hash', 'value', 'structure'] as const) {
    if (findings.some((finding) => finding.effect === effect)) return SUB_INDICATION_OF[effect] ?? null;
  }
  if (certificate === null) return 'NO_SIGNING_CERTIFICATE_FOUND';
  const worst = findings.find(({ effect }) => effect !== 'info');
  if (worst !== undefined) return SUB_INDICATION_OF[worst.effect] ?? null;
  // Nothing passes whose value was not seen to fit: not one that could not be computed either.
  return signer.valueMatches === true ? null : 'SIG_CRYPTO_FAILURE';
}

function refusalByTrust(
  certificate: Certificate | null,
  chain: ChainJudgement | null,
  weak: readonly WeakAlgorithm[],
  genTime: Instant,
  provenBy: Instant,
  context: JudgingContext,
): SubIndication | null {
  if (certificate === null || chain?.anchor == null) return chainFailure(chain);
  const { anchor } = chain;
  if (anchor.role === 'historical' && provenBy > anchor.certificate.notAfter) {
    return 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE';
  }
  const [worst] = weak.toSorted((a, b) => Number(b.never) - Number(a.never));
  if (worst !== undefined)
    return worst.never ? 'CRYPTO_CONSTRAINTS_FAILURE' : 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE';
  const revoked = refusalByRevocation(chain, genTime, provenBy, context);
  if (revoked !== null) return revoked;
  const needsProof = context.policy.expiredTimestampAuthority === 'needs-proof';
  return needsProof && provenBy > certificate.notAfter ? 'NO_POE' : null;
}

/**
 * A harmless revocation leaves earlier tokens their worth (RFC 3161, clause 4); after any other one, or one without a reason, a
 * token could have been made with a stolen key and any genTime, unless it is proven to be older.
 */
function refusalByRevocation(
  chain: ChainJudgement,
  genTime: Instant,
  provenBy: Instant,
  { proofs }: JudgingContext,
): SubIndication | null {
  for (const [i, { outcome }] of chain.revocations.entries()) {
    if (outcome.status !== 'revoked' || outcome.revokedAt === null) continue;
    const harmless = isHarmlessReason(outcome.reason);
    const earlier = (harmless ? genTime : provenBy) < outcome.revokedAt;
    const evidenced = harmless || isEvidenceProvenBefore(outcome.revokedAt, chain, i, provenBy, proofs);
    if (!earlier || !evidenced) return i === 0 ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE';
  }
  return null;
}

function statusByRevocation(
  chain: ChainJudgement | null,
  { policy }: JudgingContext,
): Exclude<TimestampJudgement['status'], 'rejected'> {
  const known = chain?.revocations.every(({ outcome }) => ['good', 'revoked'].includes(outcome.status));
  return known === true || policy.revocation !== 'require' ? 'accepted' : 'undetermined';
}
