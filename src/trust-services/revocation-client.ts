// OCSP responses and CRLs from the addresses that a certificate names: OCSP first, the list where that does not decide.

import { hex, type Instant } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { OcspResponse } from '../pki/ocsp.ts';
import type { RevocationFinding } from '../pki/revocation.ts';
import type { Platform } from '../platform/platform.ts';
import type { RevocationSource } from '../sign/ports.ts';
import type { FetchedRevocation, Receipt, RevocationFetcher } from '../verify/ports.ts';
import { type CircuitBreaker, type CircuitBreakers, circuitBreakers } from './circuit-breaker.ts';
import type { FetchFailureCode } from './guarded-fetch.ts';
import { type RevocationAnswer, revocationCache } from './revocation-cache.ts';
import { type ExchangeOptions, exchange, type Kind, type Lookup } from './revocation-exchange.ts';

export interface RevocationClientOptions extends ExchangeOptions {
  /** Most bytes of answers kept in memory. */
  readonly cacheBytes?: number;
  /** Milliseconds that only grow; the runtime's unless told otherwise. */
  readonly monotonicMs?: () => number;
  /** Told of each answer that was asked for over the network; the reason is null where it decides. */
  readonly onAnswer?: (kind: Kind, reason: string | null) => void;
}

/** The fetcher with what is remembered about the services that it asks. */
export type RevocationService = RevocationSource &
  RevocationFetcher & {
    /** How many services of each kind are left alone because they keep failing. */
    openCircuits(): Readonly<Record<Kind, number>>;
  };

// Certificates name one address, sometimes a second one in reserve; more would only make us somebody's tool.
const MOST_URLS = 2;

const CACHE_BYTES = 64 * 1024 * 1024;

// What says that the service at an address does not work; other reasons concern one certificate or one request of ours.
const OUTAGES: ReadonlySet<string> = new Set([
  'name-not-found',
  'connection-failed',
  'tls-untrusted',
  'timeout',
  'redirected',
  'http-status',
  'encoding-refused',
  'content-type-wrong',
  'too-large',
  'malformed',
  'try-later',
  'internal-error',
  'evidence-signature-invalid',
] satisfies (FetchFailureCode | 'malformed' | OcspResponse['status'] | RevocationFinding)[]);

/**
 * A fetcher that keeps verified answers, asks each address once at a time, however many wait for it, and leaves a service
 * alone that keeps failing.
 *
 * What it returns is unchecked for its callers all the same: they judge it for a time that only they know.
 */
export function revocationClient(options: RevocationClientOptions): RevocationService {
  const { clock, monotonicMs = () => performance.now() } = options;
  const cache = revocationCache(options.cacheBytes ?? CACHE_BYTES);
  const flights = new Map<string, Promise<RevocationAnswer>>();
  const breakers = circuitBreakers(monotonicMs);
  // Not tied to one caller's signal: others may be waiting for the same answer.
  const send = (lookup: Lookup, breaker: CircuitBreaker): Promise<RevocationAnswer> => {
    const flight = exchange(lookup, options)
      .then(({ answer, keepUntil }) => {
        options.onAnswer?.(lookup.kind, answer.reason);
        if (answer.reason !== null && OUTAGES.has(answer.reason)) breaker.failed();
        else breaker.succeeded();
        if (keepUntil !== null) cache.keep(lookup.key, answer, keepUntil);
        return answer;
      })
      .finally(() => flights.delete(lookup.key));
    flights.set(lookup.key, flight);
    return flight;
  };
  const ask: Ask = async (lookup, { signal, since, another }) => {
    const now = clock();
    if (signal.aborted) return received(nothing('aborted', now), 'network');
    const kept = cache.find(lookup.key, now);
    if (kept !== null && !isOlder(kept, since)) return received(kept, 'cache');
    // By kind too: a responder that is down says nothing about the lists that the same host serves.
    const breaker = breakers.of(`${lookup.kind} ${hostOf(lookup.url)}`);
    const under = flights.get(lookup.key);
    const advice = under === undefined ? breaker.advise() : 'ask';
    if (advice === 'leave') return received(nothing('circuit-open', now), 'network');
    const flight = under ?? send(lookup, breaker);
    if (advice === 'ask' || !another)
      return received(await untilAborted(flight, signal, nothing('aborted', now)), 'network');
    // A service that kept failing is tried again beside the next one, so that nobody waits for it.
    flight.catch(() => undefined);
    return received(nothing('circuit-open', now), 'network');
  };
  return {
    fetch: (certificate, issuer, signal, since?: Instant) =>
      fetchInOrder({ certificate, issuer }, ask, options, signal, since),
    openCircuits: () => ({ ocsp: openOf(breakers, 'ocsp'), crl: openOf(breakers, 'crl') }),
  };
}

function openOf(breakers: CircuitBreakers, kind: Kind): number {
  return breakers.open().filter((name) => name.startsWith(`${kind} `)).length;
}

interface Asking {
  readonly signal: AbortSignal;
  /** What is kept must not be older. */
  readonly since: Instant | undefined;
  /** Whether there is another address that may answer. */
  readonly another: boolean;
}

interface ReceivedAnswer extends RevocationAnswer {
  readonly receipt: Receipt;
}

type Ask = (lookup: Lookup, asking: Asking) => Promise<ReceivedAnswer>;

function received(answer: RevocationAnswer, origin: Receipt['origin']): ReceivedAnswer {
  return { ...answer, receipt: { origin, fetchedAt: answer.fetchedAt } };
}

function nothing(reason: 'aborted' | 'circuit-open', now: Instant): RevocationAnswer {
  return { item: null, reason, fetchedAt: now, thisUpdate: null };
}

// These times have whole seconds.
function isOlder({ thisUpdate }: RevocationAnswer, since: Instant | undefined): boolean {
  return since !== undefined && thisUpdate !== null && thisUpdate < Math.floor(since / 1000) * 1000;
}

async function fetchInOrder(
  subject: Pick<Lookup, 'certificate' | 'issuer'>,
  ask: Ask,
  { platform }: RevocationClientOptions,
  signal: AbortSignal,
  since: Instant | undefined,
): Promise<FetchedRevocation> {
  const found: Record<Kind, Uint8Array | null> = { ocsp: null, crl: null };
  const receipts: Partial<Record<Kind, Receipt>> = {};
  const failures: { kind: Kind; reason: string }[] = [];
  const lookups = lookupsFor(subject, platform);
  for (const [i, lookup] of lookups.entries()) {
    const another = i + 1 < lookups.length;
    const { item, reason, receipt } = await ask(lookup, { signal, since, another });
    if (item !== null) {
      found[lookup.kind] = item;
      receipts[lookup.kind] = receipt;
    }
    if (reason === null) break;
    failures.push({ kind: lookup.kind, reason });
  }
  if (found.ocsp === null && found.crl === null && failures.length === 0)
    failures.push({ kind: 'ocsp', reason: 'no-url' }, { kind: 'crl', reason: 'no-url' });
  return { ...found, failures, receipts };
}

function lookupsFor(
  { certificate, issuer }: { certificate: Certificate; issuer: Certificate },
  { digests }: Platform,
): Lookup[] {
  const issuerKey = hex(digests.of('sha256', issuer.publicKeyInfo));
  const lookup = (kind: Kind, url: string): Lookup => {
    const subject = kind === 'ocsp' ? hex(certificate.serialNumber) : '';
    return { certificate, issuer, kind, url, key: [kind, issuerKey, subject, url].join(' ') };
  };
  return [
    ...webAddresses(certificate.ocspUrls).map((url) => lookup('ocsp', url)),
    ...webAddresses(certificate.crlUrls).map((url) => lookup('crl', url)),
  ];
}

// What is no URL is refused when it is fetched.
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}

// Directories (ldap) are named too; they are no failure, they are just not for us.
function webAddresses(urls: readonly string[]): readonly string[] {
  return urls.filter((url) => /^https?:/i.test(url)).slice(0, MOST_URLS);
}

/** Ends the waiting, not what is under way. */
function untilAborted(
  answer: Promise<RevocationAnswer>,
  signal: AbortSignal,
  otherwise: RevocationAnswer,
): Promise<RevocationAnswer> {
  return new Promise((resolve, reject) => {
    const giveUp = () => resolve(otherwise);
    signal.addEventListener('abort', giveUp, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
