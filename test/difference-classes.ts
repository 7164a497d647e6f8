// Differences of one kind: where another program errs by rule, the rule is listed once, with how often the corpus shows it.

import { readFileSync } from 'node:fs';
import type { Comparison } from './known-differences.ts';

/** Somebody's word beside ours, with what either rests on. */
export interface GroundedComparison extends Comparison {
  /** Codes of our findings that decided. */
  readonly findings: readonly string[];
  /** What the oracle said, in its own terms. */
  readonly saying: string;
  /** Whether the oracle answers for all that was asked; where it does not, it may differ without contradicting. */
  readonly takesStand?: boolean;
  /** Others who say of the same thing what we say: oracles, or the corpus. */
  readonly seconds: readonly string[];
}

/** What is set must hold of a difference; what is not set does not matter. */
export interface DifferenceClass {
  /** Begins the oracle's name in the comparison. */
  readonly oracle: string;
  readonly theirs: string;
  readonly ours: string;
  /** At least one of these is among our findings. */
  readonly findings?: readonly string[];
  /** A regular expression that what the oracle says matches. */
  readonly saying?: string;
  /** Somebody else says what we say. Without it the reason must hold of whatever file comes. */
  readonly seconded?: true;
  /** How many differences of the corpus it explains: one that has become an agreement, or a new one, is noticed. */
  readonly count: number;
  /** Why ours is right. */
  readonly reason: string;
}

/** A list in JSON, whose entries are complete. @throws Error naming the entry */
export function readDifferenceClasses(url: URL): readonly DifferenceClass[] {
  const entries = JSON.parse(readFileSync(url, 'utf8')) as DifferenceClass[];
  for (const entry of entries) {
    const words = [entry.oracle, entry.theirs, entry.ours, entry.reason];
    const complete = words.every((word) => typeof word === 'string' && word !== '');
    const grounded = entry.findings !== undefined || entry.saying !== undefined;
    if (!complete || !grounded || !Number.isInteger(entry.count) || entry.count < 1) {
      throw new Error(`a class is not complete: ${JSON.stringify(entry)}`);
    }
  }
  return entries;
}

/** A class with the differences that it explains. */
export interface Explained<Compared> {
  readonly by: DifferenceClass;
  readonly differences: readonly Compared[];
}

/**
 * Sorts differences under the first class that fits.
 *
 * @param differences - those that no entry of their own explains
 * @returns `unexplained`: what fits no class; `miscounted`: classes that explain more or fewer than they state. Both must be
 *   empty.
 */
export function explainByClass<Compared extends GroundedComparison>(
  differences: readonly Compared[],
  classes: readonly DifferenceClass[],
): {
  explained: readonly Explained<Compared>[];
  unexplained: readonly Compared[];
  miscounted: readonly { by: DifferenceClass; found: number }[];
} {
  const classOf = (difference: Compared): DifferenceClass | undefined =>
    classes.find((candidate) => fits(candidate, difference));
  const explained = classes.map((by) => ({
    by,
    differences: differences.filter((difference) => classOf(difference) === by),
  }));
  return {
    explained,
    unexplained: differences.filter((difference) => classOf(difference) === undefined),
    miscounted: explained
      .map(({ by, differences }) => ({ by, found: differences.length }))
      .filter(({ by, found }) => by.count !== found),
  };
}

function fits(candidate: DifferenceClass, difference: GroundedComparison): boolean {
  return (
    difference.oracle.startsWith(`${candidate.oracle} `) &&
    difference.theirs === candidate.theirs &&
    difference.ours === candidate.ours &&
    (candidate.saying === undefined || new RegExp(candidate.saying).test(difference.saying)) &&
    (candidate.findings?.some((code) => difference.findings.includes(code)) ?? true) &&
    (candidate.seconded !== true || difference.seconds.length > 0)
  );
}
