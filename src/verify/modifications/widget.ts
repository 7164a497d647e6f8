// How a field shows on a page (ISO 32000-2, 12.5.2 and 12.5.5): its flags, its rectangle, its appearance.

import { rectangleOf } from '../../pdf/collisions.ts';
import type { RevisionView } from '../../pdf/document.ts';
import { asKind, type PdfDictionary, type PdfStream } from '../../pdf/objects.ts';

/** Flags of annotations (table 167). */
export const ANNOTATION_FLAGS = {
  hidden: 0x02,
  print: 0x04,
  noZoom: 0x08,
  noRotate: 0x10,
  noView: 0x20,
  locked: 0x80,
} as const;

export function annotationFlags(view: RevisionView, dictionary: PdfDictionary): number {
  return asKind(view.get(dictionary, 'F'), 'number')?.value ?? 0;
}

/** A widget shows when its rectangle has an area and no flag hides it. */
export function isVisible(view: RevisionView, widget: PdfDictionary): boolean {
  const { hidden, noView } = ANNOTATION_FLAGS;
  if ((annotationFlags(view, widget) & (hidden | noView)) !== 0) return false;
  const rect = rectangleOf(view, widget);
  return rect !== null && rect[2] > rect[0] && rect[3] > rect[1];
}

/** The name of the state that is shown, null for a widget with one appearance. */
export function shownState(view: RevisionView, widget: PdfDictionary): string | null {
  return asKind(view.get(widget, 'AS'), 'name')?.name ?? null;
}

/** What is drawn while nothing points at the widget; null where nothing is. */
export function normalAppearance(view: RevisionView, widget: PdfDictionary): PdfStream | null {
  const appearances = asKind(view.get(widget, 'AP'), 'dictionary');
  const normal = appearances === undefined ? null : view.get(appearances, 'N');
  const states = asKind(normal, 'dictionary');
  if (states === undefined) return asKind(normal, 'stream') ?? null;
  return asKind(view.get(states, shownState(view, widget) ?? 'Off'), 'stream') ?? null;
}

/** The states that the normal appearance knows; null for a widget with one appearance or none. */
export function appearanceStates(view: RevisionView, widget: PdfDictionary): PdfDictionary | null {
  const appearances = asKind(view.get(widget, 'AP'), 'dictionary');
  return appearances === undefined ? null : (asKind(view.get(appearances, 'N'), 'dictionary') ?? null);
}

/** Numbers of the objects that a widget's appearances consist of, as far as the widget itself names them. */
export function appearanceNumbers(view: RevisionView, widget: PdfDictionary): readonly number[] {
  const numbers: number[] = [];
  const note = (object: Parameters<typeof asKind>[0]): void => {
    const reference = asKind(object, 'reference');
    if (reference !== undefined) numbers.push(reference.number);
  };
  note(widget.entries.get('AP'));
  const appearances = asKind(view.get(widget, 'AP'), 'dictionary');
  for (const appearance of appearances?.entries.values() ?? []) {
    note(appearance);
    const states = asKind(view.resolve(appearance), 'dictionary');
    for (const state of states?.entries.values() ?? []) note(state);
  }
  return numbers;
}
