// Explains an empty signature field that received its value (ISO 32000-2, 12.7.5.5). A filled one never changes again.

import { locksField } from '../../pdf/doc-mdp.ts';
import type { FormField } from '../../pdf/form-fields.ts';
import type { PdfDictionary } from '../../pdf/objects.ts';
import { explainField } from './field-places.ts';
import type { Explanation, PlainChange, Refusal, RevisionStep, RuleResult } from './revision-step.ts';
import { sameExcept } from './revision-step.ts';
import { isTimestampDictionary } from './security-store.ts';
import { givesUpSharedAppearance } from './shared-appearance.ts';
import { changeOf, isFreshValue } from './signature-field-added.ts';
import { ANNOTATION_FLAGS, annotationFlags } from './widget.ts';

export function explainSignedFields(step: RevisionStep): RuleResult {
  const explanations: Explanation[] = [];
  const changes: PlainChange[] = [];
  const refusals: Refusal[] = [];
  const fieldsAfter = new Map(step.fieldsAfter.map((field) => [field.reference?.number, field]));
  for (const before of step.fieldsBefore) {
    if (before.type !== 'Sig' || before.reference === null) continue;
    const after = fieldsAfter.get(before.reference.number);
    if (after === undefined) continue;
    if (step.before.resolve(before.value) !== null || step.after.resolve(after.value) === null) continue;
    const code = problemOf(step, before, after);
    if (code === null) {
      explanations.push(...explainField(step, before));
      changes.push(changeOf(step, after, 'signature-field-signed'));
    } else refusals.push({ code, number: before.reference.number, change: changeOf(step, after, code) });
  }
  return { explanations, changes, refusals };
}

const CHANGED_BY_SIGNING = new Set(['V', 'AP', 'F', 'MK', 'AS']);

function problemOf(step: RevisionStep, before: FormField, after: FormField): string | null {
  if (!isFreshValue(step, after.value)) return 'signature-value-reused';
  const { permission, locks } = step.rules;
  if (!isTimestampDictionary(step.after, after.value) && permission === 1)
    return 'certification-forbids-signing';
  if (locks.some((lock) => locksField(lock, before.name))) return 'locked-field-changed';
  if (before.name !== after.name || before.widgets.length !== after.widgets.length)
    return 'signature-field-changed';
  const pairs: (readonly [PdfDictionary, PdfDictionary])[] = [[before.dictionary, after.dictionary]];
  for (const [i, widget] of before.widgets.entries()) {
    const now = after.widgets[i];
    if (now !== undefined) pairs.push([widget.dictionary, now.dictionary]);
  }
  const onlySigned = pairs.every(
    ([old, now]) => sameExcept(step, old, now, CHANGED_BY_SIGNING) && flagsOnlyGain(step, old, now),
  );
  if (!onlySigned) return 'signature-field-changed';
  return givesUpSharedAppearance(step, before, after) ? 'appearance-shared' : null;
}

/** Print and Locked may be set by signing. */
function flagsOnlyGain(step: RevisionStep, before: PdfDictionary, after: PdfDictionary): boolean {
  const [old, now] = [annotationFlags(step.before, before), annotationFlags(step.after, after)];
  const { print, locked } = ANNOTATION_FLAGS;
  return (now & old) === old && (now & ~old & ~(print | locked)) === 0;
}
