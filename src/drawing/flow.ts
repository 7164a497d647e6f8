// Text that flows over pages: rows of cells, which go on with the next page where one is full. Only places are decided here.

import { measure, type WeightedText } from './fonts.ts';
import { breakLines, type Line } from './lines.ts';
import type { Tag } from './tags.ts';

/** Parts of red, green and blue, 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Points; margins are where nothing flows. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface TextStyle {
  readonly size: number;
  readonly leading: number;
  readonly colour: Colour;
}

/** A line of a cell; `tag` is null for what is not read aloud. */
interface CellLine extends Line, TextStyle {
  readonly tag: Tag | null;
}

export interface Cell {
  /** From the left margin. */
  readonly x: number;
  readonly lines: readonly CellLine[];
}

export interface Row {
  readonly cells: readonly Cell[];
  readonly above?: number;
  readonly below?: number;
  /** Behind the row, over the whole width. */
  readonly fill?: Colour;
  /** At the left edge of it. */
  readonly bar?: Colour;
  /** A thin line below. */
  readonly rule?: Colour;
  /** Drawn at the top of each page that the row is on. */
  readonly shape?: {
    readonly shape: Shape;
    readonly x: number;
    readonly size: number;
    readonly tag: Tag | null;
  };
}

/** Paths in a square of 48, y downwards. */
export interface Shape {
  readonly outline: string;
  readonly signs: readonly string[];
  readonly colour: Colour;
}

/** Something in its place: points from the lower left corner. */
export type Mark = { readonly tag: Tag | null } & (
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: WeightedText;
      readonly style: TextStyle;
    }
  | {
      readonly kind: 'box';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly colour: Colour;
    }
  | {
      readonly kind: 'shape';
      readonly x: number;
      readonly y: number;
      readonly size: number;
      readonly shape: Shape;
    }
);

/** A cell of one text. @param width - points */
export function cell(
  x: number,
  width: number,
  texts: readonly WeightedText[],
  style: TextStyle,
  tag: Tag | null,
): Cell {
  const lines = breakLines(texts, width, style.size).map((line) => ({ ...line, ...style, tag }));
  return { x, lines };
}

/** Cells one below the other in one place. */
export function stack(cells: readonly Cell[]): Cell {
  return { x: cells[0]?.x ?? 0, lines: cells.flatMap(({ lines }) => lines) };
}

/** Pages that are filled from the top. */
export class Flow {
  readonly pages: Mark[][] = [[]];
  /** Repeated at the top of every further page, for instance the head of a table; null: nothing. */
  repeated: Row | null = null;
  readonly #frame: Frame;
  #y: number;

  constructor(frame: Frame) {
    this.#frame = frame;
    this.#y = frame.height - frame.top;
  }

  /** What is left of this page. */
  get room(): number {
    return this.#y - this.#frame.bottom;
  }

  space(height: number): void {
    this.#y -= Math.min(height, this.room);
  }

  /** Begins a new page where less than this is left. */
  reserve(height: number): void {
    if (this.room < height) this.newPage();
  }

  newPage(): void {
    this.pages.push([]);
    this.#y = this.#frame.height - this.#frame.top;
    const { repeated } = this;
    if (repeated === null) return;
    this.repeated = null;
    this.put({ ...repeated, cells: repeated.cells.map(asDecoration) });
    this.repeated = repeated;
  }

  /** Puts a row, in one piece if it is not longer than half a page, else over as many as it takes. */
  put(row: Row): void {
    const { above = 0, below = 0 } = row;
    const { height, top, bottom } = this.#frame;
    const whole =
      Math.max(...row.cells.map(({ lines }) => heightOf(lines)), row.shape?.size ?? 0) + above + below;
    if (whole > this.room && whole <= (height - top - bottom) / 2) this.newPage();
    let rest = row.cells;
    do {
      if (this.room < above + below + tallest(rest)) this.newPage();
      const available = this.room - above - below;
      const taken = rest.map(({ x, lines }) => ({ x, lines: lines.slice(0, fitting(lines, available)) }));
      this.#draw(taken, row);
      rest = rest.map(({ x, lines }, index) => ({ x, lines: lines.slice(taken[index]?.lines.length ?? 0) }));
    } while (rest.some(({ lines }) => lines.length > 0));
  }

  #draw(cells: readonly Cell[], { above = 0, below = 0, fill, bar, rule, shape }: Row): void {
    const { left, right, width } = this.#frame;
    const inner = Math.max(...cells.map(({ lines }) => heightOf(lines)), shape?.size ?? 0);
    const height = inner + above + below;
    const bottom = this.#y - height;
    const across = { kind: 'box', tag: null, x: left, y: bottom, width: width - left - right } as const;
    const marks = this.pages.at(-1) ?? [];
    if (fill !== undefined) marks.push({ ...across, height, colour: fill });
    if (bar !== undefined) marks.push({ ...across, width: BAR, height, colour: bar });
    if (rule !== undefined) marks.push({ ...across, height: RULE, colour: rule });
    const top = this.#y - above;
    if (shape !== undefined)
      marks.push({
        kind: 'shape',
        tag: shape.tag,
        x: left + shape.x,
        y: top,
        size: shape.size,
        shape: shape.shape,
      });
    for (const { x, lines } of cells) marks.push(...placed(lines, left + x, top));
    this.#y = bottom;
  }
}

const BAR = 4;
const RULE = 0.5;

function asDecoration({ x, lines }: Cell): Cell {
  return { x, lines: lines.map((line) => ({ ...line, tag: null })) };
}

function heightOf(lines: readonly CellLine[]): number {
  return lines.reduce((sum, { leading }) => sum + leading, 0);
}

/** The least that a page must take of it, so that it goes on at all. */
function tallest(cells: readonly Cell[]): number {
  return Math.max(0, ...cells.map(({ lines }) => lines[0]?.leading ?? 0));
}

function fitting(lines: readonly CellLine[], available: number): number {
  let count = 0;
  let height = 0;
  for (const { leading } of lines) {
    height += leading;
    if (height > available + SLACK) break;
    count += 1;
  }
  return count;
}

// Sums of fractions.
const SLACK = 0.001;

// Where the base line stands below the top of a line, in parts of the font's size; the face is 1.16 high.
const ASCENT = 0.93;
const FACE = 1.16;

function placed(lines: readonly CellLine[], x: number, top: number): readonly Mark[] {
  let y = top;
  return lines.flatMap(({ stretches, size, leading, colour, tag }) => {
    const base = y - (leading - FACE * size) / 2 - ASCENT * size;
    y -= leading;
    let at = x;
    return stretches.map((text): Mark => {
      const mark: Mark = { kind: 'text', tag, x: at, y: base, text, style: { size, leading, colour } };
      at += widthOf(text, size);
      return mark;
    });
  });
}

function widthOf({ text, weight }: WeightedText, size: number): number {
  return measure(text, weight) * size;
}
