// A picture that a caller sent, as a document takes it: read within bounds, no finer than printers print, compressed. An official's
// hand or an office's seal comes with every letter, the same to the last byte: what was made of it is kept for the next one.

import { hex } from '../../asn1/values.ts';
import type { Platform } from '../../platform/platform.ts';
import { flattened, reduced, reductionFor } from './fit-image.ts';
import type { ImageSize } from './image-size.ts';
import { PictureStore } from './picture-store.ts';
import type { JpegImage, PackedImage, SampledImage } from './raster-image.ts';
import { readImage } from './read-image.ts';

export interface CallersPicture extends ImageSize {
  /**
   * The picture as a page needs it.
   * @param pixels - that suffice
   * @param transparency - `flat`: as it looks on white paper
   */
  fitting(pixels: ImageSize, transparency: 'kept' | 'flat'): Promise<JpegImage | PackedImage>;
}

const store = new PictureStore();

/** @throws SigningRefused `image-unsupported` { reason: ImageFault } */
export function readCallersPicture(
  bytes: Uint8Array,
  platform: Pick<Platform, 'digests' | 'inflater' | 'deflate'>,
): CallersPicture {
  const name = hex(platform.digests.of('sha256', bytes));
  const known = store.sizeOf(name);
  const read = known === null ? readImage(bytes, platform.inflater) : null;
  if (read?.kind === 'jpeg') return { ...sizeOf(read), fitting: async () => read };
  const size = known ?? sizeOf(read as SampledImage);
  return {
    ...size,
    fitting: async (pixels, transparency) => {
      const form = `${reductionFor(size, pixels)} ${transparency}`;
      const packed = store.find(name, form);
      if (packed !== null) return packed;
      const image = (read ?? readImage(bytes, platform.inflater)) as SampledImage;
      const smaller = reduced(image, pixels);
      const made = await pack(transparency === 'flat' ? flattened(smaller) : smaller, platform);
      store.keep(name, form, { size, packed: made });
      return made;
    },
  };
}

function sizeOf({ width, height }: ImageSize): ImageSize {
  return { width, height };
}

async function pack(image: SampledImage, { deflate }: Pick<Platform, 'deflate'>): Promise<PackedImage> {
  const { samples, alpha } = image;
  return {
    ...image,
    kind: 'packed',
    samples: await deflate(samples),
    alpha: alpha === null ? null : await deflate(alpha),
  };
}
