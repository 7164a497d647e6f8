// Keys of the development PKI, found off the event loop.

import { createPrivateKey, generateKeyPair, generatePrime, type KeyObject } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const generateKeyPairAsync = promisify(generateKeyPair);
const generatePrimeAsync = promisify<number, { bigint: true }, bigint>(generatePrime);

const PUBLIC_EXPONENT = 65_537n;

/** SP 800-56B, 6.2.1: the two primes differ by at least 2 to the power of half the modulus' length less this. */
const LEAST_DISTANCE_BITS = 100;

/**
 * An RSA key for the development PKI. The generator of OpenSSL makes primes with known factors beside them, three times as
 * slowly, and each key in one thread: a newcomer would wait for that. Here the two primes are plain ones of OpenSSL's
 * generator, each found in a thread of its own.
 *
 * @param modulusLength - bits, even
 */
export async function generateRsaKey(modulusLength: number): Promise<KeyObject> {
  const half = modulusLength / 2;
  for (;;) {
    const [first, second] = await Promise.all([findPrime(half), findPrime(half)]);
    const [p, q] = first > second ? [first, second] : [second, first];
    const isFarApart = p - q > 1n << BigInt(half - LEAST_DISTANCE_BITS);
    const hasInverse = (p - 1n) % PUBLIC_EXPONENT !== 0n && (q - 1n) % PUBLIC_EXPONENT !== 0n;
    if (isFarApart && hasInverse) return rsaKeyOf(p, q);
  }
}

export async function generateP256Key(): Promise<KeyObject> {
  return (await generateKeyPairAsync('ec', { namedCurve: 'prime256v1' })).privateKey;
}

/** The pool of libuv has four threads, and files and passwords need one too: the search leaves it room. */
const SEARCHES_AT_ONCE = Math.min(3, availableParallelism());

const waiting: (() => void)[] = [];
let searching = 0;

/** Its two highest bits are set (BN_generate_prime_ex of OpenSSL), so that a product of two has its full length. */
async function findPrime(bits: number): Promise<bigint> {
  if (searching === SEARCHES_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else searching += 1;
  try {
    return await generatePrimeAsync(bits, { bigint: true });
  } finally {
    const next = waiting.shift();
    if (next === undefined) searching -= 1;
    else next();
  }
}

/** RFC 8017, 3.2, with the least private exponent. */
function rsaKeyOf(p: bigint, q: bigint): KeyObject {
  const common = (p - 1n) * ((q - 1n) / greatestCommonDivisor(p - 1n, q - 1n));
  const d = inverse(PUBLIC_EXPONENT, common);
  const numbers = {
    n: p * q,
    e: PUBLIC_EXPONENT,
    d,
    p,
    q,
    dp: d % (p - 1n),
    dq: d % (q - 1n),
    qi: inverse(q, p),
  };
  const members = Object.entries(numbers).map(([name, value]) => [name, base64Url(value)]);
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(members) }, format: 'jwk' });
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** What multiplied by `value` is 1 modulo `modulus`; they have no factor in common. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return factor < 0n ? factor + modulus : factor;
}

/** RFC 7518, 6.3.1.1: big-endian, no octets beyond need. */
function base64Url(value: bigint): string {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64url');
}
