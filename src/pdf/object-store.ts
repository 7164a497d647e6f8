// Objects by their place in the file, parsed once, whichever revision asks.

import type { Inflater, Source } from '../platform/platform.ts';
import type { ObjectIdentity } from './document.ts';
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
import type { SecurityHandler } from './security-handler.ts';

/** Follows references as one revision sees them. */
export type Resolve = (object: PdfObject | undefined) => PdfObject;

// About a kilobyte each: letters have some hundreds, and reading one again costs microseconds.
const MANY_OBJECTS = 10_000;

/** The same bytes are the same object in every revision, also by identity. */
export class ObjectStore {
  readonly source: Source;
  readonly limits: PdfLimits;
  readonly #inflater: Inflater;
  readonly #handler: SecurityHandler | null;
  readonly #parsed = new Map<number, IndirectObject | StreamHead>();
  readonly #streams = new Map<number, IndirectObject[]>();
  readonly #objectStreams = new WeakMap<PdfStream, ObjectStream>();
  readonly #identities = new WeakMap<PdfStream, ObjectIdentity>();
  readonly #counted = new Set<number>();
  #decodedBytes = 0;
  #decoding = 0;
  #memberBytes = 0;
  readonly #spend = (bytes: number): 'keep' | 'let go' => {
    this.#memberBytes += bytes;
    if (this.#memberBytes > this.limits.memberBytesPerDocument)
      throw limitExceeded(this.limits, 'memberBytesPerDocument');
    return this.#memberBytes <= this.limits.memberBytesKept ? 'keep' : 'let go';
  };

  /** @param handler - of an encrypted document: with it objects are shown in the clear, else as they stand in the file */
  constructor(source: Source, limits: PdfLimits, inflater: Inflater, handler: SecurityHandler | null = null) {
    this.source = source;
    this.limits = limits;
    this.#inflater = inflater;
    this.#handler = handler;
  }

  /** The same file in the clear; nothing that was parsed here is shared. */
  decryptedBy(handler: SecurityHandler): ObjectStore {
    return new ObjectStore(this.source, this.limits, this.#inflater, handler);
  }

  /**
   * The indirect object at an offset.
   * @param resolve - for a `/Length` that is a reference; it may differ from revision to revision
   * @throws MalformedPdf
   */
  objectAt(offset: number, resolve: Resolve): IndirectObject {
    const parsed = this.headAt(offset);
    return 'dataOffset' in parsed ? this.#complete(offset, parsed, resolve) : parsed;
  }

  /** The same, of a stream only the part before its data. @throws MalformedPdf */
  headAt(offset: number): IndirectObject | StreamHead {
    const parsed = this.#parsed.get(offset) ?? this.#parse(offset);
    this.#parsed.set(offset, parsed);
    return parsed;
  }

  /** The same for one look: where many objects are kept already, it is not kept for the next. @throws MalformedPdf */
  glanceAt(offset: number): IndirectObject | StreamHead {
    return this.#parsed.size < MANY_OBJECTS
      ? this.headAt(offset)
      : (this.#parsed.get(offset) ?? this.#parse(offset));
  }

  #parse(offset: number): IndirectObject | StreamHead {
    const inFile = parseIndirectObject(this.source, offset, this.limits);
    return this.#handler === null ? inFile : this.#handler.clear(inFile);
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
    if (stream.object !== null && typeof stream.object === 'object' && stream.object.kind === 'stream')
      this.#identities.set(stream.object, head);
    return stream;
  }

  /** The contents of an object stream, decoded once. @throws MalformedPdf */
  objectStream(stream: PdfStream, resolve: Resolve): ObjectStream {
    let contents = this.#objectStreams.get(stream);
    if (contents === undefined) {
      contents = new ObjectStream(stream.dictionary, this.decode(stream, resolve), this.limits, this.#spend);
      this.#objectStreams.set(stream, contents);
    }
    return contents;
  }

  /** The same of an object stream whose header need not fit its `/N`; nothing is kept. @throws MalformedPdf */
  writtenObjectStream(stream: PdfStream, resolve: Resolve): ObjectStream {
    return new ObjectStream(
      stream.dictionary,
      this.decode(stream, resolve),
      this.limits,
      this.#spend,
      'as-written',
    );
  }

  /** What undoes the filters of streams. */
  get inflater(): Inflater {
    return this.#inflater;
  }

  /** The data of a stream in the clear, its filters still on. @throws MalformedPdf */
  rawData(stream: PdfStream, resolve: Resolve): Uint8Array {
    if (stream.data !== null) return stream.data;
    const inFile = this.source.read(stream.dataOffset, stream.dataLength);
    if (this.#handler === null) return inFile;
    const identity = this.#identities.get(stream);
    // Its key depends on its number, which only the store knows that has read it.
    if (identity === undefined) throw new TypeError('a stream of another document');
    return this.#handler.clearData(inFile, stream.dictionary, identity, resolve);
  }

  /** Undoes a stream's filters; each stream counts once against the document's budget of bytes, and each time as work. @throws MalformedPdf */
  decode(stream: PdfStream, resolve: Resolve): Uint8Array {
    const context = { inflater: this.#inflater, limits: this.limits, resolve };
    const { data, produced } = decodeStreamData(this.rawData(stream, resolve), stream.dictionary, context);
    this.#decoding += produced;
    if (this.#decoding > this.limits.decodingPerDocument)
      throw limitExceeded(this.limits, 'decodingPerDocument');
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
