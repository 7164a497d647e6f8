// A content stream as its operations (ISO 32000-2, 7.8.2): operands, then the operator.

import { bytesSource } from '../../platform/platform.ts';
import { isWhiteSpace } from '../characters.ts';
import { limitExceeded, MalformedPdf } from '../errors.ts';
import { Lexer } from '../lexer.ts';
import type { PdfLimits } from '../limits.ts';
import type { PdfObject } from '../objects.ts';
import { parseObjectSequence } from '../parser.ts';

export interface Operation {
  /** `BI` stands for a whole inline image. */
  readonly operator: string;
  readonly operands: readonly PdfObject[];
}

/** What a page may still have; shared by all its streams. */
export interface ContentBudget {
  operations: number;
  bytes: number;
}

// Viewers pass over a few bytes that are no token. A stream of nothing else is not content.
const MOST_FAULTS = 100;

/**
 * The operations of one stream, in order. Bytes that are no token are passed over, as viewers do.
 * @throws MalformedPdf `limits-exceeded`
 */
export function* contentOperations(
  content: Uint8Array,
  limits: PdfLimits,
  budget: ContentBudget,
): Generator<Operation, void, undefined> {
  budget.bytes -= content.length;
  if (budget.bytes < 0) throw limitExceeded(limits, 'contentBytes');
  const lexer = new Lexer(bytesSource(content), 0, limits, 'object-stream');
  let faults = 0;
  while (faults < MOST_FAULTS) {
    let operation: Operation | null;
    try {
      operation = nextOperation(lexer, limits, content);
    } catch (error) {
      if (!(error instanceof MalformedPdf) || error.code !== 'pdf-damaged') throw error;
      faults += 1;
      lexer.position = Math.max(lexer.position, lexer.tokenStart + 1);
      continue;
    }
    if (operation === null) return;
    budget.operations -= 1;
    if (budget.operations < 0) throw limitExceeded(limits, 'contentOperations');
    yield operation;
  }
}

function nextOperation(lexer: Lexer, limits: PdfLimits, content: Uint8Array): Operation | null {
  const { objects, keyword } = parseObjectSequence(lexer, limits);
  if (keyword === null) return null;
  if (keyword !== 'BI') return { operator: keyword, operands: objects };
  parseObjectSequence(lexer, limits);
  lexer.position = endOfInlineImage(content, lexer.position);
  return { operator: keyword, operands: [] };
}

/** Just behind the `EI` that ends the data: it stands alone, and text follows it (8.9.7). */
function endOfInlineImage(content: Uint8Array, from: number): number {
  for (let at = from; at + 2 < content.length; at += 1) {
    const found =
      isWhiteSpace(content[at] ?? -1) &&
      content[at + 1] === 0x45 &&
      content[at + 2] === 0x49 &&
      (at + 3 === content.length || isWhiteSpace(content[at + 3] ?? -1));
    if (found && isText(content.subarray(at + 3, at + 13))) return at + 3;
  }
  return content.length;
}

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => isWhiteSpace(byte) || (byte >= 0x20 && byte < 0x7f));
}
