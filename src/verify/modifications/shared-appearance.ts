// An appearance dictionary that something besides annotations names (ISO 32000-2, 12.5.5): the document means more by it than
// the look of a field, so that a field which gives it up for another leaves what was signed ambiguous.

import type { FormField, Widget } from '../../pdf/form-fields.ts';
import { asKind } from '../../pdf/objects.ts';
import type { RevisionStep } from './revision-step.ts';

/**
 * Whether a widget lets go of an appearance dictionary that is named elsewhere too, as by the trailer or the catalog.
 *
 * Annotations may share one: form designers give blank fields a common look. Appearance *streams* are form XObjects, which a
 * page may show as well; a stream that stays as it was changes nothing there, and one that is overwritten has to be explained
 * at each place.
 */
export function givesUpSharedAppearance(step: RevisionStep, before: FormField, after: FormField): boolean {
  return before.widgets.some((widget, i) => letsGo(step, widget, after.widgets[i]));
}

function letsGo({ graphBefore }: RevisionStep, before: Widget, after: Widget | undefined): boolean {
  const old = asKind(before.dictionary.entries.get('AP'), 'reference');
  if (old === undefined) return false;
  const now = asKind(after?.dictionary.entries.get('AP'), 'reference');
  if (now?.number === old.number && now.generation === old.generation) return false;
  return graphBefore.placesOf(old.number).some(({ path }) => !/(^|[.\]])AP$/.test(path));
}
