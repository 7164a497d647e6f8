// Where a visible signature goes: v1 counts from the lower left corner of the page's own coordinates, v2 from the upper left of the
// page as displayed; both by a text that stands there.

import type { CompatSwitches } from '../../identity/compat-switches.ts';
import type { AnchorOrder, PlacementOrder } from '../ports.ts';
import { type Given, lenientNumber, lenientPage, optionalText, type Parameters } from './leniency.ts';

export type Place = PlacementOrder | AnchorOrder;

/** Where nobody says how large, in points. */
const USUAL_SIDE = 90;
const LONGEST_TAG = 64;

/** `none`: no place is named; `invisible`: one without an area. */
export type WantedPlace = Place | 'none' | 'invisible';

export function tagOf(...given: readonly Given[]): string | null {
  const tag = given.map(optionalText).find((text) => text !== null) ?? null;
  return tag === null ? null : [...tag].slice(0, LONGEST_TAG).join('');
}

/** @param switches - what `width` and `height` mean to this application */
export function placeV1(
  parameters: Parameters,
  switches: Pick<CompatSwitches, 'v1RectMode' | 'tagAnchor'>,
): WantedPlace {
  const page = pageV1(parameters);
  const corners = ['xAxis', 'yAxis', 'width', 'height'].map((name) => lenientNumber(parameters.get(name)));
  const box = boxV1(corners, switches.v1RectMode);
  const byBox: WantedPlace =
    box === null
      ? 'none'
      : box.width === 0 || box.height === 0
        ? 'invisible'
        : { page: page ?? 1, rect: box, origin: 'user-space', offPage: 'partly' };
  const tag = tagOf(parameters.get('tag_koordinat', 'tagKoordinat', 'tag'));
  if (tag === null) return byBox;
  const [, , width, height] = corners;
  return placeOfTag(tag, { width, height, page, otherwise: byBox }, switches);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function boxV1(
  [x, y, width, height]: readonly (number | null)[],
  mode: CompatSwitches['v1RectMode'],
): Box | null {
  if (x == null || y == null || width == null || height == null) return null;
  if (mode === 'size') return { x, y, width: Math.abs(width), height: Math.abs(height) };
  // The original takes the sizes for the opposite corner, and puts the corners in order.
  return {
    x: Math.min(x, width),
    y: Math.min(y, height),
    width: Math.abs(width - x),
    height: Math.abs(height - y),
  };
}

/** `halaman`, where it is recognised, beats `page`: who sends it sends a dummy there. */
function pageV1(parameters: Parameters): number | 'last' | null {
  const word = optionalText(parameters.get('halaman'))?.trim().toLowerCase() ?? '';
  if (word === 'pertama' || word === 'awal') return 1;
  if (word === 'terakhir' || word === 'akhir') return 'last';
  return (/^\d+$/.test(word) ? lenientPage(word) : null) ?? lenientPage(parameters.get('page'));
}

/** @param pictureSize - of the picture, in pixels: its size in points where none is given */
export function placeV2(
  properties: Parameters,
  switches: Pick<CompatSwitches, 'tagAnchor'>,
  pictureSize: { readonly width: number; readonly height: number } | null,
): WantedPlace {
  const page = lenientPage(properties.get('page'));
  const [x, y, width, height] = ['originX', 'originY', 'width', 'height'].map((name) =>
    lenientNumber(properties.get(name)),
  );
  const sized = width != null && height != null && width > 0 && height > 0;
  const size = sized ? { width, height } : (pictureSize ?? { width: USUAL_SIDE, height: USUAL_SIDE });
  const byBox: WantedPlace =
    x == null || y == null
      ? 'none'
      : {
          page: page ?? 1,
          rect: { x, y, ...size },
          origin: 'top-left',
          offPage: sized ? 'partly' : 'shrink',
        };
  const tag = tagOf(properties.get('tag_koordinat', 'tagKoordinat', 'tag'));
  if (tag === null) return byBox;
  return placeOfTag(tag, { width, height, page, otherwise: byBox }, switches);
}

function placeOfTag(
  text: string,
  wanted: {
    readonly width: number | null | undefined;
    readonly height: number | null | undefined;
    readonly page: number | 'last' | null;
    readonly otherwise: WantedPlace;
  },
  { tagAnchor }: Pick<CompatSwitches, 'tagAnchor'>,
): Place {
  const { page, otherwise } = wanted;
  const side = (given: number | null | undefined): number =>
    given == null || given <= 0 ? USUAL_SIDE : given;
  const on = (where: number | 'last' | null): AnchorOrder => ({
    anchor: {
      text,
      page: where,
      occurrence: 'first',
      width: side(wanted.width),
      height: side(wanted.height),
      align: tagAnchor,
      offset: { x: 0, y: 0 },
      tag: 'keep',
      offPage: 'partly',
    },
  });
  const last = typeof otherwise === 'string' ? {} : { otherwise };
  const anywhere = { ...on(null), ...last };
  return page === null ? anywhere : { ...on(page), otherwise: anywhere };
}
