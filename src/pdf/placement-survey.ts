// Where a visible signature would stand, told without refusing: the place, every text that could have been meant, what is covered.

import { type AnchorPlacement, type ChosenAnchor, findAnchorTexts } from './anchor.ts';
import type { Collision } from './collisions.ts';
import type { PdfDocument } from './document.ts';
import { UpdateRefused } from './errors.ts';
import { requireSpot } from './page-spot.ts';
import type { Box, Placement, Rotation } from './placement.ts';

export interface PlacementSurvey {
  /** Null where there is no such place; then `refusal` says why. */
  readonly spot: {
    /** Counted from 1. */
    readonly page: number;
    /** In default user space, as it stands in the field. */
    readonly rect: Box;
    readonly rotation: Rotation;
    /** Of the content as displayed, in points. */
    readonly width: number;
    readonly height: number;
    readonly anchor: ChosenAnchor | null;
    readonly collisions: readonly Collision[];
  } | null;
  readonly refusal: { readonly code: string; readonly values: Readonly<Record<string, unknown>> } | null;
  /** Each occurrence of the anchor's text, in points of its displayed page; empty for a rectangle. */
  readonly matches: readonly { readonly page: number; readonly box: Box }[];
}

// So many places tell enough about where a text stands.
const MOST_MATCHES = 50;

/** @throws MalformedPdf */
export function surveyPlacement(document: PdfDocument, wish: Placement | AnchorPlacement): PlacementSurvey {
  let matches: PlacementSurvey['matches'] = [];
  try {
    if ('anchor' in wish) matches = matchesOf(document, wish);
    const { page, place, anchor, collisions } = requireSpot(document, wish, 'warn');
    return { spot: { page: page.number, ...place, anchor, collisions }, refusal: null, matches };
  } catch (error) {
    if (!(error instanceof UpdateRefused)) throw error;
    return { spot: null, refusal: { code: error.code, values: error.values }, matches };
  }
}

function matchesOf(document: PdfDocument, { anchor }: AnchorPlacement): PlacementSurvey['matches'] {
  return findAnchorTexts(document, anchor)
    .slice(0, MOST_MATCHES)
    .map(({ page, box }) => ({ page: page.number, box }));
}
