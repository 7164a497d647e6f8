// ZIP archives read in place (APPNOTE.TXT 6.3): the directory at their end, and one entry at a time into memory.
// An archive is a stranger's file as much as what it holds: every number in it is checked before it is used.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';

/**
 * - `zip-damaged`: no archive, cut off, or numbers that cannot be
 * - `zip-too-large`: more entries, or a longer directory, than `ZIP_LIMITS`
 * - `zip-overlapping`: entries that share bytes, as archives have that unpack to more than they hold
 * - `zip-encrypted`, `zip-method`: an entry that is encrypted, or compressed in another way than deflate
 * - `zip-entry-too-large`: an entry is larger than the caller takes
 */
export type ZipRefusedCode =
  | 'zip-damaged'
  | 'zip-too-large'
  | 'zip-overlapping'
  | 'zip-encrypted'
  | 'zip-method'
  | 'zip-entry-too-large';

export class ZipRefused extends Error {
  readonly code: ZipRefusedCode;

  constructor(code: ZipRefusedCode, cause?: unknown) {
    super(code, { cause });
    this.name = 'ZipRefused';
    this.code = code;
  }
}

/** A year of a province's letters has some hundred thousand; a directory entry takes about a hundred bytes. */
export const ZIP_LIMITS = { entries: 500_000, directoryBytes: 64 * 1024 * 1024 } as const;

export interface ZipEntry {
  readonly name: string;
  /** Where its local header begins. */
  readonly offset: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
}

const END = 0x06054b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const LOCATOR_64_SIZE = 20;
const CENTRAL = 0x02014b50;
const CENTRAL_SIZE = 46;
const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
const STORED = 0;
const DEFLATED = 8;

interface OpenArchive {
  readonly size: number;
  /** Exactly these bytes. @throws ZipRefused `zip-damaged` */
  read(offset: number, length: number): Buffer;
}

/** The entries of an archive that are files, in the order of its directory. @throws ZipRefused; the system's error */
export function listZipEntries(path: string): readonly ZipEntry[] {
  return withArchive(path, (archive) => {
    const { offset, length, count } = findDirectory(archive);
    if (count > ZIP_LIMITS.entries || length > ZIP_LIMITS.directoryBytes)
      throw new ZipRefused('zip-too-large');
    const entries = readDirectory(archive.read(offset, length), count);
    requireApart(entries, offset);
    return entries.filter(({ name }) => !name.endsWith('/'));
  });
}

/**
 * One entry, unpacked and compared with its checksum.
 * @param limit - most bytes
 * @throws ZipRefused; the system's error
 */
export function readZipEntry(path: string, entry: ZipEntry, limit: number): Uint8Array {
  if (entry.encrypted) throw new ZipRefused('zip-encrypted');
  if (entry.size > limit || entry.compressedSize > limit) throw new ZipRefused('zip-entry-too-large');
  const packed = withArchive(path, (archive) => {
    const header = archive.read(entry.offset, LOCAL_SIZE);
    if (header.readUInt32LE(0) !== LOCAL) throw new ZipRefused('zip-damaged');
    const start = entry.offset + LOCAL_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28);
    return archive.read(start, entry.compressedSize);
  });
  const bytes = unpacked(packed, entry);
  if (bytes.length !== entry.size || crc32(bytes) !== entry.crc) throw new ZipRefused('zip-damaged');
  return bytes;
}

function unpacked(packed: Buffer, { method, size }: ZipEntry): Uint8Array {
  if (method === STORED) return new Uint8Array(packed);
  if (method !== DEFLATED) throw new ZipRefused('zip-method');
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(1, size) }));
  } catch (cause) {
    throw new ZipRefused('zip-damaged', cause);
  }
}

function withArchive<T>(path: string, act: (archive: OpenArchive) => T): T {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    return act({
      size,
      read: (offset, length) => {
        if (offset < 0 || length < 0 || offset + length > size) throw new ZipRefused('zip-damaged');
        const bytes = Buffer.alloc(length);
        let filled = 0;
        while (filled < length) {
          const count = readSync(descriptor, bytes, filled, length - filled, offset + filled);
          if (count === 0) throw new ZipRefused('zip-damaged');
          filled += count;
        }
        return bytes;
      },
    });
  } finally {
    closeSync(descriptor);
  }
}

interface Directory {
  readonly offset: number;
  readonly length: number;
  readonly count: number;
}

function findDirectory(archive: OpenArchive): Directory {
  const tailSize = Math.min(archive.size, END_SIZE + LONGEST_COMMENT);
  const tail = archive.read(archive.size - tailSize, tailSize);
  for (let at = tail.length - END_SIZE; at >= 0; at -= 1) {
    const ends = tail.readUInt32LE(at) === END && at + END_SIZE + tail.readUInt16LE(at + 20) === tail.length;
    if (ends) return directoryOf(archive, tail.subarray(at), archive.size - tailSize + at);
  }
  throw new ZipRefused('zip-damaged');
}

function directoryOf(archive: OpenArchive, end: Buffer, endOffset: number): Directory {
  const small = { count: end.readUInt16LE(10), length: end.readUInt32LE(12), offset: end.readUInt32LE(16) };
  const isLarge = small.count === 0xffff || small.length === 0xffffffff || small.offset === 0xffffffff;
  const directory = isLarge ? (largeDirectory(archive, endOffset) ?? small) : small;
  if (directory.offset + directory.length > endOffset) throw new ZipRefused('zip-damaged');
  return directory;
}

/** ZIP64 (4.3.14 and 4.3.15); null where there is none. */
function largeDirectory(archive: OpenArchive, endOffset: number): Directory | null {
  if (endOffset < LOCATOR_64_SIZE) return null;
  const locator = archive.read(endOffset - LOCATOR_64_SIZE, LOCATOR_64_SIZE);
  if (locator.readUInt32LE(0) !== LOCATOR_64) return null;
  const end = archive.read(exactNumber(locator.readBigUInt64LE(8)), 56);
  if (end.readUInt32LE(0) !== END_64) throw new ZipRefused('zip-damaged');
  return {
    count: exactNumber(end.readBigUInt64LE(32)),
    length: exactNumber(end.readBigUInt64LE(40)),
    offset: exactNumber(end.readBigUInt64LE(48)),
  };
}

function exactNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new ZipRefused('zip-damaged');
  return number;
}

function readDirectory(bytes: Buffer, count: number): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    if (at + CENTRAL_SIZE > bytes.length || bytes.readUInt32LE(at) !== CENTRAL)
      throw new ZipRefused('zip-damaged');
    const nameEnd = at + CENTRAL_SIZE + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    if (extraEnd > bytes.length) throw new ZipRefused('zip-damaged');
    const name = bytes.subarray(at + CENTRAL_SIZE, nameEnd);
    entries.push(entryOf(bytes.subarray(at, at + CENTRAL_SIZE), name, bytes.subarray(nameEnd, extraEnd)));
    at = extraEnd + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

const ENCRYPTED = 1;
const NAMED_IN_UTF8 = 1 << 11;

function entryOf(header: Buffer, name: Buffer, extra: Buffer): ZipEntry {
  const flags = header.readUInt16LE(8);
  const large = largeNumbers(extra);
  // In this order, and only those that do not fit into 32 bits (4.5.3).
  const numberAt = (place: number): number => {
    const small = header.readUInt32LE(place);
    return small === 0xffffffff ? large() : small;
  };
  const size = numberAt(24);
  const compressedSize = numberAt(20);
  const offset = numberAt(42);
  return {
    name: name.toString((flags & NAMED_IN_UTF8) === 0 ? 'latin1' : 'utf8'),
    offset,
    compressedSize,
    size,
    method: header.readUInt16LE(10),
    encrypted: (flags & ENCRYPTED) !== 0,
    crc: header.readUInt32LE(16),
  };
}

/** The numbers of the ZIP64 extra field, one after the other. */
function largeNumbers(extra: Buffer): () => number {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  const end = at + 4 <= extra.length ? Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2)) : at;
  let next = at + 4;
  return () => {
    if (next + 8 > end) throw new ZipRefused('zip-damaged');
    next += 8;
    return exactNumber(extra.readBigUInt64LE(next - 8));
  };
}

/** Each entry ends before the next begins, and all before the directory. */
function requireApart(entries: readonly ZipEntry[], directory: number): void {
  const sorted = entries.toSorted((a, b) => a.offset - b.offset);
  for (const [i, { offset, compressedSize }] of sorted.entries()) {
    const next = sorted[i + 1]?.offset ?? directory;
    if (offset + LOCAL_SIZE + compressedSize > next) throw new ZipRefused('zip-overlapping');
  }
}
