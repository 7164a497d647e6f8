// The versions that a file holds, byte for byte: each saved state, and which signature ends with it.

import { hex } from '../asn1/values.ts';
import { isName } from '../pdf/objects.ts';
import { openDocument } from '../pdf/open-document.ts';
import { findSignatures } from '../pdf/signatures.ts';
import type { Platform, Source } from '../platform/platform.ts';
import { coveredRangeKey, digestCoveredRanges } from './covered-bytes.ts';
import { type Coverage, checkCoverage } from './integrity.ts';

/** A complete revision: bytes [0, size) of the file are a file of their own. */
export interface DocumentVersion {
  /** 1 for the oldest. */
  readonly revision: number;
  /** Where a signature ends with the revision, the end of its range: exactly what was signed. Else behind `%%EOF` and a line end. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** What ends with it; nothing is verified about these. */
  readonly signatures: readonly { readonly field: string | null; readonly timestamp: boolean }[];
}

export interface DocumentVersions {
  readonly file: { readonly size: number; readonly sha256: string };
  /** Oldest first. */
  readonly versions: readonly DocumentVersion[];
  /** Fields of signatures that end with no complete revision. */
  readonly incomplete: readonly string[];
}

export interface VersionsContext {
  readonly platform: Platform;
  /** Opens an encrypted document; its versions are handed out encrypted, as they are. */
  readonly password?: Uint8Array;
  readonly signal: AbortSignal;
}

/**
 * Lists the complete revisions of a document. What stands behind the last one, or had to be guessed, is none.
 * @throws MalformedPdf, also `pdf-damaged` for a file whose revisions cannot be told apart; the signal's reason
 */
export async function listVersions(source: Source, context: VersionsContext): Promise<DocumentVersions> {
  const { platform, password, signal } = context;
  const { inflater, digests, ciphers } = platform;
  const options = { inflater, digests, ciphers, ...(password === undefined ? {} : { password }) };
  const document = openDocument(source, { ...options, damaged: 'read' });
  const endings = findSignatures(document).map((value) => ({
    field: value.fields[0]?.name ?? null,
    coverage: checkCoverage(document, value),
    timestamp: isName(value.dictionary?.entries.get('SubFilter'), 'ETSI.RFC3161'),
  }));
  // A repaired file has one state, and that is a guess.
  const revisions = document.reading === 'repaired' ? [] : document.revisions;
  if (revisions.length === 0) openDocument(source, { ...options, damaged: 'refuse' });
  const versions = revisions.map(({ index, end }) => {
    const ending = endings.filter(({ coverage }) => coverage.revision === index);
    return {
      revision: index + 1,
      size: signedEnd(ending.map(({ coverage }) => coverage)) ?? end,
      signatures: ending.map(({ field, timestamp }) => ({ field, timestamp })),
    };
  });
  const ranges = [...versions.map(({ size }) => size), source.size].map(wholeUpTo);
  const known = await digestCoveredRanges(source, ranges, digests, platform.pause, signal);
  const sha256Of = (size: number): string =>
    hex(known.get(coveredRangeKey(wholeUpTo(size))) ?? new Uint8Array());
  return {
    file: { size: source.size, sha256: sha256Of(source.size) },
    versions: versions.map((version) => ({ ...version, sha256: sha256Of(version.size) })),
    incomplete: endings.flatMap(({ field, coverage }) =>
      field !== null && coverage.revision === null ? [field] : [],
    ),
  };
}

/** Two ranges that end in one revision are an attack; the shorter one is what both have in common. */
function signedEnd(coverages: readonly Coverage[]): number | null {
  const ends = coverages.flatMap(({ byteRange }) => (byteRange === null ? [] : [byteRange.end]));
  return ends.length === 0 ? null : Math.min(...ends);
}

function wholeUpTo(size: number) {
  return { cut: size, resume: size, end: size, algorithm: 'sha256' } as const;
}

/**
 * - `revision-unknown` { revision, revisions }: there is no such complete revision, of so many
 * - `signature-unknown` { field }
 * - `revision-incomplete` { field }: the signature covers no complete revision, so nobody ever saw such a version
 */
export type VersionRefusedCode = 'revision-unknown' | 'signature-unknown' | 'revision-incomplete';

export class VersionRefused extends Error {
  readonly code: VersionRefusedCode;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(code: VersionRefusedCode, values: Readonly<Record<string, string | number>>) {
    super(`${code} ${JSON.stringify(values)}`);
    this.name = 'VersionRefused';
    this.code = code;
    this.values = values;
  }
}

/**
 * Finds one version, by its number or by the field of the signature that ends with it.
 * @throws VersionRefused
 */
export function requireVersion(
  { versions, incomplete }: DocumentVersions,
  wanted: { readonly revision: number } | { readonly field: string },
): DocumentVersion {
  if ('revision' in wanted) {
    const found = versions.find(({ revision }) => revision === wanted.revision);
    if (found !== undefined) return found;
    throw new VersionRefused('revision-unknown', { revision: wanted.revision, revisions: versions.length });
  }
  const { field } = wanted;
  const signed = versions.find(({ signatures }) => signatures.some((each) => each.field === field));
  if (signed !== undefined) return signed;
  throw new VersionRefused(incomplete.includes(field) ? 'revision-incomplete' : 'signature-unknown', {
    field,
  });
}

/** The bytes of a version; nothing is copied. */
export function versionSource(source: Source, { size }: DocumentVersion): Source {
  const { readInto, whole } = source;
  const within = (offset: number, length: number): number => Math.max(0, Math.min(length, size - offset));
  return {
    size,
    read: (offset, length) => source.read(offset, within(offset, length)),
    ...(whole === undefined ? {} : { whole: whole.subarray(0, size) }),
    ...(readInto === undefined
      ? {}
      : {
          readInto: (offset: number, buffer: Uint8Array) =>
            readInto.call(source, offset, buffer.subarray(0, within(offset, buffer.length))),
        }),
  };
}
