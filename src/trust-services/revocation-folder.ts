// Revocation data that the operator puts into a folder, for places without a network.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SuppliedItem } from '../verify/ports.ts';

// A folder of lists, not an archive: each of these is parsed for every document.
const MOST_FILES = 1_000;
const MOST_BYTES: Readonly<Record<'crl' | 'ocsp', number>> = { crl: 10 * 1024 * 1024, ocsp: 64 * 1024 };

/**
 * Reads the lists or responses of a folder, or of one file, in the order of their names: DER, and for lists PEM too. What is
 * in them is looked at when it is used.
 * @throws RangeError for too many or too large files; the system's error
 */
export function readRevocationFolder(place: string, kind: 'crl' | 'ocsp'): readonly SuppliedItem[] {
  const files = statSync(place).isDirectory() ? filesIn(place) : [place];
  if (files.length > MOST_FILES) throw new RangeError(`more than ${MOST_FILES} files`);
  return files.flatMap((file) => itemsOf(file, kind));
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort((a, b) => (a < b ? -1 : 1));
}

function itemsOf(file: string, kind: 'crl' | 'ocsp'): readonly SuppliedItem[] {
  const { size, mtimeMs } = statSync(file);
  if (size > MOST_BYTES[kind]) throw new RangeError(`more than ${MOST_BYTES[kind]} bytes`);
  const receipt = { origin: 'folder', fetchedAt: Math.trunc(mtimeMs) } as const;
  return derOf(readFileSync(file)).map((der) => ({ kind, der, receipt }));
}

function derOf(bytes: Buffer): readonly Uint8Array[] {
  if (bytes[0] === 0x30) return [new Uint8Array(bytes)];
  const blocks = bytes
    .toString('latin1')
    .matchAll(/-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/g);
  return [...blocks].map((block) => new Uint8Array(Buffer.from(block[1] ?? '', 'base64')));
}
