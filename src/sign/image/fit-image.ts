// Samples as a page needs them: no more than a printer can show, and where it must be without transparency.

import type { ImageSize } from './image-size.ts';
import type { SampledImage } from './raster-image.ts';

/** The whole number by which a picture is finer than asked for; 1: it is not. @param pixels - that suffice */
export function reductionFor({ width, height }: ImageSize, pixels: ImageSize): number {
  return Math.max(1, Math.floor(Math.min(width / pixels.width, height / pixels.height)));
}

/** The picture made smaller by a whole number, where it is much finer than asked for. @param pixels - that suffice */
export function reduced(image: SampledImage, pixels: ImageSize): SampledImage {
  const factor = reductionFor(image, pixels);
  return factor < 2 ? image : averaged(image, factor);
}

function averaged(image: SampledImage, factor: number): SampledImage {
  const { colours, samples, alpha } = image;
  const width = Math.floor(image.width / factor);
  const height = Math.floor(image.height / factor);
  const smaller = new Uint8Array(width * height * colours);
  const smallerAlpha = alpha === null ? null : new Uint8Array(width * height);
  const sums = new Float64Array(colours);
  for (let to = 0; to < width * height; to += 1) {
    sums.fill(0);
    let weights = 0;
    const corner = Math.floor(to / width) * factor * image.width + (to % width) * factor;
    for (let i = 0; i < factor * factor; i += 1) {
      const from = corner + Math.floor(i / factor) * image.width + (i % factor);
      // What is transparent has a colour that nobody sees.
      const weight = alpha?.[from] ?? 255;
      weights += weight;
      for (let c = 0; c < colours; c += 1)
        sums[c] = (sums[c] ?? 0) + weight * (samples[from * colours + c] ?? 0);
    }
    for (let c = 0; c < colours; c += 1)
      smaller[to * colours + c] = weights === 0 ? 255 : Math.round((sums[c] ?? 0) / weights);
    if (smallerAlpha !== null) smallerAlpha[to] = Math.round(weights / (factor * factor));
  }
  return { ...image, width, height, samples: smaller, alpha: smallerAlpha };
}

/** As it looks on white paper, opaque. */
export function flattened(image: SampledImage): SampledImage {
  const { alpha, colours } = image;
  if (alpha === null) return image;
  const samples = image.samples.map((sample, i) => {
    const opacity = alpha[Math.floor(i / colours)] ?? 255;
    return Math.round((sample * opacity + 255 * (255 - opacity)) / 255);
  });
  return { ...image, samples, alpha: null };
}
