// A document whose revisions are known.

import type { Source } from '../platform/platform.ts';
import { latin1 } from './characters.ts';
import { CrossReferenceEntries } from './cross-reference-entries.ts';
import type {
  EncryptionFacts,
  ObjectEncrypter,
  PdfDocument,
  PdfNote,
  Reading,
  RevisionView,
} from './document.ts';
import type { PdfLimits } from './limits.ts';
import { linearizationDictionary } from './linearization.ts';
import type { ObjectStore } from './object-store.ts';
import { asKind, type PdfObject } from './objects.ts';
import { Definitions, View } from './revision-view.ts';
import type { ReadRevision } from './revisions.ts';
import type { SecurityHandler } from './security-handler.ts';

/** The highest object number that any section of the document mentions, free ones too; no row is read for it. */
export function highestNumber({ revisions }: PdfDocument): number {
  const highest = (entries: ReadonlyMap<number, unknown>) =>
    entries instanceof CrossReferenceEntries ? entries.highest : Math.max(-1, ...entries.keys());
  return Math.max(0, ...revisions.map(({ entries }) => highest(entries)));
}

export interface ReadDocumentParts {
  readonly reading: Reading;
  readonly readableEnd: number;
  readonly revisions: readonly ReadRevision[];
  readonly notes: readonly PdfNote[];
  readonly security: SecurityHandler | null;
  readonly mended?: ReadonlyMap<number, PdfObject>;
}

export class ReadDocument implements PdfDocument {
  readonly reading: Reading;
  readonly readableEnd: number;
  readonly revisions: readonly ReadRevision[];
  readonly notes: readonly PdfNote[];
  readonly encryption: EncryptionFacts | null;
  readonly encrypter: ObjectEncrypter | null;
  readonly mended: ReadonlyMap<number, PdfObject>;
  readonly #store: ObjectStore;
  readonly #parts: ReadDocumentParts;
  readonly #definitions: Definitions;
  readonly #views: (View | undefined)[] = [];
  #tableDefinitions: Definitions | undefined;

  constructor(store: ObjectStore, parts: ReadDocumentParts) {
    this.#store = store;
    this.#parts = parts;
    this.reading = parts.reading;
    this.readableEnd = parts.readableEnd;
    this.revisions = parts.revisions;
    this.notes = parts.notes;
    this.encryption = parts.security?.facts ?? null;
    this.encrypter = parts.security;
    this.mended = parts.mended ?? new Map();
    this.#definitions = new Definitions(
      parts.revisions.map((revision) => ({ revision, entries: revision.entries })),
    );
  }

  /** The same document with these objects mended too. */
  mendedBy(mended: ReadonlyMap<number, PdfObject>): ReadDocument {
    return new ReadDocument(this.#store, { ...this.#parts, mended: new Map([...this.mended, ...mended]) });
  }

  get source(): Source {
    return this.#store.source;
  }

  get limits(): PdfLimits {
    return this.#store.limits;
  }

  get version(): string {
    const header = /^%PDF-(\d\.\d)/.exec(latin1(this.source.read(0, 8)))?.[1] ?? '1.0';
    const inCatalog = asKind(this.last.get(this.last.catalog(), 'Version'), 'name')?.name ?? '';
    return /^\d\.\d$/.test(inCatalog) && inCatalog > header ? inCatalog : header;
  }

  get linearized(): boolean {
    return linearizationDictionary(this.source, this.limits) !== null;
  }

  get encrypted(): boolean {
    return this.encryption !== null;
  }

  get last(): RevisionView {
    return this.viewOf(this.revisions.length - 1);
  }

  viewOf(index: number): RevisionView {
    const known = this.#views[index];
    if (known !== undefined) return known;
    const view = this.#view(index, this.#definitions);
    this.#views[index] = view;
    return view;
  }

  /** A revision as a reader shows it that knows nothing of `/XRefStm`; the same as `viewOf` unless the file is hybrid. */
  tableViewOf(index: number): RevisionView {
    this.#tableDefinitions ??= new Definitions(
      this.revisions.map((revision) => ({ revision, entries: revision.visibleEntries })),
    );
    return this.#view(index, this.#tableDefinitions);
  }

  #view(index: number, definitions: Definitions): View {
    const revision = this.revisions[index];
    if (revision === undefined) throw new RangeError(`no revision ${index}`);
    const isLast = index === this.revisions.length - 1;
    return new View(revision, definitions, this.#store, isLast ? this.mended : undefined);
  }
}
