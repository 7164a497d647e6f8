// Classic cross-reference tables (ISO 32000-2, 7.5.4): only the subsection headers are read, 20-byte rows when asked for.

import type { Source } from '../platform/platform.ts';
import { isWhiteSpace, latin1 } from './characters.ts';
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
    readRow(subsection, subsection.count - 1);
  }
  return { entries: CrossReferenceEntries.of(subsections, readRow), trailer: parseDictionary(lexer, limits) };
}

function parseRow(source: Source, at: number): ReturnType<ReadRow> {
  const row = source.read(at, ROW_BYTES);
  const match = /^(\d{10}) (\d{5}) ([nf])$/.exec(latin1(row.subarray(0, 18)));
  // Writers end rows with any two of blank, CR and LF; only the width matters.
  if (match === null || !isWhiteSpace(row[18] ?? -1) || !isWhiteSpace(row[19] ?? -1))
    throw damaged('xref', at);
  const generation = Number(match[2]);
  return match[3] === 'f'
    ? { kind: 'free', generation }
    : { kind: 'offset', offset: Number(match[1]), generation };
}
