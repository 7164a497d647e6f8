// What opens PKCS#12 containers: a passphrase, and the keys made from it.

import { pbkdf2Sync } from 'node:crypto';
import type { RandomBytes } from '../src/platform/platform.ts';
import { deriveMacKey } from '../src/signers/pkcs12-mac.ts';

/** What OWASP asked of PBKDF2-HMAC-SHA256 in 2023. */
const ITERATIONS = 600_000;

const KEY_BYTES = 32;

/**
 * A passphrase with the keys made from it. Containers that are made together share one: who guesses the passphrase of one has
 * guessed it for all, so salts of their own would only cost time.
 */
export interface ContainerLock {
  readonly passphrase: string;
  readonly macKey: Uint8Array;
  readonly macSalt: Uint8Array;
  readonly encryptionKey: Uint8Array;
  readonly encryptionSalt: Uint8Array;
  readonly iterations: number;
}

/**
 * Derives the keys for MAC and encryption. It blocks, for 0.6 s at the usual number of rounds: the MAC's derivation is older than
 * PBKDF2, and no runtime offers it as a whole.
 *
 * @param iterations - rounds for each of the two keys
 */
export function createContainerLock(
  passphrase: string,
  randomBytes: RandomBytes,
  iterations: number = ITERATIONS,
): ContainerLock {
  const macSalt = randomBytes(16);
  const encryptionSalt = randomBytes(16);
  return {
    passphrase,
    macKey: deriveMacKey('sha256', passphrase, macSalt, iterations),
    macSalt,
    encryptionKey: pbkdf2Sync(passphrase, encryptionSalt, iterations, KEY_BYTES, 'sha256'),
    encryptionSalt,
    iterations,
  };
}
