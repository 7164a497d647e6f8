// One document after the other, or several at once, from its name to its report. A single one is read in this process; several
// are read in processes of their own, so that a poisoned file costs itself.

import { closeSync, fstatSync, openSync } from 'node:fs';
import { hex } from '../asn1/values.ts';
import { documentPool } from '../document-pool.ts';
import { nodePlatform, openFileSource } from '../platform/node.ts';
import { bytesSource, pieceReader, type Source } from '../platform/platform.ts';
import { encodeEvidencePack } from '../verify/evidence-pack.ts';
import type { VerificationReport } from '../verify/report.ts';
import { unjudged, type VerifyContext, verifyDocument } from '../verify/verify-document.ts';
import { verifyWithEvidence } from '../verify/verify-with-evidence.ts';
import { type InputFile, STANDARD_INPUT } from './input-files.ts';
import type { Terminal } from './terminal.ts';
import type { Tool } from './version.ts';
import { readZipEntry } from './zip-archive.ts';

export interface ExaminerSettings {
  readonly context: Omit<VerifyContext, 'signal' | 'onFailure'>;
  readonly timeoutMs: number;
  /** Bytes; null: no limit but that of what is held in memory. */
  readonly maxSize: number | null;
  /** Null: no evidence is recorded. */
  readonly recordedBy: Tool | null;
  readonly terminal: Terminal;
  readonly onFailure: (path: string, error: unknown) => void;
}

/** A document whose bytes are there. */
export interface OpenedDocument {
  readonly file: Uint8Array | { readonly path: string; readonly size: number };
  readonly size: number;
  /** Of all its bytes, lower-case hexadecimal. */
  sha256(): string;
}

export interface Examination {
  readonly report: VerificationReport;
  /** The encoded evidence; null where none was asked for, or nothing was judged. */
  readonly pack: Uint8Array | null;
  readonly durationMs: number;
}

export interface Examiner {
  /** Documents that may be examined at the same time. */
  readonly atOnce: number;
  examine(path: string, document: OpenedDocument): Promise<Examination>;
  close(): Promise<void>;
}

/** Held in memory; larger documents are given as files. */
const LARGEST_IN_MEMORY = 100 * 1024 * 1024;

/**
 * Opens a document.
 * @throws the system's error, or ZipRefused
 */
export async function openDocumentInput(
  { path, within }: InputFile,
  { maxSize, terminal }: Pick<ExaminerSettings, 'maxSize' | 'terminal'>,
): Promise<OpenedDocument> {
  const limit = maxSize ?? LARGEST_IN_MEMORY;
  if (within !== null) return inMemory(readZipEntry(within.archive, within.entry, limit));
  if (path === STANDARD_INPUT) return inMemory(await readInput(terminal.input, limit));
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    return { file: { path, size }, size, sha256: () => digestOfFile(path) };
  } finally {
    closeSync(descriptor);
  }
}

function inMemory(bytes: Uint8Array): OpenedDocument {
  return {
    file: bytes,
    size: bytes.length,
    sha256: () => hex(nodePlatform.digests.of('sha256', bytes)),
  };
}

const PIECE = 1024 * 1024;

function digestOfFile(path: string): string {
  const source = openFileSource(path);
  try {
    const digest = nodePlatform.digests.start('sha256');
    const read = pieceReader(source, PIECE);
    for (let offset = 0; offset < source.size; offset += PIECE) digest.update(read(offset, PIECE));
    return hex(digest.finish());
  } finally {
    source.close();
  }
}

class InputTooLarge extends Error {
  readonly code = 'too-large';
}

async function readInput(input: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of input) {
    size += piece.length;
    if (size > limit) throw new InputTooLarge('too-large');
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** What may not be read at all, for its size alone. */
function tooLarge({ size }: OpenedDocument, { maxSize, context }: ExaminerSettings): Examination | null {
  if (maxSize === null || size <= maxSize) return null;
  const report = unjudged(size, context, 'limits-exceeded', { limit: 'maxSize', value: maxSize });
  return { report, pack: null, durationMs: 0 };
}

/** Examines in this process. */
export function examinerHere(settings: ExaminerSettings): Examiner {
  const { context, recordedBy, timeoutMs, terminal, onFailure } = settings;
  const judge = async (path: string, source: Source): Promise<Omit<Examination, 'durationMs'>> => {
    const signal = AbortSignal.any([terminal.interrupted, AbortSignal.timeout(timeoutMs)]);
    const full = { ...context, signal, onFailure: (error: unknown) => onFailure(path, error) };
    if (recordedBy === null) return { report: await verifyDocument(source, full), pack: null };
    const { report, pack } = await verifyWithEvidence(source, { ...full, tool: recordedBy });
    return { report, pack: pack === null ? null : encodeEvidencePack(pack) };
  };
  return {
    atOnce: 1,
    examine: async (path, document) => {
      const refused = tooLarge(document, settings);
      if (refused !== null) return refused;
      const begun = performance.now();
      if (document.file instanceof Uint8Array) {
        const judged = await judge(path, bytesSource(document.file));
        return { ...judged, durationMs: performance.now() - begun };
      }
      const source = openFileSource(document.file.path);
      const judged = await judge(path, source).finally(source.close);
      return { ...judged, durationMs: performance.now() - begun };
    },
    close: async () => undefined,
  };
}

export interface PoolLimits {
  readonly jobs: number;
  readonly heapMegabytes: number;
}

// Each worker finds the next document waiting when it is done with one.
const DOCUMENTS_PER_WORKER = 2;

/** Examines in processes of their own. */
export function examinerInPool(settings: ExaminerSettings, { jobs, heapMegabytes }: PoolLimits): Examiner {
  const { context, recordedBy, timeoutMs, terminal, onFailure } = settings;
  const { platform: _, ...rest } = context;
  const atOnce = jobs * DOCUMENTS_PER_WORKER;
  const pool = documentPool({ size: jobs, mostWaiting: atOnce, heapMegabytes });
  pool.begin();
  return {
    atOnce,
    examine: async (path, document) =>
      tooLarge(document, settings) ??
      (await pool.examine(document.file, {
        ...rest,
        recordedBy,
        timeoutMs,
        signal: terminal.interrupted,
        onFailure: (error) => onFailure(path, error),
      })),
    close: () => pool.close(),
  };
}
