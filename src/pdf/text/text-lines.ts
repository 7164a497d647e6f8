// Lines of text as people see them: characters that stand beside each other, in whatever order the content shows them.

import type { Glyph } from './page-marks.ts';

/** One stretch of text without a large gap. */
export interface TextLine {
  readonly text: string;
  /** For each UTF-16 unit of `text` its glyph; null for a blank that only a gap shows. */
  readonly glyphs: readonly (Glyph | null)[];
}

interface PlacedGlyph {
  readonly glyph: Glyph;
  /** Along the baseline and across it, in points. */
  readonly from: number;
  readonly to: number;
  readonly across: number;
  readonly size: number;
}

// All in units of the font size. Two baselines of one line may differ by rounding, not by a superscript.
const SAME_BASELINE = 0.15;
// Kerning moves by less, a blank is wider.
const BLANK = 0.18;
// The next column, or the next cell of a table.
const SEPARATE = 2;
// The same character drawn again a little aside makes it bold.
const OVERPRINTED = 0.12;

export function textLines(glyphs: readonly Glyph[]): readonly TextLine[] {
  const byDirection = new Map<number, PlacedGlyph[]>();
  for (const glyph of glyphs) {
    const direction = directionOf(glyph);
    const group = byDirection.get(direction) ?? [];
    byDirection.set(direction, group);
    group.push(placed(glyph, direction));
  }
  return [...byDirection.values()].flatMap((group) => baselines(group).flatMap(stretches));
}

/** Of the baseline, in whole degrees: 0 runs to the right. */
function directionOf({ start, end, up }: Glyph): number {
  const [x, y] = [end[0] - start[0], end[1] - start[1]];
  // A character without width stands at a right angle to its height.
  const angle = x === 0 && y === 0 ? Math.atan2(-up[0], up[1]) : Math.atan2(y, x);
  return (Math.round((angle * 180) / Math.PI) + 360) % 360;
}

function placed(glyph: Glyph, direction: number): PlacedGlyph {
  const angle = (direction * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = ([x, y]: Glyph['start']): number => x * cos + y * sin;
  const size = Math.hypot(...glyph.up);
  const across = glyph.start[1] * cos - glyph.start[0] * sin;
  return { glyph, from: along(glyph.start), to: along(glyph.end), across, size: size > 0 ? size : 1 };
}

/** Groups by baseline, each from its beginning to its end. */
function baselines(group: readonly PlacedGlyph[]): readonly (readonly PlacedGlyph[])[] {
  const sorted = [...group].sort((a, b) => b.across - a.across);
  const lines: PlacedGlyph[][] = [];
  let reference: PlacedGlyph | undefined;
  for (const next of sorted) {
    const slack = SAME_BASELINE * Math.min(next.size, reference?.size ?? next.size);
    if (reference !== undefined && reference.across - next.across <= slack) {
      lines.at(-1)?.push(next);
    } else {
      lines.push([next]);
      reference = next;
    }
  }
  return lines.map((line) => line.sort((a, b) => a.from - b.from));
}

function stretches(line: readonly PlacedGlyph[]): readonly TextLine[] {
  const found: { text: string; glyphs: (Glyph | null)[] }[] = [];
  let previous: PlacedGlyph | undefined;
  for (const next of line) {
    if (previous !== undefined && isOverprint(previous, next)) continue;
    const size = Math.max(next.size, previous?.size ?? 0);
    const gap = previous === undefined ? Number.POSITIVE_INFINITY : (next.from - previous.to) / size;
    let current = found.at(-1);
    if (current === undefined || gap > SEPARATE) {
      current = { text: '', glyphs: [] };
      found.push(current);
    } else if (gap > BLANK && !/\s$/.test(current.text) && !/^\s/.test(next.glyph.text)) {
      current.text += ' ';
      current.glyphs.push(null);
    }
    const text = next.glyph.text.normalize('NFKC');
    current.text += text;
    for (let i = 0; i < text.length; i += 1) current.glyphs.push(next.glyph);
    previous = next;
  }
  return found;
}

function isOverprint(previous: PlacedGlyph, next: PlacedGlyph): boolean {
  return (
    previous.glyph.text === next.glyph.text &&
    next.from - previous.from < OVERPRINTED * next.size &&
    next.to > next.from
  );
}
