// What stands in the way of a signature, and what is only worth knowing, gathered: the first refusal does not hide the second.

import { MalformedPdf } from '../pdf/errors.ts';
import { SignerFailed, SigningFailed, SigningRefused, TrustServiceFailed } from './errors.ts';
import { refusalOf } from './refusal.ts';

type Values = Readonly<Record<string, unknown>>;

/** A code of the errors of signing, with their values. */
export interface Blocker {
  readonly code: string;
  readonly values: Values;
}

/**
 * - `active-content` { kinds }, `not-searched`: an object cannot be read, something may be hidden there
 * - `repaired`: the file is damaged, and signed with new cross-references; `trailing-bytes`: something follows its end
 * - `linearization-lost`: it no longer shows its first page before all of it is there
 * - `covers` { kinds }: what the visible signature hides; `not-in-structure`: screen readers meet it only as a form field
 * - `certificate-ends-soon` { notAfter }
 * - `browsers-cannot-check`: viewers in browsers show the page and not the signature; `ed25519-little-supported`
 * - `evidence-after-no-changes`: some viewers take the evidence of B-LT for a change that the certification forbids
 * - `services-not-asked`: whether time-stamps and revocation data come is only known with a probe
 */
export type NoteCode =
  | 'active-content'
  | 'not-searched'
  | 'repaired'
  | 'trailing-bytes'
  | 'linearization-lost'
  | 'covers'
  | 'not-in-structure'
  | 'certificate-ends-soon'
  | 'browsers-cannot-check'
  | 'ed25519-little-supported'
  | 'evidence-after-no-changes'
  | 'services-not-asked';

export interface Note {
  readonly code: NoteCode;
  readonly values: Values;
}

type Refusal = MalformedPdf | SigningRefused | SigningFailed | SignerFailed | TrustServiceFailed;

export class Blockers {
  readonly #found = new Map<string, Blocker>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get all(): readonly Blocker[] {
    return [...this.#found.values()];
  }

  add({ code, values }: Blocker): void {
    const key = `${code} ${JSON.stringify(values)}`;
    if (!this.#found.has(key)) this.#found.set(key, { code, values });
  }

  /**
   * The result of a step, null where it is refused; then the refusal is among the blockers.
   * @throws TrustServiceFailed `deadline-exceeded` once the caller has given up; whatever is no refusal
   */
  async attempt<T>(step: () => T | Promise<T>): Promise<T | null> {
    try {
      this.#signal.throwIfAborted();
      return await step();
    } catch (thrown) {
      const error = refusalOf(thrown, this.#signal);
      if (!isRefusal(error) || error.code === 'deadline-exceeded') throw error;
      this.add(error);
      return null;
    }
  }
}

function isRefusal(error: unknown): error is Refusal {
  return (
    error instanceof MalformedPdf ||
    error instanceof SigningRefused ||
    error instanceof SigningFailed ||
    error instanceof SignerFailed ||
    error instanceof TrustServiceFailed
  );
}
