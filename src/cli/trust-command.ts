// `teken trust`: the operator's list of trusted issuers, looked at and added to.

import { readFileSync } from 'node:fs';
import { hex } from '../asn1/values.ts';
import { INDONESIAN_HIERARCHY } from '../pki/indonesian-hierarchy.ts';
import { nameText } from '../pki/name.ts';
import { nodePlatform } from '../platform/node.ts';
import type { Language, Text } from '../report/language.ts';
import { printableClaim } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { rfc3339 } from '../report/time-text.ts';
import { addToTrustDirectory } from '../trust-services/add-to-trust-directory.ts';
import { type Arguments, invalidValue, oneOf, someOf } from './arguments.ts';
import { writeWhole } from './atomic-file.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';
import { loadTrust } from './trust.ts';
import { UsageError } from './usage-error.ts';

const WORDS = {
  added: {
    id: 'Ditambahkan: {name}, sebagai {use} (sha256 {sha256}).',
    en: 'Added: {name}, as {use} (sha256 {sha256}).',
  },
  byWord: {
    id: 'Sidik ini tidak dikenal program; yang menjaminnya adalah nilai --sha256 Anda.',
    en: 'The program does not know this fingerprint; your --sha256 vouches for it.',
  },
  list: {
    id: 'Daftar {version}, per {time}, sha256 {sha256}',
    en: 'List {version} as of {time}, sha256 {sha256}',
  },
  supplied: { id: 'dikenal, ada', en: 'known, supplied' },
  missing: { id: 'dikenal, belum ada', en: 'known, not supplied' },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * Carries out `teken trust add` and `teken trust list`.
 * @returns the exit code
 * @throws UsageError, TrustAdditionRefused, TrustDirectoryRefused, TrustListRefused
 */
export async function trust(line: Arguments, calling: Calling): Promise<number> {
  const [act, ...files] = line.files;
  const directory = line.value('trust') ?? calling.environment().trustDir;
  if (directory === null) throw new UsageError('option-missing', { option: '--trust' });
  if (act === 'add') return await add(files, directory, line, calling);
  if (act === 'list' && files.length === 0) return await list(directory, calling);
  throw new UsageError('trust-arguments');
}

async function add(
  [file, ...more]: readonly string[],
  directory: string,
  line: Arguments,
  { terminal, language }: Calling,
): Promise<number> {
  if (file === undefined || more.length > 0) throw new UsageError('trust-arguments');
  const role = line.value('role');
  const purposes = line.value('purposes');
  const added = addToTrustDirectory(
    directory,
    readInput(file),
    {
      expectedSha256: expectedSha256(line.value('sha256')),
      use: role === null ? null : oneOf('role', role, ['active', 'historical', 'test', 'intermediate']),
      purposes:
        purposes === null ? null : [...someOf('purposes', purposes, ['signature', 'seal', 'timestamp'])],
    },
    { digests: nodePlatform.digests, now: Date.now(), write: writeWhole },
  );
  const name = printableClaim(added.commonName);
  const { sha256, use, known } = added;
  await terminal.write(`${fillText(WORDS.added[language], { name, use, sha256 })}\n`);
  if (!known) terminal.warn(`teken: ${WORDS.byWord[language]}`);
  return EXIT.accepted;
}

function expectedSha256(value: string | null): string | null {
  if (value === null) return null;
  const plain = value.replaceAll(':', '').replaceAll(' ', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(plain)) throw invalidValue('sha256', value, 'AB:CD:…, 64 hexadecimal digits');
  return plain;
}

// A certificate has a few kilobytes.
const MOST_BYTES = 1024 * 1024;

function readInput(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file).subarray(0, MOST_BYTES));
  } catch (cause) {
    throw new UsageError('input-unreadable', { file, reason: systemReason(cause) }, cause);
  }
}

/** What is in the folder, and which of the known certificates are still missing. */
async function list(directory: string, { terminal, language, environment }: Calling): Promise<number> {
  const { digests } = nodePlatform;
  const { production } = environment();
  const trusted = loadTrust([directory], { digests, production, now: Date.now() });
  const { version, asOf, sha256 } = trusted;
  const head = fillText(WORDS.list[language], { version, time: rfc3339(asOf), sha256 });
  const rows = [
    ...trusted.anchors.map(({ certificate, role }) => ({ certificate, use: role as string })),
    ...trusted.intermediates.map((certificate) => ({ certificate, use: 'intermediate' })),
  ].map(({ certificate, use }) => {
    const fingerprint = hex(digests.of('sha256', certificate.der));
    return {
      fingerprint,
      text: `${use.padEnd(13)} ${fingerprint}  ${printableClaim(nameText(certificate.subject))}`,
    };
  });
  const supplied = new Set(rows.map(({ fingerprint }) => fingerprint));
  const lines = [head, ...rows.map(({ text }) => text), '', ...knownLines(supplied, language)];
  await terminal.write(`${lines.join('\n')}\n`);
  return EXIT.accepted;
}

function knownLines(supplied: ReadonlySet<string>, language: Language): readonly string[] {
  return INDONESIAN_HIERARCHY.map(({ commonName, sha256 }) => {
    const state = supplied.has(sha256) ? WORDS.supplied[language] : WORDS.missing[language];
    return `${state}: ${commonName} (sha256 ${sha256})`;
  });
}
