// Explains a page whose list of annotations grew by the widgets of signature fields, and by nothing else.

import { asKind, isName, type PdfDictionary } from '../../pdf/objects.ts';
import {
  type Explanation,
  inserted,
  type RevisionStep,
  type RuleResult,
  referencesOf,
  sameExcept,
  sameValue,
} from './revision-step.ts';

/** @param newWidgets - numbers of the widgets that another rule explained */
export function explainPageAnnotations(step: RevisionStep, newWidgets: ReadonlySet<number>): RuleResult {
  const explanations: Explanation[] = [];
  for (const number of step.overridden) {
    const before = asKind(loadBefore(step, number), 'dictionary');
    if (before !== undefined && isName(before.entries.get('Type'), 'Page')) {
      const after = asKind(loadAfter(step, number), 'dictionary');
      // A page is compared key by key, so other ways to it (destinations, /P) show the same page.
      if (after !== undefined && pageExplained(step, before, after, newWidgets)) {
        explanations.push({ number, at: () => true });
      }
      continue;
    }
    const list = asKind(loadBefore(step, number), 'array');
    if (list === undefined) continue;
    const places = step.graphBefore.placesOf(number);
    const ofPages = places.every(({ path }) => path === 'Annots');
    if (ofPages && annotationsExplained(step, list, loadAfter(step, number), newWidgets)) {
      explanations.push({ number, at: ({ path }) => path === 'Annots' });
    }
  }
  return { explanations, changes: [] };
}

const JUDGED_HERE = new Set(['Annots', 'Tabs']);

function pageExplained(
  step: RevisionStep,
  before: PdfDictionary,
  after: PdfDictionary,
  newWidgets: ReadonlySet<number>,
): boolean {
  if (!sameExcept(step, before, after, JUDGED_HERE) || !tabsExplained(step, before, after)) return false;
  const [old, now] = [before.entries.get('Annots') ?? null, after.entries.get('Annots') ?? null];
  return annotationsExplained(step, old, now, newWidgets);
}

/** Tagged documents get the tab order of their structure when the first field comes (ISO 14289-1, 7.18.3). */
function tabsExplained(step: RevisionStep, before: PdfDictionary, after: PdfDictionary): boolean {
  if (before.entries.has('Tabs'))
    return sameValue(step, before.entries.get('Tabs') ?? null, after.entries.get('Tabs') ?? null);
  const tabs = after.entries.get('Tabs');
  return tabs === undefined || isName(tabs, 'S');
}

function annotationsExplained(
  step: RevisionStep,
  before: Parameters<typeof sameValue>[1],
  after: Parameters<typeof sameValue>[2],
  newWidgets: ReadonlySet<number>,
): boolean {
  const old = step.before.resolve(before) === null ? [] : referencesOf(step.before, before);
  const now = step.after.resolve(after) === null ? [] : referencesOf(step.after, after);
  if (old === null || now === null) return sameValue(step, before, after);
  return inserted(old, now)?.every(({ number }) => newWidgets.has(number)) ?? false;
}

function loadBefore(step: RevisionStep, number: number): ReturnType<RevisionStep['before']['load']> {
  return loadNumber(step.before, number);
}

function loadAfter(step: RevisionStep, number: number): ReturnType<RevisionStep['after']['load']> {
  return loadNumber(step.after, number);
}

/** The object of this number under whatever generation it has here. */
export function loadNumber(
  view: RevisionStep['before'],
  number: number,
): ReturnType<RevisionStep['before']['load']> {
  const entry = view.entry(number);
  if (entry === undefined || entry.kind === 'free') return null;
  return view.load({ kind: 'reference', number, generation: entry.kind === 'offset' ? entry.generation : 0 });
}
