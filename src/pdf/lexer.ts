// Bytes to tokens (ISO 32000-2, 7.2 and 7.3): where they stand if they are in memory, else through a small window, so that a large
// file costs nothing.

import type { Source } from '../platform/platform.ts';
import {
  CR,
  endOfRegular,
  endOfWhiteSpace,
  isDigit,
  isRegular,
  isWhiteSpace,
  LF,
  latin1,
} from './characters.ts';
import { damaged, limitExceeded } from './errors.ts';
import type { PdfLimits } from './limits.ts';
import type { PdfName, PdfNumber, PdfString } from './objects.ts';
import { decodeHexadecimalString, decodeLiteralString, endOfHexadecimalDigits } from './strings.ts';

/** A word such as `obj` or `R`, or one of the delimiters `[`, `]`, `<<`, `>>`. */
export interface Keyword {
  readonly kind: 'keyword';
  readonly text: string;
}

export type Token = PdfNumber | PdfString | PdfName | Keyword | { readonly kind: 'end' };

const END: Token = { kind: 'end' };
const FIRST_WINDOW = 512;
const LARGEST_WINDOW = 32 * 1024;
// No number or keyword of the standard comes near; a longer run of letters is some keyword that nobody knows.
const LONGEST_WORD = 64;
const SHORT_TOKEN = 24;
// Identifiers and names are shorter; what is longer is nearly always the `/Contents` of a signature.
const SHORT_STRING = 256;

const NOTHING_READ = new Uint8Array(0);

// A file says the same few dozen names over and over: the last one of each slot is not made again. Few enough to be forgotten soon.
const NAME_SLOTS = 1021;
const knownNames: (PdfName & { readonly token: string })[] = [];

const BEGIN_DICTIONARY: Keyword = { kind: 'keyword', text: '<<' };
const END_DICTIONARY: Keyword = { kind: 'keyword', text: '>>' };
const BEGIN_ARRAY: Keyword = { kind: 'keyword', text: '[' };
const END_ARRAY: Keyword = { kind: 'keyword', text: ']' };

/** Where the tokens come from: strings in an object stream have no offset in the file. */
export type TokenOrigin = 'file' | 'object-stream';

/** A position in a source that moves forward token by token. */
export class Lexer {
  readonly #source: Source;
  readonly #limits: PdfLimits;
  readonly #origin: TokenOrigin;
  #window: Uint8Array;
  #windowStart = 0;
  #windowSize = FIRST_WINDOW;
  /** Offset of the next byte that was not consumed. */
  position: number;
  /** Offset of the first byte of the token that `next` returned last. */
  tokenStart: number;

  constructor(source: Source, position: number, limits: PdfLimits, origin: TokenOrigin = 'file') {
    this.#source = source;
    this.#window = source.whole ?? NOTHING_READ;
    this.#limits = limits;
    this.#origin = origin;
    this.position = position;
    this.tokenStart = position;
  }

  /** The byte at an offset, -1 outside the source. */
  byteAt(offset: number): number {
    return this.#window[offset - this.#windowStart] ?? this.#refill(offset);
  }

  /** The bytes [start, end) of the source. */
  slice(start: number, end: number): Uint8Array {
    const from = start - this.#windowStart;
    const to = end - this.#windowStart;
    if (from >= 0 && to <= this.#window.length) return this.#window.subarray(from, to);
    return this.#source.read(start, end - start);
  }

  /** Passes white space only; how many bytes there were. */
  skipWhiteSpace(): number {
    const start = this.position;
    do {
      // Padding may be long: what is at hand is passed at once.
      const at = this.position - this.#windowStart;
      if (at >= 0) this.position = this.#windowStart + endOfWhiteSpace(this.#window, at);
    } while (isWhiteSpace(this.byteAt(this.position)));
    return this.position - start;
  }

  /** Passes white space and comments. */
  skipBlank(): void {
    for (;;) {
      this.skipWhiteSpace();
      if (this.byteAt(this.position) !== 0x25) return;
      this.skipComment();
    }
  }

  /** Passes a comment, its line end excluded. */
  skipComment(): void {
    for (;;) {
      const byte = this.byteAt(this.position);
      if (byte === CR || byte === LF || byte === -1) return;
      this.position += 1;
    }
  }

  /** Passes one line end, CR, LF or CR LF, if there is one; how many bytes it had. */
  skipLineEnd(): number {
    const start = this.position;
    if (this.byteAt(this.position) === CR) this.position += 1;
    if (this.byteAt(this.position) === LF) this.position += 1;
    return this.position - start;
  }

  /** Passes exactly these characters if they stand here. */
  skipLiteral(text: string): boolean {
    for (let i = 0; i < text.length; i += 1)
      if (this.byteAt(this.position + i) !== text.charCodeAt(i)) return false;
    this.position += text.length;
    return true;
  }

  /**
   * The next token, white space and comments before it passed.
   * @throws MalformedPdf `pdf-damaged` for bytes that are no token, `limits-exceeded` `tokenBytes`
   */
  next(): Token {
    let byte = this.byteAt(this.position);
    if (byte === 0x25 || isWhiteSpace(byte)) {
      this.skipBlank();
      byte = this.byteAt(this.position);
    }
    this.tokenStart = this.position;
    switch (byte) {
      case -1:
        return END;
      case 0x2f:
        return this.#name();
      case 0x28:
        return this.#literalString();
      case 0x3c:
        return this.byteAt(this.position + 1) === 0x3c
          ? this.#delimiter(BEGIN_DICTIONARY)
          : this.#hexadecimalString();
      case 0x3e:
        if (this.byteAt(this.position + 1) === 0x3e) return this.#delimiter(END_DICTIONARY);
        break;
      case 0x5b:
        return this.#delimiter(BEGIN_ARRAY);
      case 0x5d:
        return this.#delimiter(END_ARRAY);
    }
    if (!isRegular(byte)) throw damaged('object', this.position);
    return this.#word();
  }

  #delimiter(token: Keyword): Token {
    this.position += token.text.length;
    return token;
  }

  #name(): Token {
    const end = this.#endOfRegular(this.position + 1);
    const slot = this.#slotOf(end);
    const known = knownNames[slot];
    if (known !== undefined && this.#stands(known.token, end)) {
      this.position = end;
      return known;
    }
    const token = this.#run(end, Number.POSITIVE_INFINITY);
    const name = token.includes('#', 1) ? decodedName(token) : token.slice(1);
    const made = { kind: 'name', name, token } as const;
    if (slot >= 0) knownNames[slot] = made;
    return made;
  }

  /** Where the name from here to `end` is kept; -1 for a long one, and for one whose bytes are not all at hand. */
  #slotOf(end: number): number {
    const at = this.position - this.#windowStart;
    const length = end - this.position;
    if (at < 0 || length > SHORT_TOKEN) return -1;
    let slot = 0;
    for (let i = at + 1; i < at + length; i += 1)
      slot = (31 * slot + (this.#window[i] as number)) % NAME_SLOTS;
    return slot;
  }

  /** Whether the bytes from here to `end` are this text; false too where they are not all at hand. */
  #stands(text: string, end: number): boolean {
    const at = this.position - this.#windowStart;
    if (at < 0 || text.length !== end - this.position) return false;
    for (let i = 0; i < text.length; i += 1) if (this.#window[at + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** As nearly all are written: up to nine digits without needless zeros, so that the text follows from the value; else null. */
  #plainInteger(): PdfNumber | null {
    const window = this.#window;
    const from = this.position - this.#windowStart;
    let at = from;
    let value = 0;
    for (; at < window.length && at - from < 9; at += 1) {
      const byte = window[at] as number;
      if (!isDigit(byte)) break;
      value = 10 * value + byte - 0x30;
    }
    const digits = at - from;
    const end = this.position + digits;
    if (digits === 0 || (digits > 1 && window[from] === 0x30) || isRegular(this.byteAt(end))) return null;
    this.position = end;
    return { kind: 'number', value, text: String(value), integer: true };
  }

  #word(): Token {
    const integer = this.#plainInteger();
    if (integer !== null) return integer;
    const start = this.position;
    const text = this.#run(this.#endOfRegular(start), LONGEST_WORD);
    const first = text.charCodeAt(0);
    const mayBeNumber = isDigit(first) || first === 0x2b || first === 0x2d || first === 0x2e;
    if (!mayBeNumber || this.position - start > LONGEST_WORD) return { kind: 'keyword', text };
    if (/^[+-]?\d+$/.test(text)) return { kind: 'number', value: Number(text), text, integer: true };
    if (/^[+-]?(\d+\.\d*|\.\d+)$/.test(text))
      return { kind: 'number', value: Number(text), text, integer: false };
    return { kind: 'keyword', text };
  }

  /** Offset of the first byte from `from` on that is no regular character. */
  #endOfRegular(from: number): number {
    let end = from;
    do {
      const at = end - this.#windowStart;
      if (at >= 0) end = this.#windowStart + endOfRegular(this.#window, at);
    } while (isRegular(this.byteAt(end)));
    return end;
  }

  /** Consumes up to `end`; at most the first `most` characters of what is consumed. */
  #run(end: number, most: number): string {
    const start = this.position;
    const length = Math.min(end - start, most);
    const at = start - this.#windowStart;
    if (length > SHORT_TOKEN || at < 0) return latin1(this.#consume(end).subarray(0, length));
    // Names and numbers are short and many: a view of each would cost more than its characters do.
    let text = '';
    for (let i = at; i < at + length; i += 1) text += String.fromCharCode(this.#window[i] as number);
    this.position = end;
    return text;
  }

  #literalString(): Token {
    let depth = 0;
    let end = this.position;
    let standsForItself = true;
    do {
      const byte = this.byteAt(end);
      if (byte === -1) throw damaged('object', this.position);
      if (end - this.position > this.#limits.tokenBytes) throw limitExceeded(this.#limits, 'tokenBytes');
      if (byte === 0x5c || byte === CR) standsForItself = false;
      if (byte === 0x5c) end += 1;
      else if (byte === 0x28) depth += 1;
      else if (byte === 0x29) depth -= 1;
      end += 1;
    } while (depth > 0);
    const offset = this.#origin === 'file' ? this.position : -1;
    const token = this.#consume(end);
    const bytes = standsForItself ? token.subarray(1, -1) : decodeLiteralString(token);
    return { kind: 'string', form: 'literal', bytes, token, offset };
  }

  #hexadecimalString(): Token {
    const offset = this.#origin === 'file' ? this.position : -1;
    const end = this.#endOfDigits(this.position + 1);
    if (this.byteAt(end) !== 0x3e) throw damaged('object', this.position);
    const token = this.#consume(end + 1);
    return token.length > SHORT_STRING
      ? longHexadecimalString(token, offset)
      : { kind: 'string', form: 'hexadecimal', bytes: decodeHexadecimalString(token), token, offset };
  }

  #consume(end: number): Uint8Array {
    if (end - this.position > this.#limits.tokenBytes) throw limitExceeded(this.#limits, 'tokenBytes');
    if (end > this.#source.size) throw damaged('object', this.position);
    const token = this.slice(this.position, end);
    this.position = end;
    return token;
  }

  /** Offset of the first byte that cannot stand inside a hexadecimal string. */
  #endOfDigits(from: number): number {
    let offset = from;
    while (this.byteAt(offset) !== -1) {
      const window = this.#window;
      offset = this.#windowStart + endOfHexadecimalDigits(window, offset - this.#windowStart);
      if (offset < this.#windowStart + window.length) return offset;
      if (offset - from > this.#limits.tokenBytes) throw limitExceeded(this.#limits, 'tokenBytes');
    }
    return offset;
  }

  #refill(offset: number): number {
    if (offset < 0 || offset >= this.#source.size) return -1;
    this.#window = this.#source.read(offset, this.#windowSize);
    this.#windowStart = offset;
    this.#windowSize = Math.min(2 * this.#windowSize, LARGEST_WINDOW);
    return this.#window[0] ?? -1;
  }
}

/** Decoded when asked for: who signs after others reads their signature dictionaries and never the values in them. */
function longHexadecimalString(token: Uint8Array, offset: number): PdfString {
  let decoded: Uint8Array | undefined;
  return {
    kind: 'string',
    form: 'hexadecimal',
    token,
    offset,
    get bytes() {
      decoded ??= decodeHexadecimalString(token);
      return decoded;
    },
  };
}

// A number sign without two digits behind it stands for itself, as in names written before PDF 1.2.
function decodedName(token: string): string {
  return token
    .slice(1)
    .replace(/#([0-9A-Fa-f]{2})/g, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
}

/** Whether the token is this keyword. */
export function isKeyword(token: Token, text: string): boolean {
  return token.kind === 'keyword' && token.text === text;
}

/** The value of a token of nothing but digits, as object numbers, generations and offsets are written; else undefined. */
export function unsignedInteger(token: Token): number | undefined {
  if (token.kind !== 'number' || !isDigit(token.text.charCodeAt(0)) || !token.integer) return undefined;
  return Number.isSafeInteger(token.value) ? token.value : undefined;
}
