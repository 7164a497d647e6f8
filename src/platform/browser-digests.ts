// Digests in a browser: WebCrypto's can neither be asked synchronously nor be copied under way, and lack the old ones by which
// weak signatures are known.

import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { sha3_256, sha3_384, sha3_512, shake256 } from '@noble/hashes/sha3.js';
import type { DigestAlgorithm, Digests, RunningDigest } from './platform.ts';

/** What the library calls a hash that is under way. */
interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
  clone(): Hash;
}

const SHAKE_OUTPUT = 64;

const BEGINNINGS: Readonly<Record<DigestAlgorithm, () => Hash>> = {
  md5: () => md5.create(),
  ripemd160: () => ripemd160.create(),
  sha1: () => sha1.create(),
  sha224: () => sha224.create(),
  sha256: () => sha256.create(),
  sha384: () => sha384.create(),
  sha512: () => sha512.create(),
  'sha3-256': () => sha3_256.create(),
  'sha3-384': () => sha3_384.create(),
  'sha3-512': () => sha3_512.create(),
  shake256: () => shake256.create({ dkLen: SHAKE_OUTPUT }),
};

export const browserDigests: Digests = {
  start: (algorithm) => running(BEGINNINGS[algorithm]()),
  of: (algorithm, bytes) => {
    const hash = BEGINNINGS[algorithm]();
    hash.update(bytes);
    return hash.digest();
  },
};

function running(hash: Hash): RunningDigest {
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    copy: () => running(hash.clone()),
    finish: () => hash.digest(),
  };
}
