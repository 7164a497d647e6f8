// Check boxes and radio buttons (ISO 32000-2, 12.7.5.2): the value is the name of the state that is shown.

import type { FormField } from '../../pdf/form-fields.ts';
import { asKind, type PdfDictionary } from '../../pdf/objects.ts';
import { FIELD_FLAGS, valueTexts } from './field-value.ts';
import { type Filling, filled, refused } from './filling.ts';
import { type RevisionStep, sameEntry, sameValue } from './revision-step.ts';
import { appearanceStates, isVisible, shownState } from './widget.ts';

/** Whether every widget shows the new value by a state that it always had. */
export function checkButton(
  step: RevisionStep,
  before: FormField,
  after: FormField,
  valueChanged: boolean,
): Filling {
  const looksKept = after.widgets.every(({ dictionary }, i) => {
    const old = before.widgets[i]?.dictionary;
    return old !== undefined && statesKept(step, old, dictionary);
  });
  const isPush = (after.flags & FIELD_FLAGS.pushButton) !== 0;
  if (!looksKept || !valueChanged || isPush)
    return refused('appearance-changed-without-value', 'field-appearance-changed');
  const [value = 'Off', ...more] = valueTexts(step.after, after.value) ?? ['', ''];
  if (more.length > 0) return refused('field-value-malformed');
  const visible = after.widgets.filter(({ dictionary }) => isVisible(step.after, dictionary));
  for (const { dictionary } of visible) {
    const shown = shownState(step.after, dictionary) ?? 'Off';
    const known = appearanceStates(step.after, dictionary)?.entries.has(value) === true;
    if (shown !== (known ? value : 'Off')) return refused('appearance-differs-from-value');
  }
  const isShown =
    value === 'Off' || visible.some(({ dictionary }) => shownState(step.after, dictionary) === value);
  if (!isShown && visible.length > 0) return refused('value-without-appearance');
  return filled();
}

/** Each appearance that was there is there unchanged; states may come. */
function statesKept(step: RevisionStep, before: PdfDictionary, after: PdfDictionary): boolean {
  if (!before.entries.has('AP')) return true;
  const [old, now] = [appearanceStates(step.before, before), appearanceStates(step.after, after)];
  if (old === null || now === null) return sameEntry(step, before, after, 'AP') && !overwritten(step, before);
  return (
    !overwritten(step, before) &&
    [...old.entries].every(([state, look]) => sameValue(step, look, now.entries.get(state) ?? null))
  );
}

function overwritten(step: RevisionStep, widget: PdfDictionary): boolean {
  const appearances = asKind(step.before.get(widget, 'AP'), 'dictionary');
  const states = appearanceStates(step.before, widget)?.entries.values() ?? [];
  return [...states, appearances?.entries.get('N')].some((look) => {
    const reference = asKind(look, 'reference');
    const isState = reference !== undefined && asKind(step.before.load(reference), 'stream') !== undefined;
    return isState && step.overridden.has(reference.number);
  });
}
