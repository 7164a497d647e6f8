// The compatible API as applications meet it: requests come at their time, whether or not the earlier ones are answered, and each is
// timed from the moment at which it was due. Service, authorities and client are processes of their own on the same cores.

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BASIC_USER, developmentPaths } from '../../certs-dev/folder.ts';
import { ServicePath } from '../../certs-dev/profile.ts';
import { png } from '../sign/pictures.ts';
import { nodeOptions } from './node-options.ts';
import { processorMs } from './processor-time.ts';
import { workplacePaths } from './workplace.ts';

export const COMPAT = {
  perSecond: 20,
  seconds: 15,
  warmUpSeconds: 5,
  /** Of the key's container; what more of them cost is the same for every way to sign, and said beside it. */
  rounds: 2_048,
  /** Of containers that people's passphrases open (OWASP, PBKDF2 with SHA-256). */
  meantRounds: 600_000,
} as const;

export const COMPAT_CALLS = {
  'v1 sign, visible with image': 150,
  'v2 sign, invisible': 60,
  'v1 status': 10,
  'v1 verify': 60,
} as const satisfies Readonly<Record<string, number>>;

export type CompatCall = keyof typeof COMPAT_CALLS;

export interface CompatRate {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Of the service, all threads, for each request. */
  readonly serviceMs: number;
  /** Not answered with what was asked for: the figures are worth nothing where there are any. */
  readonly failed: number;
}

/** @param folder - a workplace that was made */
export async function measureCompat(folder: string): Promise<Readonly<Record<CompatCall, CompatRate>>> {
  const place = join(folder, 'compat');
  const paths = developmentPaths(place);
  const authorities = await started('./authorities.ts', [place, String(COMPAT.rounds)], process.env);
  const service = await started('../../src/server.ts', [], {
    PATH: process.env.PATH,
    TEKEN_ENV: 'development',
    TEKEN_PORT: '0',
    TEKEN_TRUST_DIR: paths.trust,
    TEKEN_SIGNERS_FILE: paths.signersFile,
    TEKEN_CLIENTS_FILE: paths.clientsFile,
    TEKEN_TSA_URLS: `${authorities.url}${ServicePath.timestamp}`,
    TEKEN_ALLOW_PRIVATE_NETWORK: 'true',
    TEKEN_AUDIT_SINKS: `file:${paths.audit}`,
    TEKEN_NIK_HMAC_KEY_FILE: paths.auditKeys,
    TEKEN_SEAL_URI: paths.sealUri,
  });
  try {
    const calls = await callsFor(paths, service.url, workplacePaths(folder).letter('100 KB'));
    const rates: Partial<Record<CompatCall, CompatRate>> = {};
    for (const [name, call] of Object.entries(calls) as [CompatCall, Call][]) {
      await atTheirTime(call, COMPAT.warmUpSeconds);
      const before = processorMs(service.child.pid, 'own') ?? Number.NaN;
      const answered = await atTheirTime(call, COMPAT.seconds);
      const failed = answered.filter(({ done }) => !done).length;
      const times = answered.map(({ ms }) => ms).toSorted((a, b) => a - b);
      const spent = (processorMs(service.child.pid, 'own') ?? Number.NaN) - before;
      const at = (share: number): number =>
        times[Math.min(times.length - 1, Math.ceil(share * times.length) - 1)] ?? Number.NaN;
      rates[name] = {
        p50Ms: at(0.5),
        p99Ms: at(0.99),
        maxMs: at(1),
        serviceMs: spent / times.length,
        failed,
      };
    }
    return rates as Record<CompatCall, CompatRate>;
  } finally {
    for (const { child } of [service, authorities]) child.kill('SIGTERM');
  }
}

/** Sends one request. @throws when the answer is not what was asked for */
type Call = () => Promise<void>;

/** @returns how long after it was due each was answered */
async function atTheirTime(
  call: Call,
  seconds: number,
): Promise<readonly { readonly ms: number; readonly done: boolean }[]> {
  const start = performance.now();
  const pauseMs = 1000 / COMPAT.perSecond;
  const answered = Array.from({ length: COMPAT.perSecond * seconds }, async (_, i) => {
    const due = start + i * pauseMs;
    await wait(Math.max(0, due - performance.now()));
    const done = await call().then(
      () => true,
      () => false,
    );
    return { ms: performance.now() - due, done };
  });
  return Promise.all(answered);
}

const NIK = '8999000000000101';
const BOUNDARY = 'batas-pengukuran';

/** Every request is another one: the same would be the same operation. */
async function callsFor(
  paths: ReturnType<typeof developmentPaths>,
  url: string,
  letterPath: string,
): Promise<Readonly<Record<CompatCall, Call>>> {
  const agent = new Agent({ keepAlive: true });
  const auth = `${BASIC_USER}:${readFileSync(paths.basicPassword, 'utf8').trim()}`;
  const passphrase = readFileSync(paths.passphrase('pejabat'), 'utf8').trim();
  const letter = readFileSync(letterPath);
  const picture = Buffer.from(png(300, 120, { colourType: 2 }, (x, y) => [x % 256, y * 2, 160]));
  const base64 = letter.toString('base64');
  let count = 0;
  const another = (): string => {
    count += 1;
    return `surat ${count}`;
  };
  const ask = (path: string, type: string, body: Buffer | null): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const headers = body === null ? {} : { 'Content-Type': type, 'Content-Length': body.length };
      const method = body === null ? 'GET' : 'POST';
      const sent = request(`${url}${path}`, { method, auth, agent, headers }, (answer) => {
        read(answer).then((bytes) => {
          if (answer.statusCode === 200) resolve(bytes);
          else reject(new Error(`${path}: ${answer.statusCode} ${bytes.toString('utf8').slice(0, 200)}`));
        }, reject);
      });
      sent.on('error', reject);
      sent.end(body ?? undefined);
    });
  const signV1 = (): Promise<Buffer> => {
    const fields = {
      ...{ nik: NIK, passphrase, tampilan: 'visible', image: 'true', reason: another() },
      ...{ page: '1', xAxis: '305', yAxis: '205', width: '455', height: '265' },
    };
    return ask(
      '/api/sign/pdf',
      `multipart/form-data; boundary=${BOUNDARY}`,
      form(fields, { file: letter, imageTTD: picture }),
    );
  };
  const signed = await signV1();
  const toVerify = form({}, { signed_file: signed });
  const require = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`not as asked: ${what}`);
  };
  return {
    'v1 sign, visible with image': async () => require((await signV1()).length > letter.length, 'signed'),
    'v2 sign, invisible': async () => {
      const signatureProperties = [{ tampilan: 'INVISIBLE', reason: another(), location: null }];
      const order = { nik: NIK, passphrase, signatureProperties, file: [base64] };
      const answer = await ask('/api/v2/sign/pdf', 'application/json', Buffer.from(JSON.stringify(order)));
      require(answer.length > base64.length, 'signed');
    },
    'v1 status': async () =>
      require((await ask(`/api/user/status/${NIK}`, '', null)).includes('"ISSUE"'), 'status'),
    'v1 verify': async () =>
      require((await ask('/api/sign/verify', `multipart/form-data; boundary=${BOUNDARY}`, toVerify)).includes(
        '"summary":"VALID"',
      ), 'verified'),
  };
}

async function read(answer: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of answer as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

function form(fields: Readonly<Record<string, string>>, files: Readonly<Record<string, Buffer>>): Buffer {
  const head = (rest: string): Buffer =>
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${rest}\r\n\r\n`);
  const line = Buffer.from('\r\n');
  return Buffer.concat([
    ...Object.entries(fields).flatMap(([name, value]) => [head(`name="${name}"`), Buffer.from(value), line]),
    ...Object.entries(files).flatMap(([name, bytes]) => [head(`name="${name}"; filename="a"`), bytes, line]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}

/** A script of ours that says on its standard output where it answers. */
function started(
  script: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions(), path, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    // Read on to the end, so that it never waits for its log.
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { url } = JSON.parse(line) as { url?: string };
      if (url !== undefined) resolve({ child, url });
    });
    child.once('exit', () => reject(new Error(`${script} did not start`)));
  });
}
