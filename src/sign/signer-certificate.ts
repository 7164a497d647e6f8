// Whether the signer's own certificate can carry a signature now; its path and revocation are asked elsewhere.

import type { Instant } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import { keptCertificate } from '../pki/kept-certificates.ts';
import { checkSignerKeyUsage } from '../pki/key-usage.ts';
import { SignerFailed, SigningRefused } from './errors.ts';
import type { SignerOffer } from './ports.ts';

/**
 * The signing certificate, in force at `now` and meant for signatures.
 * @throws SigningRefused `certificate-expired`, `certificate-not-yet-valid`; SignerFailed `signer-certificate-unusable`
 *   { reason }
 */
export function requireUsableCertificate(signer: Pick<SignerOffer, 'chain'>, now: Instant): Certificate {
  const certificate = readLeaf(signer);
  const { notBefore, notAfter } = certificate;
  if (now < notBefore) {
    throw new SigningRefused('certificate-not-yet-valid', { notBefore: new Date(notBefore).toISOString() });
  }
  if (now > notAfter) {
    throw new SigningRefused('certificate-expired', { notAfter: new Date(notAfter).toISOString() });
  }
  const finding = checkSignerKeyUsage(certificate);
  if (finding !== null) throw new SignerFailed('signer-certificate-unusable', { reason: finding });
  return certificate;
}

function readLeaf(signer: Pick<SignerOffer, 'chain'>): Certificate {
  const [leaf] = signer.chain;
  if (leaf === undefined) throw new SignerFailed('signer-certificate-unusable', { reason: 'missing' });
  try {
    return keptCertificate(leaf);
  } catch (cause) {
    throw new SignerFailed('signer-certificate-unusable', { reason: 'malformed' }, cause);
  }
}
