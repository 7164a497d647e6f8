// Which fields a revision put into the lists of the form: `/Fields`, and `/Kids` of fields that have fields below them.

import { asKind, type PdfDictionary, type PdfReference } from '../../pdf/objects.ts';
import { isFieldPlace } from './field-places.ts';
import { fieldsInserted } from './form-dictionary.ts';
import { loadNumber } from './identical-object.ts';
import { type Explanation, inserted, type RevisionStep, referencesOf, sameExcept } from './revision-step.ts';

export interface FieldLists {
  /** The fields that the lists have beside the old ones; null when the form changed in any other way. */
  readonly added: readonly PdfReference[] | null;
  /** The fields above the new ones; they hold once the new fields are explained. */
  readonly explanations: readonly Explanation[];
}

export function compareFieldLists(step: RevisionStep): FieldLists {
  const added: PdfReference[] = [];
  const explanations: Explanation[] = [];
  for (const number of fieldsAbove(step)) {
    const kids = step.overridden.has(number) ? kidsInserted(step, number) : null;
    if (kids === null) continue;
    added.push(...kids);
    explanations.push({ number, at: isFieldPlace(step) });
  }
  const top = fieldsInserted(step);
  return { added: top === null ? null : [...top, ...added], explanations };
}

function fieldsAbove(step: RevisionStep): ReadonlySet<number> {
  return new Set(step.fieldsBefore.flatMap(({ parents }) => parents.map(({ number }) => number)));
}

const KIDS = new Set(['Kids']);

function kidsInserted(step: RevisionStep, number: number): readonly PdfReference[] | null {
  const [before, after] = [dictionary(step.before, number), dictionary(step.after, number)];
  if (before === undefined || after === undefined || !sameExcept(step, before, after, KIDS)) return null;
  const old = referencesOf(step.before, before.entries.get('Kids'));
  const now = referencesOf(step.after, after.entries.get('Kids'));
  return old === null || now === null ? null : inserted(old, now);
}

function dictionary(view: RevisionStep['before'], number: number): PdfDictionary | undefined {
  return asKind(loadNumber(view, number), 'dictionary');
}
