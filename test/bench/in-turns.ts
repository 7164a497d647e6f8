// Several do the same work in turns, each warm: a busy moment of the machine does not hit one of them alone.

import { median } from './measure.ts';

export interface Contestant {
  readonly name: string;
  work(): Promise<unknown>;
  /** What it has used so far; null where the system does not tell. */
  processorMs(): number | null;
}

export interface Turns {
  readonly medianMs: number;
  /** For each run; NaN where the system does not tell. */
  readonly processorMs: number;
  readonly runs: number;
}

/** A slow one is not waited for as often: after these it has had its share. */
export interface Share {
  readonly warmUp: { readonly most: number; readonly enoughMs: number };
  readonly measure: { readonly most: number; readonly fewest: number; readonly enoughMs: number };
}

/** @returns what was measured, by name */
export async function inTurns(
  contestants: readonly Contestant[],
  { warmUp, measure }: Share,
): Promise<ReadonlyMap<string, Turns>> {
  const warm: Warm[] = [];
  for (const contestant of contestants) {
    await warmedUp(contestant, warmUp);
    warm.push({ contestant, times: [], before: contestant.processorMs() });
  }
  const beganMs = performance.now();
  for (let i = 0; i < measure.most; i += 1) {
    if (i >= measure.fewest && performance.now() - beganMs > measure.enoughMs) break;
    for (const one of warm) await timeOnce(one);
  }
  return new Map(warm.map((one) => [one.contestant.name, resultOf(one)]));
}

interface Warm {
  readonly contestant: Contestant;
  readonly times: number[];
  readonly before: number | null;
}

async function warmedUp({ work }: Contestant, { most, enoughMs }: Share['warmUp']): Promise<void> {
  const beganMs = performance.now();
  await work();
  for (let i = 1; i < most && performance.now() - beganMs < enoughMs; i += 1) await work();
}

async function timeOnce({ contestant, times }: Warm): Promise<void> {
  const startMs = performance.now();
  await contestant.work();
  times.push(performance.now() - startMs);
}

function resultOf({ contestant, times, before }: Warm): Turns {
  const used = (contestant.processorMs() ?? Number.NaN) - (before ?? Number.NaN);
  return { medianMs: median(times), processorMs: used / times.length, runs: times.length };
}
