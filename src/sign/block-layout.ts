// Where the text and the picture of a visible signature stand in their rectangle.

import type { Rectangle } from '../pdf/placement.ts';
import {
  type LaidOutLine,
  LINE_HEIGHT,
  layOut,
  type Measure,
  paddingOf,
  SIZES,
  wrap,
} from './appearance-layout.ts';
import type { AppearanceLine } from './appearance-text.ts';

export interface PictureNeeds {
  /** Width divided by height. */
  readonly aspect: number;
  /** Height in points below which it is of no use. */
  readonly leastHeight: number;
}

export interface BlockLayout {
  /** Font size in points. */
  readonly size: number;
  readonly lines: readonly LaidOutLine[];
  readonly picture: Rectangle | null;
}

// A wider rectangle has its picture at the left of the text, a higher one between the lines, as letters have it.
const WIDE = 1.6;
// What a picture may take of the width beside text.
const LARGEST_SHARE = 0.42;
// What it should have of the height between lines.
const WANTED_SHARE = 0.38;
const GAP = 2;

/** Null when text or picture would be too small to be of use. */
export function layOutBlock(
  lines: readonly AppearanceLine[],
  picture: PictureNeeds | null,
  width: number,
  height: number,
  measure: Measure,
): BlockLayout | null {
  if (picture === null) {
    const text = layOut(lines, width, height, measure);
    return text === null ? null : { ...text, picture: null };
  }
  if (lines.length === 0) {
    const fitted = fit(picture, { x: 0, y: 0, width, height });
    return fitted.height < picture.leastHeight ? null : { size: 0, lines: [], picture: fitted };
  }
  const arrangements = [besideText, betweenLines];
  if (width < WIDE * height) arrangements.reverse();
  for (const arrange of arrangements) {
    const layout = arrange(lines, picture, width, height, measure);
    if (layout !== null) return layout;
  }
  return null;
}

/** As large as the room allows, in its middle. */
export function fit({ aspect }: Pick<PictureNeeds, 'aspect'>, room: Rectangle): Rectangle {
  const width = Math.min(room.width, room.height * aspect);
  const height = width / aspect;
  return {
    x: room.x + (room.width - width) / 2,
    y: room.y + (room.height - height) / 2,
    width,
    height,
  };
}

function besideText(
  lines: readonly AppearanceLine[],
  picture: PictureNeeds,
  width: number,
  height: number,
  measure: Measure,
): BlockLayout | null {
  const wanted = Math.min(height, (width * LARGEST_SHARE) / picture.aspect);
  const pictureHeight = Math.max(wanted, picture.leastHeight);
  if (pictureHeight > height) return null;
  const left = pictureHeight * picture.aspect;
  const text = layOut(lines, width - left, height, measure);
  if (text === null) return null;
  return {
    size: text.size,
    lines: text.lines.map((line) => ({ ...line, x: line.x + left })),
    picture: fit(picture, { x: 0, y: 0, width: left, height }),
  };
}

function betweenLines(
  lines: readonly AppearanceLine[],
  picture: PictureNeeds,
  width: number,
  height: number,
  measure: Measure,
): BlockLayout | null {
  const wanted = Math.max(picture.leastHeight, WANTED_SHARE * height);
  for (const least of [wanted, picture.leastHeight]) {
    // A smaller line in one piece looks better than a larger one that is broken, and leaves the picture more room.
    for (const broken of [false, true]) {
      for (const size of SIZES) {
        const layout = stacked(lines, picture, { width, height, size, least, broken }, measure);
        if (layout !== null) return layout;
      }
    }
  }
  return null;
}

interface Stack {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly least: number;
  /** Whether lines may be broken. */
  readonly broken: boolean;
}

function stacked(
  lines: readonly AppearanceLine[],
  picture: PictureNeeds,
  { width, height, size, least, broken }: Stack,
  measure: Measure,
): BlockLayout | null {
  const padding = paddingOf(width, height);
  const wrapped = lines.flatMap((line) => wrap(line, (width - 2 * padding) / size, measure));
  if (!broken && wrapped.length > lines.length) return null;
  const lineWidth = ({ text, weight }: AppearanceLine): number => measure(text, weight) * size;
  if (wrapped.some((line) => lineWidth(line) > width - 2 * padding)) return null;
  const above = wrapped.filter(({ part }) => part === 'lead' || part === 'position');
  const below = wrapped.filter((line) => !above.includes(line));
  const lineHeight = size * LINE_HEIGHT;
  const room = {
    x: padding,
    y: padding + below.length * lineHeight + GAP,
    width: width - 2 * padding,
    height: height - 2 * padding - wrapped.length * lineHeight - 2 * GAP,
  };
  const fitted = fit(picture, room);
  if (!(fitted.height >= least)) return null;
  const centred = (line: AppearanceLine, top: number): LaidOutLine => ({
    ...line,
    x: (width - lineWidth(line)) / 2,
    y: top - size,
  });
  return {
    size,
    lines: [
      ...above.map((line, i) => centred(line, height - padding - i * lineHeight)),
      ...below.map((line, i) => centred(line, padding + (below.length - i) * lineHeight)),
    ],
    picture: fitted,
  };
}
