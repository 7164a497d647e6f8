// PDFs made by hand, object by object, in each form of cross-reference that the standard knows.

import { deflateSync } from 'node:zlib';

export interface Handmade {
  /** Value of each object by number; a stream is written with its keywords. */
  readonly objects: Readonly<Record<number, string>>;
  readonly form?: 'table' | 'stream' | 'hybrid';
  /** Numbers that stand in an object stream; only in a `stream` or `hybrid` file. */
  readonly compressed?: readonly number[];
  /** Numbers that only the stream of a `hybrid` file lists, beside the compressed ones. */
  readonly hidden?: readonly number[];
  /** What the table of a `hybrid` file says of these: nothing, or that they are free. */
  readonly hiddenRows?: 'none' | 'free';
  /** More entries for the trailer; `/Root 1 0 R` is there. */
  readonly trailer?: string;
  /** As in `1.7`. */
  readonly version?: string;
  /** What follows `%%EOF`. */
  readonly end?: string;
  /** `/Size` instead of the right one. */
  readonly size?: number;
}

/** One page of text with whatever else an object says. */
export function onePage(changes: Readonly<Record<number, string>> = {}): Record<number, string> {
  return {
    1: '<< /Type /Catalog /Pages 2 0 R >>',
    2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Unknown#20Key (a\\(b) >>',
    4: '<< /Length 48 >>\nstream\nBT /F1 12 Tf 72 770 Td (Surat Keterangan) Tj ET\nendstream',
    5: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...changes,
  };
}

export function handmadePdf(parts: Handmade): Uint8Array {
  const form = parts.form ?? 'table';
  const compressed = form === 'table' ? [] : (parts.compressed ?? []);
  let file = `%PDF-${parts.version ?? '1.7'}\n%\u00e2\u00e3\u00cf\u00d3\n`;
  const rows = new Map<number, readonly [kind: number, a: number, b: number]>();
  for (const [key, value] of Object.entries(parts.objects)) {
    const number = Number(key);
    if (compressed.includes(number)) continue;
    rows.set(number, [1, file.length, 0]);
    file += `${number} 0 obj\n${value}\nendobj\n`;
  }
  let highest = Math.max(...Object.keys(parts.objects).map(Number));
  if (compressed.length > 0) {
    highest += 1;
    rows.set(highest, [1, file.length, 0]);
    file += objectStream(highest, compressed, parts.objects);
    for (const [index, number] of compressed.entries()) rows.set(number, [2, highest, index]);
  }
  const trailer = `/Root 1 0 R ${parts.trailer ?? ''}`;
  const end = parts.end ?? '\n';
  if (form === 'table') {
    const start = file.length;
    file += table(rows, highest) + trailerText(parts.size ?? highest + 1, trailer, start);
    return latin1(file + end);
  }
  if (form === 'stream') {
    const start = file.length;
    highest += 1;
    rows.set(highest, [1, start, 0]);
    file += referenceStream(highest, rows, trailer, parts.size ?? highest + 1);
    return latin1(`${file}startxref\n${start}\n%%EOF${end}`);
  }
  const hidden = file.length;
  highest += 1;
  const isHidden = (number: number): boolean =>
    rows.get(number)?.[0] === 2 || (parts.hidden ?? []).includes(number);
  const inStream = new Map([...rows].filter(([number]) => isHidden(number)));
  rows.set(highest, [1, hidden, 0]);
  file += referenceStream(highest, inStream, trailer, highest + 1);
  const start = file.length;
  const visible = new Map([...rows].filter(([number]) => !isHidden(number)));
  file +=
    table(visible, highest, parts.hiddenRows !== 'free') +
    trailerText(parts.size ?? highest + 1, `${trailer} /XRefStm ${hidden}`, start);
  return latin1(file + end);
}

type Rows = ReadonlyMap<number, readonly [kind: number, a: number, b: number]>;

/** One subsection from 0 on; with `gaps` what is not there is left out instead of called free. */
function table(rows: Rows, highest: number, gaps = false): string {
  let text = `xref\n0 ${gaps ? 1 : highest + 1}\n0000000000 65535 f \n`;
  for (let number = 1; number <= highest; number += 1) {
    const row = rows.get(number);
    if (row === undefined && gaps) continue;
    if (gaps) text += `${number} 1\n`;
    text += row === undefined ? '0000000000 65535 f \n' : `${String(row[1]).padStart(10, '0')} 00000 n \n`;
  }
  return text;
}

function trailerText(size: number, trailer: string, start: number): string {
  return `trailer\n<< /Size ${size} ${trailer} >>\nstartxref\n${start}\n%%EOF`;
}

function objectStream(
  number: number,
  members: readonly number[],
  objects: Readonly<Record<number, string>>,
): string {
  let header = '';
  let body = '';
  for (const member of members) {
    header += `${member} ${body.length} `;
    body += `${objects[member]}\n`;
  }
  const data = latin1Text(deflateSync(latin1(header + body)));
  const dictionary = `/Type /ObjStm /N ${members.length} /First ${header.length} /Filter /FlateDecode`;
  return `${number} 0 obj\n<< ${dictionary} /Length ${data.length} >>\nstream\n${data}\nendstream\nendobj\n`;
}

function referenceStream(number: number, rows: Rows, trailer: string, size: number): string {
  const numbers = [...rows.keys()].sort((a, b) => a - b);
  const index = numbers.map((n) => `${n} 1`).join(' ');
  const bytes = numbers.flatMap((n) => {
    const [kind, a, b] = rows.get(n) ?? [0, 0, 0];
    return [kind, a >> 24, a >> 16, a >> 8, a, b >> 8, b].map((value) => value & 0xff);
  });
  const data = latin1Text(deflateSync(Uint8Array.from(bytes)));
  const dictionary = `/Type /XRef /W [1 4 2] /Index [${index}] /Size ${size} /Filter /FlateDecode ${trailer}`;
  return `${number} 0 obj\n<< ${dictionary} /Length ${data.length} >>\nstream\n${data}\nendstream\nendobj\n`;
}

function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function latin1Text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
