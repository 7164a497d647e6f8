// Time-stamps from one or several authorities, in the operator's order, within one budget of time (RFC 3161, 3.4 over HTTP).

import type { Instant } from '../asn1/values.ts';
import { encodeTimestampRequest } from '../cms/timestamp.ts';
import type { TrustList } from '../pki/trust-list.ts';
import type { DigestAlgorithm, Platform, RandomBytes } from '../platform/platform.ts';
import { TrustServiceFailed } from '../sign/errors.ts';
import type { TimestampSource } from '../sign/ports.ts';
import {
  acceptTimestamp,
  MAX_TOKEN_BYTES,
  type TimestampAcceptance,
  type TimestampQuestion,
} from './accept-timestamp.ts';
import { FetchFailed, type GuardedClient } from './guarded-fetch.ts';

export interface TimestampSourceOptions {
  /** In the order in which they are tried; never empty. */
  readonly urls: readonly string[];
  readonly client: GuardedClient;
  /** Asked for each token, so that a list that was replaced counts at once. */
  readonly trustList: () => TrustList;
  readonly clock: () => Instant;
  readonly platform: Platform;
  /** For all authorities together, in milliseconds. */
  readonly budgetMs: number;
  /** Object identifier of the policy that tokens must be under; any, when absent. */
  readonly policy?: string;
}

/** Room in bytes for a token with its chain; those of three certificates with RSA 4096 are about 7 kB. */
const EXPECTED_TOKEN_BYTES = 8_192;

// A TimeStampResp is the token and a few octets of status.
const MAX_RESPONSE_BYTES = MAX_TOKEN_BYTES + 4_096;

/**
 * A source that hands out only tokens which it has checked completely.
 *
 * `stamp` throws TrustServiceFailed: `tsa-unavailable` with the reason for each authority, `clock-untrusted` when all of them
 * answered and agree that our clock is wrong, `deadline-exceeded` when the caller gave up.
 */
export function timestampSource(options: TimestampSourceOptions): TimestampSource {
  return {
    name: options.urls.map(nameOf).join(', '),
    tokenSize: EXPECTED_TOKEN_BYTES,
    stamp: (imprint, signal) => stampInOrder(imprint, options, signal),
  };
}

interface Refusal {
  readonly name: string;
  readonly reason: string;
  readonly offsetMs: number | null;
}

async function stampInOrder(
  imprint: { algorithm: DigestAlgorithm; digest: Uint8Array },
  options: TimestampSourceOptions,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const refusals: Refusal[] = [];
  const endsAt = performance.now() + options.budgetMs;
  for (const [i, url] of options.urls.entries()) {
    // What is left is shared among those not yet tried, so that one that hangs leaves time for the next.
    const timeoutMs = Math.max(1, Math.floor((endsAt - performance.now()) / (options.urls.length - i)));
    const outcome = await askAuthority(url, imprint, options, timeoutMs, signal);
    if (outcome.accepted) return outcome.token;
    refusals.push({ name: nameOf(url), reason: outcome.reason, offsetMs: outcome.offsetMs ?? null });
    if (signal.aborted) throw new TrustServiceFailed('deadline-exceeded');
  }
  throw refusalOf(refusals);
}

async function askAuthority(
  url: string,
  imprint: { algorithm: DigestAlgorithm; digest: Uint8Array },
  { client, trustList, clock, platform, policy }: TimestampSourceOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TimestampAcceptance> {
  const nonce = randomNonce(platform.randomBytes);
  const question: TimestampQuestion = { ...imprint, nonce, policy: policy ?? null };
  const bytes = encodeTimestampRequest({ ...imprint, nonce, ...(policy === undefined ? {} : { policy }) });
  try {
    const response = await client.fetch({
      url,
      body: { contentType: 'application/timestamp-query', bytes },
      accept: 'application/timestamp-reply',
      maxBytes: MAX_RESPONSE_BYTES,
      timeoutMs,
      signal,
    });
    return await acceptTimestamp(response, question, { trustList: trustList(), now: clock(), platform });
  } catch (error) {
    if (error instanceof FetchFailed) return { accepted: false, reason: error.code };
    throw error;
  }
}

function refusalOf(refusals: readonly Refusal[]): TrustServiceFailed {
  const offsets = refusals.map(({ offsetMs }) => offsetMs).filter((offset) => offset !== null);
  const [first] = offsets;
  // One authority that deviates is refused; when all that there are deviate to the same side, it is ours that is wrong.
  if (first !== undefined && offsets.length === refusals.length && offsets.every((o) => o > 0 === first > 0))
    return new TrustServiceFailed('clock-untrusted', { offsetSeconds: Math.round(first / 1000) });
  const sources = refusals.map(({ name, reason }) => ({ name, reason }));
  return new TrustServiceFailed('tsa-unavailable', { sources });
}

function randomNonce(randomBytes: RandomBytes): bigint {
  const octets = randomBytes(8);
  return new DataView(octets.buffer, octets.byteOffset, 8).getBigUint64(0);
}

// Host alone: a URL may hold the operator's account in its path or query.
function nameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'not a URL';
}
