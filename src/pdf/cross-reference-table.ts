// Classic cross-reference tables (ISO 32000-2, 7.5.4): only the subsection headers are read, 20-byte rows when asked for.

import type { Source } from '../platform/platform.ts';
import { isDigit, isWhiteSpace } from './characters.ts';
import { CrossReferenceEntries, type ReadRow, type Subsection } from './cross-reference-entries.ts';
import { damaged } from './errors.ts';
import { isKeyword, type Lexer, unsignedInteger } from './lexer.ts';
import type { PdfLimits } from './limits.ts';
import type { PdfDictionary } from './objects.ts';
import { parseDictionary } from './parser.ts';

const ROW_BYTES = 20;

export interface CrossReferenceTable {
  readonly entries: CrossReferenceEntries;
  readonly trailer: PdfDictionary;
}

/**
 * Parses the subsection headers and the trailer behind `xref`, where the lexer stands; it is left behind the trailer.
 * @throws MalformedPdf `pdf-damaged` { reason: 'xref' } also when rows are not 20 bytes wide, `limits-exceeded`
 */
export function parseCrossReferenceTable(
  source: Source,
  lexer: Lexer,
  limits: PdfLimits,
): CrossReferenceTable {
  const subsections: Subsection[] = [];
  for (;;) {
    const token = lexer.next();
    if (isKeyword(token, 'trailer')) break;
    const first = unsignedInteger(token);
    const count = unsignedInteger(lexer.next());
    if (first === undefined || count === undefined) throw damaged('xref', lexer.tokenStart);
    if (count > 0) lexer.skipWhiteSpace();
    const rowsAt = lexer.position;
    lexer.position = rowsAt + ROW_BYTES * count;
    if (lexer.position > source.size) throw damaged('xref', rowsAt);
    subsections.push({ first, count, rowsAt });
  }
  const readRow: ReadRow = ({ rowsAt }, index) => parseRow(source, rowsAt + ROW_BYTES * index);
  // The outer rows tell whether the width is right before anything relies on it.
  for (const subsection of subsections) {
    if (subsection.count === 0) continue;
    readRow(subsection, 0);
    if (subsection.count > 1) readRow(subsection, subsection.count - 1);
  }
  return { entries: CrossReferenceEntries.of(subsections, readRow), trailer: parseDictionary(lexer, limits) };
}

const BLANK = 0x20;
const FREE = 0x66;
const IN_USE = 0x6e;

/** `nnnnnnnnnn ggggg n` and two bytes of line end. */
function parseRow(source: Source, at: number): ReturnType<ReadRow> {
  const bytes = source.whole ?? source.read(at, ROW_BYTES);
  const row = source.whole === undefined ? 0 : at;
  const offset = digitsOf(bytes, row, row + 10);
  const generation = digitsOf(bytes, row + 11, row + 16);
  const kind = bytes[row + 17];
  // Writers end rows with any two of blank, CR and LF; only the width matters.
  const whole = isWhiteSpace(bytes[row + 18] ?? -1) && isWhiteSpace(bytes[row + 19] ?? -1);
  const parted = bytes[row + 10] === BLANK && bytes[row + 16] === BLANK && (kind === FREE || kind === IN_USE);
  if (offset < 0 || generation < 0 || !whole || !parted) throw damaged('xref', at);
  return kind === FREE ? { kind: 'free', generation } : { kind: 'offset', offset, generation };
}

/** The number that the digits [start, end) make, -1 where something else stands among them. */
function digitsOf(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0;
    if (!isDigit(byte)) return -1;
    value = value * 10 + byte - 0x30;
  }
  return value;
}
