// The shape of a verdict: circle, diamond, triangle, octagon or square, each with its own sign, never a colour alone.

import type { Look } from './looks.ts';

/** SVG path data in a square of 48; `signs` are strokes upon the outline. */
export interface LookShape {
  readonly outline: string;
  readonly signs: readonly string[];
}

const CIRCLE = 'M3 24a21 21 0 1 1 42 0a21 21 0 1 1 -42 0z';

export const LOOK_SHAPES: Readonly<Record<Look, LookShape>> = {
  ok: { outline: CIRCLE, signs: ['M14 25l7 7 13-15'] },
  note: { outline: CIRCLE, signs: ['M14 23l6 6 11-13', 'M36 31v7M36 26v.5'] },
  unsure: {
    outline: 'M24 2l22 22-22 22L2 24z',
    signs: ['M18.5 19a5.5 5.5 0 1 1 8 5c-1.8 1-2.5 2-2.5 4M24 33.5v.5'],
  },
  warn: { outline: 'M24 4l22 39H2z', signs: ['M24 18v12M24 36.5v.5'] },
  bad: { outline: 'M15 3h18l12 12v18L33 45H15L3 33V15z', signs: ['M16 16l16 16M32 16L16 32'] },
  none: {
    outline: 'M8 4h32a4 4 0 0 1 4 4v32a4 4 0 0 1 -4 4h-32a4 4 0 0 1 -4 -4v-32a4 4 0 0 1 4 -4z',
    signs: ['M14 24h20'],
  },
};

/** Text on tint; contrast of at least 5.6 to 1. */
export const LOOK_COLOURS: Readonly<Record<Look, { readonly text: string; readonly tint: string }>> = {
  ok: { text: '#1b6e3c', tint: '#eaf5ee' },
  note: { text: '#1b6e3c', tint: '#eaf5ee' },
  unsure: { text: '#8a5300', tint: '#fff6e5' },
  warn: { text: '#9a3d00', tint: '#fff0e6' },
  bad: { text: '#b3261e', tint: '#fdecea' },
  none: { text: '#4a5560', tint: '#f1f3f5' },
};
