// A signed file as an attacker sees it: which object is what, and the text of each, ready to be changed and appended.

import type { RevisionView } from '../../src/pdf/document.ts';
import { readFields } from '../../src/pdf/form-fields.ts';
import { asKind, isName, type PdfDictionary, type PdfObject } from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { pages } from '../../src/pdf/page-tree.ts';
import { serializeObject } from '../../src/pdf/serialize.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { append, textOf, type Update } from './append.ts';

export interface AttackedFile {
  readonly bytes: Uint8Array;
  readonly view: RevisionView;
  readonly catalog: number;
  /** Object numbers of the pages, first to last. */
  readonly pages: readonly number[];
  /** Of the first page's content and font; null where it has none of its own. */
  readonly content: number | null;
  readonly font: number | null;
  /** The field that a person signed last, and its value. */
  readonly field: number;
  readonly signature: number;
  /** The four numbers of its ByteRange, and where the entry stands in the file. */
  readonly range: readonly number[];
  readonly rangeAt: readonly [start: number, end: number];
  /** A number that nothing in the file uses. */
  readonly free: number;
  /** The text of an object as it is now; of a stream its dictionary. */
  text(number: number): string;
  /** The text of the catalog with an entry put in or replaced. */
  catalogWith(key: string, value: string): string;
  append(update: Update['objects'], more?: Omit<Update, 'objects'>): Uint8Array;
}

export function attackedFile(bytes: Uint8Array): AttackedFile {
  const { last, revisions } = openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'refuse' });
  const all = [...pages(last)];
  const first = all[0]?.dictionary;
  const signed = readFields(last)
    .filter(({ type, value }) => type === 'Sig' && last.resolve(value) !== null)
    .filter(({ value }) => !isTimestamp(last, numberOf(value)))
    .map((field) => ({ field: numberOf(field.reference), value: numberOf(field.value) }))
    .sort((a, b) => (rangeOf(last, a.value)[2] ?? 0) - (rangeOf(last, b.value)[2] ?? 0))
    .at(-1);
  const range = rangeOf(last, signed?.value ?? 0);
  const rangeText = new RegExp(`/ByteRange\\s*\\[\\s*${range.join('\\s+')}\\s*\\]`).exec(textOf(bytes));
  const catalog = numberOf(last.trailer.entries.get('Root'));
  const text = (number: number): string => {
    const object = last.load({ kind: 'reference', number, generation: 0 });
    return serializeObject(asKind(object, 'stream')?.dictionary ?? object);
  };
  return {
    bytes,
    view: last,
    catalog,
    pages: all.map(({ reference }) => reference.number),
    content: asKind(first?.entries.get('Contents'), 'reference')?.number ?? null,
    font: fontOf(last, all[0]?.resources),
    field: signed?.field ?? 0,
    signature: signed?.value ?? 0,
    range,
    rangeAt: [rangeText?.index ?? 0, (rangeText?.index ?? 0) + (rangeText?.[0].length ?? 0)],
    free: Math.max(...revisions.map(({ entries }) => entries.highest)) + 1,
    text,
    catalogWith: (key, value) => withEntry(text(catalog), key, value),
    append: (objects, more) => append(bytes, { ...more, objects }),
  };
}

function numberOf(object: PdfObject | undefined): number {
  return asKind(object, 'reference')?.number ?? 0;
}

function dictionaryOf(view: RevisionView, number: number): PdfDictionary | undefined {
  return asKind(view.load({ kind: 'reference', number, generation: 0 }), 'dictionary');
}

function rangeOf(view: RevisionView, number: number): readonly number[] {
  const array = asKind(dictionaryOf(view, number)?.entries.get('ByteRange'), 'array');
  return (array?.items ?? []).map((item) => asKind(item, 'number')?.value ?? 0);
}

function isTimestamp(view: RevisionView, number: number): boolean {
  return isName(dictionaryOf(view, number)?.entries.get('SubFilter'), 'ETSI.RFC3161');
}

function fontOf(view: RevisionView, resources: PdfObject | undefined): number | null {
  const dictionary = asKind(view.resolve(resources), 'dictionary');
  const fonts: PdfDictionary | undefined =
    dictionary === undefined ? undefined : asKind(view.get(dictionary, 'Font'), 'dictionary');
  const [font] = fonts?.entries.values() ?? [];
  return asKind(font, 'reference')?.number ?? null;
}

/** A dictionary's text with an entry of its first level put in or replaced; an empty value takes it out. */
export function withEntry(dictionary: string, key: string, value: string): string {
  const lines = dictionary.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`/${key} `));
  if (at < 0) return dictionary.replace(/\n>>$/, `\n/${key} ${value}\n>>`);
  const end = endOfEntry(lines, at);
  return [...lines.slice(0, at), ...(value === '' ? [] : [`/${key} ${value}`]), ...lines.slice(end)].join(
    '\n',
  );
}

/** A value that is a dictionary goes on over several lines. */
function endOfEntry(lines: readonly string[], at: number): number {
  let depth = 0;
  for (let i = at; i < lines.length; i += 1) {
    depth += (lines[i]?.match(/<</g) ?? []).length - (lines[i]?.match(/>>/g) ?? []).length;
    if (depth <= 0) return i + 1;
  }
  return lines.length;
}
