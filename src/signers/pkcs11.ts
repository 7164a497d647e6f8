// Keys on PKCS#11 tokens: `pkcs11:token=seal;object=key1;type=private?module-path=FILE&pin-source=FILE` logs in for good; without
// `pin-source` each signature brings the PIN as its passphrase.

import { resolve } from 'node:path';
import { certificatesInFile } from '../pki/pem.ts';
import { SignerFailed } from '../sign/errors.ts';
import type { RawSigner, SignatureAlgorithm, SignerBackend, ToBeSigned } from '../sign/ports.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { readNamedFile, readNamedSecret } from './named-file.ts';
import type { SignerEnvironment, SignerLocation } from './open-signer.ts';
import { failureOfToken } from './pkcs11-errors.ts';
import { Pkcs11Key } from './pkcs11-key.ts';
import { openToken } from './pkcs11-module.ts';
import { readOffer } from './pkcs11-offer.ts';
import { readPkcs11Location } from './pkcs11-uri.ts';

/** At 1 000 signatures a second this line is a quarter of a second long. */
const MAX_WAITING = 256;
/** A device signs a few hundred in the time that a batch may take. */
const MAX_BATCH = 1000;

/**
 * @throws SignerFailed `signer-uri-invalid` { reason }, `signer-unavailable` { reason }, `signer-certificate-unusable` { reason };
 *   with a PIN file also `signer-auth-failed`, `signer-locked`
 */
export async function openPkcs11(
  location: SignerLocation,
  environment: SignerEnvironment,
): Promise<SignerBackend<RawSigner>> {
  const wanted = readPkcs11Location(location);
  const { modulePath, token, pinFile, chainFile, sessions } = wanted;
  const pin = pinFile === null ? null : () => readNamedSecret(pinFile, 'pin-source', environment);
  const more =
    chainFile === null ? [] : certificatesInFile(await readNamedFile(chainFile, 'chain-file', environment));
  // A bare name is looked for where the system keeps its libraries.
  const library = modulePath.includes('/') ? resolve(environment.directory ?? '.', modulePath) : modulePath;
  const opened = await openToken(library, token);
  try {
    const key = new Pkcs11Key(opened, wanted, pin);
    const offer = await readOffer(key, opened, wanted, more, environment.platform);
    return backendOf(key, offer, sessions, opened.release);
  } catch (error) {
    opened.release();
    throw failureOfToken(error);
  }
}

type Offer = Pick<RawSigner, 'chain' | 'algorithms'>;

function backendOf(
  key: Pkcs11Key,
  { chain, algorithms }: Offer,
  sessions: number,
  release: () => void,
): SignerBackend<RawSigner> {
  const queue = new BoundedQueue(sessions, MAX_WAITING);
  let open = true;
  const requireOpen = (): void => {
    if (!open) throw new SignerFailed('signer-unavailable');
  };
  const signer: RawSigner = {
    shape: 'raw',
    chain,
    algorithms,
    activation: key.activation,
    maxConcurrency: sessions,
    maxBatch: MAX_BATCH,
    sign: async (algorithm, items, activation, signal) => {
      requireOpen();
      requireFitting(algorithm, items, algorithms);
      const started = { yes: false };
      const values = queue.run(signal, () => {
        requireOpen();
        started.yes = true;
        return key.sign(algorithm, items, activation);
      });
      return untilAborted(values, started, signal);
    },
  };
  return {
    signerFor: async () => {
      requireOpen();
      return signer;
    },
    ready: async () => open && key.isUsable(),
    close: async () => {
      if (!open) return;
      open = false;
      await key.close();
      release();
    },
  };
}

function requireFitting(
  algorithm: SignatureAlgorithm,
  items: readonly ToBeSigned[],
  algorithms: readonly SignatureAlgorithm[],
): void {
  if (!algorithms.includes(algorithm)) throw new SignerFailed('signer-algorithm-unsupported', { algorithm });
  if (items.length > MAX_BATCH)
    throw new SignerFailed('signer-refused', { asked: items.length, allowed: MAX_BATCH });
}

/** A device cannot be called back: the waiting ends, the session stays taken until the device is done with it. */
function untilAborted<T>(values: Promise<T>, started: { yes: boolean }, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      // While it is still in line the queue itself says that nothing was sent.
      if (started.yes) reject(new SignerFailed('signer-outcome-unknown', {}, signal.reason));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    values.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
