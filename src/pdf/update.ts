// An incremental update (ISO 32000-2, 7.5.6): what is appended after the last byte of a document that itself never changes.

import type { RandomBytes } from '../platform/platform.ts';
import type { CrossReferenceEntry, ObjectIdentity, PdfDocument, RevisionView } from './document.ts';
import { MalformedPdf } from './errors.ts';
import { readFields } from './form-fields.ts';
import {
  asKind,
  isName,
  type PdfDictionary,
  type PdfObject,
  type PdfReference,
  type PdfStream,
  pdfArray,
  pdfNumber,
  pdfReference,
  pdfString,
  withEntries,
} from './objects.ts';
import { joinBytes, latin1Bytes, serializeObject } from './serialize.ts';
import { crossReferenceStream, crossReferenceTable, type Rows } from './write-cross-reference.ts';

/** Text of an object that is already serialised as it stands in the file, for values whose place there must be known. */
export interface SerializedObject {
  readonly kind: 'serialized';
  /** One character per byte. */
  readonly text: string;
}

export interface WrittenUpdate {
  /** What follows the document's last byte. */
  readonly bytes: Uint8Array;
  /** By object number the offset of its value, right after `N G obj` and the line end, in the resulting file. */
  readonly valueOffsets: ReadonlyMap<number, number>;
}

/** The objects of one update, in the clear; gathered, then written once, as the document's encryption asks for. */
export class PdfUpdate {
  readonly document: PdfDocument;
  readonly #randomBytes: RandomBytes;
  readonly #objects = new Map<number, { generation: number; object: PdfObject | SerializedObject }>();
  #nextNumber: number;

  /** @param randomBytes - the initialisation vectors of an encrypted document come from here */
  constructor(document: PdfDocument, randomBytes: RandomBytes) {
    this.document = document;
    this.#randomBytes = randomBytes;
    this.#nextNumber = firstUnusedNumber(document);
    for (const [number, object] of document.mended) this.put(referenceTo(document, number), object);
  }

  get view(): RevisionView {
    return this.document.last;
  }

  /** A number that no section of the document has ever mentioned. */
  allocate(): PdfReference {
    const reference = pdfReference(this.#nextNumber);
    this.#nextNumber += 1;
    return reference;
  }

  /** Puts an object under a number: a new one, or the number and generation of the object that it replaces. */
  put(reference: PdfReference, object: PdfObject | SerializedObject): void {
    this.#objects.set(reference.number, { generation: reference.generation, object });
  }

  add(object: PdfObject | SerializedObject): PdfReference {
    const reference = this.allocate();
    this.put(reference, object);
    return reference;
  }

  /** The text of a direct object as it stands in the file within the object that `place` names. @throws MalformedPdf */
  serialize(object: PdfObject, place: ObjectIdentity): string {
    const { encrypter } = this.document;
    return serializeObject(
      encrypter === null ? object : encrypter.encrypted(object, place, this.#randomBytes),
    );
  }

  /** The dictionary as this update has it so far, else as the document has it. @throws MalformedPdf */
  dictionary(reference: PdfReference): PdfDictionary {
    const pending = this.#objects.get(reference.number)?.object;
    const object = pending === undefined ? this.view.load(reference) : pending;
    const dictionary =
      object !== null && typeof object === 'object' && object.kind === 'dictionary' ? object : null;
    if (dictionary === null) throw new MalformedPdf('pdf-damaged', { reason: 'object' });
    return dictionary;
  }

  /** The reference under which the trailer names the catalog. @throws MalformedPdf */
  get root(): PdfReference {
    const root = asKind(this.view.trailer.entries.get('Root'), 'reference');
    if (root === undefined) throw new MalformedPdf('pdf-damaged', { reason: 'xref' });
    return root;
  }

  /**
   * The update as bytes. Without objects it is still a valid, empty update.
   * @param fileIdentifier - 16 bytes, the second part of `/ID` for this state of the file (14.4)
   * @throws MalformedPdf
   */
  write(fileIdentifier: Uint8Array): WrittenUpdate {
    const parts: Uint8Array[] = [];
    let pending = '';
    let at = this.document.source.size;
    const append = (text: string, data?: Uint8Array) => {
      pending += text;
      at += text.length;
      if (data === undefined) return;
      parts.push(latin1Bytes(pending), data);
      pending = '';
      at += data.length;
    };

    if (!endsWithLineEnd(this.document)) append('\n');
    const rows = new Map<number, CrossReferenceEntry>();
    const valueOffsets = new Map<number, number>();
    for (const [number, { generation, object }] of this.#objects) {
      rows.set(number, { kind: 'offset', offset: at, generation });
      append(`${number} ${generation} obj\n`);
      valueOffsets.set(number, at);
      this.#appendValue(object, { number, generation }, append);
      append('\nendobj\n');
    }
    this.#appendSection(rows, fileIdentifier, at, append);
    parts.push(latin1Bytes(pending));
    return { bytes: joinBytes(parts), valueOffsets };
  }

  #appendValue(
    object: PdfObject | SerializedObject,
    identity: ObjectIdentity,
    append: (text: string, data?: Uint8Array) => void,
  ): void {
    if (object === null || typeof object === 'boolean' || object.kind !== 'stream') {
      append(isSerialized(object) ? object.text : this.serialize(object, identity));
      return;
    }
    const data = this.#streamData(object, identity);
    const dictionary = withEntries(object.dictionary, { Length: pdfNumber(data.length) });
    append(`${this.serialize(dictionary, identity)}\nstream\n`, data);
    append('\nendstream');
  }

  #streamData(stream: PdfStream, identity: ObjectIdentity): Uint8Array {
    if (stream.data === null) throw new TypeError('only streams that we made are written');
    const { encrypter } = this.document;
    if (encrypter === null) return stream.data;
    return encrypter.encryptedData(stream.data, stream.dictionary, identity, this.#randomBytes);
  }

  #appendSection(
    updateRows: Rows,
    fileIdentifier: Uint8Array,
    startxref: number,
    append: (text: string, data?: Uint8Array) => void,
  ): void {
    const repaired = this.document.reading === 'repaired';
    const rows = repaired ? withAllObjects(this.view, updateRows) : new Map(updateRows);
    const trailer = nextTrailer(this.document, fileIdentifier);
    if (!needsStream(this.document, rows)) {
      append(crossReferenceTable(rows));
      const complete = withEntries(trailer, { Size: pdfNumber(this.#nextNumber) });
      append(`trailer\n${serializeObject(complete)}\nstartxref\n${startxref}\n%%EOF\n`);
      return;
    }
    const self = this.#nextNumber;
    rows.set(self, { kind: 'offset', offset: startxref, generation: 0 });
    const { dictionary, data } = crossReferenceStream(
      rows,
      withEntries(trailer, { Size: pdfNumber(self + 1) }),
    );
    append(`${self} 0 obj\n${serializeObject(dictionary)}\nstream\n`, data);
    append(`\nendstream\nendobj\nstartxref\n${startxref}\n%%EOF\n`);
  }
}

function isSerialized(object: PdfObject | SerializedObject): object is SerializedObject {
  return object !== null && typeof object === 'object' && object.kind === 'serialized';
}

function referenceTo({ last }: PdfDocument, number: number): PdfReference {
  const entry = last.entry(number);
  return { ...pdfReference(number), generation: entry?.kind === 'offset' ? entry.generation : 0 };
}

/** Numbers of freed objects are not used again: a stale reference would come to life. */
function firstUnusedNumber(document: PdfDocument): number {
  let next = 1;
  for (const { trailer, entries } of document.revisions) {
    const size = asKind(trailer.entries.get('Size'), 'number')?.value ?? 0;
    // A `/Size` far beyond what any section defines is wrong, and would only make numbers that readers refuse.
    if (Number.isInteger(size) && size <= document.limits.objects) next = Math.max(next, size);
    next = Math.max(next, entries.highest + 1);
  }
  return next;
}

function endsWithLineEnd({ source }: PdfDocument): boolean {
  const [last] = source.read(source.size - 1, 1);
  return last === 0x0a || last === 0x0d;
}

/** The form of the section that `startxref` names is kept; a rebuilt one is a stream only where it must be. */
function needsStream(document: PdfDocument, rows: Rows): boolean {
  if (document.reading !== 'repaired') return document.revisions.at(-1)?.form === 'stream';
  for (const entry of rows.values()) if (entry.kind === 'compressed') return true;
  return false;
}

/** A complete section, for a document whose own sections cannot be built upon: it starts at 0 and has no gaps (7.5.4). */
function withAllObjects(view: RevisionView, updateRows: Rows): Map<number, CrossReferenceEntry> {
  const rows = new Map<number, CrossReferenceEntry>();
  for (const number of [...view.numbers(), ...updateRows.keys()].sort((a, b) => a - b)) {
    // Gaps are free entries that link back to object 0 and are never used again.
    for (let gap = rows.size; gap < number; gap += 1) rows.set(gap, { kind: 'free', generation: 65_535 });
    // Number 0 heads the list of free entries; a file that uses it reads differently everywhere.
    if (number === 0) throw new MalformedPdf('pdf-damaged', { reason: 'object' });
    const entry = updateRows.get(number) ?? view.entry(number);
    if (entry !== undefined) rows.set(number, entry);
  }
  return rows;
}

// Of a trailer that was read, what belongs to its own section or its own stream (table 15 and table 17).
const OF_ONE_SECTION = ['Prev', 'XRefStm', 'Size'];
const OF_ONE_STREAM = [
  'Type',
  'W',
  'Index',
  'Length',
  'Filter',
  'DecodeParms',
  'F',
  'FFilter',
  'FDecodeParms',
  'DL',
];

function nextTrailer(document: PdfDocument, fileIdentifier: Uint8Array): PdfDictionary {
  const last = document.revisions.at(-1);
  const { trailer } = document.last;
  const isStream = isName(trailer.entries.get('Type'), 'XRef');
  const dropped = isStream ? [...OF_ONE_SECTION, ...OF_ONE_STREAM] : OF_ONE_SECTION;
  const kept = withEntries(trailer, Object.fromEntries(dropped.map((key) => [key, undefined])));
  const identified = withEntries(kept, { ID: nextIdentifier(document, fileIdentifier) });
  if (last === undefined || document.reading === 'repaired') return identified;
  return withEntries(identified, { Prev: pdfNumber(last.startxref) });
}

/** The first string stays for ever, the second tells this state of the file from others (14.4). */
function nextIdentifier(document: PdfDocument, fileIdentifier: Uint8Array): PdfObject | undefined {
  const old = document.last.trailer.entries.get('ID');
  const first = asKind(asKind(document.last.resolve(old), 'array')?.items[0], 'string');
  const second = pdfString(fileIdentifier, 'hexadecimal');
  if (first !== undefined) return pdfArray([first, second]);
  // Where there was none, a signed file gets none: its signers saw a trailer without it.
  return old === undefined && !isSigned(document) ? pdfArray([second, second]) : old;
}

function isSigned({ last }: PdfDocument): boolean {
  return readFields(last).some((field) => field.type === 'Sig' && last.resolve(field.value) !== null);
}
