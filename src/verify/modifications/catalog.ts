// Explains a rewritten catalog: everything but what other rules look after is as before, and nothing has gone.

import type { RevisionView } from '../../pdf/document.ts';
import { asKind } from '../../pdf/objects.ts';
import type { Finding } from '../report.ts';
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
    namesVersion(step.after) &&
    extensionsGrow(step);
  if (!explained) return NOTHING;
  const oldNumber = catalogNumber(step.before);
  const newNumber = catalogNumber(step.after);
  // Back references to the catalog (destinations, FieldMDP's /Data) show the same catalog, compared above key by key.
  const explanations: Explanation[] = [{ number: oldNumber, at: () => true }];
  if (newNumber !== oldNumber) explanations.push({ number: newNumber, at: ({ from }) => from === TRAILER });
  const lowered = versionIn(step.after) < versionIn(step.before);
  const notes: readonly Finding[] = lowered
    ? [{ code: 'version-lowered', effect: 'info', where: `object ${newNumber}` }]
    : [];
  return { explanations, changes: [], notes };
}

/**
 * Absent, or a version as ISO 32000-2, 7.7.2 writes it. It tells which edition a writer kept to; nothing is read or drawn
 * otherwise for it, so that a tool which lowers it to the header's has changed nothing that was signed.
 */
function namesVersion(view: RevisionView): boolean {
  const value = view.get(view.catalog(), 'Version');
  return value === null || /^[12]\.[0-9]$/.test(asKind(value, 'name')?.name ?? '');
}

/** 0 where the catalog names none. */
function versionIn(view: RevisionView): number {
  return Number(asKind(view.get(view.catalog(), 'Version'), 'name')?.name ?? 0);
}
