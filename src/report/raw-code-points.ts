// Names that do not look like what they are, spelled out.

import { printable } from './printable.ts';

/** A name that holds characters which are not shown, as code points; null for all other names. */
export function rawCodePoints(name: string | null): string | null {
  if (name === null || printable(name) === name) return null;
  const points = [...name].map((character) => character.codePointAt(0) ?? 0);
  const shown = points.slice(0, MOST_CODE_POINTS).map((point) => {
    return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  });
  return [...shown, ...(points.length > shown.length ? ['…'] : [])].join(' ');
}

// As many characters as are shown of a name.
const MOST_CODE_POINTS = 200;
