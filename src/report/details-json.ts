// The details of a signature in the machine-readable answer: the same members, times as RFC 3339.

import type { Instant } from '../asn1/values.ts';
import type {
  BlockResult,
  CertificateDetails,
  RevocationDetails,
  SignatureDetails,
  SlidingDetails,
  TimestampDetails,
} from '../verify/report-details.ts';
import { printableClaim } from './printable.ts';
import { rfc3339 } from './time-text.ts';

/** The same shape with every instant as text. */
type Written<T> = { readonly [K in keyof T]: T[K] };

export type CertificateAnswer = Omit<
  Written<CertificateDetails>,
  'der' | 'notBefore' | 'notAfter' | 'provenSince' | 'revocation'
> & {
  readonly notBefore: string;
  readonly notAfter: string;
  readonly provenSince: string;
  readonly revocation: RevocationDetailsAnswer | null;
};

export type RevocationDetailsAnswer = Omit<
  Written<RevocationDetails>,
  'thisUpdate' | 'nextUpdate' | 'revokedAt' | 'provenSince'
> & {
  readonly thisUpdate: string | null;
  readonly nextUpdate: string | null;
  readonly revokedAt: string | null;
  readonly provenSince: string | null;
};

export type TimestampDetailsAnswer = Omit<Written<TimestampDetails>, 'genTime' | 'chain'> & {
  readonly genTime: string | null;
  readonly chain: readonly CertificateAnswer[];
};

export interface SlidingAnswer {
  readonly time: string;
  readonly lack: SlidingDetails['lack'];
  readonly steps: readonly {
    readonly certificate: string;
    readonly cause: SlidingDetails['steps'][number]['cause'];
    readonly to: string;
  }[];
}

export type DetailsAnswer = Omit<
  Written<SignatureDetails>,
  'chain' | 'timestamps' | 'provenSince' | 'sliding'
> & {
  readonly chain: readonly CertificateAnswer[];
  readonly timestamps: readonly TimestampDetailsAnswer[];
  readonly provenSince: string;
  readonly sliding: SlidingAnswer | null;
};

export function detailsAnswer(details: SignatureDetails | null): DetailsAnswer | null {
  if (details === null) return null;
  const { digestAlgorithm, signatureAlgorithm, signatureValue, signedDigest, standard } = details;
  return {
    blocks: details.blocks.map(blockAnswer),
    chain: details.chain.map(certificateAnswer),
    timestamps: details.timestamps.map(timestampAnswer),
    digestAlgorithm,
    signatureAlgorithm,
    signatureValue,
    signedDigest,
    provenSince: rfc3339(details.provenSince),
    sliding: slidingAnswer(details.sliding),
    standard: { indication: standard.indication, subIndication: standard.subIndication },
  };
}

function blockAnswer({ block, clause, indication, subIndication, findings }: BlockResult): BlockResult {
  return { block, clause, indication, subIndication, findings: findingAnswers(findings) };
}

function findingAnswers(findings: BlockResult['findings']): BlockResult['findings'] {
  return findings.map(({ code, effect, where }) => ({ code, effect, where: printableClaim(where) }));
}

function certificateAnswer(certificate: CertificateDetails): CertificateAnswer {
  const { subject, issuer, serial, fingerprint, notBefore, notAfter, anchor, provenSince } = certificate;
  return {
    subject: printableClaim(subject),
    issuer: printableClaim(issuer),
    serial,
    fingerprint,
    notBefore: rfc3339(notBefore),
    notAfter: rfc3339(notAfter),
    anchor,
    provenSince: rfc3339(provenSince),
    revocation: revocationAnswer(certificate.revocation),
  };
}

function revocationAnswer(revocation: RevocationDetails | null): RevocationDetailsAnswer | null {
  if (revocation === null) return null;
  const { status, source, item, thisUpdate, nextUpdate, revokedAt, reason, provenSince, findings } =
    revocation;
  return {
    status,
    source,
    item,
    thisUpdate: timeOrNull(thisUpdate),
    nextUpdate: timeOrNull(nextUpdate),
    revokedAt: timeOrNull(revokedAt),
    reason,
    provenSince: timeOrNull(provenSince),
    findings,
  };
}

function timestampAnswer(stamp: TimestampDetails): TimestampDetailsAnswer {
  const { kind, token, status, subIndication, genTime, accuracyMs, authority, chain, findings } = stamp;
  return {
    kind,
    token,
    status,
    subIndication,
    genTime: timeOrNull(genTime),
    accuracyMs,
    authority: authority === null ? null : printableClaim(authority),
    chain: chain.map(certificateAnswer),
    findings: findingAnswers(findings),
  };
}

function slidingAnswer(sliding: SlidingDetails | null): SlidingAnswer | null {
  if (sliding === null) return null;
  const { time, lack, steps } = sliding;
  return {
    time: rfc3339(time),
    lack,
    steps: steps.map(({ certificate, cause, to }) => ({ certificate, cause, to: rfc3339(to) })),
  };
}

function timeOrNull(instant: Instant | null): string | null {
  return instant === null ? null : rfc3339(instant);
}
