// Validation-time sliding (EN 319 102-1, 5.6.2.2): until when it can still be shown, with evidence that is itself proven to be old
// enough, that every certificate of a chain was good. From the anchor down, each step may only go back in time.

import type { Instant } from '../asn1/values.ts';
import { checkScheme, endOf } from '../pki/algorithm-policy.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { TrustedPath } from '../pki/path.ts';
import { latestStatement, type RevocationOutcome, speaksUntil } from '../pki/revocation.ts';
import type { JudgingContext, LinkRevocation } from './judge-chain.ts';

/** Why the time moved, for the details of a report. */
export type SlideCause = 'revoked' | 'not-fresh' | 'certificate-ended' | 'algorithm-ended';

export interface SlideStep {
  readonly certificate: Certificate;
  readonly cause: SlideCause;
  readonly to: Instant;
}

export interface SlidTime {
  /** What is proven to be older than this was made while the whole chain was good. */
  readonly time: Instant;
  /**
   * `no-evidence`: nothing at all speaks about a certificate; `unproven`: what speaks about it, or it itself, is not proven to be
   * old enough; `signer-ended`: it was signed by somebody whose own certificate had ended by then. Null: every step was possible.
   */
  readonly lack: 'no-evidence' | 'unproven' | 'signer-ended' | null;
  readonly steps: readonly SlideStep[];
}

/**
 * @param links - the certificates below the anchor with their issuers, the leaf's first
 * @param leafProof - since when the leaf is known to have existed
 */
export function slideValidationTime(
  links: readonly Pick<LinkRevocation, 'certificate' | 'issuer'>[],
  path: TrustedPath,
  leafProof: Instant,
  context: JudgingContext,
): SlidTime {
  const steps: SlideStep[] = [];
  let time = context.now;
  for (const [above, { certificate, issuer }] of links.toReversed().entries()) {
    const isLeaf = above === links.length - 1;
    const proven = Math.min(context.proofs.of(certificate.der), isLeaf ? leafProof : context.now);
    const { statement, unproven } = statementBefore(time, certificate, issuer, path, context);
    if (context.policy.revocation === 'require') {
      const lack = lackOf(statement, unproven || proven > time, context);
      if (lack !== null) return { time, lack, steps };
    }
    for (const [cause, to] of boundsOf(certificate, issuer, statement, isLeaf, time, context)) {
      if (to >= time) continue;
      time = to;
      steps.push({ certificate, cause, to });
    }
  }
  return { time, lack: null, steps };
}

/** The newest item that was issued by then and is proven to have existed by then; whether there are only others. */
function statementBefore(
  time: Instant,
  certificate: Certificate,
  issuer: Certificate,
  path: TrustedPath,
  { pool, proofs, trustList, verified, digests, now }: JudgingContext,
): { readonly statement: RevocationOutcome; readonly unproven: boolean } {
  const proven = ({ der }: { readonly der: Uint8Array }): boolean => proofs.of(der) <= time;
  const question = {
    certificate,
    issuer,
    time,
    now,
    pool: [...pool.certificates, ...trustList.intermediates],
    verified,
    digests,
    path,
  };
  const statement = latestStatement({
    ...question,
    crls: pool.crls.filter(proven),
    ocsps: pool.ocsps.filter(proven),
  });
  if (statement.item !== null) return { statement, unproven: false };
  const anyhow = latestStatement({ ...question, crls: pool.crls, ocsps: pool.ocsps, time: now });
  return { statement, unproven: anyhow.item !== null };
}

function lackOf(
  { item, signer, status }: RevocationOutcome,
  unproven: boolean,
  { proofs }: JudgingContext,
): SlidTime['lack'] {
  if (unproven) return 'unproven';
  if (item === null || status === 'on-hold' || status === 'unknown') return 'no-evidence';
  return signer !== null && proofs.of(item) > signer.notAfter ? 'signer-ended' : null;
}

function* boundsOf(
  certificate: Certificate,
  issuer: Certificate,
  statement: RevocationOutcome,
  isLeaf: boolean,
  time: Instant,
  { policy, proofs }: JudgingContext,
): Generator<readonly [SlideCause, Instant]> {
  const { status, revokedAt, thisUpdate, nextUpdate, scheme, signer } = statement;
  if (status === 'revoked' && revokedAt !== null) yield ['revoked', revokedAt];
  if (status === 'good' && thisUpdate !== null) {
    const until = speaksUntil({ thisUpdate, nextUpdate });
    // A signer's key may have been stolen just before the next list; the lists about authorities are long-lived.
    if (time > until) yield ['not-fresh', isLeaf ? thisUpdate : until];
  }
  yield ['certificate-ended', certificate.notAfter];
  const ended = (of: typeof scheme, key: Certificate | null): Instant | null =>
    of === null || key === null ? null : pastEnd(of, key, policy.algorithms, time);
  const link = ended(certificate.signatureAlgorithm.scheme, issuer);
  if (link !== null && proofs.of(certificate.der) > link) yield ['algorithm-ended', link];
  const answer = ended(scheme, signer);
  if (answer !== null && statement.item !== null && proofs.of(statement.item) > answer)
    yield ['algorithm-ended', answer];
}

function pastEnd(
  scheme: Parameters<typeof checkScheme>[0],
  signer: Certificate,
  policy: Parameters<typeof checkScheme>[3],
  time: Instant,
): Instant | null {
  const judgement = checkScheme(scheme, signer.publicKey, time, policy);
  return judgement.verdict === 'weak' ? endOf(judgement) : null;
}
