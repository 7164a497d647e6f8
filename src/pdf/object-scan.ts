// One pass over a file whose cross-references cannot be trusted: every object that can be recognised, in its order.

import type { Source } from '../platform/platform.ts';
import type { CrossReferenceEntries } from './cross-reference-entries.ts';
import { parseCrossReferenceTable } from './cross-reference-table.ts';
import { damaged, limitExceeded, MalformedPdf } from './errors.ts';
import {
  completeStream,
  type IndirectObject,
  parseIndirectObject,
  type StreamHead,
} from './indirect-object.ts';
import { Lexer, unsignedInteger } from './lexer.ts';
import type { PdfLimits } from './limits.ts';
import { asKind, type PdfDictionary } from './objects.ts';
import { parseDictionary } from './parser.ts';
import { textHasSignatureTrace } from './signature-traces.ts';

export interface ObjectScan {
  readonly objects: readonly IndirectObject[];
  /** Dictionaries behind the keyword `trailer`. */
  readonly trailers: readonly PdfDictionary[];
  /** Cross-reference tables that can be read, by where their keyword stands. */
  readonly tables: readonly { readonly start: number; readonly entries: CrossReferenceEntries }[];
  /** Whether what could not be recognised as an object looks as if it were a part of a signature. */
  readonly tracesBetween: boolean;
}

const WINDOW = 64 * 1024;
// As much as `N G obj` or a trace can need; windows overlap by it.
const OVERLAP = 256;
const BEGINNING =
  /(?<!\d)\d{1,10}[\0\t\n\f\r ]{1,16}\d{1,5}[\0\t\n\f\r ]{1,16}obj(?![A-Za-z0-9])|(?<![A-Za-z])(?:trailer|xref)(?![A-Za-z])/g;

/** @throws MalformedPdf `limits-exceeded` */
export function scanObjects(source: Source, limits: PdfLimits): ObjectScan {
  return new Scanner(source, limits).scan();
}

class Scanner {
  readonly #source: CountingSource;
  readonly #limits: PdfLimits;
  readonly #objects: IndirectObject[] = [];
  readonly #trailers: PdfDictionary[] = [];
  readonly #tables: { readonly start: number; readonly entries: CrossReferenceEntries }[] = [];
  #tracesBetween = false;
  #failures = 0;
  /** From here on there is no `endstream`. */
  #lastEndstream = Number.POSITIVE_INFINITY;

  constructor(source: Source, limits: PdfLimits) {
    this.#source = new CountingSource(source, limits);
    this.#limits = limits;
  }

  scan(): ObjectScan {
    let position = 0;
    while (position < this.#source.size) position = this.#scanWindow(position);
    return {
      objects: this.#objects,
      trailers: this.#trailers,
      tables: this.#tables,
      tracesBetween: this.#tracesBetween,
    };
  }

  /** Recognises what begins in the window at `start`; returns where to go on. */
  #scanWindow(start: number): number {
    const text = textOf(this.#source, start, WINDOW + OVERLAP);
    const windowEnd = start + WINDOW;
    let unread = 0;
    BEGINNING.lastIndex = 0;
    for (let match = BEGINNING.exec(text); match !== null; match = BEGINNING.exec(text)) {
      if (match.index >= WINDOW) break;
      const end = this.#somethingAt(match[0], start + match.index);
      if (end === null) {
        this.#failures += 1;
        if (this.#failures > this.#limits.repairFailures) throw limitExceeded(this.#limits, 'repairFailures');
        continue;
      }
      this.#lookBetween(text.slice(unread, match.index));
      if (end >= windowEnd) return end;
      unread = end - start;
      BEGINNING.lastIndex = unread;
    }
    this.#lookBetween(text.slice(unread));
    return windowEnd;
  }

  /** Where what begins there ends; null where it cannot be read. */
  #somethingAt(beginning: string, offset: number): number | null {
    if (beginning === 'trailer') return this.#trailerAt(offset);
    return beginning === 'xref' ? this.#tableAt(offset) : this.#objectAt(offset);
  }

  #lookBetween(text: string): void {
    this.#tracesBetween ||= textHasSignatureTrace(text);
  }

  #trailerAt(offset: number): number | null {
    const lexer = new Lexer(this.#source, offset + 'trailer'.length, this.#limits);
    const trailer = unlessDamaged(() => parseDictionary(lexer, this.#limits));
    if (trailer === null) return null;
    this.#trailers.push(trailer);
    return lexer.position;
  }

  #tableAt(offset: number): number | null {
    const lexer = new Lexer(this.#source, offset + 'xref'.length, this.#limits);
    const table = unlessDamaged(() => parseCrossReferenceTable(this.#source, lexer, this.#limits));
    if (table === null) return null;
    this.#tables.push({ start: offset, entries: table.entries });
    this.#trailers.push(table.trailer);
    return lexer.position;
  }

  #objectAt(offset: number): number | null {
    this.#source.allowParse();
    const parsed =
      unlessDamaged(() => parseIndirectObject(this.#source, offset, this.#limits)) ??
      unlessDamaged(() => this.#withoutEnd(offset));
    if (parsed === null) return null;
    const object = 'dataOffset' in parsed ? this.#stream(parsed) : parsed;
    if (object === null) return null;
    if (this.#objects.length === this.#limits.objects) throw limitExceeded(this.#limits, 'objects');
    this.#objects.push(object);
    return object.end;
  }

  /** A dictionary that `endobj` should follow but does not. */
  #withoutEnd(offset: number): IndirectObject {
    const lexer = new Lexer(this.#source, offset, this.#limits);
    const number = unsignedInteger(lexer.next());
    const generation = unsignedInteger(lexer.next());
    lexer.next();
    if (number === undefined || generation === undefined) throw damaged('object', offset);
    const object = parseDictionary(lexer, this.#limits);
    return { number, generation, object, start: offset, end: lexer.position };
  }

  #stream(head: StreamHead): IndirectObject | null {
    const length = asKind(head.dictionary.entries.get('Length'), 'number');
    const asDeclared =
      length?.integer === true
        ? unlessDamaged(() => completeStream(this.#source, head, length.value, this.#limits))
        : null;
    return asDeclared ?? this.#streamUpToKeyword(head);
  }

  #streamUpToKeyword(head: StreamHead): IndirectObject | null {
    const { number, generation, start, dictionary, dataOffset } = head;
    if (dataOffset >= this.#lastEndstream) return null;
    let position = dataOffset;
    for (; position < this.#source.size; position += WINDOW) {
      const index = textOf(this.#source, position, WINDOW + OVERLAP).indexOf('endstream');
      if (index === -1) continue;
      const end = position + index + 'endstream'.length;
      const dataLength = position + index - dataOffset;
      const object = { kind: 'stream', dictionary, dataOffset, dataLength, data: null } as const;
      return { number, generation, object, start, end };
    }
    this.#lastEndstream = dataOffset;
    return null;
  }
}

/** Null for what is no object; breaches of limits go on. */
function unlessDamaged<T>(attempt: () => T): T | null {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof MalformedPdf && error.code === 'pdf-damaged') return null;
    throw error;
  }
}

function textOf(source: Source, offset: number, length: number): string {
  // One character per byte; which one stands for bytes above 0x7F does not matter here.
  return new TextDecoder('latin1').decode(source.read(offset, length));
}

// What a parser reads ahead of the object that it was asked for.
const READ_AHEAD = 4096;

/** Counts what is read, so that beginnings without ends cannot make every one of them a pass to the end of the file. */
class CountingSource implements Source {
  readonly #source: Source;
  readonly #limits: PdfLimits;
  readonly size: number;
  #allowed: number;

  constructor(source: Source, limits: PdfLimits) {
    this.#source = source;
    this.#limits = limits;
    this.size = source.size;
    this.#allowed = limits.repairReads * source.size + 16 * WINDOW;
  }

  allowParse(): void {
    this.#allowed += READ_AHEAD;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = this.#source.read(offset, length);
    this.#allowed -= bytes.length;
    if (this.#allowed < 0) throw limitExceeded(this.#limits, 'repairReads');
    return bytes;
  }
}
