// The page tree (ISO 32000-2, 7.7.3): pages in their order, with what they inherit.

import type { RevisionView } from './document.ts';
import { damaged, limitExceeded } from './errors.ts';
import { PDF_LIMITS, type PdfLimits } from './limits.ts';
import { asKind, type PdfDictionary, type PdfObject, type PdfReference } from './objects.ts';

/** Two opposite corners as written, in default user space units. */
export type PageBox = readonly [x0: number, y0: number, x1: number, y1: number];

export interface Page {
  readonly reference: PdfReference;
  readonly dictionary: PdfDictionary;
  /** 1 for the first page. */
  readonly number: number;
  /** Own or inherited. */
  readonly mediaBox: PageBox;
  /** Own or inherited, else the media box; not cut to it. */
  readonly cropBox: PageBox;
  /** `/Rotate` as written, own or inherited, else 0. */
  readonly rotate: number;
  /** Size of a unit in points: `/UserUnit`, else 1. */
  readonly userUnit: number;
  /** Own or inherited, as written; null when there are none. */
  readonly resources: PdfObject;
}

/** A node on the way down: the entries that its pages inherit, and which kid comes next. */
interface Node {
  readonly kids: readonly PdfObject[];
  readonly inherited: Inherited;
  next: number;
}

type Inherited = Readonly<Record<(typeof INHERITABLE)[number], PdfObject>>;

const INHERITABLE = ['MediaBox', 'CropBox', 'Rotate', 'Resources'] as const;

/**
 * All pages, first to last.
 * @throws MalformedPdf `pdf-damaged` { reason: 'page-tree' | 'duplicate-key' }, `limits-exceeded` `pages`
 */
export function* pages(view: RevisionView, limits: PdfLimits = PDF_LIMITS): Generator<Page, void, undefined> {
  const visited = new Set<number>();
  const path = [rootNode(view, visited)];
  let number = 0;
  for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
    const kid = node.kids[node.next];
    if (kid === undefined) {
      path.pop();
      continue;
    }
    node.next += 1;
    const { reference, dictionary } = loadKid(view, kid);
    if (isInnerNode(view, dictionary)) {
      path.push(innerNode(view, reference, dictionary, node.inherited, visited));
      // An inner node holds at least one page, so that a tree is no larger than its pages allow.
      if (visited.size > limits.pages) throw limitExceeded(limits, 'pages');
    } else {
      number += 1;
      if (number > limits.pages) throw limitExceeded(limits, 'pages');
      yield pageOf(view, reference, dictionary, number, node.inherited);
    }
  }
}

/**
 * One page by its number, counted from 1; null when there is none. Subtrees are skipped by their `/Count` where the counts
 * of a node's kids add up to its own, else all pages are walked.
 * @throws MalformedPdf as `pages`
 */
export function pageAt(
  view: RevisionView,
  wanted: number | 'last',
  limits: PdfLimits = PDF_LIMITS,
): Page | null {
  if (wanted !== 'last' && !(Number.isSafeInteger(wanted) && wanted >= 1)) return null;
  const skipped = pageByCounts(view, wanted);
  if (skipped !== undefined) return skipped;
  let last: Page | null = null;
  for (const page of pages(view, limits)) {
    if (page.number === wanted) return page;
    last = page;
  }
  return wanted === 'last' ? last : null;
}

/** Undefined when the counts cannot be relied upon. */
function pageByCounts(view: RevisionView, wanted: number | 'last'): Page | undefined {
  const visited = new Set<number>();
  const root = asKind(view.get(view.catalog(), 'Pages'), 'dictionary');
  const total = root === undefined ? undefined : countOf(view, root);
  if (total === undefined) return undefined;
  const number = wanted === 'last' ? total : wanted;
  if (number < 1 || number > total) return undefined;
  let node = rootNode(view, visited);
  let count = total;
  let before = 0;
  for (;;) {
    const kid = kidByCount(view, node, count, number - before);
    if (kid === undefined) return undefined;
    before += kid.before;
    if (!isInnerNode(view, kid.dictionary))
      return pageOf(view, kid.reference, kid.dictionary, number, node.inherited);
    node = innerNode(view, kid.reference, kid.dictionary, node.inherited, visited);
    count = kid.count;
  }
}

interface Kid {
  readonly reference: PdfReference;
  readonly dictionary: PdfDictionary;
}

function kidByCount(
  view: RevisionView,
  node: Node,
  count: number,
  wanted: number,
): (Kid & { readonly before: number; readonly count: number }) | undefined {
  // As many kids as pages: they are all pages, unless the one we come to tells otherwise. To look at each of them would
  // mean to read all over a large file.
  if (node.kids.length === count) {
    const kid = loadKid(view, node.kids[wanted - 1]);
    return isInnerNode(view, kid.dictionary) ? undefined : { ...kid, before: wanted - 1, count: 1 };
  }
  let found: (Kid & { readonly before: number; readonly count: number }) | undefined;
  let before = 0;
  for (const object of node.kids) {
    const kid = loadKid(view, object);
    const kidCount = isInnerNode(view, kid.dictionary) ? countOf(view, kid.dictionary) : 1;
    if (kidCount === undefined) return undefined;
    if (before < wanted && wanted <= before + kidCount) found = { ...kid, before, count: kidCount };
    before += kidCount;
  }
  return before === count ? found : undefined;
}

function countOf(view: RevisionView, dictionary: PdfDictionary): number | undefined {
  const count = asKind(view.get(dictionary, 'Count'), 'number');
  return count?.integer === true && count.value >= 0 ? count.value : undefined;
}

function rootNode(view: RevisionView, visited: Set<number>): Node {
  const reference = asKind(view.catalog().entries.get('Pages'), 'reference');
  const dictionary = asKind(view.resolve(reference), 'dictionary');
  if (reference === undefined || dictionary === undefined || !isInnerNode(view, dictionary))
    throw damaged('page-tree');
  return innerNode(
    view,
    reference,
    dictionary,
    { MediaBox: null, CropBox: null, Rotate: null, Resources: null },
    visited,
  );
}

function innerNode(
  view: RevisionView,
  reference: PdfReference,
  dictionary: PdfDictionary,
  above: Inherited,
  visited: Set<number>,
): Node {
  // A node under two parents is as bad as a cycle: its pages would have two numbers each.
  if (visited.has(reference.number)) throw damaged('page-tree');
  visited.add(reference.number);
  if (dictionary.repeatedKeys.length > 0) throw damaged('duplicate-key');
  const kids = asKind(view.get(dictionary, 'Kids'), 'array');
  if (kids === undefined) throw damaged('page-tree');
  return { kids: kids.items, inherited: inherit(view, dictionary, above), next: 0 };
}

function inherit(view: RevisionView, dictionary: PdfDictionary, above: Inherited): Inherited {
  const own = (key: keyof Inherited): PdfObject => {
    const object = dictionary.entries.get(key) ?? null;
    return view.resolve(object) === null ? above[key] : object;
  };
  return {
    MediaBox: own('MediaBox'),
    CropBox: own('CropBox'),
    Rotate: own('Rotate'),
    Resources: own('Resources'),
  };
}

function loadKid(view: RevisionView, kid: PdfObject | undefined): Kid {
  const reference = asKind(kid, 'reference');
  const dictionary = asKind(view.resolve(reference), 'dictionary');
  if (reference === undefined || dictionary === undefined) throw damaged('page-tree');
  return { reference, dictionary };
}

function isInnerNode(view: RevisionView, dictionary: PdfDictionary): boolean {
  const type = asKind(view.get(dictionary, 'Type'), 'name')?.name;
  const hasKids = dictionary.entries.has('Kids');
  // A page with kids, or a node without: readers would draw different documents.
  if ((type === 'Page' && hasKids) || (type === 'Pages' && !hasKids)) throw damaged('page-tree');
  return hasKids;
}

// What viewers show when a page has no media box, although it must have one: US Letter.
const WITHOUT_MEDIA_BOX: PageBox = [0, 0, 612, 792];

function pageOf(
  view: RevisionView,
  reference: PdfReference,
  dictionary: PdfDictionary,
  number: number,
  above: Inherited,
): Page {
  if (dictionary.repeatedKeys.length > 0) throw damaged('duplicate-key');
  const inherited = inherit(view, dictionary, above);
  const mediaBox = boxOf(view, inherited.MediaBox) ?? WITHOUT_MEDIA_BOX;
  const userUnit = asKind(view.get(dictionary, 'UserUnit'), 'number')?.value ?? 1;
  return {
    reference,
    dictionary,
    number,
    mediaBox,
    cropBox: boxOf(view, inherited.CropBox) ?? mediaBox,
    rotate: asKind(view.resolve(inherited.Rotate), 'number')?.value ?? 0,
    userUnit: userUnit > 0 ? userUnit : 1,
    resources: inherited.Resources,
  };
}

function boxOf(view: RevisionView, object: PdfObject): PageBox | undefined {
  const items = asKind(view.resolve(object), 'array')?.items ?? [];
  const [x0, y0, x1, y1] = items.map((item) => asKind(view.resolve(item), 'number')?.value);
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return undefined;
  return [x0, y0, x1, y1];
}
