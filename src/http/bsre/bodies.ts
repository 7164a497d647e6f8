// Bodies as clients of the compatible API send them: forms in any order with anything in them, and JSON under any type.

import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../problems.ts';
import { collect, formParts, MAX_PART_BYTES, MEGABYTE } from '../upload.ts';
import { type Given, type Parameters, parametersIn } from './leniency.ts';

export interface CompatibleForm {
  /** From the body, else from the query. */
  readonly parameters: Parameters;
  /** The first of that name with something in it; null where there is none. */
  file(name: string, ...aliases: readonly string[]): FormFile | null;
}

export interface FormFile {
  readonly bytes: Uint8Array;
  readonly name: string | null;
}

const FILES: ReadonlySet<string> = new Set(['file', 'signed_file', 'imagettd']);
const MOST_FIELDS = 64;
const MOST_FILES = 8;
// A picture in base64 as text.
const FIELD_BYTES = Math.ceil((MAX_PART_BYTES * 4) / 3) + 1024;
const FORM_OVERHEAD = 2 * FIELD_BYTES;

/** @throws HttpProblem `file-too-large`, `invalid-request` */
export async function readCompatibleForm(
  request: FastifyRequest,
  maxMegabytes: number,
): Promise<CompatibleForm> {
  const limit = maxMegabytes * MEGABYTE;
  const query = queryOf(request);
  if (!request.isMultipart())
    return { parameters: parametersIn(await readFields(request), query), file: () => null };
  if (Number(request.headers['content-length'] ?? 0) > limit + FORM_OVERHEAD)
    throw new HttpProblem('file-too-large');
  const fields: Record<string, Given> = Object.create(null);
  const files = new Map<string, FormFile>();
  let text = 0;
  for await (const part of formParts(request, limitsOf(limit), { isPartAFile })) {
    const { fieldname } = part;
    if (part.type === 'file') {
      const name = fieldname.toLowerCase();
      const bytes = await collect(part.file, name === 'imagettd' ? MAX_PART_BYTES : limit);
      const earlier = files.get(name);
      if (earlier === undefined || earlier.bytes.length === 0)
        files.set(name, {
          bytes,
          name: part.filename === undefined || part.filename === '' ? null : part.filename,
        });
      continue;
    }
    text += String(part.value).length;
    if (part.valueTruncated || text > FORM_OVERHEAD) throw new HttpProblem('file-too-large');
    const earlier = fields[fieldname];
    if (earlier === undefined || earlier === '') fields[fieldname] = String(part.value);
  }
  return {
    parameters: parametersIn(fields, query),
    file: (...names) => {
      for (const name of names) {
        const found = files.get(name.toLowerCase());
        if (found !== undefined && found.bytes.length > 0) return found;
      }
      return null;
    },
  };
}

/** Of a name that is repeated, the first with something in it. */
export function queryOf({ query }: FastifyRequest): Readonly<Record<string, Given>> {
  const members = Object.entries(query as Readonly<Record<string, Given>>);
  return Object.fromEntries(
    members.map(([name, value]) => [
      name,
      Array.isArray(value) ? (value.find((one) => one !== '') ?? '') : value,
    ]),
  );
}

/** Several applications send a file without a name of its own, or without a type. */
function isPartAFile(
  fieldName: string | undefined,
  contentType: string | undefined,
  fileName: string | undefined,
) {
  if (fileName !== undefined || contentType === 'application/octet-stream') return true;
  return FILES.has(fieldName?.toLowerCase() ?? '');
}

function limitsOf(limit: number) {
  return {
    // One byte more than allowed, so that a file of exactly the limit is not taken for a larger one.
    fileSize: limit + 1,
    files: MOST_FILES,
    fields: MOST_FIELDS,
    parts: MOST_FIELDS + MOST_FILES,
    fieldSize: FIELD_BYTES,
    fieldNameSize: 100,
    headerPairs: 40,
  };
}

const FIELDS_BYTES = 64 * 1024;

/** A form without files, as PHP sends it where no file is given. */
async function readFields(request: FastifyRequest): Promise<Readonly<Record<string, Given>>> {
  const type = request.headers['content-type'] ?? '';
  const body = request.body as Readable | null | undefined;
  if (body == null || !type.startsWith('application/x-www-form-urlencoded')) return {};
  const text = Buffer.from(await collect(body, FIELDS_BYTES)).toString('utf8');
  return Object.fromEntries(new URLSearchParams(text));
}

// The largest document in base64, with its pictures: 50 MB become 67.
const JSON_FACTOR = 1.4;

/** The members of a JSON object, whatever the type in the header says. @throws HttpProblem `file-too-large`; MalformedJson */
export async function readJsonBody(
  request: FastifyRequest,
  maxMegabytes: number,
): Promise<Readonly<Record<string, Given>>> {
  const limit = Math.ceil(maxMegabytes * JSON_FACTOR) * MEGABYTE;
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new HttpProblem('file-too-large');
  const body = request.body as Readable | null | undefined;
  const bytes = body == null ? new Uint8Array() : await collect(body, limit);
  const read = parsed(bytes);
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new MalformedJson();
  return read as Readonly<Record<string, Given>>;
}

/** Not a JSON object; answered as the original's web server does. */
export class MalformedJson extends Error {
  readonly code = 'json-malformed';

  constructor() {
    super('json-malformed');
    this.name = 'MalformedJson';
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8').decode(bytes));
  } catch {
    // The parser's message repeats what was sent, passphrases included; it must not even become a cause.
    throw new MalformedJson();
  }
}
