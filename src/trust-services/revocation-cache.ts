// Answers about revocation, kept in memory for as long as they may be used and within a bound of bytes.

import type { Instant } from '../asn1/values.ts';

/** What asking one address about one certificate brought. */
export interface RevocationAnswer {
  /** DER; null where nothing came, or nothing whose signature and binding are right. */
  readonly item: Uint8Array | null;
  /** Why it does not decide, as a stable word; null where it does. */
  readonly reason: string | null;
  /** When the address answered. */
  readonly fetchedAt: Instant;
  /** As of when it speaks; null where there is no item that decides. */
  readonly thisUpdate: Instant | null;
}

export interface RevocationCache {
  find(key: string, now: Instant): RevocationAnswer | null;
  keep(key: string, answer: RevocationAnswer, until: Instant): void;
}

/** @param maxBytes - of all items together; the least recently used go first */
export function revocationCache(maxBytes: number): RevocationCache {
  // A Map keeps the order of insertion: whatever is used is put to its end.
  const entries = new Map<string, { readonly answer: RevocationAnswer; readonly until: Instant }>();
  let bytes = 0;
  const drop = (key: string): void => {
    bytes -= costOf(entries.get(key)?.answer);
    entries.delete(key);
  };
  return {
    find: (key, now) => {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      drop(key);
      if (entry.until <= now) return null;
      entries.set(key, entry);
      bytes += costOf(entry.answer);
      return entry.answer;
    },
    keep: (key, answer, until) => {
      if (entries.has(key)) drop(key);
      if (costOf(answer) > maxBytes) return;
      entries.set(key, { answer, until });
      bytes += costOf(answer);
      for (const oldest of entries.keys()) {
        if (bytes <= maxBytes) break;
        drop(oldest);
      }
    },
  };
}

// An entry costs memory even where its item is small or missing.
const ENTRY_BYTES = 512;

function costOf(answer: RevocationAnswer | undefined): number {
  return answer === undefined ? 0 : ENTRY_BYTES + (answer.item?.length ?? 0);
}
