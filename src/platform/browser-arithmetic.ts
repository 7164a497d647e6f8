// Signature arithmetic in a browser: WebCrypto's where it knows the algorithm, else computed here, so that the same signatures are
// right as for OpenSSL. What neither knows is neither right nor wrong.

import { verifyRsaPkcs1, verifyRsaPss } from './browser-rsa.ts';
import { isSigningDigest } from './digest-identifiers.ts';
import { ArithmeticUnavailable, type SignatureArithmetic, type SignatureCheck } from './platform.ts';
import { allowsPss } from './pss-restriction.ts';
import {
  isEc,
  isEd25519,
  isRsa,
  isRsaPss,
  type KeyAlgorithm,
  readKeyAlgorithm,
  rsaNumbers,
} from './subject-public-key.ts';
import { askWebCrypto } from './web-crypto.ts';

/** Throws ArithmeticUnavailable for what cannot be computed here. */
export const browserArithmetic: SignatureArithmetic = {
  verify: async (check) => {
    const key = readKeyAlgorithm(check.publicKey);
    if (key === null) return false;
    return (await askWebCrypto(check, key)) ?? computed(check, key);
  },
};

/** @throws ArithmeticUnavailable */
function computed(check: SignatureCheck, key: KeyAlgorithm): boolean {
  const { scheme, message, signature } = check;
  switch (scheme.kind) {
    case 'rsa-pkcs1': {
      const rsa = isRsa(key) ? rsaNumbers(key) : null;
      if (rsa === null || !isSigningDigest(scheme.digest)) return false;
      return verifyRsaPkcs1(rsa, scheme.digest, message, signature);
    }
    case 'rsa-pss': {
      const rsa = isRsa(key) || isRsaPss(key) ? rsaNumbers(key) : null;
      const { digest, mgfDigest, saltLength } = scheme;
      // As on every platform: one digest for both the message and MGF1.
      if (rsa === null || !isSigningDigest(digest) || digest !== mgfDigest) return false;
      if (isRsaPss(key) && !allowsPss(key, digest, saltLength)) return false;
      return verifyRsaPss(rsa, { digest, saltLength }, message, signature);
    }
    case 'ecdsa':
    case 'ecdsa-plain':
      if (!isEc(key)) return false;
      throw new ArithmeticUnavailable(scheme.kind);
    case 'ed25519':
      if (!isEd25519(key)) return false;
      throw new ArithmeticUnavailable(scheme.kind);
    case 'dsa':
    case 'ed448':
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      throw new ArithmeticUnavailable(scheme.kind);
  }
}
