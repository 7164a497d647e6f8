// One step of a document's history: what a revision added, overrode and freed, and the means to ask about it.

import type { ModificationRules } from '../../pdf/doc-mdp.ts';
import type { PdfDocument, RevisionView } from '../../pdf/document.ts';
import { asKind, type PdfDictionary, type PdfObject, type PdfReference } from '../../pdf/objects.ts';
import { sameObject } from '../../pdf/same-object.ts';
import type { Change } from '../report.ts';
import type { ReferenceGraph, ReferencePlace } from './reference-graph.ts';

export interface RevisionStep {
  readonly document: PdfDocument;
  readonly before: RevisionView;
  readonly after: RevisionView;
  /** Numbers in use before that this revision defines with another content. */
  readonly overridden: ReadonlySet<number>;
  /** Numbers that were not in use before. */
  readonly added: ReadonlySet<number>;
  readonly graphBefore: ReferenceGraph;
  /** What the signatures up to `before` allow. */
  readonly rules: ModificationRules;
}

/** What one rule says about one object number. */
export interface Explanation {
  readonly number: number;
  /** Whether the rule has considered that the object is used at this place. */
  readonly at: (place: ReferencePlace) => boolean;
}

export interface RuleResult {
  readonly explanations: readonly Explanation[];
  /** What happened, in the words that people are told. */
  readonly changes: readonly Omit<Change, 'revision' | 'permitted'>[];
}

export const NOTHING: RuleResult = { explanations: [], changes: [] };

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
  const keys = new Set([...before.entries.keys(), ...after.entries.keys()]);
  return [...keys].every((key) => except.has(key) || sameEntry(step, before, after, key));
}

/** A reference whose number this revision brought: in use in no earlier state. */
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
