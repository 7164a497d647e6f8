// What the appearance of a comment draws (ISO 32000-2, 12.5.5): shapes and nothing else, and whether what lies under them can
// still be read. An appearance may draw anything, whatever its annotation calls itself; that is how evil annotations are made.

import type { RevisionView } from '../../pdf/document.ts';
import type { PdfLimits } from '../../pdf/limits.ts';
import { asKind, isName, type PdfDictionary, type PdfObject, type PdfStream } from '../../pdf/objects.ts';
import { type ContentBudget, contentOperations, type Operation } from '../../pdf/text/content-operations.ts';

/** Red, green and blue, 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

export interface Shapes {
  /** How often a path is filled or drawn. */
  readonly paintings: number;
  /** Whether each is blended by Multiply in the colour of a marker, so that dark text under it stays dark and nothing new is written. */
  readonly seeThrough: boolean;
}

/** The part of the graphics state that decides whether text under a shape can be read. */
interface State {
  readonly multiplies: boolean;
  readonly fill: Colour;
  readonly stroke: Colour;
}

const BLACK: Colour = [0, 0, 0];
const INITIAL: State = { multiplies: false, fill: BLACK, stroke: BLACK };

// Tools draw a comment with a few dozen operations, and put its form into one or two others.
const MOST: ContentBudget = { operations: 5_000, bytes: 128 * 1024 };
const DEEPEST = 4;

/**
 * The shapes that a form XObject draws; null when it draws text, a picture, a shading or a pattern, or asks for what is not known
 * here to be harmless.
 * @throws MalformedPdf
 */
export function readShapes(view: RevisionView, form: PdfStream, limits: PdfLimits): Shapes | null {
  const reader = new ShapesReader(view, limits);
  return reader.run(form, INITIAL, 0) ? reader : null;
}

/** Bright, and plainly coloured or pale: nobody takes it for ink, and drawn over itself it turns no darker. */
export function isMarkerColour(colour: Colour): boolean {
  const [least, most] = [Math.min(...colour), Math.max(...colour)];
  return most >= 0.85 && (most - least >= 0.4 || least >= 0.5);
}

class ShapesReader implements Shapes {
  paintings = 0;
  seeThrough = true;
  readonly #view: RevisionView;
  readonly #limits: PdfLimits;
  readonly #budget = { ...MOST };

  constructor(view: RevisionView, limits: PdfLimits) {
    this.#view = view;
    this.#limits = limits;
  }

  /** @returns whether it draws shapes alone */
  run(form: PdfStream, inherited: State, depth: number): boolean {
    const { dictionary } = form;
    if (depth > DEEPEST || !isName(this.#view.get(dictionary, 'Subtype'), 'Form')) return false;
    // A blend inside an isolated group does not reach the page; the one around it does.
    const group = asKind(this.#view.get(dictionary, 'Group'), 'dictionary');
    const isolated = group !== undefined && this.#view.get(group, 'I') === true;
    const resources = asKind(this.#view.get(dictionary, 'Resources'), 'dictionary');
    let state = inherited;
    const saved: State[] = [];
    for (const operation of contentOperations(this.#view.decode(form), this.#limits, this.#budget)) {
      const { operator, operands } = operation;
      if (operator === 'q') saved.push(state);
      else if (operator === 'Q') state = saved.pop() ?? state;
      else if (operator === 'Do') {
        const inner = asKind(this.#view.resolve(this.#resource(resources, 'XObject', operands[0])), 'stream');
        if (inner === undefined || !this.run(inner, state, depth + 1)) return false;
      } else if (operator === 'gs') {
        const changed = this.#blended(state, this.#resource(resources, 'ExtGState', operands[0]));
        if (changed === null) return false;
        state = isolated ? { ...changed, multiplies: inherited.multiplies } : changed;
      } else {
        const changed = this.#afterShape(state, operation);
        if (changed === null) return false;
        state = changed;
      }
    }
    return true;
  }

  /** The state after an operator about paths and colours; null for any other operator. */
  #afterShape(state: State, { operator, operands }: Operation): State | null {
    if (WITHOUT_PAINT.has(operator)) return state;
    const [fills, strokes] = [FILLS.has(operator), STROKES.has(operator)];
    if (fills || strokes) {
      const colours = [...(fills ? [state.fill] : []), ...(strokes ? [state.stroke] : [])];
      this.paintings += 1;
      this.seeThrough &&= state.multiplies && colours.every(isMarkerColour);
      return state;
    }
    const colour = COLOURS.has(operator) ? readColour(this.#view, operands) : null;
    if (colour === null) return null;
    return operator === 'rg' || operator === 'g' ? { ...state, fill: colour } : { ...state, stroke: colour };
  }

  #blended(state: State, object: PdfObject): State | null {
    const dictionary = asKind(this.#view.resolve(object), 'dictionary');
    if (dictionary === undefined || ![...dictionary.entries.keys()].every((key) => BLENDING.has(key)))
      return null;
    const mask = this.#view.get(dictionary, 'SMask');
    if (mask !== null && !isName(mask, 'None')) return null;
    const mode = this.#view.get(dictionary, 'BM');
    return mode === null ? state : { ...state, multiplies: isName(mode, 'Multiply') };
  }

  #resource(resources: PdfDictionary | undefined, category: string, name: PdfObject | undefined): PdfObject {
    const named =
      resources === undefined ? undefined : asKind(this.#view.get(resources, category), 'dictionary');
    return named?.entries.get(asKind(name, 'name')?.name ?? '') ?? null;
  }
}

const FILLS = new Set(['f', 'F', 'f*', 'B', 'B*', 'b', 'b*']);
const STROKES = new Set(['S', 's', 'B', 'B*', 'b', 'b*']);
const COLOURS = new Set(['rg', 'RG', 'g', 'G']);
const WITHOUT_PAINT = new Set('cm w J j M d ri i m l c v y h re n W W* BMC EMC'.split(' '));
const BLENDING = new Set(['Type', 'BM', 'CA', 'ca', 'AIS', 'SA', 'OP', 'op', 'OPM', 'SMask']);

/** Of three numbers, or of one for a grey; null for anything else. */
export function readColour(view: RevisionView, operands: readonly PdfObject[]): Colour | null {
  const values = operands.map((operand) => asKind(view.resolve(operand), 'number')?.value);
  const [red, green = red, blue = red] = values;
  if (values.length !== 1 && values.length !== 3) return null;
  return red === undefined || green === undefined || blue === undefined ? null : [red, green, blue];
}
