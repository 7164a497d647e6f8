// The chain of cross-reference sections, from the one that `startxref` names back to the oldest (ISO 32000-2, 7.5).

import type { Inflater, Source } from '../platform/platform.ts';
import { isRegular } from './characters.ts';
import { CrossReferenceEntries } from './cross-reference-entries.ts';
import { parseCrossReferenceStream } from './cross-reference-stream.ts';
import { parseCrossReferenceTable } from './cross-reference-table.ts';
import type { PdfNote } from './document.ts';
import { damaged, limitExceeded, MalformedPdf } from './errors.ts';
import { MOST_WHITE_SPACE } from './indirect-object.ts';
import { Lexer, unsignedInteger } from './lexer.ts';
import type { PdfLimits } from './limits.ts';
import { asKind, type PdfDictionary } from './objects.ts';

export interface Section {
  /** The offset that led here: from `startxref` or `/Prev`. */
  readonly namedOffset: number;
  readonly start: number;
  /** Right after the trailer dictionary, or after `endobj` of the stream. */
  readonly end: number;
  readonly form: 'table' | 'stream' | 'hybrid';
  readonly trailer: PdfDictionary;
  readonly entries: CrossReferenceEntries;
  /** Of a hybrid section what the table alone says, else the same as `entries`. */
  readonly visibleEntries: CrossReferenceEntries;
  /** `/Prev`, null in the oldest. */
  readonly previous: number | null;
  /** Of a hybrid section the extent of its stream. */
  readonly hiddenStream: readonly [start: number, end: number] | null;
  /** Bytes that came out of filters. */
  readonly decodedBytes: number;
}

/** What reading sections needs to know, and gathers. */
export interface SectionContext {
  readonly source: Source;
  readonly limits: PdfLimits;
  readonly inflater: Inflater;
  readonly notes: PdfNote[];
}

/**
 * Reads all sections, newest first.
 * @throws MalformedPdf `pdf-damaged` { reason: 'xref' | 'duplicate-key' }, `pdf-unsupported`, `limits-exceeded`
 */
export function readSections(startxref: number, context: SectionContext): readonly Section[] {
  const { limits } = context;
  const sections: Section[] = [];
  const visited = new Set<number>();
  let rows = 0;
  let decodedBytes = 0;
  for (let next: number | null = startxref; next !== null; next = sections.at(-1)?.previous ?? null) {
    if (sections.length === limits.sections) throw limitExceeded(limits, 'sections');
    const section = readSection(next, context);
    if (visited.has(section.start)) throw damaged('xref', next);
    visited.add(section.start);
    rows += section.entries.rows;
    decodedBytes += section.decodedBytes;
    if (rows > limits.objects) throw limitExceeded(limits, 'objects');
    if (decodedBytes > limits.decodedBytesPerDocument) throw limitExceeded(limits, 'decodedBytesPerDocument');
    sections.push(section);
  }
  return sections;
}

function readSection(namedOffset: number, context: SectionContext): Section {
  const { source, limits, notes } = context;
  const lexer = new Lexer(source, namedOffset, limits);
  const blanks = lexer.skipWhiteSpace();
  const start = lexer.position;
  if (blanks > MOST_WHITE_SPACE || start >= source.size) throw damaged('xref', namedOffset);
  if (blanks > 0) notes.push({ code: 'white-space-before-object', at: namedOffset });
  try {
    const isTable = lexer.skipLiteral('xref') && !isRegular(lexer.byteAt(lexer.position));
    return isTable
      ? readTableSection(namedOffset, start, lexer, context)
      : readStreamSection(namedOffset, start, context);
  } catch (error) {
    throw atSection(error, namedOffset);
  }
}

// Whatever is wrong with an object of a section, it is the section that cannot be read.
function atSection(error: unknown, namedOffset: number): unknown {
  if (!(error instanceof MalformedPdf) || error.values.reason !== 'object') return error;
  return damaged('xref', namedOffset, error);
}

function readTableSection(
  namedOffset: number,
  start: number,
  lexer: Lexer,
  context: SectionContext,
): Section {
  const { source, limits, notes } = context;
  const { entries, trailer } = parseCrossReferenceTable(source, lexer, limits);
  const section = {
    namedOffset,
    start,
    end: lexer.position,
    trailer: requireSoundTrailer(trailer, start),
    visibleEntries: entries,
    previous: offsetEntry(trailer, 'Prev', start),
  };
  const hiddenOffset = offsetEntry(trailer, 'XRefStm', start);
  if (hiddenOffset === null)
    return { ...section, form: 'table', entries, hiddenStream: null, decodedBytes: 0 };
  notes.push({ code: 'hybrid', at: start });
  const hidden = parseCrossReferenceStream(source, hiddenOffset, limits, context.inflater);
  requireSoundTrailer(hidden.dictionary, hidden.start);
  return {
    ...section,
    form: 'hybrid',
    entries: CrossReferenceEntries.hybrid(entries, hidden.entries),
    hiddenStream: [hidden.start, hidden.end],
    decodedBytes: hidden.decodedBytes,
  };
}

function readStreamSection(namedOffset: number, start: number, context: SectionContext): Section {
  const { source, limits, inflater } = context;
  const stream = parseCrossReferenceStream(source, start, limits, inflater);
  return {
    namedOffset,
    start,
    end: stream.end,
    form: 'stream',
    trailer: requireSoundTrailer(stream.dictionary, start),
    entries: stream.entries,
    visibleEntries: stream.entries,
    previous: offsetEntry(stream.dictionary, 'Prev', start),
    hiddenStream: null,
    decodedBytes: stream.decodedBytes,
  };
}

function requireSoundTrailer(trailer: PdfDictionary, at: number): PdfDictionary {
  if (trailer.repeatedKeys.length > 0) throw damaged('duplicate-key', at);
  return trailer;
}

function offsetEntry(trailer: PdfDictionary, key: string, at: number): number | null {
  const object = trailer.entries.get(key);
  if (object === undefined) return null;
  const number = asKind(object, 'number');
  const offset = number === undefined ? undefined : unsignedInteger(number);
  if (offset === undefined) throw damaged('xref', at);
  return offset;
}
