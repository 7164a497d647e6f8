// Verifying beside pyHanko, EU DSS and pdfsig: the same files, in turns, each warm.

import type { LongTermLetter } from './long-term-letters.ts';
import { median } from './measure.ts';
import { type Candidate, startVerifiers, type Trusted, type Verifier } from './verifiers.ts';

export interface Verified {
  readonly letter: LongTermLetter;
  readonly verifier: string;
  /** Null where it is not installed. */
  readonly result: VerifyingMeasured | null;
}

export interface VerifyingMeasured {
  readonly medianMs: number;
  /** Per file; NaN where the system does not tell. */
  readonly processorMs: number;
  readonly runs: number;
  /** How many signatures are good in its eyes. */
  readonly good: number;
}

/** A slow verifier is not waited for as often: after these it has had its share. */
const WARM_UP = { most: 40, enoughMs: 10_000 };
const MEASURE = { most: 30, fewest: 3, enoughMs: 45_000 };

/** Every verifier on every letter, ours first. */
export async function compareVerifiers(
  letters: readonly LongTermLetter[],
  trusted: Trusted,
): Promise<readonly Verified[]> {
  const candidates = startVerifiers(trusted);
  try {
    const results: Verified[] = [];
    for (const letter of letters) results.push(...(await compareOn(letter, candidates)));
    return results;
  } finally {
    await Promise.all(candidates.filter(isInstalled).map((verifier) => verifier.close?.()));
  }
}

function isInstalled(candidate: Candidate): candidate is Verifier {
  return candidate.countGood !== null;
}

async function compareOn(
  letter: LongTermLetter,
  candidates: readonly Candidate[],
): Promise<readonly Verified[]> {
  const warm: Warm[] = [];
  for (const verifier of candidates.filter(isInstalled)) {
    warm.push({ verifier, good: await warmUp(verifier, letter), times: [], before: verifier.processorMs() });
  }
  // In turns, so that a busy moment of the machine does not hit one of them alone.
  const started = performance.now();
  for (let i = 0; i < MEASURE.most; i += 1) {
    if (i >= MEASURE.fewest && performance.now() - started > MEASURE.enoughMs) break;
    for (const one of warm) await timeOnce(one, letter);
  }
  const results = new Map(warm.map((one) => [one.verifier.name, resultOf(one)]));
  return candidates.map(({ name }) => ({ letter, verifier: name, result: results.get(name) ?? null }));
}

/** A verifier that has seen the letter, and what was measured since. */
interface Warm {
  readonly verifier: Verifier;
  readonly good: number;
  readonly times: number[];
  readonly before: number | null;
}

async function timeOnce({ verifier, good, times }: Warm, { path }: LongTermLetter): Promise<void> {
  const start = performance.now();
  const count = await verifier.countGood(path);
  times.push(performance.now() - start);
  if (count !== good) throw new Error(`${verifier.name} changed its mind`);
}

function resultOf({ verifier, good, times, before }: Warm): VerifyingMeasured {
  const used = (verifier.processorMs() ?? Number.NaN) - (before ?? Number.NaN);
  return { medianMs: median(times), processorMs: used / times.length, runs: times.length, good };
}

/** @returns how many signatures it calls good */
async function warmUp(verifier: Verifier, { path }: LongTermLetter): Promise<number> {
  const started = performance.now();
  let good = await verifier.countGood(path);
  for (let i = 1; i < WARM_UP.most && performance.now() - started < WARM_UP.enoughMs; i += 1) {
    good = await verifier.countGood(path);
  }
  return good;
}
