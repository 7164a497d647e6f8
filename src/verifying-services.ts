// What the service verifies with, wired: documents are judged in processes of their own.

import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { type DocumentPool, documentPool, type PooledVerifyContext } from './document-pool.ts';
import { loggableError } from './http/loggable-error.ts';
import { HttpProblem } from './http/problems.ts';
import type {
  DeviceStatement,
  DocumentVersions,
  Instant,
  RevocationFetcher,
  TrustList,
  ValidationPolicy,
  VerificationReport,
} from './index.ts';
import { WorkerFailed } from './platform/worker-pool.ts';

export interface VerifyingWiring {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: () => Instant;
  /** The list in force at this moment. */
  readonly trustList: () => TrustList;
  readonly policy: ValidationPolicy;
  readonly documents: DocumentPool;
  readonly revocation: RevocationFetcher;
}

// At a tenth of a second each, the last in the line waits for less than the deadline.
const MOST_WAITING_PER_WORKER = 64;

/** The workers that the configuration asks for. */
export function openDocumentPool({ workers, workerHeapMegabytes, processes }: Config): DocumentPool {
  const size = workers === 'auto' ? Math.max(1, Math.floor(availableParallelism() / processes)) : workers;
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
  wiring: VerifyingWiring,
): Promise<VerificationReport> {
  const own = detail ? { detail } : {};
  const opening = password === null ? {} : { password };
  return judged(wiring, signal, (context) =>
    wiring.documents.verify(file, { ...context, ...own, ...opening }),
  );
}

/** @throws HttpProblem `overloaded`, also where a worker was lost under the document; what `judge` throws */
async function judged(
  { config, log, clock, trustList, policy, revocation }: VerifyingWiring,
  signal: AbortSignal,
  judge: (context: PooledVerifyContext) => Promise<VerificationReport>,
): Promise<VerificationReport> {
  // Told beside the report, which says `internal` of it.
  const lost: Error[] = [];
  try {
    const report = await judge({
      trustList: trustList(),
      policy,
      revocation,
      now: clock(),
      signal,
      timeoutMs: config.verifyDeadlineMs,
      onFailure: (error) => {
        log.error({ error: loggableError(error) }, 'verification failed');
        if (error instanceof WorkerFailed) lost.push(error);
      },
    });
    // The machine was short of memory, or somebody has ended it: another one is there in a moment.
    if (lost.length > 0) throw new HttpProblem('overloaded', {}, [], lost[0]);
    return report;
  } catch (error) {
    const full = error instanceof WorkerFailed && error.code === 'overloaded';
    throw full ? new HttpProblem('overloaded', {}, [], error) : error;
  }
}

/** Judges a document by what a device states of it. @throws DocumentNeeded; HttpProblem `overloaded` */
export async function judgeStatement(
  statement: DeviceStatement,
  signal: AbortSignal,
  wiring: VerifyingWiring,
): Promise<VerificationReport> {
  return judged(wiring, signal, (context) => wiring.documents.verifyStatement(statement, context));
}

/** Lists the versions of a document. @throws MalformedPdf; HttpProblem `overloaded`, `deadline-exceeded`, `limits-exceeded` */
export async function versions(
  file: Uint8Array,
  signal: AbortSignal,
  password: Uint8Array | null,
  { config, documents }: Pick<VerifyingWiring, 'config' | 'documents'>,
): Promise<DocumentVersions> {
  try {
    const context = { signal, timeoutMs: config.verifyDeadlineMs };
    return await documents.versions(file, { ...context, ...(password === null ? {} : { password }) });
  } catch (error) {
    const code = error instanceof WorkerFailed ? PROBLEM_OF_WORKER[error.code] : null;
    throw code === null ? error : new HttpProblem(code, {}, [], error);
  }
}

const PROBLEM_OF_WORKER = {
  overloaded: 'overloaded',
  'timed-out': 'deadline-exceeded',
  'out-of-memory': 'limits-exceeded',
  ended: 'internal',
} as const satisfies Readonly<Record<WorkerFailed['code'], string>>;
