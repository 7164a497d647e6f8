// What faults happen to: the service in processes of its own, a line to its authorities that can fail, Redis, dogged callers.

import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type RedisServer, startRedis } from '../doubles/redis-server.ts';
import { makeRealPlace, type RealPlace } from '../http/real-service.ts';
import { listening, type Process, start } from '../http/service-process.ts';
import { signCall, verifyCall } from '../load/calls.ts';
import { type Answer, type Call, exchange, keptConnections } from '../load/exchange.ts';
import { type Line, openLine } from './line.ts';

export interface ChaosGround {
  readonly place: RealPlace;
  readonly line: Line;
  /** Waits until a service with these variables listens; it ends with the fault. */
  serve(variables?: Readonly<Record<string, string>>): Promise<Serving>;
  redis(): Promise<RedisServer>;
  /** Lets go of what was started since. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface Serving extends Process {
  readonly url: string;
}

/** Starts the authorities; services are started by the faults. */
export async function makeChaosGround(): Promise<ChaosGround> {
  let authorities = '';
  const line = await openLine(() => authorities);
  const place = await makeRealPlace({}, { authoritiesUrl: line.url, arrange: sealKeys });
  authorities = place.authorities;
  const endings: (() => unknown)[] = [];
  return {
    place,
    line,
    serve: async (variables = {}) => {
      const started = start({ ...place.environment, TEKEN_WORKERS: '1', ...variables });
      endings.push(() => kill(started.child));
      return { ...started, url: await listening(started) };
    },
    redis: () => startRedis({ teardown: ((end: () => unknown) => endings.push(end)) as never }),
    settle: async () => {
      line.heal();
      for (const end of endings.splice(0).reverse()) await end();
    },
    close: async () => {
      await line.close();
      await place.close();
    },
  };
}

/** Ends a process and waits for it. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function sealKeys({ signersFile }: RealPlace['paths']): Promise<Record<string, string>> {
  const file = join(signersFile, '..', 'seal-keys.json');
  await writeFile(file, JSON.stringify({ keys: [{ id: 'k', key: Buffer.alloc(32, 7).toString('base64') }] }));
  return { TEKEN_SEAL_KEYS_FILE: file };
}

/** What came of a request, for people. */
export interface Outcome {
  readonly status: number;
  /** Of a problem; null for anything else. */
  readonly code: string | null;
  readonly ms: number;
  readonly answer: Answer | null;
}

/** A request over a connection of its own; one without a whole answer has status 0. */
export async function ask(url: string, call: Call, timeoutMs = 60_000): Promise<Outcome> {
  const agent = keptConnections();
  const beganMs = performance.now();
  try {
    const answer = await exchange(url, call, { agent, timeoutMs });
    return { status: answer.status, code: codeOf(answer), ms: performance.now() - beganMs, answer };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { status: 0, code, ms: performance.now() - beganMs, answer: null };
  } finally {
    agent.destroy();
  }
}

function codeOf({ headers, body }: Answer): string | null {
  if (!String(headers['content-type']).startsWith('application/problem+json')) return null;
  return (JSON.parse(body.toString('utf8')) as { code: string }).code;
}

/** Of a verification. */
export function verdictOf({ answer }: Outcome): string {
  if (answer?.status !== 200) return `status ${answer?.status ?? 0}`;
  return (JSON.parse(answer.body.toString('utf8')) as { verdict: string }).verdict;
}

export function askToSign(url: string, { place }: ChaosGround, query = {}, headers = {}): Promise<Outcome> {
  return ask(url, signCall(place, query, headers));
}

export function askToVerify(url: string, file: Uint8Array): Promise<Outcome> {
  return ask(url, verifyCall(file));
}

export async function readyStatus(url: string): Promise<number> {
  return (await ask(url, { method: 'GET', path: '/readyz' })).status;
}

/** @returns milliseconds until it was so; infinity when it was not within the time */
export async function until(withinMs: number, condition: () => Promise<boolean> | boolean): Promise<number> {
  const beganMs = performance.now();
  while (performance.now() - beganMs < withinMs) {
    if (await condition()) return performance.now() - beganMs;
    await wait(25);
  }
  return Number.POSITIVE_INFINITY;
}

export function told({ status, code, ms }: Outcome): string {
  return `${status}${code === null ? '' : ` ${code}`} in ${(ms / 1000).toFixed(1)} s`;
}
