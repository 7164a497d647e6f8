// What an attacker does with a text editor: incremental updates written by hand, in the form that the file already has.

import { deflateSync } from 'node:zlib';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

export function concat(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  return Uint8Array.from(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? latin1(part) : part))),
  );
}

/** The number that the last `startxref` gives. */
export function lastStartxref(bytes: Uint8Array): number {
  return Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(textOf(bytes))?.[1]);
}

export interface Update {
  /** Values by object number; null frees it. */
  readonly objects: Readonly<Record<number, string | null>>;
  /** More entries of the trailer, `/Root` and `/Size` are there. */
  readonly trailer?: string;
  /** Another object than the file's `/Root`. */
  readonly root?: number;
  /** Another offset than that of the file's last section. */
  readonly previous?: number;
  /** What follows the section; a complete end marker unless told otherwise. */
  readonly end?: (start: number) => string;
  /** Objects that are written and listed nowhere. */
  readonly unlisted?: Readonly<Record<number, string>>;
}

/** Appends a complete update whose section has the form of the file's last one. */
export function append(bytes: Uint8Array, update: Update): Uint8Array {
  const previous = lastStartxref(bytes);
  const asStream = !textOf(bytes.subarray(previous, previous + 4)).startsWith('xref');
  let body = '';
  const rows: [number: number, offset: number | null][] = [];
  const write = (number: number, value: string): void => {
    body += `${number} 0 obj\n${value}\nendobj\n`;
  };
  for (const [key, value] of Object.entries(update.objects)) {
    rows.push([Number(key), value === null ? null : bytes.length + body.length]);
    if (value !== null) write(Number(key), value);
  }
  for (const [key, value] of Object.entries(update.unlisted ?? {})) write(Number(key), value);
  const size = Number(/\/Size (\d+)/.exec(textOf(bytes.subarray(previous)))?.[1] ?? 100) + 50;
  const start = bytes.length + body.length;
  const root = update.root ?? Number([...textOf(bytes).matchAll(/\/Root (\d+) 0 R/g)].at(-1)?.[1]);
  const entries = `/Size ${size} /Prev ${update.previous ?? previous} /Root ${root} 0 R ${update.trailer ?? ''}`;
  if (asStream) {
    rows.push([size - 1, start]);
    body += section(size - 1, rows, entries);
  } else {
    body += 'xref\n';
    for (const [number, offset] of rows) {
      body += `${number} 1\n${String(offset ?? 0).padStart(10, '0')} ${offset === null ? '00001 f' : '00000 n'} \n`;
    }
    body += `trailer\n<< ${entries} >>\n`;
  }
  return concat(bytes, body, update.end?.(start) ?? `startxref\n${start}\n%%EOF\n`);
}

function section(number: number, rows: readonly [number, number | null][], entries: string): string {
  const data = rows.flatMap(([, offset]) => [
    offset === null ? 0 : 1,
    ...[24, 16, 8, 0].map((shift) => ((offset ?? 0) >> shift) & 0xff),
    0,
  ]);
  const index = rows.map(([each]) => `${each} 1`).join(' ');
  const packed = deflateSync(Uint8Array.from(data));
  const dictionary = `/Type /XRef /W [1 4 1] /Index [${index}] /Filter /FlateDecode /Length ${packed.length} ${entries}`;
  return `${number} 0 obj\n<< ${dictionary} >>\nstream\n${Buffer.from(packed).toString('latin1')}\nendstream\nendobj\n`;
}

/** The same bytes with one text replaced by another of equal length. */
export function overwrite(bytes: Uint8Array, old: string, replacement: string): Uint8Array {
  const at = Buffer.from(bytes).indexOf(old, 0, 'latin1');
  if (at < 0 || old.length !== replacement.length) throw new Error(`cannot overwrite ${old}`);
  return concat(bytes.subarray(0, at), replacement, bytes.subarray(at + old.length));
}

/** The value of an object as it was written last. */
export function lastValue(bytes: Uint8Array, number: number): string {
  const text = textOf(bytes);
  const start = text.lastIndexOf(`\n${number} 0 obj\n`);
  const from = start + `\n${number} 0 obj\n`.length;
  return text.slice(from, text.indexOf('\nendobj', from));
}
