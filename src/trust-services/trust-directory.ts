// The operator's trust list as a folder: `anchors.json` names each file with its SHA-256, its role and its purposes.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Certificate, MalformedCertificate, parseCertificate } from '../pki/certificate.ts';
import { demoteDevelopmentAnchors } from '../pki/development-marker.ts';
import { certificatesInFile } from '../pki/pem.ts';
import { requirePinned, type TrustAnchor, type TrustList, trustListOf } from '../pki/trust-list.ts';
import type { Digests } from '../platform/platform.ts';

/**
 * - `trust-list-missing`: there is no readable `anchors.json`
 * - `trust-list-malformed`: it is not as `AnchorsFile` says; `where` holds JSON pointers
 * - `trust-file-missing`, `trust-file-malformed`: a certificate file that it names; `where` is the file
 */
export type TrustDirectoryRefusedCode =
  | 'trust-list-missing'
  | 'trust-list-malformed'
  | 'trust-file-missing'
  | 'trust-file-malformed';

/** The folder is not used, not even in part: half a list would turn away letters that the whole one accepts. */
export class TrustDirectoryRefused extends Error {
  readonly code: TrustDirectoryRefusedCode;
  readonly where: string;

  constructor(code: TrustDirectoryRefusedCode, where: string, cause?: unknown) {
    super(`${code}: ${where}`, { cause });
    this.name = 'TrustDirectoryRefused';
    this.code = code;
    this.where = where;
  }
}

const PURPOSES = ['signature', 'seal', 'timestamp'] as const;

const pinnedFile = {
  /** A file beside the list, PEM or DER, with one certificate. A plain name: a list cannot lead out of its folder. */
  file: z.string().regex(/^\w[\w.-]{0,127}$/),
  /** Of the DER, so that both forms have the same; hexadecimal, with or without colons, as tools print it. */
  sha256: z.string(),
};

const anchorsFile = z.strictObject({
  version: z.string().min(1).max(64),
  asOf: z.iso.datetime({ offset: true }),
  anchors: z
    .array(
      z.strictObject({
        ...pinnedFile,
        role: z.enum(['active', 'historical', 'test']),
        purposes: z
          .array(z.enum(PURPOSES))
          .min(1)
          .default([...PURPOSES]),
        psreInduk: z.boolean().default(false),
      }),
    )
    .min(1),
  intermediates: z.array(z.strictObject(pinnedFile)).default([]),
});

/** What `anchors.json` holds. */
export type AnchorsFile = z.input<typeof anchorsFile>;

export const ANCHORS_FILE = 'anchors.json';

export interface TrustDirectoryOptions {
  readonly digests: Digests;
  /** In production a development anchor is a test anchor, whatever the list says. */
  readonly production: boolean;
}

/**
 * Reads a trust folder, completely or not at all.
 *
 * @throws TrustDirectoryRefused
 * @throws TrustListRefused `pin-mismatch` when a certificate is not the one whose SHA-256 the list names; `pin-malformed`,
 *   `anchor-repeated`
 */
export function loadTrustDirectory(
  directory: string,
  { digests, production }: TrustDirectoryOptions,
): TrustList {
  const { version, asOf, anchors, intermediates } = readAnchorsFile(directory);
  const certificateOf = (entry: PinnedFile) => readPinnedCertificate(directory, entry, digests);
  const list = trustListOf({
    version,
    asOf: Date.parse(asOf),
    anchors: anchors.map(
      (entry): TrustAnchor => ({
        certificate: certificateOf(entry),
        role: entry.role,
        purposes: entry.purposes,
        psreInduk: entry.psreInduk,
      }),
    ),
    intermediates: intermediates.map(certificateOf),
    digests,
  });
  return production ? demoteDevelopmentAnchors(list, digests) : list;
}

function readAnchorsFile(directory: string): z.output<typeof anchorsFile> {
  const text = readTrustFile(directory, ANCHORS_FILE, 'trust-list-missing').toString('utf8');
  const read = anchorsFile.safeParse(parseJson(text));
  if (read.success) return read.data;
  const where = read.error.issues.map((issue) => `/${issue.path.join('/')}`).join(', ');
  throw new TrustDirectoryRefused('trust-list-malformed', where, read.error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TrustDirectoryRefused('trust-list-malformed', '/', cause);
  }
}

interface PinnedFile {
  readonly file: string;
  readonly sha256: string;
}

function readPinnedCertificate(
  directory: string,
  { file, sha256 }: PinnedFile,
  digests: Digests,
): Certificate {
  const der = derOf(readTrustFile(directory, file, 'trust-file-missing'), file);
  requirePinned(der, sha256, file, digests);
  try {
    return parseCertificate(der);
  } catch (cause) {
    if (!(cause instanceof MalformedCertificate)) throw cause;
    throw new TrustDirectoryRefused('trust-file-malformed', file, cause);
  }
}

// A list of every issuer of the world would be smaller.
const MOST_FILE_BYTES = 4 * 1024 * 1024;

function readTrustFile(
  directory: string,
  file: string,
  missing: 'trust-list-missing' | 'trust-file-missing',
): Buffer {
  try {
    const path = join(directory, file);
    if (statSync(path).size > MOST_FILE_BYTES) throw new RangeError('too large');
    return readFileSync(path);
  } catch (cause) {
    throw new TrustDirectoryRefused(missing, file, cause);
  }
}

/** A file of the list holds exactly one certificate. */
function derOf(bytes: Buffer, file: string): Uint8Array {
  const [only, ...others] = certificatesInFile(bytes);
  if (only === undefined || others.length > 0) throw new TrustDirectoryRefused('trust-file-malformed', file);
  return only;
}
