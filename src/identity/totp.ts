// One-time codes of an authenticator: RFC 6238 with the parameters that every authenticator app has (SHA-1, 6 digits, 30 s).

import { createHmac, timingSafeEqual } from 'node:crypto';

export const TOTP = Object.freeze({
  digits: 6,
  periodMs: 30_000,
  /** Steps before and after the present one that count too (RFC 6238, 5.2): a phone's clock and a slow finger. */
  driftSteps: 1,
  /** RFC 4226, 4: R6 recommends 160 bits. */
  secretBytes: 20,
});

/** How long a used code must be remembered: as long as its step could be accepted. */
export const TOTP_MEMORY_MS = TOTP.periodMs * (2 * TOTP.driftSteps + 1);

/** The code of one time step (RFC 4226, 5.3). */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** TOTP.digits).padStart(TOTP.digits, '0');
}

export function totpStep(now: number): number {
  return Math.floor(now / TOTP.periodMs);
}

/**
 * The time step whose code this is; it may have been used before.
 *
 * @param now - milliseconds since 1970
 * @returns null for none of those that count now
 */
export function matchTotp(secret: Uint8Array, code: string, now: number): number | null {
  const shown = Buffer.from(code);
  let found: number | null = null;
  for (let drift = -TOTP.driftSteps; drift <= TOTP.driftSteps; drift += 1) {
    const step = totpStep(now) + drift;
    const right = Buffer.from(totpCode(secret, step));
    if (right.length === shown.length && timingSafeEqual(right, shown)) found = step;
  }
  return found;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, 6, without padding, as authenticators take it. */
export function base32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => ALPHABET[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}

/** Spaces, hyphens, lower case and padding are how people write it. @returns null for anything else */
export function parseBase32(text: string): Uint8Array | null {
  const letters = text.toUpperCase().replace(/[\s-]/g, '').replace(/=+$/, '');
  if (!/^[A-Z2-7]+$/.test(letters)) return null;
  const bits = [...letters].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return Uint8Array.from(bytes);
}

/** What an authenticator scans. @param account - what it shows; no NIK */
export function otpauthUri(secret: Uint8Array, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const parameters = new URLSearchParams({ secret: base32(secret), issuer });
  return `otpauth://totp/${label}?${parameters}`;
}
