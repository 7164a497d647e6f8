// What activates the key of `teken sign`, out of files: a passphrase or PIN, and a one-time code of the service that holds the key.

import type { Activation } from '../sign/ports.ts';
import { readPassword } from './password-file.ts';

export interface ActivationFiles {
  readonly passphraseFile: string | null;
  readonly otpFile: string | null;
}

/** What `use` makes of it; the octets are zeroed then. @throws UsageError `password-file-unusable` */
export async function withActivation<T>(
  { passphraseFile, otpFile }: ActivationFiles,
  use: (activation: Activation) => Promise<T>,
): Promise<T> {
  const passphrase = passphraseFile === null ? null : readPassword(passphraseFile);
  const otp = otpFile === null ? null : readPassword(otpFile);
  try {
    return await use(activationWith(passphrase, otp));
  } finally {
    passphrase?.fill(0);
    otp?.fill(0);
  }
}

function activationWith(passphrase: Uint8Array | null, otp: Uint8Array | null): Activation {
  if (passphrase !== null) return { kind: 'passphrase', passphrase, ...(otp === null ? {} : { otp }) };
  return otp === null ? { kind: 'none' } : { kind: 'otp', otp };
}
