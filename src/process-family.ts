// Several processes that share one port: this one keeps them running, tells them to end, and puts their figures together.

import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { loggableError } from './http/loggable-error.ts';
import { type MetricsServer, serveMetrics } from './http/metrics-server.ts';
import { mergeFamilies } from './metrics/exposition.ts';
import type { Family } from './metrics/registry.ts';

/** What a process of the family is told. */
export type Order = { readonly kind: 'end' } | { readonly kind: 'figures'; readonly number: number };

/** What it says itself. */
export type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'figures'; readonly number: number; readonly families: readonly Family[] };

/** How one of them is replaced. */
export interface Respawn {
  /** Doubled for each that died before it had settled. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Who has lived for so long did not die of what it was started with. */
  readonly settledMs: number;
}

const RESPAWN: Respawn = { firstPauseMs: 250, longestPauseMs: 30_000, settledMs: 60_000 };

/** One that is too busy to say its figures is left out, rather than all. */
const FIGURES_MS = 2_000;

/** The pause before the next try after so many deaths in a row, in milliseconds. */
export function pauseBefore(deaths: number, { firstPauseMs, longestPauseMs }: Respawn = RESPAWN): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(deaths - 1, 16));
}

export interface ProcessFamily {
  /** Resolves with the exit code when all have ended: 0, or the first other one; that of a first one that could not start. */
  readonly ended: Promise<number>;
  /** Lets them finish what they have begun. */
  end(): void;
  /** Ends them at once. */
  kill(): void;
  /** Has them read their files again. */
  reload(): void;
}

/**
 * Starts `config.processes` of this program, the first alone: what is wrong with the configuration is said once.
 * @throws the system's error when the port of the figures is taken
 */
export async function startProcesses(config: Config, log: Logger): Promise<ProcessFamily> {
  const family = new SharedPort(config, log);
  await family.begin();
  return family;
}

class SharedPort implements ProcessFamily {
  readonly ended: Promise<number>;
  readonly #config: Config;
  readonly #log: Logger;
  readonly #places = new Map<string, Worker>();
  readonly #deaths = new Map<string, number>();
  readonly #pauses = new Set<NodeJS.Timeout>();
  readonly #asked = new Map<number, (families: readonly Family[]) => void>();
  #metrics: MetricsServer | null = null;
  #number = 0;
  #ready = false;
  #ending = false;
  #code = 0;
  #resolve: (code: number) => void = () => undefined;

  constructor(config: Config, log: Logger) {
    this.#config = config;
    this.#log = log;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  async begin(): Promise<void> {
    const { host, metricsPort } = this.#config;
    if (metricsPort !== null) {
      this.#metrics = await serveMetrics({ host, port: metricsPort }, () => this.#figures());
      this.#log.info({ metricsUrl: this.#metrics.url }, 'figures');
    }
    this.#start('1');
  }

  end(): void {
    this.#ending = true;
    for (const pause of this.#pauses) clearTimeout(pause);
    this.#pauses.clear();
    for (const worker of this.#places.values()) tell(worker, { kind: 'end' });
    this.#finishIfAlone();
  }

  kill(): void {
    this.#ending = true;
    for (const worker of this.#places.values()) worker.process.kill('SIGKILL');
  }

  reload(): void {
    for (const worker of this.#places.values()) worker.process.kill('SIGHUP');
  }

  #start(place: string): void {
    const worker = cluster.fork();
    const begunMs = performance.now();
    this.#places.set(place, worker);
    worker.on('message', (message: Message) => this.#receive(message));
    worker.on('error', (error) => this.#log.error({ place, error: loggableError(error) }, 'process'));
    worker.once('exit', (code: number | null, signal: string | null) => {
      this.#places.delete(place);
      this.#lose(place, { code, signal, livedMs: performance.now() - begunMs });
    });
    if (this.#ending) tell(worker, { kind: 'end' });
  }

  #receive(message: Message): void {
    if (message.kind === 'figures') {
      this.#asked.get(message.number)?.(message.families);
      return;
    }
    if (this.#ready) return;
    this.#ready = true;
    if (!this.#ending) for (let i = 2; i <= this.#config.processes; i += 1) this.#start(String(i));
  }

  #lose(
    place: string,
    { code, signal, livedMs }: { code: number | null; signal: string | null; livedMs: number },
  ): void {
    if (this.#ending || !this.#ready) {
      if (this.#code === 0) this.#code = code ?? 1;
      this.#ending = true;
      this.#finishIfAlone();
      return;
    }
    const deaths = livedMs >= RESPAWN.settledMs ? 1 : (this.#deaths.get(place) ?? 0) + 1;
    this.#deaths.set(place, deaths);
    const pauseMs = pauseBefore(deaths);
    this.#log.error({ place, code, signal, deaths, pauseMs }, 'process lost, another takes its place');
    const pause = setTimeout(() => {
      this.#pauses.delete(pause);
      this.#start(place);
    }, pauseMs);
    this.#pauses.add(pause);
  }

  #finishIfAlone(): void {
    if (this.#places.size > 0) return;
    const metrics = this.#metrics;
    this.#metrics = null;
    void (metrics?.close() ?? Promise.resolve()).finally(() => this.#resolve(this.#code));
  }

  async #figures(): Promise<readonly Family[]> {
    const asked = [...this.#places].map(async ([place, worker]) => [place, await this.#ask(worker)] as const);
    const own: Family = {
      name: 'tte_processes',
      help: 'Processes that run, and that should.',
      type: 'gauge',
      samples: [
        { suffix: '', labels: { state: 'running' }, value: this.#places.size },
        { suffix: '', labels: { state: 'configured' }, value: this.#config.processes },
      ],
    };
    return [own, ...mergeFamilies(new Map(await Promise.all(asked)))];
  }

  #ask(worker: Worker): Promise<readonly Family[]> {
    this.#number += 1;
    const number = this.#number;
    return new Promise((resolve) => {
      const done = (families: readonly Family[]): void => {
        clearTimeout(timer);
        this.#asked.delete(number);
        resolve(families);
      };
      const timer = setTimeout(() => done([]), FIGURES_MS);
      this.#asked.set(number, done);
      tell(worker, { kind: 'figures', number });
    });
  }
}

/** One that has just ended says so itself; until then nobody reads what is sent. */
function tell(worker: Worker, order: Order): void {
  if (worker.isConnected()) worker.send(order, () => undefined);
}

/** A process of a family, as it sees itself. */
export interface FamilyMember {
  /** Tells that it serves, and answers for its figures from now on. */
  ready(figures: () => Promise<readonly Family[]>): void;
  /** Resolves when it is told to end. */
  readonly told: Promise<void>;
  /** Lets go of the family, so that the process can end. */
  leave(): void;
}

/** Null in a process that is nobody's. */
export function familyMember(): FamilyMember | null {
  const { worker } = cluster;
  if (worker === undefined) return null;
  const told = new Promise<void>((resolve) => {
    worker.on('message', (order: Order) => {
      if (order.kind === 'end') resolve();
    });
  });
  const say = (message: Message): void => void worker.send(message, () => undefined);
  return {
    told,
    ready: (figures) => {
      worker.on('message', async (order: Order) => {
        if (order.kind === 'figures') say({ ...order, families: await figures() });
      });
      say({ kind: 'ready' });
    },
    leave: () => void worker.disconnect(),
  };
}
