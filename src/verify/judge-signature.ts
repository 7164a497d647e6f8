// One signature judged, in the order of EN 319 102-1, clause 5: format, integrity, signing certificate, path, revocation,
// proof of existence, changes. Pure: the same arguments give the same report.

import { Oid } from '../asn1/oids.ts';
import { hex, type Instant, sameBytes } from '../asn1/values.ts';
import { checkPlainSignature } from '../cms/check-plain-signature.ts';
import { checkSignerInfo, type SignerCheck } from '../cms/check-signer.ts';
import { parsePdfDate } from '../pdf/dates.ts';
import type { Certificate } from '../pki/certificate.ts';
import { fingerprintOf } from '../pki/fingerprint.ts';
import { attributeOf, commonNameOf, nameText } from '../pki/name.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { concludeAlgorithms, concludeIntegrity, concludeValue } from './conclude-integrity.ts';
import { concludeBySliding } from './conclude-past.ts';
import { concludeIdentity, concludeRevocation, concludeTime, skewSeconds } from './conclude-trust.ts';
import { type DetailInput, detailsOf } from './detail-signature.ts';
import { type ForecastInput, forecastOf } from './forecast.ts';
import { type ChainJudgement, type JudgingContext, judgeChain } from './judge-chain.ts';
import type { TimestampJudgement } from './judge-timestamp.ts';
import { signatureLevel } from './level.ts';
import { claimOf, type ReadSignature } from './read-signature.ts';
import type { Change, Finding, IdentityStatus, IntegrityStatus, Reason, SignatureReport } from './report.ts';
import { signatureKind } from './signature-kind.ts';
import { reason, type SigningTimes } from './signing-time.ts';
import type { SlidTime } from './slide-validation-time.ts';
import { type Conclusion, worstConclusion } from './verdict.ts';

/** What was found about one signature outside of its own structure. */
export interface SignatureSurroundings {
  /** Digest of the covered bytes; undefined while it was not gathered. */
  readonly contentDigest: (algorithm: DigestAlgorithm) => Uint8Array | undefined;
  /** The covered bytes, for the old format without signed attributes. */
  readonly content: () => Uint8Array | undefined;
  /** Its own time-stamps and the document time-stamps that cover it. */
  readonly timestamps: readonly TimestampJudgement[];
  /** Those that are signed: the signature is younger than they are. */
  readonly contentTimestamps: readonly TimestampJudgement[];
  /** Since when its value is known to exist by what was added later; the present where nothing was. */
  readonly provenBy: Instant;
  /** All of them, with what they are. */
  readonly labelled: DetailInput['timestamps'];
  /** The time-stamps contradict the order in which they must have been made. */
  readonly outOfOrder: boolean;
  /** Index of the last revision with a security store that a time-stamp covers together with it; null where none does. */
  readonly archivedRevision: number | null;
  /** What later revisions did, and what follows the last one. */
  readonly changesAfter: readonly Change[];
  readonly changeFindings: readonly Finding[];
  /** Where it shows: the first visible widget. */
  readonly page: number | null;
  readonly rect: readonly [number, number, number, number] | null;
}

/** The report, and the chains about which the network may know more. */
export interface JudgedSignature {
  readonly report: SignatureReport;
  readonly chains: readonly ChainJudgement[];
}

/** Judges a signature of a person or an agency. */
export function judgeSignature(
  signature: ReadSignature,
  surroundings: SignatureSurroundings,
  context: JudgingContext,
): JudgedSignature {
  const check = checkCms(signature, surroundings, context);
  const certificate = check?.certificate ?? null;
  const findings = [...signature.findings, ...(check?.findings ?? []), ...surroundings.changeFindings];
  const times = timesOf(signature, check, surroundings, context.now);
  const time = times.proven ?? context.now;
  const chain = certificate === null ? null : judgeChain(certificate, 'signature', time, context);

  const conclusions: Conclusion[] = [];
  const reasons: Reason[] = [];
  const conclude = (conclusion: Conclusion | null, ...why: readonly Reason[]): void => {
    if (conclusion !== null) conclusions.push(conclusion);
    for (const entry of why) {
      if (
        !reasons.some(({ code, at, name }) => code === entry.code && at === entry.at && name === entry.name)
      ) {
        reasons.push(entry);
      }
    }
  };
  concludeIntegrity(findings, surroundings.changesAfter, conclude);
  concludeValue(check, hasSignedAttributes(signature), conclude);
  concludeAlgorithms(check, certificate, chain, time, context.policy, conclude);
  concludeIdentity(certificate, chain, times, conclude);
  const current = certificate === null ? null : currentChain(certificate, chain, time, context);
  let slid: SlidTime | null = null;
  if (certificate !== null && chain?.anchor != null) {
    if (current === null) concludeRevocation(certificate, chain, times, context, conclude);
    else slid = concludeBySliding(certificate, current, times, context, conclude);
  }
  concludeTime(check, times, surroundings, context, conclude);

  const conclusion = worstConclusion(conclusions);
  const level = signatureLevel(signature, check, surroundings, chain, context);
  if (!level.level.endsWith('LT') && !level.level.endsWith('LTA')) conclude(null, reason('NOT_LTV'));
  if (surroundings.rect === null) conclude(null, reason('INVISIBLE_SIGNATURE'));
  const stamps = [...surroundings.contentTimestamps, ...surroundings.timestamps];
  const status = integrityStatus(findings, check, hasSignedAttributes(signature));
  return {
    chains: [chain, current, ...stamps.map((stamp) => stamp.chain)].filter((each) => each !== null),
    report: {
      ...conclusion,
      kind: signatureKind(certificate),
      fieldName: signature.fieldName,
      subFilter: signature.subFilter,
      level: level.level,
      deviations: level.deviations,
      revision: signature.coverage.revision === null ? null : signature.coverage.revision + 1,
      integrity: {
        status,
        coversWholeFile: signature.coverage.coversWholeFile,
        changesAfter: surroundings.changesAfter,
      },
      identity: { status: identityStatus(conclusions, chain) },
      signer: certificate === null ? null : signerOf(certificate, chain, conclusion, context),
      time: reportedTime(times, surroundings.timestamps),
      revocation: reportedRevocation(chain, context),
      page: surroundings.page,
      rect: surroundings.rect,
      rules: signature.rules,
      claims: { reason: claimOf(signature, 'Reason'), location: claimOf(signature, 'Location') },
      reasons,
      findings,
      forecast:
        conclusion.indication === 'TOTAL_PASSED'
          ? forecastOf({ check, certificate, chain, ...forecastInput(surroundings) }, context)
          : null,
      details: detailsOf(
        {
          conclusion,
          conclusions,
          findings,
          chain: current ?? chain,
          timestamps: surroundings.labelled,
          slid,
          provenSince: time,
          cms: signature.cms,
          digestAlgorithm: check?.digestAlgorithm ?? null,
          scheme: check?.scheme ?? null,
        },
        context,
      ),
    },
  };
}

function forecastInput({
  timestamps,
  archivedRevision,
}: SignatureSurroundings): Pick<ForecastInput, 'timestamps' | 'archived'> {
  return { timestamps, archived: archivedRevision !== null };
}

/** The chain as it stands now, where policy asks for that beside the proven time. */
function currentChain(
  certificate: Certificate,
  chain: ChainJudgement | null,
  time: Instant,
  context: JudgingContext,
): ChainJudgement | null {
  if (context.policy.pastValidation !== 'sliding' || chain === null) return null;
  return time === context.now ? chain : judgeChain(certificate, 'signature', context.now, context, time);
}

function checkCms(
  signature: ReadSignature,
  surroundings: SignatureSurroundings,
  context: JudgingContext,
): SignerCheck | null {
  if (signature.plainValue !== null)
    return checkPlain(signature, signature.plainValue, surroundings, context);
  if (signature.cms === null || signature.kind === null || signature.kind === 'plain') return null;
  return checkSignerInfo(signature.cms, {
    kind: signature.kind,
    contentDigest: surroundings.contentDigest,
    content: surroundings.content,
    candidates: context.pool.certificates,
    verified: context.verified,
    digests: context.digests,
  });
}

function checkPlain(
  { certificates }: ReadSignature,
  value: Uint8Array,
  { content }: SignatureSurroundings,
  { pool, verified }: JudgingContext,
): SignerCheck {
  const [der] = certificates;
  const certificate = pool.certificates.find((each) => der !== undefined && sameBytes(each.der, der)) ?? null;
  return checkPlainSignature(value, { content, certificate, verified });
}

/** Whether the value covers attributes that carry the digest, and not the document itself. */
function hasSignedAttributes({ cms }: ReadSignature): boolean {
  return cms?.signerInfos[0]?.signedAttributes != null;
}

function timesOf(
  signature: ReadSignature,
  check: SignerCheck | null,
  { timestamps, contentTimestamps }: SignatureSurroundings,
  now: Instant,
): SigningTimes {
  const written = claimOf(signature, 'M');
  const claimed = check?.signingTime ?? (written === null ? null : parsePdfDate(written));
  // What nobody could confirm proves a time only where nothing else does.
  const proven = earliest(timestamps, 'accepted') ?? earliest(timestamps, 'undetermined');
  const content = contentTimestamps.filter(({ status }) => status === 'accepted');
  const notBefore = content.length === 0 ? null : Math.max(...content.map(({ genTime }) => genTime));
  return { proven, notBefore, claimed, now };
}

function earliest(
  timestamps: readonly TimestampJudgement[],
  status: TimestampJudgement['status'],
): Instant | null {
  const times = timestamps.filter((stamp) => stamp.status === status).map(({ genTime }) => genTime);
  return times.length === 0 ? null : Math.min(...times);
}

function integrityStatus(
  findings: readonly Finding[],
  check: SignerCheck | null,
  signed: boolean,
): IntegrityStatus {
  const has = (effect: Finding['effect']): boolean => findings.some((finding) => finding.effect === effect);
  if (has('hash') || has('value')) return 'CHANGED';
  const proven =
    check?.certificate != null && check.valueMatches === true && (!signed || check.digestMatches === true);
  if (has('structure') || !proven) return 'UNREADABLE';
  return has('change') ? 'ADDED' : 'INTACT';
}

function identityStatus(conclusions: readonly Conclusion[], chain: ChainJudgement | null): IdentityStatus {
  const verdicts = new Set(conclusions.map(({ verdict }) => verdict));
  if (chain === null || chain.anchor === null || verdicts.has('UNKNOWN_ISSUER')) return 'UNKNOWN';
  if (verdicts.has('TEST_CERTIFICATE')) return 'TEST';
  if (verdicts.has('REVOKED')) return 'REVOKED';
  if (verdicts.has('EXPIRED_AT_SIGNING')) return 'EXPIRED';
  if (verdicts.has('NOT_YET_VALID')) return 'NOT_YET_VALID';
  return verdicts.has('TIME_UNPROVABLE') || verdicts.has('UNKNOWN_REVOCATION') ? 'UNDETERMINED' : 'TRUSTED';
}

function signerOf(
  certificate: Certificate,
  chain: ChainJudgement | null,
  conclusion: Conclusion,
  { digests }: JudgingContext,
): NonNullable<SignatureReport['signer']> {
  return {
    commonName: commonNameOf(certificate.subject),
    organization: attributeOf(certificate.subject, Oid.organizationName),
    issuer: nameText(certificate.issuer),
    issuerCommonName: commonNameOf(certificate.issuer),
    certifiedByPsre: chain?.anchor?.psreInduk === true && conclusion.indication === 'TOTAL_PASSED',
    serial: hex(certificate.serialNumber),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    fingerprint: fingerprintOf(certificate, digests),
  };
}

function reportedTime(
  times: SigningTimes,
  timestamps: readonly TimestampJudgement[],
): SignatureReport['time'] {
  const { proven, claimed } = times;
  const used = timestamps.find(({ genTime, status }) => status !== 'rejected' && genTime === proven);
  if (proven !== null && used !== undefined) {
    return {
      value: proven,
      source: 'timestamp',
      tsa: used.authority,
      claimed,
      skewSeconds: skewSeconds(times),
    };
  }
  if (claimed === null) return null;
  return { value: claimed, source: 'claimed', tsa: null, claimed, skewSeconds: null };
}

function reportedRevocation(
  chain: ChainJudgement | null,
  context: JudgingContext,
): SignatureReport['revocation'] {
  const leaf = chain?.revocations[0];
  if (leaf === undefined || context.policy.revocation === 'off') {
    return chain?.anchor == null
      ? null
      : { status: 'NOT_CHECKED', source: null, producedAt: null, revokedAt: null };
  }
  const { outcome } = leaf;
  const origin = outcome.item === null ? null : context.pool.originOf(outcome.item);
  const status = outcome.status === 'good' ? 'GOOD' : outcome.status === 'revoked' ? 'REVOKED' : 'UNKNOWN';
  return {
    status,
    source: outcome.source === null || origin === null ? null : `${origin}-${outcome.source}`,
    producedAt: outcome.producedAt,
    revokedAt: outcome.revokedAt,
  };
}
