// What a scan says about object numbers: the last definition of each, and whether anything stands against taking it.

import type { CrossReferenceEntry } from './document.ts';
import { damaged, MalformedPdf } from './errors.ts';
import type { ObjectScan } from './object-scan.ts';
import type { ObjectStore } from './object-store.ts';
import type { ObjectStream } from './object-stream.ts';
import { asKind, isName, type PdfObject, type PdfStream } from './objects.ts';
import { hasSignatureTrace } from './signature-traces.ts';

/** One object that the scan has found. */
export interface FoundDefinition {
  readonly entry: Exclude<CrossReferenceEntry, { kind: 'free' }>;
  readonly object: PdfObject;
  /** Only a lenient reading of its object stream has found it; other readers see nothing there. */
  readonly lenient: boolean;
}

export interface RebuiltDefinitions {
  /** By object number, in the order of the file. */
  readonly definitions: ReadonlyMap<number, readonly FoundDefinition[]>;
  /** Numbers of the objects that call themselves a catalog, by their last definition or an earlier one. */
  readonly catalogs: ReadonlySet<number>;
  /** Somebody has signed. */
  readonly traces: boolean;
  /** One number stands under several generations. */
  readonly severalGenerations: boolean;
}

/** @throws MalformedPdf `limits-exceeded` */
export function rebuildDefinitions(scan: ObjectScan, store: ObjectStore): RebuiltDefinitions {
  const definitions = new Map<number, FoundDefinition[]>();
  const catalogs = new Set<number>();
  let traces = scan.tracesBetween;
  const define = (number: number, found: FoundDefinition) => {
    const earlier = definitions.get(number);
    if (earlier === undefined) definitions.set(number, [found]);
    else earlier.push(found);
    if (isName(asKind(found.object, 'dictionary')?.entries.get('Type'), 'Catalog')) catalogs.add(number);
    traces ||= hasSignatureTrace(found.object);
  };
  for (const { number, generation, start, object } of scan.objects) {
    const stream = asKind(object, 'stream');
    if (isName(stream?.dictionary.entries.get('Type'), 'XRef')) continue;
    define(number, { entry: { kind: 'offset', offset: start, generation }, object, lenient: false });
    if (stream === undefined || !isName(stream.dictionary.entries.get('Type'), 'ObjStm')) continue;
    for (const member of membersOf(number, stream, store)) define(member.number, member);
  }
  const severalGenerations = [...definitions.values()].some(
    (found) => new Set(found.map(({ entry }) => generationOf(entry))).size > 1,
  );
  return { definitions, catalogs, traces, severalGenerations };
}

export function generationOf(entry: FoundDefinition['entry']): number {
  return entry.kind === 'offset' ? entry.generation : 0;
}

interface FoundMember extends FoundDefinition {
  readonly number: number;
}

function membersOf(container: number, stream: PdfStream, store: ObjectStore): readonly FoundMember[] {
  const contents = unlessDamaged(() => store.writtenObjectStream(stream, requireDirect));
  if (contents === null) return [];
  const counted = asKind(stream.dictionary.entries.get('N'), 'number')?.value;
  const lenient = counted !== contents.numbers.length;
  return contents.numbers.flatMap((number, index) => {
    const object = memberOf(contents, index, number);
    const entry = { kind: 'compressed', stream: container, index } as const;
    return object === undefined ? [] : [{ number, entry, object, lenient }];
  });
}

/** Undefined for a member that is lost, which takes no other with it. */
function memberOf(contents: ObjectStream, index: number, number: number): PdfObject | undefined {
  const found = unlessDamaged(() => ({ object: contents.member(index, number) }));
  return found?.object;
}

function unlessDamaged<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedPdf) || error.code === 'limits-exceeded') throw error;
    return null;
  }
}

function requireDirect(object: PdfObject | undefined): PdfObject {
  if (asKind(object, 'reference') !== undefined) throw damaged('object');
  return object ?? null;
}
