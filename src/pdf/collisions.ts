// What a visible signature would cover: text, images and annotations of its page.

import type { RevisionView } from './document.ts';
import { asKind, type PdfDictionary } from './objects.ts';
import type { Page } from './page-tree.ts';
import { type Box, boxesOverlap, displayMatrix, normalBox } from './placement.ts';
import { cornersOf } from './text/find-text.ts';
import { boxAround, boxOfPoints } from './text/matrix.ts';
import type { Glyph, PageMarks } from './text/page-marks.ts';

export interface Collision {
  readonly kind: 'text' | 'image' | 'annotation' | 'widget';
  /** In points of the displayed page, from its lower left corner. */
  readonly box: Box;
}

// Borders that touch hide nothing; verifiers ignore as much.
export const OVERLAP_SLACK = 1;

// More of them help nobody who has to move a rectangle.
const MOST_REPORTED = 20;

/**
 * @param area - in points of the displayed page, from its lower left corner
 * @param except - characters that may be covered: the anchor's own
 */
export function findCollisions(
  view: RevisionView,
  page: Page,
  marks: PageMarks,
  area: Box,
  except: ReadonlySet<Glyph>,
): readonly Collision[] {
  const covers = (box: Box): boolean => boxesOverlap(area, box, OVERLAP_SLACK);
  const letters = marks.glyphs
    .filter((glyph) => glyph.painted && !except.has(glyph) && glyph.text.trim() !== '')
    .map((glyph) => boxOfPoints(cornersOf(glyph)))
    .filter(covers);
  return [
    ...joined(letters).map((box): Collision => ({ kind: 'text', box })),
    ...marks.images.filter(covers).map((box): Collision => ({ kind: 'image', box })),
    ...annotations(view, page).filter(({ box }) => covers(box)),
  ]
    .slice(0, MOST_REPORTED)
    .map(({ kind, box: [x0, y0, x1, y1] }) => ({
      kind,
      box: [rounded(x0), rounded(y0), rounded(x1), rounded(y1)],
    }));
}

/** To hundredths of a point: finer than anybody places anything. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Boxes one after the other that stand on one line, as one. */
function joined(boxes: readonly Box[]): readonly Box[] {
  const runs: Box[] = [];
  for (const box of boxes) {
    const last = runs.at(-1);
    const sameLine = last !== undefined && Math.abs(last[1] - box[1]) < (box[3] - box[1]) / 2;
    if (last !== undefined && sameLine)
      runs[runs.length - 1] = boxOfPoints([
        [last[0], last[1]],
        [last[2], last[3]],
        [box[0], box[1]],
        [box[2], box[3]],
      ]);
    else runs.push(box);
  }
  return runs;
}

function annotations(view: RevisionView, page: Page): readonly Collision[] {
  const matrix = displayMatrix(page);
  return pageAnnotations(view, page)
    .filter(({ flags, subtype }) => (flags & NO_VIEW) === 0 && subtype !== 'Popup')
    .map(({ subtype, rect }) => ({
      kind: subtype === 'Widget' ? 'widget' : 'annotation',
      box: boxAround(matrix, rect),
    }));
}

// Flags of annotations (table 167). A pop-up shows itself only while somebody reads a note.
const HIDDEN = 2;
const NO_VIEW = 32;

export interface PageAnnotation {
  readonly subtype: string;
  readonly flags: number;
  /** In default user space. */
  readonly rect: Box;
  /** Of the object; null for one that stands in the page itself. */
  readonly number: number | null;
}

/** The annotations of a page that have an area and are not hidden. */
export function pageAnnotations(view: RevisionView, page: Page): readonly PageAnnotation[] {
  const items = asKind(view.get(page.dictionary, 'Annots'), 'array')?.items ?? [];
  return items.flatMap((item) => {
    const dictionary = asKind(view.resolve(item), 'dictionary');
    const rect = dictionary === undefined ? null : rectangleOf(view, dictionary);
    if (dictionary === undefined || rect === null) return [];
    const flags = asKind(view.get(dictionary, 'F'), 'number')?.value ?? 0;
    if ((flags & HIDDEN) !== 0) return [];
    const subtype = asKind(view.get(dictionary, 'Subtype'), 'name')?.name ?? 'annotation';
    return [{ subtype, flags, rect, number: asKind(item, 'reference')?.number ?? null }];
  });
}

/** `/Rect` with its corners in order; null where there is none. */
export function rectangleOf(view: RevisionView, dictionary: PdfDictionary): Box | null {
  const numbers = (asKind(view.get(dictionary, 'Rect'), 'array')?.items ?? []).map(
    (item) => asKind(view.resolve(item), 'number')?.value,
  );
  const [a, b, c, d] = numbers;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  return normalBox([a, b, c, d]);
}
