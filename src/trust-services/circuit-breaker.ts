// A source that keeps failing is left alone, and tried again with single requests until it answers.

/** Failures within the window that make a source one to be left alone. */
export const OPENS_AFTER = 5;
export const FAILURE_WINDOW_MS = 30_000;

/** Between the tries of a source that is left alone; with one exchange it is back in use within ten seconds. */
export const PROBE_INTERVAL_MS = 5_000;

/**
 * - `ask`: the source is in use
 * - `probe`: it failed, and is due for one try; whoever asks takes it, the next one is told `leave`
 * - `leave`: it failed and is not due
 */
export type Advice = 'ask' | 'probe' | 'leave';

export interface CircuitBreakerOptions {
  /** Milliseconds that only grow, whatever happens to the clock. */
  readonly monotonicMs: () => number;
  /** Between two probes, in milliseconds. */
  readonly probeIntervalMs?: number;
}

/** The memory about one source: it lives as long as the source is configured. */
export class CircuitBreaker {
  readonly #monotonicMs: () => number;
  readonly #probeIntervalMs: number;
  #failures: number[] = [];
  /** When the next try is due; null while the source is in use. */
  #probeAt: number | null = null;

  constructor({ monotonicMs, probeIntervalMs = PROBE_INTERVAL_MS }: CircuitBreakerOptions) {
    this.#monotonicMs = monotonicMs;
    this.#probeIntervalMs = probeIntervalMs;
  }

  get isOpen(): boolean {
    return this.#probeAt !== null;
  }

  /** What to do now; `probe` is handed out once for each interval. */
  advise(): Advice {
    if (this.#probeAt === null) return 'ask';
    const now = this.#monotonicMs();
    if (now < this.#probeAt) return 'leave';
    this.#probeAt = now + this.#probeIntervalMs;
    return 'probe';
  }

  succeeded(): void {
    this.#failures = [];
    this.#probeAt = null;
  }

  failed(): void {
    const now = this.#monotonicMs();
    this.#failures = [...this.#failures.filter((at) => at > now - FAILURE_WINDOW_MS), now].slice(
      -OPENS_AFTER,
    );
    if (this.isOpen || this.#failures.length >= OPENS_AFTER) this.#probeAt = now + this.#probeIntervalMs;
  }
}

export interface CircuitBreakers {
  /** The breaker of the source of this name, a new one where none is remembered. */
  of(name: string): CircuitBreaker;
  /** Names of the sources that are left alone. */
  open(): readonly string[];
}

// Far more than there are authorities in one country; certificates can name hosts, but not fill the memory with them.
const MOST_REMEMBERED = 256;

/** Breakers for sources that are not known beforehand; the one that was asked for longest ago is forgotten first. */
export function circuitBreakers(monotonicMs: () => number): CircuitBreakers {
  const breakers = new Map<string, CircuitBreaker>();
  return {
    of: (name) => {
      const breaker = breakers.get(name) ?? new CircuitBreaker({ monotonicMs });
      breakers.delete(name);
      breakers.set(name, breaker);
      const [oldest] = breakers.keys();
      if (breakers.size > MOST_REMEMBERED && oldest !== undefined) breakers.delete(oldest);
      return breaker;
    },
    open: () => [...breakers].flatMap(([name, breaker]) => (breaker.isOpen ? [name] : [])),
  };
}
