// The objects of a document as one revision shows them.

import type { CrossReferenceEntries } from './cross-reference-entries.ts';
import type { CrossReferenceEntry, Revision, RevisionView } from './document.ts';
import { damaged } from './errors.ts';
import type { IndirectObject } from './indirect-object.ts';
import type { ObjectStore, Resolve } from './object-store.ts';
import type { ObjectStream } from './object-stream.ts';
import { asKind, type PdfDictionary, type PdfObject, type PdfReference, type PdfStream } from './objects.ts';

/** A revision with the entries that the reader in question sees. */
export interface VisibleRevision {
  readonly revision: Revision;
  readonly entries: CrossReferenceEntries;
}

interface Definition {
  readonly entry: CrossReferenceEntry;
  readonly revision: number;
}

// From here on most numbers will be asked for, and one pass over all rows is cheaper than a look into every revision for each.
const MANY_LOOKUPS = 1000;

/** All definitions of an object number, newest first, for all views of a document. */
export class Definitions {
  readonly #revisions: readonly VisibleRevision[];
  readonly #byNumber = new Map<number, readonly Definition[]>();
  #all: ReadonlyMap<number, readonly Definition[]> | undefined;

  constructor(revisions: readonly VisibleRevision[]) {
    this.#revisions = revisions;
  }

  of(number: number): readonly Definition[] {
    if (this.#all !== undefined) return this.#all.get(number) ?? [];
    let definitions = this.#byNumber.get(number);
    if (definitions === undefined) {
      definitions = this.#lookUp(number);
      this.#byNumber.set(number, definitions);
      if (this.#byNumber.size === MANY_LOOKUPS) this.#all = this.#readAll();
    }
    return definitions;
  }

  #lookUp(number: number): readonly Definition[] {
    const definitions: Definition[] = [];
    for (let revision = this.#revisions.length - 1; revision >= 0; revision -= 1) {
      const entry = this.#revisions[revision]?.entries.get(number);
      if (entry !== undefined) definitions.push({ entry, revision });
    }
    return definitions;
  }

  #readAll(): ReadonlyMap<number, readonly Definition[]> {
    const all = new Map<number, Definition[]>();
    for (const [revision, { entries }] of [...this.#revisions.entries()].reverse())
      for (const [number, entry] of entries) {
        const definitions = all.get(number);
        if (definitions === undefined) all.set(number, [{ entry, revision }]);
        else definitions.push({ entry, revision });
      }
    return all;
  }

  /** Numbers that are in use after revision `index`, ascending. */
  inUse(index: number): readonly number[] {
    const kinds = new Map<number, CrossReferenceEntry['kind']>();
    for (const { entries } of this.#revisions.slice(0, index + 1))
      for (const [number, entry] of entries) kinds.set(number, entry.kind);
    return [...kinds]
      .filter(([, kind]) => kind !== 'free')
      .map(([number]) => number)
      .sort((a, b) => a - b);
  }
}

const NO_DEFINITIONS: readonly Definition[] = [];

// More than any writer chains; only a loop goes on.
const MOST_REFERENCES = 32;

type UncompressedEntry = CrossReferenceEntry & { readonly kind: 'offset' };

type ReadUncompressed = (number: number, entry: UncompressedEntry) => PdfObject;

export class View implements RevisionView {
  readonly revision: Revision;
  readonly #store: ObjectStore;
  readonly #definitions: Definitions;
  readonly #mended: ReadonlyMap<number, PdfObject>;
  readonly #current = new Map<number, Definition | null>();
  readonly #sound = new Set<number>();
  readonly #loading = new Set<number>();
  // What the store keeps anyway, by number and found to be sound: rules ask for the same few objects again and again.
  readonly #read = new Map<number, IndirectObject>();
  // Not in a weak map beside the view: the collector's quick passes would keep all that hangs on its values.
  readonly #made = new Map<(view: RevisionView) => unknown, unknown>();
  #numbers: readonly number[] | undefined;
  readonly #resolve: Resolve = (object) => this.resolve(object);

  /** @param mended - what is shown instead of what stands in the file */
  constructor(
    revision: Revision,
    definitions: Definitions,
    store: ObjectStore,
    mended: ReadonlyMap<number, PdfObject> = new Map(),
  ) {
    this.revision = revision;
    this.#definitions = definitions;
    this.#store = store;
    this.#mended = mended;
  }

  get trailer(): PdfDictionary {
    return this.revision.trailer;
  }

  entry(number: number): CrossReferenceEntry | undefined {
    return this.#definition(number)?.entry;
  }

  numbers(): readonly number[] {
    this.#numbers ??= this.#definitions.inUse(this.revision.index);
    return this.#numbers;
  }

  load(reference: PdfReference): PdfObject {
    return this.#load(reference, (number, entry) => this.#indirect(number, entry).object);
  }

  loadHead(reference: PdfReference): PdfObject {
    const object = this.#load(reference, (number, entry) => this.#head(number, entry));
    return asKind(object, 'stream')?.dictionary ?? object;
  }

  #load({ number, generation }: PdfReference, uncompressed: ReadUncompressed): PdfObject {
    const definition = this.#definition(number);
    if (definition === null) return null;
    const { entry } = definition;
    // Also when this reference means none of them: another reader would find one.
    this.#requireOneGeneration(number);
    const mended = this.#mended.get(number);
    if (mended !== undefined)
      return generation === (entry.kind === 'compressed' ? 0 : entry.generation) ? mended : null;
    switch (entry.kind) {
      case 'free':
        return null;
      case 'compressed':
        return generation === 0 ? this.#member(number, entry, definition.revision) : null;
      case 'offset':
        return generation === entry.generation ? uncompressed(number, entry) : null;
    }
  }

  resolve(object: PdfObject | undefined): PdfObject {
    let current = object ?? null;
    for (let followed = 0; followed <= MOST_REFERENCES; followed += 1) {
      const reference = asKind(current, 'reference');
      if (reference === undefined) return current;
      current = this.load(reference);
    }
    throw damaged('object');
  }

  get(dictionary: PdfDictionary, key: string): PdfObject {
    return this.resolve(dictionary.entries.get(key));
  }

  once<T>(read: (view: RevisionView) => T): T {
    if (!this.#made.has(read)) this.#made.set(read, read(this));
    return this.#made.get(read) as T;
  }

  catalog(): PdfDictionary {
    const catalog = asKind(this.get(this.trailer, 'Root'), 'dictionary');
    if (catalog === undefined) throw damaged('xref');
    if (catalog.repeatedKeys.length > 0) throw damaged('duplicate-key');
    return catalog;
  }

  extent(number: number): readonly [start: number, end: number] | undefined {
    const entry = this.entry(number);
    if (entry?.kind !== 'offset') return undefined;
    const { start, end } = this.#indirect(number, entry);
    return [start, end];
  }

  decode(stream: PdfStream): Uint8Array {
    return this.#store.decode(stream, this.#resolve);
  }

  rawData(stream: PdfStream): Uint8Array {
    return this.#store.rawData(stream, this.#resolve);
  }

  #definition(number: number): Definition | null {
    let current = this.#current.get(number);
    if (current === undefined) {
      current = this.#definitionsUpToHere(number)[0] ?? null;
      this.#current.set(number, current);
    }
    return current;
  }

  #definitionsUpToHere(number: number): readonly Definition[] {
    const definitions = this.#definitions.of(number);
    // Newest first: of a document's last state, which is read most, they are all.
    const from = definitions.findIndex(({ revision }) => revision <= this.revision.index);
    return from === -1 ? NO_DEFINITIONS : from === 0 ? definitions : definitions.slice(from);
  }

  #requireOneGeneration(number: number): void {
    if (this.#sound.has(number)) return;
    requireOneGeneration(this.#definitionsUpToHere(number));
    this.#sound.add(number);
  }

  #indirect(number: number, entry: UncompressedEntry): IndirectObject {
    const known = this.#read.get(number);
    if (known !== undefined) return known;
    const { offset, generation } = entry;
    this.#requireOneGeneration(number);
    // A stream whose length can only be known by reading that stream.
    if (this.#loading.has(offset)) throw damaged('object', offset);
    this.#loading.add(offset);
    try {
      const indirect = this.#store.objectAt(offset, this.#resolve);
      if (indirect.number !== number || indirect.generation !== generation) throw damaged('object', offset);
      // A revision consists of its own bytes; nobody who signed it saw what came later.
      if (indirect.end > this.revision.end) throw damaged('object', offset);
      this.#read.set(number, indirect);
      return indirect;
    } finally {
      this.#loading.delete(offset);
    }
  }

  #head(number: number, { offset, generation }: UncompressedEntry): PdfObject {
    const head = this.#store.glanceAt(offset);
    if (head.number !== number || head.generation !== generation) throw damaged('object', offset);
    const end = 'dataOffset' in head ? head.dataOffset : head.end;
    if (end > this.revision.end) throw damaged('object', offset);
    return 'dataOffset' in head ? head.dictionary : head.object;
  }

  #member(number: number, entry: CrossReferenceEntry & { kind: 'compressed' }, revision: number): PdfObject {
    const container = this.#definition(entry.stream);
    // An object stream that is replaced while its members stay listed would change them without a word.
    if (container?.entry.kind !== 'offset' || container.revision > revision) throw damaged('object');
    const stream = asKind(this.#indirect(entry.stream, container.entry).object, 'stream');
    if (stream === undefined) throw damaged('object', container.entry.offset);
    const contents = this.#unpack(stream, container.entry.offset);
    this.#requireFiniteExtends(entry.stream, stream);
    return contents.member(entry.index, number);
  }

  #unpack(stream: PdfStream, offset: number): ObjectStream {
    // An object stream whose filters can only be known by reading that object stream.
    if (this.#loading.has(offset)) throw damaged('object', offset);
    this.#loading.add(offset);
    try {
      return this.#store.objectStream(stream, this.#resolve);
    } finally {
      this.#loading.delete(offset);
    }
  }

  /** `/Extends` is never followed to find an object, but a loop of them shows that somebody wants readers to hang. */
  #requireFiniteExtends(number: number, stream: PdfStream): void {
    const visited = new Set([number]);
    let next = asKind(stream.dictionary.entries.get('Extends'), 'reference');
    while (next !== undefined) {
      if (visited.has(next.number)) throw damaged('object');
      visited.add(next.number);
      next = asKind(asKind(this.load(next), 'stream')?.dictionary.entries.get('Extends'), 'reference');
    }
  }
}

/**
 * A number keeps its generation until it is freed, and comes back under the one that its free entry gives (7.5.4). A free
 * entry for a number that was never in use says nothing.
 */
function requireOneGeneration(definitions: readonly Definition[]): void {
  const [newest, ...older] = definitions;
  if (newest === undefined || newest.entry.kind === 'free') return;
  const generation = generationOf(newest.entry);
  let freed: number | null = null;
  for (const { entry } of older) {
    if (entry.kind === 'free') {
      freed ??= entry.generation;
    } else {
      if (generationOf(entry) !== generation && freed !== generation) throw damaged('object');
      return;
    }
  }
}

function generationOf(entry: Exclude<CrossReferenceEntry, { kind: 'free' }>): number {
  return entry.kind === 'offset' ? entry.generation : 0;
}
