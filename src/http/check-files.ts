// Several documents of one form, as the page takes them: all read, then judged one after another, each for itself.

import type { FastifyRequest } from 'fastify';
import type { VerificationReport } from '../index.ts';
import { judgeInTime } from './check-document.ts';
import { logProblem } from './error-handler.ts';
import type { AppServices } from './ports.ts';
import { problemOf } from './problem-of-error.ts';
import { HttpProblem } from './problems.ts';
import {
  collect,
  formParts,
  invalidField,
  MEGABYTE,
  requireAnnouncedLength,
  unknownField,
} from './upload.ts';

export interface CheckedFile {
  /** As the sender named it; shown, never used as a path. */
  readonly fileName: string | null;
  /** Null where our own service failed; the reason is in the log. */
  readonly report: VerificationReport | null;
}

/** Most files of one form: what a person chooses at once and reads afterwards. */
export const MOST_FILES = 20;

/**
 * Judges every `file` of a form. One that cannot be judged keeps no other from it.
 *
 * @throws HttpProblem `file-too-large` for all files together, `file-missing`, `invalid-request`; where there is a single file, also what
 *   keeps it from being judged
 */
export async function checkFiles(
  request: FastifyRequest,
  services: AppServices,
): Promise<readonly CheckedFile[]> {
  const files = await readFiles(request, services.settings.maxUploadMegabytes * MEGABYTE);
  const checked: CheckedFile[] = [];
  for (const { bytes, fileName } of files) {
    const judged = judgeInTime(bytes, request, services);
    const report = await (files.length === 1 ? judged : judged.catch((error) => failed(error, request)));
    if (report !== null) request.log.info({ verdict: report.verdict, size: bytes.length }, 'verified');
    checked.push({ fileName, report });
  }
  return checked;
}

function failed(error: unknown, request: FastifyRequest): null {
  logProblem(request, problemOf(error));
  return null;
}

interface SentFile {
  readonly bytes: Uint8Array;
  readonly fileName: string | null;
}

// Names and boundaries beside the files.
const FORM_OVERHEAD = 64 * 1024;

async function readFiles(request: FastifyRequest, limit: number): Promise<readonly SentFile[]> {
  requireAnnouncedLength(request, limit + FORM_OVERHEAD);
  if (!request.isMultipart()) throw new HttpProblem('unsupported-media-type');
  const files: SentFile[] = [];
  let size = 0;
  const limits = {
    fileSize: limit + 1,
    files: MOST_FILES + 1,
    fields: 0,
    parts: MOST_FILES + 1,
    fieldNameSize: 100,
    headerPairs: 20,
  };
  for await (const part of formParts(request, limits)) {
    if (part.type !== 'file' || part.fieldname !== 'file') throw unknownField(part.fieldname);
    const bytes = await collect(part.file, limit - size);
    size += bytes.length;
    const fileName = part.filename === undefined || part.filename === '' ? null : part.filename;
    // What a browser sends where nothing was chosen.
    if (bytes.length > 0 || fileName !== null) files.push({ bytes, fileName });
    if (files.length > MOST_FILES) throw invalidField('file', `more than ${MOST_FILES} files`);
  }
  const [only] = files;
  if (only === undefined) throw new HttpProblem('file-missing');
  if (files.length === 1 && only.bytes.length === 0) throw new HttpProblem('file-empty');
  return files;
}
