// Sizes and colours of the report on paper.

import type { Colour, TextStyle } from '../drawing/flow.ts';

export const INK: Colour = [0.1, 0.12, 0.14];
/** 7 to 1 on white. */
export const FAINT: Colour = [0.33, 0.36, 0.39];
export const LINE: Colour = [0.78, 0.8, 0.82];
export const HEAD_FILL: Colour = [0.945, 0.953, 0.961];
export const WARNING: Colour = colourOf('#9a3d00');
export const WARNING_FILL: Colour = colourOf('#fff0e6');

export const TITLE: TextStyle = { size: 17, leading: 22, colour: INK };
export const HEADING: TextStyle = { size: 11.5, leading: 16, colour: INK };
export const BODY: TextStyle = { size: 9.5, leading: 13, colour: INK };
export const TABLE: TextStyle = { size: 8.5, leading: 11.5, colour: INK };
export const SMALL: TextStyle = { size: 8, leading: 11, colour: INK };

/** `#rrggbb` as parts of one. */
export function colourOf(code: string): Colour {
  const part = (at: number): number => Number.parseInt(code.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}
