// What the service verifies with, wired: documents are judged in processes of their own.

import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { type DocumentPool, documentPool } from './document-pool.ts';
import { loggableError } from './http/loggable-error.ts';
import { HttpProblem } from './http/problems.ts';
import {
  DEFAULT_POLICY,
  type Instant,
  type RevocationFetcher,
  type TrustList,
  type VerificationReport,
} from './index.ts';
import { WorkerFailed } from './platform/worker-pool.ts';

export interface VerifyingWiring {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: () => Instant;
  readonly trustList: TrustList;
  readonly documents: DocumentPool;
  readonly revocation: RevocationFetcher;
}

// At a tenth of a second each, the last in the line waits for less than the deadline.
const MOST_WAITING_PER_WORKER = 64;

/** Starts the workers that the configuration asks for. */
export function openDocumentPool({ workers, workerHeapMegabytes }: Config): DocumentPool {
  const size = workers === 'auto' ? availableParallelism() : workers;
  return documentPool({
    size,
    mostWaiting: size * MOST_WAITING_PER_WORKER,
    heapMegabytes: workerHeapMegabytes,
  });
}

/** Judges a document. @throws HttpProblem `overloaded` */
export async function verify(
  file: Uint8Array,
  signal: AbortSignal,
  password: Uint8Array | null,
  detail: boolean,
  { config, log, clock, trustList, documents, revocation }: VerifyingWiring,
): Promise<VerificationReport> {
  try {
    return await documents.verify(file, {
      trustList,
      policy: DEFAULT_POLICY,
      revocation,
      now: clock(),
      detail,
      signal,
      timeoutMs: config.verifyDeadlineMs,
      ...(password === null ? {} : { password }),
      onFailure: (error) => log.error({ error: loggableError(error) }, 'verification failed'),
    });
  } catch (error) {
    const full = error instanceof WorkerFailed && error.code === 'overloaded';
    throw full ? new HttpProblem('overloaded', {}, [], error) : error;
  }
}
