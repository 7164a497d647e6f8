// A batch of letters over REST, the service in a process of its own and the client in this one, on the same cores; beside it what
// OpenSSL alone signs with all of them.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { developmentPaths } from '../../certs-dev/folder.ts';
import { median } from './measure.ts';
import { nodeOptions } from './node-options.ts';
import { workplacePaths } from './workplace.ts';

export const BATCH = { letters: 1000, warmUps: 1, runs: 3 } as const;

export interface BatchRate {
  /** Letters signed in a second. */
  readonly perSecond: number;
  /** Processor time of each letter, all threads: what other work on the machine does not shake. */
  readonly serviceMs: number;
  readonly clientMs: number;
}

export interface BatchMeasured {
  /** By form of the answer. */
  readonly rates: Readonly<Record<'multipart/mixed' | 'application/x-ndjson', BatchRate>>;
  /** RSA-2048 signatures in a second, all cores. */
  readonly limit: number;
  /** The same of one core, by its processor time. */
  readonly limitOfCore: number;
  readonly cores: number;
  readonly serverPeakMiB: number;
}

/** @param folder - a workplace that was made */
export async function measureBatch(folder: string): Promise<BatchMeasured> {
  const paths = developmentPaths(join(folder, 'development'));
  const letter = readFileSync(workplacePaths(folder).letter('100 KB'));
  const passphrase = readFileSync(paths.passphrase('pejabat'), 'utf8').trim();
  const apiKey = readFileSync(paths.apiKey, 'utf8').trim();
  const { child, url } = await startServer(paths);
  try {
    const rate = async (accept: string): Promise<BatchRate> => {
      const post = (): Promise<void> => postBatch({ url, apiKey, passphrase, accept }, letter);
      for (let i = 0; i < BATCH.warmUps; i += 1) await post();
      const times: number[] = [];
      const [service, client] = [processorMsOf(child), process.cpuUsage()];
      for (let i = 0; i < BATCH.runs; i += 1) {
        const startedMs = performance.now();
        await post();
        times.push(performance.now() - startedMs);
      }
      const { user, system } = process.cpuUsage(client);
      const letters = BATCH.letters * BATCH.runs;
      return {
        perSecond: (BATCH.letters * 1000) / median(times),
        serviceMs: (processorMsOf(child) - service) / letters,
        clientMs: (user + system) / 1000 / letters,
      };
    };
    const cores = availableParallelism();
    return {
      rates: {
        'multipart/mixed': await rate('multipart/mixed'),
        'application/x-ndjson': await rate('application/x-ndjson'),
      },
      limit: opensslSignsPerSecond('-multi', String(cores)),
      limitOfCore: opensslSignsPerSecond(),
      cores,
      serverPeakMiB: peakMiBOf(child),
    };
  } finally {
    child.kill('SIGTERM');
  }
}

async function startServer(
  paths: ReturnType<typeof developmentPaths>,
): Promise<{ child: ChildProcess; url: string }> {
  const script = fileURLToPath(new URL('../../src/server.ts', import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions(), script], {
    env: {
      PATH: process.env.PATH,
      TEKEN_ENV: 'development',
      TEKEN_PORT: '0',
      TEKEN_TRUST_DIR: paths.trust,
      TEKEN_SIGNERS_FILE: paths.signersFile,
      TEKEN_CLIENTS_FILE: paths.clientsFile,
      TEKEN_AUDIT_SINKS: `file:${paths.audit}`,
      TEKEN_NIK_HMAC_KEY_FILE: paths.auditKeys,
      TEKEN_SEAL_URI: paths.sealUri,
      // No responder runs beside it: signing is measured, not the network.
      TEKEN_UNKNOWN_REVOCATION: 'allow',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    // Read on to the end, so that the service never waits for its log.
    lines.on('line', (line) => {
      const { url } = JSON.parse(line) as { url?: string };
      if (url !== undefined) resolve({ child, url });
    });
    child.once('exit', () => reject(new Error('the service did not start')));
  });
}

const BOUNDARY = 'batas-pengukuran';

interface Call {
  readonly url: string;
  readonly apiKey: string;
  readonly passphrase: string;
  readonly accept: string;
}

/** Sends the letters, reads all outcomes. @throws when a letter was not signed */
async function postBatch({ url, apiKey, passphrase, accept }: Call, letter: Uint8Array): Promise<void> {
  const fields = { signer: 'pejabat', passphrase, level: 'B-B', count: String(BATCH.letters) };
  const head = (rest: string): Buffer =>
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${rest}\r\n\r\n`);
  function* body(): Generator<Uint8Array> {
    for (const [name, value] of Object.entries(fields))
      yield Buffer.concat([head(`name="${name}"`), Buffer.from(`${value}\r\n`)]);
    for (let i = 0; i < BATCH.letters; i += 1) {
      yield head(`name="file"; filename="surat-${i}.pdf"`);
      yield letter;
      yield Buffer.from('\r\n');
    }
    yield Buffer.from(`--${BOUNDARY}--\r\n`);
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${apiKey}`,
      'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
      Accept: accept,
    };
    const sent = request(`${url}/v1/sign/batch`, { method: 'POST', headers }, resolve);
    sent.on('error', reject);
    Readable.from(body()).pipe(sent);
  });
  let end = '';
  for await (const piece of response as AsyncIterable<Buffer>)
    end = `${end}${piece.subarray(-300).toString('latin1')}`.slice(-300);
  if (!end.includes(`"signed":${BATCH.letters}`)) throw new Error(`not all letters were signed: ${end}`);
}

function peakMiBOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

// Linux counts processor time for others in hundredths of a second.
const TICK_MS = 10;

function processorMsOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function opensslSignsPerSecond(...multi: readonly string[]): number {
  const words = ['speed', '-seconds', '3', ...multi, 'rsa2048'];
  const output = execFileSync('openssl', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return Number(/^rsa\s+2048 bits\s+\S+\s+\S+\s+([\d.]+)/m.exec(output)?.[1]);
}
