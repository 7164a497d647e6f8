// What the times say: a certificate's life against the proven, the claimed and the present time.

import type { Instant } from '../asn1/values.ts';
import type { Reason, ReasonCode } from './report.ts';
import { accepted, type Conclusion, failed, indeterminate } from './verdict.ts';

/** The times known about one signature. */
export interface SigningTimes {
  /** U: the earliest time-stamp that covers the signature and was accepted. */
  readonly proven: Instant | null;
  /** That U alone saves nothing, since the evidence about that time is not proven to be as old; it still refutes a claim. */
  readonly evidenceUnproven?: boolean;
  /** L: the latest accepted content time-stamp; the signature is younger. */
  readonly notBefore: Instant | null;
  /** C: what the signer's system claims; proves nothing. */
  readonly claimed: Instant | null;
  readonly now: Instant;
}

export interface TimeJudgement {
  readonly conclusions: readonly Conclusion[];
  readonly reasons: readonly Reason[];
}

export function reason(
  code: ReasonCode,
  values: { at?: Instant | null; name?: string | null; seconds?: number | null } = {},
): Reason {
  return { code, at: values.at ?? null, name: values.name ?? null, seconds: values.seconds ?? null };
}

/** A signature by a certificate that was revoked at `revokedAt`. */
export function judgeRevoked(revokedAt: Instant, times: SigningTimes, ofAuthority: boolean): TimeJudgement {
  const reasons = [reason('CERT_REVOKED', { at: revokedAt })];
  if (times.notBefore !== null && times.notBefore >= revokedAt) {
    return { conclusions: [failed('REVOKED', 'REVOKED')], reasons };
  }
  if (isProvenBy(revokedAt - 1, times)) {
    return { conclusions: [accepted('REVOKED_LATER')], reasons };
  }
  const subIndication = ofAuthority ? 'REVOKED_CA_NO_POE' : 'REVOKED_NO_POE';
  if (claimedAtOrAfter(revokedAt, times)) {
    return { conclusions: [indeterminate('REVOKED', 'REVOKED_NO_POE')], reasons };
  }
  return {
    conclusions: [indeterminate('TIME_UNPROVABLE', subIndication)],
    reasons: [...reasons, reason('TIME_NOT_PROVEN')],
  };
}

/**
 * The certificate's validity against the times.
 * @param knownGood - whether it is known that the certificate was not revoked at the proven time (or now)
 */
export function judgeValidity(
  certificate: { readonly notBefore: Instant; readonly notAfter: Instant },
  times: SigningTimes,
  knownGood: boolean,
): TimeJudgement {
  const { notBefore, notAfter } = certificate;
  // That the document exists now is a proof too: what is signed before its certificate starts can only get older.
  if ((times.proven ?? times.now) < notBefore) {
    const reasons = [reason('CERT_NOT_STARTED', { at: notBefore })];
    return { conclusions: [failed('NOT_YET_VALID', 'NOT_YET_VALID')], reasons };
  }
  if (times.now <= notAfter) return { conclusions: [], reasons: [] };
  if (times.notBefore !== null && times.notBefore > notAfter) {
    const reasons = [reason('CERT_EXPIRED', { at: notAfter })];
    return { conclusions: [failed('EXPIRED_AT_SIGNING', 'EXPIRED')], reasons };
  }
  if (isProvenBy(notAfter, times)) {
    if (!knownGood) return { conclusions: [], reasons: [] };
    return {
      conclusions: [accepted('VALID_WITH_NOTES')],
      reasons: [reason('CERT_EXPIRED_SINCE', { at: notAfter })],
    };
  }
  const reasons = [reason('CERT_EXPIRED', { at: notAfter })];
  const subIndication = knownGood ? 'OUT_OF_BOUNDS_NOT_REVOKED' : 'OUT_OF_BOUNDS_NO_POE';
  if (claimedAtOrAfter(notAfter, times)) {
    return { conclusions: [indeterminate('EXPIRED_AT_SIGNING', subIndication)], reasons };
  }
  return {
    conclusions: [indeterminate('TIME_UNPROVABLE', subIndication)],
    reasons: [...reasons, reason('TIME_NOT_PROVEN')],
  };
}

function isProvenBy(limit: Instant, { proven, evidenceUnproven }: SigningTimes): boolean {
  return proven !== null && proven <= limit && evidenceUnproven !== true;
}

/** The signer's own system says that it signed at or after `limit`, and no time-stamp contradicts it. */
function claimedAtOrAfter(limit: Instant, times: SigningTimes): boolean {
  const claims = times.claimed !== null && times.claimed >= limit;
  return claims && (times.proven === null || times.proven >= limit);
}
