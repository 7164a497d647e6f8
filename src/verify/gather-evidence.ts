// The only part of verification that waits for anything: digests of the document, signature arithmetic, the network.

import type { Instant } from '../asn1/values.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { readStoredItems } from '../pdf/security-store.ts';
import type { TrustList } from '../pki/trust-list.ts';
import type { DigestAlgorithm, Platform } from '../platform/platform.ts';
import { collectEmbedded, type DocumentMaterial } from './collect-embedded.ts';
import type { CoveredRange } from './covered-bytes.ts';
import { DocumentDigests } from './document-digests.ts';
import { ArithmeticAnswers, EvidencePool } from './evidence.ts';
import { EvidenceIncomplete } from './evidence-incomplete.ts';
import { type CoveredDigests, type DocumentFacts, type JudgedItems, judgeItems } from './judge.ts';
import type { JudgingBasis } from './judge-chain.ts';
import { planRequests } from './plan-requests.ts';
import type { ValidationPolicy } from './policy.ts';
import type { RevocationFetcher, SuppliedItem } from './ports.ts';
import { type Inquiry, openRounds, type RequestRounds } from './request-rounds.ts';

export interface GatheringContext {
  readonly platform: Platform;
  readonly trustList: TrustList;
  readonly policy: ValidationPolicy;
  /** Null: nobody is asked. */
  readonly revocation: RevocationFetcher | null;
  /** From the operator's folders, or from a record of an earlier verification. */
  readonly supplied?: readonly SuppliedItem[];
  /** What was asked before, of which `supplied` holds the answers. */
  readonly inquiries?: readonly Inquiry[];
  readonly now: Instant;
  readonly signal: AbortSignal;
  /** The details of every signature are wanted too. */
  readonly detail?: boolean;
  /** Digest of the first bytes wanted too. */
  readonly prefixSize?: number;
}

/** What judging needs, complete: judging with it asks for nothing that is not there. */
export interface GatheredEvidence {
  readonly covered: GatheredDigests;
  readonly answers: ArithmeticAnswers;
  readonly judging: JudgingBasis;
  readonly inquiries: readonly Inquiry[];
  /** The judgement that was reached when nothing was missing any more. */
  readonly judged: JudgedItems;
  readonly fileSha256: Uint8Array;
  readonly prefixSha256: Uint8Array | null;
}

// A chain of ten certificates needs two rounds of arithmetic; more rounds would mean that judging asks without end.
const MOST_ROUNDS = 12;

/**
 * Gathers until judging finds everything it asks for. Judging itself tells what is missing: it is run, what it asked for and
 * did not get is computed or fetched, and it is run again. What the document holds comes first, then what was supplied, and
 * only about what is then missing somebody is asked.
 * @throws the signal's reason when it is aborted; EvidenceIncomplete when judging never stops asking, so that nothing is judged
 *   on what is not known
 */
export async function gatherEvidence(
  document: PdfDocument,
  facts: DocumentFacts,
  context: GatheringContext,
): Promise<GatheredEvidence> {
  const covered = new DocumentDigests(document.source, context);
  const { size } = document.source;
  return gatherFor(facts, { ...materialOf(document), size, covered }, context);
}

/** What a document holds beside its signatures. @throws MalformedPdf `limits-exceeded` */
export function materialOf(document: PdfDocument): DocumentMaterial {
  return { revisions: document.revisions.length, stored: readStoredItems(document) };
}

/** Digests that can be asked for; those of a document that is here, or those that somebody stated. */
export interface GatheredDigests extends CoveredDigests {
  readonly unanswered: number;
  ask(range: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): void;
  /** Whether there are such bytes; of others no digest is ever known. */
  lies(range: Omit<CoveredRange, 'algorithm'>): boolean;
  /** A digest if it was computed; asks for nothing. */
  known(range: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): Uint8Array | undefined;
  computeAsked(): Promise<void>;
}

/** As `gatherEvidence`, for a document that may be elsewhere. */
export async function gatherFor(
  facts: DocumentFacts,
  material: DocumentMaterial & { readonly size: number; readonly covered: GatheredDigests },
  context: GatheringContext,
): Promise<GatheredEvidence> {
  const { platform } = context;
  const { covered } = material;
  const { digests } = platform;
  const pool = new EvidencePool(digests);
  collectEmbedded(material, facts.signatures, pool);
  addSupplied(context.supplied ?? [], pool);
  const file = upTo(material.size);
  const prefix = context.prefixSize === undefined ? null : upTo(context.prefixSize);
  await digestSigned(facts, covered, [file, ...(prefix === null ? [] : [prefix])]);

  const answers = new ArithmeticAnswers(platform.arithmetic, digests);
  const rounds = openRounds(context.revocation, pool, context.signal);
  const unreachable = new Set(unanswered(context.inquiries ?? []));
  const { trustList, policy, now, detail = false } = context;
  const judging = { trustList, policy, now, digests, pool, verified: answers.lookup, unreachable, detail };
  const judged = await judgeUntilComplete(facts, covered, answers, judging, rounds, context);
  return {
    covered,
    answers,
    judging,
    inquiries: [...(context.inquiries ?? []), ...rounds.inquiries],
    judged,
    fileSha256: covered.known(file, 'sha256') ?? new Uint8Array(),
    prefixSha256: prefix === null ? null : (covered.known(prefix, 'sha256') ?? new Uint8Array()),
  };
}

async function judgeUntilComplete(
  facts: DocumentFacts,
  covered: GatheredDigests,
  answers: ArithmeticAnswers,
  judging: JudgingBasis & { readonly unreachable: Set<string> },
  rounds: RequestRounds,
  context: GatheringContext,
): Promise<JudgedItems> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const draft = judgeItems(facts, covered, judging);
    const digestsMissed = covered.unanswered > 0;
    const asAssumed = await answers.computeAsked();
    await covered.computeAsked();
    context.signal.throwIfAborted();
    // While an answer is missing it counts as yes; where all were yes, the draft is what judging again would give.
    if (digestsMissed || !asAssumed) continue;
    const plan = rounds.open ? planRequests(draft.chains, rounds.asked, context.policy, judging.digests) : [];
    if (plan.length === 0) return draft;
    await rounds.hold(plan);
    for (const fingerprint of unanswered(rounds.inquiries)) judging.unreachable.add(fingerprint);
  }
  throw new EvidenceIncomplete('rounds');
}

function unanswered(inquiries: readonly Inquiry[]): readonly string[] {
  return inquiries.filter(({ answered }) => !answered).map(({ certificate }) => certificate);
}

function addSupplied(items: readonly SuppliedItem[], pool: EvidencePool): void {
  for (const { kind, der, receipt } of items) {
    if (kind === 'certificate') pool.addCertificate(der, receipt);
    else if (kind === 'crl') pool.addCrl(der, receipt);
    else pool.addOcsp(der, receipt);
  }
}

/** Whatever happens, these will be asked for: one pass over the document instead of two. */
async function digestSigned(
  { signatures }: DocumentFacts,
  covered: GatheredDigests,
  wholes: readonly Omit<CoveredRange, 'algorithm'>[],
): Promise<void> {
  for (const whole of wholes) covered.ask(whole, 'sha256');
  for (const { cms, coverage } of signatures) {
    const algorithm = cms?.signerInfos[0]?.digestAlgorithm ?? null;
    if (algorithm !== null && coverage.byteRange !== null) covered.ask(coverage.byteRange, algorithm);
  }
  await covered.computeAsked();
}

function upTo(size: number): Omit<CoveredRange, 'algorithm'> {
  return { cut: size, resume: size, end: size };
}
