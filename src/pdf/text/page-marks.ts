// What a page shows, as far as a signature has to know it: each character with its place, and the boxes of images.

import type { RevisionView } from '../document.ts';
import { limitExceeded, MalformedPdf } from '../errors.ts';
import type { PdfLimits } from '../limits.ts';
import { asKind, isName, type PdfDictionary, type PdfObject, type PdfStream } from '../objects.ts';
import { pageContents } from '../page-streams.ts';
import type { Page } from '../page-tree.ts';
import { type Box, displayMatrix } from '../placement.ts';
import { type ContentBudget, contentOperations, type Operation } from './content-operations.ts';
import { readFont } from './font.ts';
import { boxAround, concatenated, IDENTITY, type Matrix, type Point, transformed } from './matrix.ts';
import type { TextFont } from './text-font.ts';

/** A character as it is seen, in points of the displayed page, from its lower left corner. */
export interface Glyph {
  /** Unicode text, U+FFFD where the font does not tell it. */
  readonly text: string;
  /** Where the pen stands on the baseline before and after it. */
  readonly start: Point;
  readonly end: Point;
  /** From the baseline to the height of the font size. */
  readonly up: Point;
  /** Whether it is painted; text modes 3 and 7 only leave it to be found. */
  readonly painted: boolean;
}

export interface PageMarks {
  /** In the order of the content. */
  readonly glyphs: readonly Glyph[];
  readonly images: readonly Box[];
  /** Whether strings are shown in a font that is not there, so that `glyphs` do not hold them. */
  readonly withoutFont: boolean;
}

/** @throws MalformedPdf */
export function readPageMarks(view: RevisionView, page: Page, limits: PdfLimits): PageMarks {
  const reader = new MarksReader(view, limits);
  const resources = asKind(view.resolve(page.resources), 'dictionary') ?? NOTHING;
  reader.run(pageContents(view, page, limits), resources, displayMatrix(page));
  return reader;
}

/**
 * What a form XObject shows, in its own coordinates.
 * @param fallback - resources for names that its own do not know
 * @throws MalformedPdf
 */
export function readFormMarks(
  view: RevisionView,
  form: PdfStream,
  fallback: PdfDictionary,
  limits: PdfLimits,
): PageMarks {
  const reader = new MarksReader(view, limits);
  const own = asKind(view.get(form.dictionary, 'Resources'), 'dictionary') ?? NOTHING;
  reader.run(view.decode(form), withFallback(view, own, fallback), IDENTITY);
  return reader;
}

function withFallback(view: RevisionView, own: PdfDictionary, fallback: PdfDictionary): PdfDictionary {
  const entries = new Map(own.entries);
  for (const [category, value] of fallback.entries) {
    const theirs = asKind(view.resolve(value), 'dictionary');
    const ours = asKind(view.get(own, category), 'dictionary');
    if (theirs === undefined) continue;
    const both = new Map([...theirs.entries, ...(ours?.entries ?? [])]);
    entries.set(category, { ...NOTHING, entries: both });
  }
  return { ...NOTHING, entries };
}

const NOTHING: PdfDictionary = { kind: 'dictionary', entries: new Map(), repeatedKeys: [] };

/** The part of the graphics state that moves or names text (8.4, 9.3). */
interface State {
  readonly ctm: Matrix;
  readonly font: TextFont | null;
  readonly size: number;
  readonly characterSpacing: number;
  readonly wordSpacing: number;
  readonly scale: number;
  readonly leading: number;
  readonly rise: number;
  readonly mode: number;
}

const INITIAL: Omit<State, 'ctm'> = {
  font: null,
  size: 0,
  characterSpacing: 0,
  wordSpacing: 0,
  scale: 1,
  leading: 0,
  rise: 0,
  mode: 0,
};

class MarksReader implements PageMarks {
  readonly glyphs: Glyph[] = [];
  readonly images: Box[] = [];
  withoutFont = false;
  readonly #view: RevisionView;
  readonly #limits: PdfLimits;
  readonly #budget: ContentBudget;
  readonly #fonts = new Map<PdfObject, TextFont | null>();
  readonly #decoded = new Map<PdfStream, Uint8Array>();
  /** Forms that are being drawn: one inside itself would never end. */
  readonly #open = new Set<PdfStream>();

  constructor(view: RevisionView, limits: PdfLimits) {
    this.#view = view;
    this.#limits = limits;
    this.#budget = { operations: limits.contentOperations, bytes: limits.contentBytes };
  }

  run(content: Uint8Array, resources: PdfDictionary, ctm: Matrix, inherited?: State): void {
    let state: State = { ...(inherited ?? INITIAL), ctm };
    const saved: State[] = [];
    let line: Matrix = IDENTITY;
    let pen: Matrix = IDENTITY;
    const nextLine = (x: number, y: number): void => {
      line = concatenated([1, 0, 0, 1, x, y], line);
      pen = line;
    };
    const show = (strings: readonly PdfObject[]): void => {
      pen = this.#show(strings, state, pen);
    };
    for (const operation of contentOperations(content, this.#limits, this.#budget)) {
      const { operator, operands } = operation;
      const n = (i: number): number => asKind(operands[i], 'number')?.value ?? 0;
      switch (operator) {
        case 'q':
          if (saved.length >= this.#limits.nesting * this.#limits.nesting)
            throw limitExceeded(this.#limits, 'nesting');
          saved.push(state);
          break;
        case 'Q':
          state = saved.pop() ?? state;
          break;
        case 'cm':
          state = { ...state, ctm: concatenated(matrixOf(operands), state.ctm) };
          break;
        case 'BT':
          line = IDENTITY;
          pen = IDENTITY;
          break;
        case 'Td':
          nextLine(n(0), n(1));
          break;
        case 'TD':
          state = { ...state, leading: -n(1) };
          nextLine(n(0), n(1));
          break;
        case 'Tm':
          line = matrixOf(operands);
          pen = line;
          break;
        case 'T*':
          nextLine(0, -state.leading);
          break;
        case 'Tj':
          show(operands);
          break;
        case 'TJ':
          show(asKind(operands[0], 'array')?.items ?? []);
          break;
        case "'":
          nextLine(0, -state.leading);
          show(operands);
          break;
        case '"':
          state = { ...state, wordSpacing: n(0), characterSpacing: n(1) };
          nextLine(0, -state.leading);
          show(operands.slice(2));
          break;
        case 'Do':
          this.#draw(this.#resource(resources, 'XObject', operands[0]), resources, state);
          break;
        case 'BI':
          this.images.push(boxAround(state.ctm, UNIT_SQUARE));
          break;
        default:
          state = this.#changed(state, operation, resources);
      }
    }
  }

  /** The state after an operator that sets a part of it. */
  #changed(state: State, { operator, operands }: Operation, resources: PdfDictionary): State {
    const value = asKind(operands[0], 'number')?.value ?? 0;
    switch (operator) {
      case 'Tf':
        return {
          ...state,
          font: this.#font(this.#resource(resources, 'Font', operands[0])),
          size: asKind(operands[1], 'number')?.value ?? 0,
        };
      case 'gs':
        return this.#withExtendedState(state, this.#resource(resources, 'ExtGState', operands[0]));
      case 'Tc':
        return { ...state, characterSpacing: value };
      case 'Tw':
        return { ...state, wordSpacing: value };
      case 'Tz':
        return { ...state, scale: value / 100 };
      case 'TL':
        return { ...state, leading: value };
      case 'Ts':
        return { ...state, rise: value };
      case 'Tr':
        return { ...state, mode: value };
      default:
        return state;
    }
  }

  #withExtendedState(state: State, object: PdfObject): State {
    const dictionary = asKind(this.#view.resolve(object), 'dictionary');
    const entry = dictionary === undefined ? undefined : asKind(this.#view.get(dictionary, 'Font'), 'array');
    if (entry === undefined) return state;
    const size = asKind(this.#view.resolve(entry.items[1]), 'number')?.value ?? 0;
    return { ...state, font: this.#font(entry.items[0] ?? null), size };
  }

  #resource(resources: PdfDictionary, category: string, name: PdfObject | undefined): PdfObject {
    const named = asKind(this.#view.get(resources, category), 'dictionary');
    return named?.entries.get(asKind(name, 'name')?.name ?? '') ?? null;
  }

  #font(object: PdfObject): TextFont | null {
    const key = this.#view.resolve(object);
    let font = this.#fonts.get(key);
    if (font === undefined) {
      font = readFont(this.#view, object, this.#limits);
      this.#fonts.set(key, font);
    }
    return font;
  }

  /** Where the pen stands behind the strings; a number among them moves it back, in thousandths of the size (9.4.3). */
  #show(strings: readonly PdfObject[], state: State, from: Matrix): Matrix {
    const { font, size, scale } = state;
    if (font === null) {
      this.withoutFont ||= strings.some((item) => (asKind(item, 'string')?.bytes.length ?? 0) > 0);
      return from;
    }
    let pen = from;
    const move = (along: number): void => {
      pen = concatenated(font.vertical ? [1, 0, 0, 1, 0, -along] : [1, 0, 0, 1, along * scale, 0], pen);
    };
    for (const item of strings) {
      const kern = asKind(item, 'number');
      if (kern !== undefined) move((font.vertical ? 1 : -1) * (kern.value / 1000) * size);
      const bytes = asKind(item, 'string')?.bytes;
      if (bytes === undefined) continue;
      for (const { text, advance, wordSpace } of font.characters(bytes)) {
        const before = pen;
        move(advance * size + state.characterSpacing + (wordSpace ? state.wordSpacing : 0));
        this.#addGlyph(text, state, before, pen);
      }
    }
    return pen;
  }

  #addGlyph(text: string, state: State, before: Matrix, after: Matrix): void {
    if (this.glyphs.length >= this.#limits.glyphsPerPage) throw limitExceeded(this.#limits, 'glyphsPerPage');
    const toPage = concatenated(before, state.ctm);
    const start = transformed(toPage, [0, state.rise]);
    const top = transformed(toPage, [0, state.rise + state.size]);
    this.glyphs.push({
      text,
      start,
      end: transformed(concatenated(after, state.ctm), [0, state.rise]),
      up: [top[0] - start[0], top[1] - start[1]],
      painted: state.mode !== 3 && state.mode !== 7,
    });
  }

  #draw(object: PdfObject, resources: PdfDictionary, state: State): void {
    const stream = asKind(this.#view.resolve(object), 'stream');
    if (stream === undefined) return;
    const { dictionary } = stream;
    if (isName(this.#view.get(dictionary, 'Subtype'), 'Image')) {
      this.images.push(boxAround(state.ctm, UNIT_SQUARE));
      return;
    }
    if (!isName(this.#view.get(dictionary, 'Subtype'), 'Form') || this.#open.has(stream)) return;
    if (this.#open.size >= this.#limits.formDepth) throw limitExceeded(this.#limits, 'formDepth');
    this.#open.add(stream);
    const matrix = asKind(this.#view.get(dictionary, 'Matrix'), 'array')?.items.map((item) =>
      this.#view.resolve(item),
    );
    const own = asKind(this.#view.get(dictionary, 'Resources'), 'dictionary');
    const ctm = matrix === undefined ? state.ctm : concatenated(matrixOf(matrix), state.ctm);
    this.run(this.#data(stream), own ?? resources, ctm, state);
    this.#open.delete(stream);
  }

  /** Of a form that cannot be decoded viewers show nothing. */
  #data(stream: PdfStream): Uint8Array {
    let data = this.#decoded.get(stream);
    if (data === undefined) {
      data = this.#decode(stream);
      this.#decoded.set(stream, data);
    }
    return data;
  }

  #decode(stream: PdfStream): Uint8Array {
    try {
      return this.#view.decode(stream);
    } catch (error) {
      if (error instanceof MalformedPdf && error.code === 'pdf-damaged') return new Uint8Array(0);
      throw error;
    }
  }
}

const UNIT_SQUARE: Box = [0, 0, 1, 1];

function matrixOf(operands: readonly PdfObject[]): Matrix {
  const n = (i: number): number => asKind(operands[i], 'number')?.value ?? 0;
  return [n(0), n(1), n(2), n(3), n(4), n(5)];
}
