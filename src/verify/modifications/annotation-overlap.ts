// A new widget over an older annotation hides it: another signature, a stamp, a form entry.

import { OVERLAP_SLACK, type PageAnnotation, pageAnnotations, rectangleOf } from '../../pdf/collisions.ts';
import type { Widget } from '../../pdf/form-fields.ts';
import { asKind } from '../../pdf/objects.ts';
import type { Page } from '../../pdf/page-tree.ts';
import { type Box, boxesOverlap, displayedRotation } from '../../pdf/placement.ts';
import type { RevisionStep } from './revision-step.ts';
import { ANNOTATION_FLAGS, annotationFlags } from './widget.ts';

// What shows nothing of its own: a link is the page's text, a pop-up opens for one who reads a note.
const WITHOUT_LOOK = new Set(['Link', 'Popup']);

/** Whether a new widget covers something that could be seen on its page before, by more than a border. */
export function overlapsOlder(step: RevisionStep, { reference, dictionary }: Widget): boolean {
  const page = step.pages.pageOf(step.after, reference, dictionary);
  const rect = rectangleOf(step.after, dictionary);
  if (page === null || rect === null) return false;
  const box = drawnBox(rect, annotationFlags(step.after, dictionary), page.rotate);
  return seenBefore(step, page).some((older) => boxesOverlap(box, older, OVERLAP_SLACK));
}

/** Where annotations could be seen on a page before, as they are drawn. */
export function seenBefore({ before }: RevisionStep, page: Page): readonly Box[] {
  const dictionary = asKind(before.load(page.reference), 'dictionary');
  if (dictionary === undefined) return [];
  return pageAnnotations(before, { ...page, dictionary })
    .filter(canBeSeen)
    .map(({ rect, flags }) => drawnBox(rect, flags, page.rotate));
}

function canBeSeen({ subtype, flags }: PageAnnotation): boolean {
  return (flags & ANNOTATION_FLAGS.noView) === 0 && !WITHOUT_LOOK.has(subtype);
}

/** With NoRotate it stays upright on a turned page, its upper left corner where it was (12.5.3). */
export function drawnBox(rect: Box, flags: number, rotate: number): Box {
  if ((flags & ANNOTATION_FLAGS.noRotate) === 0) return rect;
  const [x0, y0, x1, y1] = rect;
  const [width, height] = [x1 - x0, y1 - y0];
  switch (displayedRotation(rotate)) {
    case 0:
      return rect;
    case 90:
      return [x0, y1, x0 + height, y1 + width];
    case 180:
      return [x0 - width, y1, x0, y1 + height];
    case 270:
      return [x0 - height, y1 - width, x0, y1];
  }
}
