// One step of a document's history: what a revision added, overrode and freed, and the means to ask about it.

import type { ModificationRules } from '../../pdf/doc-mdp.ts';
import type { PdfDocument, RevisionView } from '../../pdf/document.ts';
import type { FormField, Widget } from '../../pdf/form-fields.ts';
import { asKind, type PdfDictionary, type PdfObject, type PdfReference } from '../../pdf/objects.ts';
import { sameObject } from '../../pdf/same-object.ts';
import type { Change, ChangeKind, Finding } from '../report.ts';
import type { TouchedNumbers } from './identical-object.ts';
import type { PageFinder } from './page-finder.ts';
import type { ReferenceGraph, ReferencePlace } from './reference-graph.ts';

export interface RevisionStep extends TouchedNumbers {
  readonly document: PdfDocument;
  readonly before: RevisionView;
  readonly after: RevisionView;
  /** The terminal fields of both views. */
  readonly fieldsBefore: readonly FormField[];
  readonly fieldsAfter: readonly FormField[];
  readonly graphBefore: ReferenceGraph;
  /** Tells people the page of what was found. */
  readonly pages: PageFinder;
  /** What the signatures up to `before` allow. */
  readonly rules: ModificationRules;
}

/** What one rule says about one object number. */
export interface Explanation {
  readonly number: number;
  /** Whether the rule has considered that the object is used at this place. */
  readonly at: (place: ReferencePlace) => boolean;
}

/** A change before it is known in which revision it happened and whether all of it was explained. */
export type PlainChange = Omit<Change, 'revision' | 'permitted'>;

/** Something that a rule looked at and does not explain, with the reason. */
export interface Refusal {
  readonly code: string;
  /** The object to blame; it needs no second finding. Null where there is none. */
  readonly number: number | null;
  readonly change: PlainChange;
}

export interface RuleResult {
  readonly explanations: readonly Explanation[];
  /** What happened, in the words that people are told. */
  readonly changes: readonly PlainChange[];
  readonly refusals?: readonly Refusal[];
  /** Observations without effect. */
  readonly notes?: readonly Finding[];
}

export const NOTHING: RuleResult = { explanations: [], changes: [] };

/** A change of which nothing is known but what is said here. */
export function plainChange(
  kind: ChangeKind,
  rule: string,
  known: Partial<Omit<PlainChange, 'kind' | 'rule'>> = {},
): PlainChange {
  return { kind, page: null, rect: null, field: null, before: null, after: null, rule, ...known };
}

/** The page that shows a widget, for people. */
export function pageNumber(
  step: RevisionStep,
  view: RevisionView,
  { reference, dictionary }: Widget,
): number | null {
  return step.pages.pageOf(view, reference, dictionary)?.number ?? null;
}

/** The catalog's number, 0 where `/Root` is no reference. */
export function catalogNumber(view: RevisionView): number {
  return asKind(view.trailer.entries.get('Root'), 'reference')?.number ?? 0;
}

/** Whether the values under a key are token-equal in both views, references compared by number. */
export function sameEntry(
  step: RevisionStep,
  before: PdfDictionary,
  after: PdfDictionary,
  key: string,
): boolean {
  return sameValue(step, before.entries.get(key) ?? null, after.entries.get(key) ?? null);
}

export function sameValue(
  step: Pick<RevisionStep, 'before' | 'after'>,
  before: PdfObject,
  after: PdfObject,
): boolean {
  return sameObject(step.before, before, step.after, after);
}

/** Whether all keys but those named are token-equal and none was added or has gone. */
export function sameExcept(
  step: RevisionStep,
  before: PdfDictionary,
  after: PdfDictionary,
  except: ReadonlySet<string>,
): boolean {
  if (before.repeatedKeys.length > 0 || after.repeatedKeys.length > 0) return false;
  const keys = new Set([...before.entries.keys(), ...after.entries.keys()]);
  return [...keys].every((key) => except.has(key) || sameEntry(step, before, after, key));
}

/** A reference whose number this revision brought: not in use before. */
export function isNew(step: RevisionStep, object: PdfObject | undefined): object is PdfReference {
  const reference = asKind(object, 'reference');
  return reference !== undefined && step.added.has(reference.number);
}

/** The references of an array, or null when something else is in it. */
export function referencesOf(
  view: RevisionView,
  object: PdfObject | undefined,
): readonly PdfReference[] | null {
  const array = asKind(view.resolve(object), 'array');
  if (array === undefined) return null;
  const references: PdfReference[] = [];
  for (const item of array.items) {
    const reference = asKind(item, 'reference');
    if (reference === undefined) return null;
    references.push(reference);
  }
  return references;
}

/** What the new list has beside the old one; null when an old entry is missing or the old order has changed. */
export function inserted(
  before: readonly PdfReference[],
  after: readonly PdfReference[],
): readonly PdfReference[] | null {
  const others: PdfReference[] = [];
  let next = 0;
  for (const reference of after) {
    const old = before[next];
    if (old?.number === reference.number && old.generation === reference.generation) next += 1;
    else others.push(reference);
  }
  return next === before.length ? others : null;
}
