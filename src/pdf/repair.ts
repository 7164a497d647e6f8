// The repaired reading: cross-references rebuilt from the objects that a scan recognises. It proves nothing about a signature.

import { CrossReferenceEntries } from './cross-reference-entries.ts';
import { damaged, MalformedPdf } from './errors.ts';
import { type ObjectScan, scanObjects } from './object-scan.ts';
import type { ObjectStore } from './object-store.ts';
import { asKind, isName, type PdfDictionary, type PdfObject, pdfDictionary, pdfNumber } from './objects.ts';
import { ReadDocument } from './read-document.ts';
import { requireSectionsAgree } from './readable-sections.ts';
import { type FoundDefinition, generationOf, rebuildDefinitions } from './rebuilt-definitions.ts';

/**
 * Rebuilds a document without signatures. Of several definitions of one number the last in the file counts, unless a
 * cross-reference section that can still be read says otherwise.
 * @throws MalformedPdf `pdf-encrypted`; `pdf-damaged` { reason: 'signed-and-broken' } when there are traces of a signature,
 *   { reason: 'xref' } when the file is ambiguous: no single catalog, one number under several generations, or a section
 *   that names another definition than the last; `limits-exceeded`
 */
export function repairDocument(store: ObjectStore): ReadDocument {
  const scan = scanObjects(store.source, store.limits);
  const trailers = allTrailers(scan);
  if (trailers.some(({ entries }) => (entries.get('Encrypt') ?? null) !== null))
    throw new MalformedPdf('pdf-encrypted');
  for (const object of scan.objects) store.put(object);
  const { definitions, catalogs, traces, severalGenerations } = rebuildDefinitions(scan, store);
  if (traces) throw damaged('signed-and-broken');
  if (severalGenerations) throw damaged('xref');
  requireSectionsAgree(scan, definitions, store);
  const last = new Map<number, FoundDefinition>();
  for (const [number, found] of definitions) {
    const winner = found.at(-1);
    if (winner !== undefined) last.set(number, winner);
  }
  return rebuiltDocument(store, rebuiltTrailer(trailers, catalogs, last), last);
}

/** Those behind `trailer` and the dictionaries of cross-reference streams, oldest first as far as that can be told. */
function allTrailers({ objects, trailers }: ObjectScan): readonly PdfDictionary[] {
  const streams = objects.flatMap(({ object }) => {
    const dictionary = asKind(object, 'stream')?.dictionary;
    return dictionary !== undefined && isName(dictionary.entries.get('Type'), 'XRef') ? [dictionary] : [];
  });
  return [...streams, ...trailers];
}

function rebuiltTrailer(
  trailers: readonly PdfDictionary[],
  catalogs: ReadonlySet<number>,
  definitions: ReadonlyMap<number, FoundDefinition>,
): PdfDictionary {
  const named = new Set<number>();
  for (const trailer of trailers) {
    const root = asKind(trailer.entries.get('Root'), 'reference');
    if (root !== undefined && catalogs.has(root.number)) named.add(root.number);
  }
  const [root, ...others] = named.size > 0 ? named : catalogs;
  const found = root === undefined ? undefined : definitions.get(root);
  if (root === undefined || found === undefined || others.length > 0) throw damaged('xref');
  const last = (key: string) => trailers.findLast((trailer) => trailer.entries.has(key))?.entries.get(key);
  const kept = Object.entries({ Info: last('Info'), ID: last('ID') }).filter(
    ([, value]) => value !== undefined,
  );
  return pdfDictionary({
    Size: pdfNumber(Math.max(...definitions.keys()) + 1),
    Root: { kind: 'reference', number: root, generation: generationOf(found.entry) },
    ...(Object.fromEntries(kept) as Record<string, PdfObject>),
  });
}

function rebuiltDocument(
  store: ObjectStore,
  trailer: PdfDictionary,
  definitions: ReadonlyMap<number, FoundDefinition>,
): ReadDocument {
  const subsections = [...definitions.keys()].map((first) => ({ first, count: 1, rowsAt: 0 }));
  const entries = CrossReferenceEntries.of(subsections, ({ first }) => {
    const found = definitions.get(first);
    if (found === undefined) throw damaged('xref');
    return found.entry;
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
  const lenient = [...definitions].filter(([, found]) => found.lenient);
  return new ReadDocument(store, {
    reading: 'repaired',
    readableEnd: size,
    revisions: [revision],
    notes: [],
    security: null,
    mended: new Map(lenient.map(([number, { object }]) => [number, object])),
  });
}
