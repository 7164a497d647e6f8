// Content time-stamp, then signature, then document time-stamps in the order of their revisions (EN 319 102-1, 5.5.4 and 5.6.3).

import type { TimestampJudgement } from './judge-timestamp.ts';

/** What an authority without a stated accuracy may be off; two of them whose clocks disagree by less prove no other order. */
const UNSTATED_ACCURACY_MS = 60_000;

export interface OrderedTimestamps {
  readonly content: readonly TimestampJudgement[];
  readonly signature: readonly TimestampJudgement[];
  /** In the order of their revisions. */
  readonly document: readonly TimestampJudgement[];
}

/** Whether the proven times contradict the order in which the time-stamps must have been made. */
export function areOutOfOrder({ content, signature, document }: OrderedTimestamps): boolean {
  const stages = [content, signature, ...document.map((stamp) => [stamp])].map((stage) =>
    stage.filter(({ status }) => status !== 'rejected'),
  );
  return stages.some((stage, i) =>
    stages.slice(i + 1).some((later) => stage.some((a) => later.some((b) => isAfter(a, b)))),
  );
}

function isAfter(a: TimestampJudgement, b: TimestampJudgement): boolean {
  return a.genTime - accuracyOf(a) > b.genTime + accuracyOf(b);
}

function accuracyOf({ accuracyMs }: TimestampJudgement): number {
  return accuracyMs ?? UNSTATED_ACCURACY_MS;
}
