// Signers of others: `module:/path/adapter.js?name=value…` loads one file whose default export says what its key offers and signs. The
// line in front, the limits and the end of the back end are ours; what it returns is verified like everything else.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseCertificate } from '../pki/certificate.ts';
import type { Platform } from '../platform/platform.ts';
import { SignerFailed, type SignerFailedCode } from '../sign/errors.ts';
import { type RawSigner, type SignatureAlgorithm, type SignerBackend, schemeOf } from '../sign/ports.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { offerOf } from './cms-backend.ts';
import type { SignerEnvironment, SignerLocation } from './open-signer.ts';

/** What the default export of such a module returns. */
export interface OfferedKey extends Pick<RawSigner, 'chain' | 'algorithms' | 'sign'> {
  /** What each signature has to bring; nothing unless given. */
  readonly activation?: 'none' | 'passphrase';
  /** Calls that may be open at once; 8 unless given. */
  readonly maxConcurrency?: number;
  /** Items of one call; 100 unless given. */
  readonly maxBatch?: number;
  /** Whether the key can be used now; always unless given. */
  ready?(): Promise<boolean>;
  close?(): Promise<void>;
}

/** The default export: gets the parameters of the URI. Secrets come by reference, such as the name of a file. */
export type OpenOfferedKey = (
  parameters: ReadonlyMap<string, string>,
  signerId: string | null,
) => Promise<OfferedKey> | OfferedKey;

const MAX_WAITING = 256;
const USUAL = { maxConcurrency: 8, maxBatch: 100 } as const;

/** @throws SignerFailed `signer-uri-invalid` { reason }; what opening the key throws */
export async function openModule(
  { path, parameters }: SignerLocation,
  { directory = '.', platform }: SignerEnvironment,
): Promise<SignerBackend<RawSigner>> {
  const open = await loadModule(resolve(directory, path));
  const keys = new Map<string | null, Promise<{ readonly key: OfferedKey; readonly signer: RawSigner }>>();
  let closed = false;
  const requireOpen = (): void => {
    if (closed) throw new SignerFailed('signer-unavailable');
  };
  const opened = async (signerId: string | null) => {
    const key = await asOurs(async () => open(parameters, signerId));
    return { key, signer: await signerOf(key, platform, requireOpen) };
  };
  return {
    signerFor: async (signerId) => {
      requireOpen();
      const one = keys.get(signerId) ?? opened(signerId);
      keys.set(signerId, one);
      // A failure is not kept: the next call asks anew.
      one.catch(() => keys.delete(signerId));
      return (await one).signer;
    },
    ready: async () => {
      if (closed) return false;
      const all = await Promise.all(keys.values());
      const usable = await Promise.all(all.map(({ key }) => key.ready?.() ?? true));
      return usable.every(Boolean);
    },
    close: async () => {
      closed = true;
      for (const { key } of await Promise.all(keys.values())) await key.close?.();
      keys.clear();
    },
  };
}

async function loadModule(path: string): Promise<OpenOfferedKey> {
  try {
    const { default: open } = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
    if (typeof open === 'function') return open as OpenOfferedKey;
  } catch (cause) {
    throw new SignerFailed('signer-uri-invalid', { reason: 'the module cannot be loaded' }, cause);
  }
  throw new SignerFailed('signer-uri-invalid', { reason: 'the default export of the module is no function' });
}

async function signerOf(key: OfferedKey, platform: Platform, requireOpen: () => void): Promise<RawSigner> {
  const { activation = 'none', maxConcurrency, maxBatch } = { ...USUAL, ...key };
  const offered = offerOf(key.chain, null);
  const algorithms = key.algorithms.filter((algorithm) => offered.algorithms.includes(algorithm));
  const [preferred] = algorithms;
  if (preferred === undefined || algorithms.length < key.algorithms.length)
    throw new SignerFailed('signer-certificate-unusable', {
      reason: 'an algorithm does not fit the certificate',
    });
  if (activation === 'none') await requireOwnCertificate(key, preferred, platform);
  const queue = new BoundedQueue(maxConcurrency, MAX_WAITING);
  return {
    shape: 'raw',
    chain: offered.chain,
    algorithms,
    activation,
    maxConcurrency,
    maxBatch,
    sign: async (algorithm, items, given, signal) => {
      requireOpen();
      if (!algorithms.includes(algorithm))
        throw new SignerFailed('signer-algorithm-unsupported', { algorithm });
      if (items.length > maxBatch)
        throw new SignerFailed('signer-refused', { asked: items.length, allowed: maxBatch });
      return queue.run(signal, () => {
        requireOpen();
        return asOurs(() => key.sign(algorithm, items, given, signal));
      });
    },
  };
}

const CHALLENGE_BYTES = 32;
const OPEN_MS = 30_000;

async function requireOwnCertificate(
  key: OfferedKey,
  algorithm: SignatureAlgorithm,
  { randomBytes, digests, arithmetic }: Platform,
): Promise<void> {
  const { digest, scheme } = schemeOf(algorithm);
  const message = randomBytes(CHALLENGE_BYTES);
  const items = [{ message, digest: digests.of(digest, message) }];
  const signal = AbortSignal.timeout(OPEN_MS);
  const [signature] = await asOurs(() => key.sign(algorithm, items, { kind: 'none' }, signal));
  const { publicKeyInfo: publicKey } = parseCertificate(key.chain[0] ?? new Uint8Array());
  if (signature !== undefined && (await arithmetic.verify({ publicKey, scheme, message, signature }))) return;
  throw new SignerFailed('signer-certificate-unusable', { reason: 'the certificate does not fit the key' });
}

/** What a module may say by the `code` of any error that it throws. */
const SAYABLE: ReadonlySet<string> = new Set<SignerFailedCode>([
  'signer-unavailable',
  'signer-auth-failed',
  'signer-locked',
  'overloaded',
  'signer-refused',
  'signer-outcome-unknown',
]);

async function asOurs<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SignerFailed) throw cause;
    const code = String((cause as { readonly code?: unknown } | null)?.code);
    throw new SignerFailed(SAYABLE.has(code) ? (code as SignerFailedCode) : 'signer-refused', {}, cause);
  }
}
