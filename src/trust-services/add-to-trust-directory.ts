// Putting a certificate into the operator's trust folder: only one whose fingerprint was known before it came.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hex, type Instant } from '../asn1/values.ts';
import { type Certificate, MalformedCertificate, parseCertificate } from '../pki/certificate.ts';
import { INDONESIAN_HIERARCHY, type KnownAuthority } from '../pki/indonesian-hierarchy.ts';
import { commonNameOf } from '../pki/name.ts';
import { certificatesInFile } from '../pki/pem.ts';
import type { AnchorPurpose, AnchorRole } from '../pki/trust-list.ts';
import type { Digests } from '../platform/platform.ts';
import { ANCHORS_FILE, type AnchorsFile, loadTrustDirectory } from './trust-directory.ts';

/**
 * - `fingerprint-unknown` { sha256 }: not one of the certificates that the program knows, and none was expected
 * - `fingerprint-mismatch` { sha256, expected }: it calls itself by a known name, or another one was expected
 * - `not-an-authority` { sha256 }: it may not issue certificates
 * - `use-differs` { use }: a known certificate is used as what it is known for
 * - `already-listed` { sha256 }
 * - `anchor-first` { sha256 }: a list holds at least one anchor
 */
export type TrustAdditionRefusedCode =
  | 'fingerprint-unknown'
  | 'fingerprint-mismatch'
  | 'not-an-authority'
  | 'use-differs'
  | 'already-listed'
  | 'anchor-first';

/** The folder is as it was. */
export class TrustAdditionRefused extends Error {
  readonly code: TrustAdditionRefusedCode;
  readonly values: Readonly<Record<string, string>>;

  constructor(code: TrustAdditionRefusedCode, values: Readonly<Record<string, string>>) {
    super(`${code} ${JSON.stringify(values)}`);
    this.name = 'TrustAdditionRefused';
    this.code = code;
    this.values = values;
  }
}

export interface TrustAddition {
  /** What the operator was told by somebody else than who sent the file, lower-case hexadecimal; null for a known one. */
  readonly expectedSha256: string | null;
  /** Null: as it is known, else `active`. */
  readonly use: AnchorRole | 'intermediate' | null;
  /** Null: as it is known, else all. */
  readonly purposes: readonly AnchorPurpose[] | null;
}

export interface AddedAuthority {
  readonly commonName: string;
  readonly sha256: string;
  readonly use: AnchorRole | 'intermediate';
  /** Known to the program, and not by the operator's word alone. */
  readonly known: boolean;
}

export interface TrustFolderAccess {
  readonly digests: Digests;
  readonly now: Instant;
  /** Puts a file into its place, complete or not at all. */
  readonly write: (path: string, bytes: Uint8Array) => void;
  /** What is known before anybody supplies it; the Indonesian hierarchy unless given. */
  readonly known?: readonly KnownAuthority[];
}

/**
 * Adds one certificate, PEM or DER, to a trust folder, which is made where there is none.
 * @throws TrustAdditionRefused; TrustDirectoryRefused, TrustListRefused for a folder that cannot be used as it is
 */
export function addToTrustDirectory(
  directory: string,
  file: Uint8Array,
  addition: TrustAddition,
  { digests, now, write, known: authorities = INDONESIAN_HIERARCHY }: TrustFolderAccess,
): AddedAuthority {
  const [der, ...others] = certificatesInFile(file);
  const sha256 = der === undefined ? '' : hex(digests.of('sha256', der));
  if (der === undefined || others.length > 0) throw new TrustAdditionRefused('not-an-authority', { sha256 });
  const certificate = requireAuthority(der, sha256);
  const known = requireFingerprint(certificate, sha256, addition.expectedSha256, authorities);
  const use = requireUse(known, addition);
  const list = readList(directory, digests);
  const listed = [...list.anchors, ...(list.intermediates ?? [])].some(
    (entry) => entry.sha256.replaceAll(':', '').toLowerCase() === sha256,
  );
  if (listed) throw new TrustAdditionRefused('already-listed', { sha256 });
  if (use === 'intermediate' && list.anchors.length === 0)
    throw new TrustAdditionRefused('anchor-first', { sha256 });
  const pinned = { file: `${sha256.slice(0, 16)}.cer`, sha256 };
  const purposes = addition.purposes ?? known?.purposes ?? ['signature', 'seal', 'timestamp'];
  const next: AnchorsFile = {
    version: new Date(now).toISOString(),
    asOf: new Date(now).toISOString(),
    anchors:
      use === 'intermediate'
        ? list.anchors
        : [
            ...list.anchors,
            { ...pinned, role: use, purposes: [...purposes], psreInduk: known?.psreInduk ?? false },
          ],
    intermediates: [...(list.intermediates ?? []), ...(use === 'intermediate' ? [pinned] : [])],
  };
  mkdirSync(directory, { recursive: true });
  // The list last: until it stands there, nothing has changed.
  write(join(directory, pinned.file), der);
  write(join(directory, ANCHORS_FILE), new TextEncoder().encode(`${JSON.stringify(next, null, 2)}\n`));
  return { commonName: commonNameOf(certificate.subject) ?? '', sha256, use, known: known !== null };
}

function requireAuthority(der: Uint8Array, sha256: string): Certificate {
  try {
    const certificate = parseCertificate(der);
    // Version 1 roots know no basicConstraints.
    if (certificate.version !== 3 || certificate.basicConstraints?.ca === true) return certificate;
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
  }
  throw new TrustAdditionRefused('not-an-authority', { sha256 });
}

/** Whoever sends a file that calls itself by a known name sends that certificate, or is refused. */
function requireFingerprint(
  certificate: Certificate,
  sha256: string,
  expected: string | null,
  authorities: readonly KnownAuthority[],
): KnownAuthority | null {
  if (expected !== null && expected !== sha256)
    throw new TrustAdditionRefused('fingerprint-mismatch', { sha256, expected });
  const known = authorities.find((authority) => authority.sha256 === sha256) ?? null;
  if (known !== null) return known;
  const name = commonNameOf(certificate.subject)?.trim().toLowerCase();
  const namesake = authorities.find(({ commonName }) => commonName.toLowerCase() === name);
  if (namesake !== undefined)
    throw new TrustAdditionRefused('fingerprint-mismatch', { sha256, expected: namesake.sha256 });
  if (expected === null) throw new TrustAdditionRefused('fingerprint-unknown', { sha256 });
  return null;
}

function requireUse(known: KnownAuthority | null, { use }: TrustAddition): AnchorRole | 'intermediate' {
  if (known === null) return use ?? 'active';
  if (use !== null && use !== known.use) throw new TrustAdditionRefused('use-differs', { use: known.use });
  return known.use;
}

/** The list as it stands, which must be usable. An intermediate alone makes no list yet, so an anchor comes first. */
function readList(directory: string, digests: Digests): AnchorsFile {
  let text: string;
  try {
    text = readFileSync(join(directory, ANCHORS_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { version: 'none', asOf: new Date(0).toISOString(), anchors: [], intermediates: [] };
  }
  loadTrustDirectory(directory, { digests, production: true });
  return JSON.parse(text) as AnchorsFile;
}
