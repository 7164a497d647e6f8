// A promise kept in time: work that has a deadline, and failures that all take equally long.

import { setTimeout as wait } from 'node:timers/promises';
import { HttpProblem } from './problems.ts';

/**
 * Runs work that must end within `limitMs`; its signal is aborted when it does not, or when the caller has gone.
 *
 * @throws HttpProblem `deadline-exceeded`; else what the work throws
 */
export async function withinDeadline<T>(
  limitMs: number,
  callerGone: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const late = async (): Promise<never> => {
    await wait(limitMs, undefined, { signal: ended.signal });
    throw new HttpProblem('deadline-exceeded');
  };
  const deadline = late();
  const aborted = AbortSignal.any([ended.signal, callerGone]);
  try {
    return await Promise.race([work(aborted), deadline]);
  } finally {
    // The timer's own rejection has no listener left once the race is over.
    deadline.catch(() => undefined);
    ended.abort();
  }
}

/**
 * Waits until the time since `startedMs` is a whole number of `stepMs`, so that a reply tells by its time only how many steps
 * it took. A step is longer than opening a key with the slowest derivation in use, so that all failures take one.
 */
export async function waitForNextStep(
  startedMs: number,
  monotonicMs: () => number,
  stepMs: number,
): Promise<void> {
  const passed = monotonicMs() - startedMs;
  await wait(Math.ceil(Math.max(passed, 1) / stepMs) * stepMs - passed);
}
