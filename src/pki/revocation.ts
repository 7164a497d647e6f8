// Whether a certificate was revoked, decided for one time. Stale evidence may convict, it never acquits.

import type { Instant } from '../asn1/values.ts';
import type { SignatureScheme } from '../platform/platform.ts';
import type { Certificate } from './certificate.ts';
import { crlFacts } from './crl-facts.ts';
import { ALL_REASONS } from './distribution-points.ts';
import { ocspFacts } from './ocsp-facts.ts';
import {
  FOLLOW_UP_QUESTIONS,
  Reason,
  type RevocationFact,
  type RevocationFinding,
  type RevocationInquiry,
  type RevocationQuestion,
  type RevocationStatus,
} from './revocation-facts.ts';

export type { RevocationFinding, RevocationQuestion, RevocationStatus } from './revocation-facts.ts';

export interface RevocationOutcome {
  readonly status: RevocationStatus;
  readonly source: 'ocsp' | 'crl' | null;
  /** The DER of the item that decided; null where none did. */
  readonly item: Uint8Array | null;
  /** The list's thisUpdate where a list decided. */
  readonly producedAt: Instant | null;
  readonly thisUpdate: Instant | null;
  readonly nextUpdate: Instant | null;
  /** From when on the certificate counts as revoked or on hold: an earlier invalidity date included. */
  readonly revokedAt: Instant | null;
  /** CRLReason; null where none is given. */
  readonly reason: number | null;
  /** Whose key signed the deciding item, and how: the algorithm policy applies to it too. */
  readonly signer: Certificate | null;
  readonly scheme: SignatureScheme | null;
  readonly findings: readonly RevocationFinding[];
}

/** A response may be produced by a clock that is a little ahead. */
const CLOCK_TOLERANCE_MS = 300_000;

/** How long an item without nextUpdate speaks: newer information is available all the time (RFC 6960, 4.2.2.1). */
const WITHOUT_NEXT_UPDATE_MS = 3_600_000;

/**
 * Decides from the evidence at hand whether a certificate is revoked. `revoked` says nothing about the time asked for:
 * compare it with `revokedAt`.
 */
export function checkRevocation(question: RevocationQuestion): RevocationOutcome {
  return inquire(question, [], { followUps: FOLLOW_UP_QUESTIONS });
}

/**
 * The newest bound and rightly signed statement, however stale, among those issued by the time asked for; `unknown` without one. A
 * revocation counts whenever it was issued. For validation-time sliding (EN 319 102-1, 5.6.2.2).
 */
export function latestStatement(question: RevocationQuestion): RevocationOutcome {
  return inquire(question, [], { followUps: FOLLOW_UP_QUESTIONS }, latestAmong);
}

type Decide = (
  facts: readonly RevocationFact[],
  question: RevocationQuestion,
  findings: Set<RevocationFinding>,
) => RevocationFact | null;

function latestAmong(facts: readonly RevocationFact[], question: RevocationQuestion): RevocationFact | null {
  const issued = facts.filter(
    (fact) =>
      fact.thisUpdate <= question.time && fact.reasons === ALL_REASONS && isStillKnown(fact, question),
  );
  return revocationAmong(facts) ?? newestFirst(issued)[0] ?? null;
}

function decided(
  facts: readonly RevocationFact[],
  question: RevocationQuestion,
  findings: Set<RevocationFinding>,
): RevocationFact | null {
  return revocationAmong(facts) ?? holdAmong(facts, question) ?? goodAmong(facts, question, findings);
}

/** Until when an item speaks without a newer one. */
export function speaksUntil({
  thisUpdate,
  nextUpdate,
}: {
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | null;
}): Instant {
  return nextUpdate ?? thisUpdate + WITHOUT_NEXT_UPDATE_MS;
}

function inquire(
  question: RevocationQuestion,
  before: readonly Certificate[],
  budget: RevocationInquiry['budget'],
  decide: Decide = decided,
): RevocationOutcome {
  const asking = [...before, question.certificate];
  const findings = new Set<RevocationFinding>();
  const statusOf: RevocationInquiry['statusOf'] = (certificate, issuer, time) => {
    budget.followUps -= 1;
    if (budget.followUps < 0 || asking.includes(certificate)) return 'unknown';
    return inquire({ ...question, certificate, issuer, time }, asking, budget).status;
  };
  const inquiry: RevocationInquiry = { ...question, findings, asking, budget, statusOf };
  const facts = [...ocspFacts(inquiry), ...crlFacts(inquiry)];
  const decision = decide(facts, question, findings);
  const someEvidence = question.crls.length > 0 || question.ocsps.length > 0;
  if (facts.length === 0 && findings.size === 0 && someEvidence) findings.add('evidence-not-bound');
  return outcomeOf(decision, findings);
}

/** The earliest revocation: any bound item convicts, however old it is. */
function revocationAmong(facts: readonly RevocationFact[]): RevocationFact | null {
  const revocations = facts.filter(({ status }) => status === 'revoked');
  return revocations.toSorted((a, b) => (a.revokedAt ?? 0) - (b.revokedAt ?? 0))[0] ?? null;
}

/** A hold that no newer item lifts; one that was lifted is none. */
function holdAmong(facts: readonly RevocationFact[], question: RevocationQuestion): RevocationFact | null {
  const wouldTell = 1 << Reason.certificateHold;
  const lifting = facts.filter(
    (fact) => fact.status === 'good' && (fact.reasons & wouldTell) !== 0 && !isFromFuture(fact, question),
  );
  const holds = facts.filter(
    ({ status, thisUpdate }) => status === 'on-hold' && !lifting.some((fact) => fact.thisUpdate > thisUpdate),
  );
  return newestFirst(holds)[0] ?? null;
}

/** The newest usable statement, if the usable ones together speak about every reason. */
function goodAmong(
  facts: readonly RevocationFact[],
  question: RevocationQuestion,
  findings: Set<RevocationFinding>,
): RevocationFact | null {
  const good = facts.filter(({ status }) => status === 'good');
  const usable = newestFirst(good.filter((fact) => isUsable(fact, question)));
  const covered = usable.reduce((reasons, fact) => reasons | fact.reasons, 0);
  if (usable[0] !== undefined && covered === ALL_REASONS) return usable[0];
  if (usable.length > 0) findings.add('reasons-not-covered');
  if (usable.length < good.length) findings.add('stale');
  return null;
}

function isUsable(fact: RevocationFact, question: RevocationQuestion): boolean {
  const recent = fact.thisUpdate >= question.time || question.time <= speaksUntil(fact);
  return recent && isStillKnown(fact, question) && !isFromFuture(fact, question);
}

// After its expiry a certificate may have been dropped from lists and databases, unless the source says that it keeps them.
function isStillKnown(fact: RevocationFact, { certificate }: RevocationQuestion): boolean {
  const { notAfter } = certificate;
  return fact.thisUpdate <= notAfter || (fact.retainsSince !== null && fact.retainsSince <= notAfter);
}

function isFromFuture({ thisUpdate }: RevocationFact, { now }: RevocationQuestion): boolean {
  return thisUpdate > now + CLOCK_TOLERANCE_MS;
}

function newestFirst(facts: readonly RevocationFact[]): readonly RevocationFact[] {
  return facts.toSorted((a, b) => b.thisUpdate - a.thisUpdate);
}

function outcomeOf(fact: RevocationFact | null, findings: ReadonlySet<RevocationFinding>): RevocationOutcome {
  return {
    status: fact?.status ?? 'unknown',
    source: fact?.source ?? null,
    item: fact?.item ?? null,
    producedAt: fact?.producedAt ?? null,
    thisUpdate: fact?.thisUpdate ?? null,
    nextUpdate: fact?.nextUpdate ?? null,
    revokedAt: fact?.revokedAt ?? null,
    reason: fact?.reason ?? null,
    signer: fact?.signer ?? null,
    scheme: fact?.scheme ?? null,
    findings: [...findings],
  };
}
