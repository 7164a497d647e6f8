// The services asked once, as a signature would ask them: one time-stamp, and the revocation data of signer and authority.

import { parseTimestampToken } from '../cms/timestamp-token.ts';
import type { Certificate } from '../pki/certificate.ts';
import { commonNameOf } from '../pki/name.ts';
import type { AnchorPurpose } from '../pki/trust-list.ts';
import {
  type ChainQuestion,
  collectChainEvidence,
  type EvidenceContext,
  type UnavailableCertificate,
} from './chain-evidence.ts';
import { TrustServiceFailed } from './errors.ts';
import type { Blockers } from './forecast-findings.ts';
import type { RevocationSource, TimestampSource } from './ports.ts';
import { identifyStamp } from './signed-items.ts';
import type { ValidationMaterial } from './validation-material.ts';

/** What asking one kind of source about one certificate brought. */
export interface TriedSource {
  /** Common name. */
  readonly subject: string;
  readonly source: 'ocsp' | 'crl';
  readonly result: 'answered' | 'failed';
  readonly reason: string | null;
}

export interface ChainForecast {
  readonly chain: 'signer' | 'timestamp';
  /** Whether the evidence that B-LT stores is complete. */
  readonly complete: boolean;
  readonly tried: readonly TriedSource[];
  /** What is missing, and why; empty where `complete`. */
  readonly missing: readonly UnavailableCertificate[];
}

/** One token over something that nobody signed. @throws TrustServiceFailed */
export function probeTimestamp(
  timestamps: TimestampSource,
  { platform, signal }: Pick<EvidenceContext, 'platform' | 'signal'>,
): Promise<Uint8Array> {
  return timestamps.stamp({ algorithm: 'sha256', digest: platform.randomBytes(32) }, signal);
}

/** The evidence for the authority that made the token. */
export async function forecastTimestampChain(
  der: Uint8Array,
  material: ValidationMaterial,
  context: EvidenceContext,
  blockers: Blockers,
): Promise<ChainForecast | null> {
  const token = parseTimestampToken(der);
  material.addSignedData(token.signedData);
  const stamp = await identifyStamp(token, null, material, context);
  if (stamp === null) return null;
  return forecastChain('timestamp', stamp.certificate, stamp.genTime, material, context, blockers);
}

/** Collects what B-LT would store, and remembers what was tried for it. What is missing joins the blockers. */
export async function forecastChain(
  chain: ChainForecast['chain'],
  leaf: Certificate,
  time: ChainQuestion['time'],
  material: ValidationMaterial,
  context: EvidenceContext,
  blockers: Blockers,
): Promise<ChainForecast | null> {
  const tried: TriedSource[] = [];
  const purpose: AnchorPurpose = chain === 'signer' ? 'signature' : 'timestamp';
  const { revocation } = context;
  const recorded = { ...context, revocation: revocation === null ? null : recording(revocation, tried) };
  const outcome = await blockers.attempt(() =>
    collectChainEvidence({ leaf, purpose, time }, material, recorded),
  );
  if (outcome === null) return { chain, complete: false, tried, missing: [] };
  if (outcome.status === 'complete') return { chain, complete: true, tried, missing: [] };
  blockers.add(new TrustServiceFailed('revocation-unavailable', { certificates: outcome.certificates }));
  return { chain, complete: false, tried, missing: outcome.certificates };
}

function recording(source: RevocationSource, tried: TriedSource[]): RevocationSource {
  return {
    fetch: async (certificate, issuer, signal, since) => {
      const found = await source.fetch(certificate, issuer, signal, since);
      const subject = commonNameOf(certificate.subject) ?? '';
      for (const { kind, reason } of found.failures)
        tried.push({ subject, source: kind, result: 'failed', reason });
      for (const kind of ['ocsp', 'crl'] as const) {
        const failed = found.failures.some((failure) => failure.kind === kind);
        if (found[kind] !== null && !failed)
          tried.push({ subject, source: kind, result: 'answered', reason: null });
      }
      return found;
    },
  };
}
