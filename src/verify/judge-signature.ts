// One signature judged, in the order of EN 319 102-1, clause 5: format, integrity, signing certificate, path, revocation,
// proof of existence, changes. Pure: the same arguments give the same report.

import { Oid } from '../asn1/oids.ts';
import { hex, type Instant } from '../asn1/values.ts';
import { checkSignerInfo, type SignerCheck } from '../cms/check-signer.ts';
import { parsePdfDate } from '../pdf/dates.ts';
import { checkDigest, checkScheme } from '../pki/algorithm-policy.ts';
import type { Certificate } from '../pki/certificate.ts';
import { checkSignerKeyUsage } from '../pki/key-usage.ts';
import { attributeOf, commonNameOf, nameText } from '../pki/name.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { type ChainJudgement, type JudgingContext, judgeChain } from './judge-chain.ts';
import type { TimestampJudgement } from './judge-timestamp.ts';
import { signatureLevel } from './level.ts';
import { claimOf, type ReadSignature } from './read-signature.ts';
import type {
  Change,
  Finding,
  IdentityStatus,
  IntegrityStatus,
  Reason,
  ReasonCode,
  SignatureReport,
  SubIndication,
} from './report.ts';
import { signatureKind } from './signature-kind.ts';
import { judgeRevoked, judgeValidity, reason, type SigningTimes } from './signing-time.ts';
import { accepted, type Conclusion, failed, indeterminate, PASSED, worstConclusion } from './verdict.ts';

/** What was found about one signature outside of its own structure. */
export interface SignatureSurroundings {
  /** Digest of the covered bytes; undefined while it was not gathered. */
  readonly contentDigest: (algorithm: DigestAlgorithm) => Uint8Array | undefined;
  /** The covered bytes, for the old format without signed attributes. */
  readonly content: () => Uint8Array | undefined;
  /** Its own time-stamps and the document time-stamps that cover it. */
  readonly timestamps: readonly TimestampJudgement[];
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
  concludeAlgorithms(check, certificate, chain, time, conclude);
  concludeIdentity(certificate, chain, times, conclude);
  if (certificate !== null && chain?.anchor != null) {
    concludeRevocation(certificate, chain, times, context, conclude);
  }
  concludeTime(check, times, surroundings.timestamps, context, conclude);

  const conclusion = worstConclusion(conclusions);
  const level = signatureLevel(signature, check, surroundings, chain, context);
  if (!level.level.endsWith('LT') && !level.level.endsWith('LTA')) conclude(null, reason('NOT_LTV'));
  if (surroundings.rect === null) conclude(null, reason('INVISIBLE_SIGNATURE'));
  const status = integrityStatus(findings, check, hasSignedAttributes(signature));
  return {
    chains: [chain, ...surroundings.timestamps.map((stamp) => stamp.chain)].filter((each) => each !== null),
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
      claims: { reason: claimOf(signature, 'Reason'), location: claimOf(signature, 'Location') },
      reasons,
      findings,
    },
  };
}

type Conclude = (conclusion: Conclusion | null, ...why: readonly Reason[]) => void;

function checkCms(
  signature: ReadSignature,
  surroundings: SignatureSurroundings,
  context: JudgingContext,
): SignerCheck | null {
  if (signature.cms === null || signature.kind === null) return null;
  return checkSignerInfo(signature.cms, {
    kind: signature.kind,
    contentDigest: surroundings.contentDigest,
    content: surroundings.content,
    candidates: context.pool.certificates,
    verified: context.verified,
    digests: context.digests,
  });
}

/** Whether the value covers attributes that carry the digest, and not the document itself. */
function hasSignedAttributes({ cms }: ReadSignature): boolean {
  return cms?.signerInfos[0]?.signedAttributes != null;
}

function timesOf(
  signature: ReadSignature,
  check: SignerCheck | null,
  { timestamps }: SignatureSurroundings,
  now: Instant,
): SigningTimes {
  const proofs = timestamps.filter(({ status }) => status !== 'rejected').map(({ genTime }) => genTime);
  const written = claimOf(signature, 'M');
  const claimed = check?.signingTime ?? (written === null ? null : parsePdfDate(written));
  return { proven: proofs.length === 0 ? null : Math.min(...proofs), claimed, now };
}

/** The effects of findings on structure, digest, value and later changes. */
function concludeIntegrity(
  findings: readonly Finding[],
  changes: readonly Change[],
  conclude: Conclude,
): void {
  for (const { effect, code } of findings) {
    switch (effect) {
      case 'structure':
        conclude(
          code === 'signed-data-missing'
            ? indeterminate('INVALID', 'SIGNED_DATA_NOT_FOUND')
            : failed('INVALID', 'FORMAT_FAILURE'),
          reason('STRUCTURE_INVALID'),
        );
        break;
      case 'hash':
        conclude(failed('MODIFIED', 'HASH_FAILURE'), reason('DIGEST_MISMATCH'));
        break;
      case 'value':
        conclude(failed('INVALID', 'SIG_CRYPTO_FAILURE'), reason('SIGNATURE_VALUE_MISMATCH'));
        break;
      case 'change':
        conclude(failed('CHANGED_AFTER_LAST_SIGNATURE', 'FORMAT_FAILURE'));
        break;
      case 'constraint':
        if (code !== 'signing-certificate-not-found') {
          conclude(indeterminate('INVALID', 'SIG_CONSTRAINTS_FAILURE'), reason('STRUCTURE_INVALID'));
        }
        break;
      case 'weak':
        conclude(
          indeterminate('WEAK_ALGORITHM', 'CRYPTO_CONSTRAINTS_FAILURE'),
          reason('DIGEST_WEAK', { name: 'SHA-1' }),
        );
        break;
      case 'info':
        break;
    }
  }
  const unexplained = changes.filter(({ permitted }) => !permitted);
  for (const { kind } of unexplained) conclude(null, reason(CHANGE_REASONS[kind] ?? 'BYTES_NOT_COVERED'));
  const uncovered = findings.some(({ effect }) => effect === 'change') && unexplained.length === 0;
  if (uncovered) conclude(null, reason('BYTES_NOT_COVERED'));
}

const CHANGE_REASONS: Readonly<Partial<Record<Change['kind'], ReasonCode>>> = {
  'signature-added': 'ANNOTATION_ADDED',
  'annotation-added': 'ANNOTATION_ADDED',
  'annotation-changed': 'ANNOTATION_ADDED',
  'annotation-removed': 'ANNOTATION_ADDED',
  'field-filled': 'FORM_CHANGED',
  'field-appearance-changed': 'FORM_CHANGED',
  'content-covered': 'CONTENT_OVERLAPPED',
  'page-added': 'PAGE_ADDED',
};

/** Nothing passes whose value was not seen to fit: not one that could not be computed either. */
function concludeValue(check: SignerCheck | null, signed: boolean, conclude: Conclude): void {
  if (check === null) return;
  const digestUnknown = signed && check.digestMatches === null;
  const unchecked = check.certificate !== null && (check.valueMatches === null || digestUnknown);
  if (unchecked) conclude(failed('INVALID', 'SIG_CRYPTO_FAILURE'), reason('SIGNATURE_VALUE_MISMATCH'));
}

function concludeAlgorithms(
  check: SignerCheck | null,
  certificate: Certificate | null,
  chain: ChainJudgement | null,
  time: Instant,
  conclude: Conclude,
): void {
  if (check === null) return;
  const digest = check.digestAlgorithm === null ? null : checkDigest(check.digestAlgorithm, time);
  const value =
    certificate === null || check.scheme === null
      ? null
      : checkScheme(check.scheme, certificate.publicKey, time);
  const weak = [digest, value, ...(chain?.weak ?? [])].filter((each) => each?.verdict === 'weak');
  for (const judgement of weak) {
    const subIndication = judgement.never
      ? 'CRYPTO_CONSTRAINTS_FAILURE'
      : 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE';
    const code = judgement === digest ? 'DIGEST_WEAK' : 'KEY_WEAK';
    conclude(indeterminate('WEAK_ALGORITHM', subIndication), reason(code, { name: judgement.name }));
  }
}

/** Who issued the certificate: a listed anchor, a test anchor, nobody known. */
function concludeIdentity(
  certificate: Certificate | null,
  chain: ChainJudgement | null,
  times: SigningTimes,
  conclude: Conclude,
): void {
  if (certificate === null || chain === null) {
    conclude(indeterminate('UNKNOWN_ISSUER', 'NO_SIGNING_CERTIFICATE_FOUND'), reason('ISSUER_NOT_LISTED'));
    return;
  }
  const { anchor } = chain;
  if (anchor === null) {
    conclude(indeterminate('UNKNOWN_ISSUER', subIndicationOf(chain)), reason('ISSUER_NOT_LISTED'));
    return;
  }
  if (anchor.role === 'test') {
    conclude(indeterminate('TEST_CERTIFICATE', 'CHAIN_CONSTRAINTS_FAILURE'), reason('TEST_ANCHOR'));
  }
  const ended = (times.proven ?? times.now) > anchor.certificate.notAfter;
  if (anchor.role === 'historical' && ended) {
    conclude(
      indeterminate('UNKNOWN_ISSUER', 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE'),
      reason('ISSUER_NOT_LISTED'),
    );
  }
  if (checkSignerKeyUsage(certificate) !== null) {
    conclude(indeterminate('UNKNOWN_ISSUER', 'CHAIN_CONSTRAINTS_FAILURE'), reason('ISSUER_NOT_LISTED'));
  }
}

function subIndicationOf({ failure }: ChainJudgement): SubIndication {
  if (failure === 'no-path') return 'NO_CERTIFICATE_CHAIN_FOUND';
  return failure === 'anchor-purpose' ? 'CHAIN_CONSTRAINTS_FAILURE' : 'CERTIFICATE_CHAIN_GENERAL_FAILURE';
}

/** Revocation and validity of each certificate below the anchor. */
function concludeRevocation(
  leaf: Certificate,
  chain: ChainJudgement,
  times: SigningTimes,
  context: JudgingContext,
  conclude: Conclude,
): void {
  for (const { certificate, outcome } of chain.revocations) {
    const known = outcome.status === 'good' || outcome.status === 'revoked';
    if (outcome.status === 'revoked' && outcome.revokedAt !== null) {
      const revoked = judgeRevoked(outcome.revokedAt, times, certificate !== leaf);
      for (const conclusion of revoked.conclusions) conclude(conclusion, ...revoked.reasons);
    }
    const optional = context.policy.revocation !== 'require';
    const validity = judgeValidity(certificate, times, known || optional);
    for (const conclusion of validity.conclusions) conclude(conclusion, ...validity.reasons);
    if (known) continue;
    if (optional) conclude(accepted('VALID_WITH_NOTES'), reason('REVOCATION_NOT_CHECKED'));
    else {
      const ended = times.now > certificate.notAfter ? { at: certificate.notAfter } : {};
      const why = revocationReason(certificate, outcome, context);
      conclude(indeterminate('UNKNOWN_REVOCATION', 'TRY_LATER'), reason(why, ended));
    }
  }
}

function revocationReason(
  certificate: Certificate,
  outcome: ChainJudgement['revocations'][number]['outcome'],
  context: JudgingContext,
): ReasonCode {
  if (outcome.status === 'on-hold') return 'CERT_ON_HOLD';
  if (context.unreachable.has(hex(context.digests.of('sha256', certificate.der))))
    return 'REVOCATION_UNREACHABLE';
  return outcome.findings.includes('evidence-not-bound') ? 'EVIDENCE_NOT_BOUND' : 'REVOCATION_UNKNOWN';
}

// Below a minute the two clocks agree well enough that nobody asks why they differ.
const NOTICEABLE_SKEW_SECONDS = 60;

function concludeTime(
  check: SignerCheck | null,
  times: SigningTimes,
  timestamps: readonly TimestampJudgement[],
  context: JudgingContext,
  conclude: Conclude,
): void {
  if (timestamps.some(({ status }) => status === 'rejected')) conclude(null, reason('TIMESTAMP_REJECTED'));
  const used = timestamps.find(({ genTime, status }) => status !== 'rejected' && genTime === times.proven);
  if (used === undefined) conclude(accepted('VALID_WITH_NOTES'), reason('NO_TIMESTAMP'));
  else if (used.status === 'undetermined') {
    conclude(
      context.policy.revocation === 'require' ? indeterminate('UNKNOWN_REVOCATION', 'TRY_LATER') : PASSED,
      reason('REVOCATION_UNKNOWN'),
    );
  } else if (used.expired) conclude(accepted('VALID_WITH_NOTES'), reason('TSA_EXPIRED'));
  const skew = skewSeconds(times);
  if (skew !== null && Math.abs(skew) >= NOTICEABLE_SKEW_SECONDS) {
    conclude(null, reason('CLAIMED_TIME_DIFFERS', { seconds: skew }));
  }
  const legacy = check?.findings.some(({ code }) => code === 'signing-certificate-absent') === true;
  if (legacy) conclude(accepted('VALID_WITH_NOTES'), reason('LEGACY_FORMAT'));
}

function skewSeconds({ proven, claimed }: SigningTimes): number | null {
  return proven === null || claimed === null ? null : Math.round((proven - claimed) / 1000);
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
    fingerprint: hex(digests.of('sha256', certificate.der)),
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
