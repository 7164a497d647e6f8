// The use case "verify": open, find, gather, judge, report.

import { hex } from '../asn1/values.ts';
import type { OpenOptions } from '../pdf/document.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import { openDocument } from '../pdf/open-document.ts';
import type { Source } from '../platform/platform.ts';
import { digestCoveredRanges } from './covered-bytes.ts';
import { type GatheredEvidence, type GatheringContext, gatherEvidence } from './gather-evidence.ts';
import type { DocumentFacts } from './judge.ts';
import { readFacts } from './read-facts.ts';
import type { ProblemCode, SignatureReport, VerificationReport } from './report.ts';
import { judgeDocument } from './verdict.ts';

export interface VerifyContext extends GatheringContext {
  /** Opens an encrypted document: of its user or its owner, UTF-8. */
  readonly password?: Uint8Array;
  /** Digest the first bytes of the document too, so that a signer can prove what it appended to; absent: not. */
  readonly prefixSize?: number;
  /** Told of a failure that is ours (the report then says `SERVICE_ERROR`), so that it is not lost. */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * Verifies every signature of a document. Whatever its bytes are, the result is a report: a document that cannot be read
 * gives `UNREADABLE`, a failure of ours or a deadline `SERVICE_ERROR`, and never an exception.
 * @param source - the document; read once from beginning to end, and in places
 */
export async function verifyDocument(source: Source, context: VerifyContext): Promise<VerificationReport> {
  return (await examineDocument(source, context)).report;
}

/** A report, and what it was reached from; null for a document that was not judged. */
export interface Examination {
  readonly report: VerificationReport;
  readonly examined: { readonly facts: DocumentFacts; readonly gathered: GatheredEvidence } | null;
}

/** As `verifyDocument`. */
export async function examineDocument(source: Source, context: VerifyContext): Promise<Examination> {
  try {
    return await readAndJudge(source, context);
  } catch (error) {
    if (context.signal.aborted) return unexamined(serviceError(source, context, 'deadline-exceeded'));
    context.onFailure?.(error);
    return unexamined(serviceError(source, context, 'internal'));
  }
}

function unexamined(report: VerificationReport): Examination {
  return { report, examined: null };
}

/** What is thrown here is the deadline, or a failure of ours: a document that cannot be read is a result. */
async function readAndJudge(source: Source, context: VerifyContext): Promise<Examination> {
  try {
    if (source.size === 0) return unexamined(await unreadable(source, context, 'file-empty', {}));
    const document = openDocument(source, openOptions(context));
    const facts = readFacts(document);
    const gathered = await gatherEvidence(document, facts, context);
    const report = reportOf(source, gathered.judged.reports, gathered, context);
    return { report, examined: { facts, gathered } };
  } catch (error) {
    if (!(error instanceof MalformedPdf)) throw error;
    return unexamined(await unreadable(source, context, error.code, error.values));
  }
}

function openOptions({ platform, password }: VerifyContext): OpenOptions {
  const { inflater, digests, ciphers } = platform;
  return { inflater, digests, ciphers, damaged: 'read', ...(password === undefined ? {} : { password }) };
}

/** The report of a document from what was judged of its signatures. */
export function reportOf(
  source: Pick<Source, 'size'>,
  signatures: readonly SignatureReport[],
  { fileSha256, prefixSha256 }: Pick<GatheredEvidence, 'fileSha256' | 'prefixSha256'>,
  context: VerifyContext,
): VerificationReport {
  const { verdict, class: verdictClass } = judgeDocument(signatures);
  const people = signatures.filter(({ kind }) => kind === 'signature' || kind === 'seal');
  const good = people.filter(({ indication }) => indication === 'TOTAL_PASSED').length;
  return {
    ...frame(context),
    verdict,
    ok: verdictClass === 'accept' && verdict !== 'MIXED',
    class: verdictClass,
    counts: { signatures: people.length, ok: good, notOk: people.length - good },
    file: { size: source.size, sha256: hex(fileSha256) },
    signatures,
    problem: null,
    prefix: prefixOf(context, prefixSha256),
  };
}

function prefixOf({ prefixSize }: VerifyContext, sha256: Uint8Array | null): VerificationReport['prefix'] {
  return prefixSize === undefined || sha256 === null ? null : { size: prefixSize, sha256: hex(sha256) };
}

type Frame = Pick<VerificationReport, 'policy' | 'trustList' | 'checkedAt'>;
type FrameContext = Pick<VerifyContext, 'policy' | 'trustList' | 'now'>;

function frame({ policy, trustList, now }: FrameContext): Frame {
  return {
    policy: { id: policy.id, url: policy.url, revocation: policy.revocation },
    trustList: { version: trustList.version, sha256: trustList.sha256, asOf: trustList.asOf },
    checkedAt: now,
  };
}

async function unreadable(
  source: Source,
  context: VerifyContext,
  code: ProblemCode,
  values: Readonly<Record<string, string | number>>,
): Promise<VerificationReport> {
  const { size } = source;
  const { platform, signal } = context;
  const range = { cut: size, resume: size, end: size, algorithm: 'sha256' } as const;
  const digests = await digestCoveredRanges(source, [range], platform.digests, platform.pause, signal);
  return problemReport(
    size,
    context,
    'UNREADABLE',
    code,
    values,
    hex([...digests.values()][0] ?? new Uint8Array()),
  );
}

/** The report where we, not the document, failed. */
export function serviceError(
  source: Pick<Source, 'size'>,
  context: FrameContext,
  code: ProblemCode,
): VerificationReport {
  return problemReport(source.size, context, 'SERVICE_ERROR', code, {}, '');
}

/**
 * The report on a document that nobody came to the end of: `UNREADABLE` where it wanted more than it may have, else
 * `SERVICE_ERROR`.
 * @param size - of the document, in bytes
 */
export function unjudged(
  size: number,
  context: FrameContext,
  code: 'limits-exceeded' | 'deadline-exceeded' | 'internal',
  values: Readonly<Record<string, string | number>> = {},
): VerificationReport {
  const verdict = code === 'limits-exceeded' ? 'UNREADABLE' : 'SERVICE_ERROR';
  return problemReport(size, context, verdict, code, values, '');
}

function problemReport(
  size: number,
  context: FrameContext,
  verdict: 'UNREADABLE' | 'SERVICE_ERROR',
  code: ProblemCode,
  values: Readonly<Record<string, string | number>>,
  sha256: string,
): VerificationReport {
  return {
    ...frame(context),
    verdict,
    ok: false,
    class: 'none',
    counts: { signatures: 0, ok: 0, notOk: 0 },
    file: { size, sha256 },
    signatures: [],
    problem: { code, values },
    prefix: null,
  };
}
