// The prefix reading: what was signed before something was appended that is no revision.

import type { Source } from '../platform/platform.ts';
import type { PdfDocument } from './document.ts';
import { MalformedPdf } from './errors.ts';
import type { ReadDocument } from './read-document.ts';
import { hasSignatureTrace } from './signature-traces.ts';

const MOST_PREFIXES = 64;
const MARKER = [0x25, 0x25, 0x45, 0x4f, 0x46];
const WINDOW = 64 * 1024;

/**
 * Finds the longest beginning of the file, up to an `%%EOF`, that opens strictly and holds a signature.
 * @param openPrefix - opens the first `end` bytes strictly
 * @returns null when none of the last 64 does
 * @throws MalformedPdf `limits-exceeded`, `pdf-encrypted`
 */
export function openSignedPrefix(
  source: Source,
  openPrefix: (end: number) => ReadDocument,
): PdfDocument | null {
  // States of a document that was looked at: no need to open these again.
  const known = new Set<number>([source.size]);
  let tries = 0;
  let rows = 0;
  for (const end of endsOfMarkers(source)) {
    if (tries === MOST_PREFIXES) return null;
    tries += 1;
    const document = known.has(end) ? null : unlessDamaged(() => openPrefix(end));
    if (document === null) continue;
    for (const { entries, end: revisionEnd } of document.revisions) {
      rows += entries.rows;
      known.add(revisionEnd);
    }
    // All tries together may look at as many objects as one document may have.
    if (rows > document.limits.objects) return null;
    if (holdsSignature(document)) return document;
  }
  return null;
}

/** Whether any state of the document, as far as it can be read, shows that somebody has signed. @throws MalformedPdf `limits-exceeded` */
export function holdsSignature(document: ReadDocument): boolean {
  return document.revisions.some(({ index, entries }) => {
    const view = document.viewOf(index);
    return [...entries].some(([number, entry]) => {
      const generation = entry.kind === 'offset' ? entry.generation : 0;
      return hasSignatureTrace(unlessDamaged(() => view.load({ kind: 'reference', number, generation })));
    });
  });
}

/** Null where the attempt meets damage: then this is not the prefix, or not the object, that is looked for. */
function unlessDamaged<T>(attempt: () => T): T | null {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof MalformedPdf && (error.code === 'pdf-damaged' || error.code === 'pdf-unsupported'))
      return null;
    throw error;
  }
}

/** Offsets right after each `%%EOF` and the line end that follows it, from the back. */
function* endsOfMarkers(source: Source): Generator<number> {
  for (let windowEnd = source.size; windowEnd > 0; windowEnd -= WINDOW) {
    const windowStart = Math.max(0, windowEnd - WINDOW);
    // A marker may reach beyond the window's end.
    const window = source.read(windowStart, windowEnd - windowStart + MARKER.length + 1);
    for (let at = windowEnd - windowStart - 1; at >= 0; at -= 1) {
      at = window.lastIndexOf(0x25, at);
      if (at === -1) break;
      if (!MARKER.every((byte, i) => window[at + i] === byte)) continue;
      const after = at + MARKER.length;
      const isCr = window[after] === 0x0d;
      const lineEnd = isCr && window[after + 1] === 0x0a ? 2 : isCr || window[after] === 0x0a ? 1 : 0;
      yield windowStart + after + lineEnd;
    }
  }
}
