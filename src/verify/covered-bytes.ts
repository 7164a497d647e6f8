// Digests of what signatures cover, all in one pass over the document: signatures share the beginning of the file.

import {
  type DigestAlgorithm,
  type Digests,
  pieceReader,
  type RunningDigest,
  type Source,
} from '../platform/platform.ts';

/** Bytes [0, cut) and [resume, end) of the document: a ByteRange that starts at 0. */
export interface CoveredRange {
  readonly cut: number;
  readonly resume: number;
  readonly end: number;
  readonly algorithm: DigestAlgorithm;
}

// Large enough that hashing dominates, small enough that other requests are served in between (about 0.6 ms).
const PIECE = 1024 * 1024;

/** Stable name of a range, the key of the result. */
export function coveredRangeKey(range: CoveredRange): string {
  return `${range.algorithm}:${range.cut}:${range.resume}:${range.end}`;
}

/**
 * Digests each covered range.
 * @param ranges - inside the document, `cut` ≤ `resume` ≤ `end` ≤ size; [0, size) is the range with cut = resume = end = size
 * @param pause - awaited after each piece
 * @returns digests by `coveredRangeKey`
 */
export async function digestCoveredRanges(
  source: Source,
  ranges: readonly CoveredRange[],
  digests: Digests,
  pause: () => Promise<void>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = new Map(ranges.map((range) => [coveredRangeKey(range), range]));
  const beginnings = new Map<DigestAlgorithm, RunningDigest>();
  for (const { algorithm } of ranges) beginnings.set(algorithm, digests.start(algorithm));
  const tails: { key: string; range: CoveredRange; digest: RunningDigest }[] = [];
  const result = new Map<string, Uint8Array>();
  const lastCut = Math.max(0, ...ranges.map((range) => range.cut));
  const stops = [...new Set(ranges.flatMap((range) => [range.cut, range.resume, range.end]))].sort(
    (a, b) => a - b,
  );
  const lastEnd = stops.at(-1) ?? 0;

  const readPiece = pieceReader(source, PIECE);
  let position = 0;
  for (;;) {
    for (const [key, range] of wanted) {
      const beginning = range.cut === position ? beginnings.get(range.algorithm) : undefined;
      if (beginning === undefined) continue;
      tails.push({ key, range, digest: beginning.copy() });
      wanted.delete(key);
    }
    for (const tail of tails) {
      if (tail.range.end === position && !result.has(tail.key)) result.set(tail.key, tail.digest.finish());
    }
    if (position >= lastEnd) return result;
    const stop = stops.find((offset) => offset > position) ?? lastEnd;
    const next = Math.min(stop, position + PIECE);
    const bytes = readPiece(position, next - position);
    if (position < lastCut) for (const beginning of beginnings.values()) beginning.update(bytes);
    for (const { range, digest } of tails) {
      if (position >= range.resume && position < range.end) digest.update(bytes);
    }
    const whole = next - position === PIECE;
    position = next;
    if (whole) {
      await pause();
      signal.throwIfAborted();
    }
  }
}
