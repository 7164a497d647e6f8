// Whether an answer to a time-stamp request may be used (RFC 3161, 2.4.2): every rule, and the first reason against it.

import type { Instant } from '../asn1/values.ts';
import { checkTimestampToken } from '../cms/check-timestamp.ts';
import { MalformedCms } from '../cms/errors.ts';
import { readTimestampResponse } from '../cms/timestamp.ts';
import { parseTimestampToken, type TimestampToken } from '../cms/timestamp-token.ts';
import { checkDigest, checkScheme } from '../pki/algorithm-policy.ts';
import { type Certificate, MalformedCertificate, parseCertificate } from '../pki/certificate.ts';
import { withGatheredArithmetic } from '../pki/gathered-arithmetic.ts';
import { findTrustedPath } from '../pki/path.ts';
import type { SignatureLookup } from '../pki/signature-lookup.ts';
import type { TrustList } from '../pki/trust-list.ts';
import type { DigestAlgorithm, Platform } from '../platform/platform.ts';

/** What was asked for. */
export interface TimestampQuestion {
  readonly algorithm: DigestAlgorithm;
  readonly digest: Uint8Array;
  readonly nonce: bigint;
  /** The policy that was demanded, null for whichever the authority uses. */
  readonly policy: string | null;
}

export interface AcceptanceContext {
  readonly trustList: TrustList;
  readonly now: Instant;
  /** When the request was sent, by the same clock as `now`; absent: just now. */
  readonly askedAt?: Instant;
  readonly platform: Platform;
}

/**
 * `reason` is a stable word. `offsetMs` is the authority's clock minus ours, 0 where its time lies between question and
 * answer; of a refusal it is there when the clocks are the reason.
 */
export type TimestampAcceptance =
  | { readonly accepted: true; readonly token: Uint8Array; readonly offsetMs: number }
  | { readonly accepted: false; readonly reason: string; readonly offsetMs?: number };

/** Further apart from our clock than this, one of both is wrong. */
export const MAX_CLOCK_OFFSET_MS = 60_000;

/** Larger than any token with a full chain; more is not stored in a document. */
export const MAX_TOKEN_BYTES = 64 * 1024;

/** Reads a TimeStampResp and applies the rules to its token; whatever was sent, the answer is a reason, never an error. */
export async function acceptTimestamp(
  response: Uint8Array,
  question: TimestampQuestion,
  context: AcceptanceContext,
): Promise<TimestampAcceptance> {
  const read = readToken(response);
  if ('reason' in read) return { accepted: false, reason: read.reason };
  const { token, der } = read;
  const mismatch = checkAnswers(token, question);
  if (mismatch !== null) return { accepted: false, reason: mismatch };
  const reason = await withGatheredArithmetic(context.platform.arithmetic, (verified) =>
    checkToken(token, question, context, verified),
  );
  if (reason !== null) return { accepted: false, reason };
  // Last, because only a token that is otherwise right may accuse our clock.
  const offsetMs = clockOffset(token, context);
  if (Math.abs(offsetMs) > MAX_CLOCK_OFFSET_MS)
    return { accepted: false, reason: 'clock-deviates', offsetMs };
  return { accepted: true, token: der, offsetMs };
}

/** How far the token's time lies outside the time in which it was asked for. */
function clockOffset({ tstInfo }: TimestampToken, { now, askedAt = now }: AcceptanceContext): number {
  const { genTime } = tstInfo;
  if (genTime > now) return genTime - now;
  return genTime < askedAt ? genTime - askedAt : 0;
}

/**
 * Whether a token that was kept is what an authority of the list stated about this digest, SHA-256. What revocation says is not asked.
 * @returns null where it is; else the first reason against it, a stable word
 */
export async function checkKeptTimestamp(
  der: Uint8Array,
  digest: Uint8Array,
  context: Pick<AcceptanceContext, 'trustList' | 'platform' | 'now'>,
): Promise<string | null> {
  let token: TimestampToken;
  try {
    token = parseTimestampToken(der);
  } catch (error) {
    if (error instanceof MalformedCms) return 'response-malformed';
    throw error;
  }
  if (token.tstInfo.imprint.algorithm !== 'sha256') return 'imprint-mismatch';
  if (token.tstInfo.genTime > context.now + MAX_CLOCK_OFFSET_MS) return 'clock-deviates';
  return await withGatheredArithmetic(context.platform.arithmetic, (verified) =>
    checkToken(token, { digest }, context, verified),
  );
}

function readToken(response: Uint8Array): { token: TimestampToken; der: Uint8Array } | { reason: string } {
  try {
    const { status, failureInfo, token: der } = readTimestampResponse(response);
    if (status !== 'granted' && status !== 'grantedWithMods')
      return { reason: ['not-granted', status, ...failureInfo].join(' ') };
    if (der === null) return { reason: 'token-missing' };
    if (der.length > MAX_TOKEN_BYTES) return { reason: 'token-too-large' };
    return { token: parseTimestampToken(der), der };
  } catch (error) {
    if (error instanceof MalformedCms) return { reason: 'response-malformed' };
    throw error;
  }
}

// Whether this token answers this request: whose nonce it repeats, and under which policy.
function checkAnswers({ tstInfo }: TimestampToken, question: TimestampQuestion): string | null {
  if (tstInfo.nonce !== question.nonce) return 'nonce-mismatch';
  if (tstInfo.imprint.algorithm !== question.algorithm) return 'imprint-mismatch';
  if (question.policy !== null && tstInfo.policy !== question.policy) return 'policy-mismatch';
  return null;
}

function checkToken(
  token: TimestampToken,
  question: Pick<TimestampQuestion, 'digest'>,
  context: AcceptanceContext,
  verified: SignatureLookup,
): string | null {
  const { digests } = context.platform;
  const pool = [...certificatesOf(token), ...context.trustList.intermediates];
  const { findings, certificate, signer } = checkTimestampToken(token, {
    imprint: () => question.digest,
    candidates: pool,
    verified,
    digests,
  });
  const against = findings.find(({ effect }) => effect !== 'info');
  if (against !== undefined) return against.code;
  if (certificate === null || signer.valueMatches !== true) return 'signature-not-checked';
  return (
    checkStrength(token, signer.scheme, certificate) ??
    checkTrust(token, certificate, pool, context, verified)
  );
}

function checkStrength(
  { tstInfo }: TimestampToken,
  scheme: Parameters<typeof checkScheme>[0] | null,
  certificate: Certificate,
): string | null {
  const { algorithm } = tstInfo.imprint;
  if (scheme === null || algorithm === null) return 'algorithm-unsupported';
  const judgements = [
    checkDigest(algorithm, tstInfo.genTime),
    checkScheme(scheme, certificate.publicKey, tstInfo.genTime),
  ];
  return judgements.some(({ verdict }) => verdict === 'weak') ? 'algorithm-weak' : null;
}

function checkTrust(
  { tstInfo }: TimestampToken,
  certificate: Certificate,
  pool: readonly Certificate[],
  { trustList, platform }: AcceptanceContext,
  verified: SignatureLookup,
): string | null {
  const outcome = findTrustedPath(certificate, {
    pool,
    trustList,
    purpose: 'timestamp',
    time: tstInfo.genTime,
    verified,
    digests: platform.digests,
  });
  if (outcome.status === 'failed') return `path ${outcome.code}`;
  if (outcome.outOfValidity.length > 0) return 'path certificate-not-in-force';
  return outcome.anchor.role === 'active' ? null : 'path anchor-not-active';
}

// A certificate that cannot be read is no candidate; the rules then miss it if it was needed.
function certificatesOf({ signedData }: TimestampToken): Certificate[] {
  return signedData.certificates.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch (error) {
      if (error instanceof MalformedCertificate) return [];
      throw error;
    }
  });
}
