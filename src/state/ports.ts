// What replicas of the service have to know together for a short while. Nothing here outlives its window; no document, no secret.

/** `state-unavailable`: the shared state does not answer; what depends on it is refused, never done without. */
export class SharedStateUnavailable extends Error {
  readonly code = 'state-unavailable';

  constructor(reason: 'connection' | 'timeout' | 'reply' | 'full', cause?: unknown) {
    super(`state-unavailable: ${reason}`, { cause });
    this.name = 'SharedStateUnavailable';
  }
}

/** All methods of all members throw `SharedStateUnavailable`. Keys are the caller's: digests, never names or numbers of people. */
export interface SharedState {
  readonly attempts: AttemptCounters;
  readonly rates: RateCounters;
  readonly slots: IdempotencySlots;
  readonly codes: OneTimeCodes;
  /** Whether it answers now; never throws. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

/** How often a secret may be tried. */
export interface AttemptRules {
  /** Failures of one party on one subject within the window. */
  readonly perParty: number;
  /** Failures of all parties on one subject within the window; more than `perParty`, so that no single party shuts out the others. */
  readonly perSubject: number;
  readonly windowMs: number;
  /** How long to wait after the first, second … failure of a party; the last counts for all further ones. */
  readonly pausesMs: readonly number[];
  /** An attempt that nobody settled counts as failed after this. */
  readonly leaseMs: number;
}

export type Admission =
  /** The secret may be tried once; the attempt counts as failed until it is settled. */
  | { readonly kind: 'admitted'; readonly attempt: string }
  /** Others are being tried, and the limit is reached if all of them fail: ask again in a moment. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'refused'; readonly retryAfterMs: number };

/** Failures are counted before they happen: parallel tries on several replicas are never more than the rules allow. */
export interface AttemptCounters {
  admit(subject: string, party: string, rules: AttemptRules): Promise<Admission>;
  /** How long a try would be refused now, in milliseconds; 0 where it would not be. Nothing is counted. */
  refusedFor(subject: string, party: string, rules: AttemptRules): Promise<number>;
  /** @param outcome - `passed` forgets the party's failures; `unused`: the secret was not tried after all */
  settle(
    subject: string,
    attempt: string,
    outcome: 'failed' | 'passed' | 'unused',
    rules: AttemptRules,
  ): Promise<void>;
}

/** A bucket of `requests` tokens that fills again within `windowMs`. */
export interface RateRule {
  readonly requests: number;
  readonly windowMs: number;
}

export interface RateVerdict {
  readonly allowed: boolean;
  /** Tokens that are left. */
  readonly remaining: number;
  /** Until the bucket is full again. */
  readonly resetMs: number;
  /** Until as many tokens as were asked for are there; 0 where they were taken. */
  readonly retryAfterMs: number;
}

export interface RateCounters {
  /** Takes `tokens` (1 unless given), or none of them. */
  take(key: string, rule: RateRule, tokens?: number): Promise<RateVerdict>;
}

export type Claim =
  /** Nobody has done this yet: do it, then `finish` or `abandon`. */
  | { readonly kind: 'claimed'; readonly claim: string }
  | { readonly kind: 'in-flight' }
  /** The key was used for something else. */
  | { readonly kind: 'other-payload' }
  | { readonly kind: 'done'; readonly result: Uint8Array };

/** What a request with an idempotency key has brought about. */
export interface IdempotencySlots {
  /** @param leaseMs - after this an unfinished claim is free again, as its process may have ended */
  claim(key: string, fingerprint: string, leaseMs: number): Promise<Claim>;
  /** @returns false where the claim was lost, or the result is too large to be kept; then nothing is */
  finish(key: string, claim: string, result: Uint8Array, keepMs: number): Promise<boolean>;
  abandon(key: string, claim: string): Promise<void>;
  status(key: string): Promise<'unknown' | 'in-flight' | 'done'>;
  /** Nobody gets the result any more; what is not there is forgotten already. */
  forget(key: string): Promise<void>;
}

export interface CodeRules {
  readonly expiresInMs: number;
  /** Wrong codes until none is valid any more. */
  readonly tries: number;
  /** How many documents one redemption may cover. */
  readonly uses: number;
}

/** Codes that are good once. */
export interface OneTimeCodes {
  /** Keeps the digest of a code for this subject, instead of one that is there. */
  issue(subject: string, digest: string, rules: CodeRules): Promise<void>;
  /** @param uses - documents that this redemption is for. Once `accepted`, the code is gone */
  redeem(subject: string, digest: string, uses: number): Promise<'accepted' | 'wrong' | 'too-many' | 'none'>;
  /** Marks something as used, such as one time step of an authenticator. @returns false where it was before */
  useOnce(key: string, rememberMs: number): Promise<boolean>;
}
