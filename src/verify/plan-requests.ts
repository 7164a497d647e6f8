// What to ask the network about, decided from what is known so far and from nothing else.

import type { Certificate } from '../pki/certificate.ts';
import { fingerprintOf } from '../pki/fingerprint.ts';
import type { Digests } from '../platform/platform.ts';
import type { ChainJudgement } from './judge-chain.ts';
import type { ValidationPolicy } from './policy.ts';

/** The status of one certificate, to be asked of whoever its issuer names. */
export interface RevocationRequest {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
}

/**
 * For one document. A letter with ten signers of two authorities needs twelve requests in one round; more rounds come from
 * chains that only what was fetched completes.
 */
export const REQUEST_LIMITS = { rounds: 3, requests: 24, milliseconds: 10_000 } as const;

/**
 * Lists what is missing, in the order in which judging met it: the status of each certificate on a chain that reaches a
 * trusted anchor, where nothing at hand decides it. Nobody can make us ask with a certificate of their own making.
 *
 * @param chains - as judged with all evidence at hand
 * @param asked - fingerprints of what was asked before, answered or not
 */
export function planRequests(
  chains: readonly ChainJudgement[],
  asked: ReadonlySet<string>,
  { revocation }: Pick<ValidationPolicy, 'revocation'>,
  digests: Digests,
): readonly RevocationRequest[] {
  if (revocation === 'off') return [];
  const planned = new Map<string, RevocationRequest>();
  for (const { anchor, revocations } of chains) {
    if (anchor === null) continue;
    for (const { certificate, issuer, outcome } of revocations) {
      // A revocation stands whatever comes; a hold may have been lifted since.
      if (outcome.status === 'good' || outcome.status === 'revoked') continue;
      const fingerprint = fingerprintOf(certificate, digests);
      if (asked.has(fingerprint) || planned.has(fingerprint)) continue;
      if (asked.size + planned.size < REQUEST_LIMITS.requests) {
        planned.set(fingerprint, { certificate, issuer, fingerprint });
      }
    }
  }
  return [...planned.values()];
}
