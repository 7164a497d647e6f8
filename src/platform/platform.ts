// What the runtime lends to the core: port types, and the errors that belong to them. Implemented by node.ts and browser.ts.

/** Digests by their usual lower-case names; `md5`, `sha1`, `sha224`, `ripemd160` only so that old signatures can be named weak. */
export type DigestAlgorithm =
  | 'md5'
  | 'ripemd160'
  | 'sha1'
  | 'sha224'
  | 'sha256'
  | 'sha384'
  | 'sha512'
  | 'sha3-256'
  | 'sha3-384'
  | 'sha3-512'
  /** With 512 bits of output, as Ed448 goes with (RFC 8419). */
  | 'shake256';

/** A digest under way; `copy` lets one pass over a file serve several signatures that share a beginning. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  copy(): RunningDigest;
  /** Ends this digest; it cannot be used afterwards. */
  finish(): Uint8Array;
}

export interface Digests {
  start(algorithm: DigestAlgorithm): RunningDigest;
  /** The digest of bytes that are in memory. */
  of(algorithm: DigestAlgorithm, bytes: Uint8Array): Uint8Array;
}

/** Parameter sets of ML-DSA (FIPS 204). */
export type MlDsa = 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87';

/** How a signature value was computed, parameters already read from its AlgorithmIdentifier. */
export type SignatureScheme =
  | { readonly kind: 'rsa-pkcs1'; readonly digest: DigestAlgorithm }
  | {
      readonly kind: 'rsa-pss';
      readonly digest: DigestAlgorithm;
      readonly mgfDigest: DigestAlgorithm;
      readonly saltLength: number;
    }
  | { readonly kind: 'ecdsa'; readonly digest: DigestAlgorithm }
  /** The same arithmetic, r and s side by side, each as long as the curve's order (BSI TR-03111, 5.2.1). */
  | { readonly kind: 'ecdsa-plain'; readonly digest: DigestAlgorithm }
  | { readonly kind: 'dsa'; readonly digest: DigestAlgorithm }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'ed448' }
  | { readonly kind: MlDsa };

/** One question of signature arithmetic: did this key make this signature over these bytes? */
export interface SignatureCheck {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly scheme: SignatureScheme;
  readonly message: Uint8Array;
  /** RSA at modulus length, (EC)DSA as DER `SEQUENCE { r, s }` unless plain, Ed25519 64 bytes. */
  readonly signature: Uint8Array;
}

export interface SignatureArithmetic {
  /**
   * False also for a key or signature that the platform cannot read: such a signature proves nothing.
   * @throws ArithmeticUnavailable where the runtime lacks the algorithm, which says nothing about the signature
   */
  verify(check: SignatureCheck): boolean | Promise<boolean>;
}

/** This runtime cannot compute it; another one may, and would say yes or no. */
export class ArithmeticUnavailable extends Error {
  /** What is lacking: the kind of a scheme, with its digest where that is the reason. */
  readonly algorithm: string;

  constructor(algorithm: string, cause?: unknown) {
    super(`signature arithmetic: ${algorithm} is not available`, { cause });
    this.name = 'ArithmeticUnavailable';
    this.algorithm = algorithm;
  }
}

export interface Inflater {
  /**
   * Inflates a zlib stream (RFC 1950) completely.
   * @param limit - most bytes that may come out
   * @throws InflateFailed
   */
  inflate(data: Uint8Array, limit: number): Uint8Array;
}

/** `too-large`: more than the limit came out; `corrupt`: not a complete zlib stream. */
export class InflateFailed extends Error {
  readonly code: 'too-large' | 'corrupt';

  constructor(code: 'too-large' | 'corrupt', cause?: unknown) {
    super(`inflate: ${code}`, { cause });
    this.name = 'InflateFailed';
    this.code = code;
  }
}

/** AES in CBC mode; the length of the key, 16 or 32 bytes, says which AES. */
export interface AesCbc {
  readonly key: Uint8Array;
  /** Initialisation vector, 16 bytes. */
  readonly iv: Uint8Array;
  /** `none`: the data are whole blocks of 16 bytes already. */
  readonly padding: 'pkcs7' | 'none';
}

/**
 * Decrypts a message that begins with its initialisation vector and ends in PKCS #7 padding.
 * @returns null when it is not whole blocks, or does not end in the padding that it should
 */
export type AesCbcDecrypter = (message: Uint8Array) => Uint8Array | null;

/** AES-256 in Galois/Counter mode (SP 800-38D) with a tag of 16 bytes. */
export interface AesGcm {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes, never twice under one key. */
  readonly nonce: Uint8Array;
  /** Authenticated with the message, but no part of it. */
  readonly associated: Uint8Array;
}

export interface Ciphers {
  /** @returns null when the data are not whole blocks and no padding makes them so */
  aesCbcEncrypt(cipher: AesCbc, data: Uint8Array): Uint8Array | null;
  /** @returns null when the data are not whole blocks, or do not end in the padding that they should */
  aesCbcDecrypt(cipher: AesCbc, data: Uint8Array): Uint8Array | null;
  /** For many messages under one key, since preparing a key costs more than a short message does. */
  aesCbcDecrypter(key: Uint8Array): AesCbcDecrypter;
  /** @returns the ciphertext, its tag at the end */
  aesGcmSeal(cipher: AesGcm, message: Uint8Array): Uint8Array;
  /** @returns null when key, nonce, associated data or a byte of `sealed` is another than at sealing */
  aesGcmOpen(cipher: AesGcm, sealed: Uint8Array): Uint8Array | null;
}

/** Cryptographically strong randomness. */
export type RandomBytes = (length: number) => Uint8Array;

export interface Platform {
  readonly digests: Digests;
  readonly ciphers: Ciphers;
  readonly arithmetic: SignatureArithmetic;
  readonly inflater: Inflater;
  /** The bytes as a zlib stream (RFC 1950). */
  readonly deflate: (data: Uint8Array) => Promise<Uint8Array>;
  readonly randomBytes: RandomBytes;
  /** Lets other work of the process run; awaited between pieces of long computations. */
  readonly pause: () => Promise<void>;
}

/** For those who read a document and judge no signature. */
export type ReadingPlatform = Omit<Platform, 'arithmetic'>;

/**
 * Bytes of a document, read by offset. Returned bytes never change and stay valid.
 * Back ends: bytes in memory, or a file descriptor (`platform/node.ts`).
 */
export interface Source {
  /** Size in bytes. */
  readonly size: number;
  /** The bytes [offset, offset + length); fewer only where the source ends. */
  read(offset: number, length: number): Uint8Array;
  /** Fills `buffer` from `offset` on; for passes over the whole, which keep nothing. @returns how many bytes it holds now */
  readInto?(offset: number, buffer: Uint8Array): number;
  /** All of it, where it stands in memory in one piece: whoever goes byte by byte needs no window. */
  readonly whole?: Uint8Array;
}

/**
 * Reads a document front to back in pieces, for those who keep nothing of them: a piece is only good until the next one.
 * @param size - most bytes of one piece
 */
export function pieceReader(source: Source, size: number): (offset: number, length: number) => Uint8Array {
  if (source.readInto === undefined) return (offset, length) => source.read(offset, length);
  const buffer = new Uint8Array(Math.min(size, source.size));
  return (offset, length) => {
    const filled = source.readInto?.(offset, buffer.subarray(0, length)) ?? 0;
    return buffer.subarray(0, filled);
  };
}

/** A `Source` over bytes that nobody changes any more. */
export function bytesSource(bytes: Uint8Array): Source {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    whole: bytes,
  };
}
