// One question to one address about one certificate: an OCSP request (RFC 6960, appendix A) or the download of a CRL.

import { MalformedAsn1 } from '../asn1/element.ts';
import type { Instant } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import { parseCrl } from '../pki/crl.ts';
import { withGatheredArithmetic } from '../pki/gathered-arithmetic.ts';
import { encodeOcspRequest, parseOcspResponse } from '../pki/ocsp.ts';
import { checkRevocation, type RevocationOutcome, type RevocationQuestion } from '../pki/revocation.ts';
import type { Platform } from '../platform/platform.ts';
import { FetchFailed, type GuardedClient, type GuardedRequest } from './guarded-fetch.ts';
import type { RevocationAnswer } from './revocation-cache.ts';

export type Kind = 'ocsp' | 'crl';

/** Where to ask, and about what. */
export interface Lookup {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly kind: Kind;
  readonly url: string;
  /** The same for all questions that one answer serves: the issuer's key is part of it. */
  readonly key: string;
}

export interface ExchangeOptions {
  readonly client: GuardedClient;
  readonly platform: Platform;
  readonly clock: () => Instant;
  /** For each exchange, in milliseconds. */
  readonly timeoutMs?: number;
}

/** An answer, and until when it may be kept; null: not at all. */
export interface Exchanged {
  readonly answer: RevocationAnswer;
  readonly keepUntil: Instant | null;
}

const MAX_BYTES: Readonly<Record<Kind, number>> = { ocsp: 64 * 1024, crl: 10 * 1024 * 1024 };

// An answer is kept until its nextUpdate; without one for the first time, and never longer than the second.
const KEEP_MS: Readonly<Record<Kind, { readonly withoutEnd: number; readonly most: number }>> = {
  ocsp: { withoutEnd: 60_000, most: 180_000 },
  crl: { withoutEnd: 600_000, most: 10_800_000 },
};

// Long enough that a burst of letters asks once; with one exchange an address that works again is in use within ten seconds.
const KEEP_FAILURE_MS = 5_000;

const TIMEOUT_MS = 5_000;

// Rightly signed and about this certificate, even though it does not decide now; it may for another time.
const GENUINE: ReadonlySet<string> = new Set(['stale', 'reasons-not-covered', 'ocsp-status-unknown']);

/** A list of another signer can only be judged by those who know the whole path; it is handed on, but not kept. */
const NOT_FOR_US = 'crl-signer-not-authorised';

/** Asks, and finds out whether the answer decides; what is wrong is a reason, never an error. */
export async function exchange(lookup: Lookup, options: ExchangeOptions): Promise<Exchanged> {
  try {
    const item = await options.client.fetch(requestFor(lookup, options));
    const evidence = readEvidence(lookup.kind, item);
    if ('refusal' in evidence) return failure(evidence.refusal, options);
    const outcome = await judge(evidence, lookup, options);
    const fetchedAt = options.clock();
    if (outcome.status !== 'unknown') {
      const { thisUpdate } = outcome;
      const keepUntil = keptUntil(lookup.kind, outcome, fetchedAt);
      return { answer: { item, reason: null, fetchedAt, thisUpdate }, keepUntil };
    }
    const [reason = 'undecided'] = outcome.findings;
    if (reason === NOT_FOR_US)
      return { answer: { item, reason, fetchedAt, thisUpdate: null }, keepUntil: null };
    return failure(reason, options, GENUINE.has(reason) ? item : null);
  } catch (error) {
    if (error instanceof FetchFailed) return failure(error.code, options);
    throw error;
  }
}

// An address that fails is left alone for a while, so that it cannot slow down every verification.
function failure(reason: string, { clock }: ExchangeOptions, item: Uint8Array | null = null): Exchanged {
  const fetchedAt = clock();
  return {
    answer: { item, reason, fetchedAt, thisUpdate: null },
    keepUntil: fetchedAt + KEEP_FAILURE_MS,
  };
}

/** As of now: only to know whether the next address is to be asked, and what may be kept. */
function judge(
  evidence: Evidence,
  { certificate, issuer }: Lookup,
  { clock, platform }: ExchangeOptions,
): Promise<RevocationOutcome> {
  const now = clock();
  const about = { certificate, issuer, time: now, now, pool: [issuer], digests: platform.digests };
  return withGatheredArithmetic(platform.arithmetic, (verified) =>
    checkRevocation({ ...evidence, ...about, verified }),
  );
}

function requestFor(
  { kind, url, certificate, issuer }: Lookup,
  { platform, timeoutMs = TIMEOUT_MS }: ExchangeOptions,
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
