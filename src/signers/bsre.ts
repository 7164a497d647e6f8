// Keys at BSrE, reached through its on-premise service: `bsre:https://host?api=2&username=…&password-file=FILE`. The whole document goes
// there; the registry's signer id is the NIK or the e-mail address.

import { certificatesInFile } from '../pki/pem.ts';
import { SignerFailed } from '../sign/errors.ts';
import type { DocumentSigner, SignerBackend } from '../sign/ports.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { type BsreAccess, fetchChain, requestTotp, requireIssued, signAtBsre } from './bsre-service.ts';
import { offerOf } from './cms-backend.ts';
import { readNamedFile, readNamedSecret } from './named-file.ts';
import { openNamedService } from './named-service.ts';
import type { SignerEnvironment, SignerLocation } from './open-signer.ts';

export const BSRE_PARAMETERS: readonly string[] = [
  'api',
  'username',
  'password-file',
  'chain-file',
  'ca-file',
  'allow-insecure-http',
];

/** 50 MB as base64 in JSON, and some more. */
const MAX_ANSWER_BYTES = 100 * 1024 * 1024;
const OPEN_MS = 30_000;
/** Agencies that ask for more get 429. */
const MAX_CONCURRENCY = 4;
const MAX_WAITING = 64;
/** One after the other, each with the same passphrase. */
const MAX_BATCH = 1000;
/** Asked again at most so often; whoever loses the certificate is found by the signing call anyway. */
const STATUS_MS = 60_000;

/** @throws SignerFailed `signer-uri-invalid` { reason } */
export async function openBsre(
  location: SignerLocation,
  environment: SignerEnvironment,
): Promise<SignerBackend<DocumentSigner>> {
  const { parameters } = location;
  const named = (name: string): string => {
    const value = parameters.get(name);
    if (value === undefined) throw invalid(`${name} is missing`);
    return value;
  };
  const api = parameters.get('api') ?? '2';
  if (api !== '1' && api !== '2') throw invalid('api is not 1 or 2');
  const chainFile = parameters.get('chain-file');
  const passwordFile = named('password-file');
  const access: BsreAccess = {
    api: api === '1' ? 1 : 2,
    username: named('username'),
    password: () => readNamedSecret(passwordFile, 'password-file', environment),
    client: await openNamedService(location, MAX_ANSWER_BYTES, environment),
  };
  const chain =
    chainFile === undefined
      ? null
      : certificatesInFile(await readNamedFile(chainFile, 'chain-file', environment));
  return backendOf(access, chain);
}

function backendOf(access: BsreAccess, known: readonly Uint8Array[] | null): SignerBackend<DocumentSigner> {
  const signers = new Map<string, Promise<DocumentSigner>>();
  let open = true;
  const requireOpen = (): void => {
    if (!open) throw new SignerFailed('signer-unavailable');
  };
  const describe = async (subject: string): Promise<DocumentSigner> => {
    const chain = known ?? (await fetchChain(access, subject, AbortSignal.timeout(OPEN_MS)));
    return signerOf(access, subject, chain, requireOpen);
  };
  return {
    signerFor: async (subject) => {
      requireOpen();
      if (subject === null) throw invalid('the registry names no signerId');
      let signer = signers.get(subject);
      if (signer === undefined) {
        signer = describe(subject);
        signers.set(subject, signer);
        // A failure is not kept: the next call asks anew.
        signer.catch(() => signers.delete(subject));
      }
      return signer;
    },
    requestCode: async (subject, documents, signal) => {
      requireOpen();
      if (subject === null) throw invalid('the registry names no signerId');
      await requestTotp(access, subject, documents, signal);
    },
    ready: async () => open && (await isReachable(access)),
    close: async () => {
      open = false;
    },
  };
}

function signerOf(
  access: BsreAccess,
  subject: string,
  chain: readonly Uint8Array[],
  requireOpen: () => void,
): DocumentSigner {
  const queue = new BoundedQueue(MAX_CONCURRENCY, MAX_WAITING);
  let issuedUntil = Number.NEGATIVE_INFINITY;
  return {
    shape: 'document',
    ...offerOf(chain, null),
    format: 'any',
    activation: 'passphrase',
    maxConcurrency: MAX_CONCURRENCY,
    maxBatch: MAX_BATCH,
    sign: async (document, activation, signal) => {
      requireOpen();
      return queue.run(signal, async () => {
        requireOpen();
        if (performance.now() > issuedUntil) {
          await requireIssued(access, subject, signal);
          issuedUntil = performance.now() + STATUS_MS;
        }
        return signAtBsre(access, subject, document, activation, signal);
      });
    },
  };
}

const READY_MS = 5_000;

/** Any answer shows that somebody is there: the service has no call that asks nothing. */
async function isReachable({ client }: BsreAccess): Promise<boolean> {
  try {
    const request = { method: 'GET', path: '', timeoutMs: READY_MS, effect: 'none' } as const;
    const { status } = await client.exchange(request, AbortSignal.timeout(READY_MS));
    return status < 500;
  } catch (error) {
    if (error instanceof SignerFailed) return false;
    throw error;
  }
}

function invalid(reason: string): SignerFailed {
  return new SignerFailed('signer-uri-invalid', { reason });
}
