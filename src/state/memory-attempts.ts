// Tries of secrets, counted in the memory of one process. The same rules as redis-attempts.ts.

import { expiringMap } from './expiring-map.ts';
import { MOST_ENTRIES } from './limits.ts';
import type { Admission, AttemptCounters, AttemptRules } from './ports.ts';

interface Try {
  readonly party: string;
  /** When it was admitted, or failed. */
  readonly at: number;
  readonly open: boolean;
}

type Tries = ReadonlyMap<string, Try>;

export function memoryAttempts(clock: () => number): AttemptCounters {
  const subjects = expiringMap<Tries>(clock, MOST_ENTRIES);
  let last = 0;
  const keep = (subject: string, tries: Tries, { windowMs }: AttemptRules): void => {
    if (tries.size === 0) subjects.delete(subject);
    else subjects.set(subject, tries, clock() + windowMs);
  };
  const triesOf = (subject: string, rules: AttemptRules): Map<string, Try> =>
    new Map([...(subjects.get(subject) ?? [])].filter(([, { at }]) => at + rules.windowMs > clock()));
  return {
    admit: async (subject, party, rules) => {
      const tries = triesOf(subject, rules);
      const hindrance = hindranceOf([...tries.values()], party, rules, clock());
      if (hindrance !== null) return hindrance;
      last += 1;
      const attempt = String(last);
      keep(subject, tries.set(attempt, { party, at: clock(), open: true }), rules);
      return { kind: 'admitted', attempt };
    },
    refusedFor: async (subject, party, rules) => {
      const hindrance = hindranceOf([...triesOf(subject, rules).values()], party, rules, clock());
      return hindrance?.kind === 'refused' ? hindrance.retryAfterMs : 0;
    },
    settle: async (subject, attempt, outcome, rules) => {
      const tries = triesOf(subject, rules);
      const settled = tries.get(attempt);
      if (settled === undefined) return;
      if (outcome === 'failed') tries.set(attempt, { ...settled, at: clock(), open: false });
      else tries.delete(attempt);
      const forgiven = ({ party, open }: Try): boolean =>
        outcome === 'passed' && party === settled.party && !open;
      keep(subject, new Map([...tries].filter(([, other]) => !forgiven(other))), rules);
    },
  };
}

function hindranceOf(
  tries: readonly Try[],
  party: string,
  rules: AttemptRules,
  now: number,
): Admission | null {
  const failed = tries.filter(({ open, at }) => !open || at + rules.leaseMs <= now);
  const own = failed.filter((one) => one.party === party);
  const waits = [
    untilFree(own, rules.perParty, rules, now),
    untilFree(failed, rules.perSubject, rules, now),
    pauseLeft(own, rules, now),
  ];
  const retryAfterMs = Math.max(...waits);
  if (retryAfterMs > 0) return { kind: 'refused', retryAfterMs };
  const ownTries = tries.filter((one) => one.party === party).length;
  return tries.length >= rules.perSubject || ownTries >= rules.perParty ? { kind: 'busy' } : null;
}

/** 0 while fewer have failed than may. */
function untilFree(failed: readonly Try[], most: number, { windowMs }: AttemptRules, now: number): number {
  if (failed.length < most) return 0;
  return Math.min(...failed.map(({ at }) => at)) + windowMs - now;
}

function pauseLeft(own: readonly Try[], { pausesMs }: AttemptRules, now: number): number {
  const pause = pausesMs[Math.min(own.length, pausesMs.length) - 1];
  if (pause === undefined) return 0;
  return Math.max(0, Math.max(...own.map(({ at }) => at)) + pause - now);
}
