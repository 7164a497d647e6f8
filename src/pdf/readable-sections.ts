// Cross-reference sections in a file whose chain of them is broken: what can still be read of them has a say in a repair.

import type { CrossReferenceEntries } from './cross-reference-entries.ts';
import { parseCrossReferenceStream } from './cross-reference-stream.ts';
import type { CrossReferenceEntry } from './document.ts';
import { damaged, MalformedPdf } from './errors.ts';
import type { ObjectScan } from './object-scan.ts';
import type { ObjectStore } from './object-store.ts';
import { asKind, isName, type PdfObject, type PdfStream } from './objects.ts';
import type { FoundDefinition } from './rebuilt-definitions.ts';
import { sameObject } from './same-object.ts';

interface ReadableSection {
  readonly start: number;
  readonly entries: CrossReferenceEntries;
}

/**
 * Where one number has several definitions, readers that use the sections and readers that scan must come to the same one.
 * @throws MalformedPdf `pdf-damaged` { reason: 'xref' } for a section that names an earlier definition than the last;
 *   `limits-exceeded`
 */
export function requireSectionsAgree(
  scan: ObjectScan,
  definitions: ReadonlyMap<number, readonly FoundDefinition[]>,
  store: ObjectStore,
): void {
  const contested = [...definitions].filter(([, found]) => found.length > 1);
  if (contested.length === 0) return;
  const view = { rawData: (stream: PdfStream) => store.rawData(stream, requireDirect) };
  const newestFirst = readableSections(scan, store).sort((a, b) => b.start - a.start);
  for (const [number, found] of contested) {
    const entry = newestFirst.map(({ entries }) => rowOf(entries, number)).find((row) => row !== undefined);
    const named = found.find((definition) => isNamedBy(entry, definition));
    const last = found.at(-1);
    if (named === undefined || last === undefined || named === last) continue;
    if (!sameObject(view, named.object, view, last.object)) throw damaged('xref');
  }
}

function readableSections(scan: ObjectScan, store: ObjectStore): ReadableSection[] {
  const streams = scan.objects.flatMap(({ object, start }) => {
    if (!isName(asKind(object, 'stream')?.dictionary.entries.get('Type'), 'XRef')) return [];
    return readableStream(start, store);
  });
  return [...scan.tables, ...streams];
}

function readableStream(start: number, { source, limits, inflater }: ObjectStore): ReadableSection[] {
  try {
    return [{ start, entries: parseCrossReferenceStream(source, start, limits, inflater).entries }];
  } catch (error) {
    if (!(error instanceof MalformedPdf) || error.code === 'limits-exceeded') throw error;
    // A section that nobody can read misleads nobody.
    return [];
  }
}

/** Undefined also for a row that cannot be read. */
function rowOf(entries: CrossReferenceEntries, number: number): CrossReferenceEntry | undefined {
  try {
    return entries.get(number);
  } catch (error) {
    if (error instanceof MalformedPdf && error.code === 'pdf-damaged') return undefined;
    throw error;
  }
}

function isNamedBy(row: CrossReferenceEntry | undefined, { entry }: FoundDefinition): boolean {
  if (row?.kind === 'offset') return entry.kind === 'offset' && row.offset === entry.offset;
  if (row?.kind !== 'compressed' || entry.kind !== 'compressed') return false;
  return row.stream === entry.stream && row.index === entry.index;
}

function requireDirect(object: PdfObject | undefined): PdfObject {
  if (asKind(object, 'reference') !== undefined) throw damaged('object');
  return object ?? null;
}
