// What the failure or the revocation of an authority means for what it issued.

import type { Instant } from '../asn1/values.ts';
import type { ChainJudgement } from './judge-chain.ts';
import type { ProofsOfExistence } from './proofs-of-existence.ts';
import type { SubIndication } from './report.ts';

// unspecified, affiliationChanged, superseded, cessationOfOperation: the key itself was not lost.
const HARMLESS_REASONS = new Set([0, 3, 4, 5]);

/** Whether a revocation for this CRLReason leaves alone what was made before it; one without a reason does not. */
export function isHarmlessReason(reason: number | null): boolean {
  return reason !== null && HARMLESS_REASONS.has(reason);
}

/**
 * Whether what is known about the certificates below a revoked one is older than the revocation: with the stolen key of an
 * authority, certificates and evidence of any date could be made.
 * @param revoked - the place of the revoked certificate, the leaf's is 0
 * @param leafProof - since when the leaf is known to have existed
 */
export function isEvidenceProvenBefore(
  revokedAt: Instant,
  { revocations }: ChainJudgement,
  revoked: number,
  leafProof: Instant,
  proofs: ProofsOfExistence,
): boolean {
  return revocations.slice(0, revoked).every(({ certificate, outcome }, i) => {
    const certificateProof = i === 0 ? leafProof : proofs.of(certificate.der);
    const evidenced = outcome.item === null || proofs.of(outcome.item) < revokedAt;
    return certificateProof < revokedAt && evidenced;
  });
}

/** The word of EN 319 102-1 for a chain that leads to no anchor. */
export function chainFailure(chain: Pick<ChainJudgement, 'failure'> | null): SubIndication {
  switch (chain?.failure) {
    case undefined:
      return 'NO_SIGNING_CERTIFICATE_FOUND';
    case null:
    case 'no-path':
      return 'NO_CERTIFICATE_CHAIN_FOUND';
    case 'anchor-purpose':
      return 'CHAIN_CONSTRAINTS_FAILURE';
    default:
      return 'CERTIFICATE_CHAIN_GENERAL_FAILURE';
  }
}
