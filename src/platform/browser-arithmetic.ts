// Signature arithmetic in a browser: WebCrypto's where it knows the algorithm, else computed here, so that the same signatures are
// right as for OpenSSL. What neither knows is neither right nor wrong.

import { verifyDsa } from './browser-dsa.ts';
import { knownCurve, verifyEcdsa } from './browser-ecdsa.ts';
import { verifyEd448, verifyEd25519 } from './browser-edwards.ts';
import { verifyMlDsa } from './browser-ml-dsa.ts';
import { verifyRsaPkcs1, verifyRsaPss } from './browser-rsa.ts';
import { isSigningDigest } from './digest-identifiers.ts';
import {
  ArithmeticUnavailable,
  type SignatureArithmetic,
  type SignatureCheck,
  type SignatureScheme,
} from './platform.ts';
import { allowsPss } from './pss-restriction.ts';
import {
  type KeyAlgorithm,
  type KeyKind,
  keyOctets,
  readKeyAlgorithm,
  rsaNumbers,
} from './subject-public-key.ts';
import { askWebCrypto } from './web-crypto.ts';

/** Throws ArithmeticUnavailable for what cannot be computed here. */
export const browserArithmetic: SignatureArithmetic = {
  verify: async (check) => {
    const key = readKeyAlgorithm(check.publicKey);
    if (key === null || !KEYS_OF[check.scheme.kind].includes(key.kind)) return false;
    return (await askWebCrypto(check, key)) ?? computed(check, key);
  },
};

const KEYS_OF: Readonly<Record<SignatureScheme['kind'], readonly KeyKind[]>> = {
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

type SchemeOf<Kind extends SignatureScheme['kind']> = Extract<SignatureScheme, { readonly kind: Kind }>;

/** @throws ArithmeticUnavailable */
function computed(check: SignatureCheck, key: KeyAlgorithm): boolean {
  const { scheme, message, signature } = check;
  switch (scheme.kind) {
    case 'rsa-pkcs1': {
      const rsa = rsaNumbers(key);
      if (rsa === null || !isSigningDigest(scheme.digest)) return false;
      return verifyRsaPkcs1(rsa, scheme.digest, message, signature);
    }
    case 'rsa-pss':
      return computedPss(check, scheme, key);
    case 'ecdsa':
    case 'ecdsa-plain':
      return computedEcdsa(check, scheme, key);
    case 'dsa':
      return verifyDsa(key, scheme.digest, message, signature);
    case 'ed25519':
    case 'ed448':
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87': {
      const octets = keyOctets(key);
      // None of these identifiers has parameters (RFC 8410, 3; RFC 9881, 4).
      if (octets === null || key.parameters !== null) return false;
      if (scheme.kind === 'ed25519') return verifyEd25519(octets, message, signature);
      if (scheme.kind === 'ed448') return verifyEd448(octets, message, signature);
      return verifyMlDsa(scheme.kind, octets, message, signature);
    }
  }
}

function computedPss(
  { message, signature }: SignatureCheck,
  { digest, mgfDigest, saltLength }: SchemeOf<'rsa-pss'>,
  key: KeyAlgorithm,
): boolean {
  const rsa = rsaNumbers(key);
  // As on every platform: one digest for both the message and MGF1.
  if (rsa === null || !isSigningDigest(digest) || digest !== mgfDigest) return false;
  if (key.kind === 'rsa-pss' && !allowsPss(key, digest, saltLength)) return false;
  return verifyRsaPss(rsa, { digest, saltLength }, message, signature);
}

function computedEcdsa(
  { message, signature }: SignatureCheck,
  { kind, digest }: SchemeOf<'ecdsa' | 'ecdsa-plain'>,
  key: KeyAlgorithm,
): boolean {
  const octets = keyOctets(key);
  if (octets === null || !isSigningDigest(digest)) return false;
  const curve = knownCurve(key.parametersOid ?? '');
  // Curves of characteristic two, those that nobody uses, and those that are written out instead of named.
  if (curve === null) throw new ArithmeticUnavailable(kind);
  const form = kind === 'ecdsa' ? 'der' : 'plain';
  return verifyEcdsa(curve, octets, form, { digest, message, signature });
}
