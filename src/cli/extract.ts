// `teken extract`: a version that a file holds, byte for byte, such as the one that was signed.

import { nodePlatform, openFileSource } from '../platform/node.ts';
import { pieceReader, type Source } from '../platform/platform.ts';
import type { Language, Text } from '../report/language.ts';
import { printableClaim } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { type DocumentVersion, listVersions, requireVersion, versionSource } from '../verify/revisions.ts';
import { type Arguments, invalidValue, oneOf } from './arguments.ts';
import { beginFile } from './atomic-file.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { readPassword } from './password-file.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';

const WORDS = {
  version: {
    id: 'versi {revision}: {size} bita, sha256 {sha256}',
    en: 'version {revision}: {size} bytes, sha256 {sha256}',
  },
  signature: { id: '  ditandatangani: {field}', en: '  signed: {field}' },
  timestamp: { id: '  stempel waktu dokumen: {field}', en: '  document time-stamp: {field}' },
  nameless: { id: '(tanpa nama)', en: '(no name)' },
  written: {
    id: 'Versi {revision} ditulis ke {file} (sha256 {sha256}).',
    en: 'Version {revision} was written to {file} (sha256 {sha256}).',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * Lists the versions of a file, or writes one of them.
 * @returns the exit code
 * @throws UsageError, MalformedPdf, VersionRefused
 */
export async function extractVersion(line: Arguments, calling: Calling): Promise<number> {
  const [path, ...more] = line.files;
  if (path === undefined) throw new UsageError('file-argument-missing');
  if (more.length > 0) throw new UsageError('too-many-files');
  const wanted = wantedVersion(line);
  const output = line.value('output');
  if (wanted !== null && output === null) throw new UsageError('option-missing', { option: '--output' });
  if (wanted === null && output !== null)
    throw new UsageError('options-conflict', { option: '--output', other: '--revision' });
  const format = oneOf('format', line.value('format') ?? 'text', ['text', 'json']);
  const passwordFile = line.value('password-file');
  const password = passwordFile === null ? null : readPassword(passwordFile);
  const source = openInput(path);
  const { terminal, language } = calling;
  try {
    const context = { platform: nodePlatform, signal: terminal.interrupted };
    const versions = await listVersions(source, { ...context, ...(password === null ? {} : { password }) });
    if (wanted === null || output === null) {
      const text = versions.versions.map((version) => versionText(version, language)).join('');
      const { incomplete: _, ...answer } = versions;
      await terminal.write(format === 'json' ? `${JSON.stringify(answer, null, 2)}\n` : text);
      return EXIT.accepted;
    }
    const version = requireVersion(versions, wanted);
    writeOut(versionSource(source, version), output, line.has('force') ? 'replace' : 'keep');
    if (!line.has('quiet')) await terminal.write(writtenText(version, output, language));
    return EXIT.accepted;
  } finally {
    password?.fill(0);
    source.close();
  }
}

function wantedVersion(line: Arguments): Parameters<typeof requireVersion>[1] | null {
  const revision = line.value('revision');
  const field = line.value('signature');
  if (revision !== null && field !== null)
    throw new UsageError('options-exclude', { option: '--revision', other: '--signature' });
  if (field !== null) return { field };
  if (revision === null) return null;
  if (!/^[1-9]\d{0,5}$/.test(revision)) throw invalidValue('revision', revision, '1, 2, …');
  return { revision: Number(revision) };
}

function openInput(file: string): ReturnType<typeof openFileSource> {
  try {
    return openFileSource(file);
  } catch (cause) {
    throw new UsageError('input-unreadable', { file, reason: systemReason(cause) }, cause);
  }
}

const PIECE = 1024 * 1024;

function writeOut(version: Source, output: string, existing: 'replace' | 'keep'): void {
  const file = beginFile(output, existing);
  try {
    const read = pieceReader(version, PIECE);
    for (let offset = 0; offset < version.size; offset += PIECE) {
      file.write(read(offset, Math.min(PIECE, version.size - offset)));
    }
    file.commit();
  } finally {
    file.discard();
  }
}

function versionText({ revision, size, sha256, signatures }: DocumentVersion, language: Language): string {
  const head = fillText(WORDS.version[language], { revision: String(revision), size: String(size), sha256 });
  const lines = signatures.map(({ field, timestamp }) =>
    fillText((timestamp ? WORDS.timestamp : WORDS.signature)[language], {
      field: field === null ? WORDS.nameless[language] : printableClaim(field),
    }),
  );
  return `${[head, ...lines].join('\n')}\n`;
}

function writtenText({ revision, sha256 }: DocumentVersion, file: string, language: Language): string {
  return `${fillText(WORDS.written[language], { revision: String(revision), file, sha256 })}\n`;
}
