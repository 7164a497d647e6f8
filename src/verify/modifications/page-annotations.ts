// Explains a page whose list of annotations grew by what other rules explained, and by nothing else.

import type { RevisionView } from '../../pdf/document.ts';
import { asKind, isName, type PdfDictionary, type PdfObject, type PdfReference } from '../../pdf/objects.ts';
import { loadNumber } from './identical-object.ts';
import {
  type Explanation,
  type RevisionStep,
  type RuleResult,
  sameEntry,
  sameExcept,
  sameValue,
} from './revision-step.ts';

/** @param explained - numbers of the widgets and comments that another rule explained; one page may list each */
export function explainPageAnnotations(step: RevisionStep, explained: ReadonlySet<number>): RuleResult {
  const explanations: Explanation[] = [];
  const unlisted = new Set(explained);
  for (const number of step.overridden) {
    const object = loadNumber(step.before, number);
    const before = asKind(object, 'dictionary');
    if (before !== undefined && isName(before.entries.get('Type'), 'Page')) {
      const after = asKind(loadNumber(step.after, number), 'dictionary');
      // A page is compared key by key, so other ways to it (destinations, /P) show the same page.
      if (after !== undefined && pageExplained(step, before, after, unlisted))
        explanations.push({ number, at: () => true });
      continue;
    }
    const list = asKind(object, 'array');
    if (list === undefined) continue;
    const ofPages = step.graphBefore.placesOf(number).every(({ path }) => path === 'Annots');
    if (ofPages && annotationsExplained(step, list, loadNumber(step.after, number), unlisted))
      explanations.push({ number, at: ({ path }) => path === 'Annots' });
  }
  return { explanations, changes: [] };
}

const JUDGED_HERE = new Set(['Annots', 'Tabs']);

function pageExplained(
  step: RevisionStep,
  before: PdfDictionary,
  after: PdfDictionary,
  unlisted: Set<number>,
): boolean {
  if (!sameExcept(step, before, after, JUDGED_HERE) || !tabsExplained(step, before, after)) return false;
  const [old, now] = [before.entries.get('Annots') ?? null, after.entries.get('Annots') ?? null];
  return annotationsExplained(step, old, now, unlisted);
}

/** Tagged documents get the tab order of their structure when the first field comes (ISO 14289-1, 7.18.3). */
function tabsExplained(step: RevisionStep, before: PdfDictionary, after: PdfDictionary): boolean {
  if (before.entries.has('Tabs')) return sameEntry(step, before, after, 'Tabs');
  const tabs = after.entries.get('Tabs');
  return tabs === undefined || isName(tabs, 'S');
}

function annotationsExplained(
  step: RevisionStep,
  before: PdfObject,
  after: PdfObject,
  unlisted: Set<number>,
): boolean {
  // The same list in an object of its own is compared as that object.
  if (before !== null && sameValue(step, before, after)) return true;
  const [old, now] = [listed(step.before, before), listed(step.after, after)];
  if (old === null || now === null)
    return sameValue(step, step.before.resolve(before), step.after.resolve(after));
  return joined(step, old, now)?.every(({ number }) => unlisted.delete(number)) ?? false;
}

/** The items of the list, none where there is no list; null for what is no list. */
function listed(view: RevisionView, annotations: PdfObject): readonly PdfObject[] | null {
  const list = view.resolve(annotations);
  return list === null ? [] : (asKind(list, 'array')?.items ?? null);
}

/**
 * What the new list has beside the old one: references alone; null when an old item is missing or the old order has changed. Some
 * writers put whole annotations into the list; those are compared as they stand there.
 */
function joined(
  step: RevisionStep,
  before: readonly PdfObject[],
  after: readonly PdfObject[],
): readonly PdfReference[] | null {
  const others: PdfReference[] = [];
  let next = 0;
  for (const item of after) {
    const old = before[next];
    if (old !== undefined && sameItem(step, old, item)) next += 1;
    else {
      const reference = asKind(item, 'reference');
      if (reference === undefined) return null;
      others.push(reference);
    }
  }
  return next === before.length ? others : null;
}

function sameItem(step: RevisionStep, before: PdfObject, after: PdfObject): boolean {
  const [old, now] = [asKind(before, 'reference'), asKind(after, 'reference')];
  if (old === undefined || now === undefined) return old === now && sameValue(step, before, after);
  return old.number === now.number && old.generation === now.generation;
}
