// Two files side by side, whatever they have to do with each other: their pages, what is filled into their forms, their signatures.

import { hex } from '../asn1/values.ts';
import type { PdfDocument, RevisionView } from '../pdf/document.ts';
import { readFields } from '../pdf/form-fields.ts';
import { asKind, type PdfObject } from '../pdf/objects.ts';
import { openDocument } from '../pdf/open-document.ts';
import { type Page, pages } from '../pdf/page-tree.ts';
import { findSignatures } from '../pdf/signatures.ts';
import type { Digests, RunningDigest, Source } from '../platform/platform.ts';
import { valueText } from './modifications/field-value.ts';
import type { VersionsContext } from './revisions.ts';

/** What of a page differs: what is drawn, what it is drawn with, what lies upon it, how large it is. */
export type PagePart = 'content' | 'resources' | 'annotations' | 'size';

export type DocumentDifference =
  | { readonly kind: 'page-added' | 'page-removed'; readonly page: number }
  /** `page` is its number in the second file, `was` in the first. */
  | {
      readonly kind: 'page-changed';
      readonly page: number;
      readonly was: number;
      readonly parts: readonly PagePart[];
    }
  /** Null: there is no such entry. */
  | {
      readonly kind: 'entry-changed';
      readonly field: string;
      readonly before: string | null;
      readonly after: string | null;
    }
  | { readonly kind: 'signatures'; readonly before: number; readonly after: number };

/**
 * Compares the newest versions of two files. Objects are compared by what they hold, not by their numbers.
 * @throws MalformedPdf
 */
export function compareDocuments(
  first: Source,
  second: Source,
  context: Omit<VersionsContext, 'signal'>,
): readonly DocumentDifference[] {
  const [before, after] = [open(first, context), open(second, context)];
  const { digests } = context.platform;
  return [
    ...pageDifferences(printsOf(before, digests), printsOf(after, digests)),
    ...entryDifferences(entriesOf(before.latest), entriesOf(after.latest)),
    ...signatureDifference(before.document, after.document),
  ];
}

interface Opened {
  readonly document: PdfDocument;
  readonly latest: RevisionView;
}

function open(source: Source, { platform, password }: Omit<VersionsContext, 'signal'>): Opened {
  const { inflater, digests, ciphers } = platform;
  const options = { inflater, digests, ciphers, damaged: 'read' } as const;
  const document = openDocument(source, { ...options, ...(password === undefined ? {} : { password }) });
  return { document, latest: document.viewOf(document.revisions.length - 1) };
}

type PagePrint = Readonly<Record<PagePart, string>>;

function printsOf({ latest }: Opened, digests: Digests): readonly PagePrint[] {
  return [...pages(latest)].map((page) => printOf(latest, page, digests));
}

function printOf(view: RevisionView, page: Page, digests: Digests): PagePrint {
  const { entries } = page.dictionary;
  const deep = (object: PdfObject | undefined): string => digestOf(view, object, digests);
  return {
    content: contentDigest(view, entries.get('Contents'), digests),
    resources: deep(page.resources),
    annotations: deep(entries.get('Annots')),
    size: JSON.stringify([page.mediaBox, page.cropBox, page.rotate, page.userUnit]),
  };
}

/** However its streams are cut and compressed, a page draws what they hold together. */
function contentDigest(view: RevisionView, contents: PdfObject | undefined, digests: Digests): string {
  const digest = digests.start('sha256');
  const whole = view.resolve(contents);
  for (const item of asKind(whole, 'array')?.items ?? [whole]) {
    const stream = asKind(view.resolve(item), 'stream');
    if (stream !== undefined) digest.update(view.decode(stream));
    digest.update(LINE_FEED);
  }
  return hex(digest.finish());
}

const LINE_FEED = new Uint8Array([0x0a]);
/** These lead back up, or number what other documents number in another way. */
const LEADING_AWAY = new Set([
  'Parent',
  'P',
  'StructParent',
  'StructParents',
  'Length',
  'Popup',
  'IRT',
  'Dest',
]);

/** A digest of what an object holds, references followed; an object that comes again is named by its place. */
function digestOf(view: RevisionView, object: PdfObject | undefined, digests: Digests): string {
  const digest = digests.start('sha256');
  const writer = { view, digest, seen: new Map<number, number>() };
  const open: (PdfObject | string)[] = [object ?? null];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') write(digest, next);
    else open.push(...partsOf(next ?? null, writer).toReversed());
  }
  return hex(digest.finish());
}

interface Writer {
  readonly view: RevisionView;
  readonly digest: RunningDigest;
  readonly seen: Map<number, number>;
}

/** What is written for an object, in its order: words, and objects that are written in turn. */
function partsOf(object: PdfObject, { view, digest, seen }: Writer): readonly (PdfObject | string)[] {
  if (object === null || typeof object === 'boolean') return [String(object)];
  switch (object.kind) {
    case 'number':
      return [String(object.value)];
    case 'name':
      return [`/${object.name}`];
    case 'string':
      return [`(${hex(object.bytes)})`];
    case 'array':
      return ['[', ...object.items, ']'];
    case 'dictionary':
      return ['<', ...entriesIn(object.entries), '>'];
    case 'stream':
      digest.update(view.rawData(object));
      return ['<', ...entriesIn(object.dictionary.entries), '>'];
    case 'reference': {
      const place = seen.get(object.number);
      if (place !== undefined) return [`#${place}`];
      seen.set(object.number, seen.size);
      return [view.load(object)];
    }
  }
}

function entriesIn(entries: ReadonlyMap<string, PdfObject>): readonly (PdfObject | string)[] {
  return [...entries]
    .filter(([key]) => !LEADING_AWAY.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => [`/${key}`, value]);
}

const encoder = new TextEncoder();

function write(digest: RunningDigest, word: string): void {
  digest.update(encoder.encode(`${word} `));
}

/** Pages that are the same at the beginning and at the end are those; between them page is set against page. */
function pageDifferences(
  before: readonly PagePrint[],
  after: readonly PagePrint[],
): readonly DocumentDifference[] {
  const same = (a: PagePrint | undefined, b: PagePrint | undefined): boolean =>
    a !== undefined && b !== undefined && differingParts(a, b).length === 0;
  const shorter = Math.min(before.length, after.length);
  let front = 0;
  while (front < shorter && same(before[front], after[front])) front += 1;
  let back = 0;
  while (back < shorter - front && same(before.at(-1 - back), after.at(-1 - back))) back += 1;
  const [old, now] = [before.slice(front, before.length - back), after.slice(front, after.length - back)];
  return Array.from({ length: Math.max(old.length, now.length) }, (_, i): DocumentDifference[] => {
    const [a, b] = [old[i], now[i]];
    const page = front + i + 1;
    if (a === undefined) return [{ kind: 'page-added', page }];
    if (b === undefined) return [{ kind: 'page-removed', page }];
    const parts = differingParts(a, b);
    return parts.length === 0 ? [] : [{ kind: 'page-changed', page, was: page, parts }];
  }).flat();
}

function differingParts(a: PagePrint, b: PagePrint): readonly PagePart[] {
  return (Object.keys(a) as PagePart[]).filter((part) => a[part] !== b[part]);
}

function entriesOf(view: RevisionView): ReadonlyMap<string, string> {
  const values = readFields(view)
    .filter(({ type }) => type !== 'Sig')
    .map((field) => [field.name, valueText(view, field.value) ?? ''] as const);
  return new Map(values);
}

function entryDifferences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly DocumentDifference[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((field) => ({ field, before: before.get(field) ?? null, after: after.get(field) ?? null }))
    .filter((each) => each.before !== each.after)
    .map((each) => ({ kind: 'entry-changed', ...each }));
}

function signatureDifference(before: PdfDocument, after: PdfDocument): readonly DocumentDifference[] {
  const [was, is] = [findSignatures(before).length, findSignatures(after).length];
  return was === is ? [] : [{ kind: 'signatures', before: was, after: is }];
}
