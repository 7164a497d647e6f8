// A map that forgets entries after their time, and is never larger than it may be.

import { SharedStateUnavailable } from './ports.ts';

export interface ExpiringMap<V> {
  get(key: string): V | undefined;
  /** @throws SharedStateUnavailable `full`: to forget something early would forgive it */
  set(key: string, value: V, expiresAt: number): void;
  delete(key: string): void;
}

export function expiringMap<V>(clock: () => number, mostEntries: number): ExpiringMap<V> {
  const entries = new Map<string, { readonly value: V; readonly expiresAt: number }>();
  // Before this a full map has nothing to forget; looking through it for every refusal would be work for nothing.
  let nextSweep = 0;
  const sweep = (): void => {
    const now = clock();
    if (now < nextSweep) return;
    nextSweep = Number.POSITIVE_INFINITY;
    for (const [key, { expiresAt }] of entries) {
      if (expiresAt <= now) entries.delete(key);
      else nextSweep = Math.min(nextSweep, expiresAt);
    }
  };
  return {
    get: (key) => {
      const entry = entries.get(key);
      return entry === undefined || entry.expiresAt <= clock() ? undefined : entry.value;
    },
    set: (key, value, expiresAt) => {
      if (entries.size >= mostEntries && !entries.has(key)) sweep();
      if (entries.size >= mostEntries && !entries.has(key)) throw new SharedStateUnavailable('full');
      nextSweep = Math.min(nextSweep, expiresAt);
      entries.set(key, { value, expiresAt });
    },
    delete: (key) => void entries.delete(key),
  };
}
