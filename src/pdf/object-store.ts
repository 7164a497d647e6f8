// Objects by their place in the file, parsed once, whichever revision asks.

import type { Inflater, Source } from '../platform/platform.ts';
import { damaged, limitExceeded } from './errors.ts';
import { decodeStreamData } from './filters.ts';
import {
  completeStream,
  type IndirectObject,
  parseIndirectObject,
  type StreamHead,
} from './indirect-object.ts';
import type { PdfLimits } from './limits.ts';
import { ObjectStream } from './object-stream.ts';
import type { PdfObject, PdfStream } from './objects.ts';

/** Follows references as one revision sees them. */
export type Resolve = (object: PdfObject | undefined) => PdfObject;

/** The same bytes are the same object in every revision, also by identity. */
export class ObjectStore {
  readonly source: Source;
  readonly limits: PdfLimits;
  readonly #inflater: Inflater;
  readonly #parsed = new Map<number, IndirectObject | StreamHead>();
  readonly #streams = new Map<number, IndirectObject[]>();
  readonly #objectStreams = new WeakMap<PdfStream, ObjectStream>();
  readonly #counted = new Set<number>();
  #decodedBytes = 0;

  constructor(source: Source, limits: PdfLimits, inflater: Inflater) {
    this.source = source;
    this.limits = limits;
    this.#inflater = inflater;
  }

  /**
   * The indirect object at an offset.
   * @param resolve - for a `/Length` that is a reference; it may differ from revision to revision
   * @throws MalformedPdf
   */
  objectAt(offset: number, resolve: Resolve): IndirectObject {
    let parsed = this.#parsed.get(offset);
    if (parsed === undefined) {
      parsed = parseIndirectObject(this.source, offset, this.limits);
      this.#parsed.set(offset, parsed);
    }
    return 'dataOffset' in parsed ? this.#complete(offset, parsed, resolve) : parsed;
  }

  /** Keeps an object that a repair has recognised, whatever its `/Length` says. */
  put(object: IndirectObject): void {
    this.#parsed.set(object.start, object);
  }

  #complete(offset: number, head: StreamHead, resolve: Resolve): IndirectObject {
    const length = resolve(head.dictionary.entries.get('Length'));
    if (length === null || typeof length !== 'object' || length.kind !== 'number' || !length.integer)
      throw damaged('object', head.start);
    const known = this.#streams.get(offset) ?? [];
    const same = known.find(({ object }) => lengthOf(object) === length.value);
    if (same !== undefined) return same;
    const stream = completeStream(this.source, head, length.value, this.limits);
    this.#streams.set(offset, [...known, stream]);
    return stream;
  }

  /** The contents of an object stream, decoded once. @throws MalformedPdf */
  objectStream(stream: PdfStream, resolve: Resolve): ObjectStream {
    let contents = this.#objectStreams.get(stream);
    if (contents === undefined) {
      contents = new ObjectStream(stream.dictionary, this.decode(stream, resolve), this.limits);
      this.#objectStreams.set(stream, contents);
    }
    return contents;
  }

  rawData(stream: PdfStream): Uint8Array {
    return stream.data ?? this.source.read(stream.dataOffset, stream.dataLength);
  }

  /** Undoes a stream's filters; each stream counts once against the document's budget. @throws MalformedPdf */
  decode(stream: PdfStream, resolve: Resolve): Uint8Array {
    const context = { inflater: this.#inflater, limits: this.limits, resolve };
    const { data, produced } = decodeStreamData(this.rawData(stream), stream.dictionary, context);
    if (stream.data === null && !this.#counted.has(stream.dataOffset)) {
      this.#counted.add(stream.dataOffset);
      this.#decodedBytes += produced;
      if (this.#decodedBytes > this.limits.decodedBytesPerDocument)
        throw limitExceeded(this.limits, 'decodedBytesPerDocument');
    }
    return data;
  }
}

function lengthOf(object: PdfObject): number | undefined {
  return object !== null && typeof object === 'object' && object.kind === 'stream'
    ? object.dataLength
    : undefined;
}
