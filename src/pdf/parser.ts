// Tokens to objects (ISO 32000-2, 7.3), with a stack of its own so that nesting cannot exhaust the runtime's.

import { damaged, limitExceeded } from './errors.ts';
import { type Lexer, type Token, unsignedInteger } from './lexer.ts';
import type { PdfLimits } from './limits.ts';
import type { PdfDictionary, PdfObject } from './objects.ts';

/** Objects that stand one after the other, and the keyword that ended them (null at the end of the bytes). */
export interface ObjectSequence {
  readonly objects: readonly PdfObject[];
  readonly keyword: string | null;
  readonly keywordStart: number;
  /** What the objects take in memory, estimated in bytes. */
  readonly memory: number;
}

// As V8 was measured to keep them: a value with its place in its container, and what a dictionary or a string takes beside it.
const VALUE_BYTES = 64;
const STRING_BYTES = 128;
const DICTIONARY_BYTES = 224;

interface Container {
  readonly kind: 'array' | 'dictionary' | 'sequence';
  readonly items: PdfObject[];
}

/**
 * Parses objects up to a keyword that belongs to none, such as `endobj`, `stream` or `startxref`.
 * @throws MalformedPdf `pdf-damaged` { reason: 'object' }, `limits-exceeded` `nesting`, `parsedBytesPerObject`
 */
export function parseObjectSequence(lexer: Lexer, limits: PdfLimits): ObjectSequence {
  return parse(lexer, limits, 'keyword');
}

/** Parses the dictionary that begins here and nothing behind it. @throws MalformedPdf as `parseObjectSequence` */
export function parseDictionary(lexer: Lexer, limits: PdfLimits): PdfDictionary {
  const { objects } = parse(lexer, limits, 'first-container');
  const [object] = objects;
  if (objects.length !== 1 || object === null || typeof object !== 'object' || object.kind !== 'dictionary')
    throw damaged('object', lexer.tokenStart);
  return object;
}

function parse(lexer: Lexer, limits: PdfLimits, until: 'keyword' | 'first-container'): ObjectSequence {
  const outer: Container[] = [];
  let container: Container = { kind: 'sequence', items: [] };
  let memory = 0;
  for (;;) {
    const token = lexer.next();
    memory += memoryOf(token);
    if (memory > limits.parsedBytesPerObject) throw limitExceeded(limits, 'parsedBytesPerObject');
    if (isValue(token)) {
      container.items.push(token);
      continue;
    }
    const text = token.kind === 'end' ? null : token.text;
    if (text === '[' || text === '<<') {
      if (outer.length >= limits.nesting) throw limitExceeded(limits, 'nesting');
      outer.push(container);
      container = { kind: text === '[' ? 'array' : 'dictionary', items: [] };
    } else if (text === ']' || text === '>>') {
      const parent = outer.pop();
      if (parent === undefined) throw damaged('object', lexer.tokenStart);
      parent.items.push(closed(container, text, lexer));
      container = parent;
      if (until === 'first-container' && outer.length === 0) return sequence(container, text, lexer, memory);
    } else if (text !== null && isConstant(text)) {
      container.items.push(CONSTANTS[text]);
    } else if (text === 'R') {
      reduceReference(container.items, lexer);
    } else if (outer.length === 0) {
      return sequence(container, text, lexer, memory);
    } else {
      throw damaged('object', lexer.tokenStart);
    }
  }
}

function sequence(
  container: Container,
  keyword: string | null,
  lexer: Lexer,
  memory: number,
): ObjectSequence {
  return { objects: container.items, keyword, keywordStart: lexer.tokenStart, memory };
}

/** What a token adds; a keyword that ends the sequence counts as one value, which nobody misses. */
function memoryOf(token: Token): number {
  if (token.kind !== 'keyword') return token.kind === 'string' ? VALUE_BYTES + STRING_BYTES : VALUE_BYTES;
  if (token.text === '<<') return VALUE_BYTES + DICTIONARY_BYTES;
  // Of three tokens a reference is made, and its numbers are let go.
  if (token.text === 'R') return -VALUE_BYTES;
  return token.text === ']' || token.text === '>>' ? 0 : VALUE_BYTES;
}

const CONSTANTS = { true: true, false: false, null: null } as const;

function isConstant(text: string): text is keyof typeof CONSTANTS {
  return text === 'true' || text === 'false' || text === 'null';
}

function isValue(token: Token): token is Exclude<Token, { kind: 'keyword' | 'end' }> {
  return token.kind !== 'keyword' && token.kind !== 'end';
}

const MOST_GENERATIONS = 65_535;

// `R` takes the two numbers before it, so that no number has to be read ahead.
function reduceReference(items: PdfObject[], lexer: Lexer): void {
  const generation = integerOf(items.pop());
  const number = integerOf(items.pop());
  if (number === undefined || generation === undefined || generation > MOST_GENERATIONS)
    throw damaged('object', lexer.tokenStart);
  items.push({ kind: 'reference', number, generation });
}

function integerOf(object: PdfObject | undefined): number | undefined {
  if (object === null || typeof object !== 'object' || object.kind !== 'number') return undefined;
  return unsignedInteger(object);
}

function closed(container: Container, text: ']' | '>>', lexer: Lexer): PdfObject {
  if ((container.kind === 'array') !== (text === ']')) throw damaged('object', lexer.tokenStart);
  if (container.kind === 'array') return { kind: 'array', items: container.items };
  return dictionaryOf(container.items, lexer);
}

// Shared by all dictionaries that are as they should be.
const NONE: readonly string[] = [];

function dictionaryOf(items: readonly PdfObject[], lexer: Lexer): PdfDictionary {
  if (items.length % 2 !== 0) throw damaged('object', lexer.tokenStart);
  const entries = new Map<string, PdfObject>();
  let repeatedKeys: readonly string[] = NONE;
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    if (key === null || typeof key !== 'object' || key.kind !== 'name')
      throw damaged('object', lexer.tokenStart);
    if (entries.has(key.name) && !repeatedKeys.includes(key.name)) repeatedKeys = [...repeatedKeys, key.name];
    entries.set(key.name, items[i + 1] ?? null);
  }
  return { kind: 'dictionary', entries, repeatedKeys };
}
