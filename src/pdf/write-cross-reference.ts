// Cross-reference sections to bytes: a table with its 20-byte rows (ISO 32000-2, 7.5.4), or a stream (7.5.8).

import type { CrossReferenceEntry } from './document.ts';
import { MalformedPdf } from './errors.ts';
import { type PdfDictionary, pdfArray, pdfName, pdfNumber, withEntries } from './objects.ts';

/** What a section says about each object number. */
export type Rows = ReadonlyMap<number, CrossReferenceEntry>;

/**
 * `xref` and its subsections, without the trailer.
 * @throws MalformedPdf `limits-exceeded` when an offset has more than ten digits, which no table can say
 */
export function crossReferenceTable(rows: Rows): string {
  let text = 'xref\n';
  for (const [first, count] of subsections(rows)) {
    text += `${first} ${count}\n`;
    for (let number = first; number < first + count; number += 1) text += tableRow(rows.get(number));
  }
  return text;
}

function tableRow(entry: CrossReferenceEntry | undefined): string {
  if (entry?.kind === 'compressed') throw new TypeError('a table cannot name a compressed object');
  const offset = entry?.kind === 'offset' ? entry.offset : 0;
  if (offset > 9_999_999_999) throw new MalformedPdf('limits-exceeded', { limit: 'offset', value: offset });
  const generation = entry?.generation ?? 0;
  const use = entry?.kind === 'offset' ? 'n' : 'f';
  return `${String(offset).padStart(10, '0')} ${String(generation).padStart(5, '0')} ${use} \n`;
}

/** The dictionary and the data of a cross-reference stream, not filtered; `trailer` gives the entries of its own. */
export function crossReferenceStream(
  rows: Rows,
  trailer: PdfDictionary,
): { dictionary: PdfDictionary; data: Uint8Array } {
  const numbers = [...rows.keys()].sort((a, b) => a - b);
  const fields = numbers.map((number) => streamFields(rows.get(number)));
  const widths = [
    1,
    byteWidth(fields.map(([, second]) => second)),
    byteWidth(fields.map(([, , third]) => third)),
  ];
  const rowWidth = widths.reduce((sum, width) => sum + width, 0);
  const data = new Uint8Array(rowWidth * numbers.length);
  let at = 0;
  for (const row of fields) {
    for (const [i, value] of row.entries()) {
      const width = widths[i] ?? 0;
      putBigEndian(data, at, width, value);
      at += width;
    }
  }
  const dictionary = withEntries(trailer, {
    Type: pdfName('XRef'),
    W: pdfArray(widths.map(pdfNumber)),
    Index: pdfArray(subsections(rows).flat().map(pdfNumber)),
    Length: pdfNumber(data.length),
  });
  return { dictionary, data };
}

function streamFields(entry: CrossReferenceEntry | undefined): readonly [number, number, number] {
  if (entry?.kind === 'compressed') return [2, entry.stream, entry.index];
  if (entry?.kind === 'offset') return [1, entry.offset, entry.generation];
  return [0, 0, entry?.generation ?? 0];
}

/** Runs of consecutive numbers as [first, count], ascending. */
function subsections(rows: Rows): readonly (readonly [first: number, count: number])[] {
  const runs: [number, number][] = [];
  for (const number of [...rows.keys()].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run[0] + run[1] === number) run[1] += 1;
    else runs.push([number, 1]);
  }
  return runs;
}

function byteWidth(values: readonly number[]): number {
  let highest = 1;
  for (const value of values) highest = Math.max(highest, value);
  return Math.ceil(Math.log2(highest + 1) / 8);
}

function putBigEndian(data: Uint8Array, at: number, width: number, value: number): void {
  let rest = value;
  for (let i = width - 1; i >= 0; i -= 1) {
    data[at + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
