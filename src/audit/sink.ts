// Where lines go, and how many leave at once: whatever waits while one group is being written is the next group.

/** Takes lines for good. */
export interface AuditSink {
  /** A stable word for logs. */
  readonly name: string;
  /**
   * Writes lines in order, each with its line feed; they have left our hands when it resolves. After a failure the same lines are
   * given again, so what of them was written is taken back, or closed so that it cannot be taken for a line.
   */
  write(lines: readonly string[]): Promise<void>;
  close?(): Promise<void>;
}

/** `audit-unavailable`: no sink has taken the record in time. What it is about must not leave. */
export class AuditUnavailable extends Error {
  readonly code = 'audit-unavailable';

  constructor(cause?: unknown) {
    super('audit-unavailable', { cause });
    this.name = 'AuditUnavailable';
  }
}

export interface LaneOptions {
  /** Told once for each time that the sink stops taking lines, and once when it takes them again. */
  readonly onChange?: (works: boolean, error: unknown) => void;
  /** Milliseconds until lines that failed are tried again. */
  readonly retryMs?: number;
}

interface Waiting {
  readonly line: string;
  readonly done: (error: unknown) => void;
}

const RETRY_MS = 250;
// About ten megabytes; whoever writes more than that while nothing is taken would only fill the memory.
const MOST_WAITING = 10_000;
// Keeps a write below a megabyte, so that one group does not make the next wait long.
const LARGEST_GROUP = 1_000;

/** The lines on their way to one sink. */
export class Lane {
  readonly #sink: AuditSink;
  readonly #options: LaneOptions;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | null = null;
  #works = true;
  #closing = false;
  #wake: () => void = () => undefined;

  constructor(sink: AuditSink, options: LaneOptions = {}) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Whether the last write succeeded. */
  get works(): boolean {
    return this.#works;
  }

  get full(): boolean {
    return this.#waiting.length >= MOST_WAITING;
  }

  /** Resolves when the sink has the line; rejects when a try has failed, after which it is still tried again. */
  push(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, done: (error) => (error === null ? resolve() : reject(error)) });
      this.#draining ??= this.#drain();
    });
  }

  /** Ends after what waits was written, or could not be. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    await this.#draining;
    await this.#sink.close?.();
  }

  async #drain(): Promise<void> {
    // What comes in the same turn of the event loop goes into the same group.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, LARGEST_GROUP);
      const error = await this.#write(group);
      for (const { done } of group) done(error);
      if (error === null) continue;
      this.#waiting.unshift(...group);
      if (this.#closing) break;
      await this.#pause();
    }
    this.#draining = null;
  }

  /** Keeps no process alive by itself; who closes does not wait for it. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, this.#options.retryMs ?? RETRY_MS).unref();
    });
  }

  async #write(group: readonly Waiting[]): Promise<unknown> {
    try {
      await this.#sink.write(group.map(({ line }) => line));
      this.#note(true, null);
      return null;
    } catch (error) {
      this.#note(false, error);
      return error;
    }
  }

  #note(works: boolean, error: unknown): void {
    if (works !== this.#works) this.#options.onChange?.(works, error);
    this.#works = works;
  }
}
