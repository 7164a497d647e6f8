// Character maps (ISO 32000-2, 9.7.5 and 9.10.3): codes of a font to character identifiers, or to Unicode text.

import { bytesSource } from '../../platform/platform.ts';
import { Lexer, type Token } from '../lexer.ts';
import type { PdfLimits } from '../limits.ts';
import type { PdfString } from '../objects.ts';
import { CodeRanges } from './code-ranges.ts';

export interface CharacterMap {
  /** How many bytes the code has that begins with these; 1 where no code space says. */
  codeLength(bytes: Uint8Array, at: number): number;
  /** Unicode text, null where the map says nothing. */
  text(code: number, length: number): string | null;
  /** Character identifier, null where the map says nothing. */
  identifier(code: number): number | null;
}

interface CodeSpace {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
}

/** Kept apart by the length of the code: `<20>` and `<0020>` are two codes. */
type Texts = Map<number, { readonly chars: Map<number, string>; readonly ranges: CodeRanges<string> }>;

/** @throws MalformedPdf for bytes that are no token */
export function parseCharacterMap(data: Uint8Array, limits: PdfLimits): CharacterMap {
  const spaces: CodeSpace[] = [];
  const texts: Texts = new Map();
  const identifiers = new CodeRanges<number>();
  const tokens = tokensOf(data, limits);
  for (const token of tokens) {
    if (token.kind !== 'keyword') continue;
    switch (token.text) {
      case 'begincodespacerange':
        for (const [low, high] of groups(tokens, 2)) addSpace(spaces, low, high);
        break;
      case 'beginbfchar':
        for (const [code, text] of groups(tokens, 2)) addText(texts, code, text);
        break;
      case 'beginbfrange':
        readTextRanges(tokens, texts);
        break;
      case 'begincidchar':
        for (const [code, cid] of groups(tokens, 2)) addIdentifiers(identifiers, code, code, cid);
        break;
      case 'begincidrange':
        for (const [low, high, cid] of groups(tokens, 3)) addIdentifiers(identifiers, low, high, cid);
        break;
    }
  }
  return {
    codeLength: (bytes, at) => codeLength(spaces, bytes, at),
    text: (code, length) => textOfCode(texts.get(length), code),
    identifier: (code) => {
      const range = identifiers.find(code);
      return range === undefined ? null : range.value + code - range.from;
    },
  };
}

function* tokensOf(data: Uint8Array, limits: PdfLimits): Generator<Token, void, undefined> {
  const lexer = new Lexer(bytesSource(data), 0, limits, 'object-stream');
  for (let token = lexer.next(); token.kind !== 'end'; token = lexer.next()) yield token;
}

/** Tokens in groups, up to the next keyword. */
function* groups(tokens: Iterator<Token>, size: number): Generator<readonly Token[], void, undefined> {
  let group: Token[] = [];
  for (let next = tokens.next(); next.done !== true; next = tokens.next()) {
    if (next.value.kind === 'keyword') return;
    group.push(next.value);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
}

/** `<low> <high> <text>`, or `<low> <high> [<text> <text> …]`. */
function readTextRanges(tokens: Iterator<Token>, texts: Texts): void {
  let bounds: Token[] = [];
  for (let next = tokens.next(); next.done !== true; next = tokens.next()) {
    const token = next.value;
    const [low, high] = bounds;
    if (bounds.length < 2) {
      if (token.kind === 'keyword') return;
      bounds.push(token);
      continue;
    }
    bounds = [];
    if (low?.kind !== 'string' || high?.kind !== 'string') continue;
    if (token.kind === 'string') {
      textsOf(texts, low.bytes.length).ranges.add(codeOf(low.bytes), codeOf(high.bytes), unicodeText(token));
    } else if (token.kind === 'keyword' && token.text === '[') {
      let code = codeOf(low.bytes);
      for (const [text] of groups(tokens, 1)) {
        if (text?.kind === 'string') textsOf(texts, low.bytes.length).chars.set(code, unicodeText(text));
        code += 1;
      }
    } else if (token.kind === 'keyword') {
      return;
    }
  }
}

function textsOf(texts: Texts, length: number): NonNullable<ReturnType<Texts['get']>> {
  let known = texts.get(length);
  if (known === undefined) {
    known = { chars: new Map(), ranges: new CodeRanges() };
    texts.set(length, known);
  }
  return known;
}

function addText(texts: Texts, code: Token | undefined, text: Token | undefined): void {
  if (code?.kind !== 'string' || text?.kind !== 'string') return;
  textsOf(texts, code.bytes.length).chars.set(codeOf(code.bytes), unicodeText(text));
}

/** Of a range only the last character counts on. */
function textOfCode(texts: ReturnType<Texts['get']>, code: number): string | null {
  const char = texts?.chars.get(code);
  if (char !== undefined) return char;
  const range = texts?.ranges.find(code);
  if (range === undefined) return null;
  const characters = [...range.value];
  const last = characters.pop()?.codePointAt(0) ?? 0;
  const counted = last + code - range.from;
  return counted > 0x10ffff ? null : `${characters.join('')}${String.fromCodePoint(counted)}`;
}

function addSpace(spaces: CodeSpace[], low: Token | undefined, high: Token | undefined): void {
  if (low?.kind !== 'string' || high?.kind !== 'string') return;
  const { length } = low.bytes;
  if (length >= 1 && length <= 4 && high.bytes.length === length)
    spaces.push({ low: low.bytes, high: high.bytes });
}

function codeLength(spaces: readonly CodeSpace[], bytes: Uint8Array, at: number): number {
  const found = spaces.find(({ low, high }) =>
    low.every((least, i) => {
      const byte = bytes[at + i];
      return byte !== undefined && byte >= least && byte <= (high[i] ?? 0);
    }),
  );
  if (found !== undefined) return found.low.length;
  // Bytes outside every code space are passed in steps of the shortest code (9.7.6.3).
  return spaces.reduce((shortest, { low }) => Math.min(shortest, low.length), spaces[0]?.low.length ?? 1);
}

function addIdentifiers(
  identifiers: CodeRanges<number>,
  low: Token | undefined,
  high: Token | undefined,
  cid: Token | undefined,
): void {
  if (low?.kind === 'string' && high?.kind === 'string' && cid?.kind === 'number')
    identifiers.add(codeOf(low.bytes), codeOf(high.bytes), cid.value);
}

/** Big-endian. */
export function codeOf(bytes: Uint8Array): number {
  return bytes.subarray(0, 4).reduce((code, byte) => code * 256 + byte, 0);
}

function unicodeText({ bytes }: PdfString): string {
  return new TextDecoder('utf-16be').decode(bytes);
}
