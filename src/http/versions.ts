// What the REST answer and the page have in common: the versions of a document in a request, and one of them as a download.

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  bytesSource,
  type DocumentVersion,
  type DocumentVersions,
  requireVersion,
  VersionRefused,
  versionSource,
} from '../index.ts';
import { callerGone } from './caller-gone.ts';
import { passwordOf } from './check-document.ts';
import { contentDigest } from './content-digest.ts';
import { withinDeadline } from './deadline.ts';
import { readParameters } from './parameters.ts';
import type { AppServices } from './ports.ts';
import { HttpProblem } from './problems.ts';
import { readUpload } from './upload.ts';
import { type RevisionsParameters, revisionsForm, revisionsQuery } from './version-schemas.ts';

export interface ReadVersions {
  readonly file: Uint8Array;
  readonly versions: DocumentVersions;
  /** The version that was asked for; null where the list was. */
  readonly wanted: DocumentVersion | null;
}

/**
 * Reads a document from a request and finds its versions.
 * @param query - what a raw body has beside it
 * @throws HttpProblem, also `document-mismatch`, `revision-unknown`; MalformedPdf
 */
export async function readVersions(
  request: FastifyRequest,
  services: AppServices,
  query: Readonly<Record<string, unknown>>,
): Promise<ReadVersions> {
  const upload = await readUpload(request, services.settings.maxUploadMegabytes);
  const parameters: RevisionsParameters =
    upload.form === 'raw'
      ? readParameters(revisionsQuery, query)
      : readParameters(revisionsForm, Object.fromEntries(upload.fields));
  const wanted = wantedOf(parameters);
  requireExpected(upload.file, parameters.expectedSha256);
  const password = passwordOf(request, upload, parameters);
  const versions = await withinDeadline(services.settings.verifyDeadlineMs, callerGone(request), (signal) =>
    services.versions(upload.file, signal, password),
  ).finally(() => password?.fill(0));
  request.log.info({ versions: versions.versions.length, size: upload.file.length }, 'versions');
  return { file: upload.file, versions, wanted: wanted === null ? null : versionOf(versions, wanted) };
}

function wantedOf({ revision, signature }: RevisionsParameters): Parameters<typeof requireVersion>[1] | null {
  if (revision !== undefined && signature !== undefined)
    throw new HttpProblem('invalid-request', {}, [
      { pointer: '/signature', message: 'not beside "revision"' },
    ]);
  if (signature !== undefined) return { field: signature };
  return revision === undefined ? null : { revision: Number(revision) };
}

function requireExpected(file: Uint8Array, expected: string | undefined): void {
  if (expected === undefined) return;
  if (createHash('sha256').update(file).digest('hex') !== expected)
    throw new HttpProblem('document-mismatch');
}

const FAULTS: Readonly<
  Record<VersionRefused['code'], { readonly pointer: string; readonly message: string }>
> = {
  'revision-unknown': { pointer: '/revision', message: 'the file holds no such complete version' },
  'signature-unknown': { pointer: '/signature', message: 'no signature stands in a field of this name' },
  'revision-incomplete': { pointer: '/signature', message: 'this signature covers no complete version' },
};

function versionOf(
  versions: DocumentVersions,
  wanted: Parameters<typeof requireVersion>[1],
): DocumentVersion {
  try {
    return requireVersion(versions, wanted);
  } catch (error) {
    if (!(error instanceof VersionRefused)) throw error;
    throw new HttpProblem('revision-unknown', {}, [FAULTS[error.code]], error);
  }
}

/** Sends a version as a file to be kept, never shown as a page of ours. */
export function sendVersion(reply: FastifyReply, file: Uint8Array, version: DocumentVersion): FastifyReply {
  const { revision, size, sha256 } = version;
  const bytes = versionSource(bytesSource(file), version).read(0, size);
  return reply
    .type('application/pdf')
    .header('Cache-Control', 'no-store')
    .header('Content-Disposition', `attachment; filename="versi-${revision}.pdf"`)
    .header('Content-Digest', contentDigest(Buffer.from(sha256, 'hex')))
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
