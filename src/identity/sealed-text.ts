// A value sealed for its way through a browser: nobody there can read it, change it or take it for one of another purpose
// (AES-256-GCM, SP 800-38D). Nothing of it is kept here.

import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { SealKeyEntry } from './seal-keys.ts';

export interface Sealing {
  /** The first seals, all of them open. */
  readonly keys: readonly SealKeyEntry[];
  readonly randomBytes: (length: number) => Uint8Array;
}

/** What a sealed value is for; each has a key of its own, so that none can be shown in place of another (SP 800-57, 5.2). */
export type SealedPurpose = 'signing link' | 'sign-in attempt' | 'session' | 'signed update';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Nonces are random: one key is good for 2^32 values (SP 800-38D, 8.3). @returns letters, digits, `.`, `_`, `-` */
export function sealText(text: string, purpose: SealedPurpose, { keys, randomBytes }: Sealing): string {
  const [newest] = keys;
  if (newest === undefined) throw new RangeError('a seal needs a key');
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyFor(purpose, newest), nonce).setAAD(Buffer.from(newest.id));
  const body = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return `${newest.id}.${Buffer.concat(body).toString('base64url')}`;
}

/** Null for what is not ours, was altered, or was sealed for something else. */
export function openText(
  sealed: string,
  purpose: SealedPurpose,
  { keys }: Pick<Sealing, 'keys'>,
): string | null {
  // Key identifiers may contain dots.
  const [, keyId, body = ''] = /^([\w.-]{1,32})\.([\w-]+)$/.exec(sealed) ?? [];
  const key = keys.find(({ id }) => id === keyId);
  const bytes = Buffer.from(body, 'base64url');
  if (key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  // One spelling for each value: what was altered in the bits that base64 does not use is altered too.
  if (bytes.toString('base64url') !== body) return null;
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, keyFor(purpose, key), bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(key.id))
    .setAuthTag(bytes.subarray(end));
  try {
    return decipher.update(bytes.subarray(NONCE_BYTES, end), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    // The one thing that it can say: the tag does not fit.
    return null;
  }
}

function keyFor(purpose: SealedPurpose, { key }: SealKeyEntry): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `teken ${purpose} 1`, 32));
}
