// The document and its parameters as they come over the wire, into memory and nowhere else.

import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problems.ts';

export interface Upload {
  readonly form: 'multipart' | 'raw';
  readonly file: Uint8Array;
  /** As the sender named it; shown, never used as a path. */
  readonly fileName: string | null;
  /** The other fields of a form, in the order sent. */
  readonly fields: ReadonlyMap<string, string>;
  /** Further files of a form, by the name of their part; not looked into. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
}

/** What a form may hold beside the document. */
export interface FormRoom {
  /** Names of further parts that may be files. */
  readonly fileParts?: readonly string[];
  /** Most fields, most octets of one, and of all of them. */
  readonly fields?: { readonly most: number; readonly bytes: number; readonly together: number };
}

export const MEGABYTE = 1024 * 1024;
// Names, boundaries and the few fields beside the file.
const FORM_OVERHEAD = 64 * 1024;
const FEW_FIELDS = { most: 32, bytes: 4096, together: FORM_OVERHEAD };
// A photograph of a signature; scans are far smaller.
export const MAX_PART_BYTES = 5 * MEGABYTE;

/**
 * Reads a `multipart/form-data` body with one part `file`, or a body that is the document itself.
 *
 * @throws HttpProblem `file-too-large` before anything is kept when the length is announced, else as soon as the limit is passed;
 *   `file-missing`, `file-empty`, `invalid-request`, `unsupported-media-type`
 */
export async function readUpload(
  request: FastifyRequest,
  maxMegabytes: number,
  { fileParts = [], fields = FEW_FIELDS }: FormRoom = {},
): Promise<Upload> {
  const limit = maxMegabytes * MEGABYTE;
  const multipart = request.isMultipart();
  const overhead = FORM_OVERHEAD + fileParts.length * MAX_PART_BYTES + fields.together;
  requireAnnouncedLength(request, multipart ? limit + overhead : limit);
  const room = { fileParts, fields };
  const upload = multipart ? await readForm(request, limit, room) : await readBody(request, limit);
  if (upload.file.length === 0) throw new HttpProblem('file-empty');
  return upload;
}

/** @throws HttpProblem `file-too-large` before anything is read */
export function requireAnnouncedLength(request: FastifyRequest, limit: number): void {
  if (announcedLength(request) > limit) throw new HttpProblem('file-too-large');
}

/** Of the whole body, and so of each part of it; 0 where it is not known. */
function announcedLength({ headers }: FastifyRequest): number {
  return Number(headers['content-length'] ?? 0);
}

async function readBody(request: FastifyRequest, limit: number): Promise<Upload> {
  const body = request.body as Readable | null | undefined;
  if (body === undefined || body === null) throw new HttpProblem('file-missing');
  return {
    form: 'raw',
    file: await collect(body, limit, announcedLength(request)),
    fileName: null,
    fields: new Map(),
    parts: new Map(),
  };
}

async function readForm(request: FastifyRequest, limit: number, room: Required<FormRoom>): Promise<Upload> {
  const { fileParts } = room;
  const fields = new Map<string, string>();
  const parts = new Map<string, Uint8Array>();
  let file: { bytes: Uint8Array; name: string | null } | null = null;
  const limits = {
    // One byte more than allowed, so that a file of exactly the limit is not taken for a larger one.
    fileSize: limit + 1,
    files: 2 + fileParts.length,
    fields: room.fields.most,
    parts: room.fields.most + 2 + fileParts.length,
    fieldSize: room.fields.bytes,
    fieldNameSize: 100,
    headerPairs: 20,
  };
  for await (const part of formParts(request, limits)) {
    if (part.type === 'file') {
      if (fileParts.includes(part.fieldname)) {
        if (parts.has(part.fieldname)) throw invalidField(part.fieldname, 'given more than once');
        const bytes = await collectPart(part.file, Math.min(limit, MAX_PART_BYTES));
        // What a browser sends where nothing was chosen.
        if (bytes.length > 0) parts.set(part.fieldname, bytes);
        continue;
      }
      if (part.fieldname !== 'file') throw unknownField(part.fieldname);
      if (file !== null) throw invalidField(part.fieldname, 'more than one file');
      const bytes = await collectPart(part.file, limit, announcedLength(request));
      const name = part.filename === undefined || part.filename === '' ? null : part.filename;
      file = { bytes, name };
    } else {
      takeField(part, fields);
    }
  }
  // A browser that has nothing to send sends an empty part without a name.
  if (file === null || (file.bytes.length === 0 && file.name === null)) throw new HttpProblem('file-missing');
  return { form: 'multipart', file: file.bytes, fileName: file.name, fields, parts };
}

/**
 * Reads the fields of a form without files.
 * @throws HttpProblem `invalid-request`, `unsupported-media-type`
 */
export async function readFields(request: FastifyRequest): Promise<ReadonlyMap<string, string>> {
  if (!request.isMultipart()) throw new HttpProblem('unsupported-media-type');
  const fields = new Map<string, string>();
  const { most, bytes } = FEW_FIELDS;
  const limits = {
    files: 0,
    fields: most,
    parts: most,
    fieldSize: bytes,
    fieldNameSize: 100,
    headerPairs: 20,
  };
  for await (const part of formParts(request, limits)) {
    if (part.type === 'file') throw unknownField(part.fieldname);
    takeField(part, fields);
  }
  return fields;
}

type FieldPart = Extract<
  Awaited<ReturnType<ReturnType<typeof formParts>['next']>>['value'],
  { type: 'field' }
>;

/** @throws HttpProblem `invalid-request` */
function takeField(part: FieldPart, fields: Map<string, string>): void {
  if (fields.has(part.fieldname)) throw invalidField(part.fieldname, 'given more than once');
  if (part.valueTruncated || part.fieldnameTruncated) throw invalidField(part.fieldname, 'too long');
  fields.set(part.fieldname, String(part.value));
}

export async function* formParts(
  request: FastifyRequest,
  limits: NonNullable<Parameters<FastifyRequest['parts']>[0]>['limits'],
  more: Partial<Parameters<FastifyRequest['parts']>[0]> = {},
): ReturnType<FastifyRequest['parts']> {
  try {
    yield* request.parts({ ...more, limits });
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw unreadableForm(error);
  }
}

/**
 * All of one part of a form.
 *
 * @throws HttpProblem `file-too-large`; `invalid-request` for a form that ends in the middle of it
 */
export async function collectPart(part: Readable, limit: number, announced = 0): Promise<Uint8Array> {
  try {
    return await collect(part, limit, announced);
  } catch (error) {
    throw error instanceof HttpProblem ? error : unreadableForm(error);
  }
}

function unreadableForm(cause: unknown): HttpProblem {
  return new HttpProblem('invalid-request', {}, [{ pointer: '', message: 'not a readable form' }], cause);
}

// What is smaller costs nothing to hold twice for a moment; and who only announces much has no room taken for it.
const GATHERED_BYTES = 1024 * 1024;

/**
 * All of a stream. Of a large one room for what was announced is taken as soon as so much has come that it may be believed: pieces that
 * are put together at the end hold the document twice.
 * @param announced - bytes that will not be exceeded, as far as is known
 * @throws HttpProblem `file-too-large`; the stream is left as it is
 */
export async function collect(stream: Readable, limit: number, announced = 0): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let room: Buffer | null = null;
  let size = 0;
  // Not destroyed when we stop: that would end the connection before the refusal can be read.
  const received: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false });
  for await (const piece of received) {
    const needed = size + piece.length;
    if (needed > limit) throw new HttpProblem('file-too-large');
    if (room === null && needed > GATHERED_BYTES)
      room = roomFor(pieces.splice(0), Math.max(needed, announced));
    if (room === null) pieces.push(piece);
    else {
      if (needed > room.length) room = roomFor([room.subarray(0, size)], 2 * needed);
      piece.copy(room, size);
    }
    size = needed;
  }
  if (room !== null) return room.subarray(0, size);
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, size);
}

/** Memory that is not touched is not taken from the system. */
function roomFor(pieces: readonly Buffer[], size: number): Buffer {
  const room = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const piece of pieces) at += piece.copy(room, at);
  return room;
}

export function unknownField(name: string): HttpProblem {
  return new HttpProblem('invalid-request', {}, [
    { pointer: pointerToUnknown(name), message: 'no such field' },
  ]);
}

export function invalidField(name: string, message: string): HttpProblem {
  return new HttpProblem('invalid-request', {}, [{ pointer: pointerTo(name), message }]);
}

/**
 * The same of a name that a caller has made up: one that could be a number or a secret in the wrong place is not repeated, only that
 * something stands there.
 */
export function pointerToUnknown(name: string): string {
  return /^[A-Za-z_]{1,20}\d{0,3}$/.test(name) ? pointerTo(name) : '/';
}

/** A JSON Pointer to a member (RFC 6901, 3). */
export function pointerTo(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
