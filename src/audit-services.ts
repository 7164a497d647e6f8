// The audit of this process, wired: its keys, its sinks, its seal, and the authority that time-stamps its checkpoints.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { AuditLog } from './audit/audit-log.ts';
import { fileCheckpoints, memoryCheckpoints } from './audit/checkpoint-store.ts';
import { openFileSink } from './audit/file-sink.ts';
import type { AuditKey } from './audit/keys.ts';
import { latestHeads } from './audit/read-folder.ts';
import { type AuditSink, Lane } from './audit/sink.ts';
import { streamSink } from './audit/stream-sink.ts';
import type { Config } from './config.ts';
import { loggableError } from './http/loggable-error.ts';
import { parseAuditKeys } from './identity/seal-keys.ts';
import { openSigner } from './index.ts';
import { nodePlatform } from './platform/node.ts';
import { openServiceSeal, type ServiceSeal } from './service-seal.ts';
import type { TimestampSource } from './sign/ports.ts';

export interface AuditWiring {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: () => number;
  readonly timestamps: TimestampSource | null;
  readonly seal: ServiceSeal | null;
  readonly version: string;
  /** Told each time that a sink stops taking records. */
  readonly onSinkFailed?: () => void;
}

const STAMP_MS = 10_000;

/**
 * Begins the chain of this process; its first record says what runs here.
 * @throws InvalidRegistry, AuditUnavailable, and the system's error for a folder that cannot be written
 */
export async function openAudit(wiring: AuditWiring): Promise<AuditLog> {
  const { config, log, clock, timestamps, seal } = wiring;
  const { auditFolder } = config;
  const chainId = nameOfChain(clock());
  const keys = await openAuditKeys(config, log);
  const after = auditFolder === null ? [] : await headsIn(auditFolder);
  const lanes = (await openSinks(config, chainId)).map((sink) => laneTo(sink, wiring));
  const audit = new AuditLog({
    chainId,
    keys,
    lanes,
    checkpoints: auditFolder === null ? memoryCheckpoints() : await fileCheckpoints(auditFolder, chainId),
    seal,
    stamp:
      timestamps === null
        ? null
        : (digest) => timestamps.stamp({ algorithm: 'sha256', digest }, AbortSignal.timeout(STAMP_MS)),
    now: () => new Date(clock()).toISOString(),
    onTrouble: (what, error) => log.warn({ what, error: loggableError(error) }, 'audit'),
  });
  const [{ id: macKeyId = '' } = {}] = keys;
  const build = { version: wiring.version, commit: config.commit, configSha256: configDigest(config) };
  await audit.append('config.loaded', { build, macKeyId, after }).written;
  return audit;
}

/** The service's own key; null where none is configured. @throws SignerFailed */
export async function openSeal({ sealUri, production }: Config): Promise<ServiceSeal | null> {
  if (sealUri === null) return null;
  const backend = await openSigner(sealUri, { production, platform: nodePlatform });
  return openServiceSeal(backend, nodePlatform);
}

async function headsIn(folder: string): Promise<Awaited<ReturnType<typeof latestHeads>>> {
  try {
    return await latestHeads(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function openSinks({ auditFolder, auditToStdout }: Config, chainId: string): Promise<AuditSink[]> {
  const file = auditFolder === null ? [] : [await openFileSink(auditFolder, chainId)];
  return [...file, ...(auditToStdout ? [streamSink()] : [])];
}

function laneTo(sink: AuditSink, { log, onSinkFailed }: AuditWiring): Lane {
  return new Lane(sink, {
    onChange: (works, error) => {
      if (works) return log.info({ sink: sink.name }, 'audit sink takes records again');
      onSinkFailed?.();
      log.error({ sink: sink.name, error: loggableError(error) }, 'audit sink takes no records');
    },
  });
}

/** Where it runs and since when, and 32 bits more for processes that begin in the same moment. */
function nameOfChain(now: number): string {
  const host = hostname()
    .replace(/[^\w-]/g, '-')
    .slice(0, 40);
  const since = new Date(now).toISOString().replace(/[-:.]/g, '');
  return `${host}-${since}-${Buffer.from(nodePlatform.randomBytes(4)).toString('hex')}`;
}

/** Without the addresses, which may hold a credential. */
function configDigest({ tsaUrls: _, redisUrl: __, sealUri: ___, ...config }: Config): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex');
}

const KEY_BYTES = 32;

async function openAuditKeys(
  { nikHmacKeyFile }: Pick<Config, 'nikHmacKeyFile'>,
  log: Logger,
): Promise<readonly AuditKey[]> {
  if (nikHmacKeyFile !== null) return parseAuditKeys(await readFile(nikHmacKeyFile, 'utf8'));
  log.warn('no TEKEN_NIK_HMAC_KEY_FILE: nobody can check the audit of this process once it has ended');
  return [{ id: 'process', key: nodePlatform.randomBytes(KEY_BYTES) }];
}
