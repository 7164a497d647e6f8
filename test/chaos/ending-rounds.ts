// A service that is told to end again and again while callers sign and verify at a constant rate: who was let in gets a whole answer.

import { setTimeout as wait } from 'node:timers/promises';
import { exitCode, listening, start } from '../http/service-process.ts';
import type { Answer, Call } from '../load/exchange.ts';
import { exchange, keptConnections } from '../load/exchange.ts';
import { type Arrival, arrive } from '../load/open-loop.ts';

export interface EndingRounds {
  readonly rounds: number;
  readonly perSecond: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The requests that are sent in turn. */
  readonly calls: readonly Call[];
}

export interface EndingRound {
  readonly arrivals: readonly Arrival[];
  readonly exitCode: number | null;
  readonly endedMs: number;
}

/** Until a router has taken it out; Kubernetes and balancers look every few seconds, and the drain is as long for them. */
const ROUTER_LOOKS_MS = 25;
const LOADED_MS = { least: 400, step: 67 } as const;

export async function endInRounds({
  rounds,
  perSecond,
  environment,
  calls,
}: EndingRounds): Promise<readonly EndingRound[]> {
  const done: EndingRound[] = [];
  for (let round = 0; round < rounds; round += 1)
    done.push(
      await endOnce({ perSecond, environment, calls }, LOADED_MS.least + LOADED_MS.step * (round % 10)),
    );
  return done;
}

async function endOnce(
  { perSecond, environment, calls }: Omit<EndingRounds, 'rounds'>,
  loadedMs: number,
): Promise<EndingRound> {
  const started = start(environment);
  const agent = keptConnections();
  const out = new AbortController();
  try {
    const url = await listening(started);
    const ask = (number: number): Promise<Answer> =>
      exchange(url, calls[number % calls.length] as Call, { agent });
    const arriving = arrive({
      perSecond,
      seconds: 600,
      signal: out.signal,
      send: async (number) => (await ask(number)).status,
    });
    await wait(loadedMs);
    const endsMs = performance.now();
    started.child.kill('SIGTERM');
    await untilNotReady(url);
    out.abort();
    const arrivals = await arriving;
    return { arrivals, exitCode: await exitCode(started), endedMs: performance.now() - endsMs };
  } finally {
    out.abort();
    agent.destroy();
    started.child.kill('SIGKILL');
  }
}

/** As a router asks: over a connection of its own each time. */
async function untilNotReady(url: string): Promise<void> {
  for (;;) {
    const agent = keptConnections();
    const status = await exchange(url, { method: 'GET', path: '/readyz' }, { agent }).then(
      (answer) => answer.status,
      () => 0,
    );
    agent.destroy();
    if (status !== 200) return;
    await wait(ROUTER_LOOKS_MS);
  }
}
