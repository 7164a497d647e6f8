// What load is put on: the service in processes of its own over a development PKI, its Redis, letters to sign and to verify.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { developmentPaths } from '../../certs-dev/folder.ts';
import { closeServer, listenOnLoopback } from '../../certs-dev/services.ts';
import { writeLetterOfSize } from '../bench/generate-pdf.ts';
import { issueOfficials, signInTurn } from '../bench/long-term-letters.ts';
import { nodeOptions } from '../bench/node-options.ts';
import { startRedis } from '../doubles/redis-server.ts';
import { makeRealPlace, type RealPlace } from '../http/real-service.ts';
import { projectRoot } from '../tools.ts';
import { exchange, keptConnections } from './exchange.ts';

export interface LoadGround {
  readonly place: RealPlace;
  readonly redisUrl: string;
  /** 100 kB, not signed. */
  readonly letter: Uint8Array;
  /** 200 kB with two signatures and everything that verifying them needs. */
  readonly archived: Uint8Array;
  /** The same with 5 MB. */
  readonly largeArchived: Uint8Array;
  close(): Promise<void>;
}

/** As production asks for; a key is opened once, at the start. */
const DERIVATION_ROUNDS = 600_000;

/** Keys that are opened once at the start, as a service's own are. */
export const SIGNERS = { rsa: 'rsa-2048', p256: 'p-256' } as const;

export async function makeGround(): Promise<LoadGround> {
  const endings: (() => unknown)[] = [];
  const place = await makeRealPlace({}, { arrange: openKeys, iterations: DERIVATION_ROUNDS });
  const redis = await startRedis({ teardown: ((end: () => unknown) => endings.push(end)) as never });
  const officials = await issueOfficials(2, place.pki);
  const pki = {
    ...place.pki,
    issued: [...place.pki.issued, ...officials.map(({ certificate }) => certificate)],
  };
  const archived = (bytes: number): Promise<Uint8Array> => signInTurn(letterOf(place, bytes), officials, pki);
  // Two signatures with their evidence take 90 kB of it.
  const [small, large] = [await archived(110_000), await archived(5_000_000)];
  return {
    place,
    redisUrl: redis.url,
    letter: letterOf(place, 100_000),
    archived: small,
    largeArchived: large,
    close: async () => {
      await place.close();
      for (const end of endings) await end();
    },
  };
}

export function letterOf({ folder }: RealPlace, bytes: number): Uint8Array {
  const path = join(folder, `surat-${bytes}.pdf`);
  writeLetterOfSize(path, bytes);
  return new Uint8Array(readFileSync(path));
}

async function openKeys(paths: ReturnType<typeof developmentPaths>): Promise<Record<string, string>> {
  const uri = (id: 'pejabat' | 'pejabat-ec'): string =>
    `pkcs12:${paths.container(id)}?passphrase-file=${paths.passphrase(id)}`;
  const signers = [
    { id: SIGNERS.rsa, uri: uri('pejabat') },
    { id: SIGNERS.p256, uri: uri('pejabat-ec') },
  ];
  const clients = JSON.parse(readFileSync(paths.clientsFile, 'utf8')) as { clients: object[] };
  for (const client of clients.clients) Object.assign(client, { signers: Object.values(SIGNERS) });
  await writeFile(paths.signersFile, JSON.stringify({ signers }));
  await writeFile(paths.clientsFile, JSON.stringify(clients));
  const sealKeys = join(paths.signersFile, '..', 'seal-keys.json');
  await writeFile(
    sealKeys,
    JSON.stringify({ keys: [{ id: 'k', key: Buffer.alloc(32, 7).toString('base64') }] }),
  );
  return { TEKEN_SEAL_KEYS_FILE: sealKeys };
}

export interface StandingService {
  readonly url: string;
  readonly child: ChildProcess;
  /** From its start until it said that requests may come. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Several processes over the Redis of the ground. */
export function severalProcesses({ redisUrl }: LoadGround, processes: number): Record<string, string> {
  return {
    TEKEN_PROCESSES: String(processes),
    TEKEN_REDIS_URL: redisUrl,
    TEKEN_ATTEMPT_GUARD: 'redis',
  };
}

/** Waits until all of it is ready. */
export async function startService(
  { place }: Pick<LoadGround, 'place'>,
  variables: Readonly<Record<string, string>> = {},
  program: readonly string[] = ['src/server.ts'],
): Promise<StandingService> {
  const url = `http://127.0.0.1:${variables.TEKEN_PORT ?? (await freePort())}`;
  // A file, as a container's log is: the client would have to read a pipe.
  const log = openSync(join(place.folder, 'log'), 'a');
  const beganMs = performance.now();
  const child = spawn(process.execPath, [...nodeOptions(), ...program], {
    cwd: projectRoot,
    env: {
      PATH: process.env.PATH ?? '',
      ...place.environment,
      ...variables,
      TEKEN_PORT: new URL(url).port,
    },
    stdio: ['ignore', log, 'inherit'],
  });
  closeSync(log);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
  await untilReady(url, child);
  return { url, child, readyMs: performance.now() - beganMs, stop };
}

async function freePort(): Promise<string> {
  const server = createServer();
  const url = await listenOnLoopback(server, 0);
  await closeServer(server);
  return new URL(url).port;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const agent = keptConnections();
  try {
    while (child.exitCode === null) {
      const status = await exchange(
        url,
        { method: 'GET', path: '/readyz' },
        { agent, timeoutMs: 5_000 },
      ).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('the service did not start');
  } finally {
    agent.destroy();
  }
}
