// Where each signature shows: the page and rectangle of its first visible widget.

import { rectangleOf } from '../pdf/collisions.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { Widget } from '../pdf/form-fields.ts';
import { asKind } from '../pdf/objects.ts';
import { pages } from '../pdf/page-tree.ts';
import type { SignaturePlace } from './judge.ts';
import { isVisible } from './modifications/widget.ts';
import type { ReadSignature } from './read-signature.ts';

/** In the order given; a page is looked for only where a widget is visible. */
export function placesOf(
  document: PdfDocument,
  signatures: readonly ReadSignature[],
): readonly SignaturePlace[] {
  const widgets = signatures.map(({ value }) =>
    value.fields
      .flatMap((field) => field.widgets)
      .find(({ dictionary }) => isVisible(document.last, dictionary)),
  );
  const numbers = widgets.some((widget) => widget !== undefined) ? pageNumbers(document, widgets) : new Map();
  return widgets.map((widget) =>
    widget === undefined
      ? { page: null, rect: null }
      : { page: numbers.get(widget) ?? null, rect: rectangleOf(document.last, widget.dictionary) },
  );
}

/** By the page that lists the widget; `/P` alone is only a claim. */
function pageNumbers(
  document: PdfDocument,
  widgets: readonly (Widget | undefined)[],
): ReadonlyMap<Widget, number> {
  const missing = new Map(
    widgets.flatMap((widget) =>
      widget?.reference == null ? [] : [[widget.reference.number, widget] as const],
    ),
  );
  const numbers = new Map<Widget, number>();
  for (const page of pages(document.last, document.limits)) {
    if (missing.size === 0) break;
    const annotations = asKind(document.last.get(page.dictionary, 'Annots'), 'array');
    for (const item of annotations?.items ?? []) {
      const number = asKind(item, 'reference')?.number ?? 0;
      const widget = missing.get(number);
      if (widget === undefined) continue;
      numbers.set(widget, page.number);
      missing.delete(number);
    }
  }
  return numbers;
}
