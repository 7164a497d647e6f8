// Shared state for one process: what several replicas would do here, each would do alone.

import { memoryAttempts } from './memory-attempts.ts';
import { memoryCodes } from './memory-codes.ts';
import { memoryRates } from './memory-rates.ts';
import { memorySlots } from './memory-slots.ts';
import type { SharedState } from './ports.ts';

/** @param clock - milliseconds; may be any clock that grows */
export function memoryState(clock: () => number): SharedState {
  return {
    attempts: memoryAttempts(clock),
    rates: memoryRates(clock),
    slots: memorySlots(clock),
    codes: memoryCodes(clock),
    ready: async () => true,
    close: () => Promise.resolve(),
  };
}
