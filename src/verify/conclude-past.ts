// Past signature validation (EN 319 102-1, 5.6.2.4): what a chain that does not stand now any more still proves about a signature
// that is proven to be older.

import type { Certificate } from '../pki/certificate.ts';
import type { Conclude } from './conclude-integrity.ts';
import { concludeUnknown } from './conclude-trust.ts';
import type { ChainJudgement, JudgingContext, LinkRevocation } from './judge-chain.ts';
import { judgeRevoked, judgeValidity, reason, type SigningTimes } from './signing-time.ts';
import { type SlidTime, slideValidationTime } from './slide-validation-time.ts';
import { accepted, indeterminate } from './verdict.ts';

/**
 * Revocation and validity of each certificate below the anchor as they stand now, and where they do not, by sliding back.
 * @param current - the chain, judged at the present
 * @returns how far it was slid back; null where nothing had to be
 */
export function concludeBySliding(
  leaf: Certificate,
  current: ChainJudgement,
  times: SigningTimes,
  context: JudgingContext,
  conclude: Conclude,
): SlidTime | null {
  if (current.path === null) return null;
  const proven = times.proven ?? times.now;
  for (const { certificate } of current.revocations) {
    if (proven >= certificate.notBefore) continue;
    const early = judgeValidity(certificate, times, true);
    for (const conclusion of early.conclusions) conclude(conclusion, ...early.reasons);
  }
  const fallen = current.revocations.filter((link) => !standsNow(link, context));
  if (fallen.length === 0) return null;
  const slid = slideValidationTime(current.revocations, current.path, proven, context);
  const passed = slid.lack === null && proven <= slid.time;
  // While everything is in force, asking again answers more than a proof would.
  const past = fallen.some((link) => hasEnded(link, context));
  const lack = slid.lack === 'unproven' && !past ? 'no-evidence' : slid.lack;
  for (const link of fallen) {
    if (passed) concludePassed(link, conclude, context);
    else concludeFallen(link, link.certificate === leaf, times, lack, conclude, context);
  }
  return slid;
}

function hasEnded({ certificate, outcome }: LinkRevocation, { now }: JudgingContext): boolean {
  return outcome.status === 'revoked' || now > certificate.notAfter;
}

function standsNow(link: LinkRevocation, context: JudgingContext): boolean {
  if (hasEnded(link, context)) return false;
  return link.outcome.status === 'good' || context.policy.revocation !== 'require';
}

function concludePassed(
  { certificate, outcome }: LinkRevocation,
  conclude: Conclude,
  { now }: JudgingContext,
): void {
  if (outcome.status === 'revoked') {
    conclude(accepted('REVOKED_LATER'), reason('CERT_REVOKED', { at: outcome.revokedAt }));
  } else if (now > certificate.notAfter) {
    conclude(accepted('VALID_WITH_NOTES'), reason('CERT_EXPIRED_SINCE', { at: certificate.notAfter }));
  }
}

/** As it stands now; where all that is missing is a proof that the evidence is old enough, that is said. */
function concludeFallen(
  { certificate, outcome }: LinkRevocation,
  isLeaf: boolean,
  times: SigningTimes,
  lack: SlidTime['lack'],
  conclude: Conclude,
  context: JudgingContext,
): void {
  const unproven = { ...times, evidenceUnproven: true };
  if (lack === 'unproven') {
    conclude(indeterminate('TIME_UNPROVABLE', 'NO_POE'), reason('TIME_NOT_PROVEN'));
  }
  if (lack === 'signer-ended') {
    const why = reason('REVOCATION_UNKNOWN');
    conclude(indeterminate('UNKNOWN_REVOCATION', 'REVOCATION_OUT_OF_BOUNDS_NO_POE'), why);
  }
  if (outcome.status === 'revoked' && outcome.revokedAt !== null) {
    const revoked = judgeRevoked(outcome.revokedAt, unproven, !isLeaf);
    for (const conclusion of revoked.conclusions) conclude(conclusion, ...revoked.reasons);
  }
  const known = outcome.status === 'good' || outcome.status === 'revoked';
  const validity = judgeValidity(certificate, unproven, known);
  for (const conclusion of validity.conclusions) conclude(conclusion, ...validity.reasons);
  if (!known && context.policy.revocation === 'require' && lack !== 'unproven') {
    concludeUnknown(certificate, outcome, context, conclude);
  }
}
