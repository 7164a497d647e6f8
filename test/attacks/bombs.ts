// Small files that ask for a great deal: each by one way of growing, looping, nesting or counting.

import { deflateSync } from 'node:zlib';
import { PDF_LIMITS } from '../../src/pdf/limits.ts';
import { CATALOG, deflated, endMarker, FileBuilder, onePage, PAGE, PAGES } from '../pdf/reading-samples.ts';
import { append, lastValue } from './append.ts';
import { letter, sign } from './carrier.ts';

export interface Bomb {
  readonly name: string;
  readonly bytes: () => Uint8Array | Promise<Uint8Array>;
  /** The verdict, or code and limit of the problem by which there is none. */
  readonly answer: string;
}

const MIB = 1024 * 1024;
/** Objects of an update, the catalog left out. */
const MOST_BEHIND = PDF_LIMITS.objectsBehindSignature - 1;

/** Zeros, packed as often as there are filters. */
function packed(bytes: number, times: number): string {
  let data: Uint8Array = new Uint8Array(bytes);
  for (let i = 0; i < times; i += 1) data = deflateSync(data, { level: 9 });
  return Buffer.from(data).toString('latin1');
}

const flates = (times: number) => `/Filter [${'/FlateDecode '.repeat(times)}]`;

/** A catalog in an object stream with this data under these filters. */
function inObjectStream(filter: string, data: string): Uint8Array {
  const file = new FileBuilder().object(2, PAGES).object(3, PAGE);
  file.stream(4, `/Type /ObjStm /N 1 /First 4 ${filter}`, data);
  file.rows.set(1, { stream: 4, index: 0 });
  file.crossReferenceStream(5, '/Size 6 /Root 1 0 R');
  return file.bytes();
}

function members(texts: readonly string[]): Uint8Array {
  const file = new FileBuilder().object(2, PAGES).object(3, PAGE);
  const references = texts.map((_, i) => `${100 + i} 0 R`).join(' ');
  for (const [i, text] of texts.entries()) file.objectStream(2_000 + i, new Map([[100 + i, text]]));
  file.object(1, `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${references}] >> >>`);
  file.crossReferenceStream(5, '/Size 4000 /Root 1 0 R');
  return file.bytes();
}

function asCrossReferenceStream(data: string): Uint8Array {
  const file = onePage();
  const at = file.position;
  const entries = '/Type /XRef /W [1 2 1] /Size 1 /Root 1 0 R /Filter /FlateDecode';
  file.stream(5, entries, data).raw(endMarker(at));
  return file.bytes();
}

/** LZW codes for zeros, each one byte longer than the one before, until the table is full and begins anew. */
function lzwOfZeros(rounds: number): string {
  const codes: [code: number, width: number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    codes.push([256, round === 0 ? 9 : 12], [0, 9]);
    for (let next = 258; next < 4094; next += 1) codes.push([next, String((next + 1).toString(2)).length]);
  }
  let bits = 0;
  let held = 0;
  const bytes: number[] = [];
  for (const [code, width] of codes) {
    bits = (bits << width) | code;
    held += width;
    while (held >= 8) {
      held -= 8;
      bytes.push((bits >> held) & 0xff);
      bits &= (1 << held) - 1;
    }
  }
  return String.fromCharCode(...bytes.slice(0, 5_000)) + Buffer.from(bytes.slice(5_000)).toString('latin1');
}

function withTable(objects: Readonly<Record<number, string>>, trailer = ''): Uint8Array {
  const file = new FileBuilder();
  const all = { 1: CATALOG, 2: PAGES, 3: PAGE, ...objects };
  for (const [number, body] of Object.entries(all)) file.object(Number(number), body);
  file.table(`/Size 200000 /Root 1 0 R ${trailer}`);
  return file.bytes();
}

/** Objects that lead from each to the next. */
function chain(
  from: number,
  length: number,
  body: (next: string, own: number) => string,
): Record<number, string> {
  const objects: Record<number, string> = {};
  for (let i = from; i < from + length; i += 1) objects[i] = body(`${i + 1} 0 R`, i);
  return objects;
}

const signed = () => sign(letter('table'));
const changed = async (objects: Readonly<Record<number, string>>) => append(await signed(), { objects });
const stream = (entries: string, data: string) =>
  `<< ${entries} /Length ${data.length} >>\nstream\n${data}\nendstream`;
const withCatalog = (entries: string) => `<< /Type /Catalog /Pages 2 0 R ${entries} >>`;
/** The catalog of a signed letter with more entries, or with one more field. */
const catalogPlus = async (entries: string, objects: Readonly<Record<number, string>>) => {
  const bytes = await signed();
  return append(bytes, { objects: { 1: lastValue(bytes, 1).replace(/>>$/, `${entries} >>`), ...objects } });
};
const formPlus = async (objects: Readonly<Record<number, string>>) => {
  const bytes = await signed();
  const catalog = lastValue(bytes, 1).replace('/Fields [', '/Fields [1000 0 R ');
  if (!catalog.includes('1000 0 R')) throw new Error('no form in the catalog');
  return append(bytes, { objects: { 1: catalog, ...objects } });
};

export const BOMBS: readonly Bomb[] = [
  {
    name: 'a few hundred bytes under four filters',
    bytes: () => inObjectStream(flates(4), packed(200 * MIB, 4)),
    answer: 'limits-exceeded decodedBytesPerStream',
  },
  {
    name: 'more filters than a stream may have',
    bytes: () => inObjectStream(flates(9), packed(MIB, 9)),
    answer: 'limits-exceeded filtersPerStream',
  },
  {
    name: '256 MiB in an object stream of 261 kB',
    bytes: () => inObjectStream(flates(1), packed(256 * MIB, 1)),
    answer: 'limits-exceeded decodedBytesPerStream',
  },
  {
    name: '256 MiB in a cross-reference stream',
    bytes: () => asCrossReferenceStream(packed(256 * MIB, 1)),
    answer: 'limits-exceeded decodedBytesPerStream',
  },
  {
    name: 'LZW',
    bytes: () => inObjectStream('/Filter /LZWDecode', lzwOfZeros(4)),
    answer: 'limits-exceeded decodedBytesPerStream',
  },
  {
    name: 'RunLength under Flate',
    bytes: () =>
      inObjectStream('/Filter [/FlateDecode /RunLengthDecode]', deflated('\x81\0'.repeat(200_000))),
    answer: 'limits-exceeded decodedBytesPerStream',
  },
  {
    name: 'a chain of ASCII85',
    bytes: () =>
      inObjectStream(
        '/Filter [/FlateDecode /ASCII85Decode /ASCII85Decode]',
        deflated('z'.repeat(4 * MIB + 2)),
      ),
    answer: 'limits-exceeded decodedBytesPerStream',
  },
  {
    name: 'five million empty arrays in a catalog of 15 kB',
    bytes: () => members([`[${'[] '.repeat(5_000_000)}]`]),
    answer: 'limits-exceeded parsedBytesPerObject',
  },
  {
    name: 'forty object streams, each as full as may be',
    bytes: () => members(Array.from({ length: 40 }, () => `[${'<<>>'.repeat(58_000)}]`)),
    answer: 'limits-exceeded memberBytesPerDocument',
  },
  {
    name: 'a thousand object streams of little, each unpacked',
    bytes: () => members(Array.from({ length: 1_000 }, (_, i) => `<< /T (${i}) >> ${' '.repeat(100_000)}`)),
    answer: 'limits-exceeded decodedBytesPerDocument',
  },
  {
    name: 'nesting of a million',
    bytes: () => withTable({ 1: withCatalog(`/X ${'['.repeat(1_000_000)}`) }),
    answer: 'limits-exceeded nesting',
  },
  {
    name: 'a page tree of a hundred thousand nodes, each in the other',
    bytes: () =>
      changed({
        2: '<< /Type /Pages /Kids [1000 0 R] /Count 1 >>',
        ...chain(1_000, 100_000, (next) => `<< /Type /Pages /Kids [${next}] /Count 1 >>`),
      }),
    answer: 'limits-exceeded objectsBehindSignature',
  },
  {
    name: 'a page tree that bites its tail',
    bytes: () => changed({ 2: '<< /Type /Pages /Kids [2 0 R] /Count 1 >>' }),
    answer: 'INVALID',
  },
  {
    name: 'a page named two hundred thousand times',
    bytes: () => changed({ 2: `<< /Type /Pages /Kids [${'3 0 R '.repeat(200_000)}] /Count 200000 >>` }),
    answer: 'limits-exceeded pages',
  },
  {
    name: 'a thousand million pages, as the tree says',
    bytes: () => changed({ 2: '<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>' }),
    answer: 'CHANGED_AFTER_LAST_SIGNATURE',
  },
  {
    name: 'parents that lead back to themselves',
    bytes: () =>
      formPlus({ 1000: '<< /T (a) /Parent 71 0 R >>', 71: '<< /T (b) /Parent 1000 0 R /Kids [1000 0 R] >>' }),
    answer: 'CHANGED_AFTER_LAST_SIGNATURE',
  },
  {
    name: 'fields that lead back to themselves',
    bytes: () => formPlus({ 1000: '<< /T (a) /Kids [71 0 R] >>', 71: '<< /T (b) /Kids [1000 0 R] >>' }),
    answer: 'pdf-damaged field-tree',
  },
  {
    name: 'fields as deep as may be written',
    bytes: () => formPlus({ ...chain(1_000, 100_000, (next) => `<< /T (a) /Kids [${next}] >>`) }),
    answer: 'limits-exceeded fieldDepth',
  },
  {
    name: 'a hundred thousand annotations on a page',
    bytes: () =>
      changed({
        3: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [${'70 0 R '.repeat(100_000)}] >>`,
        70: '<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] >>',
      }),
    answer: 'CHANGED_AFTER_LAST_SIGNATURE',
  },
  {
    name: 'outlines that lead back to themselves',
    bytes: () =>
      catalogPlus('/Outlines 70 0 R', {
        70: '<< /First 71 0 R /Last 71 0 R >>',
        71: '<< /Title (a) /Parent 70 0 R /Next 71 0 R /First 71 0 R >>',
      }),
    answer: 'CHANGED_AFTER_LAST_SIGNATURE',
  },
  {
    name: 'outlines a hundred thousand deep',
    bytes: () =>
      catalogPlus('/Outlines 1000 0 R', {
        ...chain(1_000, 100_000, (next) => `<< /Title (a) /First ${next} >>`),
      }),
    answer: 'limits-exceeded objectsBehindSignature',
  },
  {
    name: 'a structure tree a hundred thousand deep',
    bytes: () =>
      catalogPlus('/StructTreeRoot 1000 0 R', {
        ...chain(1_000, 100_000, (next) => `<< /Type /StructElem /S /P /K ${next} >>`),
      }),
    answer: 'limits-exceeded objectsBehindSignature',
  },
  {
    name: 'a chain of a hundred thousand references',
    bytes: () => catalogPlus('/X 1000 0 R', { ...chain(1_000, 100_000, (next) => next) }),
    answer: 'limits-exceeded objectsBehindSignature',
  },
  {
    name: 'outlines as deep as an update may make them',
    bytes: () =>
      catalogPlus('/Outlines 1000 0 R', {
        ...chain(1_000, MOST_BEHIND, (next) => `<< /Title (a) /First ${next} >>`),
      }),
    answer: 'CHANGED_AFTER_LAST_SIGNATURE',
  },
  {
    name: 'a structure tree as deep as an update may make it',
    bytes: () =>
      catalogPlus('/StructTreeRoot 1000 0 R', {
        ...chain(1_000, MOST_BEHIND, (next) => `<< /Type /StructElem /S /P /K ${next} >>`),
      }),
    answer: 'CHANGED_AFTER_LAST_SIGNATURE',
  },
  {
    name: 'a chain of references as long as an update may make it',
    bytes: () => catalogPlus('/X 1000 0 R', { ...chain(1_000, MOST_BEHIND, (next) => next) }),
    answer: 'CHANGED_AFTER_LAST_SIGNATURE',
  },
  {
    name: 'sections without end',
    bytes: async () => {
      let bytes = await signed();
      for (let i = 0; i < 301; i += 1) bytes = append(bytes, { objects: {} });
      return bytes;
    },
    answer: 'limits-exceeded sections',
  },
  {
    name: 'metadata of 256 MiB',
    bytes: () =>
      catalogPlus('/Metadata 70 0 R', {
        70: stream('/Type /Metadata /Subtype /XML /Filter /FlateDecode', packed(256 * MIB, 1)),
      }),
    answer: 'limits-exceeded decodedBytesPerStream',
  },
  {
    name: 'a security store that names one bomb a thousand times',
    bytes: () =>
      catalogPlus(`/DSS << /Certs [${'70 0 R '.repeat(999)}] >>`, {
        70: stream('/Filter /FlateDecode', packed(15 * MIB, 1)),
      }),
    // Whoever adds what nobody reads has changed nothing; it is unpacked once for all its names.
    answer: 'VALID',
  },
];
