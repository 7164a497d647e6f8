// Pictures that were packed lately, in bounded room. A name is a digest of the whole file: who cannot show the picture cannot ask for it.

import type { ImageSize } from './image-size.ts';
import type { PackedImage } from './raster-image.ts';

/** Some hundred of the usual pictures; a larger one than the second is worth less than what it would drive out. */
const ROOM = { together: 16 * 1024 * 1024, one: 2 * 1024 * 1024 } as const;

interface Kept {
  /** Of the file, before it was made smaller. */
  readonly size: ImageSize;
  readonly forms: Map<string, PackedImage>;
}

export class PictureStore {
  /** The one used last is last. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  /** @returns null for a picture that is not here */
  sizeOf(name: string): ImageSize | null {
    return this.#kept.get(name)?.size ?? null;
  }

  /** @param form - what was made of it */
  find(name: string, form: string): PackedImage | null {
    const kept = this.#kept.get(name);
    if (kept === undefined) return null;
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    return kept.forms.get(form) ?? null;
  }

  keep(name: string, form: string, { size, packed }: { size: ImageSize; packed: PackedImage }): void {
    const bytes = bytesOf(packed);
    if (bytes > ROOM.one) return;
    const kept = this.#kept.get(name) ?? { size, forms: new Map<string, PackedImage>() };
    if (kept.forms.has(form)) return;
    kept.forms.set(form, packed);
    this.#kept.set(name, kept);
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= ROOM.together) break;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    for (const packed of this.#kept.get(name)?.forms.values() ?? []) this.#bytes -= bytesOf(packed);
    this.#kept.delete(name);
  }
}

function bytesOf({ samples, alpha }: PackedImage): number {
  return samples.length + (alpha?.length ?? 0);
}
