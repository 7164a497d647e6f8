// A bounded first-in-first-out line in front of a key: so many at work, so many waiting, the rest is refused at once.

import { SignerFailed } from '../sign/errors.ts';

export class BoundedQueue {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  /** Each starts one job. */
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  /**
   * Runs the job when its turn comes.
   * @throws SignerFailed `overloaded`; `signer-unavailable` when the signal ends the waiting before the job began
   */
  async run<T>(signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw abandoned(signal);
    if (this.#running >= this.#atOnce) await this.#turn(signal);
    else this.#running += 1;
    try {
      return await job();
    } finally {
      this.#passOn();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) throw new SignerFailed('overloaded');
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(start), 1);
        reject(abandoned(signal));
      };
      const start = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(start);
    });
  }

  /** The place of a finished job goes straight to the next one, so that nobody who comes later can slip in between. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}

/** Nothing was sent anywhere, so the same request may be tried again. */
function abandoned(signal: AbortSignal): SignerFailed {
  return new SignerFailed('signer-unavailable', {}, signal.reason);
}
