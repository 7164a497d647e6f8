// Where an official wants the signature: millimetres from a corner of a page, as a form sends them.

import { z } from 'zod';
import { readParameters } from './parameters.ts';
import { type OrderParameters, orderParameters } from './schemas.ts';

/** How the place of a signature is chosen. */
export type PlaceChoice =
  /** By whoever signs; this is the proposal. */
  | { readonly kind: 'free'; readonly place: PlaceFields }
  /** The application has named a field or a text of the letter. */
  | { readonly kind: 'fixed' }
  /** Nothing is seen of it. */
  | { readonly kind: 'invisible' };

export const CORNERS = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const;
export type Corner = (typeof CORNERS)[number];

/** Lengths in millimetres, from the corner to the same corner of the box. */
export interface PlaceFields {
  /** Counted from 1. */
  readonly page: number | 'last';
  readonly corner: Corner;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const POINTS_PER_MM = 72 / 25.4;
/** The usual block, two centimetres from the corner where letters end. */
const USUAL: PlaceFields = { page: 'last', corner: 'bottom-right', x: 20, y: 20, width: 65, height: 26 };

/** What the application's order leaves open. */
export function placeChoice({
  visible,
  rect,
  page,
  origin,
  anchor,
  fieldName,
}: OrderParameters): PlaceChoice {
  if (visible === false) return { kind: 'invisible' };
  if (anchor !== undefined || fieldName !== undefined) return { kind: 'fixed' };
  if (rect === undefined)
    return { kind: 'free', place: { ...USUAL, page: page ?? USUAL.page, corner: origin ?? USUAL.corner } };
  const mm = (points: number): number => Math.round((points / POINTS_PER_MM) * 10) / 10;
  const { x, y, width, height } = rect;
  const lengths = { x: mm(x), y: mm(y), width: mm(width), height: mm(height) };
  return { kind: 'free', place: { page: page ?? 'last', corner: origin ?? 'bottom-left', ...lengths } };
}

// Browsers send a point; people of the country type a comma.
const millimetres = z
  .string()
  .regex(/^\s*\d{1,4}(?:[.,]\d{1,3})?\s*$/)
  .transform((text) => Number(text.replace(',', '.')));
const length = millimetres.refine((value) => value > 0);

/** As the form sends it. */
export const placeForm = z.strictObject({
  /** Left empty: the last one. */
  page: z
    .string()
    .regex(/^\s*(?:[1-9]\d{0,5})?\s*$/)
    .transform((text) => (text.trim() === '' ? ('last' as const) : Number(text))),
  corner: z.enum(CORNERS),
  x: millimetres,
  y: millimetres,
  width: length,
  height: length,
});

/** The same as parameters of an order, which are texts. */
function orderTexts({ page, corner, x, y, width, height }: PlaceFields): Record<string, string> {
  const points = (mm: number): string => (mm * POINTS_PER_MM).toFixed(3);
  return { page: String(page), origin: corner, rect: [x, y, width, height].map(points).join(',') };
}

/**
 * The whole order: as the application asked for it, at the place that was chosen.
 * @param chosen - null: the proposal; not looked at where nobody chooses
 * @throws HttpProblem `invalid-request`
 */
export function orderAt(
  texts: Readonly<Record<string, string>>,
  chosen: (() => PlaceFields) | null,
): OrderParameters {
  const order = readParameters(orderParameters, texts);
  const choice = placeChoice(order);
  if (choice.kind !== 'free') return order;
  return readParameters(orderParameters, { ...texts, ...orderTexts(chosen?.() ?? choice.place) });
}
