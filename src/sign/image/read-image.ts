// Which reader a picture needs, by its first bytes and never by its name.

import type { Inflater } from '../../platform/platform.ts';
import { readJpeg } from './jpeg.ts';
import { readPng } from './png.ts';
import { type RasterImage, unsupported } from './raster-image.ts';

// A picture of a signature has some 10^4 bytes, a photograph of one some 10^6.
const MOST_BYTES = 16 * 1024 * 1024;

/** @throws SigningRefused `image-unsupported` { reason: ImageFault } */
export function readImage(bytes: Uint8Array, inflater: Inflater): RasterImage {
  if (bytes.length > MOST_BYTES) throw unsupported('too-many-bytes');
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return readPng(bytes, inflater);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes);
  throw unsupported('format');
}
