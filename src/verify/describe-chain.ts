// Chains, time-stamps and sliding in the words of the details.

import { hex } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import { nameText } from '../pki/name.ts';
import type { RevocationOutcome } from '../pki/revocation.ts';
import type { ChainJudgement, JudgingContext } from './judge-chain.ts';
import type { TimestampJudgement } from './judge-timestamp.ts';
import type {
  CertificateDetails,
  RevocationDetails,
  SlidingDetails,
  TimestampDetails,
} from './report-details.ts';
import type { SlidTime } from './slide-validation-time.ts';

/** The certificate first, the anchor last; the best attempt where no anchor was reached. */
export function describeChain(
  chain: ChainJudgement | null,
  context: JudgingContext,
): readonly CertificateDetails[] {
  if (chain === null) return [];
  const below = chain.certificates.map((certificate, i) =>
    describeCertificate(certificate, chain.revocations[i]?.outcome ?? null, false, context),
  );
  const { anchor } = chain;
  return anchor === null ? below : [...below, describeCertificate(anchor.certificate, null, true, context)];
}

function describeCertificate(
  certificate: Certificate,
  outcome: RevocationOutcome | null,
  anchor: boolean,
  context: JudgingContext,
): CertificateDetails {
  const { digests, proofs } = context;
  return {
    der: certificate.der,
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    serial: hex(certificate.serialNumber),
    fingerprint: hex(digests.of('sha256', certificate.der)),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    anchor,
    provenSince: proofs.of(certificate.der),
    revocation: outcome === null ? null : describeRevocation(outcome, context),
  };
}

function describeRevocation(
  outcome: RevocationOutcome,
  { digests, proofs }: JudgingContext,
): RevocationDetails {
  const { status, source, item, thisUpdate, nextUpdate, revokedAt, reason, findings } = outcome;
  return {
    status,
    source,
    item: item === null ? null : hex(digests.of('sha256', item)),
    thisUpdate,
    nextUpdate,
    revokedAt,
    reason,
    provenSince: item === null ? null : proofs.of(item),
    findings,
  };
}

export function describeTimestamp(
  kind: TimestampDetails['kind'],
  judgement: TimestampJudgement,
  context: JudgingContext,
): TimestampDetails {
  const { status, refusal, token, genTime, accuracyMs, authority, chain, findings } = judgement;
  return {
    kind,
    token: token === null ? null : hex(context.digests.of('sha256', token)),
    status,
    subIndication: status === 'undetermined' ? 'TRY_LATER' : refusal,
    genTime: Number.isNaN(genTime) ? null : genTime,
    accuracyMs,
    authority,
    chain: describeChain(chain, context),
    findings,
  };
}

export function describeSliding(slid: SlidTime | null, { digests }: JudgingContext): SlidingDetails | null {
  if (slid === null) return null;
  const { time, lack, steps } = slid;
  return {
    time,
    lack,
    steps: steps.map(({ certificate, cause, to }) => ({
      certificate: hex(digests.of('sha256', certificate.der)),
      cause,
      to,
    })),
  };
}
