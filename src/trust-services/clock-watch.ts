// Our clock, compared with each reply of the time-stamp authorities: whoever signs with a wrong one states wrong times.

import type { Instant } from '../asn1/values.ts';

/** What the replies said last. */
export interface ClockComparison {
  /** Authority's clock minus ours, in milliseconds. */
  readonly offsetMs: number;
  /** False where all authorities agree that ours is wrong, or where it was set since the last reply. */
  readonly trusted: boolean;
}

/** More than this is worth a warning; a clock that is kept by NTP stays far below. */
export const WARNING_OFFSET_MS = 5_000;

/** Between two comparisons while our clock is not trusted. */
const RECHECK_INTERVAL_MS = 5_000;

/** Our clock moved by more than this against a time that only grows: somebody set it since the last comparison. */
const JUMP_MS = 60_000;

export class ClockWatch {
  readonly #clock: () => Instant;
  readonly #monotonicMs: () => number;
  #last: ClockComparison | null = null;
  #lead = 0;
  #recheckAt = 0;

  constructor(clock: () => Instant, monotonicMs: () => number) {
    this.#clock = clock;
    this.#monotonicMs = monotonicMs;
  }

  /** Null before the first reply. */
  get last(): ClockComparison | null {
    return this.#last;
  }

  note(comparison: ClockComparison): void {
    const now = this.#monotonicMs();
    this.#last = comparison;
    this.#lead = this.#clock() - now;
    this.#recheckAt = now + RECHECK_INTERVAL_MS;
  }

  /**
   * - `trusted`: nothing speaks against our clock
   * - `recheck`: something does, and an authority is to be asked again; handed out once for each interval
   * - `untrusted`: something does, and an authority was asked a moment ago
   */
  advise(): 'trusted' | 'recheck' | 'untrusted' {
    if (this.#last === null || (this.#last.trusted && !this.#hasJumped())) return 'trusted';
    const now = this.#monotonicMs();
    if (now < this.#recheckAt && !this.#last.trusted) return 'untrusted';
    this.#last = { ...this.#last, trusted: false };
    this.#recheckAt = now + RECHECK_INTERVAL_MS;
    return 'recheck';
  }

  #hasJumped(): boolean {
    return Math.abs(this.#clock() - this.#monotonicMs() - this.#lead) > JUMP_MS;
  }
}
