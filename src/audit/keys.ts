// What the audit derives from its keys: references to persons and to callers' texts, and what proves the lines of a chain.

import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { KeyedReference } from './record.ts';

/** A key of the audit; the first of several is the one in use, the others still check and connect older records. */
export interface AuditKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** What a reference is made from: the same text under two of these words gives two values that nobody can connect. */
export type ReferenceKind = 'signer' | 'reason' | 'location' | 'idempotency-key';

/** HMAC-SHA-256: a plain digest of a personal number is found by trying all of them. */
export function referenceTo(
  kind: ReferenceKind,
  text: string,
  { id, key }: { readonly id: string; readonly key: KeyObject },
): KeyedReference {
  const value = createHmac('sha256', key)
    .update(`teken audit reference ${kind}\0`)
    .update(text)
    .digest('hex');
  return { keyId: id, value };
}

const KEY_BYTES = 32;

/** The key under which the lines of one chain are proven (RFC 5869). */
export function macKeyOf(chainId: string, { key }: AuditKey): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync('sha256', key, chainId, 'teken audit chain', KEY_BYTES)));
}

/** A key as `node:crypto` takes it at once: to look at bytes first costs it five times what the HMAC of a line does. */
export function referenceKeyOf({ id, key }: AuditKey): { readonly id: string; readonly key: KeyObject } {
  return { id, key: createSecretKey(key) };
}
