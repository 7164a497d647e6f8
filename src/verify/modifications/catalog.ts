// Explains a rewritten catalog: everything but what other rules look after is as before, and nothing has gone.

import { asKind } from '../../pdf/objects.ts';
import { extensionsGrow } from './extensions.ts';
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
