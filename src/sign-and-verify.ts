// Signing as every face does it: nothing that the independent verifier does not accept leaves, and the earlier signatures
// of the document keep their verdicts.

import { hex } from './asn1/values.ts';
import { openDocument } from './pdf/open-document.ts';
import { findFormSignatures } from './pdf/signatures.ts';
import { parseCertificate } from './pki/certificate.ts';
import { isDevelopmentCertificate } from './pki/development-marker.ts';
import type { Digests, Platform, Source } from './platform/platform.ts';
import { SigningFailed, SigningRefused } from './sign/errors.ts';
import type { Level } from './sign/ports.ts';
import {
  type SignContext,
  type SignedDocument,
  type SignRequest,
  signDocument,
  signedSource,
} from './sign/sign-document.ts';
import {
  SIGNATURE_VERDICTS_WORST_FIRST,
  type SignatureReport,
  type VerificationReport,
} from './verify/report.ts';
import { type VerifyContext, verifyDocument } from './verify/verify-document.ts';

export interface SignAndVerifyContext extends SignContext {
  /** How the result is judged; the network is not asked for it. */
  readonly verification: Pick<VerifyContext, 'trustList' | 'policy'>;
  /** A signature that is broken before we sign: refuse to add to it, or go on and say so. */
  readonly earlierBroken: 'refuse' | 'warn';
  /** Keys of the development PKI; never in production. */
  readonly developmentKeys: 'allow' | 'refuse';
  /**
   * Puts the signed document where it will be delivered from, and returns it as it was written there, so that what is checked
   * is what is delivered; absent: source and update in memory.
   */
  readonly materialise?: (signed: SignedDocument) => Promise<Source>;
}

export interface SignedAndVerified {
  readonly signed: SignedDocument;
  /** The signed document as the verifier read it. */
  readonly document: Source;
  readonly report: VerificationReport;
  /** The report of the signature that was just made. */
  readonly signature: SignatureReport;
}

/**
 * Signs a document and has the result verified before it is handed out.
 * @throws SigningRefused, SigningFailed (`self-check-failed` { findings }), SignerFailed, TrustServiceFailed, MalformedPdf
 */
export async function signAndVerify(
  source: Source,
  request: SignRequest,
  context: SignAndVerifyContext,
): Promise<SignedAndVerified> {
  requireKeyForThisPlace(context);
  const before = await verifyEarlierSignatures(source, context);
  const signed = await signDocument(source, request, context);
  const document = (await context.materialise?.(signed)) ?? signedSource(signed);
  const after = await verifyDocument(document, { ...verificationOf(context), prefixSize: source.size });
  return {
    signed,
    document,
    report: after,
    signature: requireSelfCheck(before, after, signed, context.platform.digests),
  };
}

/** A key whose certificate says that it is for development signs nothing that an office could take for real. */
function requireKeyForThisPlace({ developmentKeys, signer }: SignAndVerifyContext): void {
  const [leaf] = signer.chain;
  if (developmentKeys === 'allow' || leaf === undefined) return;
  if (isDevelopmentCertificate(parseCertificate(leaf)))
    throw new SigningRefused('development-key-in-production');
}

function verificationOf(context: SignAndVerifyContext): VerifyContext {
  const { platform, now, signal, verification } = context;
  return { ...verification, platform, now, signal, revocation: null };
}

/** The report before signing, null for a document that carries no signature. */
async function verifyEarlierSignatures(
  source: Source,
  context: SignAndVerifyContext,
): Promise<VerificationReport | null> {
  if (!carriesSignatures(source, context.platform)) return null;
  const report = await verifyDocument(source, verificationOf(context));
  const broken = report.signatures.filter(isBroken);
  if (broken.length > 0 && context.earlierBroken === 'refuse') {
    const fields = broken.map(({ fieldName }) => fieldName ?? '');
    throw new SigningRefused('earlier-signature-broken', { fields });
  }
  return report;
}

function carriesSignatures(source: Source, { inflater, digests }: Platform): boolean {
  return findFormSignatures(openDocument(source, { inflater, digests, damaged: 'read' })).length > 0;
}

/** The document was changed, or the signature itself does not hold; trust and time are not asked here. */
function isBroken({ integrity, indication, subIndication }: SignatureReport): boolean {
  return (
    integrity.status !== 'INTACT' || (indication === 'TOTAL_FAILED' && subIndication !== 'NOT_YET_VALID')
  );
}

/** @returns the report of our signature @throws SigningFailed `self-check-failed` { findings } */
function requireSelfCheck(
  before: VerificationReport | null,
  after: VerificationReport,
  signed: SignedDocument,
  digests: Digests,
): SignatureReport {
  const ours = after.signatures.find(({ fieldName }) => fieldName === signed.fieldName);
  const findings = [
    ...checkPrefix(after, signed),
    ...(ours === undefined ? ['signature-not-found'] : checkOurs(ours, after, signed, digests)),
    ...checkEarlier(before, after),
  ];
  if (ours === undefined || findings.length > 0) throw new SigningFailed('self-check-failed', { findings });
  return ours;
}

function checkPrefix({ prefix, problem }: VerificationReport, signed: SignedDocument): readonly string[] {
  if (problem !== null) return [`unreadable:${problem.code}`];
  const same = prefix?.size === signed.source.size && prefix.sha256 === signed.sourceSha256;
  return same ? [] : ['prefix-differs'];
}

function checkOurs(
  ours: SignatureReport,
  after: VerificationReport,
  signed: SignedDocument,
  digests: Digests,
): readonly string[] {
  const findings: string[] = [];
  if (after.signatures.at(-1) !== ours) findings.push('not-the-last-signature');
  if (!ours.integrity.coversWholeFile) findings.push('does-not-cover-the-file');
  if (isBroken(ours)) {
    findings.push(...ours.findings.filter(({ effect }) => effect !== 'info').map(({ code }) => code));
    findings.push(`integrity:${ours.integrity.status}`);
  }
  if (ours.signer?.fingerprint !== hex(digests.of('sha256', signed.certificateDer)))
    findings.push('other-certificate');
  const reached: readonly string[] = LEVELS_AT_LEAST[signed.level];
  if (!reached.includes(ours.level)) findings.push(`level:${ours.level}`, ...ours.deviations);
  return findings;
}

const LEVELS_AT_LEAST: Readonly<Record<Level, readonly SignatureReport['level'][]>> = {
  'B-B': ['PAdES-B-B', 'PAdES-B-T', 'PAdES-B-LT', 'PAdES-B-LTA'],
  'B-T': ['PAdES-B-T', 'PAdES-B-LT', 'PAdES-B-LTA'],
  'B-LT': ['PAdES-B-LT', 'PAdES-B-LTA'],
  'B-LTA': ['PAdES-B-LTA'],
};

/** Each earlier signature is still there, no worse than before. */
function checkEarlier(before: VerificationReport | null, after: VerificationReport): readonly string[] {
  return (before?.signatures ?? []).flatMap((earlier, i) => {
    const now = after.signatures[i];
    if (now === undefined || now.fieldName !== earlier.fieldName) return [`earlier-signature-lost:${i}`];
    const rank = (report: SignatureReport): number => SIGNATURE_VERDICTS_WORST_FIRST.indexOf(report.verdict);
    return rank(now) < rank(earlier) ? [`earlier-signature-worse:${earlier.verdict}:${now.verdict}`] : [];
  });
}
