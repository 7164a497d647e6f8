// The signature algorithm: what was asked, what the signer offers, what the key can do and what policy still allows.

import { Oid } from '../asn1/oids.ts';
import type { Instant } from '../asn1/values.ts';
import { checkScheme } from '../pki/algorithm-policy.ts';
import type { PublicKeyFacts } from '../pki/certificate.ts';
import { SigningRefused } from './errors.ts';
import { type SignatureAlgorithm, type SignerOffer, schemeOf } from './ports.ts';

/**
 * The first of the signer's algorithms that fits.
 * @param asked - null leaves it to the signer
 * @throws SigningRefused `algorithm-not-allowed` { asked, offered }
 */
export function chooseAlgorithm(
  asked: SignatureAlgorithm | null,
  signer: SignerOffer,
  key: PublicKeyFacts,
  now: Instant,
): SignatureAlgorithm {
  const chosen = signer.algorithms.find(
    (algorithm) =>
      (asked === null || algorithm === asked) &&
      fitsKey(algorithm, key) &&
      checkScheme(schemeOf(algorithm).scheme, key, now).verdict !== 'weak',
  );
  if (chosen === undefined) {
    throw new SigningRefused('algorithm-not-allowed', { asked, offered: signer.algorithms });
  }
  return chosen;
}

function fitsKey(algorithm: SignatureAlgorithm, key: PublicKeyFacts): boolean {
  switch (key.algorithm) {
    case 'rsa':
      return algorithm.startsWith('rsa-');
    case 'rsa-pss':
      return algorithm.startsWith('rsa-pss-');
    case 'ec':
      return algorithm === algorithmOfCurve(key.curve);
    case 'ed25519':
      return algorithm === 'ed25519';
    default:
      return false;
  }
}

/** Each curve with the hash of its own strength. */
function algorithmOfCurve(curve: string | null): SignatureAlgorithm | null {
  switch (curve) {
    case Oid.prime256v1:
      return 'ecdsa-p256-sha256';
    case Oid.secp384r1:
      return 'ecdsa-p384-sha384';
    case Oid.secp521r1:
      return 'ecdsa-p521-sha512';
    default:
      return null;
  }
}
