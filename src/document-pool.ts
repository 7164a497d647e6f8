// Untrusted documents are read in processes of their own: a poisoned one costs its own request, never the service.

import type {
  DocumentJob,
  RevocationQuestion,
  SentDocument,
  SentStatement,
  StatementOutcome,
  VerifyJob,
  VerifyOutcome,
  VersionsOutcome,
} from './document-worker.ts';
import { MalformedPdf } from './pdf/errors.ts';
import { parseCertificate } from './pki/certificate.ts';
import type { TrustList } from './pki/trust-list.ts';
import type { JobFailure } from './platform/worker-messages.ts';
import { JobFailed, WorkerFailed, type WorkerPool, workerPool } from './platform/worker-pool.ts';
import type { SheetContext } from './report/sheet.ts';
import { type DeviceStatement, DocumentNeeded } from './verify/device-statement.ts';
import type { RecordedTool } from './verify/evidence-pack.ts';
import type { RevocationFetcher, SuppliedItem } from './verify/ports.ts';
import type { VerificationReport } from './verify/report.ts';
import type { DocumentVersions } from './verify/revisions.ts';
import { unjudged, type VerifyContext } from './verify/verify-document.ts';

/** As `VerifyContext`, but for the platform: each worker has its own. */
export interface PooledVerifyContext extends Omit<VerifyContext, 'platform'> {
  /** From the moment that a worker begins with it; then the report says `SERVICE_ERROR`, `deadline-exceeded`. */
  readonly timeoutMs: number;
}

export interface PooledExaminationContext extends PooledVerifyContext {
  /** Null: no evidence is recorded. */
  readonly recordedBy: RecordedTool | null;
}

/** A report, its evidence where that was asked for and something was judged, and how long a worker was busy with it. */
export interface PooledExamination extends VerifyOutcome {
  readonly durationMs: number;
}

export interface PooledVersionsContext {
  readonly password?: Uint8Array;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** How long drawing may take. */
export type PooledPaperContext = Omit<PooledVersionsContext, 'password'>;

export interface DocumentPool {
  /**
   * Verifies a document in a worker; as `verifyDocument`, whatever the bytes are the result is a report.
   * @throws WorkerFailed `overloaded` when too many documents wait already
   */
  verify(file: Uint8Array, context: PooledVerifyContext): Promise<VerificationReport>;
  /**
   * As `verify`, also for a file that the worker reads itself, and with its evidence.
   * @throws WorkerFailed `overloaded`
   */
  examine(file: SentDocument, context: PooledExaminationContext): Promise<PooledExamination>;
  /**
   * As `verify`, for a document that stays on somebody's device.
   * @throws DocumentNeeded; WorkerFailed `overloaded`
   */
  verifyStatement(statement: DeviceStatement, context: PooledVerifyContext): Promise<VerificationReport>;
  /**
   * Lists the versions of a document in a worker, as `listVersions`.
   * @throws MalformedPdf; WorkerFailed, JobFailed; the signal's reason
   */
  versions(file: Uint8Array, context: PooledVersionsContext): Promise<DocumentVersions>;
  /**
   * Draws a verification report in a worker: names that somebody chose are as untrusted as the document that they come from.
   * @returns a PDF/A-2a document without a signature
   * @throws WorkerFailed, JobFailed; the signal's reason
   */
  paper(report: VerificationReport, sheet: SheetContext, context: PooledPaperContext): Promise<Uint8Array>;
  /** Starts the workers, so that the first document need not wait for one. */
  begin(): void;
  /** Workers that were lost under a document and replaced. */
  readonly restarts: number;
  /** Documents that wait for a worker at this moment. */
  readonly waiting: number;
  /** Workers that read a document at this moment. */
  readonly busy: number;
  /** Whether one document more would be refused. */
  readonly full: boolean;
  close(): Promise<void>;
}

export interface DocumentPoolOptions {
  readonly size: number;
  /** Documents that may wait for a worker. */
  readonly mostWaiting: number;
  /** Of the JavaScript heap of one worker, in MiB. */
  readonly heapMegabytes: number;
}

// The sources run as .ts, the packed library as .js; a worker's address is not rewritten when it is built.
const ENTRY = new URL(`./document-worker${import.meta.url.slice(-3)}`, import.meta.url);

/** Workers that read nothing but what they are given. */
export function documentPool(options: DocumentPoolOptions): DocumentPool {
  const pool = workerPool({ entry: ENTRY, ...options });
  return {
    verify: async (file, context) => {
      const plain = { ...context, recordedBy: null };
      return (await examineInPool(pool, file, plain, options.heapMegabytes)).report;
    },
    verifyStatement: async (statement, context) => {
      const plain = { ...context, recordedBy: null };
      return (await examineInPool(pool, { statement }, plain, options.heapMegabytes)).report;
    },
    examine: (file, context) => examineInPool(pool, file, context, options.heapMegabytes),
    versions: (file, context) => versionsInPool(pool, file, context),
    paper: (report, sheet, context) => paperInPool(pool, report, sheet, context),
    begin: () => pool.begin(),
    get restarts() {
      return pool.restarts;
    },
    get waiting() {
      return pool.waiting;
    },
    get busy() {
      return pool.busy;
    },
    get full() {
      return pool.full;
    },
    close: () => pool.close(),
  };
}

async function versionsInPool(
  pool: WorkerPool,
  file: Uint8Array,
  { password, signal, timeoutMs }: PooledVersionsContext,
): Promise<DocumentVersions> {
  const job: DocumentJob = { kind: 'versions', file, ...(password === undefined ? {} : { password }) };
  const run = { message: () => job, host: needsNothing, signal, timeoutMs };
  const outcome = (await pool.run(run)) as VersionsOutcome;
  if ('found' in outcome) return outcome.found;
  throw new MalformedPdf(outcome.malformed.code, outcome.malformed.values);
}

async function paperInPool(
  pool: WorkerPool,
  report: VerificationReport,
  sheet: SheetContext,
  { signal, timeoutMs }: PooledPaperContext,
): Promise<Uint8Array> {
  const job: DocumentJob = { kind: 'paper', report, context: sheet };
  return (await pool.run({ message: () => job, host: needsNothing, signal, timeoutMs })) as Uint8Array;
}

async function needsNothing(): Promise<never> {
  throw new Error('nothing is needed from outside');
}

async function examineInPool(
  pool: WorkerPool,
  file: SentDocument | SentStatement,
  context: PooledExaminationContext,
  heapMegabytes: number,
): Promise<PooledExamination> {
  const { trustList, revocation, signal, timeoutMs, onFailure, supplied } = context;
  const job = jobOf(file, context);
  const size = sizeOf(file);
  let begun = performance.now();
  const ended = (outcome: VerifyOutcome): PooledExamination => ({
    ...outcome,
    durationMs: performance.now() - begun,
  });
  const problem = (
    code: 'deadline-exceeded' | 'limits-exceeded' | 'internal',
    values = {},
  ): PooledExamination => ended({ report: unjudged(size, context, code, values), pack: null });
  try {
    const answer = await pool.run({
      message: (known): DocumentJob => {
        begun = performance.now();
        return { ...job, trust: trustFor(trustList, known), supply: supplyFor(supplied, known) };
      },
      host: async (name, argument) => {
        if (name === 'failure') return onFailure?.(new JobFailed(argument as JobFailure));
        return askNetwork(revocation, argument as RevocationQuestion, signal);
      },
      signal,
      timeoutMs,
    });
    const outcome = answer as VerifyOutcome | StatementOutcome;
    if ('needed' in outcome) throw new DocumentNeeded(outcome.needed);
    return ended(outcome);
  } catch (error) {
    if (error instanceof DocumentNeeded) throw error;
    if (signal.aborted) return problem('deadline-exceeded');
    if (!(error instanceof WorkerFailed)) return failed(error as JobFailed, onFailure, problem);
    switch (error.code) {
      case 'overloaded':
        throw error;
      case 'timed-out':
        return problem('deadline-exceeded');
      case 'out-of-memory':
        return problem('limits-exceeded', { limit: 'heapMegabytes', value: heapMegabytes });
      case 'ended':
        return failed(error, onFailure, problem);
    }
  }
}

function sizeOf(file: SentDocument | SentStatement): number {
  if ('statement' in file) return file.statement.size;
  return file instanceof Uint8Array ? file.length : file.size;
}

function jobOf(
  file: VerifyJob['file'],
  context: PooledExaminationContext,
): Omit<VerifyJob, 'trust' | 'supply'> {
  const { revocation, password, prefixSize, policy, now, detail = false, recordedBy } = context;
  return {
    kind: 'verify',
    file,
    policy,
    now,
    detail,
    recordedBy,
    asksNetwork: revocation !== null,
    ...(password === undefined ? {} : { password }),
    ...(prefixSize === undefined ? {} : { prefixSize }),
  };
}

function failed(
  error: Error,
  onFailure: VerifyContext['onFailure'],
  problem: (code: 'internal') => PooledExamination,
): PooledExamination {
  onFailure?.(error);
  return problem('internal');
}

/** Only the process that serves requests reaches the network, through its one guarded client. */
async function askNetwork(
  revocation: RevocationFetcher | null,
  { certificate, issuer }: RevocationQuestion,
  signal: AbortSignal,
): ReturnType<RevocationFetcher['fetch']> {
  if (revocation === null) return { ocsp: null, crl: null, failures: [] };
  return revocation.fetch(parseCertificate(certificate), parseCertificate(issuer), signal);
}

// What many documents share is sent to each worker once; it is the same as long as it is the same object.
const numbers = new WeakMap<object, number>();
let numbered = 0;

function numberOf(shared: object): number {
  const known = numbers.get(shared);
  if (known !== undefined) return known;
  numbered += 1;
  numbers.set(shared, numbered);
  return numbered;
}

function supplyFor(items: readonly SuppliedItem[] | undefined, known: Set<unknown>): VerifyJob['supply'] {
  if (items === undefined || items.length === 0) return null;
  const number = numberOf(items);
  if (known.has(number)) return { number, items: null };
  known.add(number);
  return { number, items };
}

function trustFor(list: TrustList, known: Set<unknown>): VerifyJob['trust'] {
  const number = numberOf(list);
  if (known.has(number)) return { number, list: null };
  known.add(number);
  const { version, sha256, asOf, anchors, intermediates } = list;
  return {
    number,
    list: {
      version,
      sha256,
      asOf,
      anchors: anchors.map(({ certificate, ...terms }) => ({ ...terms, der: certificate.der })),
      intermediates: intermediates.map(({ der }) => der),
    },
  };
}
