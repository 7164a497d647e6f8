// The signers that the registry names, with their keys open. Offers are for everybody; a key only for a validated identity.

import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { loggableError } from './http/loggable-error.ts';
import { IdentityRefused } from './identity/identity-evidence.ts';
import {
  parseSignerRegistry,
  type RegisteredSigner,
  type SignerRegistry,
} from './identity/signer-registry.ts';
import { requireValidated, type ValidatedIdentity } from './identity/validate-identity.ts';
import { appearanceOf } from './identity/watched-registry.ts';
import {
  type CmsSigner,
  type DocumentSigner,
  isDevelopmentCertificate,
  openSigner,
  parseCertificate,
  type RawSigner,
  type Signer,
  type SignerBackend,
  SignerFailed,
  SigningRefused,
} from './index.ts';
import { nodePlatform } from './platform/node.ts';
import { SharedStateUnavailable } from './state/ports.ts';

/** What may be known of a signer without using its key. */
export type KeyOffer = Pick<Signer, 'chain' | 'algorithms' | 'maxBatch' | 'activation'>;

export interface OpenSigners {
  /** As it is open now; a change of the file, or of one that a key was read from, counts when all its keys are. */
  readonly registry: () => SignerRegistry;
  /** Null where no such key is open. */
  offerOf(signer: RegisteredSigner): KeyOffer | null;
  /** The only way to a key: every use of it goes through `identity.prove`. */
  keyOf(identity: ValidatedIdentity): Signer;
  /** Has the service that holds the key give its holder a code; false where it knows no such call. @throws SignerFailed */
  requestCode(signer: RegisteredSigner, documents: number, signal: AbortSignal): Promise<boolean>;
  readonly all: () => readonly OpenKey[];
  /** Whether the file was last found unusable; what is open is then what it said before. */
  readonly refused: () => boolean;
  /** Reads the file now. @returns whether what is open is the file's */
  reload(): Promise<boolean>;
  close(): Promise<void>;
}

export interface OpenKey {
  readonly backend: SignerBackend;
  readonly signer: Signer;
  /** What it was read from. */
  readonly files: FilesAsRead;
}

/** Absolute file names, with what the file looked like before it was read. */
type FilesAsRead = ReadonlyMap<string, string>;

interface Snapshot {
  readonly text: string;
  readonly registry: SignerRegistry;
  readonly keys: ReadonlyMap<string, OpenKey>;
}

const NOBODY: Snapshot = {
  text: '',
  registry: parseSignerRegistry('{"signers":[]}'),
  keys: new Map(),
};

// As for the trust list: what was changed is in force within seconds.
const LOOK_MS = 2_000;

/**
 * Opens every registered key before the first request comes: a wrong file is found now. Later the file, and what its keys were
 * read from, is looked at again and again: a certificate that was renewed comes as a container in the place of the old one. What
 * cannot be used changes nothing.
 * @throws InvalidRegistry, SignerFailed, SigningRefused `development-key-in-production`, and the system's error for the file
 */
export async function openSigners(config: Config, log: Logger): Promise<OpenSigners> {
  const { signersFile } = config;
  const files = new Map<string, string>();
  let now = signersFile === null ? NOBODY : await openAll(signersFile, NOBODY, { config, log, files });
  let refused = false;
  const reload = async (): Promise<boolean> => {
    if (signersFile === null) return true;
    try {
      const before = now;
      now = await openAll(signersFile, before, { config, log, files });
      refused = false;
      if (now === before) return true;
      log.info({ signers: now.keys.size }, 'signer registry exchanged');
      closeUnused(before, now, config);
      return true;
    } catch (error) {
      refused = true;
      log.error({ error: loggableError(error) }, 'signer registry refused, the one before stays');
      return false;
    }
  };
  const oneAtATime = inTurn(reload);
  const watching = signersFile === null ? null : watch(signersFile, files, oneAtATime);
  return {
    registry: () => now.registry,
    offerOf: (signer) => now.keys.get(keyNameOf(signer))?.signer ?? null,
    keyOf: (identity) => {
      requireValidated(identity);
      const open = now.keys.get(keyNameOf(identity.signer));
      // Taken out of the registry since it was asked about.
      if (open === undefined) throw new SigningRefused('signer-not-allowed');
      return provenSigner(open.signer, identity);
    },
    requestCode: async (signer, documents, signal) => {
      const backend = now.keys.get(keyNameOf(signer))?.backend;
      if (backend?.requestCode === undefined) return false;
      await backend.requestCode(signer.signerId, documents, signal);
      return true;
    },
    all: () => [...now.keys.values()],
    refused: () => refused,
    reload: oneAtATime,
    close: async () => {
      if (watching !== null) clearInterval(watching);
      for (const { backend } of now.keys.values()) await backend.close();
    },
  };
}

/** Entries with the same place share a key; one whose place stays keeps it open. */
function keyNameOf({ uri, signerId }: RegisteredSigner): string {
  return JSON.stringify([uri, signerId]);
}

function provenSigner(signer: Signer, identity: ValidatedIdentity): Signer {
  const prove = async <T>(signal: AbortSignal, useKey: () => Promise<T>): Promise<T> => {
    try {
      return await identity.prove(signal, useKey);
    } catch (error) {
      throw asSignerFailed(error);
    }
  };
  switch (signer.shape) {
    case 'raw':
      return provenRawSigner(signer, prove);
    case 'cms':
      return provenCmsSigner(signer, prove);
    case 'document':
      return provenDocumentSigner(signer, prove);
  }
}

type Prove = <T>(signal: AbortSignal, useKey: () => Promise<T>) => Promise<T>;

function provenCmsSigner(signer: CmsSigner, prove: Prove): CmsSigner {
  return {
    ...signer,
    sign: (items, activation, signal) => prove(signal, () => signer.sign(items, activation, signal)),
  };
}

function provenDocumentSigner(signer: DocumentSigner, prove: Prove): DocumentSigner {
  return {
    ...signer,
    sign: (document, activation, signal) => prove(signal, () => signer.sign(document, activation, signal)),
  };
}

function provenRawSigner(signer: RawSigner, prove: Prove): RawSigner {
  const { activate } = signer;
  return {
    ...signer,
    sign: (algorithm, items, activation, signal) =>
      prove(signal, () => signer.sign(algorithm, items, activation, signal)),
    ...(activate === undefined
      ? {}
      : { activate: (activation, signal) => prove(signal, () => activate(activation, signal)) }),
  };
}

/** Signers throw nothing else; the exact reason is the cause. */
function asSignerFailed(error: unknown): unknown {
  if (error instanceof SharedStateUnavailable) return new SignerFailed('signer-unavailable', {}, error);
  if (!(error instanceof IdentityRefused)) return error;
  switch (error.code) {
    case 'secret-locked':
      return new SignerFailed('signer-locked', {}, error);
    case 'attempts-exceeded':
      return new SignerFailed('signer-attempts-exceeded', {}, error);
    default:
      return new SignerFailed('signer-auth-failed', {}, error);
  }
}

interface Opening {
  readonly config: Config;
  readonly log: Logger;
  /** What is read is entered here, also what turns out to be unusable. */
  readonly files: Map<string, string>;
}

/** @returns `before` where nothing has changed */
async function openAll(signersFile: string, before: Snapshot, opening: Opening): Promise<Snapshot> {
  const { files } = opening;
  files.clear();
  files.set(signersFile, appearanceOf(signersFile));
  const kept = new Map([...before.keys].filter(([, key]) => isAsRead(key.files)));
  for (const { files: read } of kept.values()) for (const [file, seen] of read) files.set(file, seen);
  const text = await readFile(signersFile, 'utf8');
  if (text === before.text && kept.size === before.keys.size) return before;
  const registry = parseSignerRegistry(text);
  const wanted = new Map(registry.all.map((signer) => [keyNameOf(signer), signer]));
  const opened = await Promise.allSettled(
    [...wanted].map(
      async ([name, signer]) =>
        [name, kept.get(name) ?? (await openKey(signer, signersFile, opening))] as const,
    ),
  );
  const keys = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = opened.find((one) => one.status === 'rejected');
  if (refused === undefined) return { text, registry, keys: new Map(keys) };
  for (const [name, key] of keys) if (kept.get(name) !== key) await key.backend.close();
  throw refused.reason;
}

function isAsRead(files: FilesAsRead): boolean {
  return [...files].every(([file, seen]) => appearanceOf(file) === seen);
}

async function openKey(
  { id, uri, signerId }: RegisteredSigner,
  signersFile: string,
  { config: { production }, log, files }: Opening,
): Promise<OpenKey> {
  const read = new Map<string, string>();
  const backend = await openSigner(uri, {
    production,
    platform: nodePlatform,
    directory: dirname(signersFile),
    onFileRead: (file) => {
      // Taken before reading: a change during the reading is seen at the next look.
      const seen = appearanceOf(file);
      read.set(file, seen);
      files.set(file, seen);
    },
    warn: ({ code, values }) => log.warn({ signer: id, code, values }, 'signer'),
  });
  try {
    const signer = await backend.signerFor(signerId);
    if (production) refuseDevelopmentKey(signer);
    return { backend, signer, files: read };
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function refuseDevelopmentKey({ chain: [leaf] }: Pick<Signer, 'chain'>): void {
  if (leaf !== undefined && isDevelopmentCertificate(parseCertificate(leaf)))
    throw new SigningRefused('development-key-in-production');
}

/** What has begun to sign finishes with the key that it has. */
function closeUnused(before: Snapshot, now: Snapshot, { signDeadlineMs }: Config): void {
  const unused = [...before.keys].filter(([name, key]) => now.keys.get(name) !== key);
  if (unused.length === 0) return;
  const timer = setTimeout(() => {
    for (const [, { backend }] of unused) void backend.close();
  }, signDeadlineMs);
  timer.unref();
}

/** @returns the same, which begins when the one before has ended; it never rejects */
function inTurn(reload: () => Promise<boolean>): () => Promise<boolean> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(reload);
    last = next;
    return next;
  };
}

/** @param files - of the last attempt: what was refused is looked at again when it changes, not at every look */
function watch(
  signersFile: string,
  files: FilesAsRead,
  reload: () => Promise<boolean>,
): ReturnType<typeof setInterval> {
  // Some clocks of file systems do not tell two changes of one moment apart; the text does.
  let text: string | null | undefined;
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    const found = await readFile(signersFile, 'utf8').catch(() => null);
    if (!isAsRead(files) || (text !== undefined && found !== text)) await reload();
    text = found;
    looking = false;
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();
  return timer;
}
