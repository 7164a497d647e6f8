// What the service measures, wired: its faces counted, its state read when the figures are asked for.

import { createHash } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Config } from './config.ts';
import type { DocumentPool } from './document-pool.ts';
import type { AppServices, SigningOutcome } from './http/ports.ts';
import { problemOf } from './http/problem-of-error.ts';
import { type BatchOutcome, type Instant, parseCertificate, type TrustList } from './index.ts';
import type { Labels } from './metrics/registry.ts';
import type { ServiceMetrics } from './metrics/service-metrics.ts';
import type { OpenSigners } from './open-signers.ts';
import { traced } from './tracing/trace-context.ts';
import type { RevocationService } from './trust-services/revocation-client.ts';
import type { TimestampService } from './trust-services/timestamp-client.ts';

type Counted = Pick<AppServices, 'verify' | 'verifyStatement' | 'sign' | 'signBatch' | 'raise' | 'twoSteps'>;

/** The same services, with what comes out of them counted. */
export function countOutcomes(
  services: Counted,
  metrics: ServiceMetrics,
  signers: Pick<OpenSigners, 'registry'>,
): Counted {
  const { twoSteps } = services;
  const kindOf = (name: string): string => keyKind(signers.registry().find(name)?.uri);
  const signing = <T>(level: string, kind: string, work: () => Promise<T>): Promise<T> =>
    counted(metrics, { level, kind }, work);
  return {
    verify: async (...asked) => {
      const report = await timed(metrics, { stage: 'verify' }, () => services.verify(...asked));
      metrics.verdicts.add({ verdict: report.verdict });
      return report;
    },
    verifyStatement: async (...asked) => {
      const report = await timed(metrics, { stage: 'verify' }, () => services.verifyStatement(...asked));
      metrics.verdicts.add({ verdict: report.verdict });
      return report;
    },
    sign: (order) => signing(order.level, kindOf(order.claim.signer), () => services.sign(order)),
    raise: (order) => signing(order.level, 'none', () => services.raise(order)),
    signBatch: async (order) => {
      const labels = { level: order.level, kind: kindOf(order.claim.signer) };
      return countEach(
        await unlessRefused(metrics, labels, () => services.signBatch(order)),
        metrics,
        labels,
      );
    },
    twoSteps:
      twoSteps === null
        ? null
        : {
            prepare: (order) => twoSteps.prepare(order),
            complete: (order) => signingElsewhere(metrics, () => twoSteps.complete(order)),
          },
  };
}

async function counted<T>(metrics: ServiceMetrics, labels: Labels, work: () => Promise<T>): Promise<T> {
  const outcome = await unlessRefused(metrics, labels, () => timed(metrics, { stage: 'sign' }, work));
  metrics.signatures.add({ result: 'signed', ...labels });
  return outcome;
}

/** The level is known once the token was opened. */
async function signingElsewhere(
  metrics: ServiceMetrics,
  work: () => Promise<SigningOutcome>,
): Promise<SigningOutcome> {
  const kind = 'elsewhere';
  const outcome = await unlessRefused(metrics, { level: 'unknown', kind }, work);
  metrics.signatures.add({ result: 'signed', level: outcome.level, kind });
  return outcome;
}

async function unlessRefused<T>(metrics: ServiceMetrics, labels: Labels, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    metrics.signatures.add({ result: problemOf(error).code, ...labels });
    throw error;
  }
}

async function timed<T>(metrics: ServiceMetrics, labels: Labels, work: () => Promise<T>): Promise<T> {
  const begunMs = performance.now();
  try {
    return await traced({ name: labels.stage ?? 'stage', kind: 'internal', attributes: {} }, work);
  } finally {
    metrics.stages.observe(labels, (performance.now() - begunMs) / 1000);
  }
}

async function* countEach<L>(
  outcomes: AsyncIterable<BatchOutcome<L>>,
  { signatures }: ServiceMetrics,
  labels: Labels,
): AsyncGenerator<BatchOutcome<L>> {
  for await (const outcome of outcomes) {
    const result = outcome.status === 'failed' ? problemOf(outcome.error).code : outcome.status;
    signatures.add({ result, ...labels });
    yield outcome;
  }
}

/** The scheme of a signer's URI; the rest of it may hold an account. */
function keyKind(uri: string | undefined): string {
  return /^([a-z][a-z0-9+-]{0,20}):/.exec(uri ?? '')?.[1] ?? 'unknown';
}

export interface ObservedState {
  readonly config: Config;
  readonly version: string;
  readonly clock: () => Instant;
  readonly signers: OpenSigners;
  readonly documents: DocumentPool;
  readonly trustList: () => TrustList;
  readonly trustRefusals: () => number;
  readonly timestamps: TimestampService | null;
  readonly revocation: RevocationService;
}

// A hundred officials are shown, the soonest to expire first.
const MOST_CERTIFICATES = 100;
const LOOP_RESOLUTION_MS = 10;

/** Declares what is read when the figures are asked for. @returns lets go of what measures */
export function observeState({ registry }: ServiceMetrics, state: ObservedState): () => void {
  const { config, clock, documents, timestamps, revocation, trustList } = state;
  const one = (value: number): [Labels, number][] => [[{}, value]];
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  delay.enable();
  registry.gauge('tte_build_info', 'What runs here.', () => [
    [{ version: state.version, commit: config.commit }, 1],
  ]);
  registry.gauge('tte_documents_waiting', 'Documents that wait for a worker.', () => one(documents.waiting));
  registry.gauge('tte_workers_busy', 'Workers that read a document.', () => one(documents.busy));
  registry.counted('tte_worker_restarts_total', 'Workers lost under a document and replaced.', () =>
    one(documents.restarts),
  );
  registry.gauge(
    'tte_signing_certificate_expiry_timestamp_seconds',
    'End of validity of the certificates that are soonest to expire, by the beginning of their SHA-256.',
    () => soonestToExpire(state.signers),
  );
  registry.gauge('tte_trust_list_age_seconds', 'Since the trust list in force was made.', () =>
    one((clock() - trustList().asOf) / 1000),
  );
  registry.counted(
    'tte_trust_list_refusals_total',
    'Trust folders that were refused; the list before stayed.',
    () => one(state.trustRefusals()),
  );
  registry.gauge(
    'tte_clock_offset_seconds',
    "Time-stamp authorities' clock minus ours, at the last answer.",
    () => {
      const last = timestamps?.clockComparison() ?? null;
      return last === null ? [] : one(last.offsetMs / 1000);
    },
  );
  registry.gauge('tte_circuit_state', '1 where a service is left alone because it keeps failing.', () => [
    ...(timestamps?.troubles() ?? []).map(
      (trouble, i) => [{ name: authorityName(i) }, trouble === 'circuit-open' ? 1 : 0] as const,
    ),
    ...Object.entries(revocation.openCircuits()).map(([name, open]) => [{ name }, open] as const),
  ]);
  registry.gauge(
    'tte_event_loop_delay_seconds',
    'Since the last time that the figures were asked for.',
    () => {
      const seconds = (nanoseconds: number): number => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0);
      const figures: [Labels, number][] = [
        [{ quantile: '0.5' }, seconds(delay.percentile(50))],
        [{ quantile: '0.99' }, seconds(delay.percentile(99))],
        [{ quantile: '1' }, seconds(delay.max)],
      ];
      delay.reset();
      return figures;
    },
  );
  registry.gauge('process_resident_memory_bytes', 'Memory of this process, its workers not included.', () =>
    one(process.memoryUsage.rss()),
  );
  return () => delay.disable();
}

/** By place in the configuration: an address may hold an account. */
export function authorityName(place: number): string {
  return `timestamp-authority-${place + 1}`;
}

function soonestToExpire(signers: OpenSigners): [Labels, number][] {
  return signers
    .all()
    .flatMap(
      ({
        signer: {
          chain: [leaf],
        },
      }) => (leaf === undefined ? [] : [leaf]),
    )
    .map((leaf): [Labels, number] => [{ certificate: beginningOfDigest(leaf) }, expiryOf(leaf) / 1000])
    .sort(([, a], [, b]) => a - b)
    .slice(0, MOST_CERTIFICATES);
}

const expiries = new WeakMap<Uint8Array, Instant>();

/** Read once for each certificate: figures are asked for every few seconds. */
function expiryOf(leaf: Uint8Array): Instant {
  const known = expiries.get(leaf) ?? parseCertificate(leaf).notAfter;
  expiries.set(leaf, known);
  return known;
}

/** Enough to find it among those of the registry; shorter than any number of a person. */
function beginningOfDigest(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex').slice(0, 12);
}
