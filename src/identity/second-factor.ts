// The code that a signer gives beside the key's secret: of an authenticator, or sent by mail. Each is good once, on whatever replica.

import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { OneTimeCodes } from '../state/ports.ts';
import { InvalidRegistry } from './registry-file.ts';
import type { RegisteredSigner } from './signer-registry.ts';
import { matchTotp, parseBase32, TOTP, TOTP_MEMORY_MS } from './totp.ts';

export type FactorOutcome = 'passed' | 'second-factor-wrong' | 'second-factor-used';

export interface SecondFactors {
  /** @param documents - how many the code is to cover @throws SharedStateUnavailable */
  check(signer: RegisteredSigner, code: string, documents: number): Promise<FactorOutcome>;
}

export interface SecondFactorContext {
  readonly codes: OneTimeCodes;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Where relative names of secret files begin. */
  readonly directory: string;
  /** Of the digests of codes; the same on all replicas. */
  readonly key: Uint8Array;
}

export function secondFactors({ codes, clock, directory, key }: SecondFactorContext): SecondFactors {
  return {
    check: async ({ id, secondFactor }, code, documents) => {
      if (secondFactor?.kind === 'email') {
        const redeemed = await codes.redeem(id, digestOfCode(key, id, code), documents);
        return redeemed === 'accepted' ? 'passed' : 'second-factor-wrong';
      }
      if (secondFactor === null) return 'second-factor-wrong';
      // Read each time: a secret that was enrolled anew counts at once, and none stays in memory.
      const secret = await readTotpSecret(resolve(directory, secondFactor.secretFile));
      const step = matchTotp(secret, code, clock());
      secret.fill(0);
      // A code that an activated seal was given; nobody else with an authenticator has any.
      if (step === null)
        return (await codes.redeem(id, digestOfCode(key, id, code), documents)) === 'accepted'
          ? 'passed'
          : 'second-factor-wrong';
      return (await codes.useOnce(`totp ${id} ${step}`, TOTP_MEMORY_MS)) ? 'passed' : 'second-factor-used';
    },
  };
}

/** A code has a million values: without the key its digest says nothing. */
export function digestOfCode(key: Uint8Array, signer: string, code: string): string {
  return createHmac('sha256', key).update(`code ${signer} ${code}`).digest('hex');
}

/** @throws InvalidRegistry for a file that holds no secret of at least 128 bits (RFC 4226, 4: R6) */
export async function readTotpSecret(path: string): Promise<Uint8Array> {
  const secret = parseBase32(await readFile(path, 'utf8'));
  if (secret === null || secret.length < 16)
    throw new InvalidRegistry('signers', ['a secretFile holds no base32 of at least 16 bytes']);
  return secret;
}

/** A new code, of digits that are equally likely. @param randomBytes - of a cryptographic source */
export function newCode(randomBytes: (length: number) => Uint8Array): string {
  const limit = 10 ** TOTP.digits;
  for (;;) {
    const number = Buffer.from(randomBytes(4)).readUInt32BE();
    // What lies above the largest multiple would make small numbers likelier.
    if (number < Math.floor(2 ** 32 / limit) * limit)
      return String(number % limit).padStart(TOTP.digits, '0');
  }
}
