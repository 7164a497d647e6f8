// The file encryption key of revisions 5 and 6 (ISO 32000-2, 7.6.4.3.3 and 7.6.4.3.4: algorithms 2.A and 2.B; 7.6.4.4.12:
// algorithm 13). Revision 5 is the deprecated one of Adobe's extension level 3, which hashes once.

import type { Ciphers, Digests } from '../platform/platform.ts';
import type { EncryptionDictionary } from './encryption-dictionary.ts';

/** What these algorithms compute with. */
export interface KeyArithmetic {
  readonly digests: Digests;
  readonly ciphers: Ciphers;
}

const NOTHING = new Uint8Array(0);
const ZERO_IV = new Uint8Array(16);

/** The key, if this is the user password. */
export function keyOfUserPasswordSha2(
  password: Uint8Array,
  { revision, user, userKey }: EncryptionDictionary,
  arithmetic: KeyArithmetic,
): Uint8Array | null {
  return keyBehind(password, { revision, salted: user, encrypted: userKey, user: NOTHING }, arithmetic);
}

/** The key, if this is the owner password. */
export function keyOfOwnerPasswordSha2(
  password: Uint8Array,
  { revision, user, owner, ownerKey }: EncryptionDictionary,
  arithmetic: KeyArithmetic,
): Uint8Array | null {
  return keyBehind(password, { revision, salted: owner, encrypted: ownerKey, user }, arithmetic);
}

interface EncryptedKey {
  readonly revision: number;
  /** 32 bytes of hash, 8 of validation salt, 8 of key salt. */
  readonly salted: Uint8Array;
  readonly encrypted: Uint8Array;
  /** `/U` for the owner's key, nothing for the user's. */
  readonly user: Uint8Array;
}

function keyBehind(password: Uint8Array, key: EncryptedKey, arithmetic: KeyArithmetic): Uint8Array | null {
  const { revision, salted, encrypted, user } = key;
  const hash = (salt: Uint8Array) =>
    revision === 5
      ? arithmetic.digests.of('sha256', joined(password, salt, user))
      : hardenedHash(password, salt, user, arithmetic);
  const found = hash(salted.subarray(32, 40));
  if (!found.every((byte, i) => salted[i] === byte)) return null;
  const intermediate = hash(salted.subarray(40, 48));
  return arithmetic.ciphers.aesCbcDecrypt({ key: intermediate, iv: ZERO_IV, padding: 'none' }, encrypted);
}

const LEAST_ROUNDS = 64;
const REPETITIONS = 64;

/**
 * Algorithm 2.B: SHA-256, -384 and -512 and AES-128 in rounds whose number depends on the password, at least 64.
 * @param user - the 48 bytes of `/U` when it is the owner's password, else nothing
 * @returns 32 bytes
 */
export function hardenedHash(
  password: Uint8Array,
  salt: Uint8Array,
  user: Uint8Array,
  { digests, ciphers }: KeyArithmetic,
): Uint8Array {
  let hash = digests.of('sha256', joined(password, salt, user));
  // The last byte is 255 at most, so that this ends after 287 rounds.
  for (let rounds = 0, lastByte = 0; rounds < LEAST_ROUNDS || lastByte > rounds - 32; rounds += 1) {
    const piece = joined(password, hash, user);
    const repeated = new Uint8Array(piece.length * REPETITIONS);
    for (let i = 0; i < REPETITIONS; i += 1) repeated.set(piece, i * piece.length);
    const cipher = { key: hash.subarray(0, 16), iv: hash.subarray(16, 32), padding: 'none' } as const;
    // Whole blocks, whatever the password's length: 64 pieces are a multiple of 16.
    const encrypted = ciphers.aesCbcEncrypt(cipher, repeated) ?? NOTHING;
    // The first 16 bytes as a number modulo 3; 256 is 1 modulo 3, so that the sum of the bytes will do.
    const remainder = encrypted.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
    hash = digests.of(remainder === 0 ? 'sha256' : remainder === 1 ? 'sha384' : 'sha512', encrypted);
    lastByte = encrypted.at(-1) ?? 0;
  }
  return hash.subarray(0, 32);
}

/** Whether `/Perms` confirms `/P` (algorithm 13); where it does not, somebody has changed one of them. */
export function permissionsConfirmed(
  key: Uint8Array,
  { permissions, encryptedPermissions }: EncryptionDictionary,
  { ciphers }: KeyArithmetic,
): boolean {
  // One block under ECB is one block under CBC with zeros before it.
  const clear = ciphers.aesCbcDecrypt({ key, iv: ZERO_IV, padding: 'none' }, encryptedPermissions);
  if (clear === null || String.fromCharCode(...clear.subarray(9, 12)) !== 'adb') return false;
  return new DataView(clear.buffer, clear.byteOffset).getInt32(0, true) === permissions;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
