// What is concluded from outside a signature: who issued the certificate, whether it was revoked, when it was used.

import type { Instant } from '../asn1/values.ts';
import type { SignerCheck } from '../cms/check-signer.ts';
import type { Certificate } from '../pki/certificate.ts';
import { fingerprintOf } from '../pki/fingerprint.ts';
import { checkSignerKeyUsage } from '../pki/key-usage.ts';
import type { RevocationOutcome } from '../pki/revocation.ts';
import type { Conclude } from './conclude-integrity.ts';
import type { ChainJudgement, JudgingContext } from './judge-chain.ts';
import type { TimestampJudgement } from './judge-timestamp.ts';
import type { ReasonCode } from './report.ts';
import { chainFailure, isEvidenceProvenBefore, isHarmlessReason } from './revoked-authority.ts';
import { judgeRevoked, judgeValidity, reason, type SigningTimes } from './signing-time.ts';
import { accepted, indeterminate, PASSED } from './verdict.ts';

/** Who issued the certificate: a listed anchor, a test anchor, nobody known. */
export function concludeIdentity(
  certificate: Certificate | null,
  chain: ChainJudgement | null,
  times: SigningTimes,
  conclude: Conclude,
): void {
  if (certificate === null || chain === null) {
    conclude(indeterminate('UNKNOWN_ISSUER', 'NO_SIGNING_CERTIFICATE_FOUND'), reason('ISSUER_NOT_LISTED'));
    return;
  }
  const { anchor } = chain;
  if (anchor === null) {
    conclude(indeterminate('UNKNOWN_ISSUER', chainFailure(chain)), reason('ISSUER_NOT_LISTED'));
    return;
  }
  if (anchor.role === 'test') {
    conclude(indeterminate('TEST_CERTIFICATE', 'CHAIN_CONSTRAINTS_FAILURE'), reason('TEST_ANCHOR'));
  }
  const ended = (times.proven ?? times.now) > anchor.certificate.notAfter;
  if (anchor.role === 'historical' && ended) {
    conclude(
      indeterminate('UNKNOWN_ISSUER', 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE'),
      reason('ISSUER_NOT_LISTED'),
    );
  }
  if (checkSignerKeyUsage(certificate) !== null) {
    conclude(indeterminate('UNKNOWN_ISSUER', 'CHAIN_CONSTRAINTS_FAILURE'), reason('ISSUER_NOT_LISTED'));
  }
}

/** Revocation and validity of each certificate below the anchor. */
export function concludeRevocation(
  leaf: Certificate,
  chain: ChainJudgement,
  times: SigningTimes,
  context: JudgingContext,
  conclude: Conclude,
): void {
  for (const [i, { certificate, outcome }] of chain.revocations.entries()) {
    const known = outcome.status === 'good' || outcome.status === 'revoked';
    if (outcome.status === 'revoked' && outcome.revokedAt !== null) {
      const evidenceUnproven = !isProvenDespite(i, outcome.revokedAt, chain, times, context);
      const revoked = judgeRevoked(outcome.revokedAt, { ...times, evidenceUnproven }, certificate !== leaf);
      for (const conclusion of revoked.conclusions) conclude(conclusion, ...revoked.reasons);
    }
    const optional = context.policy.revocation !== 'require';
    const validity = judgeValidity(certificate, times, known || optional);
    for (const conclusion of validity.conclusions) conclude(conclusion, ...validity.reasons);
    if (known) continue;
    if (optional) conclude(accepted('VALID_WITH_NOTES'), reason('REVOCATION_NOT_CHECKED'));
    else concludeUnknown(certificate, outcome, context, conclude);
  }
}

/** With a revoked authority's key, evidence of any date could be made: what is known of those below it must be older. */
function isProvenDespite(
  place: number,
  revokedAt: Instant,
  chain: ChainJudgement,
  times: SigningTimes,
  { proofs }: JudgingContext,
): boolean {
  const outcome = chain.revocations[place]?.outcome;
  if (place === 0 || isHarmlessReason(outcome?.reason ?? null)) return true;
  return isEvidenceProvenBefore(revokedAt, chain, place, times.proven ?? times.now, proofs);
}

/** Nothing usable is known about a certificate's revocation. */
export function concludeUnknown(
  certificate: Certificate,
  outcome: RevocationOutcome,
  context: JudgingContext,
  conclude: Conclude,
): void {
  const ended = context.now > certificate.notAfter ? { at: certificate.notAfter } : {};
  const why = reason(revocationReason(certificate, outcome, context), ended);
  const outOfBounds = outcome.findings.includes('responder-out-of-validity');
  const subIndication = outOfBounds ? 'REVOCATION_OUT_OF_BOUNDS_NO_POE' : 'TRY_LATER';
  conclude(indeterminate('UNKNOWN_REVOCATION', subIndication), why);
}

function revocationReason(
  certificate: Certificate,
  outcome: RevocationOutcome,
  context: JudgingContext,
): ReasonCode {
  if (outcome.status === 'on-hold') return 'CERT_ON_HOLD';
  if (context.unreachable.has(fingerprintOf(certificate, context.digests))) return 'REVOCATION_UNREACHABLE';
  return outcome.findings.includes('evidence-not-bound') ? 'EVIDENCE_NOT_BOUND' : 'REVOCATION_UNKNOWN';
}

// Below a minute the two clocks agree well enough that nobody asks why they differ.
const NOTICEABLE_SKEW_SECONDS = 60;

/** The time-stamps around a signature. */
interface ProvenTimes {
  readonly timestamps: readonly TimestampJudgement[];
  readonly contentTimestamps: readonly TimestampJudgement[];
  readonly outOfOrder: boolean;
}

export function concludeTime(
  check: SignerCheck | null,
  times: SigningTimes,
  { timestamps, contentTimestamps, outOfOrder }: ProvenTimes,
  context: JudgingContext,
  conclude: Conclude,
): void {
  const rejected = [...contentTimestamps, ...timestamps].some(({ status }) => status === 'rejected');
  if (rejected) conclude(null, reason('TIMESTAMP_REJECTED'));
  if (outOfOrder) {
    conclude(indeterminate('TIME_UNPROVABLE', 'TIMESTAMP_ORDER_FAILURE'), reason('TIME_NOT_PROVEN'));
  }
  const used = timestamps.find(({ genTime, status }) => status !== 'rejected' && genTime === times.proven);
  // That there is none would be untrue of one that was rejected, and its rejection is said already.
  if (used === undefined) {
    conclude(accepted('VALID_WITH_NOTES'), ...(rejected ? [] : [reason('NO_TIMESTAMP')]));
  } else if (used.status === 'undetermined') {
    conclude(
      context.policy.revocation === 'require' ? indeterminate('UNKNOWN_REVOCATION', 'TRY_LATER') : PASSED,
      reason('REVOCATION_UNKNOWN'),
    );
  } else if (used.expired) conclude(accepted('VALID_WITH_NOTES'), reason('TSA_EXPIRED'));
  const skew = skewSeconds(times);
  if (skew !== null && Math.abs(skew) >= NOTICEABLE_SKEW_SECONDS) {
    conclude(null, reason('CLAIMED_TIME_DIFFERS', { seconds: skew }));
  }
  const legacy = check?.findings.some(({ code }) => code === 'signing-certificate-absent') === true;
  if (legacy) conclude(accepted('VALID_WITH_NOTES'), reason('LEGACY_FORMAT'));
}

/** Time-stamp minus claim; null if one is missing. */
export function skewSeconds({ proven, claimed }: SigningTimes): number | null {
  return proven === null || claimed === null ? null : Math.round((proven - claimed) / 1000);
}
