// Buckets of requests in the memory of one process.

import { expiringMap } from './expiring-map.ts';
import { MOST_ENTRIES } from './limits.ts';
import type { RateCounters } from './ports.ts';

export function memoryRates(clock: () => number): RateCounters {
  /** When the bucket of a key will be full again. */
  const fullAt = expiringMap<number>(clock, MOST_ENTRIES);
  return {
    take: async (key, { requests, windowMs }, tokens = 1) => {
      const now = clock();
      const perToken = windowMs / requests;
      const before = Math.max(fullAt.get(key) ?? now, now);
      const after = before + tokens * perToken;
      const allowed = after - now <= windowMs;
      if (allowed) fullAt.set(key, after, after);
      const resetMs = (allowed ? after : before) - now;
      return {
        allowed,
        remaining: Math.floor((windowMs - resetMs) / perToken),
        resetMs: Math.ceil(resetMs),
        retryAfterMs: allowed ? 0 : Math.ceil(after - now - windowMs),
      };
    },
  };
}
