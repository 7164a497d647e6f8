// Many documents as they come over the wire: parameters first, then one document after the other, none of them read before it is
// asked for.

import type { FastifyRequest } from 'fastify';
import { type BatchDocument, bytesSource } from '../index.ts';
import { HttpProblem } from './problems.ts';
import {
  collectPart,
  type FormRoom,
  formParts,
  invalidField,
  MAX_PART_BYTES,
  MEGABYTE,
  type Upload,
  unknownField,
} from './upload.ts';

export interface BatchUpload extends Pick<Upload, 'fields' | 'parts'> {
  /** In the order of the form; one that is too large or empty fails alone. `label` is the name of its file. */
  readonly documents: AsyncIterable<UploadedDocument>;
}

/** With the fields that stood before it, which are its own; of the first they are those of the batch. */
export type UploadedDocument = BatchDocument<string | null> & { readonly fields: Upload['fields'] };

/** What may stand beside the documents; parts that are files too stand before the first of them. */
export interface BatchRoom extends Required<FormRoom> {
  /** Names of fields that a document may have of its own. */
  readonly ownFields: readonly string[];
}

type Parts = ReturnType<typeof formParts>;
type Part = Parts extends AsyncIterable<infer P> ? P : never;
type FilePart = Extract<Part, { type: 'file' }>;

const MOST_PARTS = 200_000;

/**
 * Reads the form up to its first document.
 * @throws HttpProblem `unsupported-media-type`, `invalid-request`, `file-missing`, `file-too-large`
 */
export async function readBatchUpload(
  request: FastifyRequest,
  maxMegabytes: number,
  { fileParts, fields: room, ownFields }: BatchRoom,
): Promise<BatchUpload> {
  if (!request.isMultipart()) throw new HttpProblem('unsupported-media-type');
  const limit = maxMegabytes * MEGABYTE;
  const limits = {
    fileSize: limit + 1,
    files: MOST_PARTS,
    fields: MOST_PARTS,
    parts: MOST_PARTS + room.most,
    fieldSize: room.bytes,
    fieldNameSize: 100,
    headerPairs: 20,
  };
  const form = formParts(request, limits);
  const fields = new Map<string, string>();
  const parts = new Map<string, Uint8Array>();
  for (;;) {
    const { value: part, done } = await form.next();
    if (done === true) throw new HttpProblem('file-missing');
    if (fields.has(part.fieldname) || parts.has(part.fieldname))
      throw invalidField(part.fieldname, 'given more than once');
    if (part.type === 'field') {
      if (fields.size >= room.most) throw invalidField(part.fieldname, 'too many fields');
      fields.set(part.fieldname, textOfField(part));
    } else if (fileParts.includes(part.fieldname)) {
      parts.set(part.fieldname, await collectPart(part.file, Math.min(limit, MAX_PART_BYTES)));
    } else return { fields, parts, documents: documentsOf(part, form, limit, ownFields) };
  }
}

async function* documentsOf(
  first: FilePart,
  rest: Parts,
  limit: number,
  ownFields: readonly string[],
): AsyncGenerator<UploadedDocument, void, undefined> {
  yield { ...(await documentOf(first, limit)), fields: new Map() };
  let fields = new Map<string, string>();
  for await (const part of rest) {
    if (part.type === 'field') {
      if (!ownFields.includes(part.fieldname))
        throw invalidField(part.fieldname, 'belongs before the documents');
      if (fields.has(part.fieldname)) throw invalidField(part.fieldname, 'given more than once');
      fields.set(part.fieldname, textOfField(part));
      continue;
    }
    yield { ...(await documentOf(part, limit)), fields };
    fields = new Map();
  }
}

function textOfField(part: Extract<Part, { type: 'field' }>): string {
  if (part.valueTruncated || part.fieldnameTruncated) throw invalidField(part.fieldname, 'too long');
  return String(part.value);
}

async function documentOf(part: FilePart, limit: number): Promise<BatchDocument<string | null>> {
  if (part.fieldname !== 'file') throw unknownField(part.fieldname);
  const label = part.filename === undefined || part.filename === '' ? null : part.filename;
  try {
    const file = await collectPart(part.file, limit);
    return file.length === 0
      ? { label, error: new HttpProblem('file-empty') }
      : { label, source: bytesSource(file) };
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    // The rest of it must pass by, or the next document would never come.
    part.file.resume();
    return { label, error };
  }
}
