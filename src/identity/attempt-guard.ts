// How often secrets may be tried: five failures of one client with one signer, seven of all clients, within the window.

import { setTimeout as wait } from 'node:timers/promises';
import type { AttemptCounters, AttemptRules } from '../state/ports.ts';

/** What became of a try. */
export type TryOutcome = 'failed' | 'passed' | 'unused';

export interface AttemptGuard {
  /** How long a try would be refused now, in milliseconds: whoever has to wait need not have a document read for that. */
  refusedFor(signer: string, client: string): Promise<number>;
  /**
   * Waits for its turn while others try. @param signal - ends the waiting
   * @returns how to settle the try; or when to come back
   */
  admit(
    signer: string,
    client: string,
    signal: AbortSignal,
  ): Promise<
    | { readonly admitted: true; settle(outcome: TryOutcome): Promise<void> }
    | { readonly admitted: false; readonly retryAfterMs: number }
  >;
}

/** Two more than one client may fail: one client that guesses does not shut out the signer's others. */
const FAILURES = { perClient: 5, perSigner: 7 } as const;

// A try of a key that is opened with 600 000 iterations takes 120 ms; nobody settles one of a process that has ended.
const LEASE_MS = 60_000;
const TURN_MS = 20;

/** The pause after the third and the fourth failure: of 15 minutes 5 and 30 seconds. */
function pausesOf(windowMs: number): readonly number[] {
  return [0, 0, windowMs / 180, windowMs / 30].map(Math.ceil);
}

/** @param windowMs - how long a failure counts */
export function attemptGuard(counters: AttemptCounters, windowMs: number): AttemptGuard {
  const rules: AttemptRules = {
    perParty: FAILURES.perClient,
    perSubject: FAILURES.perSigner,
    windowMs,
    pausesMs: pausesOf(windowMs),
    leaseMs: Math.min(LEASE_MS, windowMs),
  };
  return {
    refusedFor: (signer, client) => counters.refusedFor(signer, client, rules),
    admit: async (signer, client, signal) => {
      for (;;) {
        const admission = await counters.admit(signer, client, rules);
        if (admission.kind === 'refused') return { admitted: false, retryAfterMs: admission.retryAfterMs };
        if (admission.kind === 'admitted')
          return {
            admitted: true,
            settle: (outcome) => counters.settle(signer, admission.attempt, outcome, rules),
          };
        await wait(TURN_MS, null, { signal });
      }
    },
  };
}

/** Where the key's holder counts wrong secrets, as a device with a PIN or a signing service does. */
export const countedBySigner: AttemptGuard = {
  refusedFor: async () => 0,
  admit: async () => ({ admitted: true, settle: async () => undefined }),
};
