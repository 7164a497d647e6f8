// Where a text stands on a page: decoded through fonts, joined across operators and kerning, as people see it.

import type { PdfDocument } from '../document.ts';
import type { Page } from '../page-tree.ts';
import { type Box, displayedSize } from '../placement.ts';
import { boxOfPoints, type Point } from './matrix.ts';
import { type Glyph, type PageMarks, readPageMarks } from './page-marks.ts';
import { type TextLine, textLines } from './text-lines.ts';

/** In points of the displayed page, from its lower left corner. */
export interface TextMatch {
  readonly page: Page;
  /** Where the text's baseline begins. */
  readonly start: Point;
  readonly box: Box;
  /** The characters themselves. */
  readonly glyphs: ReadonlySet<Glyph>;
  /** Whether blanks or nothing stand around it. */
  readonly standsAlone: boolean;
}

/**
 * All places of a text on one page, from top to bottom, then from left to right; what lies outside the displayed page does
 * not count. Case-sensitive; any run of blanks equals one.
 * @throws MalformedPdf
 */
export function findText(
  { last, limits }: PdfDocument,
  page: Page,
  text: string,
): { readonly matches: readonly TextMatch[]; readonly marks: PageMarks } {
  const marks = readPageMarks(last, page, limits);
  const wanted = comparable(text);
  const [width, height] = displayedSize(page);
  const matches = textLines(marks.glyphs)
    .flatMap((line) => matchesIn(line, wanted, page))
    .filter(({ box }) => centreInside(box, width, height))
    .sort((a, b) => b.start[1] - a.start[1] || a.start[0] - b.start[0]);
  return { matches, marks };
}

/** As texts are compared: compatibility forms such as ligatures unfolded, blanks alike. */
export function comparable(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

function matchesIn(line: TextLine, wanted: string, page: Page): readonly TextMatch[] {
  const matches: TextMatch[] = [];
  if (wanted === '') return matches;
  const { text, glyphs } = withSingleBlanks(line);
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const found = glyphs.slice(at, at + wanted.length).filter((glyph) => glyph !== null);
    const [first] = found;
    if (first === undefined) continue;
    matches.push({
      page,
      start: first.start,
      box: boxOfPoints(found.flatMap(cornersOf)),
      glyphs: new Set(found),
      standsAlone: isBlank(text[at - 1]) && isBlank(text[at + wanted.length]),
    });
  }
  return matches;
}

function withSingleBlanks({ text, glyphs }: TextLine): TextLine {
  if (!/\s\s|[^\S ]/u.test(text)) return { text, glyphs };
  const kept = [...glyphs.keys()].filter((i) => !isBlank(text[i]) || i === 0 || !isBlank(text[i - 1]));
  return {
    text: kept.map((i) => (isBlank(text[i]) ? ' ' : (text[i] ?? ''))).join(''),
    glyphs: kept.map((i) => glyphs[i] ?? null),
  };
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || /\s/u.test(character);
}

// Of the font size; what most letters take above and below the baseline.
const ASCENT = 0.8;
const DESCENT = 0.22;

/** The corners of a character's box. */
export function cornersOf({ start, end, up }: Glyph): readonly Point[] {
  return [start, end].flatMap(([x, y]) => [
    [x + up[0] * ASCENT, y + up[1] * ASCENT] as const,
    [x - up[0] * DESCENT, y - up[1] * DESCENT] as const,
  ]);
}

function centreInside([x0, y0, x1, y1]: Box, width: number, height: number): boolean {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return x >= 0 && x <= width && y >= 0 && y <= height;
}
