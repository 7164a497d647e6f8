// One time-stamp authority (RFC 3161, 3.4 over HTTP) and what is remembered about it: failures, budget, size of its tokens.

import type { Instant } from '../asn1/values.ts';
import { encodeTimestampRequest } from '../cms/timestamp.ts';
import type { TrustList } from '../pki/trust-list.ts';
import type { DigestAlgorithm, Platform, RandomBytes } from '../platform/platform.ts';
import {
  acceptTimestamp,
  MAX_TOKEN_BYTES,
  type TimestampAcceptance,
  type TimestampQuestion,
} from './accept-timestamp.ts';
import { type Advice, CircuitBreaker, PROBE_INTERVAL_MS } from './circuit-breaker.ts';
import { FetchFailed, type GuardedClient } from './guarded-fetch.ts';
import { RequestBudget, type RequestRate } from './request-budget.ts';

export interface TimestampAuthorityOptions {
  readonly client: GuardedClient;
  /** Asked for each token, so that a list that was replaced counts at once. */
  readonly trustList: () => TrustList;
  readonly clock: () => Instant;
  readonly platform: Platform;
  /** Object identifier of the policy that tokens must be under; any, when absent. */
  readonly policy?: string;
}

export interface TimestampAuthorityObserver {
  /** Told what came of each question; null for a token. */
  readonly onAnswer?: (reason: string | null) => void;
}

export type Imprint = { readonly algorithm: DigestAlgorithm; readonly digest: Uint8Array };

/** Why an authority gave no token. */
export interface TimestampRefusal {
  readonly name: string;
  /** A stable word, with details after a blank. */
  readonly reason: string;
  /** Its clock minus ours, where that is the reason. */
  readonly offsetMs: number | null;
}

// A TimeStampResp is the token and a few octets of status.
const MAX_RESPONSE_BYTES = MAX_TOKEN_BYTES + 4_096;

export class TimestampAuthority {
  /** Host alone: a URL may hold the operator's account in its path or query. */
  readonly name: string;
  readonly #url: string;
  readonly #options: TimestampAuthorityOptions & TimestampAuthorityObserver;
  readonly #breaker: CircuitBreaker;
  readonly #budget: RequestBudget | null;
  #largestToken: number | null = null;
  #last: TimestampRefusal;

  /** @param rate - null where the operator knows of no limit */
  constructor(
    url: string,
    rate: RequestRate | null,
    monotonicMs: () => number,
    options: TimestampAuthorityOptions & TimestampAuthorityObserver,
  ) {
    this.name = nameOf(url);
    this.#url = url;
    this.#options = options;
    this.#budget = rate === null ? null : new RequestBudget(rate, monotonicMs);
    // Probes alone must not use up what the authority allows.
    const sustained = rate === null ? 0 : rate.windowMs / rate.requests;
    const probeIntervalMs = Math.max(PROBE_INTERVAL_MS, sustained);
    this.#breaker = new CircuitBreaker({ monotonicMs, probeIntervalMs });
    this.#last = { name: this.name, reason: 'not-asked', offsetMs: null };
  }

  /** In bytes, of the tokens it has given; null before the first. */
  get largestToken(): number | null {
    return this.#largestToken;
  }

  /** Why it is not in use at this moment; null where it is. */
  get trouble(): 'circuit-open' | 'budget-spent' | null {
    if (this.#breaker.isOpen) return 'circuit-open';
    return this.#budget?.isSpent === true ? 'budget-spent' : null;
  }

  /** What it counts as having said where it is left alone: its last failure, its clock included. */
  standingRefusal(): TimestampRefusal {
    const { name, reason, offsetMs } = this.#last;
    return this.#breaker.isOpen
      ? { name, reason: `circuit-open ${reason}`, offsetMs }
      : { name, reason: 'budget-spent', offsetMs: null };
  }

  /** What to do with it for one request; a `probe` must then be asked. */
  advise(): Advice {
    return this.#budget?.isSpent === true ? 'leave' : this.#breaker.advise();
  }

  /**
   * Asks once for a token and checks it completely.
   * @param timeoutMs - for the exchange
   */
  async ask(imprint: Imprint, timeoutMs: number, signal: AbortSignal): Promise<TimestampAcceptance> {
    if (this.#budget?.take() === false) return { accepted: false, reason: 'budget-spent' };
    const outcome = await this.#exchange(imprint, timeoutMs, signal);
    this.#options.onAnswer?.(outcome.accepted ? null : outcome.reason);
    if (outcome.accepted) {
      this.#breaker.succeeded();
      this.#largestToken = Math.max(this.#largestToken ?? 0, outcome.token.length);
    } else if (!signal.aborted) {
      // A caller who gave up says nothing about the authority.
      this.#last = { name: this.name, reason: outcome.reason, offsetMs: outcome.offsetMs ?? null };
      this.#breaker.failed();
    }
    return outcome;
  }

  async #exchange(imprint: Imprint, timeoutMs: number, signal: AbortSignal): Promise<TimestampAcceptance> {
    const { client, trustList, clock, platform, policy } = this.#options;
    const nonce = randomNonce(platform.randomBytes);
    const question: TimestampQuestion = { ...imprint, nonce, policy: policy ?? null };
    const bytes = encodeTimestampRequest({ ...imprint, nonce, ...(policy === undefined ? {} : { policy }) });
    const askedAt = clock();
    try {
      const response = await client.fetch({
        url: this.#url,
        body: { contentType: 'application/timestamp-query', bytes },
        accept: 'application/timestamp-reply',
        maxBytes: MAX_RESPONSE_BYTES,
        timeoutMs,
        signal,
      });
      const context = { trustList: trustList(), askedAt, now: clock(), platform };
      return await acceptTimestamp(response, question, context);
    } catch (error) {
      if (error instanceof FetchFailed) return { accepted: false, reason: error.code };
      throw error;
    }
  }
}

function randomNonce(randomBytes: RandomBytes): bigint {
  const octets = randomBytes(8);
  return new DataView(octets.buffer, octets.byteOffset, 8).getBigUint64(0);
}

function nameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'not a URL';
}
