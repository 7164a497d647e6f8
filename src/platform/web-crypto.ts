// Signatures by WebCrypto. It knows less than OpenSSL, and browsers differ: what one does not know has no answer here.

import type { RsaNumbers } from './browser-rsa.ts';
import type { DigestAlgorithm, SignatureCheck, SignatureScheme } from './platform.ts';
import { type KeyAlgorithm, rsaNumbers, sideBySide } from './subject-public-key.ts';

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

/** @returns null where this browser knows no such algorithm, or refuses the key */
export async function askWebCrypto(check: SignatureCheck, key: KeyAlgorithm): Promise<boolean | null> {
  const question = questionOf(check, key);
  if (question === null || question === false) return question;
  // Absent on pages that came over plain HTTP.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return null;
  const { importing, verifying, signature } = question;
  try {
    const imported = await imports(subtle, question.key, importing);
    return await subtle.verify(verifying, imported, owned(signature), owned(check.message));
  } catch {
    // A key beyond its own limits, one that is none, or an algorithm that it has not learnt yet: it does not say which.
    return null;
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

/** False for what is right nowhere. */
function questionOf(check: SignatureCheck, key: KeyAlgorithm): Question | false | null {
  const { scheme, publicKey, signature } = check;
  switch (scheme.kind) {
    case 'rsa-pkcs1': {
      const name = 'RSASSA-PKCS1-v1_5';
      return key.kind === 'rsa' ? rsaQuestion(key, scheme.digest, signature, { name }) : null;
    }
    case 'rsa-pss': {
      // A key that is bound to parameters would have to be held against them first.
      const usable = key.kind === 'rsa' || (key.kind === 'rsa-pss' && key.parameters === null);
      if (!usable || scheme.digest !== scheme.mgfDigest) return null;
      const { saltLength } = scheme;
      return rsaQuestion(key, scheme.digest, signature, { name: 'RSA-PSS', saltLength });
    }
    case 'ecdsa':
    case 'ecdsa-plain':
      return ecdsaQuestion(check, scheme, key);
    case 'ed25519':
      if (key.kind !== 'ed25519' || key.parameters !== null) return null;
      return { key: publicKey, importing: { name: 'Ed25519' }, verifying: { name: 'Ed25519' }, signature };
    case 'dsa':
    case 'ed448':
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return null;
  }
}

function rsaQuestion(
  key: KeyAlgorithm,
  digest: DigestAlgorithm,
  signature: Uint8Array,
  verifying: RsaPssParams | { readonly name: string },
): Question | false | null {
  const [numbers, hash] = [rsaNumbers(key), HASHES[digest]];
  if (numbers === null || hash === undefined) return null;
  if (signature.length !== numbers.n.length) return false;
  const importing = { name: verifying.name, hash };
  return { key: jsonWebKeyOf(numbers), importing, verifying, signature };
}

function ecdsaQuestion(
  { publicKey, signature }: SignatureCheck,
  { kind, digest }: Extract<SignatureScheme, { readonly kind: 'ecdsa' | 'ecdsa-plain' }>,
  key: KeyAlgorithm,
): Question | false | null {
  const curve = key.kind === 'ec' ? CURVES[key.parametersOid ?? ''] : undefined;
  const hash = HASHES[digest];
  if (curve === undefined || hash === undefined) return null;
  const value = kind === 'ecdsa' ? sideBySide(signature, curve.half) : signature;
  if (value?.length !== 2 * curve.half) return false;
  const importing = { name: 'ECDSA', namedCurve: curve.name };
  return { key: publicKey, importing, verifying: { name: 'ECDSA', hash }, signature: value };
}

/** By its numbers, whatever its identifier is called and however they are written. */
function jsonWebKeyOf({ n, e }: RsaNumbers): JsonWebKey {
  return { kty: 'RSA', n: base64url(n), e: base64url(e) };
}

function base64url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** WebCrypto wants bytes of a buffer that nobody shares. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
