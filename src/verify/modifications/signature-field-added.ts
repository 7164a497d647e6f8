// Explains a new signature field with its widget (ISO 32000-2, 12.7.5.5), where the signatures before it leave room for one.

import { rectangleOf } from '../../pdf/collisions.ts';
import type { RevisionView } from '../../pdf/document.ts';
import type { FormField } from '../../pdf/form-fields.ts';
import { asKind, type PdfObject, type PdfReference } from '../../pdf/objects.ts';
import { overlapsOlder } from './annotation-overlap.ts';
import {
  isNew,
  type PlainChange,
  pageNumber,
  plainChange,
  type Refusal,
  type RevisionStep,
  type RuleResult,
} from './revision-step.ts';
import { isTimestampDictionary } from './security-store.ts';
import { ANNOTATION_FLAGS, annotationFlags, isVisible } from './widget.ts';

// What a signature field with its widget may hold; no action, no optional content, no parent outside the form.
const FIELD_KEYS = new Set([
  ...['FT', 'Parent', 'Kids', 'T', 'TU', 'TM', 'Ff', 'V', 'DV', 'DA', 'DR', 'Lock', 'SV'],
  ...['Type', 'Subtype', 'Rect', 'Contents', 'P', 'NM', 'M', 'F', 'AP', 'AS', 'Border', 'BS', 'C', 'H', 'MK'],
  'StructParent',
]);

export interface AddedFields extends RuleResult {
  /** Widgets that pages may list from now on. */
  readonly newWidgets: ReadonlySet<number>;
}

/** @param references - the fields that the form's lists have beside the old ones */
export function explainAddedFields(step: RevisionStep, references: readonly PdfReference[]): AddedFields {
  const newWidgets = new Set<number>();
  const changes: PlainChange[] = [];
  const refusals: Refusal[] = [];
  const namesBefore = new Set(step.fieldsBefore.map(({ name }) => name));
  for (const reference of references) {
    const field = step.fieldsAfter.find((candidate) => candidate.reference?.number === reference.number);
    const code = field === undefined ? 'field-not-read' : problemOf(step, field, namesBefore);
    if (field !== undefined && code === null) {
      for (const widget of field.widgets)
        if (widget.reference !== null) newWidgets.add(widget.reference.number);
      changes.push(changeOf(step, field, 'signature-field-added'));
    } else {
      const rule = code ?? 'field-not-read';
      const change =
        field === undefined ? plainChange('annotation-added', rule) : changeOf(step, field, rule);
      refusals.push({ code: rule, number: reference.number, change });
    }
  }
  return { explanations: [], changes, refusals, newWidgets };
}

function problemOf(step: RevisionStep, field: FormField, namesBefore: ReadonlySet<string>): string | null {
  return shapeProblem(step, field) ?? nameProblem(step, field, namesBefore) ?? permissionProblem(step, field);
}

function shapeProblem(step: RevisionStep, field: FormField): string | null {
  if (field.type !== 'Sig') return 'field-added';
  if (!isNew(step, field.reference ?? undefined)) return 'field-number-reused';
  const parts = [field.dictionary, ...field.widgets.map(({ dictionary }) => dictionary)];
  if (!parts.every((part) => [...part.entries.keys()].every((key) => FIELD_KEYS.has(key))))
    return 'field-entry-unknown';
  if (!field.widgets.every((widget) => widget.reference !== null && isNew(step, widget.reference)))
    return 'widget-number-reused';
  if (parts.some((part) => (annotationFlags(step.after, part) & ANNOTATION_FLAGS.noZoom) !== 0))
    return 'appearance-outside-field';
  return isFreshValue(step, field.value) ? null : 'signature-value-reused';
}

function nameProblem(step: RevisionStep, field: FormField, namesBefore: ReadonlySet<string>): string | null {
  const own = field.partialNames.at(-1);
  // Readers disagree whether a period in a partial name parts two names.
  if (field.name === '' || own?.bytes.includes(0x2e) === true) return 'field-name-irregular';
  const isRepeated = step.fieldsAfter.filter(({ name }) => name === field.name).length > 1;
  return namesBefore.has(field.name) || isRepeated ? 'field-name-repeated' : null;
}

function permissionProblem(step: RevisionStep, field: FormField): string | null {
  const { certified, permission, locks } = step.rules;
  const visible = field.widgets.filter(({ dictionary }) => isVisible(step.after, dictionary));
  const timestamp = isTimestampDictionary(step.after, field.value);
  if (!timestamp && permission === 1) return 'certification-forbids-signing';
  if (visible.length === 0) return null;
  if (certified) return 'visible-field-after-certification';
  if (locks.some(({ action }) => action !== 'Include')) return 'locked-field-changed';
  return visible.some((widget) => overlapsOlder(step, widget)) ? 'annotation-overlap' : null;
}

/** `/V` is absent, or a signature dictionary under a number that no earlier revision used. */
export function isFreshValue(step: RevisionStep, value: PdfObject): boolean {
  if (step.after.resolve(value) === null) return true;
  return isNew(step, value ?? undefined) && asKind(step.after.resolve(value), 'dictionary') !== undefined;
}

/** @param rule - what explained it, or why nothing did */
export function changeOf(step: RevisionStep, field: FormField, rule: string): PlainChange {
  const view: RevisionView = step.after;
  const timestamp = isTimestampDictionary(view, field.value);
  const widget = field.widgets.find(({ dictionary }) => isVisible(view, dictionary));
  const kind =
    rule === 'annotation-overlap' ? 'content-covered' : timestamp ? 'timestamp-added' : 'signature-added';
  return plainChange(field.type === 'Sig' ? kind : 'annotation-added', rule, {
    page: widget === undefined ? null : pageNumber(step, view, widget),
    rect: widget === undefined ? null : rectangleOf(view, widget.dictionary),
    field: field.name,
  });
}
