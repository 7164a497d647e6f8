// Password-based encryption in PKCS#12: how a part is protected, and PBES2 (RFC 8018, 6.2) undone natively.

import { createDecipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { type Element, parseElement, Tag } from '../asn1/element.ts';
import { sequenceFields } from '../asn1/fields.ts';
import { Oid } from '../asn1/oids.ts';
import { concatBytes, readOctetString, readSmallInteger } from '../asn1/values.ts';
import { readAlgorithmIdentifier } from '../pki/algorithm-identifiers.ts';
import { SignerFailed } from '../sign/errors.ts';
import type { Encrypted } from './pkcs12-container.ts';

const derive = promisify(pbkdf2);

export interface Pbes2 {
  readonly kind: 'pbes2';
  /** As OpenSSL spells it, such as `aes-256-cbc`. */
  readonly encryption: string;
  readonly keyLength: number;
  readonly initialisationVector: Uint8Array;
  readonly prf: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** RFC 7292, appendix C: 3DES and RC2, which only old containers use. */
export interface LegacyEncryption {
  readonly kind: 'legacy';
  readonly encryption: 'pbeWithSHAAnd3-KeyTripleDES-CBC' | 'pbeWithSHAAnd40BitRC2-CBC';
  readonly oid: string;
  /** The parameters of the AlgorithmIdentifier, DER or BER. */
  readonly parameters: Uint8Array;
  readonly iterations: number;
}

export type PasswordEncryption = Pbes2 | LegacyEncryption;

const AES = new Map([
  [Oid.aes128Cbc as string, { encryption: 'aes-128-cbc', keyLength: 16 }],
  [Oid.aes192Cbc, { encryption: 'aes-192-cbc', keyLength: 24 }],
  [Oid.aes256Cbc, { encryption: 'aes-256-cbc', keyLength: 32 }],
]);

const PRFS = new Map<string, Pbes2['prf']>([
  [Oid.hmacWithSha1, 'sha1'],
  [Oid.hmacWithSha256, 'sha256'],
  [Oid.hmacWithSha384, 'sha384'],
  [Oid.hmacWithSha512, 'sha512'],
]);

/** Reads how a part is protected. @throws SignerFailed `pkcs12-unsupported` { part } @throws MalformedAsn1 */
export function readPasswordEncryption({ algorithm }: Encrypted): PasswordEncryption {
  const { oid, parameters } = readAlgorithmIdentifier(parseElement(algorithm, 'encryptionAlgorithm', 'ber'));
  if (parameters === null) throw unsupported(`encryption ${oid}`);
  switch (oid) {
    case Oid.pbes2:
      return readPbes2(parameters);
    case Oid.pbeWithShaAnd3KeyTripleDesCbc:
      return readLegacy('pbeWithSHAAnd3-KeyTripleDES-CBC', oid, parameters);
    case Oid.pbeWithShaAnd40BitRc2Cbc:
      return readLegacy('pbeWithSHAAnd40BitRC2-CBC', oid, parameters);
    default:
      throw unsupported(`encryption ${oid}`);
  }
}

/** PBES2-params ::= SEQUENCE { keyDerivationFunc, encryptionScheme }. */
function readPbes2(parameters: Element): Pbes2 {
  const fields = sequenceFields(parameters, 'PBES2-params');
  const derivation = readAlgorithmIdentifier(fields.take(Tag.sequence));
  const scheme = readAlgorithmIdentifier(fields.take(Tag.sequence));
  fields.end();
  const cipher = AES.get(scheme.oid);
  if (cipher === undefined || scheme.parameters === null) throw unsupported(`encryption ${scheme.oid}`);
  if (derivation.oid !== Oid.pbkdf2 || derivation.parameters === null) {
    throw unsupported(`derivation ${derivation.oid}`);
  }
  return {
    kind: 'pbes2',
    ...cipher,
    ...readPbkdf2(derivation.parameters, cipher.keyLength),
    initialisationVector: readOctetString(scheme.parameters, 'iv'),
  };
}

/** PBKDF2-params ::= SEQUENCE { salt, iterationCount, keyLength OPTIONAL, prf DEFAULT hmacWithSHA1 }. */
function readPbkdf2(parameters: Element, expectedLength: number): Pick<Pbes2, 'salt' | 'iterations' | 'prf'> {
  const fields = sequenceFields(parameters, 'PBKDF2-params');
  const salt = readOctetString(fields.takeAny(), 'salt');
  const iterations = requireIterations(fields.take(Tag.integer));
  const keyLength = fields.takeIf(Tag.integer);
  const prf = fields.takeIf(Tag.sequence);
  fields.end();
  if (keyLength !== undefined && readSmallInteger(keyLength, 'keyLength') !== expectedLength) {
    throw unsupported('key-length');
  }
  const prfOid = prf === undefined ? Oid.hmacWithSha1 : readAlgorithmIdentifier(prf).oid;
  const digest = PRFS.get(prfOid);
  if (digest === undefined) throw unsupported(`prf ${prfOid}`);
  return { salt, iterations, prf: digest };
}

/** pkcs-12PbeParams ::= SEQUENCE { salt OCTET STRING, iterations INTEGER }. */
function readLegacy(
  encryption: LegacyEncryption['encryption'],
  oid: string,
  parameters: Element,
): LegacyEncryption {
  const fields = sequenceFields(parameters, 'pkcs-12PbeParams');
  readOctetString(fields.takeAny(), 'salt');
  const iterations = requireIterations(fields.take(Tag.integer));
  fields.end();
  return { kind: 'legacy', encryption, oid, parameters: parameters.raw, iterations };
}

/** More rounds than this would keep a core busy for a minute and protect nothing more. */
export const MAX_ITERATIONS = 10_000_000;

function requireIterations(element: Element): number {
  const iterations = readSmallInteger(element, 'iterations');
  if (iterations < 1 || iterations > MAX_ITERATIONS) throw unsupported('iterations');
  return iterations;
}

/**
 * Undoes PBES2; the derivation runs in the thread pool.
 *
 * @param passphrase - UTF-8, left as it is
 * @returns the plaintext, for the caller to zero; or null when the padding does not fit, as with a wrong passphrase. A wrong one
 *   still passes once in 256 times, so what comes out has to prove itself
 */
export async function decryptPbes2(
  ciphertext: Uint8Array,
  { encryption, keyLength, initialisationVector, prf, salt, iterations }: Pbes2,
  passphrase: Uint8Array,
): Promise<Uint8Array | null> {
  const key = await derive(passphrase, salt, iterations, keyLength, prf);
  const parts: Uint8Array[] = [];
  try {
    const decipher = createDecipheriv(encryption, key, initialisationVector);
    parts.push(decipher.update(ciphertext));
    parts.push(decipher.final());
    return concatBytes(parts);
  } catch (cause) {
    if (isBadDecrypt(cause)) return null;
    throw unsupported('ciphertext', cause);
  } finally {
    key.fill(0);
    for (const part of parts) part.fill(0);
  }
}

function isBadDecrypt(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_OSSL_BAD_DECRYPT';
}

function unsupported(part: string, cause?: unknown): SignerFailed {
  return new SignerFailed('pkcs12-unsupported', { part }, cause);
}
