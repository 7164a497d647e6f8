// The keys that seal what a client carries from the first step of a signature to the second.

import { z } from 'zod';
import { parseRegistry, requireUnique } from './registry-file.ts';

const KEY_BYTES = 32;

const sealKeysFile = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[\w.-]{1,32}$/),
        key: z
          .base64()
          .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
          .refine((key) => key.length === KEY_BYTES, 'not 32 bytes in base64'),
      }),
    )
    .min(1),
});

export interface SealKeyEntry {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/**
 * Reads the seal keys file. The first key seals, all of them open; so that none of the tokens under way is lost, a new key is put
 * in front everywhere 15 minutes before the oldest is taken out.
 *
 * @param text - JSON, `{ "keys": [{ "id", "key" }] }`, the newest first, each key 32 random bytes in base64
 * @throws InvalidRegistry `registry-invalid`, also when two keys share an id
 */
export function parseSealKeys(text: string): readonly SealKeyEntry[] {
  return parseKeys('seal-keys', text);
}

/** The keys of the audit record, in the same form; older ones stay as long as their records are to be read. @throws as above */
export function parseAuditKeys(text: string): readonly SealKeyEntry[] {
  return parseKeys('audit-keys', text);
}

function parseKeys(what: 'seal-keys' | 'audit-keys', text: string): readonly SealKeyEntry[] {
  const { keys } = parseRegistry(what, sealKeysFile, text);
  requireUnique(
    what,
    'id',
    keys.map(({ id }) => id),
  );
  return keys;
}
