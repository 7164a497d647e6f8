// Processes that do one job at a time, each with a limit of memory and of time: what goes wrong in a job costs that job.
// They are processes because a thread is no boundary: V8 ends the whole process when a thread's heap grows past its limit in one
// step, and so does a fault in native code.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { CallReply, FromWorker, JobFailure, ToWorker } from './worker-messages.ts';

/**
 * - `overloaded`: as many jobs wait as may
 * - `timed-out`: the job did not end in its time
 * - `out-of-memory`: the job wanted more memory than its process may have
 * - `ended`: the process ended under the job, or the pool was closed
 */
export type WorkerFailedCode = 'overloaded' | 'timed-out' | 'out-of-memory' | 'ended';

/** The job did not get to its end; what a job itself throws is a `JobFailed`. */
export class WorkerFailed extends Error {
  readonly code: WorkerFailedCode;

  constructor(code: WorkerFailedCode, cause?: unknown) {
    super(`worker: ${code}`, { cause });
    this.name = 'WorkerFailed';
    this.code = code;
  }
}

/** What a job threw, as it came over: errors lose their class between processes, and keep its name. */
export class JobFailed extends Error {
  readonly code: string | null;
  readonly values: Readonly<Record<string, unknown>>;

  constructor(failure: JobFailure) {
    super(failure.message);
    this.name = failure.name;
    this.code = failure.code;
    this.values = failure.values;
    if (failure.stack !== null) this.stack = failure.stack;
  }
}

export interface WorkerPoolOptions {
  /** The module that a worker runs; it calls `serveJobs`. */
  readonly entry: URL;
  /** Workers. */
  readonly size: number;
  /** Jobs that may wait for a worker. */
  readonly mostWaiting: number;
  /** Of the JavaScript heap of one worker, in MiB; buffers lie outside of it and are bounded by who makes them. */
  readonly heapMegabytes: number;
}

export interface Job {
  /**
   * What the worker is given, copied; called when its turn comes.
   * @param known - what this worker was given before; what is added stays known as long as the worker lives
   */
  message(known: Set<unknown>): unknown;
  /** Answers what the job asks for while it runs: keys, the network. A rejection reaches the job. */
  readonly host: (name: string, argument: unknown) => Promise<unknown>;
  /** Ends the job, wherever it is. */
  readonly signal: AbortSignal;
  /** From the moment that a worker begins with it; the time in which a worker starts is not the job's. */
  readonly timeoutMs: number;
}

export interface WorkerPool {
  /** Starts the workers, so that the first job need not wait for one; without it, that job starts them. */
  begin(): void;
  /**
   * Does a job when its turn comes.
   * @throws WorkerFailed; JobFailed for what the job threw; the signal's reason when it is aborted
   */
  run(job: Job): Promise<unknown>;
  /** Workers that had to be ended, or ended by themselves, and were replaced. */
  readonly restarts: number;
  /** Jobs that wait for a worker at this moment. */
  readonly waiting: number;
  /** Workers that do a job at this moment. */
  readonly busy: number;
  /** Whether one job more would be refused. */
  readonly full: boolean;
  /** Ends every worker, and what they are doing. */
  close(): Promise<void>;
}

/**
 * Of V8's two halves for what is young, each. A job is short, and what it leaves is garbage: halves as large as V8 makes them by
 * itself hold 90 MiB more in each process, and cost as much processor time.
 */
const YOUNG_MEGABYTES = 8;

/** A process that has not come up by then never will. Where many start at once on a machine that has much to do, one takes seconds. */
const START_MS = 120_000;

/** A job that was told to end looks up at its next pause; one that never does is ended with its worker. */
const GRACE_MS = 250;

interface Pending {
  readonly job: Job;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  /** It waits no more. */
  readonly begun: () => void;
}

/** Workers that do not keep the process alive while they have nothing to do. */
export function workerPool(options: WorkerPoolOptions): WorkerPool {
  const waiting: Pending[] = [];
  const workers = new Set<JobWorker>();
  let restarts = 0;
  let begun = false;
  let closed = false;
  const start = (): void => {
    const worker: JobWorker = new JobWorker(options, {
      idle: () => {
        const next = waiting.shift();
        if (next !== undefined) worker.begin(next);
      },
      gone: () => {
        workers.delete(worker);
        if (closed) return;
        restarts += 1;
        start();
      },
    });
    workers.add(worker);
    const next = waiting.shift();
    if (next !== undefined) worker.begin(next);
  };
  const begin = (): void => {
    if (begun || closed) return;
    begun = true;
    for (let i = 0; i < options.size; i += 1) start();
  };
  return {
    begin,
    run: (job) =>
      new Promise((resolve, reject) => {
        if (job.signal.aborted) return reject(job.signal.reason);
        if (closed) return reject(new WorkerFailed('ended'));
        begin();
        const givesUp = (): void => leave(waiting, pending);
        // One signal may be that of ten thousand jobs: none leaves a listener behind.
        const begun = (): void => job.signal.removeEventListener('abort', givesUp);
        const pending: Pending = { job, resolve, reject, begun };
        const free = [...workers].find((worker) => worker.free);
        if (free !== undefined) return free.begin(pending);
        if (waiting.length >= options.mostWaiting) return reject(new WorkerFailed('overloaded'));
        waiting.push(pending);
        job.signal.addEventListener('abort', givesUp, { once: true });
      }),
    get restarts() {
      return restarts;
    },
    get waiting() {
      return waiting.length;
    },
    get busy() {
      return [...workers].filter((worker) => worker.busy).length;
    },
    get full() {
      return waiting.length >= options.mostWaiting && ![...workers].some((worker) => worker.free);
    },
    close: async () => {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new WorkerFailed('ended'));
      await Promise.all([...workers].map((worker) => worker.end()));
    },
  };
}

/** Who gives up in the line makes room in it. */
function leave(waiting: Pending[], pending: Pending): void {
  const place = waiting.indexOf(pending);
  if (place < 0) return;
  waiting.splice(place, 1);
  pending.reject(pending.job.signal.reason);
}

interface Doing extends Pending {
  /** Its time begins. */
  readonly hold: () => void;
  readonly stop: () => void;
  /** Why it was told to end, once it was. */
  ending: { readonly reason: unknown } | null;
}

/** One process, and the job that it is doing. */
class JobWorker {
  readonly #process: ChildProcess;
  readonly #whenIdle: () => void;
  readonly #known = new Set<unknown>();
  #doing: Doing | null = null;
  #alive = true;
  /** It takes jobs. */
  #ready = false;
  #ending = false;

  constructor(
    { entry, heapMegabytes }: WorkerPoolOptions,
    on: { readonly idle: () => void; readonly gone: () => void },
  ) {
    this.#whenIdle = on.idle;
    this.#process = fork(entry, {
      serialization: 'advanced',
      execArgv: [
        `--max-old-space-size=${heapMegabytes}`,
        `--max-semi-space-size=${YOUNG_MEGABYTES}`,
        '--disable-proto=delete',
      ],
      // What reads strangers' documents has no secrets around it.
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#keepAlive(false);
    const lastWords = this.#listen();
    const start = setTimeout(() => this.#process.kill('SIGKILL'), START_MS).unref();
    this.#process.on('message', (message: FromWorker) => {
      clearTimeout(start);
      this.#receive(message);
    });
    this.#process.once('exit', () => clearTimeout(start));
    this.#process.once('error', (error) => this.#lose(new WorkerFailed('ended', error), on.gone));
    this.#process.once('exit', (code, signal) => this.#lose(failureOf(lastWords(), code, signal), on.gone));
  }

  get free(): boolean {
    return this.#alive && this.#doing === null;
  }

  get busy(): boolean {
    return this.#doing !== null;
  }

  begin(pending: Pending): void {
    const { job } = pending;
    pending.begun();
    this.#doing = { ...pending, ...this.#watch(job), ending: null };
    this.#keepAlive(true);
    if (this.#ready) this.#hand(this.#doing);
  }

  #hand({ job, hold, reject }: Doing): void {
    hold();
    try {
      this.#send({ kind: 'job', job: job.message(this.#known) });
    } catch (error) {
      this.#finish(() => reject(error));
    }
  }

  async end(): Promise<void> {
    if (!this.#alive) return;
    const gone = once(this.#process, 'exit');
    // An idle worker does not keep us alive, and we have to see its end; so has one that answers just now.
    this.#ending = true;
    this.#keepAlive(true);
    this.#process.kill('SIGKILL');
    await gone;
  }

  /** Holds the job to the signal of who wants it, and from `hold` on to its time. */
  #watch({ signal, timeoutMs }: Job): Pick<Doing, 'hold' | 'stop'> {
    const timers: NodeJS.Timeout[] = [];
    const giveUp = (reason: unknown): void => {
      // It was not handed over: a worker that is starting is no worse for it.
      if (!this.#ready) {
        const { reject } = this.#doing ?? {};
        this.#finish(() => reject?.(reason));
        return;
      }
      if (this.#doing !== null) this.#doing.ending ??= { reason };
      this.#send({ kind: 'abort' });
      timers.push(
        setTimeout(() => {
          this.#fail(reason);
          this.#process.kill('SIGKILL');
        }, GRACE_MS),
      );
    };
    const aborted = (): void => giveUp(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    return {
      hold: () => {
        timers.push(setTimeout(() => giveUp(new WorkerFailed('timed-out')), timeoutMs));
      },
      stop: () => {
        for (const timer of timers) clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
      },
    };
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'ready') this.#ready = true;
    const doing = this.#doing;
    if (doing === null) return;
    switch (message.kind) {
      case 'ready':
        this.#hand(doing);
        break;
      case 'call':
        void this.#answer(doing, message);
        break;
      case 'done':
        this.#finish(() => doing.resolve(message.value));
        break;
      case 'failed':
        this.#finish(() => doing.reject(doing.ending?.reason ?? new JobFailed(message.failure)));
        break;
    }
  }

  async #answer(doing: Pending, { call, name, argument }: FromWorker & { kind: 'call' }): Promise<void> {
    let reply: CallReply;
    try {
      reply = { ok: true, value: await doing.job.host(name, argument) };
    } catch (error) {
      reply = { ok: false, failure: describeFailure(error) };
    }
    // The job may be over by now; the worker may have begun another one.
    if (this.#doing?.job === doing.job) this.#send({ kind: 'reply', call, reply });
  }

  /** A worker that has just ended says so itself; until then nobody reads what is sent. */
  #send(message: ToWorker): void {
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  #keepAlive(wanted: boolean): void {
    const { channel, stderr } = this.#process;
    // As every pipe of a child process it can be left out of what keeps the loop running.
    const errors = stderr as unknown as { ref(): void; unref(): void } | null;
    for (const handle of [this.#process, channel, errors]) {
      if (wanted || this.#ending) handle?.ref();
      else handle?.unref();
    }
  }

  /** @returns the end of what the worker has written about itself */
  #listen(): () => string {
    let words = '';
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-LAST_WORDS);
    });
    return () => words;
  }

  #lose(reason: WorkerFailed, gone: () => void): void {
    this.#alive = false;
    this.#fail(reason);
    gone();
  }

  #finish(settle: () => void): void {
    this.#doing?.stop();
    this.#doing = null;
    this.#keepAlive(false);
    settle();
    this.#whenIdle();
  }

  #fail(reason: unknown): void {
    const doing = this.#doing;
    if (doing === null) return;
    this.#alive = false;
    doing.stop();
    this.#doing = null;
    doing.reject(reason);
  }
}

/** V8's own words when a heap is full (`V8::FatalProcessOutOfMemory`); it leaves no other trace. */
const OUT_OF_MEMORY = /JavaScript heap out of memory/;
const LAST_WORDS = 8192;

function failureOf(lastWords: string, code: number | null, signal: string | null): WorkerFailed {
  if (OUT_OF_MEMORY.test(lastWords)) return new WorkerFailed('out-of-memory');
  return new WorkerFailed('ended', new Error(`exit ${code ?? signal}`));
}

/** What of an error goes over to the other process: its class by name, code and values, and what a log shows. */
export function describeFailure(error: unknown): JobFailure {
  const { name, message, stack, code, values } = (
    typeof error === 'object' && error !== null ? error : {}
  ) as {
    readonly [part in 'name' | 'message' | 'stack' | 'code' | 'values']?: unknown;
  };
  const text = (part: unknown): string | null => (typeof part === 'string' ? part : null);
  return {
    name: text(name) ?? 'Error',
    message: text(message) ?? String(error),
    stack: text(stack),
    code: text(code),
    values: typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : {},
  };
}
