// The little of DER that WebCrypto has to be helped with: which key a SubjectPublicKeyInfo holds, and the two integers of an
// ECDSA value. What is not exactly as it must be is null: OpenSSL refuses it too.

import { hexOf } from './big-integers.ts';

/** Of a key, as far as it decides how the key is imported. */
export interface KeyAlgorithm {
  /** Content octets of the object identifier, hexadecimal. */
  readonly oid: string;
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

const RSA_ENCRYPTION = '2a864886f70d010101';
const RSASSA_PSS = '2a864886f70d01010a';
const EC_PUBLIC_KEY = '2a8648ce3d0201';
const ED25519 = '2b6570';

export const isRsa = ({ oid }: KeyAlgorithm): boolean => oid === RSA_ENCRYPTION;
export const isRsaPss = ({ oid }: KeyAlgorithm): boolean => oid === RSASSA_PSS;
export const isEc = ({ oid }: KeyAlgorithm): boolean => oid === EC_PUBLIC_KEY;
export const isEd25519 = ({ oid }: KeyAlgorithm): boolean => oid === ED25519;

export function readKeyAlgorithm(publicKey: Uint8Array): KeyAlgorithm | null {
  const outer = read(publicKey, SEQUENCE);
  const algorithm = outer === null || outer.rest.length > 0 ? null : read(outer.content, SEQUENCE);
  const key = algorithm === null ? null : read(algorithm.rest, BIT_STRING);
  const oid = algorithm === null ? null : read(algorithm.content, OID);
  if (key === null || key.rest.length > 0 || oid === null) return null;
  const parameters = oid.rest.length === 0 ? null : read(oid.rest, null);
  return {
    oid: hexOf(oid.content),
    parametersOid: parameters?.tag === OID ? hexOf(parameters.content) : null,
    parameters: oid.rest.length === 0 ? null : oid.rest,
    key: key.whole,
  };
}

/**
 * The modulus and the exponent of an RSA key, unsigned and without zeros in front. Some writers leave out the zero that a modulus
 * needs to be positive; OpenSSL knows what they mean, a browser that reads the key itself does not.
 */
export function rsaNumbers({ key }: KeyAlgorithm): { readonly n: Uint8Array; readonly e: Uint8Array } | null {
  const bits = read(key, BIT_STRING);
  const sequence = bits === null || bits.content[0] !== 0 ? null : read(bits.content.subarray(1), SEQUENCE);
  const n = sequence === null ? null : read(sequence.content, INTEGER);
  const e = n === null ? null : read(n.rest, INTEGER);
  if (n === null || e === null || e.rest.length > 0 || sequence?.rest.length !== 0) return null;
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
