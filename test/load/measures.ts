// The measurements of `npm run load`: each starts a service of its own, puts load on it, and returns rows for a table.

import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { signCall, signFormCall } from './calls.ts';
import { type Call, exchange, keptConnections } from './exchange.ts';
import { type LoadGround, SIGNERS, type StandingService, severalProcesses, startService } from './ground.ts';
import { arrive, type Summary, summarise } from './open-loop.ts';
import { treeProcessorMs, watchResident } from './process-tree.ts';
import { type Saturated, saturate } from './saturate.ts';

/** What both sides used meanwhile. */
export interface Shares {
  /** Processor time in milliseconds: less shaken than the clock by what else the machine does. */
  readonly serviceMs: number;
  readonly clientMs: number;
  /** The most that the service and its workers held. */
  readonly peakMiB: number;
}

/** Runs work while the processor time of both sides is counted. The client's holds that of the authorities, which run in its process. */
export async function withShares<T>(
  service: StandingService,
  work: () => Promise<T>,
): Promise<{ readonly result: T } & Shares> {
  const resident = watchResident(service.child.pid);
  const before = treeProcessorMs(service.child.pid);
  const client = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(client);
  resident.stop();
  return {
    result,
    serviceMs: treeProcessorMs(service.child.pid) - before,
    clientMs: (user + system) / 1000,
    peakMiB: resident.peakMiB(),
  };
}

/** Sends one request of a service. @returns the status of its whole answer */
export function senderTo(url: string, calls: readonly Call[]): (number?: number) => Promise<number> {
  const agent = keptConnections();
  let last = 0;
  return async (number) => {
    last += 1;
    return (await exchange(url, calls[(number ?? last) % calls.length] as Call, { agent })).status;
  };
}

export interface Step extends Shares {
  readonly perSecond: number;
  readonly summary: Summary;
}

async function step(
  service: StandingService,
  perSecond: number,
  seconds: number,
  calls: readonly Call[],
): Promise<Step> {
  const { result, ...shares } = await withShares(service, () =>
    arrive({ perSecond, seconds, send: senderTo(service.url, calls) }),
  );
  return { perSecond, summary: summarise(result), ...shares };
}

/** Every request answered, and callers do not wait in a growing line. */
export function holds({ summary: { sent, ok, p99 } }: Step): boolean {
  return ok === sent && p99 <= 500;
}

/** The published profile for a verification service, and on from there. */
const PROFILE = [5, 10, 20, 30, 40, 50] as const;
const GROWTH = 1.4;

export interface Knee {
  readonly steps: readonly Step[];
  /** The highest rate that was held. */
  readonly perSecond: number;
}

/** Steps up until a rate is not held, then halves the distance three times. */
export async function stepToKnee(
  service: StandingService,
  calls: readonly Call[],
  { seconds, first = PROFILE }: { readonly seconds: number; readonly first?: readonly number[] },
): Promise<Knee> {
  await arrive({ perSecond: 20, seconds: Math.min(10, seconds), send: senderTo(service.url, calls) });
  const steps: Step[] = [];
  const tried = async (perSecond: number): Promise<boolean> => {
    const made = await step(service, perSecond, seconds, calls);
    steps.push(made);
    return holds(made);
  };
  let held = 0;
  for (const perSecond of first) held = (await tried(perSecond)) ? perSecond : held;
  let broken = Math.round((first.at(-1) ?? 50) * GROWTH);
  while (await tried(broken)) {
    held = broken;
    broken = Math.round(broken * GROWTH);
  }
  for (let i = 0; i < 3 && broken - held > 5; i += 1) {
    const middle = Math.round((held + broken) / 2);
    if (await tried(middle)) held = middle;
    else broken = middle;
  }
  return { steps, perSecond: held };
}

export interface SigningRate extends Shares, Saturated {
  readonly key: keyof typeof SIGNERS;
  readonly form: 'raw' | 'multipart';
  /** Of `openssl speed -multi` on all cores, in the same run. */
  readonly limit: number;
}

const CALLERS = 16;

/** As many processes as cores; the client takes its part of the same cores. */
export async function measureSigning(ground: LoadGround, seconds: number): Promise<readonly SigningRate[]> {
  const service = await startService(ground, severalProcesses(ground, availableParallelism()));
  try {
    const rates: SigningRate[] = [];
    for (const key of ['rsa', 'p256'] as const) {
      const limit = opensslPerSecond(key);
      for (const form of ['raw', 'multipart'] as const) {
        const send = senderTo(service.url, [signing(ground, key, form)]);
        await saturate(CALLERS, seconds, send);
        const { result, ...shares } = await withShares(service, () => saturate(CALLERS, seconds, send));
        rates.push({ key, form, limit, ...shares, ...result });
      }
    }
    return rates;
  } finally {
    await service.stop();
  }
}

export function signing(
  { place, letter }: LoadGround,
  key: keyof typeof SIGNERS,
  form: 'raw' | 'multipart',
  level = 'B-B',
): Call {
  const fields = { signer: SIGNERS[key], level };
  return form === 'raw'
    ? signCall({ apiKey: place.apiKey, passphrase: '', letter: Buffer.from(letter) }, fields)
    : signFormCall(place.apiKey, letter, fields);
}

function opensslPerSecond(key: keyof typeof SIGNERS): number {
  const algorithm = key === 'rsa' ? 'rsa2048' : 'ecdsap256';
  const args = ['speed', '-seconds', '3', '-multi', String(availableParallelism()), algorithm];
  const output = execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  // `rsa 2048 bits 0.000s 0.000s 3750.0 …`; of P-256 `256 bits ecdsa (nistp256)` and the same columns.
  return Number(/(?:rsa|ecdsa)[^\n]*?\s[\d.]+s\s+[\d.]+s\s+([\d.]+)/.exec(output)?.[1]);
}

export interface Overload extends Shares {
  readonly knee: number;
  readonly offered: number;
  /** Verdicts in a second while five times the knee came. */
  readonly goodput: number;
  readonly refused: number;
  readonly refusalP99: number;
  /** Neither a verdict nor a refusal in order. */
  readonly broken: Readonly<Record<string, number>>;
  /** After the last request came, until callers are served as before. */
  readonly recoveryMs: number;
}

/** @param knee - what the service holds */
export async function measureOverload(
  service: StandingService,
  calls: readonly Call[],
  { knee, seconds }: { readonly knee: number; readonly seconds: number },
): Promise<Overload> {
  const offered = knee * 5;
  const send = senderTo(service.url, calls);
  const { result, ...shares } = await withShares(service, async () => {
    const arrivals = await arrive({ perSecond: offered, seconds, send });
    const endedMs = performance.now();
    const recoveryMs = await untilAsBefore(service.url, calls).then(() => performance.now() - endedMs);
    return { arrivals, recoveryMs };
  });
  const { arrivals, recoveryMs } = result;
  const { ok, others } = summarise(arrivals);
  const { 503: refused = 0, ...broken } = others;
  const refusals = arrivals.filter(({ outcome }) => outcome === 503).map(({ latencyMs }) => latencyMs);
  const lastMs = Math.max(...arrivals.map(({ dueMs, latencyMs }) => dueMs + latencyMs));
  return {
    knee,
    offered,
    goodput: (ok * 1000) / lastMs,
    refused,
    refusalP99: refusals.toSorted((a, b) => a - b)[Math.ceil(refusals.length * 0.99) - 1] ?? Number.NaN,
    broken,
    recoveryMs,
    ...shares,
  };
}

const AS_BEFORE = { inARow: 5, withinMs: 200 } as const;

async function untilAsBefore(url: string, calls: readonly Call[]): Promise<void> {
  const send = senderTo(url, calls);
  for (let good = 0; good < AS_BEFORE.inARow; ) {
    const sentMs = performance.now();
    const status = await send().catch(() => 0);
    good = status === 200 && performance.now() - sentMs <= AS_BEFORE.withinMs ? good + 1 : 0;
    await wait(20);
  }
}
