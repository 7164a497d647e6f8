// The platform on Node: node:crypto, node:zlib, node:fs. Signature arithmetic is OpenSSL's.

import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  constants as cryptoConstants,
  type Decipheriv,
  type Hash,
  type HashOptions,
  hash,
  type KeyObject,
  randomBytes,
  randomFillSync,
  verify as verifySignature,
} from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { deflate, inflateSync } from 'node:zlib';
import {
  type AesCbc,
  type AesGcm,
  type Ciphers,
  type DigestAlgorithm,
  type Digests,
  InflateFailed,
  type Inflater,
  type Platform,
  type RunningDigest,
  type SignatureArithmetic,
  type SignatureCheck,
  type SignatureScheme,
  type Source,
} from './platform.ts';
import { rememberedArithmetic } from './remembered-arithmetic.ts';

const digests: Digests = {
  start: (algorithm) => runningDigest(createHash(algorithm, optionsOf(algorithm)), optionsOf(algorithm)),
  of: (algorithm, bytes) =>
    algorithm === 'shake256'
      ? new Uint8Array(createHash(algorithm, optionsOf(algorithm)).update(bytes).digest())
      : new Uint8Array(hash(algorithm, bytes, 'buffer')),
};

/** SHAKE gives as much as it is asked for, and each copy has to be told anew. */
function optionsOf(algorithm: DigestAlgorithm): HashOptions | undefined {
  return algorithm === 'shake256' ? { outputLength: 64 } : undefined;
}

function runningDigest(hash: Hash, options: HashOptions | undefined): RunningDigest {
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    copy: () => runningDigest(hash.copy(options), options),
    finish: () => new Uint8Array(hash.digest()),
  };
}

const BLOCK = 16;

const ciphers: Ciphers = {
  aesCbcEncrypt: (cipher, data) => {
    if (cipher.padding === 'none' && data.length % BLOCK !== 0) return null;
    return transformed(createCipheriv(algorithmOf(cipher), cipher.key, cipher.iv), cipher, data);
  },
  aesCbcDecrypt: (cipher, data) => {
    if (data.length % BLOCK !== 0) return null;
    try {
      return transformed(createDecipheriv(algorithmOf(cipher), cipher.key, cipher.iv), cipher, data);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_OSSL_BAD_DECRYPT') return null;
      // Padding without data to stand in.
      if ((error as NodeJS.ErrnoException).code === 'ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH') return null;
      throw error;
    }
  },
  aesCbcDecrypter: (key) => {
    const cipher = { key, iv: new Uint8Array(BLOCK), padding: 'none' } as const;
    const decipher = createDecipheriv(algorithmOf(cipher), cipher.key, cipher.iv).setAutoPadding(false);
    return (message) => {
      if (message.length < 2 * BLOCK || message.length % BLOCK !== 0) return null;
      // A block depends on the one before it and on no other: what comes of the vector is of no use, the rest is the message,
      // whatever the decipher has seen before.
      return withoutPadding(new Uint8Array(decipher.update(message)).subarray(BLOCK));
    };
  },
  aesGcmSeal: ({ key, nonce, associated }, message) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: GCM_TAG }).setAAD(associated);
    const parts = [cipher.update(message), cipher.final(), cipher.getAuthTag()];
    return new Uint8Array(Buffer.concat(parts));
  },
  aesGcmOpen: openAesGcm,
};

const GCM_TAG = 16;

function openAesGcm({ key, nonce, associated }: AesGcm, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < GCM_TAG) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: GCM_TAG });
  decipher.setAAD(associated).setAuthTag(sealed.subarray(-GCM_TAG));
  const message = decipher.update(sealed.subarray(0, -GCM_TAG));
  try {
    decipher.final();
  } catch {
    // Whatever was altered, OpenSSL says no more than that the tag does not fit.
    return null;
  }
  return new Uint8Array(message);
}

/** PKCS #7: up to a block, each byte says how many there are. */
function withoutPadding(data: Uint8Array): Uint8Array | null {
  const count = data.at(-1) ?? 0;
  if (count === 0 || count > BLOCK || data.subarray(-count).some((byte) => byte !== count)) return null;
  return data.subarray(0, data.length - count);
}

function algorithmOf({ key }: AesCbc): string {
  return `aes-${key.length * 8}-cbc`;
}

function transformed(cipher: Cipheriv | Decipheriv, { padding }: AesCbc, data: Uint8Array): Uint8Array {
  cipher.setAutoPadding(padding === 'pkcs7');
  const first = cipher.update(data);
  const last = cipher.final();
  return new Uint8Array(last.length === 0 ? first : Buffer.concat([first, last]));
}

const inflater: Inflater = {
  inflate: (data, limit) => {
    try {
      const inflated = inflateSync(data, { maxOutputLength: Math.max(1, limit) });
      // What was put together of many chunks has memory of its own; a little in a large chunk, or in Node's pool, is copied out.
      const owned = inflated.length === inflated.buffer.byteLength;
      return owned ? new Uint8Array(inflated.buffer) : new Uint8Array(inflated);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'corrupt';
      throw new InflateFailed(code, cause);
    }
  },
};

const arithmetic: SignatureArithmetic = rememberedArithmetic({ verify: verifyWithOpenSsl });

function verifyWithOpenSsl(check: SignatureCheck): boolean {
  try {
    const key = importedKey(check.publicKey);
    // Left to itself, OpenSSL computes whatever the key is for.
    if (!KEYS_OF[check.scheme.kind].includes(key.asymmetricKeyType)) return false;
    switch (check.scheme.kind) {
      case 'rsa-pkcs1':
        return verifySignature(check.scheme.digest, check.message, key, check.signature);
      case 'rsa-pss':
        return verifyPss(key, check, check.scheme);
      case 'ecdsa-plain':
        return verifySignature(
          check.scheme.digest,
          check.message,
          { key, dsaEncoding: 'ieee-p1363' },
          check.signature,
        );
      case 'ecdsa':
      case 'dsa':
        return verifySignature(
          check.scheme.digest,
          check.message,
          { key, dsaEncoding: 'der' },
          check.signature,
        );
      case 'ed25519':
      case 'ed448':
      case 'ml-dsa-44':
      case 'ml-dsa-65':
      case 'ml-dsa-87':
        return verifySignature(null, check.message, key, check.signature);
    }
  } catch {
    // OpenSSL throws for keys and parameters it refuses (a curve it lacks, a modulus too small): no proof, hence false.
    return false;
  }
}

const KEYS_OF: Readonly<Record<SignatureScheme['kind'], readonly KeyObject['asymmetricKeyType'][]>> = {
  'rsa-pkcs1': ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  'ecdsa-plain': ['ec'],
  dsa: ['dsa'],
  ed25519: ['ed25519'],
  ed448: ['ed448'],
  'ml-dsa-44': ['ml-dsa-44'],
  'ml-dsa-65': ['ml-dsa-65'],
  'ml-dsa-87': ['ml-dsa-87'],
};

function verifyPss(
  key: KeyObject,
  check: SignatureCheck,
  scheme: { digest: DigestAlgorithm; mgfDigest: DigestAlgorithm; saltLength: number },
): boolean {
  // node:crypto takes one digest for both the message and MGF1; differing ones are refused by the algorithm policy anyway.
  if (scheme.digest !== scheme.mgfDigest) return false;
  // RFC 8017, 8.1.2, step 1; OpenSSL takes a value without the zeros in front, too.
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (check.signature.length !== Math.ceil(modulusLength / 8)) return false;
  const padding = cryptoConstants.RSA_PKCS1_PSS_PADDING;
  return verifySignature(
    scheme.digest,
    check.message,
    { key, padding, saltLength: scheme.saltLength },
    check.signature,
  );
}

// Importing a key costs more than an RSA verification; the same few CA keys return in every document.
const importedKeys = new Map<string, KeyObject>();
const IMPORTED_KEYS = 256;

function importedKey(spki: Uint8Array): KeyObject {
  const id = Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString('latin1');
  const known = importedKeys.get(id);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  if (importedKeys.size >= IMPORTED_KEYS) importedKeys.clear();
  importedKeys.set(id, key);
  return key;
}

// A call into OpenSSL costs twenty times what the few bytes of a file identifier do: they are drawn ahead, as node:crypto does
// for its UUIDs. Each byte is given out once and leaves nothing behind.
const drawnAhead = new Uint8Array(4096);
let givenOut = drawnAhead.length;
const FEW_BYTES = 64;

function drawRandomBytes(length: number): Uint8Array {
  if (length > FEW_BYTES) return new Uint8Array(randomBytes(length));
  if (givenOut + length > drawnAhead.length) {
    randomFillSync(drawnAhead);
    givenOut = 0;
  }
  const drawn = drawnAhead.slice(givenOut, givenOut + length);
  drawnAhead.fill(0, givenOut, givenOut + length);
  givenOut += length;
  return drawn;
}

const deflateInThreadPool = promisify(deflate);

export const nodePlatform: Platform = {
  digests,
  ciphers,
  arithmetic,
  inflater,
  deflate: async (data) => new Uint8Array(await deflateInThreadPool(data)),
  randomBytes: drawRandomBytes,
  pause: () => new Promise((resolve) => setImmediate(resolve)),
};

// What is read at once: little where somebody jumps, more and more where somebody goes on. Whoever keeps a few of the bytes
// keeps the whole window, and a document of a thousand pages is read in a thousand places.
const SMALLEST_WINDOW = 4 * 1024;
const LARGEST_WINDOW = 64 * 1024;

/** A file read through a small window, so that memory does not grow with the document. `close` it when done. */
export interface FileSource extends Source {
  close(): void;
}

/** @throws the system's error when the file cannot be opened */
export function openFileSource(path: string): FileSource {
  const descriptor = openSync(path, 'r');
  const { size } = fstatSync(descriptor);
  let windowStart = 0;
  let window: Uint8Array = new Uint8Array(0);
  let windowSize = SMALLEST_WINDOW;
  const readInto = (offset: number, buffer: Uint8Array): number => {
    let filled = 0;
    while (filled < buffer.length) {
      const count = readSync(descriptor, buffer, filled, buffer.length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  };
  const readFrom = (offset: number, length: number): Uint8Array => {
    const buffer = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    return buffer.subarray(0, readInto(offset, buffer));
  };
  return {
    size,
    read: (offset, length) => {
      if (length > LARGEST_WINDOW / 2) return readFrom(offset, length);
      const windowEnd = windowStart + window.length;
      if (offset < windowStart || offset + length > windowEnd) {
        const goesOn = offset >= windowStart && offset <= windowEnd;
        windowSize = goesOn ? Math.min(2 * windowSize, LARGEST_WINDOW) : SMALLEST_WINDOW;
        // A little before it too: lines are also looked for backwards.
        windowStart = Math.max(0, offset - windowSize / 4);
        window = readFrom(windowStart, Math.max(windowSize, offset - windowStart + length));
      }
      return window.subarray(offset - windowStart, offset - windowStart + length);
    },
    readInto,
    close: () => closeSync(descriptor),
  };
}
