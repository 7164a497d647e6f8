// ECDSA (FIPS 186-5, 6.4.2) on the curves and with the digests that WebCrypto lacks.

import { type ECDSA, ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { browserDigests } from './browser-digests.ts';
import type { SigningDigest } from './digest-identifiers.ts';
import { PRIME_CURVES, type PrimeCurve } from './prime-curves.ts';
import { sideBySide } from './subject-public-key.ts';

/** A curve that is known here. */
export interface KnownCurve {
  /** Octets of the order, and so of r and of s. */
  readonly half: number;
  readonly arithmetic: ECDSA;
}

const known = new Map<string, KnownCurve>();

/** @param oid - content octets, hexadecimal */
export function knownCurve(oid: string): KnownCurve | null {
  const numbers = PRIME_CURVES[oid];
  if (numbers === undefined) return null;
  const curve = known.get(oid) ?? {
    half: Math.ceil(numbers.n.length / 2),
    arithmetic: arithmeticOf(numbers),
  };
  known.set(oid, curve);
  return curve;
}

function arithmeticOf({ p, a, b, n, x, y }: PrimeCurve): ECDSA {
  const [field, order] = [number(p), number(n)];
  const point = weierstrass({
    p: field,
    a: number(a),
    b: number(b),
    n: order,
    h: 1n,
    Gx: number(x),
    Gy: number(y),
  });
  // The digest is for signing alone: what is verified is a digest already.
  return ecdsa(point, sha256);
}

const number = (digits: string): bigint => BigInt(`0x${digits}`);

/**
 * @param point - of the public key, in any of its encodings (SEC 1, 2.3.3; X9.62 for the hybrid one)
 * @param form - of the value: a SEQUENCE in DER, or both numbers side by side
 */
export function verifyEcdsa(
  { half, arithmetic }: KnownCurve,
  point: Uint8Array,
  form: 'der' | 'plain',
  { digest, message, signature }: { digest: SigningDigest; message: Uint8Array; signature: Uint8Array },
): boolean {
  const value = form === 'der' ? sideBySide(signature, half) : signature;
  const encoded = withoutHybrid(point);
  if (value?.length !== 2 * half || encoded === null) return false;
  // A digest longer than the order is cut by the library; a large s is as good as a small one.
  const options = { prehash: false, lowS: false, format: 'compact' } as const;
  try {
    return arithmetic.verify(value, browserDigests.of(digest, message), encoded, options);
  } catch {
    // A point that is not on the curve: no key, as for OpenSSL.
    return false;
  }
}

/** The hybrid form says twice which of the two points it is; null where it contradicts itself. */
function withoutHybrid(point: Uint8Array): Uint8Array | null {
  const [form] = point;
  if (form !== 0x06 && form !== 0x07) return point;
  if ((form & 1) !== ((point.at(-1) ?? 0) & 1)) return null;
  return Uint8Array.of(0x04, ...point.subarray(1));
}
