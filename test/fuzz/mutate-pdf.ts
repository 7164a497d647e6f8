// PDFs changed by their tokens, objects, streams, sections and signature values.

import { deflateSync, inflateSync } from 'node:zlib';
import { append } from '../attacks/append.ts';
import type { Chance } from './chance.ts';
import { mutateHexadecimal } from './mutate-asn1.ts';
import { mutateBytes, splice } from './mutate-bytes.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

type Found = readonly RegExpMatchArray[];
const found = new WeakMap<Uint8Array, Map<string, Found>>();

/** Carriers come again and again, and most inputs are changed once: what stands where is looked for once in each of them. */
function matchesOf(file: Uint8Array, pattern: RegExp): Found {
  const known = found.get(file) ?? new Map<string, Found>();
  found.set(file, known);
  const matches = known.get(pattern.source) ?? [...textOf(file).matchAll(pattern)];
  known.set(pattern.source, matches);
  return matches;
}

const NUMBERS = [
  '0',
  '-1',
  '1',
  '2',
  '65535',
  '65536',
  '2147483648',
  '9007199254740993',
  '1e9',
  '.5',
  '-.0',
  '007',
];
const NAMES =
  '/Type /Sig /Contents /ByteRange /V /Kids /Parent /Length /Filter /FlateDecode /Prev /XRefStm /Root /Size /W /Index /AcroForm /Fields /Annots /DSS /Perms /Encrypt /ObjStm /N /First /Extends /Reference /P /Lock'.split(
    ' ',
  );
const VALUES = [
  'null',
  'true',
  '[]',
  '<<>>',
  '()',
  '<>',
  '[[[[[[]]]]]]',
  '1 0 R',
  '99999 0 R',
  '<< /Type /Sig >>',
  '%',
];

/** Puts something in place of one match. */
function replaceOne(
  file: Uint8Array,
  pattern: RegExp,
  chance: Chance,
  replacement: (found: string) => string,
): Uint8Array {
  const matches = matchesOf(file, pattern);
  if (matches.length === 0) return mutateBytes(file, chance, file);
  const { 0: token, index = 0 } = chance.one(matches);
  return splice(file, index, index + token.length, latin1(replacement(token)));
}

// Never more digits than a number has: the zeros of `/Contents` would be tried from each of them.
const OBJECT = /\b(\d{1,7}) 0 obj\b[\s\S]{0,20000}?endobj/g;

function objectsOf(file: Uint8Array): readonly (readonly [number: number, body: string])[] {
  return matchesOf(file, OBJECT).map(([whole, number]) => [
    Number(number),
    whole.slice(whole.indexOf('obj') + 3, -'endobj'.length).trim(),
  ]);
}

type Way = (file: Uint8Array, chance: Chance, other: Uint8Array) => Uint8Array;

/** An update that changes an object, gives it the value of another, or frees it. */
const update: Way = (file, chance, other) => {
  const mine = objectsOf(file);
  if (mine.length === 0) return mutateBytes(file, chance, other);
  const [number, body] = chance.one(mine);
  const theirs = objectsOf(other);
  const value = chance.one([
    () => null,
    () => body,
    () => chance.one(mine)[1],
    () => (theirs.length === 0 ? body : chance.one(theirs)[1]),
    () => chance.one(VALUES),
    () => textOf(tokens(latin1(body), chance, other)),
  ])();
  return append(file, { objects: { [chance.below(4) === 0 ? 1 + chance.below(40) : number]: value } });
};

const TOKEN_WAYS: readonly Way[] = [
  (file, chance) => replaceOne(file, /(?<![\w.])-?\d+(?![\w.])/g, chance, () => chance.one(NUMBERS)),
  (file, chance) =>
    replaceOne(file, /(?<![\w.])\d+(?![\w.])/g, chance, (found) =>
      String(Number(found) + chance.below(5) - 2).padStart(found.length, '0'),
    ),
  (file, chance) => replaceOne(file, /\/[A-Za-z]+/g, chance, () => chance.one(NAMES)),
  (file, chance) => replaceOne(file, /\b\d{1,7} 0 R/g, chance, () => `${chance.below(30)} 0 R`),
  (file, chance) => replaceOne(file, /\/[A-Za-z]+ /g, chance, (key) => `${key}${chance.one(VALUES)} ${key}`),
  (file, chance) =>
    replaceOne(file, /\b\d{1,7} 0 R|\[[^[\]]{0,80}\]|<<[^<>]{0,80}>>/g, chance, () => chance.one(VALUES)),
  (file, chance) =>
    replaceOne(file, /<<|>>|\[|\]|\bobj\b|\bendobj\b|\bstream\b|\bxref\b|%%EOF/g, chance, (found) =>
      chance.one(['', `${found} ${found}`]),
    ),
];

function tokens(file: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  return chance.one(TOKEN_WAYS)(file, chance, other);
}

/** A compressed stream unpacked, changed and packed again, its length set right where it stands before the data. */
const insideStream: Way = (file, chance, other) => {
  const streams = matchesOf(file, /\/Length (\d+)[^>]{0,200}>>\s*stream\r?\n/g);
  if (streams.length === 0) return mutateBytes(file, chance, other);
  const { 0: head, 1: digits = '0', index = 0 } = chance.one(streams);
  const start = index + head.length;
  const packed = file.subarray(start, start + Number(digits));
  let data: Uint8Array;
  try {
    data = inflateSync(packed);
  } catch {
    // Not every stream is compressed: then its data are changed as they stand.
    return splice(file, start, start + packed.length, mutateBytes(packed, chance, other));
  }
  const changed = deflateSync(mutateBytes(data, chance, other));
  const length = String(changed.length).padStart(digits.length, '0');
  return splice(
    file,
    index,
    start + packed.length,
    Buffer.concat([latin1(head.replace(digits, length)), changed]),
  );
};

const object: Way = (file, chance) =>
  replaceOne(file, OBJECT, chance, (found) =>
    chance.one(['', `${found}\n${found}`, found.replace('endobj', '')]),
  );

const signatureValue: Way = (file, chance, other) => {
  const values = matchesOf(file, /\/Contents\s*<([0-9a-fA-F]{200,})>/g);
  if (values.length === 0) return mutateBytes(file, chance, other);
  const { 0: entry, 1: digits = '', index = 0 } = chance.one(values);
  const start = index + entry.indexOf(digits);
  return mutateHexadecimal(file, start, start + digits.length, chance);
};

const section: Way = (file, chance) =>
  replaceOne(
    file,
    /startxref\s+\d+|\/Prev \d+|\/XRefStm \d+|\d{10} \d{5} [nf]|\/ByteRange ?\[[^\]]*\]/g,
    chance,
    (found) =>
      found.replace(/\d+/, (digits) => String(chance.below(file.length + 10)).padStart(digits.length, '0')),
  );

const WAYS: readonly Way[] = [
  mutateBytes,
  tokens,
  tokens,
  update,
  update,
  insideStream,
  object,
  signatureValue,
  section,
];

/** Changes a file once, or a few times. @param other - whose pieces and objects may be put in */
export function mutatePdf(file: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  let result = file;
  for (let changes = 1 + chance.below(chance.one([1, 1, 4])); changes > 0; changes -= 1) {
    result = chance.one(WAYS)(result.length === 0 ? file : result, chance, other);
  }
  return result;
}
