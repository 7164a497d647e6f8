// A place on a page named by a text that stands there, such as `${ttd_pengirim}`.

import type { PdfDocument } from './document.ts';
import { UpdateRefused } from './errors.ts';
import { type Page, pageAt, pages } from './page-tree.ts';
import type { Box, Placement, Rectangle } from './placement.ts';
import { comparable, findText, type TextMatch } from './text/find-text.ts';
import type { PageMarks } from './text/page-marks.ts';

export interface Anchor {
  readonly text: string;
  /** Where it is looked for; null: on all pages. */
  readonly page: number | 'last' | null;
  /** Which one in reading order, counted from 1; `only` refuses a text that occurs more than once. */
  readonly occurrence: 'only' | 'first' | 'last' | number;
  /** Of the signature, in points. */
  readonly width: number;
  readonly height: number;
  /** What of the signature stands on the left end of the text's baseline, or its centre on the centre of the text. */
  readonly align: 'lower-left' | 'center';
  /** How far the signature then moves to the right and up, in points. */
  readonly offset: { readonly x: number; readonly y: number };
  /** `cover` paints white over the text; it stays in the content. */
  readonly tag: 'keep' | 'cover';
  /** As for a rectangle; nothing is made smaller here. */
  readonly offPage?: 'refuse' | 'partly';
}

export interface AnchorPlacement {
  readonly anchor: Anchor;
  /** Where the text is not found; absent: that is refused. */
  readonly otherwise?: Placement | AnchorPlacement;
}

/** Which occurrence was taken. */
export interface ChosenAnchor {
  readonly page: number;
  /** Counted from 1 among `matches`. */
  readonly occurrence: number;
  /** On the pages that were read: `first` and numbers do not read on. */
  readonly matches: number;
}

export interface LocatedAnchor {
  readonly page: Page;
  /** As asked for, in points of the displayed page. */
  readonly placement: Placement;
  readonly match: TextMatch;
  readonly marks: PageMarks;
  readonly chosen: ChosenAnchor;
}

/**
 * Finds the text and the rectangle that it means. A single character inside a word counts only where none stands alone.
 * @throws UpdateRefused `anchor-not-found` { matches }, `anchor-ambiguous` { matches, pages }, `page-not-found`; MalformedPdf
 */
export function locateAnchor(document: PdfDocument, anchor: Anchor): LocatedAnchor {
  const found = findOnPages(document, anchor);
  const matches = found.map(({ match }) => match);
  const index = chooseIndex(anchor, matches);
  const { match, marks } = found[index] ?? {};
  if (match === undefined || marks === undefined)
    throw new UpdateRefused('anchor-not-found', { matches: matches.length });
  const { page } = match;
  return {
    page,
    placement: {
      page: page.number,
      rect: rectangleAt(match, anchor),
      origin: 'bottom-left',
      offPage: anchor.offPage ?? 'refuse',
    },
    match,
    marks,
    chosen: { page: page.number, occurrence: index + 1, matches: matches.length },
  };
}

/** Every place where the text stands, whichever one is asked for. @throws UpdateRefused `page-not-found`; MalformedPdf */
export function findAnchorTexts(document: PdfDocument, anchor: Anchor): readonly TextMatch[] {
  return findOnPages(document, { ...anchor, occurrence: 'last' }).map(({ match }) => match);
}

interface FoundOnPage {
  readonly match: TextMatch;
  readonly marks: PageMarks;
}

function findOnPages(document: PdfDocument, anchor: Anchor): readonly FoundOnPage[] {
  const found: FoundOnPage[] = [];
  const single = [...comparable(anchor.text)].length === 1;
  const enough = anchor.occurrence === 'first' ? 1 : anchor.occurrence;
  for (const page of pagesToRead(document, anchor)) {
    const { matches, marks } = findText(document, page, anchor.text);
    for (const match of matches) found.push({ match, marks });
    // Of a single character a better place may stand on a later page.
    if (!single && typeof enough === 'number' && found.length >= enough) break;
  }
  const alone = found.filter(({ match }) => match.standsAlone);
  return single && alone.length > 0 ? alone : found;
}

function* pagesToRead({ last, limits }: PdfDocument, { page }: Anchor): Generator<Page, void, undefined> {
  if (page === null) {
    yield* pages(last, limits);
    return;
  }
  const found = pageAt(last, page, limits);
  if (found === null) throw new UpdateRefused('page-not-found', { page });
  yield found;
}

// So many places tell enough about where a text stands.
const MOST_PAGES_NAMED = 20;

function chooseIndex({ occurrence }: Anchor, matches: readonly TextMatch[]): number {
  switch (occurrence) {
    case 'first':
      return 0;
    case 'last':
      return matches.length - 1;
    case 'only':
      if (matches.length > 1) {
        const named = matches.slice(0, MOST_PAGES_NAMED).map(({ page }) => page.number);
        throw new UpdateRefused('anchor-ambiguous', { matches: matches.length, pages: named });
      }
      return 0;
    default:
      return occurrence - 1;
  }
}

function rectangleAt({ start, box }: TextMatch, { width, height, align, offset }: Anchor): Rectangle {
  const [x, y] = align === 'center' ? centreOf(box) : [start[0] + width / 2, start[1] + height / 2];
  return { x: x - width / 2 + offset.x, y: y - height / 2 + offset.y, width, height };
}

function centreOf([x0, y0, x1, y1]: Box): readonly [x: number, y: number] {
  return [(x0 + x1) / 2, (y0 + y1) / 2];
}
