// Small PDFs of every form, written by hand so that each test sees what it reads.

import { deflateSync } from 'node:zlib';
import type { OpenOptions, PdfDocument } from '../../src/pdf/document.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';

export function latin1Bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function textOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

export type Row =
  | { readonly offset: number; readonly generation: number }
  | { readonly free: number }
  | { readonly stream: number; readonly index: number };

/** Writes a file piece by piece and remembers where each object went. */
export class FileBuilder {
  #text = '';
  #rows = new Map<number, Row>();
  previous: number | null = null;

  constructor(header = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n') {
    this.#text = header;
  }

  get position(): number {
    return this.#text.length;
  }

  /** Rows of the section that is being written. */
  get rows(): Map<number, Row> {
    return this.#rows;
  }

  raw(text: string): this {
    this.#text += text;
    return this;
  }

  object(number: number, body: string, generation = 0): this {
    this.#rows.set(number, { offset: this.position, generation });
    return this.raw(`${number} ${generation} obj\n${body}\nendobj\n`);
  }

  stream(number: number, entries: string, data: string, length: string | number = data.length): this {
    return this.object(number, `<< ${entries} /Length ${length} >>\nstream\n${data}\nendstream`);
  }

  objectStream(number: number, members: ReadonlyMap<number, string>, entries = ''): this {
    let header = '';
    let body = '';
    let index = 0;
    for (const [member, text] of members) {
      header += `${member} ${body.length} `;
      body += `${text} `;
      this.#rows.set(member, { stream: number, index });
      index += 1;
    }
    const data = deflated(header + body);
    return this.stream(
      number,
      `/Type /ObjStm /N ${members.size} /First ${header.length} /Filter /FlateDecode ${entries}`,
      data,
    );
  }

  free(number: number, generation: number): this {
    this.#rows.set(number, { free: generation });
    return this;
  }

  /** A table with its trailer and end marker; ends the revision. */
  table(trailer: string, marker: (at: number) => string = endMarker): number {
    const at = this.tableWithoutMarker(trailer);
    this.raw(marker(at));
    return at;
  }

  tableWithoutMarker(trailer: string): number {
    const at = this.position;
    const rows = this.previous === null ? new Map([[0, { free: 65_535 } as Row], ...this.#rows]) : this.#rows;
    let text = 'xref\n';
    if (rows.size === 0) text += '0 0\n';
    for (const [number, row] of [...rows].sort(([a], [b]) => a - b)) {
      if ('stream' in row) continue;
      text += `${number} 1\n`;
      text +=
        'free' in row
          ? `0000000000 ${digits(row.free, 5)} f\r\n`
          : `${digits(row.offset, 10)} ${digits(row.generation, 5)} n\r\n`;
    }
    this.raw(`${text}trailer\n<< ${trailer}${this.#prev()} >>\n`);
    this.#endRevision(at);
    return at;
  }

  /** A cross-reference stream under this number, with its end marker unless told otherwise; ends the revision. */
  crossReferenceStream(
    number: number,
    entries: string,
    form: 'ends-revision' | 'hidden' = 'ends-revision',
  ): number {
    const at = this.position;
    if (form === 'ends-revision') this.#rows.set(number, { offset: at, generation: 0 });
    const rows = [...this.#rows].sort(([a], [b]) => a - b);
    const index = rows.map(([row]) => `${row} 1`).join(' ');
    let data = '';
    for (const [, row] of rows) {
      if ('stream' in row) data += `\x02${bigEndian(row.stream, 4)}${bigEndian(row.index, 2)}`;
      else if ('free' in row) data += `\0${bigEndian(0, 4)}${bigEndian(row.free, 2)}`;
      else data += `\x01${bigEndian(row.offset, 4)}${bigEndian(row.generation, 2)}`;
    }
    const encoded = deflated(pngUp(data, 7));
    const prev = form === 'ends-revision' ? this.#prev() : '';
    const parameters = '/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 7 >>';
    this.raw(
      `${number} 0 obj\n<< /Type /XRef /W [1 4 2] /Index [${index}] ${parameters} ${entries}${prev} ` +
        `/Length ${encoded.length} >>\nstream\n${encoded}\nendstream\nendobj\n`,
    );
    if (form === 'ends-revision') {
      this.raw(endMarker(at));
      this.#endRevision(at);
    }
    return at;
  }

  bytes(): Uint8Array {
    return latin1Bytes(this.#text);
  }

  #prev(): string {
    return this.previous === null ? '' : ` /Prev ${this.previous}`;
  }

  #endRevision(at: number): void {
    this.previous = at;
    this.#rows = new Map();
  }
}

export function endMarker(at: number): string {
  return `startxref\n${at}\n%%EOF\n`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function bigEndian(value: number, bytes: number): string {
  let text = '';
  for (let i = bytes - 1; i >= 0; i -= 1) text += String.fromCharCode(Math.floor(value / 256 ** i) % 256);
  return text;
}

export function deflated(data: string): string {
  return textOfBytes(deflateSync(latin1Bytes(data)));
}

/** PNG rows of type 2 (Up). */
function pngUp(data: string, columns: number): string {
  let text = '';
  for (let at = 0; at < data.length; at += columns) {
    text += '\x02';
    for (let i = at; i < at + columns; i += 1)
      text += String.fromCharCode(
        (data.charCodeAt(i) - (i >= columns ? data.charCodeAt(i - columns) : 0)) & 0xff,
      );
  }
  return text;
}

export const CATALOG = '<< /Type /Catalog /Pages 2 0 R >>';
export const PAGES = '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>';
export const PAGE = '<< /Type /Page /Parent 2 0 R >>';

/** One page, objects 1 to 3, a table. */
export function onePage(): FileBuilder {
  return new FileBuilder().object(1, CATALOG).object(2, PAGES).object(3, PAGE);
}

/** The same, closed by its table. */
export function tableDocument(): FileBuilder {
  const builder = onePage();
  builder.table('/Size 4 /Root 1 0 R');
  return builder;
}

/** Catalog and page in an object stream, a cross-reference stream. */
export function streamDocument(): FileBuilder {
  const builder = new FileBuilder().object(2, PAGES).objectStream(
    4,
    new Map([
      [1, CATALOG],
      [3, PAGE],
    ]),
  );
  builder.crossReferenceStream(5, '/Size 6 /Root 1 0 R');
  return builder;
}

/** A table, and a stream for object 5 in an object stream that old readers do not see. */
export function hybridDocument(catalog = CATALOG): FileBuilder {
  const builder = new FileBuilder().object(1, catalog).object(2, PAGES).object(3, PAGE);
  const visible = new Map(builder.rows);
  builder.rows.clear();
  builder.objectStream(4, new Map([[5, '<< /Hidden true >>']]));
  const hidden = builder.crossReferenceStream(6, '/Size 7 /Root 1 0 R', 'hidden');
  builder.rows.clear();
  for (const [number, row] of visible) builder.rows.set(number, row);
  builder.table(`/Size 7 /Root 1 0 R /XRefStm ${hidden}`);
  return builder;
}

/** The two parts of a linearized file: catalog and page first, the page tree node last. */
export function linearizedDocument(): Uint8Array {
  const write = (mainAt: number, length: number): { text: string; mainAt: number } => {
    const head = `%PDF-1.4\n3 0 obj\n<< /Linearized 1 /L ${digits(length, 6)} /O 5 /E 0 /N 1 /T 0 /H [0 0] >>\nendobj\n`;
    const firstAt = head.length;
    const rows = 3;
    const trailer = `trailer\n<< /Size 6 /Root 4 0 R /Prev ${digits(mainAt, 6)} >>\nstartxref\n0\n%%EOF\n`;
    const objectsAt = firstAt + `xref\n3 ${rows}\n`.length + 20 * rows + trailer.length;
    const catalog = '4 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n';
    const page = '5 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>\nendobj\n';
    const offsets = [9, objectsAt, objectsAt + catalog.length];
    const first = `xref\n3 ${rows}\n${offsets.map((at) => `${digits(at, 10)} 00000 n\r\n`).join('')}${trailer}`;
    const front = head + first + catalog + page;
    const pages = '2 0 obj\n<< /Type /Pages /Kids [5 0 R] /Count 1 >>\nendobj\n';
    const main =
      `xref\n0 3\n0000000000 65535 f\r\n0000000000 00000 f\r\n${digits(front.length, 10)} 00000 n\r\n` +
      `trailer\n<< /Size 3 >>\n${endMarker(firstAt)}`;
    return { text: front + pages + main, mainAt: front.length + pages.length };
  };
  const draft = write(0, 0);
  return latin1Bytes(write(draft.mainAt, draft.text.length).text);
}

const { inflater, digests, ciphers } = nodePlatform;

export function open(
  bytes: Uint8Array | FileBuilder,
  damaged: OpenOptions['damaged'] = 'refuse',
  limits?: OpenOptions['limits'],
): PdfDocument {
  const source = bytesSource(bytes instanceof FileBuilder ? bytes.bytes() : bytes);
  return openDocument(source, {
    inflater,
    digests,
    ciphers,
    damaged,
    ...(limits === undefined ? {} : { limits }),
  });
}

/** The code of what is thrown, with its reason or limit. */
export function malformed(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof MalformedPdf)) throw error;
    const detail = error.values.reason ?? error.values.limit ?? error.values.feature;
    return detail === undefined ? error.code : `${error.code} ${detail}`;
  }
  return 'nothing thrown';
}

/** Loads a number in the last view, whatever its generation. */
export function loadNumber(document: PdfDocument, number: number, view = document.last) {
  const entry = view.entry(number);
  const generation = entry?.kind === 'offset' ? entry.generation : 0;
  return view.load({ kind: 'reference', number, generation });
}

/** Time that this process has computed so far, in milliseconds; other programs on the machine do not count. */
export function computedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
