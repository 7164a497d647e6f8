// The fields of the interactive form (ISO 32000-2, 12.7): a tree in which names add up and types are inherited.

import type { RevisionView } from './document.ts';
import { damaged, limitExceeded } from './errors.ts';
import { PDF_LIMITS, type PdfLimits } from './limits.ts';
import {
  asKind,
  type PdfDictionary,
  type PdfObject,
  type PdfReference,
  type PdfString,
  textOf,
} from './objects.ts';

/** Where a field is seen on a page. */
export interface Widget {
  /** Null for a widget that stands directly in `/Kids`. */
  readonly reference: PdfReference | null;
  readonly dictionary: PdfDictionary;
}

/** A terminal field: one that has no fields below it. */
export interface FormField {
  /** Null for a field that stands directly in `/Fields` or `/Kids`. */
  readonly reference: PdfReference | null;
  readonly dictionary: PdfDictionary;
  /** The full name as text, partial names joined by periods (12.7.4.2). */
  readonly name: string;
  /** The partial names as the file has them, outermost first; these and not the text tell whether two fields are one. */
  readonly partialNames: readonly PdfString[];
  /** The fields above, outermost first. */
  readonly parents: readonly PdfReference[];
  /** Own or inherited `/FT`: `Sig`, `Tx`, `Ch` or `Btn`, null when there is none. */
  readonly type: string | null;
  /** Own or inherited `/Ff`. */
  readonly flags: number;
  /** Own or inherited `/V` as written, so mostly a reference for a signature; null when there is none. */
  readonly value: PdfObject;
  /** The field itself where field and widget are one dictionary, else its kids. */
  readonly widgets: readonly Widget[];
}

interface Node {
  readonly reference: PdfReference | null;
  readonly dictionary: PdfDictionary;
  readonly partialNames: readonly PdfString[];
  readonly parents: readonly PdfReference[];
  readonly type: PdfObject;
  readonly flags: PdfObject;
  readonly value: PdfObject;
}

const ABOVE_ALL: Pick<Node, 'partialNames' | 'parents' | 'type' | 'flags' | 'value'> = {
  partialNames: [],
  parents: [],
  type: null,
  flags: null,
  value: null,
};

/**
 * Reads the terminal fields of the form, in the order of the tree.
 * @returns an empty list for a document without a form
 * @throws MalformedPdf `pdf-damaged` { reason: 'field-tree' | 'duplicate-key' | 'object' }, `limits-exceeded` `fields`,
 *   `fieldDepth`
 */
export function readFields(view: RevisionView, limits: PdfLimits = PDF_LIMITS): readonly FormField[] {
  // What a revision shows never changes, and many rules ask for its form.
  return limits === PDF_LIMITS ? view.once(walkFields) : walkFields(view, limits);
}

function walkFields(view: RevisionView, limits: PdfLimits = PDF_LIMITS): readonly FormField[] {
  const form = view.get(view.catalog(), 'AcroForm');
  if (form === null) return [];
  const dictionary = asKind(form, 'dictionary');
  if (dictionary === undefined) throw damaged('field-tree');
  if (dictionary.repeatedKeys.length > 0) throw damaged('duplicate-key');
  const fields: FormField[] = [];
  const visited = new Set<number>();
  // Still to be read, the next one last, so that kids come before what follows their parent.
  const pending = dictionariesIn(view, dictionary, 'Fields')
    .map((kid) => nodeOf(view, kid, ABOVE_ALL))
    .reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    requireFirstVisit(node, visited);
    if (visited.size + fields.length > limits.fields) throw limitExceeded(limits, 'fields');
    const kids = fieldKids(view, node);
    if (kids.length === 0) {
      fields.push(fieldOf(view, node));
      continue;
    }
    if (node.parents.length >= limits.fieldDepth) throw limitExceeded(limits, 'fieldDepth');
    for (const kid of kids.toReversed()) pending.push(nodeOf(view, kid, belowNode(node)));
  }
  return fields;
}

/**
 * Reads the field that a widget belongs to by its `/Parent` chain, whether or not the form lists it.
 * @returns null when the object is no dictionary
 * @throws MalformedPdf as `readFields`
 */
export function fieldOfWidget(
  view: RevisionView,
  reference: PdfReference,
  limits: PdfLimits = PDF_LIMITS,
): FormField | null {
  const chain: PdfReference[] = [];
  for (let next: PdfReference | undefined = reference; next !== undefined; ) {
    const { number } = next;
    if (chain.some((known) => known.number === number)) throw damaged('field-tree');
    if (chain.length > limits.fieldDepth) throw limitExceeded(limits, 'fieldDepth');
    const dictionary: PdfDictionary | undefined = asKind(view.load(next), 'dictionary');
    if (dictionary === undefined) break;
    chain.unshift(next);
    next = asKind(dictionary.entries.get('Parent'), 'reference');
  }
  let node: Node | undefined;
  for (const link of chain) {
    const below = nodeOf(view, link, node === undefined ? ABOVE_ALL : belowNode(node));
    // A kid without a name is a widget of its parent, not a field.
    if (node !== undefined && !below.dictionary.entries.has('T')) break;
    node = below;
  }
  return node === undefined ? null : fieldOf(view, node);
}

function nodeOf(view: RevisionView, kid: PdfObject, above: typeof ABOVE_ALL): Node {
  const reference = asKind(kid, 'reference') ?? null;
  const dictionary = asKind(view.resolve(kid), 'dictionary');
  if (dictionary === undefined) throw damaged('field-tree');
  if (dictionary.repeatedKeys.length > 0) throw damaged('duplicate-key');
  const partialName = asKind(view.get(dictionary, 'T'), 'string');
  return {
    reference,
    dictionary,
    partialNames: partialName === undefined ? above.partialNames : [...above.partialNames, partialName],
    parents: above.parents,
    type: dictionary.entries.get('FT') ?? above.type,
    flags: dictionary.entries.get('Ff') ?? above.flags,
    value: dictionary.entries.get('V') ?? above.value,
  };
}

function belowNode(node: Node): typeof ABOVE_ALL {
  const parents = node.reference === null ? node.parents : [...node.parents, node.reference];
  return { ...node, parents };
}

function requireFirstVisit({ reference }: Node, visited: Set<number>): void {
  if (reference === null) return;
  if (visited.has(reference.number)) throw damaged('field-tree');
  visited.add(reference.number);
}

/** The kids that are fields: those with a name of their own or with kids. */
function fieldKids(view: RevisionView, { dictionary }: Node): readonly PdfObject[] {
  return dictionariesIn(view, dictionary, 'Kids').filter((kid) => {
    const entries = asKind(view.resolve(kid), 'dictionary')?.entries;
    return entries?.has('T') === true || entries?.has('Kids') === true;
  });
}

function fieldOf(view: RevisionView, node: Node): FormField {
  const { reference, dictionary, partialNames, parents, value } = node;
  const flags = asKind(view.resolve(node.flags), 'number');
  return {
    reference,
    dictionary,
    name: partialNames.map(textOf).join('.'),
    partialNames,
    parents,
    type: asKind(view.resolve(node.type), 'name')?.name ?? null,
    flags: flags?.value ?? 0,
    value,
    widgets: widgetsOf(view, node),
  };
}

function widgetsOf(view: RevisionView, { reference, dictionary }: Node): readonly Widget[] {
  if (!dictionary.entries.has('Kids')) {
    return dictionary.entries.has('Subtype') || dictionary.entries.has('Rect')
      ? [{ reference, dictionary }]
      : [];
  }
  const widgets: Widget[] = [];
  for (const kid of dictionariesIn(view, dictionary, 'Kids')) {
    const widget = asKind(view.resolve(kid), 'dictionary');
    if (widget === undefined || widget.entries.has('T')) continue;
    if (widget.repeatedKeys.length > 0) throw damaged('duplicate-key');
    widgets.push({ reference: asKind(kid, 'reference') ?? null, dictionary: widget });
  }
  return widgets;
}

/** Honest forms have references there that lead nowhere; what is no dictionary is no field for any reader. */
function dictionariesIn(view: RevisionView, dictionary: PdfDictionary, key: string): readonly PdfObject[] {
  const object = view.get(dictionary, key);
  if (object === null) return [];
  const array = asKind(object, 'array');
  if (array === undefined) throw damaged('field-tree');
  return array.items.filter((kid) => asKind(view.resolve(kid), 'dictionary') !== undefined);
}
