// A time-stamp token: whether it proves that something existed, and when (RFC 3161, EN 319 102-1, 5.4).

import type { Instant } from '../asn1/values.ts';
import { checkTimestampToken } from '../cms/check-timestamp.ts';
import type { TimestampToken } from '../cms/timestamp-token.ts';
import { checkDigest } from '../pki/algorithm-policy.ts';
import { commonNameOf } from '../pki/name.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { type ChainJudgement, type JudgingContext, judgeChain } from './judge-chain.ts';
import type { Finding } from './report.ts';

export interface TimestampJudgement {
  /**
   * `accepted`: proves its time. `undetermined`: would, but nothing usable is known about the revocation of its chain.
   * `rejected`: proves nothing.
   */
  readonly status: 'accepted' | 'undetermined' | 'rejected';
  readonly genTime: Instant;
  /** Common name of the authority. */
  readonly authority: string | null;
  /** The authority's certificate has ended since. */
  readonly expired: boolean;
  /** Its imprint differs from what it should cover. */
  readonly imprintDiffers: boolean;
  readonly chain: ChainJudgement | null;
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
  const { genTime } = token.tstInfo;
  const findings: Finding[] = [...check.findings];
  const { certificate } = check;
  const chain = certificate === null ? null : judgeChain(certificate, 'timestamp', genTime, context);
  const imprintDiffers = findings.some(({ effect }) => effect === 'hash');
  const sound = findings.every(({ effect }) => effect === 'info') && isStrong(token, chain, genTime);
  const expired = certificate !== null && provenBy > certificate.notAfter;
  const proofNeeded = expired && context.policy.expiredTimestampAuthority === 'needs-proof';
  const trusted = chain?.anchor !== null && chain !== null && chain.anchor.role !== 'historical';
  const status = sound && trusted && !proofNeeded ? statusByRevocation(chain, genTime, context) : 'rejected';
  return {
    status,
    genTime,
    authority: certificate === null ? null : commonNameOf(certificate.subject),
    expired,
    imprintDiffers,
    chain,
    findings,
  };
}

function isStrong(token: TimestampToken, chain: ChainJudgement | null, genTime: Instant): boolean {
  const { algorithm } = token.tstInfo.imprint;
  const digest = algorithm === null ? null : checkDigest(algorithm, genTime);
  return digest !== null && digest.verdict !== 'weak' && chain?.weak.length === 0;
}

// unspecified, affiliationChanged, superseded, cessationOfOperation: earlier tokens keep their worth (RFC 3161, clause 4).
const HARMLESS_REASONS = new Set([0, 3, 4, 5]);

function statusByRevocation(
  chain: ChainJudgement,
  genTime: Instant,
  context: JudgingContext,
): TimestampJudgement['status'] {
  let status: TimestampJudgement['status'] = 'accepted';
  for (const { outcome } of chain.revocations) {
    if (outcome.status === 'revoked') {
      const harmless = outcome.reason !== null && HARMLESS_REASONS.has(outcome.reason);
      const earlier = outcome.revokedAt !== null && genTime < outcome.revokedAt;
      if (!harmless || !earlier) return 'rejected';
    } else if (outcome.status !== 'good' && context.policy.revocation === 'require') {
      status = 'undetermined';
    }
  }
  return status;
}
