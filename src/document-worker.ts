// Runs in a worker of the document pool: reads one document after the other, and nothing else. It has no network and no keys.

import { readFileSync } from 'node:fs';
import type { Instant } from './asn1/values.ts';
import { MalformedPdf } from './pdf/errors.ts';
import { parseCertificate } from './pki/certificate.ts';
import type { TrustAnchor, TrustList } from './pki/trust-list.ts';
import { nodePlatform, openFileSource } from './platform/node.ts';
import { bytesSource, type Source } from './platform/platform.ts';
import { type JobContext, serveJobs } from './platform/worker-jobs.ts';
import { describeFailure } from './platform/worker-pool.ts';
import type { SheetContext } from './report/sheet.ts';
import {
  type DeviceStatement,
  DocumentNeeded,
  type DocumentNeededReason,
} from './verify/device-statement.ts';
import { encodeEvidencePack, type RecordedTool } from './verify/evidence-pack.ts';
import type { ValidationPolicy } from './verify/policy.ts';
import type { FetchedRevocation, SuppliedItem } from './verify/ports.ts';
import type { VerificationReport } from './verify/report.ts';
import { type DocumentVersions, listVersions } from './verify/revisions.ts';
import { type VerifyContext, verifyDocument } from './verify/verify-document.ts';
import { verifyStatement } from './verify/verify-statement.ts';
import { verifyWithEvidence } from './verify/verify-with-evidence.ts';

/** A trust list as bytes, or the number of one that this worker has had. */
export interface SentTrustList {
  readonly number: number;
  readonly list:
    | (Pick<TrustList, 'version' | 'sha256' | 'asOf'> & {
        readonly anchors: readonly (Omit<TrustAnchor, 'certificate'> & { readonly der: Uint8Array })[];
        readonly intermediates: readonly Uint8Array[];
      })
    | null;
}

/** Revocation data that is at hand, or the number of what this worker has had. */
export interface SentSupply {
  readonly number: number;
  readonly items: readonly SuppliedItem[] | null;
}

/** A document in memory, or a file that the worker reads itself, in pieces. */
export type SentDocument = Uint8Array | { readonly path: string; readonly size: number };

/** What a device states of a document that it keeps. */
export interface SentStatement {
  readonly statement: DeviceStatement;
}

/** Answered with `VerifyOutcome`. */
export interface VerifyJob {
  readonly kind: 'verify';
  readonly file: SentDocument | SentStatement;
  readonly trust: SentTrustList;
  readonly supply: SentSupply | null;
  /** The evidence is recorded too, under this name; null: it is not. */
  readonly recordedBy: RecordedTool | null;
  readonly policy: ValidationPolicy;
  readonly now: Instant;
  readonly detail: boolean;
  /** Whether revocation data may be asked for, by the call `revocation`. */
  readonly asksNetwork: boolean;
  readonly password?: Uint8Array;
  readonly prefixSize?: number;
}

/** `pack`: the evidence, encoded; null where none was asked for, or nothing was judged. */
export interface VerifyOutcome {
  readonly report: VerificationReport;
  readonly pack: Uint8Array | null;
}

/** Of a statement that is not enough: an error's class would not survive the way between two workers. */
export interface StatementOutcome {
  readonly needed: DocumentNeededReason;
}

/** Answered with `VersionsOutcome`. */
export interface VersionsJob {
  readonly kind: 'versions';
  readonly file: Uint8Array;
  readonly password?: Uint8Array;
}

/** Answered with the bytes of the PDF. */
export interface PaperJob {
  readonly kind: 'paper';
  readonly report: VerificationReport;
  readonly context: SheetContext;
}

export type DocumentJob = VerifyJob | VersionsJob | PaperJob;

/** An error of the document is a result: its class would not survive the way between two workers. */
export type VersionsOutcome =
  | { readonly found: DocumentVersions }
  | { readonly malformed: Pick<MalformedPdf, 'code' | 'values'> };

/** What the call `revocation` carries: DER. */
export interface RevocationQuestion {
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
}

const trustLists = new Map<number, TrustList>();
const KEPT_LISTS = 4;

function trustListOf({ number, list }: SentTrustList): TrustList {
  const known = trustLists.get(number);
  if (known !== undefined) return known;
  if (list === null) throw new Error(`trust list ${number} was never sent`);
  const { anchors, intermediates, ...named } = list;
  const parsed: TrustList = {
    ...named,
    anchors: anchors.map(({ der, ...terms }) => ({ ...terms, certificate: parseCertificate(der) })),
    intermediates: intermediates.map(parseCertificate),
  };
  // The operator exchanges lists for as long as the worker lives; nobody comes back to an old one.
  for (const old of trustLists.keys()) if (trustLists.size >= KEPT_LISTS) trustLists.delete(old);
  trustLists.set(number, parsed);
  return parsed;
}

const supplies = new Map<number, readonly SuppliedItem[]>();

function supplyOf({ number, items }: SentSupply): readonly SuppliedItem[] {
  const known = items ?? supplies.get(number);
  if (known === undefined) throw new Error(`supply ${number} was never sent`);
  supplies.set(number, known);
  return known;
}

interface OpenedDocument {
  readonly source: Source;
  readonly close: () => void;
}

/** Read in one go, which costs a tenth less than reading in pieces does; of larger ones nobody wants all in memory. */
const READ_AT_ONCE = 8 * 1024 * 1024;

function openSent(file: SentDocument): OpenedDocument {
  if (file instanceof Uint8Array) return { source: bytesSource(file), close: () => undefined };
  if (file.size <= READ_AT_ONCE)
    return { source: bytesSource(new Uint8Array(readFileSync(file.path))), close: () => undefined };
  const source = openFileSource(file.path);
  return { source, close: source.close };
}

async function verify(
  job: VerifyJob,
  { call, signal }: JobContext,
): Promise<VerifyOutcome | StatementOutcome> {
  const { file, trust, supply, asksNetwork, kind: _, password, recordedBy: __, ...context } = job;
  const failures: Promise<unknown>[] = [];
  const opened = 'statement' in file ? null : openSent(file);
  try {
    const outcome = await judge(opened?.source ?? null, job, {
      ...context,
      ...(password === undefined ? {} : { password }),
      ...(supply === null ? {} : { supplied: supplyOf(supply) }),
      platform: nodePlatform,
      trustList: trustListOf(trust),
      revocation: asksNetwork
        ? {
            fetch: async (certificate, issuer) => {
              const question: RevocationQuestion = { certificate: certificate.der, issuer: issuer.der };
              return (await call('revocation', question)) as FetchedRevocation;
            },
          }
        : null,
      signal,
      onFailure: (error) => failures.push(call('failure', describeFailure(error))),
    });
    await Promise.all(failures);
    return outcome;
  } finally {
    opened?.close();
    // This worker's copy; the caller zeroes its own.
    password?.fill(0);
  }
}

async function judge(
  source: Source | null,
  { file, recordedBy }: Pick<VerifyJob, 'file' | 'recordedBy'>,
  context: VerifyContext,
): Promise<VerifyOutcome | StatementOutcome> {
  if (source === null) return judgeStatement((file as SentStatement).statement, context);
  if (recordedBy === null) return { report: await verifyDocument(source, context), pack: null };
  const { report, pack } = await verifyWithEvidence(source, { ...context, tool: recordedBy });
  return { report, pack: pack === null ? null : encodeEvidencePack(pack) };
}

async function judgeStatement(
  statement: DeviceStatement,
  context: VerifyContext,
): Promise<VerifyOutcome | StatementOutcome> {
  try {
    return { report: await verifyStatement(statement, context), pack: null };
  } catch (error) {
    if (!(error instanceof DocumentNeeded)) throw error;
    return { needed: error.reason };
  }
}

async function versions({ file, password }: VersionsJob, { signal }: JobContext): Promise<VersionsOutcome> {
  const context = { platform: nodePlatform, signal, ...(password === undefined ? {} : { password }) };
  try {
    return { found: await listVersions(bytesSource(file), context) };
  } catch (error) {
    if (!(error instanceof MalformedPdf)) throw error;
    return { malformed: { code: error.code, values: error.values } };
  } finally {
    password?.fill(0);
  }
}

/** Fonts are loaded by who draws, and by nobody else. */
async function paper({ report, context }: PaperJob): Promise<Uint8Array> {
  const { reportPaper } = await import('./paper/report-paper.ts');
  return reportPaper(report, context, nodePlatform.digests);
}

serveJobs((job, context) => {
  const wanted = job as DocumentJob;
  switch (wanted.kind) {
    case 'verify':
      return verify(wanted, context);
    case 'versions':
      return versions(wanted, context);
    case 'paper':
      return paper(wanted);
  }
});
