// One person's approval that another signs one document: a sealed text that the asking application carries; nothing is kept here.

import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { SealKeyEntry } from './seal-keys.ts';

export interface Approval {
  /** Who approves, and who is to sign: identifiers of the registry. */
  readonly approver: string;
  readonly signer: string;
  /** SHA-256 of the document, hexadecimal. */
  readonly document: string;
  /** The client for which it was given; nobody else's request may show it. */
  readonly client: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** An official may be on the way; the next morning the letter is usually another one. Seal keys must live as long. */
export const APPROVAL_LIFETIME_MS = 24 * 60 * 60_000;

/** Of one token: identifiers of at most 64 characters and a digest. */
export const MAX_APPROVAL_CHARACTERS = 1_024;

const payload = z.strictObject({
  approver: z.string(),
  signer: z.string(),
  document: z.string(),
  client: z.string(),
  expiresAt: z.int(),
});

/** @param keys - the first seals */
export function sealApproval(approval: Approval, keys: readonly SealKeyEntry[]): string {
  const [newest] = keys;
  if (newest === undefined) throw new RangeError('a seal needs a key');
  const said = `${newest.id}.${Buffer.from(JSON.stringify(approval)).toString('base64url')}`;
  return `${said}.${macOf(said, newest).toString('base64url')}`;
}

/** Null for what is not ours or was altered; whether it has ended is not looked at. */
export function openApproval(token: string, keys: readonly SealKeyEntry[]): Approval | null {
  if (token.length > MAX_APPROVAL_CHARACTERS) return null;
  // Key identifiers may contain dots.
  const [, keyId, body, mac] = /^([\w.-]{1,32})\.([\w-]+)\.([\w-]+)$/.exec(token) ?? [];
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined || body === undefined || mac === undefined) return null;
  const right = macOf(`${keyId}.${body}`, key);
  const shown = Buffer.from(mac, 'base64url');
  if (shown.length !== right.length || !timingSafeEqual(shown, right)) return null;
  return payload.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
}

/** A key of its own: the same bytes seal prepared signatures with another algorithm (SP 800-57, 5.2). */
function macOf(said: string, { key }: SealKeyEntry): Buffer {
  const derived = hkdfSync('sha256', key, new Uint8Array(), 'teken approval 1', 32);
  return createHmac('sha256', new Uint8Array(derived)).update(said).digest();
}
