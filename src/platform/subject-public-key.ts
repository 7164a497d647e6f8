// The little of DER that WebCrypto has to be helped with: which key a SubjectPublicKeyInfo holds, and the two integers of an
// ECDSA value. What is not exactly as it must be is null: OpenSSL refuses it too.

import { hexOf } from './big-integers.ts';
import type { MlDsa } from './platform.ts';

/** Of a key, as far as it decides how the key is imported. */
export interface KeyAlgorithm {
  readonly kind: KeyKind;
  /** Of a named curve, hexadecimal; null where the parameters are something else. */
  readonly parametersOid: string | null;
  /** As they stand; null where there are none. */
  readonly parameters: Uint8Array | null;
  /** The BIT STRING with the key, as it stands. */
  readonly key: Uint8Array;
}

/** One DER value, its octets shared with what it was read from. */
export interface Value {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
  readonly rest: Uint8Array;
}

export const SEQUENCE = 0x30;
export const INTEGER = 0x02;
export const OID = 0x06;
const BIT_STRING = 0x03;

/** By the content octets of their identifiers, hexadecimal. */
export type KeyKind = 'rsa' | 'rsa-pss' | 'ec' | 'dsa' | 'ed25519' | 'ed448' | MlDsa;

const KINDS: Readonly<Record<string, KeyKind>> = {
  '2a864886f70d010101': 'rsa',
  '2a864886f70d01010a': 'rsa-pss',
  '2a8648ce3d0201': 'ec',
  '2a8648ce380401': 'dsa',
  '2b6570': 'ed25519',
  '2b6571': 'ed448',
  '608648016503040311': 'ml-dsa-44',
  '608648016503040312': 'ml-dsa-65',
  '608648016503040313': 'ml-dsa-87',
};

export function readKeyAlgorithm(publicKey: Uint8Array): KeyAlgorithm | null {
  const outer = read(publicKey, SEQUENCE);
  const algorithm = outer === null || outer.rest.length > 0 ? null : read(outer.content, SEQUENCE);
  const key = algorithm === null ? null : read(algorithm.rest, BIT_STRING);
  const oid = algorithm === null ? null : read(algorithm.content, OID);
  const kind = oid === null ? undefined : KINDS[hexOf(oid.content)];
  if (key === null || key.rest.length > 0 || oid === null || kind === undefined) return null;
  const parameters = oid.rest.length === 0 ? null : read(oid.rest, null);
  return {
    kind,
    parametersOid: parameters?.tag === OID ? hexOf(parameters.content) : null,
    parameters: oid.rest.length === 0 ? null : oid.rest,
    key: key.whole,
  };
}

/** The octets of subjectPublicKey; null where they are not whole. */
export function keyOctets({ key }: KeyAlgorithm): Uint8Array | null {
  const bits = read(key, BIT_STRING);
  return bits?.content[0] === 0 ? bits.content.subarray(1) : null;
}

/**
 * The modulus and the exponent of an RSA key, unsigned and without zeros in front. Some writers leave out the zero that a modulus
 * needs to be positive; OpenSSL knows what they mean, a browser that reads the key itself does not.
 */
export function rsaNumbers(key: KeyAlgorithm): { readonly n: Uint8Array; readonly e: Uint8Array } | null {
  const octets = keyOctets(key);
  const sequence = octets === null ? null : only(octets, SEQUENCE);
  const n = sequence === null ? null : read(sequence.content, INTEGER);
  const e = n === null ? null : read(n.rest, INTEGER);
  if (n === null || e === null || e.rest.length > 0) return null;
  return { n: withoutZeros(n.content), e: withoutZeros(e.content) };
}

function withoutZeros(digits: Uint8Array): Uint8Array {
  const first = digits.findIndex((digit) => digit !== 0);
  return first === -1 ? digits.subarray(digits.length) : digits.subarray(first);
}

/**
 * r and s side by side, each as long as the order of the curve.
 * @returns null for what is not DER, or a number that is negative or too long
 */
export function sideBySide(ecdsaSigValue: Uint8Array, half: number): Uint8Array | null {
  const outer = read(ecdsaSigValue, SEQUENCE);
  const r = outer === null || outer.rest.length > 0 ? null : read(outer.content, INTEGER);
  const s = r === null ? null : read(r.rest, INTEGER);
  if (r === null || s === null || s.rest.length > 0) return null;
  const [first, second] = [unsigned(r.content, half), unsigned(s.content, half)];
  if (first === null || second === null) return null;
  const both = new Uint8Array(2 * half);
  both.set(first, half - first.length);
  both.set(second, 2 * half - second.length);
  return both;
}

function unsigned(content: Uint8Array, most: number): Uint8Array | null {
  const [first = 0x80, second = 0x80] = content;
  if (first >= 0x80) return null;
  // A zero that no sign bit asks for.
  if (first === 0 && content.length > 1 && second < 0x80) return null;
  const digits = first === 0 ? content.subarray(1) : content;
  return digits.length > most ? null : digits;
}

/** The value that the bytes are, with nothing behind it. */
export function only(bytes: Uint8Array, tag: number): Value | null {
  const value = read(bytes, tag);
  return value?.rest.length === 0 ? value : null;
}

/** The first value, in definite and shortest form. @param tag - null: any */
export function read(bytes: Uint8Array, tag: number | null): Value | null {
  const [found, first] = bytes;
  if (found === undefined || first === undefined || (tag !== null && found !== tag)) return null;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || octets > 3 || bytes.length < 2 + octets) return null;
  const length =
    octets === 0 ? first : bytes.subarray(2, 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0);
  const longForm = octets === 0 || (length >= 0x80 && length >= 256 ** (octets - 1));
  const start = 2 + octets;
  if (!longForm || bytes.length < start + length) return null;
  return {
    tag: found,
    content: bytes.subarray(start, start + length),
    whole: bytes.subarray(0, start + length),
    rest: bytes.subarray(start + length),
  };
}
