// Cross-reference streams (ISO 32000-2, 7.5.8).

import type { Inflater, Source } from '../platform/platform.ts';
import { CrossReferenceEntries, type ReadRow, type Subsection } from './cross-reference-entries.ts';
import type { CrossReferenceEntry } from './document.ts';
import { damaged, MalformedPdf } from './errors.ts';
import { decodeStreamData } from './filters.ts';
import { completeStream, parseIndirectObject } from './indirect-object.ts';
import { unsignedInteger } from './lexer.ts';
import type { PdfLimits } from './limits.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from './objects.ts';

export interface CrossReferenceStream {
  readonly entries: CrossReferenceEntries;
  readonly dictionary: PdfDictionary;
  readonly number: number;
  readonly start: number;
  readonly end: number;
  /** Bytes that came out of its filters, for the budget of the document. */
  readonly decodedBytes: number;
}

/** @throws MalformedPdf `pdf-damaged` { reason: 'xref' }, also for a filter that nobody knows; `limits-exceeded` */
export function parseCrossReferenceStream(
  source: Source,
  offset: number,
  limits: PdfLimits,
  inflater: Inflater,
): CrossReferenceStream {
  const head = parseIndirectObject(source, offset, limits);
  if (!('dataOffset' in head) || !isName(head.dictionary.entries.get('Type'), 'XRef'))
    throw damaged('xref', offset);
  const { dictionary } = head;
  // A reference could only be resolved by the section that is being read.
  const dataLength = nonNegativeInteger(dictionary.entries.get('Length'));
  if (dataLength === undefined) throw damaged('xref', offset);
  const { number, start, end } = completeStream(source, head, dataLength, limits);
  const context = { inflater, limits, resolve: requireDirect };
  const { data: rows, produced } = readable(offset, () =>
    decodeStreamData(source.read(head.dataOffset, dataLength), dictionary, context),
  );
  const widths = fieldWidths(dictionary, offset);
  const subsections = subsectionsOf(dictionary, widths, rows.length, offset);
  const readRow: ReadRow = ({ rowsAt }, index) =>
    parseRow(rows, rowsAt + index * (widths[0] + widths[1] + widths[2]), widths);
  const entries = CrossReferenceEntries.of(subsections, readRow);
  return { entries, dictionary, number, start, end, decodedBytes: produced };
}

/** Rows in an unknown filter are as good as none: where the objects are, only a scan can tell. */
function readable<T>(offset: number, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const unsupported = error instanceof MalformedPdf && error.code === 'pdf-unsupported';
    throw unsupported ? damaged('xref', offset, error) : error;
  }
}

function requireDirect(object: PdfObject | undefined): PdfObject {
  if (asKind(object, 'reference') !== undefined) throw damaged('xref');
  return object ?? null;
}

function nonNegativeInteger(object: PdfObject | undefined): number | undefined {
  const number = asKind(object, 'number');
  return number === undefined ? undefined : unsignedInteger(number);
}

type Widths = readonly [number, number, number];

function fieldWidths(dictionary: PdfDictionary, at: number): Widths {
  const widths = asKind(dictionary.entries.get('W'), 'array')?.items.map(nonNegativeInteger) ?? [];
  const [type, second, third] = widths;
  if (type === undefined || second === undefined || third === undefined) throw damaged('xref', at);
  // Eight bytes hold any offset, and a wider field could not be told from garbage; no second field, no object.
  if (widths.length !== 3 || Math.max(type, second, third) > 8 || second === 0) throw damaged('xref', at);
  return [type, second, third];
}

function subsectionsOf(
  dictionary: PdfDictionary,
  widths: Widths,
  bytes: number,
  at: number,
): readonly Subsection[] {
  const size = dictionary.entries.get('Size');
  const index = asKind(dictionary.entries.get('Index'), 'array')?.items ?? [
    { kind: 'number', value: 0, text: '0', integer: true },
    size ?? null,
  ];
  const subsections: Subsection[] = [];
  let rowsAt = 0;
  for (let i = 0; i < index.length; i += 2) {
    const first = nonNegativeInteger(index[i]);
    const count = nonNegativeInteger(index[i + 1]);
    if (first === undefined || count === undefined) throw damaged('xref', at);
    subsections.push({ first, count, rowsAt });
    rowsAt += count * (widths[0] + widths[1] + widths[2]);
    if (rowsAt > bytes) throw damaged('xref', at);
  }
  return subsections;
}

function parseRow(rows: Uint8Array, at: number, widths: Widths): CrossReferenceEntry {
  const secondAt = at + widths[0];
  const thirdAt = secondAt + widths[1];
  // Without a type field every row is of type 1 (table 17).
  const type = widths[0] === 0 ? 1 : bigEndian(rows, at, secondAt);
  const second = bigEndian(rows, secondAt, thirdAt);
  const third = bigEndian(rows, thirdAt, thirdAt + widths[2]);
  if (!Number.isSafeInteger(second) || !Number.isSafeInteger(third)) throw damaged('xref');
  switch (type) {
    case 0:
      return { kind: 'free', generation: third };
    case 1:
      return { kind: 'offset', offset: second, generation: third };
    case 2:
      return { kind: 'compressed', stream: second, index: third };
    default:
      // A type that a later standard may define: a reference to it is a reference to null (7.5.8.3).
      return { kind: 'free', generation: 65_535 };
  }
}

function bigEndian(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 256 + (bytes[at] ?? 0);
  return value;
}
