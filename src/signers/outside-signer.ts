// A signer whose key no adapter reaches: a phone, a card, another service. All that is known of it is its certificates.

import { SignerFailed } from '../sign/errors.ts';
import type { SignerOffer } from '../sign/ports.ts';
import { orderChain, readKeyCertificate } from './certificate-chain.ts';
import { algorithmsFor } from './private-key.ts';

/** As a CMS from elsewhere may carry no more either. */
const MOST_CERTIFICATES = 10;

/**
 * What such a signer offers.
 * @param certificates - DER, the signer's own first; what does not belong to its chain is dropped
 * @throws SignerFailed `signer-certificate-unusable` { reason }
 */
export function offerOfCertificates(certificates: readonly Uint8Array[]): SignerOffer {
  const [leaf, ...others] = certificates;
  if (leaf === undefined) throw unusable('missing');
  if (certificates.length > MOST_CERTIFICATES) throw unusable('too many certificates');
  const algorithms = algorithmsFor(readKeyCertificate(leaf));
  if (algorithms.length === 0) throw unusable('key of another kind or size');
  return { chain: orderChain(leaf, others), algorithms };
}

function unusable(reason: string): SignerFailed {
  return new SignerFailed('signer-certificate-unusable', { reason });
}
