// Signature arithmetic by WebCrypto. It knows less than OpenSSL; what it does not know is neither right nor wrong here.

import {
  ArithmeticUnavailable,
  type DigestAlgorithm,
  type SignatureArithmetic,
  type SignatureCheck,
  type SignatureScheme,
} from './platform.ts';
import { type KeyAlgorithm, readKeyAlgorithm, rsaNumbers, sideBySide } from './subject-public-key.ts';

const RSA_ENCRYPTION = '2a864886f70d010101';
const RSASSA_PSS = '2a864886f70d01010a';
const EC_PUBLIC_KEY = '2a8648ce3d0201';
const ED25519 = '2b6570';

const HASHES: Partial<Record<DigestAlgorithm, string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** By the content of its object identifier; `half`: octets of the order. */
const CURVES: Readonly<Record<string, { readonly name: string; readonly half: number }>> = {
  '2a8648ce3d030107': { name: 'P-256', half: 32 },
  '2b81040022': { name: 'P-384', half: 48 },
  '2b81040023': { name: 'P-521', half: 66 },
};

/** How WebCrypto is asked, and what. */
interface Question {
  /** SubjectPublicKeyInfo, or an RSA key by its numbers. */
  readonly key: Uint8Array | JsonWebKey;
  readonly importing: RsaHashedImportParams | EcKeyImportParams | { readonly name: string };
  readonly verifying: RsaPssParams | EcdsaParams | { readonly name: string };
  readonly signature: Uint8Array;
}

/** Throws ArithmeticUnavailable for what this browser cannot compute. */
export const browserArithmetic: SignatureArithmetic = { verify };

async function verify(check: SignatureCheck): Promise<boolean> {
  const key = readKeyAlgorithm(check.publicKey);
  const question = key === null ? null : questionOf(check, key);
  if (question === null) return false;
  // Absent on pages that came over plain HTTP.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) throw new ArithmeticUnavailable(check.scheme.kind);
  const { importing, verifying, signature } = question;
  try {
    const imported = await imports(subtle, question.key, importing);
    return await subtle.verify(verifying, imported, owned(signature), owned(check.message));
  } catch (cause) {
    // A key beyond its own limits, or an algorithm that it has not learnt yet: it does not say which.
    throw new ArithmeticUnavailable(check.scheme.kind, cause);
  }
}

function imports(
  subtle: SubtleCrypto,
  key: Question['key'],
  importing: Question['importing'],
): Promise<CryptoKey> {
  return key instanceof Uint8Array
    ? subtle.importKey('spki', owned(key), importing, false, ['verify'])
    : subtle.importKey('jwk', key, importing, false, ['verify']);
}

/** Null where OpenSSL's answer is no, too. @throws ArithmeticUnavailable */
function questionOf(check: SignatureCheck, key: KeyAlgorithm): Question | null {
  const { scheme, publicKey, signature } = check;
  switch (scheme.kind) {
    case 'rsa-pkcs1': {
      const rsa = key.oid === RSA_ENCRYPTION ? rsaKey(key) : null;
      if (rsa === null) return null;
      const name = 'RSASSA-PKCS1-v1_5';
      return {
        key: rsa,
        importing: { name, hash: hashOf(scheme) },
        verifying: { name },
        signature,
      };
    }
    case 'rsa-pss':
      return pssQuestion(check, scheme, key);
    case 'ecdsa':
    case 'ecdsa-plain': {
      if (key.oid !== EC_PUBLIC_KEY) return null;
      const curve = CURVES[key.parametersOid ?? ''];
      if (curve === undefined) throw new ArithmeticUnavailable(scheme.kind);
      const value = scheme.kind === 'ecdsa' ? sideBySide(signature, curve.half) : signature;
      if (value?.length !== 2 * curve.half) return null;
      const importing = { name: 'ECDSA', namedCurve: curve.name };
      return {
        key: publicKey,
        importing,
        verifying: { name: 'ECDSA', hash: hashOf(scheme) },
        signature: value,
      };
    }
    case 'ed25519':
      if (key.oid !== ED25519) return null;
      return { key: publicKey, importing: { name: 'Ed25519' }, verifying: { name: 'Ed25519' }, signature };
    case 'dsa':
    case 'ed448':
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      throw new ArithmeticUnavailable(scheme.kind);
  }
}

function pssQuestion(
  { signature }: SignatureCheck,
  scheme: Extract<SignatureScheme, { readonly kind: 'rsa-pss' }>,
  key: KeyAlgorithm,
): Question | null {
  const rsa = key.oid === RSA_ENCRYPTION || key.oid === RSASSA_PSS ? rsaKey(key) : null;
  if (rsa === null) return null;
  // As on every platform: one digest for both the message and MGF1.
  if (scheme.digest !== scheme.mgfDigest) return null;
  // A key that is bound to parameters would have to be held against them first.
  if (key.oid === RSASSA_PSS && !key.noParameters) throw new ArithmeticUnavailable(scheme.kind);
  const name = 'RSA-PSS';
  return {
    key: rsa,
    importing: { name, hash: hashOf(scheme) },
    verifying: { name, saltLength: scheme.saltLength },
    signature,
  };
}

/** By its numbers, whatever its identifier is called and however they are written. */
function rsaKey(key: KeyAlgorithm): JsonWebKey | null {
  const numbers = rsaNumbers(key);
  return numbers === null ? null : { kty: 'RSA', n: base64url(numbers.n), e: base64url(numbers.e) };
}

function base64url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function hashOf({ kind, digest }: { readonly kind: string; readonly digest: DigestAlgorithm }): string {
  const hash = HASHES[digest];
  if (hash === undefined) throw new ArithmeticUnavailable(`${kind} ${digest}`);
  return hash;
}

/** WebCrypto wants bytes of a buffer that nobody shares. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
