// `startxref`, its offset and `%%EOF`: where a saved state of the file ends (ISO 32000-2, 7.5.5).

import type { Source } from '../platform/platform.ts';
import { isRegular, isWhiteSpace, latin1 } from './characters.ts';
import type { PdfNote } from './document.ts';
import { damaged } from './errors.ts';
import { Lexer, unsignedInteger } from './lexer.ts';
import type { PdfLimits } from './limits.ts';

export interface EndMarker {
  /** Offset of the section, as written behind `startxref`. */
  readonly startxref: number;
  /** Offset of the keyword `startxref`. */
  readonly start: number;
  /** Offset right after the `F` of `%%EOF`. */
  readonly endOfMarker: number;
  /** The same with the line end that follows, if one does. */
  readonly end: number;
}

// Readers look for the last marker here (ISO 32000-2, annex H has it as a habit of long standing).
const TAIL_BYTES = 1024;
const NEAR_BYTES = 64;
const MOST_TRAILING_WHITE_SPACE = 16;

/**
 * Parses the marker whose keyword stands at the lexer's position.
 * @throws MalformedPdf `pdf-damaged` { reason: 'startxref' }
 */
export function parseEndMarker(lexer: Lexer): EndMarker {
  const start = lexer.position;
  if (!lexer.skipLiteral('startxref') || isRegular(lexer.byteAt(lexer.position)))
    throw damaged('startxref', start);
  lexer.skipWhiteSpace();
  const startxref = unsignedInteger(lexer.next());
  lexer.skipWhiteSpace();
  if (startxref === undefined || !lexer.skipLiteral('%%EOF')) throw damaged('startxref', start);
  const endOfMarker = lexer.position;
  lexer.skipLineEnd();
  return { startxref, start, endOfMarker, end: lexer.position };
}

/**
 * Finds the last marker that ends before an offset. It must be the last `startxref` there is: with an incomplete one behind
 * it, readers would disagree about which state is the last.
 * @param before - the end of the file, or where the next revision begins
 * @throws MalformedPdf `pdf-damaged` { reason: 'startxref' }
 */
export function findLastEndMarker(source: Source, before: number, limits: PdfLimits): EndMarker {
  // Nearly always it stands in the last few dozen bytes.
  const near = lastIndexOfMarker(source, before, NEAR_BYTES);
  const [tailStart, index] = near[1] === -1 ? lastIndexOfMarker(source, before, TAIL_BYTES) : near;
  if (index === -1) throw damaged('startxref');
  return parseEndMarker(new Lexer(source, tailStart + index, limits));
}

function lastIndexOfMarker(
  source: Source,
  before: number,
  bytes: number,
): readonly [start: number, index: number] {
  const start = Math.max(0, before - bytes);
  return [start, latin1(source.read(start, before - start)).lastIndexOf('startxref')];
}

/** What stands behind the end of the last revision: nothing, white space, or bytes that no revision accounts for. */
export function trailingNote(source: Source, end: number): PdfNote | null {
  if (end === source.size) return null;
  const tail = source.read(end, TAIL_BYTES);
  const blank = tail.length <= MOST_TRAILING_WHITE_SPACE && tail.every(isWhiteSpace);
  return { code: blank ? 'trailing-white-space' : 'trailing-bytes', at: end };
}
