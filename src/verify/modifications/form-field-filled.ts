// Explains a form entry that was filled in or altered: the value with the appearance that shows it, and nothing else of the
// field (ISO 32000-2, 12.7.4 and 12.7.5).

import { rectangleOf } from '../../pdf/collisions.ts';
import { locksField } from '../../pdf/doc-mdp.ts';
import type { FormField, Widget } from '../../pdf/form-fields.ts';
import { asKind, type PdfDictionary } from '../../pdf/objects.ts';
import type { Finding } from '../report.ts';
import { shownValue } from './appearance-text.ts';
import { checkButton } from './button-state.ts';
import { explainField, fieldNumbers } from './field-places.ts';
import { FIELD_FLAGS, valueText } from './field-value.ts';
import { type Filling, filled, refused, UNCHANGED } from './filling.ts';
import {
  type Explanation,
  type PlainChange,
  pageNumber,
  plainChange,
  type Refusal,
  type RevisionStep,
  type RuleResult,
  sameEntry,
  sameExcept,
  sameValue,
} from './revision-step.ts';
import { givesUpSharedAppearance } from './shared-appearance.ts';
import { appearanceNumbers, isVisible } from './widget.ts';

const FILLED_TYPES = new Set(['Tx', 'Ch', 'Btn']);

/** The fields that are not signatures, as far as this revision touched them. */
export function explainFilledFields(step: RevisionStep): RuleResult {
  const explanations: Explanation[] = [];
  const changes: PlainChange[] = [];
  const refusals: Refusal[] = [];
  const notes: Finding[] = [];
  const after = new Map(step.fieldsAfter.map((field) => [field.reference?.number, field]));
  for (const field of step.fieldsBefore) {
    if (field.reference === null || !FILLED_TYPES.has(field.type ?? '') || !isTouched(step, field)) continue;
    const now = after.get(field.reference.number);
    const filling = now === undefined ? refused('field-removed') : checkFilling(step, field, now);
    const change = changeOf(step, field, now ?? null, filling.code ?? 'form-field-filled', filling.kind);
    if (filling.code !== null) {
      refusals.push({ code: filling.code, number: blamed(step, field), change });
      continue;
    }
    explanations.push(...explainField(step, field));
    if (filling.kind === null) continue;
    changes.push(change);
    if (filling.unreadable)
      notes.push({
        code: 'appearance-not-decodable',
        effect: 'info',
        where: `object ${field.reference.number}`,
      });
  }
  return { explanations, changes, refusals, notes };
}

/** The field itself, its widgets and their appearances; a value in an object of its own too. */
function touchable(step: RevisionStep, field: FormField): readonly number[] {
  const value = asKind(field.value, 'reference');
  return [
    ...fieldNumbers(field),
    ...field.widgets.flatMap(({ dictionary }) => appearanceNumbers(step.before, dictionary)),
    ...(value === undefined ? [] : [value.number]),
  ];
}

function isTouched(step: RevisionStep, field: FormField): boolean {
  return touchable(step, field).some((number) => step.overridden.has(number) || step.freed.has(number));
}

function blamed(step: RevisionStep, field: FormField): number | null {
  return touchable(step, field).find((number) => step.overridden.has(number)) ?? null;
}

function checkFilling(step: RevisionStep, before: FormField, after: FormField): Filling {
  if (!sameField(before, after) || !onlyFilled(step, before, after)) return refused('field-changed');
  const valueChanged = !sameValue(step, step.before.resolve(before.value), step.after.resolve(after.value));
  const changedWidgets = after.widgets.map((widget, i) => drawnAnew(step, before.widgets[i], widget));
  const stateChanged = after.widgets.some((widget, i) => {
    const old = before.widgets[i]?.dictionary;
    return old !== undefined && !sameEntry(step, old, widget.dictionary, 'AS');
  });
  if (!valueChanged && !stateChanged && !changedWidgets.includes(true)) return UNCHANGED;
  if (step.rules.locks.some((lock) => locksField(lock, before.name))) return refused('locked-field-changed');
  if (step.rules.permission === 1) return refused('certification-forbids-filling');
  if (givesUpSharedAppearance(step, before, after)) return refused('appearance-shared');
  if (after.type === 'Btn') return checkButton(step, before, after, valueChanged);
  if (!valueChanged) return refused('appearance-changed-without-value', 'field-appearance-changed');
  if (valueText(step.after, after.value) === null) return refused('field-value-malformed');
  return checkShown(step, after, changedWidgets);
}

/** Every widget that can be seen shows the new value. */
function checkShown(step: RevisionStep, field: FormField, changedWidgets: readonly boolean[]): Filling {
  let unreadable = false;
  for (const [i, { dictionary }] of field.widgets.entries()) {
    if (!isVisible(step.after, dictionary)) continue;
    if (changedWidgets[i] !== true) return refused('value-without-appearance');
    const shown = shownValue(step.after, field, dictionary, step.document.limits);
    if (shown === 'absent') return refused('value-without-appearance');
    if (shown === 'differs') return refused('appearance-differs-from-value');
    unreadable ||= shown === 'unknown';
  }
  return filled(unreadable);
}

function sameField(before: FormField, after: FormField): boolean {
  const names = (field: FormField): string =>
    JSON.stringify(field.partialNames.map(({ bytes }) => [...bytes]));
  const gained = after.flags & ~before.flags;
  return (
    before.type === after.type &&
    names(before) === names(after) &&
    before.widgets.length === after.widgets.length &&
    // Software that fills in a form for good marks it read-only, with or without a new value.
    (before.flags & ~after.flags) === 0 &&
    (gained & ~FIELD_FLAGS.readOnly) === 0
  );
}

const FILLED_ENTRIES = new Set(['V', 'I', 'AS', 'AP', 'Ff']);
const FIRST_FILLED_ENTRIES = new Set([...FILLED_ENTRIES, 'DA']);

function onlyFilled(step: RevisionStep, before: FormField, after: FormField): boolean {
  const wasEmpty = (valueText(step.before, before.value) ?? '') === '';
  const entries = wasEmpty ? FIRST_FILLED_ENTRIES : FILLED_ENTRIES;
  const pairs: (readonly [PdfDictionary, PdfDictionary])[] = [[before.dictionary, after.dictionary]];
  for (const [i, widget] of before.widgets.entries()) {
    const now = after.widgets[i];
    if (now?.reference?.number !== widget.reference?.number) return false;
    if (now !== undefined && widget.dictionary !== before.dictionary)
      pairs.push([widget.dictionary, now.dictionary]);
  }
  return pairs.every(([old, now]) => sameExcept(step, old, now, entries));
}

/** Whether a widget's appearances are others now, or one of them was overwritten. */
function drawnAnew(step: RevisionStep, before: Widget | undefined, after: Widget): boolean {
  if (before === undefined || !sameEntry(step, before.dictionary, after.dictionary, 'AP')) return true;
  return appearanceNumbers(step.after, after.dictionary).some((number) => step.overridden.has(number));
}

function changeOf(
  step: RevisionStep,
  before: FormField,
  after: FormField | null,
  rule: string,
  kind: Filling['kind'],
): PlainChange {
  const [view, field] = after === null ? [step.before, before] : [step.after, after];
  const widget = field.widgets.find(({ dictionary }) => isVisible(view, dictionary));
  return plainChange(kind ?? 'field-filled', rule, {
    page: widget === undefined ? null : pageNumber(step, view, widget),
    rect: widget === undefined ? null : rectangleOf(view, widget.dictionary),
    field: field.name,
    before: clipped(valueText(step.before, before.value)),
    after: after === null ? null : clipped(valueText(step.after, after.value)),
  });
}

// As much as faces show of a claim.
const LONGEST = 200;

function clipped(text: string | null): string | null {
  return text === null ? null : [...text.slice(0, 2 * LONGEST)].slice(0, LONGEST).join('');
}
