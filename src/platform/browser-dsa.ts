// DSA (FIPS 186-4, 4.7), which no browser has: so that an old signature is named weak where it is right, and wrong where it is not.

import { bigIntOf, powerModulo } from './big-integers.ts';
import { browserDigests } from './browser-digests.ts';
import type { DigestAlgorithm } from './platform.ts';
import {
  INTEGER,
  type KeyAlgorithm,
  keyOctets,
  only,
  read,
  SEQUENCE,
  sideBySide,
} from './subject-public-key.ts';

interface DsaKey {
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
  readonly y: bigint;
}

/** OpenSSL computes with none larger (`OPENSSL_DSA_MAX_MODULUS_BITS`). */
const MOST_MODULUS_BITS = 10_000;
const ORDER_BITS: readonly number[] = [160, 224, 256];
/** FIPS 186-4 has its own; OpenSSL refuses others. */
const DIGESTS: readonly DigestAlgorithm[] = [
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
];

/** @param signature - `SEQUENCE { r, s }`, DER */
export function verifyDsa(
  subjectKey: KeyAlgorithm,
  digest: DigestAlgorithm,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = dsaKey(subjectKey);
  if (key === null || !DIGESTS.includes(digest)) return false;
  const { p, q, g, y } = key;
  const half = bitsOf(q) / 8;
  const value = sideBySide(signature, half);
  if (value === null) return false;
  const [r, s] = [bigIntOf(value.subarray(0, half)), bigIntOf(value.subarray(half))];
  if (r === 0n || s === 0n || r >= q || s >= q) return false;
  const hash = bigIntOf(browserDigests.of(digest, message).subarray(0, half));
  // q is prime in a key that means anything; in another, this is some number, as it is for OpenSSL.
  const w = powerModulo(s, q - 2n, q);
  const v = (powerModulo(g, (hash * w) % q, p) * powerModulo(y, (r * w) % q, p)) % p;
  return v % q === r;
}

/** Null for a key without its own parameters, and for those that OpenSSL does not compute with. */
function dsaKey(key: KeyAlgorithm): DsaKey | null {
  const parameters = key.parameters === null ? null : only(key.parameters, SEQUENCE);
  const p = parameters === null ? null : read(parameters.content, INTEGER);
  const q = p === null ? null : read(p.rest, INTEGER);
  const g = q === null ? null : read(q.rest, INTEGER);
  const octets = keyOctets(key);
  const y = octets === null ? null : only(octets, INTEGER);
  if (p === null || q === null || g === null || g.rest.length > 0 || y === null) return null;
  const [modulus, order] = [bigIntOf(p.content), bigIntOf(q.content)];
  const computable = (modulus & 1n) === 1n && bitsOf(modulus) <= MOST_MODULUS_BITS;
  if (!computable || !ORDER_BITS.includes(bitsOf(order))) return null;
  return { p: modulus, q: order, g: bigIntOf(g.content), y: bigIntOf(y.content) };
}

function bitsOf(value: bigint): number {
  return value.toString(2).length;
}
