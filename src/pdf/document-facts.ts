// What there is to know about a document before somebody signs it: its form, its encryption, its empty signature fields.

import { type ActiveContentSearch, findActiveContent } from './active-content.ts';
import { type ConformanceClaims, readConformanceClaims } from './archival-claim.ts';
import { rectangleOf } from './collisions.ts';
import { type ModificationRules, readModificationRules } from './doc-mdp.ts';
import type { PdfDocument, RevisionView } from './document.ts';
import { type FormField, readFields, type Widget } from './form-fields.ts';
import { asKind, type PdfObject } from './objects.ts';
import { pages } from './page-tree.ts';
import type { Box } from './placement.ts';

/** What the user password allows (ISO 32000-2, table 22), by bit. */
const PERMISSIONS = {
  3: 'print',
  4: 'modify',
  5: 'copy',
  6: 'annotate',
  9: 'fill-forms',
  10: 'extract-for-accessibility',
  11: 'assemble',
  12: 'print-well',
} as const;

export type DocumentPermission = (typeof PERMISSIONS)[keyof typeof PERMISSIONS];

export interface DocumentFacts extends ConformanceClaims {
  /** As `1.7`. */
  readonly version: string;
  /** In bytes. */
  readonly size: number;
  readonly pages: number;
  /** Saved states: 1 for a file that was written once. */
  readonly revisions: number;
  /** Of the last revision: how its cross-references are written. */
  readonly crossReferences: 'table' | 'stream' | 'hybrid';
  readonly linearized: boolean;
  /** `repairable`: damaged, and signed with a complete cross-reference section; `strict`: nothing had to be guessed. */
  readonly reading: 'strict' | 'prefix' | 'repairable';
  /** Whether something follows the last `%%EOF`. */
  readonly trailingBytes: boolean;
  /** Null for a document that is not encrypted. */
  readonly encryption: {
    /** Revision of the standard security handler. */
    readonly revision: number;
    readonly openedAs: 'user' | 'owner' | 'attachments-locked';
    /** What the document lets its user do; its owner may do all. */
    readonly permissions: readonly DocumentPermission[];
  } | null;
  /** Whether it has a structure that screen readers follow. */
  readonly tagged: boolean;
  readonly activeContent: ActiveContentSearch;
  /** What earlier signatures leave. */
  readonly rules: ModificationRules;
  readonly emptyFields: readonly EmptyField[];
}

/** A signature field that nobody has signed. */
export interface EmptyField {
  readonly name: string;
  /** Counted from 1; null where it is seen on no page. */
  readonly page: number | null;
  /** In default user space; null: invisible. */
  readonly rect: Box | null;
}

/** @throws MalformedPdf for a document whose pages or fields cannot be read */
export function readDocumentFacts(document: PdfDocument): DocumentFacts {
  const { last, limits } = document;
  const fields = readFields(last, limits);
  const annotated = pageByAnnotation(document);
  return {
    version: document.version,
    size: document.source.size,
    pages: annotated.pages,
    revisions: document.revisions.length,
    crossReferences: last.revision.form,
    linearized: document.linearized,
    reading: document.reading === 'repaired' ? 'repairable' : document.reading,
    trailingBytes: document.notes.some(({ code }) => code === 'trailing-bytes'),
    encryption: encryptionOf(document),
    ...readConformanceClaims(last),
    tagged: last.get(last.catalog(), 'StructTreeRoot') !== null,
    activeContent: findActiveContent(document),
    rules: readModificationRules(last, fields),
    emptyFields: fields
      .filter((field) => field.type === 'Sig' && last.resolve(field.value) === null)
      .map((field) => emptyField(last, field, annotated.pageOf)),
  };
}

function encryptionOf({ encryption }: PdfDocument): DocumentFacts['encryption'] {
  if (encryption === null) return null;
  const { revision, access, permissions } = encryption;
  const granted = Object.entries(PERMISSIONS).filter(
    ([bit]) => (permissions & (1 << (Number(bit) - 1))) !== 0,
  );
  return { revision, openedAs: access, permissions: granted.map(([, word]) => word) };
}

interface AnnotatedPages {
  readonly pages: number;
  /** The page on which an annotation of this number stands. */
  readonly pageOf: ReadonlyMap<number, number>;
}

/** By the pages' own lists: `/P` of a widget is optional, and believed by nobody. */
function pageByAnnotation({ last, limits }: PdfDocument): AnnotatedPages {
  const pageOf = new Map<number, number>();
  let count = 0;
  for (const page of pages(last, limits)) {
    count += 1;
    const annotations: readonly PdfObject[] =
      asKind(last.get(page.dictionary, 'Annots'), 'array')?.items ?? [];
    for (const item of annotations.slice(0, limits.annotationsPerPage)) {
      const number = asKind(item, 'reference')?.number;
      if (number !== undefined) pageOf.set(number, page.number);
    }
  }
  return { pages: count, pageOf };
}

function emptyField(view: RevisionView, field: FormField, pageOf: AnnotatedPages['pageOf']): EmptyField {
  const [widget] = field.widgets;
  const rect = widget === undefined ? null : rectangleOf(view, widget.dictionary);
  const seen = rect !== null && rect[0] !== rect[2] && rect[1] !== rect[3];
  return { name: field.name, page: pageOfWidget(widget, pageOf), rect: seen ? rect : null };
}

function pageOfWidget(widget: Widget | undefined, pageOf: AnnotatedPages['pageOf']): number | null {
  const number = widget?.reference?.number;
  return number === undefined ? null : (pageOf.get(number) ?? null);
}
