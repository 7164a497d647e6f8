// What is concluded from outside a signature: who issued the certificate, whether it was revoked, when it was used.

import { hex } from '../asn1/values.ts';
import type { SignerCheck } from '../cms/check-signer.ts';
import type { Certificate } from '../pki/certificate.ts';
import { checkSignerKeyUsage } from '../pki/key-usage.ts';
import type { Conclude } from './conclude-integrity.ts';
import type { ChainJudgement, JudgingContext } from './judge-chain.ts';
import type { TimestampJudgement } from './judge-timestamp.ts';
import type { ReasonCode, SubIndication } from './report.ts';
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
    conclude(indeterminate('UNKNOWN_ISSUER', subIndicationOf(chain)), reason('ISSUER_NOT_LISTED'));
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

function subIndicationOf({ failure }: ChainJudgement): SubIndication {
  if (failure === 'no-path') return 'NO_CERTIFICATE_CHAIN_FOUND';
  return failure === 'anchor-purpose' ? 'CHAIN_CONSTRAINTS_FAILURE' : 'CERTIFICATE_CHAIN_GENERAL_FAILURE';
}

/** Revocation and validity of each certificate below the anchor. */
export function concludeRevocation(
  leaf: Certificate,
  chain: ChainJudgement,
  times: SigningTimes,
  context: JudgingContext,
  conclude: Conclude,
): void {
  for (const { certificate, outcome } of chain.revocations) {
    const known = outcome.status === 'good' || outcome.status === 'revoked';
    if (outcome.status === 'revoked' && outcome.revokedAt !== null) {
      const revoked = judgeRevoked(outcome.revokedAt, times, certificate !== leaf);
      for (const conclusion of revoked.conclusions) conclude(conclusion, ...revoked.reasons);
    }
    const optional = context.policy.revocation !== 'require';
    const validity = judgeValidity(certificate, times, known || optional);
    for (const conclusion of validity.conclusions) conclude(conclusion, ...validity.reasons);
    if (known) continue;
    if (optional) conclude(accepted('VALID_WITH_NOTES'), reason('REVOCATION_NOT_CHECKED'));
    else {
      const ended = times.now > certificate.notAfter ? { at: certificate.notAfter } : {};
      const why = revocationReason(certificate, outcome, context);
      conclude(indeterminate('UNKNOWN_REVOCATION', 'TRY_LATER'), reason(why, ended));
    }
  }
}

function revocationReason(
  certificate: Certificate,
  outcome: ChainJudgement['revocations'][number]['outcome'],
  context: JudgingContext,
): ReasonCode {
  if (outcome.status === 'on-hold') return 'CERT_ON_HOLD';
  if (context.unreachable.has(hex(context.digests.of('sha256', certificate.der))))
    return 'REVOCATION_UNREACHABLE';
  return outcome.findings.includes('evidence-not-bound') ? 'EVIDENCE_NOT_BOUND' : 'REVOCATION_UNKNOWN';
}

// Below a minute the two clocks agree well enough that nobody asks why they differ.
const NOTICEABLE_SKEW_SECONDS = 60;

export function concludeTime(
  check: SignerCheck | null,
  times: SigningTimes,
  timestamps: readonly TimestampJudgement[],
  context: JudgingContext,
  conclude: Conclude,
): void {
  if (timestamps.some(({ status }) => status === 'rejected')) conclude(null, reason('TIMESTAMP_REJECTED'));
  const used = timestamps.find(({ genTime, status }) => status !== 'rejected' && genTime === times.proven);
  if (used === undefined) conclude(accepted('VALID_WITH_NOTES'), reason('NO_TIMESTAMP'));
  else if (used.status === 'undetermined') {
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
