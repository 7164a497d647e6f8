// The account of every byte that a revision added: objects it lists, its sections and trailer, its end marker, comments and
// white space, and nothing else (ISO 32000-2, 7.5.6).

import type { PdfDocument, Revision } from './document.ts';
import { type EndMarker, parseEndMarker } from './end-marker.ts';
import { MalformedPdf } from './errors.ts';
import { Lexer } from './lexer.ts';

/** Offsets [start, end) in the file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Accounts for the bytes between the end of the revision before and the end of this one. Objects that cannot be parsed
 * explain nothing. That the end marker itself is complete needs no asking: without it no reading but `repaired` exists.
 * @returns the first bytes that nothing explains, null when there are none
 * @throws MalformedPdf `limits-exceeded`
 */
export function accountOfBytes(document: PdfDocument, revisionIndex: number): ByteRange | null {
  const revision = document.revisions[revisionIndex];
  if (revision === undefined) throw new RangeError(`no revision ${revisionIndex}`);
  const start = document.revisions[revisionIndex - 1]?.end ?? 0;
  const lexer = new Lexer(document.source, start, document.limits);
  const known = [...revision.sections, ...objectExtents(document, revision)]
    .filter(([from]) => from >= start)
    .sort((a, b) => a[0] - b[0]);
  for (const [from, to] of [...known, [revision.end, revision.end] as const]) {
    if (lexer.position < from && !isBlankUpTo(lexer, from, revision))
      return { start: lexer.position, end: from };
    lexer.position = Math.max(lexer.position, to);
  }
  return null;
}

/** Passes white space, comments and end markers; a comment that swallows what is known to follow it is no comment. */
function isBlankUpTo(lexer: Lexer, end: number, revision: Revision): boolean {
  for (;;) {
    lexer.skipWhiteSpace();
    if (lexer.position >= end) return true;
    const isComment = lexer.byteAt(lexer.position) === 0x25;
    if (isComment) lexer.skipComment();
    if (lexer.position > end || (!isComment && !passEndMarker(lexer, revision))) return false;
  }
}

/** The revision's own marker, or the one that ends the first part of a linearized file (annex F). */
function passEndMarker(lexer: Lexer, revision: Revision): boolean {
  const start = lexer.position;
  const marker = endMarkerAt(lexer);
  const expected =
    marker?.endOfMarker === revision.endOfMarker || (marker?.startxref === 0 && revision.index === 0);
  if (!expected) lexer.position = start;
  return expected;
}

function endMarkerAt(lexer: Lexer): EndMarker | null {
  try {
    return parseEndMarker(lexer);
  } catch (error) {
    if (!(error instanceof MalformedPdf) || error.code === 'limits-exceeded') throw error;
    return null;
  }
}

function objectExtents(document: PdfDocument, revision: Revision): (readonly [start: number, end: number])[] {
  const view = document.viewOf(revision.index);
  const extents: (readonly [start: number, end: number])[] = [];
  for (const [number, entry] of revision.entries) {
    if (entry.kind !== 'offset') continue;
    try {
      const extent = view.extent(number);
      if (extent !== undefined) extents.push(extent);
    } catch (error) {
      // Its bytes stay without an explanation, and that is the finding.
      if (!(error instanceof MalformedPdf) || error.code === 'limits-exceeded') throw error;
    }
  }
  return extents;
}
