// The file encryption key of revisions 2 to 4 (ISO 32000-2, 7.6.4.3.2, 7.6.4.4.3 to 7.6.4.4.6: algorithms 2 and 4 to 7).

import type { Digests } from '../platform/platform.ts';
import type { EncryptionDictionary } from './encryption-dictionary.ts';
import { rc4 } from './rc4.ts';

// Algorithm 2, step (a): what a password is padded with to 32 bytes.
const PADDING = Uint8Array.of(
  ...[0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08],
  ...[0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a],
);

/** The key, if this is the user password (algorithm 6). */
export function keyOfUserPasswordMd5(
  password: Uint8Array,
  encryption: EncryptionDictionary,
  digests: Digests,
): Uint8Array | null {
  for (const length of encryption.keyLengths) {
    const key = fileKey(padded(password), length, encryption, digests);
    if (opens(key, encryption, digests)) return key;
  }
  return null;
}

/** The key, if this is the owner password, which hides the user password (algorithm 7). */
export function keyOfOwnerPasswordMd5(
  password: Uint8Array,
  encryption: EncryptionDictionary,
  digests: Digests,
): Uint8Array | null {
  for (const length of encryption.keyLengths) {
    for (const key of ownerKeys(padded(password), length, encryption.revision, digests)) {
      const { revision, owner } = encryption;
      const user = revision === 2 ? rc4(key, owner) : rc4InRounds(key, owner, 'down');
      const found = keyOfUserPasswordMd5(user, { ...encryption, keyLengths: [length] }, digests);
      if (found !== null) return found;
    }
  }
  return null;
}

/**
 * Algorithm 3, steps (a) to (d). The standard repeats MD5 over whole digests; widespread writers and readers take of each no
 * more than the key will have, which is the same for 128 bits only.
 */
function ownerKeys(
  paddedPassword: Uint8Array,
  length: number,
  revision: number,
  digests: Digests,
): readonly Uint8Array[] {
  const digest = digests.of('md5', paddedPassword);
  if (revision === 2) return [digest.subarray(0, length)];
  const taken = length === digest.length ? [length] : [length, digest.length];
  return taken.map((bytes) => repeatedMd5(digest, bytes, digests).subarray(0, length));
}

function padded(password: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PADDING.length);
  const taken = password.subarray(0, bytes.length);
  bytes.set(taken);
  bytes.set(PADDING.subarray(0, bytes.length - taken.length), taken.length);
  return bytes;
}

/** Algorithm 2. */
function fileKey(
  paddedPassword: Uint8Array,
  length: number,
  { revision, owner, permissions, fileIdentifier, encryptMetadata }: EncryptionDictionary,
  digests: Digests,
): Uint8Array {
  const digest = digests.start('md5');
  digest.update(paddedPassword);
  digest.update(owner);
  digest.update(littleEndian(permissions));
  digest.update(fileIdentifier);
  if (revision >= 4 && !encryptMetadata) digest.update(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
  const first = digest.finish();
  return (revision >= 3 ? repeatedMd5(first, length, digests) : first).subarray(0, length);
}

function littleEndian(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff);
}

function repeatedMd5(first: Uint8Array, taken: number, digests: Digests): Uint8Array {
  let digest = first;
  for (let i = 0; i < 50; i += 1) digest = digests.of('md5', digest.subarray(0, taken));
  return digest;
}

/** Whether `/U` was made with this key: algorithm 4 in revision 2, else algorithm 5, of which 16 bytes count. */
function opens(key: Uint8Array, encryption: EncryptionDictionary, digests: Digests): boolean {
  const { revision, user, fileIdentifier } = encryption;
  if (revision === 2) return startsWith(user, rc4(key, PADDING));
  const digest = digests.start('md5');
  digest.update(PADDING);
  digest.update(fileIdentifier);
  return startsWith(user, rc4InRounds(key, digest.finish(), 'up'));
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.every((byte, i) => bytes[i] === byte);
}

/** Twenty times, with each byte of the key XORed with the number of the round; `down` undoes `up`. */
function rc4InRounds(key: Uint8Array, data: Uint8Array, direction: 'up' | 'down'): Uint8Array {
  let bytes = data;
  for (let i = 0; i < 20; i += 1) {
    const round = direction === 'up' ? i : 19 - i;
    bytes = rc4(
      key.map((byte) => byte ^ round),
      bytes,
    );
  }
  return bytes;
}
