// Results of requests with an idempotency key, in the memory of one process.

import { LARGEST_RESULT_BYTES, MOST_RESULT_BYTES } from './limits.ts';
import type { Claim, IdempotencySlots } from './ports.ts';

interface Slot {
  readonly fingerprint: string;
  readonly claim: string;
  readonly result: Uint8Array | null;
  readonly expiresAt: number;
}

export function memorySlots(clock: () => number): IdempotencySlots {
  const slots = new Map<string, Slot>();
  let last = 0;
  const live = (key: string): Slot | null => {
    const slot = slots.get(key);
    return slot === undefined || slot.expiresAt <= clock() ? null : slot;
  };
  return {
    claim: async (key, fingerprint, leaseMs): Promise<Claim> => {
      const slot = live(key);
      if (slot !== null && slot.fingerprint !== fingerprint) return { kind: 'other-payload' };
      if (slot !== null)
        return slot.result === null ? { kind: 'in-flight' } : { kind: 'done', result: slot.result };
      forgetOver(slots, clock());
      last += 1;
      const claim = String(last);
      slots.set(key, { fingerprint, claim, result: null, expiresAt: clock() + leaseMs });
      return { kind: 'claimed', claim };
    },
    finish: async (key, claim, result, keepMs) => {
      const slot = slots.get(key);
      if (slot?.claim !== claim || slot.result !== null) return false;
      slots.delete(key);
      if (result.length > LARGEST_RESULT_BYTES || !makeRoom(slots, result.length, clock())) return false;
      slots.set(key, { ...slot, result: result.slice(), expiresAt: clock() + keepMs });
      return true;
    },
    abandon: async (key, claim) => {
      if (slots.get(key)?.claim === claim) slots.delete(key);
    },
    status: async (key) => {
      const slot = live(key);
      if (slot === null) return 'unknown';
      return slot.result === null ? 'in-flight' : 'done';
    },
    forget: async (key) => void slots.delete(key),
  };
}

function forgetOver(slots: Map<string, Slot>, now: number): void {
  for (const [key, { expiresAt }] of slots) if (expiresAt <= now) slots.delete(key);
}

/** The oldest results go first: a repeat comes within seconds. */
function makeRoom(slots: Map<string, Slot>, bytes: number, now: number): boolean {
  forgetOver(slots, now);
  let held = [...slots.values()].reduce((sum, { result }) => sum + (result?.length ?? 0), 0);
  for (const [key, { result }] of slots) {
    if (held + bytes <= MOST_RESULT_BYTES) return true;
    if (result === null) continue;
    held -= result.length;
    slots.delete(key);
  }
  return held + bytes <= MOST_RESULT_BYTES;
}
