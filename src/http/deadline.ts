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
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HttpProblem('deadline-exceeded')), limitMs);
  });
  try {
    return await Promise.race([work(AbortSignal.any([ended.signal, callerGone])), late]);
  } finally {
    clearTimeout(timer);
    ended.abort(OVER);
  }
}

// One for all: nearly every request ends in time with nobody listening, and a new one each time costs more than the rest of this.
const OVER = new DOMException('The work is over', 'AbortError');

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
