// The public keys of token issuers (RFC 7517): fetched, kept for a while, and fetched again when a token names a new one.

import { createLocalJWKSet, type LocalJWKSet } from 'jose';
import { z } from 'zod';

/** `key-set-unavailable`: the issuer's keys cannot be had, or are older than may be believed. */
export class KeySetUnavailable extends Error {
  readonly code = 'key-set-unavailable';

  constructor(cause?: unknown) {
    super('key-set-unavailable', { cause });
    this.name = 'KeySetUnavailable';
  }
}

export interface KeySets {
  /** The issuer's keys. @throws KeySetUnavailable */
  keysAt(uri: string): Promise<LocalJWKSet>;
  /** The keys fetched once more, because a token names one that is not among them; null when that was done just now. */
  newerKeysAt(uri: string): Promise<LocalJWKSet | null>;
}

export interface KeySetOptions {
  /** One exchange, its size and time bounded. @throws when nothing was fetched */
  readonly download: (uri: string) => Promise<Uint8Array>;
  /** Grows whatever happens to the clock. */
  readonly monotonicMs: () => number;
  /** Told when an issuer's keys cannot be fetched while older ones are still believed. */
  readonly onFailure: (error: unknown) => void;
}

// A key that the issuer takes away is believed at most so long.
const FRESH_MS = 300_000;
// While the issuer cannot be reached, its last keys are believed so long.
const STALE_MS = 3_600_000;
// Anybody can write tokens with key names of their own: that must not make us ask without end.
const COOL_DOWN_MS = 30_000;
const COOL_DOWN_AFTER_FAILURE_MS = 5_000;
const MOST_KEYS = 100;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(MOST_KEYS) });
const PUBLIC_KEY_TYPES: ReadonlySet<string> = new Set(['RSA', 'EC', 'OKP']);

interface Kept {
  readonly keys: LocalJWKSet;
  readonly fetchedMs: number;
}

/** Keeps the key sets of all issuers for this process. */
export function keySets({ download, monotonicMs, onFailure }: KeySetOptions): KeySets {
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<LocalJWKSet>>();
  const triedMs = new Map<string, { readonly atMs: number; readonly error: unknown }>();

  const fetchKeys = async (uri: string): Promise<LocalJWKSet> => {
    try {
      const keys = readKeySet(await download(uri));
      kept.set(uri, { keys, fetchedMs: monotonicMs() });
      triedMs.set(uri, { atMs: monotonicMs(), error: null });
      return keys;
    } catch (error) {
      triedMs.set(uri, { atMs: monotonicMs(), error });
      throw new KeySetUnavailable(error);
    } finally {
      underWay.delete(uri);
    }
  };
  const fetchOnce = (uri: string): Promise<LocalJWKSet> => {
    const pending = underWay.get(uri) ?? fetchKeys(uri);
    underWay.set(uri, pending);
    return pending;
  };
  const sinceTried = (uri: string): number => monotonicMs() - (triedMs.get(uri)?.atMs ?? -Infinity);

  return {
    keysAt: async (uri) => {
      const known = kept.get(uri);
      const age = monotonicMs() - (known?.fetchedMs ?? -Infinity);
      if (known !== undefined && age < FRESH_MS) return known.keys;
      const mayTry = underWay.has(uri) || sinceTried(uri) >= COOL_DOWN_AFTER_FAILURE_MS;
      if (known !== undefined && age < STALE_MS) {
        // Nobody waits for an issuer whose keys are still believed.
        if (mayTry) fetchOnce(uri).catch(onFailure);
        return known.keys;
      }
      if (!mayTry) throw new KeySetUnavailable(triedMs.get(uri)?.error);
      return await fetchOnce(uri);
    },
    newerKeysAt: async (uri) => {
      if (!underWay.has(uri) && sinceTried(uri) < COOL_DOWN_MS) return null;
      return await fetchOnce(uri);
    },
  };
}

/** Without what is no public key: a secret in a published set must never verify anything. */
function readKeySet(bytes: Uint8Array): LocalJWKSet {
  const { keys } = keySet.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  return createLocalJWKSet({ keys: keys.filter(({ kty }) => PUBLIC_KEY_TYPES.has(kty)) });
}
