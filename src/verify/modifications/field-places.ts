// By which ways a form field and its appearances are used honestly; on any other way they mean something else.

import type { RevisionView } from '../../pdf/document.ts';
import type { FormField } from '../../pdf/form-fields.ts';
import { asKind } from '../../pdf/objects.ts';
import { catalogNumber, type Explanation, type RevisionStep } from './revision-step.ts';
import { appearanceNumbers } from './widget.ts';

/** The numbers of a field and its widgets. */
export function fieldNumbers(field: FormField): ReadonlySet<number> {
  const numbers = new Set<number>();
  if (field.reference !== null) numbers.add(field.reference.number);
  for (const { reference } of field.widgets) if (reference !== null) numbers.add(reference.number);
  return numbers;
}

/** The form, the parent, pages, and references back to the field. */
export function isFieldPlace(step: RevisionStep): Explanation['at'] {
  const catalog = catalogNumber(step.before);
  return ({ from, path }) =>
    /(^|\.)(Fields|CO|Kids|Annots)\[\]$/.test(path) ||
    /(^|\.)(Parent|Obj|P)$/.test(path) ||
    (path === '[]' && from !== catalog);
}

/** The field with its widgets, and each appearance as far as this field alone shows it. */
export function explainField(step: RevisionStep, field: FormField): readonly Explanation[] {
  const own = fieldNumbers(field);
  const explanations: Explanation[] = [...own].map((number) => ({ number, at: isFieldPlace(step) }));
  const appearances = new Set(appearancesOf(step.before, field));
  for (const number of appearances) {
    explanations.push({
      number,
      at: ({ from, path }) =>
        (own.has(from) && /^(Kids\[\]\.)?AP(\.[NRD](\.[^.]+)?)?$/.test(path)) ||
        (appearances.has(from) && /^([NRD]\.)?[^.]+$/.test(path)),
    });
  }
  const value = asKind(field.value, 'reference');
  if (value !== undefined)
    explanations.push({ number: value.number, at: ({ from, path }) => own.has(from) && path === 'V' });
  return explanations;
}

function appearancesOf(view: RevisionView, field: FormField): readonly number[] {
  return field.widgets.flatMap(({ dictionary }) => appearanceNumbers(view, dictionary));
}
