// A back end around one key that is in this process, whatever it was read from.

import { type KeyObject, X509Certificate } from 'node:crypto';
import { SignerFailed } from '../sign/errors.ts';
import type { Activation, RawSigner, SignatureAlgorithm, SignerBackend, ToBeSigned } from '../sign/ports.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { algorithmsFor, signWithKey } from './private-key.ts';

/** With 16 RSA signatures under way the thread pool is busy; more would only wait there instead of here. */
const MAX_CONCURRENCY = 16;
/** At 2 000 signatures a second this line is an eighth of a second long. */
const MAX_WAITING = 256;
/** Twice what a regency seals at the end of a month; a second of RSA-2048. */
const MAX_BATCH = 2000;

/**
 * @param chain - DER, leaf first; the key that `unlock` gives must belong to the leaf
 * @param unlock - called once per `sign` and once per `activate`
 * @param needed - what `unlock` needs of the person who signs
 * @throws SignerFailed `signer-certificate-unusable` for a key that Teken does not sign with
 */
export function inProcessBackend(
  chain: readonly Uint8Array[],
  unlock: (activation: Activation) => Promise<KeyObject>,
  needed: Activation['kind'] = 'none',
): SignerBackend<RawSigner> {
  const algorithms = algorithmsFor(new X509Certificate(chain[0] ?? new Uint8Array()));
  if (algorithms.length === 0) {
    throw new SignerFailed('signer-certificate-unusable', { reason: 'key of another kind or size' });
  }
  const queue = new BoundedQueue(MAX_CONCURRENCY, MAX_WAITING);
  let open = true;
  const requireOpen = (): void => {
    if (!open) throw new SignerFailed('signer-unavailable');
  };
  const signerWith = (keyFor: (activation: Activation) => Promise<KeyObject>): RawSigner => ({
    shape: 'raw',
    chain,
    algorithms,
    activation: needed,
    maxConcurrency: MAX_CONCURRENCY,
    maxBatch: MAX_BATCH,
    sign: async (algorithm, items, activation, signal) => {
      requireOpen();
      requireFitting(algorithm, items, algorithms);
      return queue.run(signal, async () => {
        requireOpen();
        const key = await keyFor(activation);
        if (signal.aborted) throw new SignerFailed('signer-unavailable', {}, signal.reason);
        return Promise.all(items.map(({ message }) => signWithKey(key, algorithm, message)));
      });
    },
  });
  const signer: RawSigner = {
    ...signerWith(unlock),
    activate: async (activation, signal) => {
      requireOpen();
      const key = await queue.run(signal, () => unlock(activation));
      return signerWith(async () => key);
    },
  };
  return {
    signerFor: async () => {
      requireOpen();
      return signer;
    },
    ready: async () => open,
    close: async () => {
      open = false;
    },
  };
}

function requireFitting(
  algorithm: SignatureAlgorithm,
  items: readonly ToBeSigned[],
  algorithms: readonly SignatureAlgorithm[],
): void {
  if (!algorithms.includes(algorithm)) throw new SignerFailed('signer-algorithm-unsupported', { algorithm });
  if (items.length > MAX_BATCH) {
    throw new SignerFailed('signer-refused', { asked: items.length, allowed: MAX_BATCH });
  }
}
