// Where a visible signature goes: from the page as people see it to the page's own coordinates (ISO 32000-2, 8.3.2, 14.11.2).

import { UpdateRefused } from './errors.ts';
import type { Page } from './page-tree.ts';

/** Lower-left and upper-right corner in default user space. */
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];

export type Rotation = 0 | 90 | 180 | 270;

/** Lengths in points; x and y are those of the corner that counts. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A place on a page as displayed: the crop box after `/Rotate`, lengths in points. */
export interface Placement {
  /** 1 for the first page. */
  readonly page: number | 'last';
  readonly rect: Rectangle;
  /** The corner of the displayed page from which x and y count, to the same corner of the rectangle. */
  readonly origin: 'top-left' | 'bottom-left';
}

/** Where a widget stands, and how large and in which turn its content is drawn so that it is seen upright. */
export interface WidgetPlace {
  readonly rect: Box;
  readonly rotation: Rotation;
  /** Of the content as displayed, in points. */
  readonly width: number;
  readonly height: number;
}

// Far below what anybody sees, above the error of a conversion from millimetres or pixels.
const TOLERANCE = 0.01;

/**
 * Converts a displayed rectangle to user space.
 * @throws UpdateRefused `placement-out-of-page` { rect, box }: `box` is the displayed page [0, 0, width, height] in points
 */
export function placeOnPage(page: Page, placement: Placement): WidgetPlace {
  const { rect, origin } = placement;
  const crop = displayedBox(page);
  const rotation = displayedRotation(page.rotate);
  const unit = page.userUnit;
  const [pageWidth, pageHeight] = displayedSize(page);
  const bottom = origin === 'top-left' ? pageHeight - rect.y - rect.height : rect.y;

  const inside =
    rect.width > 0 &&
    rect.height > 0 &&
    rect.x >= -TOLERANCE &&
    bottom >= -TOLERANCE &&
    rect.x + rect.width <= pageWidth + TOLERANCE &&
    bottom + rect.height <= pageHeight + TOLERANCE;
  // The negation also refuses NaN.
  if (!inside) throw new UpdateRefused('placement-out-of-page', { rect, box: [0, 0, pageWidth, pageHeight] });

  const corner = userPoint(crop, rotation, rect.x / unit, bottom / unit);
  const opposite = userPoint(crop, rotation, (rect.x + rect.width) / unit, (bottom + rect.height) / unit);
  return {
    rect: normalBox([...corner, ...opposite]),
    rotation,
    width: rect.width,
    height: rect.height,
  };
}

/** Width and height of a page as displayed, in points. */
export function displayedSize(page: Page): readonly [width: number, height: number] {
  const [x0, y0, x1, y1] = displayedBox(page);
  const rotation = displayedRotation(page.rotate);
  const size = [(x1 - x0) * page.userUnit, (y1 - y0) * page.userUnit] as const;
  return rotation === 90 || rotation === 270 ? [size[1], size[0]] : size;
}

/** From default user space to points of the displayed page, counted from its lower left corner. */
export function displayMatrix(page: Page): readonly [number, number, number, number, number, number] {
  const [x0, y0, x1, y1] = displayedBox(page);
  const unit = page.userUnit;
  switch (displayedRotation(page.rotate)) {
    case 0:
      return [unit, 0, 0, unit, -x0 * unit, -y0 * unit];
    case 90:
      return [0, -unit, unit, 0, -y0 * unit, x1 * unit];
    case 180:
      return [-unit, 0, 0, -unit, x1 * unit, y1 * unit];
    case 270:
      return [0, unit, -unit, 0, y1 * unit, -x0 * unit];
  }
}

/** The displayed point (u, v), counted in user units from the displayed lower-left corner. */
function userPoint(crop: Box, rotation: Rotation, u: number, v: number): readonly [x: number, y: number] {
  const [x0, y0, x1, y1] = crop;
  switch (rotation) {
    case 0:
      return [x0 + u, y0 + v];
    case 90:
      return [x1 - v, y0 + u];
    case 180:
      return [x1 - u, y1 - v];
    case 270:
      return [x0 + v, y1 - u];
  }
}

/** The `/Matrix` of a form whose content shall be seen upright on a page that is displayed turned. */
export function uprightMatrix(rotation: Rotation): readonly number[] {
  switch (rotation) {
    case 0:
      return [1, 0, 0, 1, 0, 0];
    case 90:
      return [0, 1, -1, 0, 0, 0];
    case 180:
      return [-1, 0, 0, -1, 0, 0];
    case 270:
      return [0, -1, 1, 0, 0, 0];
  }
}

/** What of the page is displayed: the crop box as far as it lies in the media box (14.11.2.1). */
function displayedBox(page: Page): Box {
  const media = normalBox(page.mediaBox);
  const crop = normalBox(page.cropBox);
  const box: Box = [
    Math.max(media[0], crop[0]),
    Math.max(media[1], crop[1]),
    Math.min(media[2], crop[2]),
    Math.min(media[3], crop[3]),
  ];
  return box[2] > box[0] && box[3] > box[1] ? box : media;
}

/** `/Rotate` as readers take it: a multiple of 90, anything else is as if absent. */
export function displayedRotation(rotate: number): Rotation {
  const turned = ((rotate % 360) + 360) % 360;
  return turned === 90 || turned === 180 || turned === 270 ? turned : 0;
}

/** The same rectangle with its corners in order; any two opposite corners may have been given (7.9.5). */
export function normalBox([a, b, c, d]: Box): Box {
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** Whether two boxes share more than a border: more than `slack` both ways. */
export function boxesOverlap(a: Box, b: Box, slack: number): boolean {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > slack && height > slack;
}
