// Time-stamps from one or several authorities, in the operator's order, within one budget of time.

import { TrustServiceFailed } from '../sign/errors.ts';
import type { TimestampSource } from '../sign/ports.ts';
import type { TimestampAcceptance } from './accept-timestamp.ts';
import { type ClockComparison, ClockWatch, WARNING_OFFSET_MS } from './clock-watch.ts';
import type { RequestRate } from './request-budget.ts';
import {
  type Imprint,
  TimestampAuthority,
  type TimestampAuthorityOptions,
  type TimestampRefusal,
} from './timestamp-authority.ts';

export interface TimestampSourceOptions extends TimestampAuthorityOptions {
  /** In the order in which they are tried; never empty. */
  readonly urls: readonly string[];
  /** For all authorities together, in milliseconds. */
  readonly budgetMs: number;
  /** How often each authority may be asked, by its place in `urls`; absent or null: as often as there is something to stamp. */
  readonly rates?: readonly (RequestRate | null)[];
  /** Milliseconds that only grow; the runtime's unless told otherwise. */
  readonly monotonicMs?: () => number;
  /** Told when our clock begins to differ by more than 5 seconds from an authority's. */
  readonly onClockOffset?: (comparison: ClockComparison) => void;
  /** Told what came of each question; the reason is null for a token, `place` the authority's among `urls`. */
  readonly onAnswer?: (place: number, reason: string | null) => void;
}

/** The authorities with what is remembered about them. */
export interface TimestampService extends TimestampSource {
  /** What the replies said last about our clock; null before the first one. */
  clockComparison(): ClockComparison | null;
  requireTrustedClock(signal: AbortSignal): Promise<void>;
  /** For each authority in its order why it is not in use: a stable word; null where it is. */
  troubles(): readonly ('circuit-open' | 'budget-spent' | null)[];
}

/** Room in bytes for a token with its chain; those of three certificates with RSA 4096 are about 7 kB. */
const EXPECTED_TOKEN_BYTES = 8_192;

/**
 * A source that hands out only tokens which it has checked completely.
 *
 * `stamp` throws TrustServiceFailed: `tsa-unavailable` with the reason for each authority, `clock-untrusted` when all of them
 * answered and agree that our clock is wrong, `deadline-exceeded` when the caller gave up.
 */
export function timestampSource(options: TimestampSourceOptions): TimestampService {
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const authorities = options.urls.map((url, place) => {
    const onAnswer = (reason: string | null): void => options.onAnswer?.(place, reason);
    return new TimestampAuthority(url, options.rates?.[place] ?? null, monotonicMs, { ...options, onAnswer });
  });
  const watch = new ClockWatch(options.clock, monotonicMs);
  const stamp = (imprint: Imprint, signal: AbortSignal): Promise<Uint8Array> =>
    stampInOrder(imprint, authorities, watch, options, signal);
  return {
    name: authorities.map(({ name }) => name).join(', '),
    get tokenSize() {
      return Math.max(...authorities.map(({ largestToken }) => largestToken ?? EXPECTED_TOKEN_BYTES));
    },
    stamp,
    clockComparison: () => watch.last,
    requireTrustedClock: async (signal) => {
      const advice = watch.advise();
      if (advice === 'recheck') await stamp(anyImprint(options), signal);
      else if (advice === 'untrusted') throw clockUntrusted(watch.last?.offsetMs ?? 0);
    },
    troubles: () => authorities.map(({ trouble }) => trouble),
  };
}

async function stampInOrder(
  imprint: Imprint,
  authorities: readonly TimestampAuthority[],
  watch: ClockWatch,
  options: TimestampSourceOptions,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const refusals = new Map<TimestampAuthority, TimestampRefusal>();
  for await (const [authority, outcome] of askInOrder(imprint, authorities, options.budgetMs, signal)) {
    if (outcome.accepted) {
      noteClock({ offsetMs: outcome.offsetMs, trusted: true }, watch, options);
      return outcome.token;
    }
    if (signal.aborted) throw new TrustServiceFailed('deadline-exceeded');
    const { reason, offsetMs = null } = outcome;
    refusals.set(authority, { name: authority.name, reason, offsetMs });
  }
  if (signal.aborted) throw new TrustServiceFailed('deadline-exceeded');
  const inOrder = authorities.map((authority) => refusals.get(authority) ?? authority.standingRefusal());
  const offsetMs = agreedOffset(inOrder);
  if (offsetMs === null) {
    const sources = inOrder.map(({ name, reason }) => ({ name, reason }));
    throw new TrustServiceFailed('tsa-unavailable', { sources });
  }
  noteClock({ offsetMs, trusted: false }, watch, options);
  throw clockUntrusted(offsetMs);
}

/**
 * The answers as they come: those in use one after the other; one that was left alone and is due is tried beside them, so
 * that nobody waits for it unless all others fail.
 */
async function* askInOrder(
  imprint: Imprint,
  authorities: readonly TimestampAuthority[],
  budgetMs: number,
  signal: AbortSignal,
): AsyncGenerator<readonly [TimestampAuthority, TimestampAcceptance]> {
  const endsAt = performance.now() + budgetMs;
  const advised = authorities.map((authority) => [authority, authority.advise()] as const);
  const probes = advised
    .filter(([, advice]) => advice === 'probe')
    .map(([authority]) => [authority, settled(authority.ask(imprint, budgetMs, NEVER))] as const);
  const inUse = advised.filter(([, advice]) => advice === 'ask').map(([authority]) => authority);
  for (const [i, authority] of inUse.entries()) {
    // What is left is shared among those not yet tried, so that one that hangs leaves time for the next.
    const timeoutMs = Math.max(1, Math.floor((endsAt - performance.now()) / (inUse.length - i)));
    yield [authority, await authority.ask(imprint, timeoutMs, signal)];
  }
  for (const [authority, probe] of probes) yield [authority, await outcomeOf(probe, signal)];
}

// A probe serves everybody who comes later; one caller who gives up does not end it.
const NEVER = new AbortController().signal;

type Settled = { readonly outcome: TimestampAcceptance } | { readonly error: unknown };

/** A probe may fail unexpectedly while nobody waits for it; whoever does wait is told. */
function settled(asking: Promise<TimestampAcceptance>): Promise<Settled> {
  return asking.then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({ error }),
  );
}

/** The outcome of a probe, or of giving up on it. */
async function outcomeOf(probe: Promise<Settled>, signal: AbortSignal): Promise<TimestampAcceptance> {
  const given = await new Promise<Settled>((resolve) => {
    const giveUp = (): void => resolve({ outcome: { accepted: false, reason: 'aborted' } });
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void probe.then(resolve).finally(() => signal.removeEventListener('abort', giveUp));
  });
  if ('error' in given) throw given.error;
  return given.outcome;
}

/** One authority that deviates is refused; where all that there are deviate to the same side, it is ours that is wrong. */
function agreedOffset(refusals: readonly TimestampRefusal[]): number | null {
  const offsets = refusals.flatMap(({ offsetMs }) => (offsetMs === null ? [] : [offsetMs]));
  const [first] = offsets;
  if (first === undefined || offsets.length < refusals.length) return null;
  return offsets.every((offset) => offset > 0 === first > 0) ? first : null;
}

function clockUntrusted(offsetMs: number): TrustServiceFailed {
  return new TrustServiceFailed('clock-untrusted', { offsetSeconds: Math.round(offsetMs / 1000) });
}

function noteClock(
  comparison: ClockComparison,
  watch: ClockWatch,
  { onClockOffset }: TimestampSourceOptions,
): void {
  const before = watch.last;
  watch.note(comparison);
  const known = before !== null && isWorthAWarning(before) && before.trusted === comparison.trusted;
  if (isWorthAWarning(comparison) && !known) onClockOffset?.(comparison);
}

function isWorthAWarning({ offsetMs }: ClockComparison): boolean {
  return Math.abs(offsetMs) > WARNING_OFFSET_MS;
}

/** Something to stamp where only the time in the token matters. */
function anyImprint({ platform }: TimestampSourceOptions): Imprint {
  return { algorithm: 'sha256', digest: platform.randomBytes(32) };
}
