// The only part of verification that waits for anything: digests of the document, signature arithmetic, the network.

import { Oid } from '../asn1/oids.ts';
import type { Instant } from '../asn1/values.ts';
import { hex } from '../asn1/values.ts';
import { attributeValues } from '../cms/attributes.ts';
import { readRevocationInfoArchival } from '../cms/revocation-info-archival.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { readStoredItems } from '../pdf/security-store.ts';
import type { TrustList } from '../pki/trust-list.ts';
import type { DigestAlgorithm, Platform } from '../platform/platform.ts';
import { type CoveredRange, coveredRangeKey, digestCoveredRanges } from './covered-bytes.ts';
import { ArithmeticAnswers, EvidencePool } from './evidence.ts';
import { type CoveredDigests, type DocumentFacts, type JudgedItems, judgeItems } from './judge.ts';
import { type JudgingContext, unansweredLinks } from './judge-chain.ts';
import type { ValidationPolicy } from './policy.ts';
import type { RevocationFetcher } from './ports.ts';
import type { ReadSignature } from './read-signature.ts';

export interface GatheringContext {
  readonly platform: Platform;
  readonly trustList: TrustList;
  readonly policy: ValidationPolicy;
  readonly revocation: RevocationFetcher | null;
  readonly now: Instant;
  readonly signal: AbortSignal;
  /** Digest of the first bytes wanted too. */
  readonly prefixSize?: number;
}

/** What judging needs, complete: judging with it asks for nothing that is not there. */
export interface GatheredEvidence {
  readonly covered: CoveredDigests;
  readonly judging: JudgingContext;
  /** The judgement that was reached when nothing was missing any more. */
  readonly judged: JudgedItems;
  readonly fileSha256: Uint8Array;
  readonly prefixSha256: Uint8Array | null;
}

// A chain of ten certificates needs two rounds of arithmetic; more rounds would mean that judging asks without end.
const MOST_ROUNDS = 12;
/** Rounds of questions to the network, and questions altogether, for one document. */
const FETCH_ROUNDS = 3;
const MOST_FETCHES = 24;

/**
 * Gathers until judging finds everything it asks for. Judging itself tells what is missing: it is run, what it asked for and
 * did not get is computed or fetched, and it is run again.
 * @throws the signal's reason when it is aborted; Error when judging never stops asking, so that nothing is judged on what is
 *   not known
 */
export async function gatherEvidence(
  document: PdfDocument,
  facts: DocumentFacts,
  context: GatheringContext,
): Promise<GatheredEvidence> {
  const { platform } = context;
  const { digests } = platform;
  const pool = new EvidencePool(digests);
  collectEmbedded(document, facts.signatures, pool);
  const covered = new DocumentDigests(document, context);
  const file = upTo(document.source.size);
  covered.ask(file, 'sha256');
  const prefix = context.prefixSize === undefined ? null : upTo(context.prefixSize);
  if (prefix !== null) covered.ask(prefix, 'sha256');
  for (const { cms, coverage } of facts.signatures) {
    const algorithm = cms?.signerInfos[0]?.digestAlgorithm ?? null;
    if (algorithm !== null && coverage.byteRange !== null) covered.ask(coverage.byteRange, algorithm);
  }
  await covered.computeAsked();

  const answers = new ArithmeticAnswers(platform.arithmetic, digests);
  const unreachable = new Set<string>();
  const judging: JudgingContext = {
    trustList: context.trustList,
    policy: context.policy,
    now: context.now,
    digests,
    pool,
    verified: answers.lookup,
    unreachable,
  };
  const judged = await judgeUntilComplete(facts, covered, answers, judging, unreachable, context);
  return {
    covered,
    judging,
    judged,
    fileSha256: covered.known(file),
    prefixSha256: prefix === null ? null : covered.known(prefix),
  };
}

async function judgeUntilComplete(
  facts: DocumentFacts,
  covered: DocumentDigests,
  answers: ArithmeticAnswers,
  judging: JudgingContext,
  unreachable: Set<string>,
  context: GatheringContext,
): Promise<JudgedItems> {
  const asked = new Set<string>();
  let fetchRounds = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const draft = judgeItems(facts, covered, judging);
    const digestsMissed = covered.unanswered > 0;
    const asAssumed = await answers.computeAsked();
    await covered.computeAsked();
    context.signal.throwIfAborted();
    // While an answer is missing it counts as yes; where all were yes, the draft is what judging again would give.
    if (digestsMissed || !asAssumed) continue;
    const mayAsk = fetchRounds < FETCH_ROUNDS;
    if (!mayAsk || !(await fetchMissing(draft, asked, unreachable, judging.pool, context))) return draft;
    fetchRounds += 1;
  }
  throw new Error('evidence-incomplete');
}

function upTo(size: number): Omit<CoveredRange, 'algorithm'> {
  return { cut: size, resume: size, end: size };
}

/** Certificates and revocation data of the signatures, their time-stamps and the document security stores. */
function collectEmbedded(
  document: PdfDocument,
  signatures: readonly ReadSignature[],
  pool: EvidencePool,
): void {
  for (const { cms, documentTimestamp, signatureTimestamps } of signatures) {
    const tokens = [documentTimestamp, ...signatureTimestamps].filter((token) => token !== null);
    for (const signedData of [cms, ...tokens.map((token) => token.signedData)]) {
      for (const certificate of signedData?.certificates ?? []) pool.addCertificate(certificate);
      for (const crl of signedData?.crls ?? []) pool.addCrl(crl, 0);
      for (const { signedAttributes } of signedData?.signerInfos ?? []) {
        for (const value of attributeValues(signedAttributes, Oid.adbeRevocationInfoArchival)) {
          const archival = readRevocationInfoArchival(value);
          for (const crl of archival.crls) pool.addCrl(crl, 0);
          for (const ocsp of archival.ocspResponses) pool.addOcsp(ocsp, 0);
        }
      }
    }
  }
  for (const { kind, data, revision } of readStoredItems(document)) {
    if (kind === 'certificate') pool.addCertificate(data, revision);
    else if (kind === 'crl') pool.addCrl(data, revision);
    else pool.addOcsp(data, revision);
  }
}

/** Asks the network about chains that reach an anchor and lack an answer. @returns whether anything new came */
async function fetchMissing(
  draft: JudgedItems,
  asked: Set<string>,
  unreachable: Set<string>,
  pool: EvidencePool,
  context: GatheringContext,
): Promise<boolean> {
  const { revocation, policy, signal, platform } = context;
  if (revocation === null || policy.revocation === 'off') return false;
  let came = false;
  for (const { certificate, issuer } of unansweredLinks(draft.chains)) {
    const key = hex(platform.digests.of('sha256', certificate.der));
    if (asked.has(key) || asked.size >= MOST_FETCHES) continue;
    asked.add(key);
    const answer = await revocation.fetch(certificate, issuer, signal);
    signal.throwIfAborted();
    if (answer.ocsp !== null) pool.addOcsp(answer.ocsp, null);
    if (answer.crl !== null) pool.addCrl(answer.crl, null);
    if (answer.ocsp === null && answer.crl === null) unreachable.add(key);
    came = true;
  }
  return came;
}

// The old format without signed attributes signs the bytes themselves, which then have to be in memory at once.
const CONTENT_BYTES = 64 * 1024 * 1024;

/** Digests of covered ranges, computed for all that was asked in one pass. */
class DocumentDigests implements CoveredDigests {
  readonly #document: PdfDocument;
  readonly #context: GatheringContext;
  readonly #known = new Map<string, Uint8Array>();
  readonly #asked = new Map<string, CoveredRange>();

  constructor(document: PdfDocument, context: GatheringContext) {
    this.#document = document;
    this.#context = context;
  }

  get unanswered(): number {
    return this.#asked.size;
  }

  ask({ cut, resume, end }: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): void {
    const range: CoveredRange = { cut, resume, end, algorithm };
    const sound = cut <= resume && resume <= end && end <= this.#document.source.size;
    const key = coveredRangeKey(range);
    if (sound && !this.#known.has(key)) this.#asked.set(key, range);
  }

  digest(range: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): Uint8Array | undefined {
    const known = this.#known.get(coveredRangeKey({ ...range, algorithm }));
    if (known === undefined) this.ask(range, algorithm);
    return known;
  }

  content({ cut, resume, end }: Omit<CoveredRange, 'algorithm'>): Uint8Array | undefined {
    const { source } = this.#document;
    if (cut > resume || resume > end || end > source.size || end - (resume - cut) > CONTENT_BYTES)
      return undefined;
    const content = new Uint8Array(cut + (end - resume));
    content.set(source.read(0, cut));
    content.set(source.read(resume, end - resume), cut);
    return content;
  }

  /** A digest that was computed. */
  known(range: Omit<CoveredRange, 'algorithm'>): Uint8Array {
    return this.#known.get(coveredRangeKey({ ...range, algorithm: 'sha256' })) ?? new Uint8Array();
  }

  async computeAsked(): Promise<void> {
    if (this.#asked.size === 0) return;
    const { platform, signal } = this.#context;
    const ranges = [...this.#asked.values()];
    this.#asked.clear();
    const computed = await digestCoveredRanges(
      this.#document.source,
      ranges,
      platform.digests,
      platform.pause,
      signal,
    );
    for (const [key, digest] of computed) this.#known.set(key, digest);
  }
}
