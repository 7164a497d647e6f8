// Where something new is seen on a page: the rectangle or text that was named, turned into the page's coordinates.

import { type AnchorPlacement, type ChosenAnchor, type LocatedAnchor, locateAnchor } from './anchor.ts';
import { type Collision, findCollisions } from './collisions.ts';
import type { PdfDocument } from './document.ts';
import { UpdateRefused } from './errors.ts';
import { type Page, pageAt } from './page-tree.ts';
import {
  type Box,
  boxOf,
  displayedRectangle,
  displayedSize,
  type Placement,
  placeOnPage,
  type Rectangle,
  rectangleOf,
  type WidgetPlace,
} from './placement.ts';
import { readPageMarks } from './text/page-marks.ts';

/** What to do where something would be covered: refuse, do it and tell, or not even look. */
export type CollisionPolicy = 'refuse' | 'warn' | 'ignore';

/** A place that is larger than what is asked for, so that a text beside it is painted over. */
export interface Cover {
  /** Where the content stands, in points from the place's lower left corner as displayed. */
  readonly content: Rectangle;
  /** What is painted white. */
  readonly ground: Rectangle;
}

export interface PageSpot {
  readonly page: Page;
  readonly place: WidgetPlace;
  /** Null unless a text named the place. */
  readonly anchor: ChosenAnchor | null;
  readonly cover: Cover | null;
  /** What is covered; empty where nobody asked. */
  readonly collisions: readonly Collision[];
}

/**
 * @throws UpdateRefused `page-not-found`, `placement-out-of-page`, `anchor-not-found`, `anchor-ambiguous`, `placement-collides`
 *   { with, collisions }: the kind of the first, and up to 20 with their boxes in points of the displayed page; MalformedPdf
 */
export function requireSpot(
  document: PdfDocument,
  wish: Placement | AnchorPlacement,
  policy: CollisionPolicy,
): PageSpot {
  try {
    return spotOf(document, wish, policy);
  } catch (error) {
    const notFound = error instanceof UpdateRefused && error.code === 'anchor-not-found';
    if (!notFound || !('anchor' in wish) || wish.otherwise === undefined) throw error;
    return requireSpot(document, wish.otherwise, policy);
  }
}

function spotOf(document: PdfDocument, wish: Placement | AnchorPlacement, policy: CollisionPolicy): PageSpot {
  const located = 'anchor' in wish ? locateAnchor(document, wish.anchor) : null;
  const placement = 'anchor' in wish ? null : wish;
  const page = located?.page ?? requirePage(document, placement?.page ?? 1);
  const asked = located?.placement ?? placement;
  if (asked === null) throw new UpdateRefused('page-not-found', { page: page.number });
  const exact = placeOnPage(page, asked);
  const area = displayedRectangle(page, asked);
  const covering =
    'anchor' in wish && wish.anchor.tag === 'cover' && located !== null ? covered(page, area, located) : null;
  const place = covering === null ? exact : placeOnPage(page, covering.placement);
  const collisions = collisionsAt(document, page, covering?.placement.rect ?? area, located, policy);
  return { page, place, anchor: located?.chosen ?? null, cover: covering?.cover ?? null, collisions };
}

function requirePage({ last, limits }: PdfDocument, number: Placement['page']): Page {
  const page = pageAt(last, number, limits);
  if (page === null) throw new UpdateRefused('page-not-found', { page: number });
  return page;
}

// Of the height of the text: some letters, and the fonts that viewers take for absent ones, reach further than most.
const BLEED = 0.2;

/** The rectangle together with the text, as far as the page goes. */
function covered(
  page: Page,
  area: Rectangle,
  { match }: LocatedAnchor,
): { readonly placement: Placement; readonly cover: Cover } {
  const [pageWidth, pageHeight] = displayedSize(page);
  const [x0, y0, x1, y1] = match.box;
  const bleed = BLEED * Math.min(x1 - x0, y1 - y0);
  const text: Box = [
    Math.max(0, x0 - bleed),
    Math.max(0, y0 - bleed),
    Math.min(pageWidth, x1 + bleed),
    Math.min(pageHeight, y1 + bleed),
  ];
  const own = boxOf(area);
  const all = rectangleOf([
    Math.min(own[0], text[0]),
    Math.min(own[1], text[1]),
    Math.max(own[2], text[2]),
    Math.max(own[3], text[3]),
  ]);
  const within = (rect: Rectangle): Rectangle => ({ ...rect, x: rect.x - all.x, y: rect.y - all.y });
  return {
    placement: { page: page.number, rect: all, origin: 'bottom-left' },
    cover: { content: within(area), ground: within(rectangleOf(text)) },
  };
}

function collisionsAt(
  document: PdfDocument,
  page: Page,
  area: Rectangle,
  located: LocatedAnchor | null,
  policy: CollisionPolicy,
): readonly Collision[] {
  if (policy === 'ignore') return [];
  const view = document.last;
  const marks = located?.marks ?? readPageMarks(view, page, document.limits);
  const collisions = findCollisions(view, page, marks, boxOf(area), located?.match.glyphs ?? new Set());
  const [first] = collisions;
  if (first !== undefined && policy === 'refuse')
    throw new UpdateRefused('placement-collides', { with: first.kind, collisions });
  return collisions;
}
