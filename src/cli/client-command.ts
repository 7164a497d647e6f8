// `teken client`: applications that may ask, added, given another key, shut out, listed.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type ClientEntry,
  type CredentialEntry,
  LEVELS,
  parseClientsFile,
  SCOPES,
} from '../identity/client-file.ts';
import { hashPassword } from '../identity/client-passwords.ts';
import {
  addClient,
  type NewClient,
  type NewCredential,
  NO_CLIENTS,
  rotateKey,
  setDisabled,
} from '../identity/edit-clients.ts';
import { InvalidRegistry } from '../identity/registry-file.ts';
import { certificatesInFile } from '../pki/pem.ts';
import type { Text } from '../report/language.ts';
import { printableClaim } from '../report/printable.ts';
import { fillText } from '../report/template.ts';
import { rfc3339 } from '../report/time-text.ts';
import { type Arguments, invalidValue, someOf } from './arguments.ts';
import { writeWhole } from './atomic-file.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';
import { readDurationMs } from './values.ts';

const WORDS = {
  key: {
    id: 'Kunci API {id}, ditampilkan sekali ini saja. Simpan sebagai rahasia.',
    en: 'The API key of {id}, shown this once. Keep it secret.',
  },
  password: {
    id: 'Sandi HTTP Basic {id}, ditampilkan sekali ini saja. Simpan sebagai rahasia.',
    en: 'The HTTP Basic password of {id}, shown this once. Keep it secret.',
  },
  certificate: {
    id: '{id} dikenal dari sertifikatnya.',
    en: '{id} is known by its certificate.',
  },
  rotated: {
    id: 'Kunci yang lama berlaku sampai {time}.',
    en: 'The earlier keys count until {time}.',
  },
  disabled: { id: '{id} dinonaktifkan.', en: '{id} is disabled.' },
  enabled: { id: '{id} diaktifkan.', en: '{id} is enabled.' },
  inForce: {
    id: 'Layanan yang berjalan memakainya dalam hitungan detik.',
    en: 'A running service has it within seconds.',
  },
  nobody: { id: 'Belum ada aplikasi.', en: 'There are no clients yet.' },
  off: { id: 'nonaktif', en: 'disabled' },
  on: { id: 'aktif', en: 'enabled' },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * Carries out `teken client`.
 * @returns the exit code
 * @throws UsageError, ClientsEditRefused
 */
export async function client(line: Arguments, calling: Calling): Promise<number> {
  const [act, id, ...more] = line.files;
  const path = line.value('clients') ?? calling.environment().clientsFile;
  if (path === null) throw new UsageError('option-missing', { option: '--clients' });
  if (more.length > 0 || (id === undefined) !== (act === 'list')) throw new UsageError('client-arguments');
  const job: Job = { path, id: id ?? '', line, calling };
  return await understood(path, () => carryOut(act, job));
}

interface Job {
  readonly path: string;
  readonly id: string;
  readonly line: Arguments;
  readonly calling: Calling;
}

async function carryOut(act: string | undefined, job: Job): Promise<number> {
  switch (act) {
    case 'add':
      return await add(job);
    case 'rotate':
      return await rotate(job);
    case 'disable':
    case 'enable':
      return await turn(act === 'disable', job);
    case 'list':
      return await list(job);
    default:
      throw new UsageError('client-arguments');
  }
}

/** What is wrong with the file, or would be after the change, is said with its places. */
async function understood(file: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InvalidRegistry)) throw error;
    throw new UsageError('clients-unusable', { file, reason: error.faults.join('; ') }, error);
  }
}

async function add(job: Job): Promise<number> {
  const { path, id, line, calling } = job;
  const newClient = newClientOf(id, line);
  const { credential, secret } = await newCredential(line, id);
  write(path, addClient(readClients(path, 'or-none'), newClient, credential, { now: Date.now() }));
  const word = { key: WORDS.key, password: WORDS.password, certificate: WORDS.certificate }[credential.kind];
  return await told(calling, [fillText(word[calling.language], { id })], secret);
}

function newClientOf(id: string, line: Arguments): NewClient {
  const given = <T>(option: string, read: (value: string) => T): T | undefined => {
    const value = line.value(option);
    return value === null ? undefined : read(value);
  };
  const signers = given('signers', words);
  if (signers === undefined) throw new UsageError('option-missing', { option: '--signers' });
  return {
    id,
    name: given('name', String),
    scopes: given('scopes', (value) => [...someOf('scopes', value, SCOPES)]),
    signers,
    levels: given('levels', (value) => [...someOf('levels', value, LEVELS)]),
    addresses: given('addresses', words),
  };
}

function words(value: string): readonly string[] {
  return value.split(',').map((word) => word.trim());
}

async function newCredential(
  line: Arguments,
  id: string,
): Promise<{ readonly credential: NewCredential; readonly secret: string | null }> {
  const certificate = line.value('certificate');
  const user = line.value('basic-user');
  if (certificate !== null && user !== null)
    throw new UsageError('options-exclude', { option: '--certificate', other: '--basic-user' });
  if (certificate !== null)
    return { credential: { kind: 'certificate', der: readCertificate(certificate) }, secret: null };
  const secret = randomSecret();
  if (user === null)
    return { credential: { kind: 'key', apiKey: `teken_${secret}` }, secret: `teken_${secret}` };
  if (!/^[^:\p{Cc}]{1,128}$/u.test(user)) throw invalidValue('basic-user', user, id);
  return { credential: { kind: 'password', user, scrypt: await hashPassword(secret) }, secret };
}

/** 256 bits: nobody guesses them, so a plain digest is enough to keep. */
function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

function readCertificate(file: string): Uint8Array {
  const [first, ...more] = certificatesInFile(read(file));
  if (first === undefined || more.length > 0) throw invalidValue('certificate', file, 'one certificate');
  return first;
}

// A week is what it takes to change a key on all machines of an application.
const OVERLAP = '7d';

async function rotate({ path, id, line, calling }: Job): Promise<number> {
  const apiKey = `teken_${randomSecret()}`;
  const overlapMs = readDurationMs('overlap', line.value('overlap') ?? OVERLAP);
  const now = Date.now();
  write(path, rotateKey(readClients(path), id, { apiKey, overlapMs }, { now }));
  const { language } = calling;
  const until = fillText(WORDS.rotated[language], { time: rfc3339(now + overlapMs) });
  return await told(calling, [fillText(WORDS.key[language], { id }), until], apiKey);
}

async function turn(disabled: boolean, { path, id, calling }: Job): Promise<number> {
  write(path, setDisabled(readClients(path), id, disabled));
  const word = disabled ? WORDS.disabled : WORDS.enabled;
  return await told(calling, [fillText(word[calling.language], { id })], null);
}

/** The secret alone goes to standard output, so that it can be led into a file. */
async function told(
  { terminal, language }: Calling,
  words: readonly string[],
  secret: string | null,
): Promise<number> {
  for (const word of [...words, WORDS.inForce[language]]) terminal.warn(`teken: ${word}`);
  if (secret !== null) await terminal.write(`${secret}\n`);
  return EXIT.accepted;
}

async function list({ path, calling: { terminal, language } }: Job): Promise<number> {
  const { clients } = parseClientsFile(readClients(path));
  if (clients.length === 0) terminal.warn(`teken: ${WORDS.nobody[language]}`);
  const lines = clients.flatMap((entry) => {
    const { id, name, disabled, signers, scopes } = entry;
    const state = (disabled ? WORDS.off : WORDS.on)[language];
    const title = name === undefined ? '' : `  ${printableClaim(name)}`;
    return [
      `${id}  ${state}${title}`,
      `  ${scopes.join(',')}: ${signers.join(',')}`,
      ...credentialLines(entry).map((text) => `  ${text}`),
    ];
  });
  await terminal.write(lines.map((text) => `${text}\n`).join(''));
  return EXIT.accepted;
}

function credentialLines({ keys, passwords, certificates, tokens }: ClientEntry): readonly string[] {
  const kinds: readonly (readonly [string, readonly CredentialEntry[]])[] = [
    ['key', keys],
    ['password', passwords],
    ['certificate', certificates],
    ['token', tokens],
  ];
  return kinds.flatMap(([kind, entries]) =>
    entries.map(({ id, from, until }) => {
      const begin = from === undefined ? '' : rfc3339(from);
      const end = until === undefined ? '' : rfc3339(until);
      return `${kind} ${id}${begin === '' && end === '' ? '' : `  ${begin} … ${end}`}`;
    }),
  );
}

function readClients(path: string, missing: 'or-none' | 'is-an-error' = 'is-an-error'): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (missing === 'or-none' && systemReason(cause) === 'ENOENT') return NO_CLIENTS;
    throw new UsageError('input-unreadable', { file: path, reason: systemReason(cause) }, cause);
  }
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new UsageError('input-unreadable', { file, reason: systemReason(cause) }, cause);
  }
}

function write(path: string, text: string): void {
  writeWhole(path, Buffer.from(text, 'utf8'));
}
