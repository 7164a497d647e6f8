// What the service counts: requests, signatures, verdicts, and what the services that it depends on answered.

import { type Counter, type Histogram, type MetricsRegistry, metricsRegistry } from './registry.ts';

export interface ServiceMetrics {
  readonly registry: MetricsRegistry;
  /** Seconds by method, route and status; `aborted` where the caller did not wait for the answer. */
  readonly requests: Histogram;
  /** Answers that were a problem, by its code. */
  readonly problems: Counter;
  /** By result (`signed`, or the code of the problem), level and kind of key. */
  readonly signatures: Counter;
  readonly verdicts: Counter;
  /** Seconds, by kind of key. */
  readonly stages: Histogram;
  /** Answers of time-stamp, OCSP and CRL services, by kind, name and outcome. */
  readonly dependencies: Counter;
  readonly auditFailures: Counter;
  requestBegan(): void;
  requestEnded(): void;
}

/** Around the targets of the service: 20 and 100 ms for a verdict, 250 ms for B-LT, 8 s for all time-stamp authorities. */
const SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8, 15, 30];

/** Nothing counted yet. */
export function serviceMetrics(): ServiceMetrics {
  const registry = metricsRegistry();
  let inFlight = 0;
  registry.gauge('tte_inflight', 'Requests that have no complete answer yet.', () => [[{}, inFlight]]);
  return {
    registry,
    requests: registry.histogram(
      'http_server_request_duration_seconds',
      'Requests by route and status.',
      SECONDS,
    ),
    problems: registry.counter('tte_problems_total', 'Answers that were a problem, by code.'),
    signatures: registry.counter(
      'tte_sign_requests_total',
      'Signatures asked for, by result, level and kind of key.',
    ),
    verdicts: registry.counter('tte_verify_verdicts_total', 'Documents judged, by verdict.'),
    stages: registry.histogram('tte_stage_duration_seconds', 'Parts of a request.', SECONDS),
    dependencies: registry.counter(
      'tte_dependency_answers_total',
      'Answers of time-stamp, OCSP and CRL services, by outcome.',
    ),
    auditFailures: registry.counter(
      'tte_audit_write_failures_total',
      'Times that an audit sink stopped taking records.',
    ),
    requestBegan: () => {
      inFlight += 1;
    },
    requestEnded: () => {
      inFlight -= 1;
    },
  };
}
