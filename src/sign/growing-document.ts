// A document that grows by one update after the other: its beginning is read once, however many updates follow.

import { concatBytes } from '../asn1/values.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { DigestAlgorithm, RunningDigest, Source } from '../platform/platform.ts';
import { appendedSource } from './appended-source.ts';
import { type OpeningContext, openOnce } from './prepared-signature.ts';
import { digestCovered } from './source-digest.ts';

export class GrowingDocument {
  readonly #original: Source;
  readonly #running: RunningDigest;
  readonly #opening: OpeningContext;
  readonly digestAlgorithm: DigestAlgorithm;
  #appended: Uint8Array = new Uint8Array(0);

  /** @param beginning - digest of all bytes of `original` by `digestAlgorithm`; it is not changed */
  constructor(
    original: Source,
    digestAlgorithm: DigestAlgorithm,
    beginning: RunningDigest,
    opening: OpeningContext,
  ) {
    this.#original = original;
    this.digestAlgorithm = digestAlgorithm;
    this.#running = beginning.copy();
    this.#opening = opening;
  }

  /** What follows the original's last byte so far. */
  get appended(): Uint8Array {
    return this.#appended;
  }

  append(update: Uint8Array): void {
    this.#running.update(update);
    this.#appended = concatBytes([this.#appended, update]);
  }

  /** The document as it stands. @throws MalformedPdf */
  open(): PdfDocument {
    return openOnce(appendedSource(this.#original, this.#appended), this.#opening);
  }

  /** Digest of the document as it stands, continued with an update around its gap. */
  digestWith(update: Uint8Array, gap: { readonly start: number; readonly end: number }): Uint8Array {
    return digestCovered(this.#running, update, gap);
  }
}
