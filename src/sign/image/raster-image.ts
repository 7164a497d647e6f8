// Pictures that callers send: read by ourselves, within bounds, before anything is drawn from them.

import { SigningRefused } from '../errors.ts';

/** Samples of 8 bits, row by row from the top, pixel by pixel. */
export interface SampledImage {
  readonly kind: 'samples';
  readonly width: number;
  readonly height: number;
  /** 1: grey. 3: red, green, blue (sRGB). */
  readonly colours: 1 | 3;
  readonly samples: Uint8Array;
  /** One per pixel, 255 opaque; null where all are. */
  readonly alpha: Uint8Array | null;
}

/** Samples and what is seen of them, each as a zlib stream (RFC 1950). */
export interface PackedImage extends Omit<SampledImage, 'kind'> {
  readonly kind: 'packed';
}

/** Kept compressed: the parts of a JPEG file that its picture needs, and nothing that tells of whoever took it. */
export interface JpegImage {
  readonly kind: 'jpeg';
  readonly width: number;
  readonly height: number;
  readonly colours: 1 | 3;
  readonly bytes: Uint8Array;
}

export type RasterImage = SampledImage | JpegImage;

export type ImageFault =
  /** Neither PNG nor JPEG. */
  | 'format'
  | 'damaged'
  | 'too-many-bytes'
  | 'too-many-pixels'
  | 'cmyk'
  /** A form of JPEG that PDF viewers do not show. */
  | 'jpeg-coding';

// A page of A4 at 400 dots per inch.
const MOST_PIXELS = 16_000_000;

/** @throws SigningRefused `image-unsupported` { reason: 'too-many-pixels' | 'damaged' } */
export function requireSize(width: number, height: number): void {
  if (width === 0 || height === 0) throw unsupported('damaged');
  if (width * height > MOST_PIXELS) throw unsupported('too-many-pixels');
}

export function unsupported(reason: ImageFault, cause?: unknown): SigningRefused {
  return new SigningRefused('image-unsupported', { reason }, cause);
}
