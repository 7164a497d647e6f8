// What the signers of whole CMS have in common: the algorithms that certificate and digest allow, the line in front, opening and closing.

import type { DigestAlgorithm } from '../platform/platform.ts';
import { SignerFailed } from '../sign/errors.ts';
import {
  type CmsSigner,
  type CmsSubFilter,
  type SignatureAlgorithm,
  type SignerBackend,
  schemeOf,
} from '../sign/ports.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { orderChain, readKeyCertificate } from './certificate-chain.ts';
import { algorithmsFor } from './private-key.ts';

const MAX_WAITING = 256;

export interface CmsBackendParts
  extends Pick<
    CmsSigner,
    'digestAlgorithm' | 'reservedBytes' | 'format' | 'maxConcurrency' | 'maxBatch' | 'sign'
  > {
  /** DER, the signer's own first. */
  readonly certificates: readonly Uint8Array[];
  readonly activation: NonNullable<CmsSigner['activation']>;
  readonly ready: () => Promise<boolean>;
}

/** @throws SignerFailed `signer-certificate-unusable` { reason } */
export function cmsBackend({
  certificates,
  ready,
  sign,
  ...parts
}: CmsBackendParts): SignerBackend<CmsSigner> {
  const { format, digestAlgorithm, maxConcurrency, maxBatch } = parts;
  const queue = new BoundedQueue(maxConcurrency, MAX_WAITING);
  let open = true;
  const requireOpen = (): void => {
    if (!open) throw new SignerFailed('signer-unavailable');
  };
  const signer: CmsSigner = {
    shape: 'cms',
    ...parts,
    ...offerOf(certificates, digestAlgorithm),
    subFilter: subFilterOf(format),
    sign: async (items, activation, signal) => {
      requireOpen();
      if (items.length > maxBatch)
        throw new SignerFailed('signer-refused', { asked: items.length, allowed: maxBatch });
      return queue.run(signal, () => {
        requireOpen();
        return sign(items, activation, signal);
      });
    },
  };
  return {
    signerFor: async () => {
      requireOpen();
      return signer;
    },
    ready: async () => open && (await ready()),
    close: async () => {
      open = false;
    },
  };
}

/** A signature that may lack what PAdES demands does not go under its name (EN 319 142-1, 6.3). */
function subFilterOf(format: CmsSigner['format']): CmsSubFilter {
  return format === 'pades' ? 'ETSI.CAdES.detached' : 'adbe.pkcs7.detached';
}

/** @param digest - null: any @throws SignerFailed `signer-certificate-unusable` { reason } */
export function offerOf(
  certificates: readonly Uint8Array[],
  digest: DigestAlgorithm | null,
): { readonly chain: readonly Uint8Array[]; readonly algorithms: readonly SignatureAlgorithm[] } {
  const [leaf, ...others] = certificates;
  if (leaf === undefined) throw unusable('missing');
  const algorithms = algorithmsFor(readKeyCertificate(leaf)).filter(
    (algorithm) => digest === null || schemeOf(algorithm).digest === digest,
  );
  if (algorithms.length === 0) throw unusable('key of another kind or size');
  return { chain: orderChain(leaf, others), algorithms };
}

function unusable(reason: string): SignerFailed {
  return new SignerFailed('signer-certificate-unusable', { reason });
}
