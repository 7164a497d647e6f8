// One question of signature arithmetic, asked of Node's platform and of the browser's: as a secure page has it, and as a page has it
// that came over plain HTTP, where there is no WebCrypto.

import { type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto';
import { browserPlatform } from '../../src/platform/browser.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import {
  ArithmeticUnavailable,
  type DigestAlgorithm,
  type Platform,
  type SignatureCheck,
  type SignatureScheme,
} from '../../src/platform/platform.ts';

export const DIGESTS: readonly DigestAlgorithm[] = [
  'md5',
  'ripemd160',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'shake256',
];

export const MESSAGE = new TextEncoder().encode('Surat Keputusan');

export type Answer = boolean | 'unavailable';

export async function answerOf({ arithmetic }: Platform, check: SignatureCheck): Promise<Answer> {
  try {
    return await arithmetic.verify(check);
  } catch (error) {
    if (!(error instanceof ArithmeticUnavailable)) throw error;
    return 'unavailable';
  }
}

async function withoutWebCrypto<T>(work: () => Promise<T>): Promise<T> {
  const had = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  if (had === undefined) throw new Error('there is no WebCrypto to hide');
  Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
  try {
    return await work();
  } finally {
    Object.defineProperty(globalThis, 'crypto', had);
  }
}

export interface Answers {
  readonly node: Answer;
  readonly browser: Answer;
  readonly plainHttp: Answer;
}

export async function answersOf(check: SignatureCheck): Promise<Answers> {
  return {
    node: await answerOf(nodePlatform, check),
    browser: await answerOf(browserPlatform, check),
    plainHttp: await withoutWebCrypto(() => answerOf(browserPlatform, check)),
  };
}

/** What answers all alike, as `answersOf` has it. */
export const alike = (answer: Answer): Answers => ({ node: answer, browser: answer, plainHttp: answer });

export function flipped(bytes: Uint8Array, at: number, mask = 1): Uint8Array {
  const other = bytes.slice();
  other[at] = (other[at] ?? 0) ^ mask;
  return other;
}

export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function spkiOf({ publicKey }: Pick<Keys, 'publicKey'>): Uint8Array {
  return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
}

/** A right answer by OpenSSL. */
export function signedBy(
  keys: Keys,
  scheme: SignatureScheme,
  options: Partial<SignKeyObjectInput> = {},
): SignatureCheck {
  const digest = 'digest' in scheme ? scheme.digest : null;
  const signature = new Uint8Array(sign(digest, MESSAGE, { key: keys.privateKey, ...options }));
  return { publicKey: spkiOf(keys), scheme, message: MESSAGE, signature };
}

/** A value in DER; its content no longer than two octets can tell. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return new Uint8Array(Buffer.concat([Uint8Array.of(tag, ...size), content]));
}

export function fromHex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'));
}
