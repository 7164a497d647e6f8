// One pass over the document: its own digest, and the beginning of what the signature will cover.

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type DigestAlgorithm,
  type Digests,
  pieceReader,
  type RunningDigest,
  type Source,
} from '../platform/platform.ts';

export interface SourceDigest {
  /** SHA-256 of the whole document. */
  readonly sha256: Uint8Array;
  /** The same bytes in the signature's digest, to be continued with the update. */
  readonly beginning: RunningDigest;
}

// Large enough that hashing dominates, small enough that other requests are served in between (about 0.6 ms).
const PIECE = 1024 * 1024;
// Below, yielding costs more than it gives.
const WITHOUT_PAUSE = 4 * PIECE;

// A source never changes: what was begun for it is what will be asked for.
const begun = new WeakMap<Source, Promise<RunningDigest>>();

/**
 * Begins the pass over a document while something else is waited for, such as the opening of a key; `digestSource` goes on from
 * it. After `signal` aborts the source is not read any more.
 */
export function digestAhead(source: Source, digests: Digests, signal: AbortSignal): void {
  const sha256 = digests.start('sha256');
  const pass = readThrough(source, [sha256], signal).then(() => sha256);
  // A failure is told where the digest is needed; until then nobody waits for it.
  pass.catch(() => undefined);
  begun.set(source, pass);
}

/** Reads the document once, front to back. @throws the signal's reason when it aborts */
export async function digestSource(
  source: Source,
  algorithm: DigestAlgorithm,
  digests: Digests,
  signal: AbortSignal,
): Promise<SourceDigest> {
  const ahead = await begun.get(source);
  signal.throwIfAborted();
  const sha256 = ahead?.copy() ?? digests.start('sha256');
  const other = algorithm === 'sha256' ? null : digests.start(algorithm);
  const needed = [ahead === undefined ? sha256 : null, other].filter((digest) => digest !== null);
  if (needed.length > 0) await readThrough(source, needed, signal);
  const beginning = other ?? sha256.copy();
  return { sha256: sha256.finish(), beginning };
}

async function readThrough(
  source: Source,
  digests: readonly RunningDigest[],
  signal: AbortSignal,
): Promise<void> {
  const readPiece = pieceReader(source, PIECE);
  for (let offset = 0; offset < source.size; offset += PIECE) {
    const bytes = readPiece(offset, Math.min(PIECE, source.size - offset));
    for (const digest of digests) digest.update(bytes);
    if (source.size > WITHOUT_PAUSE) await nextTurn();
    signal.throwIfAborted();
  }
}

/** The digest of what a ByteRange covers: the document, then the update around its gap. `beginning` stays usable. */
export function digestCovered(
  beginning: RunningDigest,
  update: Uint8Array,
  gap: { readonly start: number; readonly end: number },
): Uint8Array {
  const digest = beginning.copy();
  digest.update(update.subarray(0, gap.start));
  digest.update(update.subarray(gap.end));
  return digest.finish();
}
