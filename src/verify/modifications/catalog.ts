// Explains a rewritten catalog: everything but what other rules look after is as before, and nothing has gone.

import { asKind } from '../../pdf/objects.ts';
import { TRAILER } from './reference-graph.ts';
import {
  catalogNumber,
  type Explanation,
  NOTHING,
  type RevisionStep,
  type RuleResult,
  sameExcept,
} from './revision-step.ts';

// AcroForm, DSS, Extensions and Metadata have rules of their own; MarkInfo and Version are judged here.
const JUDGED_ELSEWHERE = new Set(['AcroForm', 'DSS', 'Extensions', 'MarkInfo', 'Metadata', 'Version']);

/**
 * @param partsExplained - whether the rules for the form, the security store and the metadata accept the values that hang
 *   directly on the catalog
 */
export function explainCatalog(step: RevisionStep, partsExplained: boolean): RuleResult {
  const before = step.before.catalog();
  const after = step.after.catalog();
  const nothingGone = [...before.entries.keys()].every((key) => after.entries.has(key));
  const explained =
    partsExplained &&
    nothingGone &&
    sameExcept(step, before, after, JUDGED_ELSEWHERE) &&
    versionRises(step) &&
    extensionsGrow(step);
  if (!explained) return NOTHING;
  const oldNumber = catalogNumber(step.before);
  const newNumber = catalogNumber(step.after);
  // Back references to the catalog (destinations, FieldMDP's /Data) show the same catalog, compared above key by key.
  const explanations: Explanation[] = [{ number: oldNumber, at: () => true }];
  if (newNumber !== oldNumber) explanations.push({ number: newNumber, at: ({ from }) => from === TRAILER });
  return { explanations, changes: [] };
}

function versionRises(step: RevisionStep): boolean {
  const version = (view: RevisionStep['before']): number =>
    Number(asKind(view.get(view.catalog(), 'Version'), 'name')?.name ?? 0);
  const [before, after] = [version(step.before), version(step.after)];
  return after >= before;
}

function extensionsGrow(step: RevisionStep): boolean {
  const levels = (view: RevisionStep['before']): Map<string, number> | null => {
    const value = view.get(view.catalog(), 'Extensions');
    if (value === null) return new Map();
    const extensions = asKind(value, 'dictionary');
    if (extensions === undefined) return null;
    const result = new Map<string, number>();
    for (const [prefix, entry] of extensions.entries) {
      const developer = asKind(view.resolve(entry), 'dictionary');
      const level =
        developer === undefined ? undefined : asKind(view.get(developer, 'ExtensionLevel'), 'number');
      result.set(prefix, level?.value ?? 0);
    }
    return result;
  };
  const [before, after] = [levels(step.before), levels(step.after)];
  if (before === null || after === null) return false;
  return [...before].every(([prefix, level]) => (after.get(prefix) ?? -1) >= level);
}

/** Extensions that stand in an object of their own, under the catalog alone. */
export function explainExtensions(step: RevisionStep): RuleResult {
  const reference = asKind(step.before.catalog().entries.get('Extensions'), 'reference');
  if (reference === undefined || !extensionsGrow(step)) return NOTHING;
  const catalog = catalogNumber(step.before);
  return {
    explanations: [
      { number: reference.number, at: ({ from, path }) => from === catalog && path === 'Extensions' },
    ],
    changes: [],
  };
}
