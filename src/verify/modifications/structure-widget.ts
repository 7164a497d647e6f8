// Explains the tag of a new signature widget in a tagged document (ISO 32000-2, 14.7): one `/Form` element beside those there
// were, and its entry in the parent tree. Such an element draws nothing and says no more than that the widget is there.

import type { RevisionView } from '../../pdf/document.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from '../../pdf/objects.ts';
import { loadNumber } from './identical-object.ts';
import { readNumberTree } from './number-tree.ts';
import {
  catalogNumber,
  type Explanation,
  NOTHING,
  type RevisionStep,
  type RuleResult,
  sameEntry,
  sameExcept,
  sameValue,
} from './revision-step.ts';

/** @param newWidgets - numbers of the widgets that another rule explained */
export function explainStructure(step: RevisionStep, newWidgets: ReadonlySet<number>): RuleResult {
  const root = rootOf(step.before);
  const rootAfter = rootOf(step.after);
  if (root === undefined || rootAfter === undefined || newWidgets.size === 0) return NOTHING;
  const elements = new Set<number>();
  const explanations = [...step.overridden]
    .filter((number) => isElement(step, number))
    .flatMap((number) => elementExplained(step, number, newWidgets, elements));
  const rootNumber = asKind(step.before.catalog().entries.get('StructTreeRoot'), 'reference')?.number;
  if (rootNumber !== undefined && step.overridden.has(rootNumber)) {
    const tags = insertedElements(step, root, rootAfter, newWidgets);
    if (tags === null || !rootKept(step, root, rootAfter)) return NOTHING;
    for (const tag of tags) elements.add(tag);
    const catalog = catalogNumber(step.before);
    explanations.push({
      number: rootNumber,
      at: ({ from, path }) => (from === catalog && path === 'StructTreeRoot') || path === 'P',
    });
  }
  const tree = parentTreeExplained(step, root, rootAfter, elements);
  return tree === null ? NOTHING : { explanations: [...explanations, ...tree], changes: [] };
}

function rootOf(view: RevisionView): PdfDictionary | undefined {
  return asKind(view.get(view.catalog(), 'StructTreeRoot'), 'dictionary');
}

const GROWING = new Set(['K', 'ParentTree', 'ParentTreeNextKey']);

function rootKept(step: RevisionStep, before: PdfDictionary, after: PdfDictionary): boolean {
  const next = (view: RevisionView, root: PdfDictionary): number =>
    asKind(view.get(root, 'ParentTreeNextKey'), 'number')?.value ?? 0;
  return sameExcept(step, before, after, GROWING) && next(step.after, after) >= next(step.before, before);
}

function isElement(step: RevisionStep, number: number): boolean {
  const dictionary = asKind(loadNumber(step.before, number), 'dictionary');
  return dictionary?.entries.has('S') === true && dictionary.entries.has('P');
}

const CHILDREN = new Set(['K']);

/** @param elements - takes the new elements under this one */
function elementExplained(
  step: RevisionStep,
  number: number,
  newWidgets: ReadonlySet<number>,
  elements: Set<number>,
): readonly Explanation[] {
  const before = asKind(loadNumber(step.before, number), 'dictionary');
  const after = asKind(loadNumber(step.after, number), 'dictionary');
  if (before === undefined || after === undefined || !sameExcept(step, before, after, CHILDREN)) return [];
  const tags = insertedElements(step, before, after, newWidgets);
  if (tags === null) return [];
  for (const tag of tags) elements.add(tag);
  // It is compared key by key, so every way to it shows the same element with one widget more.
  return [{ number, at: () => true }];
}

/** Numbers of the tags that `/K` has beside its old children, these in their order; null when anything else has changed. */
function insertedElements(
  step: RevisionStep,
  before: PdfDictionary,
  after: PdfDictionary,
  newWidgets: ReadonlySet<number>,
): readonly number[] | null {
  const [old, now] = [childrenOf(step.before, before), childrenOf(step.after, after)];
  const tags: number[] = [];
  let next = 0;
  for (const child of now) {
    const kept = old[next];
    if (kept !== undefined && sameValue(step, kept, child)) {
      next += 1;
      continue;
    }
    const reference = asKind(child, 'reference');
    if (reference === undefined || !step.added.has(reference.number)) return null;
    if (!isTagOfWidget(step, reference.number, newWidgets)) return null;
    tags.push(reference.number);
  }
  return next === old.length ? tags : null;
}

/** One child may stand alone, without an array around it. */
function childrenOf(view: RevisionView, element: PdfDictionary): readonly PdfObject[] {
  const children = element.entries.get('K') ?? null;
  const list = asKind(view.resolve(children), 'array');
  if (list !== undefined) return list.items;
  return children === null ? [] : [children];
}

const TAG_KEYS = new Set(['Type', 'S', 'P', 'K', 'Pg']);
const CONTENT_KEYS = new Set(['Type', 'Obj', 'Pg']);

function isTagOfWidget(step: RevisionStep, number: number, newWidgets: ReadonlySet<number>): boolean {
  const view = step.after;
  const tag = asKind(loadNumber(view, number), 'dictionary');
  if (tag === undefined || !isName(view.get(tag, 'S'), 'Form')) return false;
  const [content, ...more] = childrenOf(view, tag).map((child) => asKind(view.resolve(child), 'dictionary'));
  const widget = asKind(content?.entries.get('Obj'), 'reference');
  return (
    more.length === 0 &&
    widget !== undefined &&
    newWidgets.has(widget.number) &&
    [...tag.entries.keys()].every((key) => TAG_KEYS.has(key)) &&
    [...(content?.entries.keys() ?? [])].every((key) => CONTENT_KEYS.has(key))
  );
}

/** The nodes of the parent tree that were rewritten; null when it lost or changed an entry, or gained one that is no new tag. */
function parentTreeExplained(
  step: RevisionStep,
  before: PdfDictionary,
  after: PdfDictionary,
  tags: ReadonlySet<number>,
): readonly Explanation[] | null {
  const old = readNumberTree(step.before, before.entries.get('ParentTree'), step.document.limits);
  const touched = [...old.nodes].some((number) => step.overridden.has(number));
  if (!touched && sameEntry(step, before, after, 'ParentTree')) return [];
  const now = readNumberTree(step.after, after.entries.get('ParentTree'), step.document.limits);
  if (old.irregular || now.irregular) return null;
  for (const [key, value] of old.entries)
    if (!now.entries.has(key) || !sameValue(step, value, now.entries.get(key) ?? null)) return null;
  for (const [key, value] of now.entries) {
    if (old.entries.has(key)) continue;
    if (!tags.has(asKind(value, 'reference')?.number ?? 0)) return null;
  }
  return [...old.nodes].map((number) => ({
    number,
    at: ({ path }) => /(^|\.)(ParentTree|Kids\[\]|Nums|Kids)$|^\[\]$/.test(path),
  }));
}
