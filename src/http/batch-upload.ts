// Many documents as they come over the wire: parameters first, then one document after the other, none of them read before it is
// asked for.

import type { FastifyRequest } from 'fastify';
import { type BatchDocument, bytesSource } from '../index.ts';
import { HttpProblem } from './problems.ts';
import {
  collect,
  formParts,
  invalidField,
  MAX_PART_BYTES,
  MEGABYTE,
  type Upload,
  USUAL_FIELDS,
  unknownField,
} from './upload.ts';

export interface BatchUpload extends Pick<Upload, 'fields' | 'parts'> {
  /** In the order of the form; one that is too large or empty fails alone. `label` is the name of its file. */
  readonly documents: AsyncIterable<BatchDocument<string | null>>;
}

type Parts = ReturnType<typeof formParts>;
type Part = Parts extends AsyncIterable<infer P> ? P : never;
type FilePart = Extract<Part, { type: 'file' }>;

const MOST_PARTS = 200_000;

/**
 * Reads the form up to its first document.
 * @param fileParts - names of further parts that may be files; they too stand before the documents
 * @throws HttpProblem `unsupported-media-type`, `invalid-request`, `file-missing`, `file-too-large`
 */
export async function readBatchUpload(
  request: FastifyRequest,
  maxMegabytes: number,
  fileParts: readonly string[],
): Promise<BatchUpload> {
  if (!request.isMultipart()) throw new HttpProblem('unsupported-media-type');
  const limit = maxMegabytes * MEGABYTE;
  const limits = {
    fileSize: limit + 1,
    files: MOST_PARTS,
    fields: USUAL_FIELDS.most,
    parts: MOST_PARTS + USUAL_FIELDS.most,
    fieldSize: USUAL_FIELDS.bytes,
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
      if (part.valueTruncated || part.fieldnameTruncated) throw invalidField(part.fieldname, 'too long');
      fields.set(part.fieldname, String(part.value));
    } else if (fileParts.includes(part.fieldname)) {
      parts.set(part.fieldname, await collect(part.file, Math.min(limit, MAX_PART_BYTES)));
    } else return { fields, parts, documents: documentsOf(part, form, limit) };
  }
}

async function* documentsOf(
  first: FilePart,
  rest: Parts,
  limit: number,
): AsyncGenerator<BatchDocument<string | null>, void, undefined> {
  yield await documentOf(first, limit);
  for await (const part of rest) {
    if (part.type === 'field') throw invalidField(part.fieldname, 'belongs before the documents');
    yield await documentOf(part, limit);
  }
}

async function documentOf(part: FilePart, limit: number): Promise<BatchDocument<string | null>> {
  if (part.fieldname !== 'file') throw unknownField(part.fieldname);
  const label = part.filename === undefined || part.filename === '' ? null : part.filename;
  try {
    const file = await collect(part.file, limit);
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
