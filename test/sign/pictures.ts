// Pictures made here, byte by byte, as programs write them and as attackers do.

import { deflateSync } from 'node:zlib';

export type Pixel = (x: number, y: number) => readonly number[];

export interface PngForm {
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly depth?: 1 | 2 | 4 | 8 | 16;
  readonly interlaced?: boolean;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
  /** The filter of each row. */
  readonly filter?: 0 | 1 | 2 | 3 | 4;
}

const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** A PNG whose samples `pixel` gives, each up to the depth's largest value. */
export function png(width: number, height: number, form: PngForm, pixel: Pixel): Uint8Array {
  const { colourType, depth = 8, interlaced = false, filter = 0 } = form;
  const rows: number[] = [];
  for (const [x0, y0, dx, dy] of interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const)) {
    if (x0 >= width) continue;
    let above: number[] = [];
    for (let y = y0; y < height; y += dy) {
      const samples: number[] = [];
      for (let x = x0; x < width; x += dx) samples.push(...pixel(x, y));
      const row = packed(samples, depth);
      const step = Math.max(1, (SAMPLES[colourType] * depth) >> 3);
      rows.push(filter, ...filtered(row, above, step, filter));
      above = row;
    }
  }
  const header = [...uint32(width), ...uint32(height), depth, colourType, 0, 0, interlaced ? 1 : 0];
  return pngOf([
    ['IHDR', header],
    ...(form.palette === undefined ? [] : ([['PLTE', form.palette]] as const)),
    ...(form.transparency === undefined ? [] : ([['tRNS', form.transparency]] as const)),
    ['IDAT', deflateSync(Uint8Array.from(rows))],
    ['IEND', []],
  ]);
}

/** A PNG of these chunks; their check sums are zero. */
export function pngOf(chunks: readonly (readonly [type: string, body: ArrayLike<number>])[]): Uint8Array {
  const parts = chunks.flatMap(([type, body]) => [
    Uint8Array.from(uint32(body.length)),
    Uint8Array.from(type, (character) => character.charCodeAt(0)),
    Uint8Array.from(body),
    new Uint8Array(4),
  ]);
  return new Uint8Array(
    Buffer.concat([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), ...parts]),
  );
}

export function uint32(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function packed(samples: readonly number[], depth: number): number[] {
  if (depth === 16) return samples.flatMap((sample) => [sample >> 8, sample & 255]);
  if (depth === 8) return [...samples];
  const row: number[] = Array(Math.ceil((samples.length * depth) / 8)).fill(0);
  for (const [i, sample] of samples.entries()) {
    const bit = i * depth;
    row[bit >> 3] = (row[bit >> 3] ?? 0) | (sample << (8 - depth - (bit & 7)));
  }
  return row;
}

function filtered(row: readonly number[], above: readonly number[], step: number, filter: number): number[] {
  return row.map((byte, i) => {
    const left = i >= step ? (row[i - step] ?? 0) : 0;
    const up = above[i] ?? 0;
    const corner = i >= step ? (above[i - step] ?? 0) : 0;
    const paeth = [left, up, corner].reduce((best, candidate) =>
      Math.abs(left + up - corner - candidate) < Math.abs(left + up - corner - best) ? candidate : best,
    );
    const prediction = [0, left, up, (left + up) >> 1, paeth][filter] ?? 0;
    return (byte - prediction) & 255;
  });
}

/** A JPEG marker segment. */
export function segment(marker: number, body: readonly number[]): readonly number[] {
  const length = body.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...body];
}

export interface JpegForm {
  readonly frame?: number;
  readonly width?: number;
  readonly height?: number;
  readonly precision?: number;
  readonly components?: number;
  /** Segments between the beginning and the frame. */
  readonly before?: readonly number[];
}

/** A grey picture of one colour, 8 by 8 unless told otherwise: the smallest JPEG that decoders show. */
export function jpeg(form: JpegForm = {}): Uint8Array {
  const { frame = 0xc0, width = 8, height = 8, precision = 8, components = 1, before = [] } = form;
  const parts = Array.from({ length: components }, (_, i) => [i + 1, 0x11, 0]).flat();
  const scan = Array.from({ length: components }, (_, i) => [i + 1, 0]).flat();
  return Uint8Array.from([
    0xff,
    0xd8,
    ...before,
    ...segment(0xdb, [0, ...Array<number>(64).fill(1)]),
    ...segment(frame, [precision, height >> 8, height & 255, width >> 8, width & 255, components, ...parts]),
    // One code of one bit each: the difference is zero, the block ends.
    ...segment(0xc4, [0x00, 1, ...Array<number>(15).fill(0), 0]),
    ...segment(0xc4, [0x10, 1, ...Array<number>(15).fill(0), 0]),
    ...segment(0xda, [components, ...scan, 0, 63, 0]),
    ...Array<number>(Math.ceil((Math.ceil(width / 8) * Math.ceil(height / 8) * components * 2) / 8)).fill(
      0x00,
    ),
    0xff,
    0xd9,
  ]);
}
