// One-time codes in the memory of one process.

import { expiringMap } from './expiring-map.ts';
import { MOST_ENTRIES } from './limits.ts';
import type { OneTimeCodes } from './ports.ts';

interface Issued {
  readonly digest: string;
  readonly tries: number;
  readonly uses: number;
  readonly expiresAt: number;
}

export function memoryCodes(clock: () => number): OneTimeCodes {
  const issued = expiringMap<Issued>(clock, MOST_ENTRIES);
  const used = expiringMap<true>(clock, MOST_ENTRIES);
  return {
    issue: async (subject, digest, { expiresInMs, tries, uses }) => {
      const expiresAt = clock() + expiresInMs;
      issued.set(subject, { digest, tries, uses, expiresAt }, expiresAt);
    },
    redeem: async (subject, digest, uses) => {
      const code = issued.get(subject);
      if (code === undefined) return 'none';
      if (code.digest !== digest) {
        if (code.tries <= 1) issued.delete(subject);
        else issued.set(subject, { ...code, tries: code.tries - 1 }, code.expiresAt);
        return 'wrong';
      }
      if (uses > code.uses) return 'too-many';
      issued.delete(subject);
      return 'accepted';
    },
    useOnce: async (key, rememberMs) => {
      if (used.get(key) !== undefined) return false;
      used.set(key, true, clock() + rememberMs);
      return true;
    },
  };
}
