// The verification report as the service hands it out, wired: drawn in a worker, sealed with the service's own key, and verified.

import type { Config } from './config.ts';
import type { DocumentPool } from './document-pool.ts';
import type { PaperOrder, ReportPaper } from './http/ports.ts';
import { HttpProblem } from './http/problems.ts';
import {
  bytesSource,
  type Instant,
  type Level,
  type RevocationSource,
  type SignRequest,
  signAndVerify,
  signedBytes,
  type TimestampSource,
  type TrustList,
  type ValidationPolicy,
  type VerificationReport,
} from './index.ts';
import { commonNameOf } from './pki/name.ts';
import { nodePlatform } from './platform/node.ts';
import { WorkerFailed } from './platform/worker-pool.ts';
import type { ServiceSeal } from './service-seal.ts';

export interface ReportWiring {
  readonly config: Pick<
    Config,
    'production' | 'timeZone' | 'commit' | 'signDeadlineMs' | 'defaultLevel' | 'revocationFreshness'
  >;
  readonly version: string;
  readonly clock: () => Instant;
  /** The list in force at this moment. */
  readonly trustList: () => TrustList;
  readonly policy: ValidationPolicy;
  readonly documents: Pick<DocumentPool, 'paper'>;
  /** The service's own key; null where none is configured. */
  readonly seal: Pick<ServiceSeal, 'certificate' | 'signer'> | null;
  readonly timestamps: TimestampSource | null;
  readonly revocation: RevocationSource;
}

/**
 * Draws a report, and seals it where there is a key for it; never with less than is configured.
 * @throws HttpProblem `report-unavailable`, `overloaded`; the signal's reason
 */
export async function reportOnPaper(
  report: VerificationReport,
  order: PaperOrder,
  wiring: ReportWiring,
): Promise<ReportPaper> {
  const { seal } = wiring;
  const drawn = await draw(report, order, wiring);
  if (seal === null) return { file: drawn, sealed: false };
  try {
    return { file: await sealed(drawn, { ...wiring, seal }, order.signal), sealed: true };
  } catch (error) {
    if (order.signal.aborted) throw error;
    throw new HttpProblem('report-unavailable', {}, [], error);
  }
}

async function draw(
  report: VerificationReport,
  { language, requestId, fileName, signal }: PaperOrder,
  { config, version, documents, seal }: ReportWiring,
): Promise<Uint8Array> {
  const sheet = {
    language,
    requestId,
    fileName,
    timeZone: config.timeZone,
    tool: { version, commit: config.commit },
    sealedBy: seal === null ? null : (commonNameOf(seal.certificate.subject) ?? ''),
    development: !config.production,
  };
  try {
    return await documents.paper(report, sheet, { signal, timeoutMs: config.signDeadlineMs });
  } catch (error) {
    if (signal.aborted) throw error;
    const full = error instanceof WorkerFailed && error.code === 'overloaded';
    throw new HttpProblem(full ? 'overloaded' : 'report-unavailable', {}, [], error);
  }
}

/** Nothing may be added to it any more, which every reader shows (ISO 32000-2, 12.8.2.2). */
const REQUEST: Omit<SignRequest, 'level'> = {
  fieldName: null,
  newFieldName: 'segel_laporan',
  placement: null,
  appearance: null,
  reason: null,
  location: null,
  contactInfo: null,
  algorithm: null,
  certification: 'no-changes',
};

async function sealed(
  drawn: Uint8Array,
  { config, clock, trustList, policy, seal, timestamps, revocation }: ReportWiring & { seal: ServiceKey },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const level: Level = timestamps === null ? 'B-B' : config.defaultLevel;
  const { signed } = await signAndVerify(
    bytesSource(drawn),
    { ...REQUEST, level },
    {
      platform: nodePlatform,
      signer: seal.signer,
      activation: { kind: 'none' },
      timestamps,
      revocation,
      freshness: config.revocationFreshness,
      now: clock(),
      timeZone: config.timeZone,
      signal,
      verification: { trustList: trustList(), policy },
      earlierBroken: 'refuse',
      developmentKeys: config.production ? 'refuse' : 'allow',
    },
  );
  return signedBytes(signed);
}

type ServiceKey = NonNullable<ReportWiring['seal']>;
