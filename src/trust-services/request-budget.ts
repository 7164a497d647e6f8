// How often a source may be asked: public authorities ban whoever asks too often, and a ban outlasts any outage.

/** At most `requests` within any `windowMs`. */
export interface RequestRate {
  readonly requests: number;
  readonly windowMs: number;
}

/** Counts the requests to one source over a sliding window. */
export class RequestBudget {
  readonly #rate: RequestRate;
  readonly #monotonicMs: () => number;
  #spent: number[] = [];

  /** @param monotonicMs - milliseconds that only grow, whatever happens to the clock */
  constructor(rate: RequestRate, monotonicMs: () => number) {
    this.#rate = rate;
    this.#monotonicMs = monotonicMs;
  }

  get isSpent(): boolean {
    const now = this.#monotonicMs();
    this.#spent = this.#spent.filter((at) => at > now - this.#rate.windowMs);
    return this.#spent.length >= this.#rate.requests;
  }

  /** @returns whether one more request may be sent; then it is counted */
  take(): boolean {
    if (this.isSpent) return false;
    this.#spent.push(this.#monotonicMs());
    return true;
  }
}
