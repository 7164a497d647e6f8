// RSA signatures (RFC 8017) for the digests, keys and exponents that WebCrypto refuses. What the key makes of the signature is
// held, octet by octet, against the one encoding that a right signature has; the limits are OpenSSL's.

import { bigIntOf, octetsOf, octetsOfHex, powerModulo } from './big-integers.ts';
import { browserDigests } from './browser-digests.ts';
import { DIGEST_IDENTIFIERS, type SigningDigest } from './digest-identifiers.ts';

/** Of a public key: unsigned, without zeros in front. */
export interface RsaNumbers {
  readonly n: Uint8Array;
  readonly e: Uint8Array;
}

/** OpenSSL computes with none larger, so that nobody is kept busy by a key (`OPENSSL_RSA_MAX_MODULUS_BITS`). */
const MOST_MODULUS_BITS = 16_384;
/** Beyond this size of modulus, it takes short exponents only (`OPENSSL_RSA_SMALL_MODULUS_BITS`, `OPENSSL_RSA_MAX_PUBEXP_BITS`). */
const SMALL_MODULUS_BITS = 3072;
const SHORT_EXPONENT_BITS = 64;

/** RSASSA-PKCS1-V1_5-VERIFY (8.2.2). */
export function verifyRsaPkcs1(
  key: RsaNumbers,
  algorithm: SigningDigest,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const encoded = encodedMessage(key, signature);
  if (encoded === null) return false;
  return areSame(encoded, encodePkcs1(algorithm, browserDigests.of(algorithm, message), encoded.length));
}

/** RSASSA-PSS-VERIFY (8.1.2), MGF1 with the digest of the message. @param saltLength - in octets */
export function verifyRsaPss(
  key: RsaNumbers,
  { digest: algorithm, saltLength }: { readonly digest: SigningDigest; readonly saltLength: number },
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const encoded = encodedMessage(key, signature);
  if (encoded === null) return false;
  const digest = browserDigests.of(algorithm, message);
  // emBits: one less than the modulus has, so that the whole may be an octet shorter than the modulus.
  const form = { algorithm, digest, saltLength, bits: bitLength(key.n) - 1 };
  const salt = saltOf(encoded.subarray(encoded.length - sizeOf(form)), form);
  return salt !== null && areSame(encoded, encodePss(form, salt, encoded.length));
}

/** RSAVP1 (5.2.2), as octets at the length of the modulus; null for what OpenSSL does not compute with. */
function encodedMessage({ n, e }: RsaNumbers, signature: Uint8Array): Uint8Array | null {
  const [modulus, exponent, value] = [bigIntOf(n), bigIntOf(e), bigIntOf(signature)];
  const bits = bitLength(n);
  if (bits > MOST_MODULUS_BITS || (modulus & 1n) === 0n || exponent === 0n || exponent >= modulus)
    return null;
  if (bits > SMALL_MODULUS_BITS && bitLength(e) > SHORT_EXPONENT_BITS) return null;
  if (signature.length !== n.length || value >= modulus) return null;
  return octetsOf(powerModulo(value, exponent, modulus), n.length);
}

/** EMSA-PKCS1-v1_5 (9.2); null where the modulus is too short for it. */
function encodePkcs1(algorithm: SigningDigest, digest: Uint8Array, length: number): Uint8Array | null {
  const oid = octetsOfHex(DIGEST_IDENTIFIERS[algorithm]);
  const identifier = [0x30, oid.length + 4, 0x06, oid.length, ...oid, 0x05, 0x00];
  const info = [0x30, identifier.length + 2 + digest.length, ...identifier, 0x04, digest.length, ...digest];
  const padding = length - info.length - 3;
  // RFC 8017 asks for eight octets of padding at least.
  if (padding < 8) return null;
  return Uint8Array.of(0x00, 0x01, ...new Uint8Array(padding).fill(0xff), 0x00, ...info);
}

interface PssForm {
  readonly algorithm: SigningDigest;
  /** Of the message. */
  readonly digest: Uint8Array;
  readonly saltLength: number;
  readonly bits: number;
}

function sizeOf({ bits }: PssForm): number {
  return Math.ceil(bits / 8);
}

/** Where an encoded message would hold its salt (9.1.2); null where none so long fits. Encoding anew tells whether all is right. */
function saltOf(encoded: Uint8Array, { algorithm, digest, saltLength }: PssForm): Uint8Array | null {
  const end = encoded.length - digest.length - 1;
  const start = end - saltLength;
  if (start < 1) return null;
  const mask = mgf1(encoded.subarray(end, end + digest.length), end, algorithm);
  return exclusiveOr(encoded.subarray(start, end), mask.subarray(start));
}

/** EMSA-PSS (9.1.1) with a salt that is known, with zeros in front up to the length of the modulus. */
function encodePss(form: PssForm, salt: Uint8Array, length: number): Uint8Array {
  const { algorithm, digest, bits } = form;
  const size = sizeOf(form);
  const hash = browserDigests.of(algorithm, Uint8Array.of(...new Uint8Array(8), ...digest, ...salt));
  const block = new Uint8Array(size - digest.length - 1);
  block.set(salt, block.length - salt.length);
  block[block.length - salt.length - 1] = 0x01;
  const masked = exclusiveOr(block, mgf1(hash, block.length, algorithm));
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * size - bits));
  return Uint8Array.of(...new Uint8Array(length - size), ...masked, ...hash, 0xbc);
}

function exclusiveOr(octets: Uint8Array, mask: Uint8Array): Uint8Array {
  return octets.map((octet, at) => octet ^ (mask[at] ?? 0));
}

/** MGF1 (B.2.1). */
function mgf1(seed: Uint8Array, length: number, algorithm: SigningDigest): Uint8Array {
  const mask = new Uint8Array(length);
  for (let filled = 0, counter = 0; filled < length; counter += 1) {
    const digest = browserDigests.of(algorithm, Uint8Array.of(...seed, ...octetsOf(BigInt(counter), 4)));
    mask.set(digest.subarray(0, length - filled), filled);
    filled += digest.length;
  }
  return mask;
}

function bitLength(digits: Uint8Array): number {
  const [first = 0] = digits;
  return first === 0 ? 0 : 8 * digits.length - (Math.clz32(first) - 24);
}

function areSame(a: Uint8Array, b: Uint8Array | null): boolean {
  return a.length === b?.length && a.every((octet, at) => octet === b[at]);
}
