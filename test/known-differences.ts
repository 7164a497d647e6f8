// Differences between what others say about a file and what we say: each is listed with its reason, or a test fails.

import { readFileSync } from 'node:fs';

/** Somebody's word on a file beside ours. */
export interface Comparison {
  /** As the corpus manifest names it. */
  readonly file: string;
  /** Of the file, so that a listed reason cannot outlive the file that it was written for. */
  readonly sha256: string;
  /** Who says `theirs`: `corpus`, `pdfsig`, `pyhanko`, `dss`, … */
  readonly oracle: string;
  readonly theirs: string;
  readonly ours: string;
}

/** A difference that has been looked into. */
export interface KnownDifference extends Comparison {
  /** Why ours is right, or why it is not yet. */
  readonly reason: string;
  /** The other one answers now so, now otherwise, about the same bytes: agreeing is then no news. */
  readonly unsteady?: true;
}

/** A list in JSON, whose entries are complete and not doubled. @throws Error naming the entry */
export function readKnownDifferences(url: URL): readonly KnownDifference[] {
  const entries = JSON.parse(readFileSync(url, 'utf8')) as KnownDifference[];
  const seen = new Set<string>();
  for (const entry of entries) {
    const members = [entry.file, entry.sha256, entry.oracle, entry.theirs, entry.ours, entry.reason];
    if (members.some((member) => typeof member !== 'string' || member === '')) {
      throw new Error(`an entry is not complete: ${JSON.stringify(entry)}`);
    }
    if (seen.has(keyOf(entry))) throw new Error(`listed twice: ${keyOf(entry)}`);
    seen.add(keyOf(entry));
  }
  return entries;
}

/**
 * Holds comparisons against the list.
 *
 * @param compared - everything that was compared, agreements included
 * @returns `unlisted`: differences that nobody has explained, or that differ otherwise than listed; `outlived`: entries that
 *   do not differ like that any more, or were not compared. Both must be empty.
 */
export function settleDifferences(
  compared: readonly Comparison[],
  known: readonly KnownDifference[],
): { unlisted: readonly Comparison[]; outlived: readonly KnownDifference[] } {
  const same = (a: Comparison, b: Comparison): boolean =>
    keyOf(a) === keyOf(b) && a.sha256 === b.sha256 && a.theirs === b.theirs && a.ours === b.ours;
  const differing = compared.filter(({ theirs, ours }) => theirs !== ours);
  return {
    unlisted: differing.filter((comparison) => !known.some((entry) => same(entry, comparison))),
    outlived: known.filter(
      (entry) => entry.unsteady !== true && !differing.some((comparison) => same(entry, comparison)),
    ),
  };
}

function keyOf({ file, oracle }: Comparison): string {
  return `${file} by ${oracle}`;
}
