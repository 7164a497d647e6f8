// Explains signing: a new signature field, or an existing empty one that received its value (ISO 32000-2, 12.7.5.5).

import { locksField } from '../../pdf/doc-mdp.ts';
import type { RevisionView } from '../../pdf/document.ts';
import { type FormField, readFields } from '../../pdf/form-fields.ts';
import { asKind, type PdfDictionary, type PdfObject, type PdfReference } from '../../pdf/objects.ts';
import type { Change } from '../report.ts';
import {
  catalogNumber,
  type Explanation,
  isNew,
  type RevisionStep,
  type RuleResult,
  sameExcept,
} from './revision-step.ts';
import { isTimestampDictionary } from './security-store.ts';

// What a signature field with its widget may hold; no action, no optional content, no parent outside the form.
const FIELD_KEYS = new Set([
  ...['FT', 'Parent', 'Kids', 'T', 'TU', 'TM', 'Ff', 'V', 'DV', 'DA', 'DR', 'Lock', 'SV'],
  ...[
    'Type',
    'Subtype',
    'Rect',
    'Contents',
    'P',
    'NM',
    'M',
    'F',
    'AP',
    'AS',
    'Border',
    'BS',
    'C',
    'H',
    'MK',
    'StructParent',
  ],
]);

// Invisible, Hidden, Print, NoView and Locked may come with signing; NoZoom and NoRotate would move what is seen.
const NEVER_ON_NEW_WIDGETS = 0x08;

export interface SignatureFieldResult extends RuleResult {
  /** Widgets that pages may list from now on. */
  readonly newWidgets: ReadonlySet<number>;
  /** Codes of what was found and not explained. */
  readonly refused: readonly string[];
}

/**
 * @param newFields - the fields that `form-dictionary` found new in the form's list
 */
export function explainSignatureFields(
  step: RevisionStep,
  newFields: readonly PdfReference[],
): SignatureFieldResult {
  const fieldsBefore = readFields(step.before);
  const fieldsAfter = readFields(step.after);
  const newWidgets = new Set<number>();
  const refused: string[] = [];
  const explanations: Explanation[] = [];
  const changes: RuleResult['changes'][number][] = [];

  const namesBefore = new Set(fieldsBefore.map(({ name }) => name));
  for (const reference of newFields) {
    const field = fieldsAfter.find((candidate) => candidate.reference?.number === reference.number);
    const problem =
      field === undefined ? 'field-not-read' : newFieldProblem(step, field, namesBefore, fieldsAfter);
    if (field === undefined || problem !== null) {
      refused.push(problem ?? 'field-not-read');
      continue;
    }
    for (const widget of field.widgets)
      if (widget.reference !== null) newWidgets.add(widget.reference.number);
    changes.push(changeOf(step.after, field));
  }

  for (const before of fieldsBefore) {
    const after = fieldsAfter.find(({ reference }) => reference?.number === before.reference?.number);
    if (after === undefined || before.type !== 'Sig' || before.reference === null) continue;
    if (step.before.resolve(before.value) !== null || step.after.resolve(after.value) === null) continue;
    const explained = explainFilled(step, before, after);
    if (explained === null) refused.push('signature-field-changed');
    else {
      explanations.push(...explained);
      changes.push(changeOf(step.after, after));
    }
  }
  return { explanations, changes, newWidgets, refused };
}

function newFieldProblem(
  step: RevisionStep,
  field: FormField,
  namesBefore: ReadonlySet<string>,
  fieldsAfter: readonly FormField[],
): string | null {
  if (field.type !== 'Sig') return 'field-added';
  if (!isNew(step, field.reference ?? undefined)) return 'field-number-reused';
  if (field.name === '' || field.name.includes('.')) return 'field-name-irregular';
  if (namesBefore.has(field.name) || fieldsAfter.filter(({ name }) => name === field.name).length > 1) {
    return 'field-name-repeated';
  }
  const parts = [field.dictionary, ...field.widgets.map(({ dictionary }) => dictionary)];
  if (!parts.every((part) => [...part.entries.keys()].every((key) => FIELD_KEYS.has(key))))
    return 'field-entry-unknown';
  if (!field.widgets.every((widget) => widget.reference !== null && isNew(step, widget.reference))) {
    return 'widget-number-reused';
  }
  if (parts.some((part) => (flagsOf(step.after, part) & NEVER_ON_NEW_WIDGETS) !== 0))
    return 'appearance-outside-field';
  if (!valueIsNew(step, field.value)) return 'signature-value-reused';
  const visible = field.widgets.some((widget) => isVisible(step.after, widget.dictionary));
  if (isTimestampDictionary(step.after, field.value)) {
    return visible && step.rules.certified ? 'visible-field-after-certification' : null;
  }
  if (step.rules.permission === 1) return 'certification-forbids-signing';
  if (visible && step.rules.certified) return 'visible-field-after-certification';
  if (visible && step.rules.locks.some(({ action }) => action !== 'Include')) return 'field-locked';
  return null;
}

/** `/V` is absent, or a signature dictionary under a number that no earlier revision used. */
function valueIsNew(step: RevisionStep, value: PdfObject): boolean {
  if (step.after.resolve(value) === null) return true;
  const reference = asKind(value, 'reference');
  return (
    reference !== undefined &&
    isNew(step, reference) &&
    asKind(step.after.resolve(value), 'dictionary') !== undefined
  );
}

const CHANGED_BY_SIGNING = new Set(['V', 'AP', 'F', 'MK', 'AS']);

/** The objects that filling one empty signature field overrides; null when it changed more than that. */
function explainFilled(
  step: RevisionStep,
  before: FormField,
  after: FormField,
): readonly Explanation[] | null {
  if (!valueIsNew(step, after.value) || before.name !== after.name || before.reference === null) return null;
  const timestamp = isTimestampDictionary(step.after, after.value);
  if (!timestamp && step.rules.permission === 1) return null;
  if (step.rules.locks.some((lock) => locksField(lock, before.name))) return null;
  const own: [PdfDictionary, PdfDictionary][] = [[before.dictionary, after.dictionary]];
  if (before.widgets.length !== after.widgets.length) return null;
  before.widgets.forEach((widget, i) => {
    const now = after.widgets[i];
    if (now !== undefined) own.push([widget.dictionary, now.dictionary]);
  });
  const onlySigned = own.every(
    ([old, now]) => sameExcept(step, old, now, CHANGED_BY_SIGNING) && flagsOnlyGain(step, old, now),
  );
  if (!onlySigned) return null;
  const numbers = new Set([before.reference.number]);
  for (const widget of before.widgets) if (widget.reference !== null) numbers.add(widget.reference.number);
  const explanations: Explanation[] = [...numbers].map((number) => ({ number, at: isFieldPlace(step) }));
  for (const number of appearanceNumbers(step.before, before)) {
    explanations.push({
      number,
      at: ({ from, path }) => numbers.has(from) && (path === 'AP' || path === 'AP.N'),
    });
  }
  return explanations;
}

// Print (bit 3) and Locked (bit 8) may be set by signing.
const FLAGS_GAINED = 0x84;

function flagsOnlyGain(step: RevisionStep, before: PdfDictionary, after: PdfDictionary): boolean {
  const [old, now] = [flagsOf(step.before, before), flagsOf(step.after, after)];
  return (now & old) === old && (now & ~old & ~FLAGS_GAINED) === 0;
}

function flagsOf(view: RevisionView, dictionary: PdfDictionary): number {
  return asKind(view.get(dictionary, 'F'), 'number')?.value ?? 0;
}

/** Where a form field with its widget is used honestly: the form, its parent, pages, and references back to it. */
export function isFieldPlace(step: RevisionStep): Explanation['at'] {
  const catalog = catalogNumber(step.before);
  return ({ from, path }) =>
    /(^|\.)(Fields|CO|Kids|Annots)\[\]$/.test(path) ||
    /(^|\.)(Parent|Obj|P)$/.test(path) ||
    (path === '[]' && from !== catalog);
}

function appearanceNumbers(view: RevisionView, field: FormField): readonly number[] {
  const numbers: number[] = [];
  for (const { dictionary } of field.widgets) {
    const appearance = asKind(dictionary.entries.get('AP'), 'reference');
    if (appearance !== undefined) numbers.push(appearance.number);
    const states = asKind(view.get(dictionary, 'AP'), 'dictionary');
    const normal = asKind(states?.entries.get('N'), 'reference');
    if (normal !== undefined) numbers.push(normal.number);
  }
  return numbers;
}

/** A widget shows when its rectangle has an area and no flag hides it. */
export function isVisible(view: RevisionView, widget: PdfDictionary): boolean {
  // Hidden (bit 2) and NoView (bit 6).
  if ((flagsOf(view, widget) & 0x22) !== 0) return false;
  const rect = rectOf(view, widget);
  return rect !== null && rect[2] > rect[0] && rect[3] > rect[1];
}

/** `/Rect` with its corners in order, null when it is not four numbers. */
export function rectOf(
  view: RevisionView,
  widget: PdfDictionary,
): readonly [number, number, number, number] | null {
  const items = asKind(view.get(widget, 'Rect'), 'array')?.items ?? [];
  const [a, b, c, d] = items.map((item) => asKind(view.resolve(item), 'number')?.value);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

function changeOf(view: RevisionView, field: FormField): Omit<Change, 'revision' | 'permitted'> {
  const timestamp = isTimestampDictionary(view, field.value);
  const widget = field.widgets[0]?.dictionary;
  const visible = widget !== undefined && isVisible(view, widget);
  return {
    kind: timestamp ? 'timestamp-added' : 'signature-added',
    page: null,
    rect: visible ? rectOf(view, widget) : null,
    field: field.name,
    rule: 'signature-field',
  };
}
