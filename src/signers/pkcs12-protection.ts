// How hard a stolen container is to open by guessing.

import { SignerFailed } from '../sign/errors.ts';
import type { SignerEnvironment } from './open-signer.ts';
import { readPasswordEncryption } from './password-encryption.ts';
import type { Pkcs12Container } from './pkcs12-container.ts';

export interface Protection {
  readonly encryption: string;
  readonly iterations: number;
}

/** OWASP's figure for PBKDF2-HMAC-SHA256 of 2023: some eight guesses a second and core, against two thousand at 2 048. */
export const LEAST_ITERATIONS = 600_000;

const CURE =
  'openssl pkcs12 -legacy -in old.p12 -out key.pem, then openssl pkcs12 -export -in key.pem -out new.p12 ' +
  '-keypbe AES-256-CBC -certpbe AES-256-CBC -macalg SHA256 -iter 600000';

/** Every part that a guess can be tried on, without opening any. The MAC is one: it tells a right passphrase from a wrong one. */
export function protectionOf({ bags, closed, mac }: Pkcs12Container): readonly Protection[] {
  const encrypted = [...bags.keys.map(({ encrypted: key }) => key), ...closed];
  return [
    ...encrypted.map(readPasswordEncryption),
    ...(mac === null ? [] : [{ encryption: `mac-${mac.digest}`, iterations: mac.iterations }]),
  ];
}

/**
 * Holds the weakest part against what production demands; elsewhere it is only warned about.
 *
 * @throws SignerFailed `pkcs12-weak-protection` { encryption, iterations, required, cure }
 */
export function checkProtection(
  protections: readonly Protection[],
  { production, warn }: SignerEnvironment,
): void {
  const weak = protections.find((each) => isWeak(each));
  if (weak === undefined) return;
  const values = {
    encryption: weak.encryption,
    iterations: weak.iterations,
    required: `AES, at least ${LEAST_ITERATIONS} iterations`,
    cure: CURE,
  };
  if (production) throw new SignerFailed('pkcs12-weak-protection', values);
  warn?.({ code: 'pkcs12-weak-protection', values });
}

function isWeak({ encryption, iterations }: Protection): boolean {
  return !/^(aes|mac)-/.test(encryption) || iterations < LEAST_ITERATIONS;
}
