// Verifying beside pyHanko, EU DSS and pdfsig: the same files, in turns, each warm.

import { type Contestant, inTurns, type Share, type Turns } from './in-turns.ts';
import type { LongTermLetter } from './long-term-letters.ts';
import { type Candidate, startVerifiers, type Trusted, type Verifier } from './verifiers.ts';

export interface Verified {
  readonly letter: LongTermLetter;
  readonly verifier: string;
  /** Null where it is not installed. */
  readonly result: VerifyingMeasured | null;
}

export interface VerifyingMeasured extends Turns {
  /** How many signatures are good in its eyes. */
  readonly good: number;
}

/** Three letters and five verifiers: all of it in about two minutes. */
const SHARE: Share = {
  warmUp: { most: 40, enoughMs: 5_000 },
  measure: { most: 30, fewest: 3, enoughMs: 15_000 },
};

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
  const counts = new Map<string, number>();
  const contestants = candidates
    .filter(isInstalled)
    .map((verifier) => contestantOn(letter, verifier, counts));
  const measured = await inTurns(contestants, SHARE);
  const resultOf = (name: string): VerifyingMeasured | null => {
    const [turns, good] = [measured.get(name), counts.get(name)];
    return turns === undefined || good === undefined ? null : { ...turns, good };
  };
  return candidates.map(({ name }) => ({ letter, verifier: name, result: resultOf(name) }));
}

/** One that must not change its mind from turn to turn. */
function contestantOn(
  { path }: LongTermLetter,
  { name, countGood, processorMs }: Verifier,
  counts: Map<string, number>,
): Contestant {
  const work = async (): Promise<void> => {
    const good = await countGood(path);
    if (good !== (counts.get(name) ?? good)) throw new Error(`${name} changed its mind`);
    counts.set(name, good);
  };
  return { name, work, processorMs };
}
