// Since when something is known to have existed (EN 319 102-1, 5.6.2.3): a document time-stamp proves all that it covers.

import type { Instant } from '../asn1/values.ts';
import type { EvidencePool } from './evidence.ts';

/** A document time-stamp that was accepted: what its revision holds below its own value existed at `genTime`. */
export interface ProvingStamp {
  /** Index of the revision that its range ends with. */
  readonly revision: number;
  readonly genTime: Instant;
}

/** Proofs for the evidence of one document. What came from outside, or no time-stamp covers, exists now. */
export class ProofsOfExistence {
  readonly #pool: EvidencePool;
  readonly #now: Instant;
  readonly #stamps: readonly ProvingStamp[];

  constructor(pool: EvidencePool, now: Instant, stamps: readonly ProvingStamp[] = []) {
    this.#pool = pool;
    this.#now = now;
    this.#stamps = stamps;
  }

  /** The same with one proof more. */
  with(stamp: ProvingStamp): ProofsOfExistence {
    return new ProofsOfExistence(this.#pool, this.#now, [...this.#stamps, stamp]);
  }

  /** The earliest proof of a certificate or an item of revocation data, DER. */
  of(item: Uint8Array): Instant {
    if (this.#stamps.length === 0) return this.#now;
    const since = this.#pool.embeddedSince(item);
    return since === null ? this.#now : this.coveredFrom(since);
  }

  /** The earliest proof of what stands in a revision, the values of its signatures not counted. */
  coveredFrom(revision: number): Instant {
    const times = this.#stamps.filter((stamp) => stamp.revision >= revision).map(({ genTime }) => genTime);
    return Math.min(this.#now, ...times);
  }
}
