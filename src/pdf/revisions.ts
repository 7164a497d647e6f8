// Sections to revisions: which bytes each saved state of the file consists of, and what it defines.

import type { Source } from '../platform/platform.ts';
import { CrossReferenceEntries } from './cross-reference-entries.ts';
import type { Revision } from './document.ts';
import { type EndMarker, findLastEndMarker, parseEndMarker, trailingNote } from './end-marker.ts';
import { damaged } from './errors.ts';
import { Lexer } from './lexer.ts';
import { readSections, type Section, type SectionContext } from './sections.ts';

/** A revision, and what a reader sees of it that knows nothing of `/XRefStm`. */
export interface ReadRevision extends Revision {
  readonly entries: CrossReferenceEntries;
  readonly visibleEntries: CrossReferenceEntries;
}

/**
 * Reads the revisions of a file, oldest first, without any guess.
 * @throws MalformedPdf `pdf-damaged` { reason: 'startxref' | 'xref' | 'duplicate-key' }, `limits-exceeded`
 */
export function readRevisions(context: SectionContext): readonly ReadRevision[] {
  const { source, limits, notes } = context;
  const sections = readSections(findLastEndMarker(source, source.size, limits).startxref, context);
  const newestFirst: Omit<ReadRevision, 'index'>[] = [];
  let later: readonly Section[] = [];
  let end = source.size;
  for (let i = 0; i < sections.length; ) {
    const parts = partsOfRevision(sections, i);
    const marker = endMarkerOf(parts, later, context);
    requireInside(parts, marker, end);
    newestFirst.push(revisionOf(parts, marker));
    end = marker.start;
    later = parts;
    i += parts.length;
  }
  const note = trailingNote(source, newestFirst[0]?.end ?? 0);
  if (note !== null) notes.push(note);
  return newestFirst.reverse().map((revision, index) => ({ ...revision, index }));
}

/**
 * The sections of one revision, newest first: one, or the two parts of a linearized file, whose first part stands at the
 * front of the file and is followed by `startxref` 0, the second at its end (ISO 32000-2, annex F).
 */
function partsOfRevision(sections: readonly Section[], index: number): readonly Section[] {
  const section = sections[index];
  const older = sections[index + 1];
  if (section === undefined) throw damaged('xref');
  return older !== undefined && older.start > section.start ? [section, older] : [section];
}

/**
 * The marker that ends a revision. It names the section and stands right behind it, or, where a writer put more between the
 * two, is the last one before the next revision begins: the rule by which the last marker of the file is found.
 * @param later - the sections of the revision that follows, none behind the last one
 */
function endMarkerOf(
  parts: readonly Section[],
  later: readonly Section[],
  context: SectionContext,
): EndMarker {
  const { source, limits } = context;
  const [first] = parts;
  const lexer = new Lexer(source, parts.at(-1)?.end ?? 0, limits);
  lexer.skipBlank();
  const behind = lexer.position;
  const standsHere = lexer.skipLiteral('startxref');
  lexer.position = behind;
  const marker = standsHere
    ? parseEndMarker(lexer)
    : findLastEndMarker(source, startOfUpdate(later, behind, source), limits);
  if (first === undefined || (marker.startxref !== first.namedOffset && marker.startxref !== first.start))
    throw damaged('startxref', marker.start);
  return marker;
}

/** Where a revision begins that stands behind an offset: at the first of its objects and sections. */
function startOfUpdate(sections: readonly Section[], behind: number, source: Source): number {
  let start = source.size;
  for (const section of sections) {
    const places = [section.start, section.hiddenStream?.[0] ?? section.start];
    for (const entry of section.entries.values()) if (entry.kind === 'offset') places.push(entry.offset);
    for (const place of places) if (place >= behind) start = Math.min(start, place);
  }
  // An update begins with a line end where the file before it had none.
  return sections.length === 0 ? start : start - 1;
}

/** Everything of a revision stands before its own marker, and that before what came later. */
function requireInside(parts: readonly Section[], marker: EndMarker, end: number): void {
  if (marker.end > end) throw damaged('xref', marker.start);
  for (const { start, end: sectionEnd, hiddenStream } of parts) {
    if (sectionEnd > marker.start) throw damaged('xref', start);
    if (hiddenStream !== null && hiddenStream[1] > marker.start) throw damaged('xref', hiddenStream[0]);
  }
}

function revisionOf(parts: readonly Section[], marker: EndMarker): Omit<ReadRevision, 'index'> {
  const [first] = parts;
  if (first === undefined) throw damaged('xref');
  return {
    end: marker.end,
    endOfMarker: marker.endOfMarker,
    startxref: marker.startxref,
    form: first.form,
    trailer: first.trailer,
    entries: CrossReferenceEntries.union(parts.map(({ entries }) => entries)),
    visibleEntries: CrossReferenceEntries.union(parts.map(({ visibleEntries }) => visibleEntries)),
    sections: parts.flatMap(({ start, end, hiddenStream }) =>
      hiddenStream === null ? [[start, end] as const] : [[start, end] as const, hiddenStream],
    ),
  };
}
