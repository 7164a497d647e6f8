// Encrypted documents: made by qpdf from one that holds whatever can be encrypted, and by hand where qpdf makes none.

import { createCipheriv, createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PdfDocument, RevisionView } from '../../src/pdf/document.ts';
import { asKind, type PdfObject } from '../../src/pdf/objects.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { rc4 } from '../../src/pdf/rc4.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { run } from '../tools.ts';
import { deflated, FileBuilder, latin1Bytes } from './reading-samples.ts';

const ID = '00112233445566778899aabbccddeeff';

export const CONTENTS = '3003020105000000';

/** Strings of both forms at every depth, streams with and without filters, metadata, and a signature dictionary. */
export function clearDocument(): Uint8Array {
  const text = 'BT /F1 12 Tf 72 770 Td (Surat Keterangan) Tj ET\n'.repeat(40);
  const file = new FileBuilder()
    .object(
      1,
      '<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R /AcroForm << /Fields [7 0 R] /DA (/F1 0 Tf) >> >>',
    )
    .object(2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>')
    .object(
      3,
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 5 0 R] /Annots [7 0 R] ' +
        '/Strings [() (a\\(b\\)) <0001feff> [<< /Deep (Penanda tangan) >>] (0123456789abcdef)] >>',
    )
    .stream(4, '/Filter /FlateDecode', deflated(text))
    .stream(5, '/Note (di dalam kamus aliran)', '0 0 m 9 9 l S')
    .stream(6, '/Type /Metadata /Subtype /XML', '<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
    .object(
      7,
      '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Tanda tangan) /Rect [0 0 0 0] /F 132 /P 3 0 R /V 8 0 R >>',
    )
    .object(
      8,
      `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents <${CONTENTS}> ` +
        '/Reason (Disetujui) >>',
    )
    .object(9, '<< /Title (Surat) /Producer <feff0054> >>');
  file.table(`/Size 10 /Root 1 0 R /Info 9 0 R /ID [<${ID}> <${ID}>]`);
  return file.bytes();
}

/** What qpdf makes of a file. @throws Error when it fails */
export async function throughQpdf(bytes: Uint8Array, options: readonly string[]): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'teken-qpdf-'));
  try {
    const [from, to] = [join(folder, 'from.pdf'), join(folder, 'to.pdf')];
    writeFileSync(from, bytes);
    const { code, stderr } = await run('qpdf', [...options, from, to]);
    if (code !== 0) throw new Error(stderr);
    return new Uint8Array(readFileSync(to));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Options of qpdf behind the passwords, and the revision that comes of them. */
export const ENCRYPTION_FORMS: readonly (readonly [
  name: string,
  revision: number,
  options: readonly string[],
])[] = [
  ['RC4 of 40 bits', 2, ['40']],
  ['RC4 of 128 bits', 3, ['128', '--use-aes=n']],
  ['RC4 of 128 bits by crypt filters', 4, ['128', '--use-aes=n', '--force-V4']],
  ['AES-128', 4, ['128', '--use-aes=y']],
  ['AES-128 with clear metadata', 4, ['128', '--use-aes=y', '--cleartext-metadata']],
  ['AES-256 of the deprecated revision 5', 5, ['256', '--force-R5']],
  ['AES-256', 6, ['256']],
  ['AES-256 with clear metadata', 6, ['256', '--cleartext-metadata']],
];

export function openWith(bytes: Uint8Array, password?: string | Uint8Array): PdfDocument {
  const given = typeof password === 'string' ? Buffer.from(password, 'utf8') : password;
  return openDocument(bytesSource(bytes), {
    ...nodePlatform,
    damaged: 'read',
    ...(given === undefined ? {} : { password: given }),
  });
}

/** All that the trailer leads to as plain values: numbers of objects and filters left out, which qpdf chooses anew. */
export function contentsOf({ last }: PdfDocument): unknown {
  const names = new Map<number, string>();
  const { Root, Info } = Object.fromEntries(last.trailer.entries);
  return [Root, Info].map((object) => plainValue(last, object ?? null, names));
}

// In the dictionaries of streams, and in the catalog for revision 5.
const CHOSEN_ANEW = ['Length', 'Filter', 'DecodeParms'];
const ADDED = 'Extensions';

function plainValue(view: RevisionView, object: PdfObject, names: Map<number, string>): unknown {
  if (object === null || typeof object === 'boolean') return object;
  switch (object.kind) {
    case 'number':
      return object.value;
    case 'name':
      return `/${object.name}`;
    case 'string':
      return Buffer.from(object.bytes).toString('hex');
    case 'array':
      return object.items.map((item) => plainValue(view, item, names));
    case 'reference': {
      const known = names.get(object.number);
      if (known !== undefined) return known;
      names.set(object.number, `object ${names.size}`);
      return plainValue(view, view.load(object), names);
    }
    case 'dictionary':
    case 'stream': {
      const { entries } = object.kind === 'stream' ? object.dictionary : object;
      const kept = [...entries].filter(([key]) =>
        object.kind === 'dictionary' ? key !== ADDED : !CHOSEN_ANEW.includes(key),
      );
      const values = kept
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, plainValue(view, value, names)]);
      const data = asKind(object, 'stream') === undefined ? [] : [dataOf(view, object)];
      return [...values, ...data];
    }
  }
}

function dataOf(view: RevisionView, object: PdfObject): string {
  const stream = asKind(object, 'stream');
  return stream === undefined ? '' : Buffer.from(view.decode(stream)).toString('hex');
}

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const PERMISSIONS = -44;

function md5(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function repeated(count: number, from: Buffer, taken: number): Buffer {
  let digest = from;
  for (let i = 0; i < count; i += 1) digest = md5(digest.subarray(0, taken));
  return digest.subarray(0, taken);
}

function inTwentyRounds(key: Uint8Array, data: Uint8Array): Uint8Array {
  let bytes = data;
  for (let i = 0; i < 20; i += 1)
    bytes = rc4(
      key.map((byte) => byte ^ i),
      bytes,
    );
  return bytes;
}

export interface Handmade {
  /** Of the file encryption key, in bytes. */
  readonly keyLength: number;
  readonly version: 1 | 2 | 4;
  readonly user: string;
  readonly owner: string;
  /** How much of each digest the owner's key is repeatedly hashed from; all of it unless told otherwise. */
  readonly ownerBytes?: number;
  /** Entries of the encryption dictionary beside those that every one has. */
  readonly entries: string;
  /** How the one string is encrypted, and the streams by number; `identity` for those that are not named. */
  readonly methods: Readonly<Record<number, 'rc4' | 'aes-v2'>>;
  /** Entries of the dictionaries of streams 4 and 5. */
  readonly streams?: readonly [string, string];
}

export const HANDMADE_TEXT = 'Surat Keterangan';

/** One page with a title (object 6) and streams 4 and 5, which all say the same, under a handler of revision 3 or 4. */
export function handmadeEncrypted(parts: Handmade): Uint8Array {
  const { keyLength, version, methods, entries } = parts;
  const padded = (password: string) =>
    Buffer.concat([Buffer.from(password, 'latin1'), PADDING]).subarray(0, 32);
  const ownerKey = repeated(50, md5(padded(parts.owner)), parts.ownerBytes ?? 16).subarray(0, keyLength);
  const owner = inTwentyRounds(ownerKey, padded(parts.user));
  const permissions = Buffer.alloc(4);
  permissions.writeInt32LE(PERMISSIONS);
  const id = Buffer.from(ID, 'hex');
  const key = repeated(50, md5(padded(parts.user), owner, permissions, id), keyLength);
  const user = Buffer.concat([inTwentyRounds(key, md5(PADDING, id)), Buffer.alloc(16)]);
  const encrypted = (number: number) =>
    encryptedText(methods[number] ?? 'identity', key, number).toString('latin1');
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const [first = '', second = ''] = parts.streams ?? [];
  const file = new FileBuilder()
    .object(1, '<< /Type /Catalog /Pages 2 0 R >>')
    .object(2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>')
    .object(3, '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 5 0 R] >>')
    .stream(4, first, encrypted(4))
    .stream(5, second, encrypted(5))
    .object(6, `<< /Title <${hex(latin1Bytes(encrypted(6)))}> >>`)
    .object(
      7,
      `<< /Filter /Standard /V ${version} /R ${version === 4 ? 4 : 3} /P ${PERMISSIONS} /O <${hex(owner)}> /U <${hex(user)}> ` +
        `${entries} >>`,
    );
  file.table(`/Size 8 /Root 1 0 R /Info 6 0 R /Encrypt 7 0 R /ID [<${ID}> <${ID}>]`);
  return file.bytes();
}

function encryptedText(method: 'rc4' | 'aes-v2' | 'identity', key: Uint8Array, number: number): Buffer {
  const text = Buffer.from(HANDMADE_TEXT);
  if (method === 'identity') return text;
  const salt = method === 'aes-v2' ? Buffer.from('sAlT') : Buffer.alloc(0);
  const objectKey = md5(key, Uint8Array.of(number, 0, 0, 0, 0), salt).subarray(
    0,
    Math.min(16, key.length + 5),
  );
  if (method === 'rc4') return Buffer.from(rc4(objectKey, text));
  const iv = Buffer.alloc(16, number);
  const cipher = createCipheriv('aes-128-cbc', objectKey, iv);
  return Buffer.concat([iv, cipher.update(text), cipher.final()]);
}
