// The evidence for one certificate: its path to an anchor, and for each certificate on it proof that it was not revoked.

import type { Instant } from '../asn1/values.ts';
import { checkScheme } from '../pki/algorithm-policy.ts';
import type { Certificate } from '../pki/certificate.ts';
import { parseCrl } from '../pki/crl.ts';
import { fingerprintOf } from '../pki/fingerprint.ts';
import { withGatheredArithmetic } from '../pki/gathered-arithmetic.ts';
import { checkOcspSigningKeyUsage } from '../pki/key-usage.ts';
import { commonNameOf, sameName } from '../pki/name.ts';
import { parseOcspResponse } from '../pki/ocsp.ts';
import { findTrustedPath, type TrustedPath } from '../pki/path.ts';
import { checkRevocation, type RevocationOutcome, type RevocationQuestion } from '../pki/revocation.ts';
import type { SignatureLookup } from '../pki/signature-lookup.ts';
import type { AnchorPurpose, TrustList } from '../pki/trust-list.ts';
import type { Platform } from '../platform/platform.ts';
import { SigningRefused, TrustServiceFailed } from './errors.ts';
import type { RevocationSource } from './ports.ts';
import { readOrNull, type ValidationMaterial } from './validation-material.ts';

export interface EvidenceContext {
  readonly platform: Platform;
  readonly trustList: TrustList;
  /** Null: only what is at hand counts. */
  readonly revocation: RevocationSource | null;
  readonly now: Instant;
  readonly signal: AbortSignal;
  /** Which answers about a signer's certificate count; absent: `current`. */
  readonly freshness?: Freshness;
}

/** `current`: whatever is in force; `after-signature`: nothing from before the time that is proven for the signature. */
export type Freshness = 'current' | 'after-signature';

export interface ChainQuestion {
  readonly leaf: Certificate;
  readonly purpose: AnchorPurpose;
  /** The time that is proven for what the certificate signed; before it signs, the present. */
  readonly time: Instant;
  /** An answer about the leaf must not be older; absent: it may be, as long as it is in force. */
  readonly since?: Instant;
}

/** DER of all that a verifier without a network needs. */
export interface ChainEvidence {
  readonly certificates: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

/** A certificate about which nothing usable was found; `source` is null where there was nobody to ask. */
export interface UnavailableCertificate {
  readonly subject: string;
  readonly source: 'ocsp' | 'crl' | null;
  readonly reason: string;
}

export type ChainOutcome =
  | { readonly status: 'complete'; readonly evidence: ChainEvidence }
  | { readonly status: 'incomplete'; readonly certificates: readonly UnavailableCertificate[] };

/** One certificate below the anchor, or a responder that answers for one. */
interface Link {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly path: TrustedPath;
  /** Delegated responders need an answer only where another link rests on it. */
  readonly role: 'path' | 'responder';
  readonly outcome: RevocationOutcome;
  /** An answer must not be older; null: it may be. */
  readonly since: Instant | null;
}

interface Assessment {
  /** Why there is no path; null where there is one. */
  readonly failure: string | null;
  readonly anchor: Certificate | null;
  readonly links: readonly Link[];
}

/**
 * Collects the evidence: what is at hand first, then what the source brings. Whatever comes is added to `material`.
 * @throws SigningRefused `certificate-revoked` { subject, revokedAt } for a signer's chain; TrustServiceFailed
 *   `tsa-unavailable` { sources } for an authority whose chain is revoked: its tokens prove nothing; the signal's reason
 */
export async function collectChainEvidence(
  question: ChainQuestion,
  material: ValidationMaterial,
  context: EvidenceContext,
): Promise<ChainOutcome> {
  const asked = new Map<string, readonly UnavailableCertificate[]>();
  for (;;) {
    const assessment = await assess(question, material, context);
    const { failure, links } = assessment;
    if (failure !== null)
      return { status: 'incomplete', certificates: [problem(question.leaf, null, `path ${failure}`)] };
    refuseRevoked(question, links);
    const open = links.filter((link) => !isAnswered(link) && !asked.has(keyOf(link, context)));
    if (open.length === 0) return conclude(assessment, asked, context);
    const answers = await Promise.all(
      open.map(async (link) => [keyOf(link, context), await askAbout(link, material, context)] as const),
    );
    for (const [key, problems] of answers) asked.set(key, problems);
    context.signal.throwIfAborted();
  }
}

function assess(
  { leaf, purpose, time, since }: ChainQuestion,
  material: ValidationMaterial,
  { platform, trustList, now }: EvidenceContext,
): Promise<Assessment> {
  const { digests, arithmetic } = platform;
  const pool = [...material.certificates, ...trustList.intermediates];
  return withGatheredArithmetic(arithmetic, (verified) => {
    const found = findTrustedPath(leaf, { pool, trustList, purpose, time, verified, digests });
    if (found.status === 'failed') return { failure: found.code, anchor: null, links: [] };
    const { path, anchor } = found;
    const evidence = { crls: material.crls, ocsps: material.ocsps, pool, time, now, path, verified, digests };
    const links = path.certificates.flatMap((certificate, i) => {
      const issuer = path.certificates[i + 1] ?? anchor.certificate;
      const outcome = outcomeOf({ ...evidence, certificate, issuer });
      return [
        // Lists about authorities are issued every few weeks or months: only the leaf's answer can be newer than a signature.
        {
          certificate,
          issuer,
          path,
          outcome,
          role: 'path' as const,
          since: i === 0 ? (since ?? null) : null,
        },
        ...respondersOf(outcome, issuer, material).map((responder) => ({
          certificate: responder,
          issuer,
          path,
          outcome: outcomeOf({ ...evidence, certificate: responder, issuer }),
          role: 'responder' as const,
          since: null,
        })),
      ];
    });
    return { failure: null, anchor: anchor.certificate, links };
  });
}

/** A weak signature on an answer may convict, but never acquit. */
function outcomeOf(question: RevocationQuestion): RevocationOutcome {
  const outcome = checkRevocation(question);
  const { status, scheme, signer } = outcome;
  const weak =
    scheme !== null &&
    signer !== null &&
    checkScheme(scheme, signer.publicKey, question.now).verdict === 'weak';
  return status === 'good' && weak ? { ...outcome, status: 'unknown' } : outcome;
}

/** Delegated responders that do not vouch for themselves (RFC 6960, 4.2.2.2.1): of the answer, or of those that wait for it. */
function respondersOf(
  { signer, findings }: RevocationOutcome,
  issuer: Certificate,
  material: ValidationMaterial,
): readonly Certificate[] {
  const sent = findings.includes('responder-status-unknown')
    ? material.ocsps.flatMap(({ basic }) => basic?.certificates ?? [])
    : [];
  const candidates = signer === null || signer === issuer ? sent : [signer, ...sent];
  const delegated = candidates.filter(
    (candidate) =>
      !candidate.ocspNoCheck &&
      sameName(candidate.issuer, issuer.subject) &&
      checkOcspSigningKeyUsage(candidate) === null &&
      candidate.ocspUrls.length + candidate.crlUrls.length > 0,
  );
  return [...new Set(delegated)];
}

/** Revoked after the proven time is an answer too: what was signed before stays what it is. */
function isAnswered(link: Link): boolean {
  const { status } = link.outcome;
  return status === 'revoked' || (status === 'good' && !isTooOld(link));
}

/** The answer speaks as of a time before the signature. Its times have whole seconds. */
function isTooOld({ outcome: { thisUpdate }, since }: Link): boolean {
  return since !== null && thisUpdate !== null && thisUpdate < Math.floor(since / 1000) * 1000;
}

function refuseRevoked({ purpose, time }: ChainQuestion, links: readonly Link[]): void {
  for (const { certificate, outcome, role } of links) {
    const { status, revokedAt } = outcome;
    if (role !== 'path' || status !== 'revoked' || (revokedAt !== null && revokedAt > time)) continue;
    const subject = subjectOf(certificate);
    if (purpose === 'timestamp') {
      const sources = [{ name: subject, reason: 'certificate-revoked' }];
      throw new TrustServiceFailed('tsa-unavailable', { sources });
    }
    const at = revokedAt === null ? null : new Date(revokedAt).toISOString();
    throw new SigningRefused('certificate-revoked', { subject, revokedAt: at });
  }
}

function conclude(
  { anchor, links }: Assessment,
  asked: ReadonlyMap<string, readonly UnavailableCertificate[]>,
  context: EvidenceContext,
): ChainOutcome {
  const missing = links.filter((link) => link.role === 'path' && !isAnswered(link));
  if (missing.length > 0) {
    const certificates = missing.flatMap((link) => problemsOf(link, asked.get(keyOf(link, context)) ?? []));
    return { status: 'incomplete', certificates };
  }
  const answered = links.filter(isAnswered);
  const signers = answered.flatMap(({ outcome }) => (outcome.signer === null ? [] : [outcome.signer]));
  const path = links.filter(({ role }) => role === 'path').map(({ certificate }) => certificate);
  const certificates = [...path, ...(anchor === null ? [] : [anchor]), ...signers];
  const itemsOf = (source: 'ocsp' | 'crl'): readonly Uint8Array[] =>
    answered.flatMap(({ outcome: { item, source: from } }) =>
      item !== null && from === source ? [item] : [],
    );
  return {
    status: 'complete',
    evidence: {
      certificates: certificates.map(({ der }) => der),
      ocspResponses: itemsOf('ocsp'),
      crls: itemsOf('crl'),
    },
  };
}

/** Asks once; what is accepted goes into the material. @returns why nothing came, or what was wrong with it */
async function askAbout(
  link: Link,
  material: ValidationMaterial,
  context: EvidenceContext,
): Promise<readonly UnavailableCertificate[]> {
  const { certificate, issuer, since } = link;
  const { revocation, signal } = context;
  if (revocation === null) return [problem(certificate, null, 'not-at-hand')];
  const asked =
    since === null
      ? revocation.fetch(certificate, issuer, signal)
      : revocation.fetch(certificate, issuer, signal, since);
  const { ocsp, crl, failures } = await asked;
  const problems = failures.map(({ kind, reason }) => problem(certificate, kind, reason));
  for (const [source, der] of [
    ['ocsp', ocsp],
    ['crl', crl],
  ] as const) {
    if (der === null) continue;
    const refusal = await checkCurrent(source, der, link, material, context);
    if (refusal !== null) problems.push(problem(certificate, source, refusal));
    else if (source === 'ocsp') material.addOcsp(der);
    else material.addCrl(der);
  }
  return problems;
}

/** Whether an item speaks about this certificate today: what has ended must not be stored, whatever it said once. */
async function checkCurrent(
  source: 'ocsp' | 'crl',
  der: Uint8Array,
  { certificate, issuer, path }: Link,
  material: ValidationMaterial,
  { platform, trustList, now }: EvidenceContext,
): Promise<string | null> {
  const items = readOrNull(() =>
    source === 'ocsp' ? { ocsps: [parseOcspResponse(der)], crls: [] } : { ocsps: [], crls: [parseCrl(der)] },
  );
  if (items === null) return 'malformed';
  const pool = [...material.certificates, ...trustList.intermediates];
  const { digests, arithmetic } = platform;
  const judge = (verified: SignatureLookup) =>
    checkRevocation({ ...items, certificate, issuer, path, pool, time: now, now, verified, digests });
  const { status, findings } = await withGatheredArithmetic(arithmetic, judge);
  // Its responder is asked about next.
  if (status !== 'unknown' || findings.includes('responder-status-unknown')) return null;
  return findings[0] ?? 'undecided';
}

function problemsOf(link: Link, known: readonly UnavailableCertificate[]): readonly UnavailableCertificate[] {
  const { certificate, outcome } = link;
  if (outcome.status === 'good')
    return [...known, problem(certificate, outcome.source, 'older-than-signature')];
  if (outcome.status === 'on-hold') return [...known, problem(certificate, outcome.source, 'on-hold')];
  return known.length > 0 ? known : [problem(certificate, null, outcome.findings[0] ?? 'undecided')];
}

function problem(
  certificate: Certificate,
  source: UnavailableCertificate['source'],
  reason: string,
): UnavailableCertificate {
  return { subject: subjectOf(certificate), source, reason };
}

// The common name alone: other parts of a name may hold a number that identifies a person.
function subjectOf({ subject }: Certificate): string {
  return commonNameOf(subject) ?? '';
}

function keyOf({ certificate, issuer }: Link, { platform }: EvidenceContext): string {
  const { digests } = platform;
  return fingerprintOf(certificate, digests) + fingerprintOf(issuer, digests);
}
