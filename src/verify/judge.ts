// The verdict of a document from gathered evidence: pure and synchronous, so that it can be reached again years later.

import type { Instant } from '../asn1/values.ts';
import { isName } from '../pdf/objects.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import type { CoveredRange } from './covered-bytes.ts';
import type { StrayBytes } from './integrity.ts';
import type { ChainJudgement, JudgingBasis, JudgingContext } from './judge-chain.ts';
import { judgeDocumentTimestamp } from './judge-document-timestamp.ts';
import { type JudgedSignature, judgeSignature, type SignatureSurroundings } from './judge-signature.ts';
import { judgeTimestamp, type TimestampJudgement } from './judge-timestamp.ts';
import type { RevisionModifications } from './modifications/check-modifications.ts';
import { asStandard } from './policy.ts';
import { ProofsOfExistence } from './proofs-of-existence.ts';
import type { ReadSignature } from './read-signature.ts';
import type { Finding, SignatureReport } from './report.ts';
import { areOutOfOrder } from './timestamp-order.ts';

/** What the structure of the document says, computed once before anything is judged. */
export interface DocumentFacts {
  /** In the order of signing. */
  readonly signatures: readonly ReadSignature[];
  /** Findings that concern every signature of the document. */
  readonly documentFindings: readonly Finding[];
  readonly modifications: readonly RevisionModifications[];
  /** Bytes of later revisions that nothing accounts for. */
  readonly strayBytes: readonly StrayBytes[];
  /** For each signature its collision with another one's range. */
  readonly overlaps: readonly (Finding | null)[];
  /** For each signature where it shows. */
  readonly places: readonly SignaturePlace[];
  /** Index of the first revision that has a document security store; null without one. */
  readonly storeRevision: number | null;
}

export interface SignaturePlace {
  readonly page: number | null;
  readonly rect: readonly [number, number, number, number] | null;
}

/** Digests and bytes of covered ranges, as far as they were gathered. */
export interface CoveredDigests {
  digest(range: Omit<CoveredRange, 'algorithm'>, algorithm: DigestAlgorithm): Uint8Array | undefined;
  content(range: Omit<CoveredRange, 'algorithm'>): Uint8Array | undefined;
}

export interface JudgedItems {
  readonly reports: readonly SignatureReport[];
  readonly chains: readonly ChainJudgement[];
}

/** Judges every item; where details were asked for, a second time as the standard's defaults have it. */
export function judgeItems(facts: DocumentFacts, covered: CoveredDigests, basis: JudgingBasis): JudgedItems {
  const judged = judgeByPolicy(facts, covered, basis);
  if (basis.detail !== true) return judged;
  const standard = judgeByPolicy(facts, covered, {
    ...basis,
    detail: false,
    policy: asStandard(basis.policy),
  });
  return {
    chains: judged.chains,
    reports: judged.reports.map((report, i) => withStandard(report, standard.reports[i] ?? report)),
  };
}

function withStandard(
  report: SignatureReport,
  { indication, subIndication }: SignatureReport,
): SignatureReport {
  const { details } = report;
  return details === null
    ? report
    : { ...report, details: { ...details, standard: { indication, subIndication } } };
}

/** Document time-stamps from the last to the first, then the signatures that they prove. */
function judgeByPolicy(facts: DocumentFacts, covered: CoveredDigests, basis: JudgingBasis): JudgedItems {
  const { judgements: documentTimestamps, context } = judgeDocumentTimestamps(facts, covered, basis);
  const judged = facts.signatures.map((signature, i): JudgedSignature => {
    const surroundings = surroundingsOf(facts, i, covered, documentTimestamps, context);
    return signature.documentTimestamp !== null
      ? judgeDocumentTimestamp(inContext(facts, i), documentTimestamps.get(i) ?? null, surroundings, context)
      : judgeSignature(inContext(facts, i), surroundings, context);
  });
  return { reports: judged.map(({ report }) => report), chains: judged.flatMap(({ chains }) => chains) };
}

/** The signature with the findings that come from the document and from its other signatures. */
function inContext({ signatures, overlaps, documentFindings }: DocumentFacts, i: number): ReadSignature {
  const signature = signatures[i] as ReadSignature;
  const overlap = overlaps[i] ?? null;
  const more = overlap === null ? documentFindings : [...documentFindings, overlap];
  return more.length === 0 ? signature : { ...signature, findings: [...signature.findings, ...more] };
}

interface JudgedDocumentTimestamps {
  /** By the index of the item. */
  readonly judgements: ReadonlyMap<number, TimestampJudgement>;
  /** With everything that the accepted ones prove. */
  readonly context: JudgingContext;
}

/** Each at the time that the ones after it prove for it, the last one at the present; only then it proves what it covers. */
function judgeDocumentTimestamps(
  facts: DocumentFacts,
  covered: CoveredDigests,
  basis: JudgingBasis,
): JudgedDocumentTimestamps {
  const judgements = new Map<number, TimestampJudgement>();
  let context: JudgingContext = { ...basis, proofs: new ProofsOfExistence(basis.pool, basis.now) };
  for (let i = facts.signatures.length - 1; i >= 0; i -= 1) {
    const signature = facts.signatures[i];
    const { byteRange, revision } = signature?.coverage ?? { byteRange: null, revision: null };
    if (signature?.documentTimestamp == null || byteRange === null) continue;
    const imprint = (algorithm: DigestAlgorithm) => covered.digest(byteRange, algorithm);
    const provenBy = provenAfter(revision, context);
    const judgement = judgeTimestamp(signature.documentTimestamp, imprint, provenBy, context);
    judgements.set(i, judgement);
    if (revision === null || judgement.status !== 'accepted' || !provesItsRange(signature, judgement))
      continue;
    context = { ...context, proofs: context.proofs.with({ revision, genTime: judgement.genTime }) };
  }
  return { judgements, context };
}

/** Since when the value of a signature of this revision is known to exist: a signature's own bytes are covered by later ones. */
function provenAfter(revision: number | null, { proofs, now }: JudgingContext): Instant {
  return revision === null ? now : proofs.coveredFrom(revision + 1);
}

function surroundingsOf(
  facts: DocumentFacts,
  i: number,
  covered: CoveredDigests,
  documentTimestamps: ReadonlyMap<number, TimestampJudgement>,
  context: JudgingContext,
): SignatureSurroundings {
  const signature = facts.signatures[i] as ReadSignature;
  const { byteRange, revision } = signature.coverage;
  const later = coveringTimestamps(facts, revision, documentTimestamps);
  const provenBy = provenAfter(revision, context);
  const own = ownTimestamps(signature, provenBy, context);
  const content = contentTimestamps(signature, covered, provenBy, context);
  const steps = revision === null ? [] : facts.modifications.filter((step) => step.revision > revision);
  const lenient = context.policy.addedAnnotations === 'note';
  const after = steps.map((step) => (lenient ? (step.commented ?? step) : step));
  const stray = facts.strayBytes.filter((each) => revision !== null && each.revision > revision);
  return {
    contentDigest: (algorithm) => (byteRange === null ? undefined : covered.digest(byteRange, algorithm)),
    content: () => (byteRange === null ? undefined : covered.content(byteRange)),
    timestamps: [...own, ...later],
    contentTimestamps: content,
    provenBy,
    labelled: [
      ...content.map((stamp) => ['content', stamp] as const),
      ...own.map((stamp) => ['signature', stamp] as const),
      ...later.map((stamp) => ['document', stamp] as const),
    ],
    outOfOrder: areOutOfOrder({ content, signature: own, document: later }),
    archivedRevision: archivedRevision(facts, revision, documentTimestamps),
    changesAfter: after.flatMap(({ changes }) => changes),
    changeFindings: [...after.flatMap(({ findings }) => findings), ...stray.map(({ finding }) => finding)],
    ...(facts.places[i] ?? { page: null, rect: null }),
  };
}

/** A rejected token proves nothing, and neither does a sound one over a range that is none. */
function provesItsRange({ findings, value }: ReadSignature, { status }: TimestampJudgement): boolean {
  const broken = findings.some(({ effect }) => effect === 'structure');
  // One that calls itself an ordinary signature is not what ISO 32000-2, 12.8.5 calls a document time-stamp.
  const misnamed = isName(value.dictionary?.entries.get('Type'), 'Sig');
  return status !== 'rejected' && !broken && !misnamed;
}

/** Document time-stamps over a later revision, the first one first: they cover this signature whole. */
function coveringTimestamps(
  facts: DocumentFacts,
  revision: number | null,
  judgements: ReadonlyMap<number, TimestampJudgement>,
): readonly TimestampJudgement[] {
  if (revision === null) return [];
  return [...judgements].toReversed().flatMap(([i, judgement]) => {
    const stamp = facts.signatures[i];
    const theirs = stamp?.coverage.revision ?? null;
    if (stamp === undefined || theirs === null || theirs <= revision) return [];
    // A rejected one is told of; one that proves nothing for another reason is reported as an item of its own.
    return judgement.status === 'rejected' || provesItsRange(stamp, judgement) ? [judgement] : [];
  });
}

function ownTimestamps(
  signature: ReadSignature,
  provenBy: Instant,
  context: JudgingContext,
): readonly TimestampJudgement[] {
  const [signerInfo] = signature.cms?.signerInfos ?? [];
  if (signerInfo === undefined) return [];
  return signature.signatureTimestamps.map((token) =>
    token === null
      ? UNREADABLE_TOKEN
      : judgeTimestamp(
          token,
          (algorithm) => context.digests.of(algorithm, signerInfo.signature),
          provenBy,
          context,
        ),
  );
}

function contentTimestamps(
  { contentTimestamps: tokens, coverage: { byteRange } }: ReadSignature,
  covered: CoveredDigests,
  provenBy: Instant,
  context: JudgingContext,
): readonly TimestampJudgement[] {
  const imprint = (algorithm: DigestAlgorithm) =>
    byteRange === null ? undefined : covered.digest(byteRange, algorithm);
  return tokens.map((token) =>
    token === null || byteRange === null
      ? UNREADABLE_TOKEN
      : judgeTimestamp(token, imprint, provenBy, context),
  );
}

const UNREADABLE_TOKEN: TimestampJudgement = {
  status: 'rejected',
  refusal: 'FORMAT_FAILURE',
  token: null,
  genTime: Number.NaN,
  accuracyMs: null,
  authority: null,
  expired: false,
  imprintDiffers: false,
  chain: null,
  check: null,
  weak: [],
  findings: [{ code: 'timestamp-malformed', effect: 'info', where: 'signature-time-stamp' }],
};

/** The last revision with a store that a document time-stamp covers together with the signature; null where none does. */
function archivedRevision(
  facts: DocumentFacts,
  revision: number | null,
  judgements: ReadonlyMap<number, TimestampJudgement>,
): number | null {
  const { storeRevision: first } = facts;
  if (first === null || revision === null) return null;
  const covered = [...judgements].flatMap(([i, judgement]) => {
    const stamp = facts.signatures[i];
    return stamp !== undefined && provesItsRange(stamp, judgement) ? [stamp.coverage.revision ?? -1] : [];
  });
  const last = Math.max(-1, ...covered);
  return last < first || last <= revision ? null : last;
}
