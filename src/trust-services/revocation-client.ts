// OCSP responses and CRLs from the addresses that a certificate names: OCSP first, the list where that does not decide.

import { MalformedAsn1 } from '../asn1/element.ts';
import { hex, type Instant } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import { parseCrl } from '../pki/crl.ts';
import { withGatheredArithmetic } from '../pki/gathered-arithmetic.ts';
import { encodeOcspRequest, parseOcspResponse } from '../pki/ocsp.ts';
import { checkRevocation, type RevocationOutcome, type RevocationQuestion } from '../pki/revocation.ts';
import type { Platform } from '../platform/platform.ts';
import type { FetchedRevocation, Receipt, RevocationFetcher } from '../verify/ports.ts';
import { FetchFailed, type GuardedClient, type GuardedRequest } from './guarded-fetch.ts';
import { type RevocationAnswer, type RevocationCache, revocationCache } from './revocation-cache.ts';

export interface RevocationClientOptions {
  readonly client: GuardedClient;
  readonly platform: Platform;
  readonly clock: () => Instant;
  /** For each exchange, in milliseconds. */
  readonly timeoutMs?: number;
  /** Most bytes of answers kept in memory. */
  readonly cacheBytes?: number;
}

type Kind = 'ocsp' | 'crl';

const MAX_BYTES: Readonly<Record<Kind, number>> = { ocsp: 64 * 1024, crl: 10 * 1024 * 1024 };

// An answer is kept until its nextUpdate; without one for the first time, and never longer than the second.
const KEEP_MS: Readonly<Record<Kind, { readonly withoutEnd: number; readonly most: number }>> = {
  ocsp: { withoutEnd: 60_000, most: 180_000 },
  crl: { withoutEnd: 600_000, most: 10_800_000 },
};
const KEEP_FAILURE_MS = 30_000;

// Certificates name one address, sometimes a second one in reserve; more would only make us somebody's tool.
const MOST_URLS = 2;

const TIMEOUT_MS = 5_000;
const CACHE_BYTES = 64 * 1024 * 1024;

// Rightly signed and about this certificate, even though it does not decide now; it may for another time.
const GENUINE: ReadonlySet<string> = new Set(['stale', 'reasons-not-covered', 'ocsp-status-unknown']);

/** A list of another signer can only be judged by those who know the whole path; it is handed on, but not kept. */
const NOT_FOR_US = 'crl-signer-not-authorised';

/**
 * A fetcher that keeps verified answers and asks each address once at a time, however many wait for it.
 *
 * What it returns is unchecked for its callers all the same: they judge it for a time that only they know.
 */
export function revocationClient(options: RevocationClientOptions): RevocationFetcher {
  const cache = revocationCache(options.cacheBytes ?? CACHE_BYTES);
  const flights = new Map<string, Promise<RevocationAnswer>>();
  const ask: Ask = async (lookup, signal) => {
    const now = options.clock();
    if (signal.aborted) return received(aborted(now), 'network');
    const kept = cache.find(lookup.key, now);
    if (kept !== null) return received(kept, 'cache');
    // Not tied to one caller's signal: others may be waiting for the same answer.
    const flight =
      flights.get(lookup.key) ?? askAndKeep(lookup, cache, options).finally(() => flights.delete(lookup.key));
    flights.set(lookup.key, flight);
    return received(await untilAborted(flight, signal, aborted(now)), 'network');
  };
  return {
    fetch: (certificate, issuer, signal) => fetchInOrder({ certificate, issuer }, ask, options, signal),
  };
}

interface Subject {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

/** One address to ask about one certificate. */
interface Lookup extends Subject {
  readonly kind: Kind;
  readonly url: string;
  readonly key: string;
}

interface ReceivedAnswer extends RevocationAnswer {
  readonly receipt: Receipt;
}

type Ask = (lookup: Lookup, signal: AbortSignal) => Promise<ReceivedAnswer>;

function received(answer: RevocationAnswer, origin: Receipt['origin']): ReceivedAnswer {
  return { ...answer, receipt: { origin, fetchedAt: answer.fetchedAt } };
}

function aborted(now: Instant): RevocationAnswer {
  return { item: null, reason: 'aborted', fetchedAt: now };
}

async function fetchInOrder(
  subject: Subject,
  ask: Ask,
  { platform }: RevocationClientOptions,
  signal: AbortSignal,
): Promise<FetchedRevocation> {
  const found: Record<Kind, Uint8Array | null> = { ocsp: null, crl: null };
  const receipts: Partial<Record<Kind, Receipt>> = {};
  const failures: { kind: Kind; reason: string }[] = [];
  for (const lookup of lookupsFor(subject, platform)) {
    const { item, reason, receipt } = await ask(lookup, signal);
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

function lookupsFor({ certificate, issuer }: Subject, { digests }: Platform): Lookup[] {
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

// Directories (ldap) are named too; they are no failure, they are just not for us.
function webAddresses(urls: readonly string[]): readonly string[] {
  return urls.filter((url) => /^https?:/i.test(url)).slice(0, MOST_URLS);
}

async function askAndKeep(
  lookup: Lookup,
  cache: RevocationCache,
  options: RevocationClientOptions,
): Promise<RevocationAnswer> {
  try {
    const item = await options.client.fetch(requestFor(lookup, options));
    const evidence = readEvidence(lookup.kind, item);
    if ('refusal' in evidence) return keepFailure(evidence.refusal, lookup, cache, options);
    const outcome = await judge(evidence, lookup, options);
    const now = options.clock();
    if (outcome.status !== 'unknown') {
      const answer: RevocationAnswer = { item, reason: null, fetchedAt: now };
      cache.keep(lookup.key, answer, keptUntil(lookup.kind, outcome, now));
      return answer;
    }
    const [reason = 'undecided'] = outcome.findings;
    if (reason === NOT_FOR_US) return { item, reason, fetchedAt: now };
    return keepFailure(reason, lookup, cache, options, GENUINE.has(reason) ? item : null);
  } catch (error) {
    if (error instanceof FetchFailed) return keepFailure(error.code, lookup, cache, options);
    throw error;
  }
}

// An address that fails is left alone for a while, so that it cannot slow down every verification.
function keepFailure(
  reason: string,
  lookup: Lookup,
  cache: RevocationCache,
  { clock }: RevocationClientOptions,
  item: Uint8Array | null = null,
): RevocationAnswer {
  const now = clock();
  const answer: RevocationAnswer = { item, reason, fetchedAt: now };
  cache.keep(lookup.key, answer, now + KEEP_FAILURE_MS);
  return answer;
}

/** As of now: only to know whether the next address is to be asked, and what may be kept. */
function judge(
  evidence: Evidence,
  { certificate, issuer }: Lookup,
  { clock, platform }: RevocationClientOptions,
): Promise<RevocationOutcome> {
  const now = clock();
  const about = { certificate, issuer, time: now, now, pool: [issuer], digests: platform.digests };
  return withGatheredArithmetic(platform.arithmetic, (verified) =>
    checkRevocation({ ...evidence, ...about, verified }),
  );
}

function requestFor(
  { kind, url, certificate, issuer }: Lookup,
  { platform, timeoutMs = TIMEOUT_MS }: RevocationClientOptions,
): GuardedRequest {
  const signal = new AbortController().signal;
  const common = { url, maxBytes: MAX_BYTES[kind], timeoutMs, signal };
  if (kind === 'crl') return common;
  const bytes = encodeOcspRequest({ certificate, issuer, digests: platform.digests });
  return {
    ...common,
    body: { contentType: 'application/ocsp-request', bytes },
    accept: 'application/ocsp-response',
  };
}

type Evidence = Pick<RevocationQuestion, 'crls' | 'ocsps'>;

function readEvidence(kind: Kind, item: Uint8Array): Evidence | { readonly refusal: string } {
  try {
    if (kind === 'crl') return { crls: [parseCrl(item)], ocsps: [] };
    const response = parseOcspResponse(item);
    return response.basic === null ? { refusal: response.status } : { crls: [], ocsps: [response] };
  } catch (error) {
    if (error instanceof MalformedAsn1) return { refusal: 'malformed' };
    throw error;
  }
}

function keptUntil(kind: Kind, { nextUpdate }: RevocationOutcome, now: Instant): Instant {
  const { withoutEnd, most } = KEEP_MS[kind];
  return nextUpdate === null ? now + withoutEnd : Math.min(nextUpdate, now + most);
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
