// What a form field says, as text: its value (ISO 32000-2, 12.7.5), and what a reader of its appearance should see of it.

import type { RevisionView } from '../../pdf/document.ts';
import type { FormField } from '../../pdf/form-fields.ts';
import { asKind, type PdfDictionary, type PdfObject, textOf } from '../../pdf/objects.ts';

/** Flags of fields (tables 227 to 233). */
export const FIELD_FLAGS = { readOnly: 1, password: 1 << 13, pushButton: 1 << 16, combo: 1 << 17 } as const;

/** The value in words, an empty text for none; null for an object that can be no value of a field. */
export function valueText(view: RevisionView, value: PdfObject): string | null {
  const texts = valueTexts(view, value);
  return texts === null ? null : texts.join(', ');
}

/** The values, mostly one; more where a list box lets several be chosen. */
export function valueTexts(view: RevisionView, value: PdfObject): readonly string[] | null {
  const object = view.resolve(value);
  if (object === null) return [];
  if (typeof object === 'boolean') return null;
  if (object.kind === 'string') return [textOf(object)];
  if (object.kind === 'name') return [object.name];
  if (object.kind !== 'array') return null;
  const texts: string[] = [];
  for (const item of object.items) {
    const text = asKind(view.resolve(item), 'string');
    if (text === undefined) return null;
    texts.push(textOf(text));
  }
  return texts;
}

/** What should be readable in the field's appearance; the options of a choice may show under other words than their values. */
export function shownTexts(view: RevisionView, field: FormField): readonly string[] {
  const values = valueTexts(view, field.value) ?? [];
  if ((field.flags & FIELD_FLAGS.password) !== 0 && field.type === 'Tx') return [];
  if (field.type !== 'Ch') return values;
  const options = optionsOf(view, field.dictionary);
  return values.map((value) => options.get(value) ?? value);
}

/** Displayed words by value (12.7.5.4). */
function optionsOf(view: RevisionView, dictionary: PdfDictionary): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const item of asKind(view.get(dictionary, 'Opt'), 'array')?.items ?? []) {
    const pair = asKind(view.resolve(item), 'array')?.items.map((part) => view.resolve(part));
    const [value, shown] = (pair ?? []).map((part) => asKind(part, 'string'));
    if (value !== undefined && shown !== undefined) options.set(textOf(value), textOf(shown));
  }
  return options;
}
