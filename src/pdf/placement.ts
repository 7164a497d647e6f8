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
  /**
   * The corner of the displayed page from which x and y count, to the same corner of the rectangle. `user-space`: the rectangle
   * is one of the page's own coordinates, whatever part of them is displayed and however it is turned.
   */
  readonly origin: 'top-left' | 'bottom-left' | 'top-right' | 'bottom-right' | 'user-space';
  /**
   * About a rectangle that leaves the displayed page; absent: refuse. `partly`: as it is, while some of it is on the page;
   * `shrink`: made smaller in proportion, its upper left corner kept.
   */
  readonly offPage?: 'refuse' | 'partly' | 'shrink';
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
  const area = displayedRectangle(page, placement);
  requireOnPage(page, placement, area);
  const { x, y, width, height } = area;
  const rotation = displayedRotation(page.rotate);
  if (placement.origin === 'user-space') return { rect: boxOf(placement.rect), rotation, width, height };
  const crop = displayedBox(page);
  const unit = page.userUnit;
  const corner = userPoint(crop, rotation, x / unit, y / unit);
  const opposite = userPoint(crop, rotation, (x + width) / unit, (y + height) / unit);
  return { rect: normalBox([...corner, ...opposite]), rotation, width, height };
}

function requireOnPage(page: Page, { rect, offPage }: Placement, area: Rectangle): void {
  const [pageWidth, pageHeight] = displayedSize(page);
  const within: Box = [-TOLERANCE, -TOLERANCE, pageWidth + TOLERANCE, pageHeight + TOLERANCE];
  const [x0, y0, x1, y1] = boxOf(area);
  const wholly = x0 >= within[0] && y0 >= within[1] && x1 <= within[2] && y1 <= within[3];
  const partly = boxesOverlap(boxOf(area), within, TOLERANCE) && [x0, y0, x1, y1].every(Number.isFinite);
  const placed = area.width > 0 && area.height > 0 && (offPage === 'partly' ? partly : wholly);
  // The negation also refuses NaN.
  if (!placed) throw new UpdateRefused('placement-out-of-page', { rect, box: [0, 0, pageWidth, pageHeight] });
}

/** The rectangle in points of the displayed page, from its lower left corner; not yet checked is whether it is on the page. */
export function displayedRectangle(page: Page, { rect, origin, offPage }: Placement): Rectangle {
  const [pageWidth, pageHeight] = displayedSize(page);
  switch (origin) {
    case 'bottom-left':
      return rect;
    case 'bottom-right':
      return { ...rect, x: pageWidth - rect.x - rect.width };
    case 'top-right':
      return { ...rect, x: pageWidth - rect.x - rect.width, y: pageHeight - rect.y - rect.height };
    case 'user-space':
      return rectangleOf(transformed(displayMatrix(page), boxOf(rect)));
    case 'top-left': {
      const room = { width: pageWidth - rect.x, height: pageHeight - rect.y };
      const scale =
        offPage === 'shrink' ? Math.min(1, room.width / rect.width, room.height / rect.height) : 1;
      const [width, height] = [rect.width * scale, rect.height * scale];
      return { x: rect.x, y: pageHeight - rect.y - height, width, height };
    }
  }
}

function transformed([a, b, c, d, e, f]: ReturnType<typeof displayMatrix>, [x0, y0, x1, y1]: Box): Box {
  return normalBox([a * x0 + c * y0 + e, b * x0 + d * y0 + f, a * x1 + c * y1 + e, b * x1 + d * y1 + f]);
}

/** The corners of a rectangle. */
export function boxOf({ x, y, width, height }: Rectangle): Box {
  return [x, y, x + width, y + height];
}

export function rectangleOf([x0, y0, x1, y1]: Box): Rectangle {
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
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
