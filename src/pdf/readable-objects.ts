// Whether everything that the trailer leads to can be read. A state in which something cannot is never followed by another one:
// nobody could tell what that object refers to, and so what the later state changed behind it.

import type { Source } from '../platform/platform.ts';
import { isWhiteSpace, latin1 } from './characters.ts';
import type { PdfDocument } from './document.ts';
import { limitExceeded, MalformedPdf } from './errors.ts';
import { parseIndirectObject } from './indirect-object.ts';
import type { PdfObject, PdfReference, PdfStream } from './objects.ts';
import { holdsSignature } from './prefix-reading.ts';
import { ReadDocument } from './read-document.ts';
import { referencesIn } from './references.ts';

/**
 * The document, all of whose objects can be read. Where nobody has signed, a dictionary that lacks the second of its closing
 * brackets is closed; that object is then among what was mended.
 * @throws MalformedPdf as reading the first object that nothing can be done about; `limits-exceeded`
 */
export function withReadableObjects(document: PdfDocument): PdfDocument {
  const unreadable = unreadableObjects(document);
  const [first] = unreadable.values();
  if (first === undefined) return document;
  // Whoever closes a dictionary in an encrypted file would have to know what its strings are.
  if (!(document instanceof ReadDocument) || document.encrypted || holdsSignature(document)) throw first;
  const closed = new Map<number, PdfObject>();
  for (const [number, error] of unreadable) closed.set(number, closedObject(document, number, error));
  return withReadableObjects(document.mendedBy(closed));
}

/** @throws MalformedPdf as reading the first object that cannot be read; `limits-exceeded` */
export function requireReadableObjects(document: PdfDocument): void {
  const [first] = unreadableObjects(document).values();
  if (first !== undefined) throw first;
}

/** By object number why it cannot be read, in the order in which they are met. @throws MalformedPdf `limits-exceeded` */
function unreadableObjects({ last, limits }: PdfDocument): ReadonlyMap<number, MalformedPdf> {
  const unreadable = new Map<number, MalformedPdf>();
  const visited = new Set<number>();
  const pending: PdfReference[] = [...referencesIn(last.trailer)];
  let steps = pending.length;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { number } = next;
    const entry = last.entry(number);
    if (visited.has(number) || entry === undefined || entry.kind === 'free') continue;
    visited.add(number);
    try {
      // Under its own generation, since another reader may not care which one the reference names.
      const generation = entry.kind === 'offset' ? entry.generation : 0;
      const references = referencesIn(last.loadHead({ kind: 'reference', number, generation }));
      steps += references.length;
      if (steps > limits.pathSteps) throw limitExceeded(limits, 'pathSteps');
      for (const reference of references) pending.push(reference);
    } catch (error) {
      if (!(error instanceof MalformedPdf) || error.code === 'limits-exceeded') throw error;
      unreadable.set(number, error);
    }
  }
  return unreadable;
}

const CLOSING_BRACKET = 0x3e;

/** The object as it is read with one bracket more. @throws `why` where that is not what ails it */
function closedObject(document: ReadDocument, number: number, why: MalformedPdf): PdfObject {
  const { source, limits, last } = document;
  const entry = last.entry(number);
  const { at } = why.values;
  if (entry?.kind !== 'offset' || typeof at !== 'number') throw why;
  const [bracket, next] = source.read(at, 2);
  if (bracket !== CLOSING_BRACKET || next === undefined || !isWhiteSpace(next)) throw why;
  // The white space behind the single bracket has room for the second one: no offset moves.
  const head = parseIndirectObject(withByte(source, at + 1, CLOSING_BRACKET), entry.offset, limits);
  if (head.number !== number || head.generation !== entry.generation) throw why;
  if (!('dataOffset' in head)) return head.object;
  const { dictionary, dataOffset } = head;
  const dataLength = lengthToKeyword(source, dataOffset);
  if (dataLength === null) throw why;
  const data = source.read(dataOffset, dataLength);
  const stream = { kind: 'stream', dictionary, dataOffset, dataLength, data } as const;
  return hasUnknownFilter(document, stream) ? null : stream;
}

/** Nobody has seen what such a stream holds, and nobody shall complain of it only since it has been closed. */
function hasUnknownFilter({ last }: ReadDocument, stream: PdfStream): boolean {
  try {
    last.decode(stream);
    return false;
  } catch (error) {
    if (!(error instanceof MalformedPdf) || error.code === 'limits-exceeded') throw error;
    return error.code === 'pdf-unsupported';
  }
}

const WINDOW = 64 * 1024;
const KEYWORD = 'endstream';

/** Whoever forgot a bracket may have counted wrongly too: the data end where every reader that mends ends them. */
function lengthToKeyword(source: Source, start: number): number | null {
  for (let at = start; at < source.size; at += WINDOW) {
    const found = latin1(source.read(at, WINDOW + KEYWORD.length - 1)).indexOf(KEYWORD);
    if (found !== -1) return at + found - start;
  }
  return null;
}

function withByte(source: Source, at: number, byte: number): Source {
  return {
    size: source.size,
    read: (offset, length) => {
      const bytes = source.read(offset, length);
      if (at < offset || at >= offset + bytes.length) return bytes;
      const changed = bytes.slice();
      changed[at - offset] = byte;
      return changed;
    },
  };
}
