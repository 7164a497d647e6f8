// The repaired reading: cross-references rebuilt from the objects that a scan recognises. It proves nothing about a signature.

import { CrossReferenceEntries } from './cross-reference-entries.ts';
import type { CrossReferenceEntry, PdfDocument } from './document.ts';
import { damaged, MalformedPdf } from './errors.ts';
import { type ObjectScan, scanObjects } from './object-scan.ts';
import type { ObjectStore } from './object-store.ts';
import {
  asKind,
  isName,
  type PdfDictionary,
  type PdfObject,
  type PdfStream,
  pdfDictionary,
  pdfNumber,
} from './objects.ts';
import { ReadDocument } from './read-document.ts';
import { hasSignatureTrace } from './signature-traces.ts';

/**
 * Rebuilds a document without signatures. Of several definitions of one number the last in the file counts.
 * @throws MalformedPdf `pdf-encrypted`; `pdf-damaged` { reason: 'signed-and-broken' } when there are traces of a signature,
 *   { reason: 'xref' } when the file is ambiguous: no single catalog, or one number under several generations;
 *   `limits-exceeded`
 */
export function repairDocument(store: ObjectStore): PdfDocument {
  const scan = scanObjects(store.source, store.limits);
  const trailers = allTrailers(scan);
  if (trailers.some(({ entries }) => (entries.get('Encrypt') ?? null) !== null))
    throw new MalformedPdf('pdf-encrypted');
  for (const object of scan.objects) store.put(object);
  const definitions = rebuiltDefinitions(scan, store);
  if (definitions.traces) throw damaged('signed-and-broken');
  if (definitions.severalGenerations) throw damaged('xref');
  const trailer = rebuiltTrailer(trailers, definitions);
  return rebuiltDocument(store, trailer, definitions.entries);
}

/** Those behind `trailer` and the dictionaries of cross-reference streams, oldest first as far as that can be told. */
function allTrailers({ objects, trailers }: ObjectScan): readonly PdfDictionary[] {
  const streams = objects.flatMap(({ object }) => {
    const dictionary = asKind(object, 'stream')?.dictionary;
    return dictionary !== undefined && isName(dictionary.entries.get('Type'), 'XRef') ? [dictionary] : [];
  });
  return [...streams, ...trailers];
}

interface Rebuilt {
  readonly entries: ReadonlyMap<number, CrossReferenceEntry>;
  readonly catalogs: ReadonlySet<number>;
  readonly traces: boolean;
  readonly severalGenerations: boolean;
}

function rebuiltDefinitions(scan: ObjectScan, store: ObjectStore): Rebuilt {
  const entries = new Map<number, CrossReferenceEntry>();
  const generations = new Map<number, number>();
  const catalogs = new Set<number>();
  let traces = scan.tracesBetween;
  let severalGenerations = false;
  const define = (number: number, object: PdfObject, entry: CrossReferenceEntry, generation: number) => {
    severalGenerations ||= (generations.get(number) ?? generation) !== generation;
    generations.set(number, generation);
    entries.set(number, entry);
    if (isName(asKind(object, 'dictionary')?.entries.get('Type'), 'Catalog')) catalogs.add(number);
    traces ||= hasSignatureTrace(object);
  };
  for (const { number, generation, start, object } of scan.objects) {
    const stream = asKind(object, 'stream');
    if (isName(stream?.dictionary.entries.get('Type'), 'XRef')) continue;
    define(number, object, { kind: 'offset', offset: start, generation }, generation);
    if (stream === undefined || !isName(stream.dictionary.entries.get('Type'), 'ObjStm')) continue;
    for (const member of membersOf(stream, store)) {
      const entry = { kind: 'compressed', stream: number, index: member.index } as const;
      define(member.number, member.object, entry, 0);
    }
  }
  return { entries, catalogs, traces, severalGenerations };
}

interface FoundMember {
  readonly index: number;
  readonly number: number;
  readonly object: PdfObject;
}

function membersOf(stream: PdfStream, store: ObjectStore): readonly FoundMember[] {
  const members: FoundMember[] = [];
  try {
    const contents = store.objectStream(stream, requireDirect);
    for (const [index, number] of contents.numbers.entries())
      members.push({ index, number, object: contents.member(index, number) });
  } catch (error) {
    // What is in a broken object stream is lost; what was read of it before still counts.
    if (!(error instanceof MalformedPdf) || error.code === 'limits-exceeded') throw error;
  }
  return members;
}

function requireDirect(object: PdfObject | undefined): PdfObject {
  if (asKind(object, 'reference') !== undefined) throw damaged('object');
  return object ?? null;
}

function rebuiltTrailer(trailers: readonly PdfDictionary[], { entries, catalogs }: Rebuilt): PdfDictionary {
  const named = new Set<number>();
  for (const trailer of trailers) {
    const root = asKind(trailer.entries.get('Root'), 'reference');
    if (root !== undefined && catalogs.has(root.number)) named.add(root.number);
  }
  const [root, ...others] = named.size > 0 ? named : catalogs;
  const entry = root === undefined ? undefined : entries.get(root);
  if (root === undefined || entry === undefined || others.length > 0) throw damaged('xref');
  const generation = entry.kind === 'offset' ? entry.generation : 0;
  const last = (key: string) => trailers.findLast((trailer) => trailer.entries.has(key))?.entries.get(key);
  const kept = Object.entries({ Info: last('Info'), ID: last('ID') }).filter(
    ([, value]) => value !== undefined,
  );
  return pdfDictionary({
    Size: pdfNumber(Math.max(...entries.keys()) + 1),
    Root: { kind: 'reference', number: root, generation },
    ...(Object.fromEntries(kept) as Record<string, PdfObject>),
  });
}

function rebuiltDocument(
  store: ObjectStore,
  trailer: PdfDictionary,
  rebuilt: ReadonlyMap<number, CrossReferenceEntry>,
): PdfDocument {
  const subsections = [...rebuilt.keys()].map((first) => ({ first, count: 1, rowsAt: 0 }));
  const entries = CrossReferenceEntries.of(subsections, ({ first }) => {
    const entry = rebuilt.get(first);
    if (entry === undefined) throw damaged('xref');
    return entry;
  });
  const { size } = store.source;
  const revision = {
    index: 0,
    end: size,
    endOfMarker: size,
    startxref: 0,
    form: 'table',
    trailer,
    entries,
    visibleEntries: entries,
    sections: [],
  } as const;
  return new ReadDocument(store, {
    reading: 'repaired',
    readableEnd: size,
    revisions: [revision],
    notes: [],
    security: null,
  });
}
