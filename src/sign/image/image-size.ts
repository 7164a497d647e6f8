// How large a picture is, from its header alone.

import { readJpeg } from './jpeg.ts';

export interface ImageSize {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

// The signature, then length and type of IHDR (PNG, 5.2 and 11.2.1).
const PNG_WIDTH_AT = 16;

/** @returns null for what is no PNG and no JPEG @throws SigningRefused `image-unsupported` for a damaged JPEG */
export function imageSize(bytes: Uint8Array): ImageSize | null {
  if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes.length >= PNG_WIDTH_AT + 8) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return { width: view.getUint32(PNG_WIDTH_AT), height: view.getUint32(PNG_WIDTH_AT + 4) };
  }
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const { width, height } = readJpeg(bytes);
  return { width, height };
}
