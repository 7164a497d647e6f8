// The object identifiers of digests, where a signature or a key names one inside.

import type { DigestAlgorithm } from './platform.ts';

/** OpenSSL signs by no other: a digest without a length of its own has no identifier inside a signature. */
export type SigningDigest = Exclude<DigestAlgorithm, 'shake256'>;

/** Content octets, hexadecimal. */
export const DIGEST_IDENTIFIERS: Readonly<Record<SigningDigest, string>> = {
  md5: '2a864886f70d0205',
  ripemd160: '2b24030201',
  sha1: '2b0e03021a',
  sha224: '608648016503040204',
  sha256: '608648016503040201',
  sha384: '608648016503040202',
  sha512: '608648016503040203',
  'sha3-256': '608648016503040208',
  'sha3-384': '608648016503040209',
  'sha3-512': '60864801650304020a',
};

export function isSigningDigest(algorithm: DigestAlgorithm): algorithm is SigningDigest {
  return algorithm !== 'shake256';
}
