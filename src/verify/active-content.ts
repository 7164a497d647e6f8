// What a viewer runs or fetches by itself (ISO 32000-2, 12.6): signed with the rest, and yet something a reader should know of.

import type { PdfDocument, RevisionView } from '../pdf/document.ts';
import { readFields } from '../pdf/form-fields.ts';
import { asKind, type PdfDictionary } from '../pdf/objects.ts';
import type { Finding } from './report.ts';

/** The finding `active-content`, without effect, for scripts and actions of the document and its form, and for XFA. */
export function checkActiveContent({ last }: PdfDocument): readonly Finding[] {
  const found = activeEntry(last);
  return found === null ? [] : [{ code: 'active-content', effect: 'info', where: found }];
}

function activeEntry(view: RevisionView): string | null {
  const catalog = view.catalog();
  if (catalog.entries.has('AA')) return 'AA';
  if (isActive(view, catalog)) return 'OpenAction';
  const names = asKind(view.get(catalog, 'Names'), 'dictionary');
  if (names !== undefined && view.get(names, 'JavaScript') !== null) return 'Names JavaScript';
  const form = asKind(view.get(catalog, 'AcroForm'), 'dictionary');
  if (form === undefined) return null;
  if (view.get(form, 'XFA') !== null) return 'XFA';
  const acting = readFields(view).some(({ dictionary, widgets }) =>
    [dictionary, ...widgets.map((widget) => widget.dictionary)].some(
      ({ entries }) => entries.has('AA') || entries.has('A'),
    ),
  );
  return acting ? 'AcroForm' : null;
}

// To show a page when the document opens runs nothing.
const HARMLESS = new Set(['GoTo', 'Named']);

function isActive(view: RevisionView, catalog: PdfDictionary): boolean {
  const action = asKind(view.get(catalog, 'OpenAction'), 'dictionary');
  if (action === undefined) return false;
  const type = asKind(view.get(action, 'S'), 'name')?.name;
  // An action may have others follow it.
  return (type !== undefined && !HARMLESS.has(type)) || action.entries.has('Next');
}
