// Explains a form that grew by signature fields: nothing else in the interactive form dictionary may change its meaning.

import { asKind, type PdfDictionary, type PdfReference } from '../../pdf/objects.ts';
import {
  catalogNumber,
  type Explanation,
  inserted,
  NOTHING,
  type RevisionStep,
  type RuleResult,
  referencesOf,
  sameEntry,
  sameExcept,
  sameValue,
} from './revision-step.ts';

const JUDGED_HERE = new Set(['Fields', 'SigFlags', 'DR', 'DA', 'NeedAppearances']);

/** The fields that a revision appended to the form's list; null when the form changed in any other way. */
export function fieldsInserted(step: RevisionStep): readonly PdfReference[] | null {
  const before = asKind(step.before.get(step.before.catalog(), 'AcroForm'), 'dictionary');
  const value = step.after.get(step.after.catalog(), 'AcroForm');
  const after = asKind(value, 'dictionary');
  if (after === undefined) return value === null && before === undefined ? [] : null;
  const newFields = fieldReferences(step.after, after);
  if (before === undefined) return onlySigningKeys(after) ? newFields : null;
  const explained =
    sameExcept(step, before, after, JUDGED_HERE) &&
    flagsOnlySet(step, before, after) &&
    needAppearancesKept(step, before, after) &&
    (!before.entries.has('DA') || sameEntry(step, before, after, 'DA')) &&
    resourcesKept(step, before, after);
  if (!explained) return null;
  const oldFields = fieldReferences(step.before, before);
  if (oldFields !== null && newFields !== null) return inserted(oldFields, newFields);
  const [old, now] = [step.before.get(before, 'Fields'), step.after.get(after, 'Fields')];
  return sameValue(step, old, now) ? [] : null;
}

/** Null for a list with a field that stands in it directly: nobody could tell later which one it was. */
function fieldReferences(view: RevisionStep['before'], form: PdfDictionary): readonly PdfReference[] | null {
  const fields = form.entries.get('Fields');
  return view.resolve(fields) === null ? [] : referencesOf(view, fields);
}

/** A form that a signing tool makes brings no scripts, no XFA and no calculation order. */
function onlySigningKeys(form: PdfDictionary): boolean {
  return [...form.entries.keys()].every((key) => ['Fields', 'SigFlags', 'DR', 'DA', 'Type'].includes(key));
}

function flagsOnlySet(step: RevisionStep, before: PdfDictionary, after: PdfDictionary): boolean {
  const old = asKind(step.before.get(before, 'SigFlags'), 'number')?.value ?? 0;
  const now = asKind(step.after.get(after, 'SigFlags'), 'number')?.value ?? 0;
  return (now & old) === old;
}

/** Asking viewers to draw values anew would replace what was signed by what the viewer makes of it. */
function needAppearancesKept(step: RevisionStep, before: PdfDictionary, after: PdfDictionary): boolean {
  return (
    step.after.get(after, 'NeedAppearances') !== true || step.before.get(before, 'NeedAppearances') === true
  );
}

// A default appearance string selects fonts and colours; it can paint no XObject, and procedure sets are obsolete. Honest
// signing tools replace their own XObject there each time.
const WITHOUT_EFFECT = new Set(['XObject', 'ProcSet']);

/** Default resources may gain names; each old one keeps its value. */
function resourcesKept(step: RevisionStep, before: PdfDictionary, after: PdfDictionary): boolean {
  const old = asKind(step.before.get(before, 'DR'), 'dictionary');
  if (old === undefined) return true;
  const now = asKind(step.after.get(after, 'DR'), 'dictionary');
  if (now === undefined) return false;
  return [...old.entries.keys()].every((category) => {
    if (WITHOUT_EFFECT.has(category)) return true;
    const oldNames = asKind(step.before.get(old, category), 'dictionary');
    const newNames = asKind(step.after.get(now, category), 'dictionary');
    if (oldNames === undefined || newNames === undefined) return sameEntry(step, old, now, category);
    return [...oldNames.entries].every(([name, value]) =>
      sameValue(step, value, newNames.entries.get(name) ?? null),
    );
  });
}

/** The objects of the form dictionary itself: the dictionary, its field list, its default resources. */
export function explainFormDictionary(step: RevisionStep, explained: boolean): RuleResult {
  if (!explained) return NOTHING;
  const catalog = catalogNumber(step.before);
  const value = step.before.catalog().entries.get('AcroForm');
  const form = asKind(step.before.resolve(value), 'dictionary');
  const own = asKind(value, 'reference')?.number ?? null;
  const explanations: Explanation[] = [];
  if (own !== null)
    explanations.push({ number: own, at: ({ from, path }) => from === catalog && path === 'AcroForm' });
  const resources = form === undefined ? undefined : asKind(step.before.get(form, 'DR'), 'dictionary');
  const parts: [string, ReturnType<PdfDictionary['entries']['get']>][] = [
    ['Fields', form?.entries.get('Fields')],
    ['DR', form?.entries.get('DR')],
    ...[...(resources?.entries ?? [])].map(([key, entry]): [string, typeof entry] => [`DR.${key}`, entry]),
  ];
  const resourcesNumber = asKind(form?.entries.get('DR'), 'reference')?.number;
  for (const [path, part] of parts) {
    const number = asKind(part, 'reference')?.number;
    if (number === undefined) continue;
    explanations.push({
      number,
      at: (place) =>
        (place.from === own && place.path === path) ||
        (place.from === catalog && place.path === `AcroForm.${path}`) ||
        (place.from === resourcesNumber && `DR.${place.path}` === path),
    });
  }
  return { explanations, changes: [] };
}
