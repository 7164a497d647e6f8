// Object streams (ISO 32000-2, 7.5.7): several objects, compressed together.

import { bytesSource } from '../platform/platform.ts';
import { damaged, limitExceeded } from './errors.ts';
import { Lexer, unsignedInteger } from './lexer.ts';
import type { PdfLimits } from './limits.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from './objects.ts';
import { parseObjectSequence } from './parser.ts';

interface Member {
  readonly number: number;
  /** Offset in the decoded data. */
  readonly start: number;
  /** Where the next object begins, or the data ends. */
  readonly end: number;
}

/** Told how much memory something takes, in bytes; says whether to keep it. @throws MalformedPdf `limits-exceeded` when that is too much */
export type Spend = (bytes: number) => 'keep' | 'let go';

// A row of the header, and its place in the orders that find its end.
const MEMBER_BYTES = 128;

// What is built of an object this large is let go so late that there are two of it for a while.
const LARGE = 1024 * 1024;

/** The decoded contents of one object stream; its members are parsed when asked for. */
export class ObjectStream {
  readonly #data: Uint8Array;
  readonly #limits: PdfLimits;
  readonly #members: readonly Member[];
  readonly #spend: Spend;
  readonly #objects = new Map<number, PdfObject>();

  /**
   * @param header - `as-counted`: `/N` pairs. `as-written`: as many as stand before `/First`, whatever `/N` says (only for a
   *   repair, since nobody else would read them so)
   * @throws MalformedPdf `pdf-damaged` { reason: 'object' } when the header does not fit the data
   */
  constructor(
    dictionary: PdfDictionary,
    data: Uint8Array,
    limits: PdfLimits,
    spend: Spend,
    header: 'as-counted' | 'as-written' = 'as-counted',
  ) {
    if (!isName(dictionary.entries.get('Type'), 'ObjStm')) throw damaged('object');
    this.#data = data;
    this.#limits = limits;
    this.#spend = spend;
    const parse = header === 'as-counted' ? parseHeader : parseWrittenHeader;
    this.#members = parse(dictionary, data, limits);
    spend(MEMBER_BYTES * this.#members.length);
  }

  /** The object numbers of the members, by index. */
  get numbers(): readonly number[] {
    return this.#members.map(({ number }) => number);
  }

  /**
   * The member at an index, which must be the one that the cross-reference section means.
   * @throws MalformedPdf `pdf-damaged` { reason: 'object' }
   */
  member(index: number, number: number): PdfObject {
    const member = this.#members[index];
    if (member === undefined || member.number !== number) throw damaged('object');
    const known = this.#objects.get(index);
    if (known !== undefined) return known;
    const data = this.#data.subarray(member.start, member.end);
    const { object, memory } = parseMember(data, this.#limits);
    if (this.#spend(memory > LARGE ? 2 * memory : memory) === 'keep') this.#objects.set(index, object);
    return object;
  }
}

function parseHeader(dictionary: PdfDictionary, data: Uint8Array, limits: PdfLimits): readonly Member[] {
  const count = requireInteger(dictionary, 'N');
  const first = requireInteger(dictionary, 'First');
  if (count > limits.objects) throw limitExceeded(limits, 'objects');
  if (first > data.length) throw damaged('object');
  const lexer = new Lexer(bytesSource(data.subarray(0, first)), 0, limits, 'object-stream');
  const starts: Start[] = [];
  for (let i = 0; i < count; i += 1) {
    const number = unsignedInteger(lexer.next());
    const offset = unsignedInteger(lexer.next());
    if (number === undefined || offset === undefined || first + offset > data.length) throw damaged('object');
    starts.push({ number, start: first + offset });
  }
  return withEnds(starts, data);
}

function parseWrittenHeader(
  dictionary: PdfDictionary,
  data: Uint8Array,
  limits: PdfLimits,
): readonly Member[] {
  const first = requireInteger(dictionary, 'First');
  if (first > data.length) throw damaged('object');
  const lexer = new Lexer(bytesSource(data.subarray(0, first)), 0, limits, 'object-stream');
  const starts: Start[] = [];
  while (starts.length < limits.objects) {
    const number = unsignedInteger(lexer.next());
    const offset = number === undefined ? undefined : unsignedInteger(lexer.next());
    if (number === undefined || offset === undefined) break;
    if (first + offset <= data.length) starts.push({ number, start: first + offset });
  }
  return withEnds(starts, data);
}

type Start = Omit<Member, 'end'>;

function withEnds(starts: readonly Start[], data: Uint8Array): readonly Member[] {
  // Offsets should rise but need not; a member ends where any other begins.
  const sorted = starts.map(({ start }) => start).sort((a, b) => a - b);
  const endOf = new Map<number, number>();
  for (const [i, start] of sorted.entries()) endOf.set(start, sorted[i + 1] ?? data.length);
  return starts.map(({ number, start }) => ({ number, start, end: endOf.get(start) ?? data.length }));
}

function requireInteger(dictionary: PdfDictionary, key: string): number {
  const number = asKind(dictionary.entries.get(key), 'number');
  const value = number === undefined ? undefined : unsignedInteger(number);
  if (value === undefined) throw damaged('object');
  return value;
}

function parseMember(data: Uint8Array, limits: PdfLimits): { object: PdfObject; memory: number } {
  const { objects, keyword, memory } = parseObjectSequence(
    new Lexer(bytesSource(data), 0, limits, 'object-stream'),
    limits,
  );
  const [object] = objects;
  if (objects.length !== 1 || object === undefined || keyword !== null) throw damaged('object');
  return { object, memory };
}
