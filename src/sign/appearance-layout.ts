// Fits lines of text into a rectangle: as large as the place allows, up to the size of a letter's own text.

import type { AppearanceLine } from './appearance-text.ts';

export interface LaidOutLine extends AppearanceLine {
  /** Of the baseline's start, from the lower-left corner, in points. */
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  /** Font size in points. */
  readonly size: number;
  readonly lines: readonly LaidOutLine[];
}

/** Width of a text in points at font size 1. */
export type Measure = (text: string, weight: AppearanceLine['weight']) => number;

const LARGEST = 10;
// Below this nobody reads it on paper.
const SMALLEST = 4;
const STEP = 0.5;

/** Font sizes in points, the most wanted first. */
export const SIZES: readonly number[] = Array.from(
  { length: (LARGEST - SMALLEST) / STEP + 1 },
  (_, i) => LARGEST - i * STEP,
);

export const LINE_HEIGHT = 1.25;
// Of the height of a line above its baseline.
const ASCENT = 0.95;

/** Null when the text would have to be smaller than anybody reads. */
export function layOut(
  lines: readonly AppearanceLine[],
  width: number,
  height: number,
  measure: Measure,
): Layout | null {
  const padding = paddingOf(width, height);
  for (const size of SIZES) {
    const wrapped = lines.flatMap((line) => wrap(line, (width - 2 * padding) / size, measure));
    const lineHeight = size * LINE_HEIGHT;
    const narrow = wrapped.every(({ text, weight }) => measure(text, weight) * size <= width - 2 * padding);
    if (!narrow || wrapped.length * lineHeight > height - 2 * padding) continue;
    // Centred between top and bottom, so that spare room shows on both sides alike.
    const top = (height + wrapped.length * lineHeight) / 2;
    return {
      size,
      lines: wrapped.map((line, i) => ({ ...line, x: padding, y: top - i * lineHeight - ASCENT * size })),
    };
  }
  return null;
}

/** What stays free at each edge, in points. */
export function paddingOf(width: number, height: number): number {
  return Math.min(4, 0.05 * Math.min(width, height));
}

/** Breaks at spaces; a single word that is too wide stays whole and shows that the size is too large. */
export function wrap(line: AppearanceLine, width: number, measure: Measure): AppearanceLine[] {
  const wrapped: AppearanceLine[] = [];
  let text = '';
  for (const word of line.text.split(' ')) {
    const longer = text === '' ? word : `${text} ${word}`;
    if (text !== '' && measure(longer, line.weight) > width) {
      wrapped.push({ ...line, text });
      text = word;
    } else {
      text = longer;
    }
  }
  return [...wrapped, { ...line, text }];
}
