// Verifying beside pyHanko, EU DSS and pdfsig: the same files, in turns, each warm.

import type { LongTermLetter } from './long-term-letters.ts';
import { median } from './measure.ts';
import { type Candidate, startVerifiers, type Trusted, type Verifier } from './verifiers.ts';

export interface Verified {
  readonly letter: LongTermLetter;
  readonly verifier: string;
  /** Null where it is not installed. */
  readonly result: { readonly medianMs: number; readonly runs: number; readonly good: number } | null;
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
  const good = new Map<string, number>();
  const times = new Map<string, number[]>();
  for (const verifier of candidates.filter(isInstalled)) {
    good.set(verifier.name, await warmUp(verifier, letter));
    times.set(verifier.name, []);
  }
  // In turns, so that a busy moment of the machine does not hit one of them alone.
  const started = performance.now();
  for (let i = 0; i < MEASURE.most; i += 1) {
    if (i >= MEASURE.fewest && performance.now() - started > MEASURE.enoughMs) break;
    for (const verifier of candidates.filter(isInstalled)) {
      const start = performance.now();
      const count = await verifier.countGood(letter.path);
      times.get(verifier.name)?.push(performance.now() - start);
      if (count !== good.get(verifier.name)) throw new Error(`${verifier.name} changed its mind`);
    }
  }
  return candidates.map(({ name }) => {
    const measured = times.get(name);
    const result =
      measured === undefined
        ? null
        : { medianMs: median(measured), runs: measured.length, good: good.get(name) ?? 0 };
    return { letter, verifier: name, result };
  });
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
