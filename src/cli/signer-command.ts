// `teken signer`: who may sign, added, given a status or an authenticator, listed.

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addSigner, NO_SIGNERS, setAuthenticator, setStatus } from '../identity/edit-signers.ts';
import { maskedNik } from '../identity/nik.ts';
import { InvalidRegistry } from '../identity/registry-file.ts';
import { parseSignerRegistry } from '../identity/signer-registry.ts';
import { SIGNER_STATUSES } from '../identity/signer-status.ts';
import { base32, otpauthUri, TOTP } from '../identity/totp.ts';
import { certificatesInFile } from '../pki/pem.ts';
import type { Text } from '../report/language.ts';
import { printableClaim } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { type Arguments, invalidValue, oneOf } from './arguments.ts';
import { writeWhole } from './atomic-file.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';

const WORDS = {
  changed: {
    id: '{id} dicatat. Layanan yang berjalan memakainya dalam hitungan detik.',
    en: '{id} is written down. A running service has it within seconds.',
  },
  enrolled: {
    id: 'Rahasia autentikator {id} ada di {file}; alamat ini ditampilkan sekali saja. Rahasia yang lama tidak berlaku lagi.',
    en: "{id}'s authenticator secret is in {file}; this address is shown once. An earlier secret counts no more.",
  },
} as const satisfies Readonly<Record<string, Text>>;

const ISSUER = 'Teken';

interface Job {
  readonly path: string;
  readonly id: string;
  readonly line: Arguments;
  readonly calling: Calling;
}

/**
 * Carries out `teken signer`.
 * @returns the exit code
 * @throws UsageError
 */
export async function signer(line: Arguments, calling: Calling): Promise<number> {
  const [act, id = '', word, ...more] = line.files;
  const path = line.value('signers') ?? calling.environment().signersFile;
  if (path === null) throw new UsageError('option-missing', { option: '--signers' });
  if (more.length > 0 || (id === '') !== (act === 'list') || (word !== undefined) !== (act === 'status'))
    throw new UsageError('signer-arguments');
  const job: Job = { path, id, line, calling };
  try {
    return await carryOut(act, word ?? '', job);
  } catch (error) {
    if (!(error instanceof InvalidRegistry)) throw error;
    throw new UsageError('signers-unusable', { file: path, reason: error.faults.join('; ') }, error);
  }
}

async function carryOut(act: string | undefined, word: string, job: Job): Promise<number> {
  switch (act) {
    case 'add':
      return add(job);
    case 'status': {
      const status = oneOf('status', word, SIGNER_STATUSES);
      return changed(job, setStatus(readSigners(job.path), job.id, status));
    }
    case 'enrol-totp':
      return await enrol(job);
    case 'list':
      return await list(job);
    default:
      throw new UsageError('signer-arguments');
  }
}

function add(job: Job): number {
  const { path, id, line } = job;
  const uri = line.value('uri');
  if (uri === null) throw new UsageError('option-missing', { option: '--uri' });
  const nikFile = line.value('nik-file');
  const certificate = line.value('certificate');
  const texts = ['name', 'email', 'position', 'agency'].flatMap((name) => {
    const value = line.value(name);
    return value === null ? [] : [[name, value] as const];
  });
  const entry = {
    id,
    uri,
    ...Object.fromEntries(texts),
    ...(nikFile === null ? {} : { nik: read(nikFile).toString('utf8').trim() }),
    ...(certificate === null ? {} : { certificateSha256: [digestOfCertificate(certificate)] }),
  };
  return changed(job, addSigner(readSigners(path, 'or-none'), entry));
}

function digestOfCertificate(file: string): string {
  const [first] = certificatesInFile(read(file));
  if (first === undefined) throw invalidValue('certificate', file, 'one certificate');
  return createHash('sha256').update(first).digest('hex');
}

function changed({ path, id, calling: { terminal, language } }: Job, text: string): number {
  writeWhole(path, Buffer.from(text, 'utf8'));
  terminal.warn(`teken: ${fillText(WORDS.changed[language], { id })}`);
  return EXIT.accepted;
}

/** The secret has a file of its own, that only its owner reads; a new one each time, so that nothing is half changed. */
async function enrol(job: Job): Promise<number> {
  const { path, id, calling } = job;
  const name = `${id}.${randomBytes(4).toString('hex')}.totp`;
  const text = setAuthenticator(readSigners(path), id, name);
  const secret = randomBytes(TOTP.secretBytes);
  const file = join(dirname(path), name);
  try {
    writeFileSync(file, `${base32(secret)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    throw new UsageError('output-unwritable', { file, reason: systemReason(cause) }, cause);
  }
  const exit = changed(job, text);
  calling.terminal.warn(`teken: ${fillText(WORDS.enrolled[calling.language], { id, file })}`);
  await calling.terminal.write(`${otpauthUri(secret, ISSUER, id)}\n`);
  return exit;
}

async function list({ path, calling: { terminal } }: Job): Promise<number> {
  const { all } = parseSignerRegistry(readSigners(path));
  const lines = all.map(({ id, status, name, nik, secondFactor, approval }) =>
    [
      id,
      status,
      nik === null ? '-' : maskedNik(nik),
      secondFactor?.kind ?? '-',
      approval === null ? '-' : `${approval.required}/${approval.of.size}`,
      name === null ? '' : printableClaim(name),
    ].join('  '),
  );
  await terminal.write(lines.map((text) => `${text.trimEnd()}\n`).join(''));
  return EXIT.accepted;
}

function readSigners(path: string, missing: 'or-none' | 'is-an-error' = 'is-an-error'): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (missing === 'or-none' && systemReason(cause) === 'ENOENT') return NO_SIGNERS;
    throw new UsageError('input-unreadable', { file: path, reason: systemReason(cause) }, cause);
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new UsageError('input-unreadable', { file, reason: systemReason(cause) }, cause);
  }
}
