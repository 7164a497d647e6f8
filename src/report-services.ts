// The verification report as the service hands it out, wired: drawn in a worker, sealed with the service's own key, and verified.

import type { Config } from './config.ts';
import type { DocumentPool } from './document-pool.ts';
import type { PaperOrder, ReportPaper } from './http/ports.ts';
import { HttpProblem } from './http/problems.ts';
import type {
  Instant,
  RevocationSource,
  TimestampSource,
  TrustList,
  ValidationPolicy,
  VerificationReport,
} from './index.ts';
import { commonNameOf } from './pki/name.ts';
import { nodePlatform } from './platform/node.ts';
import { WorkerFailed } from './platform/worker-pool.ts';
import { type ReportKey, sealReport } from './seal-report.ts';

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
  readonly key: ReportKey | null;
  /** Whose service it is; null: nobody's in particular. */
  readonly agency: Readonly<Record<'id' | 'en', string>> | null;
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
  const { key } = wiring;
  const drawn = await draw(report, order, wiring);
  if (key === null) return { file: drawn, sealed: false };
  try {
    return { file: await seal(drawn, key, wiring, order.signal), sealed: true };
  } catch (error) {
    if (order.signal.aborted) throw error;
    throw new HttpProblem('report-unavailable', {}, [], error);
  }
}

async function draw(
  report: VerificationReport,
  { language, requestId, fileName, signal }: PaperOrder,
  { config, version, documents, key, agency }: ReportWiring,
): Promise<Uint8Array> {
  const sheet = {
    language,
    requestId,
    fileName,
    timeZone: config.timeZone,
    tool: { version, commit: config.commit },
    sealedBy: key === null ? null : (commonNameOf(key.certificate.subject) ?? ''),
    development: !config.production,
    agency,
  };
  try {
    return await documents.paper(report, sheet, { signal, timeoutMs: config.signDeadlineMs });
  } catch (error) {
    if (signal.aborted) throw error;
    const full = error instanceof WorkerFailed && error.code === 'overloaded';
    throw new HttpProblem(full ? 'overloaded' : 'report-unavailable', {}, [], error);
  }
}

function seal(
  drawn: Uint8Array,
  key: ReportKey,
  { config, clock, trustList, policy, timestamps, revocation }: ReportWiring,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const level = timestamps === null ? 'B-B' : config.defaultLevel;
  return sealReport(drawn, level, key, {
    platform: nodePlatform,
    timestamps,
    revocation,
    freshness: config.revocationFreshness,
    now: clock(),
    timeZone: config.timeZone,
    signal,
    verification: { trustList: trustList(), policy },
    developmentKeys: config.production ? 'refuse' : 'allow',
  });
}
