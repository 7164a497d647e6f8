// EdDSA (RFC 8032, 5.1.7 and 5.2.7): Ed448, which browsers lack, and Ed25519 where they have not learnt it yet.

import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bigIntOf } from './big-integers.ts';
import { browserDigests } from './browser-digests.ts';

const ED25519_HALF = 32;
const ED448_HALF = 57;

export function verifyEd448(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== ED448_HALF || signature.length !== 2 * ED448_HALF) return false;
  return ed448.verify(signature, message, key, { zip215: false });
}

/**
 * As OpenSSL does it, without the cofactor: R is computed, and held against the octets of the signature. The library's own equation
 * has the cofactor, and so says yes to some values of a signer who made them for that.
 */
export function verifyEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== ED25519_HALF || signature.length !== 2 * ED25519_HALF) return false;
  const { Point } = ed25519;
  const point = pointOf(key);
  const [r, s] = [signature.subarray(0, ED25519_HALF), littleEndian(signature.subarray(ED25519_HALF))];
  const order = Point.Fn.ORDER;
  if (point === null || s >= order) return false;
  const hash = browserDigests.start('sha512');
  for (const part of [r, key, message]) hash.update(part);
  const k = littleEndian(hash.finish()) % order;
  const computed = Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k)).toBytes();
  return computed.every((octet, at) => octet === r[at]);
}

/** Null for what is no point, and for one of small order, by which a value may be right for many messages. */
function pointOf(key: Uint8Array): InstanceType<typeof ed25519.Point> | null {
  try {
    const point = ed25519.Point.fromBytes(key);
    return point.isSmallOrder() ? null : point;
  } catch {
    return null;
  }
}

function littleEndian(octets: Uint8Array): bigint {
  return bigIntOf(octets.toReversed());
}
