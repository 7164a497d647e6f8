// Indirect objects as they stand in the file: `N G obj` … `endobj` (ISO 32000-2, 7.3.8 and 7.3.10).

import type { Source } from '../platform/platform.ts';
import { CR, isRegular, LF } from './characters.ts';
import { damaged } from './errors.ts';
import { isKeyword, Lexer, unsignedInteger } from './lexer.ts';
import type { PdfLimits } from './limits.ts';
import type { PdfDictionary, PdfObject } from './objects.ts';
import { parseObjectSequence } from './parser.ts';

/** An indirect object and where it stands, `N G obj` and `endobj` included. */
export interface IndirectObject {
  readonly number: number;
  readonly generation: number;
  readonly object: PdfObject;
  readonly start: number;
  readonly end: number;
}

/** A stream's dictionary and where its data begins; how far they reach is `/Length`'s to say. */
export interface StreamHead {
  readonly number: number;
  readonly generation: number;
  readonly start: number;
  readonly dictionary: PdfDictionary;
  readonly dataOffset: number;
}

/** Some honest writers' offsets point at the white space before what they mean. */
export const MOST_WHITE_SPACE = 16;

/**
 * Parses the indirect object at an offset; of a stream only the part before its data.
 * @throws MalformedPdf `pdf-damaged` { reason: 'object' }, `limits-exceeded`
 */
export function parseIndirectObject(
  source: Source,
  offset: number,
  limits: PdfLimits,
): IndirectObject | StreamHead {
  const lexer = new Lexer(source, offset, limits);
  if (lexer.skipWhiteSpace() > MOST_WHITE_SPACE) throw damaged('object', offset);
  const start = lexer.position;
  const number = unsignedInteger(lexer.next());
  if (lexer.tokenStart !== start) throw damaged('object', offset);
  const generation = unsignedInteger(lexer.next());
  if (number === undefined || generation === undefined || !isKeyword(lexer.next(), 'obj'))
    throw damaged('object', offset);
  const { objects, keyword } = parseObjectSequence(lexer, limits);
  const [object] = objects;
  if (objects.length !== 1 || object === undefined) throw damaged('object', offset);
  if (keyword === 'endobj') return { number, generation, object, start, end: lexer.position };
  if (keyword !== 'stream' || object === null || typeof object !== 'object' || object.kind !== 'dictionary')
    throw damaged('object', offset);
  return { number, generation, start, dictionary: object, dataOffset: dataOffsetAfter(lexer) };
}

// The keyword is followed by CR LF or LF, never by CR alone, since then nobody knew whether an LF is data (7.3.8.1).
function dataOffsetAfter(lexer: Lexer): number {
  const at = lexer.position;
  if (lexer.byteAt(at) === LF) return at + 1;
  if (lexer.byteAt(at) === CR && lexer.byteAt(at + 1) === LF) return at + 2;
  throw damaged('object', at);
}

/**
 * Completes a stream whose length is known.
 * @throws MalformedPdf `pdf-damaged` { reason: 'object' } when `endstream` and `endobj` do not follow its data
 */
export function completeStream(
  source: Source,
  head: StreamHead,
  dataLength: number,
  limits: PdfLimits,
): IndirectObject {
  const { number, generation, start, dictionary, dataOffset } = head;
  if (dataLength < 0 || dataOffset + dataLength > source.size) throw damaged('object', start);
  const lexer = new Lexer(source, dataOffset + dataLength, limits);
  if (lexer.skipWhiteSpace() > MOST_WHITE_SPACE || !lexer.skipLiteral('endstream'))
    throw damaged('object', start);
  lexer.skipBlank();
  if (!lexer.skipLiteral('endobj') || isRegular(lexer.byteAt(lexer.position))) throw damaged('object', start);
  const object: PdfObject = { kind: 'stream', dictionary, dataOffset, dataLength, data: null };
  return { number, generation, object, start, end: lexer.position };
}
