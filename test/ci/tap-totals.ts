// Reads how a tap run ended from its own closing line.

/** Assertions of one run of tap. */
export interface Totals {
  readonly pass: number;
  readonly fail: number;
  /** `todo` and `skip` together: assertions that were not made. */
  readonly skip: number;
}

/**
 * Reads tap's closing line, such as `# { total: 6, pass: 3, fail: 1, todo: 1, skip: 1 }`; counts of zero are left out there.
 * Subtests print such lines too, so the last one counts.
 *
 * @returns null when there is none: the run did not come to its end, which is never "0 failed"
 */
export function readTapTotals(output: string): Totals | null {
  const closing = [...output.matchAll(/^# \{ (total: \d+[^}]*) \}$/gm)].at(-1)?.[1];
  if (closing === undefined) return null;
  const count = (name: string): number => Number(new RegExp(`\\b${name}: (\\d+)`).exec(closing)?.[1] ?? 0);
  return { pass: count('pass'), fail: count('fail'), skip: count('skip') + count('todo') };
}

/** What a whole run comes to: one tap run or one other check per entry. */
export interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
}

/**
 * The outcome of a tap run where nothing may be skipped.
 *
 * @param code - tap's exit code, null when a signal ended it
 */
export function outcomeOfTap(name: string, code: number | null, output: string): Outcome {
  const totals = readTapTotals(output) ?? { pass: 0, fail: 1, skip: 0 };
  const failed = totals.fail + totals.skip;
  // A file that ends early, or hangs, fails the run beyond what its assertions say.
  return { name, passed: totals.pass, failed: code === 0 ? failed : Math.max(1, failed) };
}

/** `N passed, N failed` over all outcomes. */
export function closingLine(outcomes: readonly Outcome[]): string {
  const sum = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return `${sum((outcome) => outcome.passed)} passed, ${sum((outcome) => outcome.failed)} failed`;
}
