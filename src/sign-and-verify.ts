// Signing as every face does it: nothing that the independent verifier does not accept leaves, and the earlier signatures
// of the document keep their verdicts.

import type { PdfDocument } from './pdf/document.ts';
import { MalformedPdf } from './pdf/errors.ts';
import { requireReadableObjects } from './pdf/readable-objects.ts';
import { findFormSignatures } from './pdf/signatures.ts';
import { parseCertificate } from './pki/certificate.ts';
import { isDevelopmentCertificate } from './pki/development-marker.ts';
import type { Digests, Source } from './platform/platform.ts';
import { checkRaised, checkSigned, isBroken, reaches } from './self-check.ts';
import { appendedSource } from './sign/appended-source.ts';
import { SigningFailed, SigningRefused, TrustServiceFailed } from './sign/errors.ts';
import type { Level, SignerOffer } from './sign/ports.ts';
import { openForSigning } from './sign/prepared-signature.ts';
import { type RaiseContext, type RaisedDocument, type RaisedLevel, raiseLevel } from './sign/raise-level.ts';
import { signDocument } from './sign/sign-document.ts';
import type { SignContext, SignRequest } from './sign/sign-request.ts';
import { type SignedDocument, signedSource } from './sign/signed-document.ts';
import type { SignatureReport, VerificationReport } from './verify/report.ts';
import { type VerifyContext, verifyDocument } from './verify/verify-document.ts';

export interface SignAndVerifyContext extends Omit<SignContext, 'trustList'> {
  /** How the result is judged, without asking the network, and which anchors the evidence for B-LT must lead to. */
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
  const before = await verifyBefore(source, context.signer, context);
  const { trustList } = context.verification;
  const signed = await signDocument(source, request, { ...context, trustList });
  return verifyAfter(before, signed, context);
}

/** How a result is judged, and what keeps a document from being signed at all. */
export type CheckContext = Pick<
  SignAndVerifyContext,
  | 'platform'
  | 'password'
  | 'now'
  | 'signal'
  | 'verification'
  | 'earlierBroken'
  | 'developmentKeys'
  | 'materialise'
>;

/**
 * What has to be known before a document is signed.
 * @returns the report on the signatures that it carries, null where there are none
 * @throws SigningRefused `development-key-in-production`, `earlier-signature-broken`; MalformedPdf
 */
export async function verifyBefore(
  source: Source,
  signer: Pick<SignerOffer, 'chain'>,
  context: CheckContext,
): Promise<VerificationReport | null> {
  requireKeyForThisPlace(signer, context);
  return verifyEarlierSignatures(source, context);
}

/**
 * The second opinion on what was signed.
 * @throws SigningFailed `self-check-failed` { findings }; TrustServiceFailed `deadline-exceeded` where there was no time for one
 */
export async function verifyAfter(
  before: VerificationReport | null,
  signed: SignedDocument,
  context: CheckContext,
): Promise<SignedAndVerified> {
  const document = (await context.materialise?.(signed)) ?? signedSource(signed);
  const after = await verifyDocument(document, {
    ...verificationOf(context),
    prefixSize: signed.source.size,
  });
  requireInTime(after, context.signal);
  return {
    signed,
    document,
    report: after,
    signature: requireSelfCheck(before, after, signed, context.platform.digests),
  };
}

/** A key whose certificate says that it is for development signs nothing that an office could take for real. */
function requireKeyForThisPlace(
  signer: Pick<SignerOffer, 'chain'>,
  { developmentKeys }: Pick<CheckContext, 'developmentKeys'>,
): void {
  const [leaf] = signer.chain;
  if (developmentKeys === 'allow' || leaf === undefined) return;
  if (isDevelopmentCertificate(parseCertificate(leaf)))
    throw new SigningRefused('development-key-in-production');
}

function verificationOf(
  context: Pick<CheckContext, 'platform' | 'password' | 'now' | 'signal' | 'verification'>,
): VerifyContext {
  const { platform, password, now, signal, verification } = context;
  const verifying = { ...verification, platform, now, signal, revocation: null };
  return password === undefined ? verifying : { ...verifying, password };
}

/** The report before signing, null for a document that carries no signature. */
async function verifyEarlierSignatures(
  source: Source,
  context: CheckContext,
): Promise<VerificationReport | null> {
  const document = openForSigning(source, context);
  if (findFormSignatures(document).length === 0) return null;
  const report = await verifyDocument(source, verificationOf(context));
  requireVerdict(report, context.signal);
  requireComparable(document, report);
  requireNoneInTheWay(report, context.earlierBroken);
  return report;
}

function requireNoneInTheWay({ signatures }: VerificationReport, earlierBroken: 'refuse' | 'warn'): void {
  const inTheWay = earlierBroken === 'refuse' ? isBroken : reachesBeyondTheFile;
  const fields = signatures.filter(inTheWay).map(({ fieldName }) => fieldName ?? '');
  if (fields.length > 0) throw new SigningRefused('earlier-signature-broken', { fields });
}

/** A document that cannot be judged before we sign cannot be judged with our signature in it. */
function requireVerdict({ problem }: VerificationReport, signal: AbortSignal): void {
  if (problem === null) return;
  switch (problem.code) {
    case 'deadline-exceeded':
      throw givenUp(signal);
    case 'internal':
    case 'file-empty':
      throw new SigningFailed('self-check-failed', { findings: [`unreadable:${problem.code}`] });
    default:
      throw new MalformedPdf(problem.code, problem.values);
  }
}

/** A verdict that was given up says nothing about the document. @throws TrustServiceFailed `deadline-exceeded` */
function requireInTime({ problem }: VerificationReport, signal: AbortSignal): void {
  if (problem?.code === 'deadline-exceeded') throw givenUp(signal);
}

function givenUp(signal: AbortSignal): TrustServiceFailed {
  return new TrustServiceFailed('deadline-exceeded', {}, signal.reason);
}

/** Whatever we append would come to lie under its range, and our own range would collide with it. */
function reachesBeyondTheFile({ findings }: SignatureReport): boolean {
  return findings.some(({ code }) => code === 'signed-data-missing');
}

/** What follows the first signature is compared with what it signed, of which the verifier has read all once anything follows it. */
function requireComparable(document: PdfDocument, { signatures }: VerificationReport): void {
  const signed = signatures.map(({ revision }) => revision ?? document.revisions.length);
  if (Math.min(...signed) === document.revisions.length) requireReadableObjects(document);
}

/** @returns the report of our signature @throws SigningFailed `self-check-failed` { findings } */
function requireSelfCheck(
  before: VerificationReport | null,
  after: VerificationReport,
  signed: SignedDocument,
  digests: Digests,
): SignatureReport {
  const findings = checkSigned(before, after, signed, digests);
  const ours = after.signatures.find(({ fieldName }) => fieldName === signed.fieldName);
  if (ours === undefined || findings.length > 0) throw new SigningFailed('self-check-failed', { findings });
  return ours;
}

export interface RaiseAndVerifyContext extends Omit<RaiseContext, 'trustList' | 'broken'> {
  /** How the result is judged, and which anchors the evidence must lead to. */
  readonly verification: Pick<VerifyContext, 'trustList' | 'policy'>;
  /** A signature that is broken before we raise: refuse, or leave it as it is and say so. */
  readonly earlierBroken: 'refuse' | 'warn';
  /** As for signing: what is checked is what stands where it will be delivered from. */
  readonly materialise?: (raised: RaisedDocument) => Promise<Source>;
}

export interface RaisedAndVerified {
  readonly raised: RaisedDocument;
  /** The raised document as the verifier read it. */
  readonly document: Source;
  readonly report: VerificationReport;
}

/**
 * Raises every signature of a document, our own or a foreign one, and has the result verified before it is handed out.
 * @throws SigningRefused, also `level-unsupported` { level, fields } for signatures that miss a requirement of every level;
 *   SigningFailed (`self-check-failed` { findings }), TrustServiceFailed, MalformedPdf
 */
export async function raiseAndVerify(
  source: Source,
  level: RaisedLevel,
  context: RaiseAndVerifyContext,
): Promise<RaisedAndVerified> {
  const before = await verifyDocument(source, verificationOf(context));
  requireVerdict(before, context.signal);
  requireNoneInTheWay(before, context.earlierBroken);
  requireComparable(openForSigning(source, context), before);
  const broken = new Set(before.signatures.filter(isBroken).map(({ fieldName }) => fieldName ?? ''));
  requireRaisable(before, level, broken);
  const { trustList } = context.verification;
  const raised = await raiseLevel(source, level, { ...context, trustList, broken });
  const document = (await context.materialise?.(raised)) ?? appendedSource(source, raised.update);
  const after = await verifyDocument(document, { ...verificationOf(context), prefixSize: source.size });
  requireInTime(after, context.signal);
  const findings = checkRaised(before, after, raised, new Set(raised.leftAsTheyWere));
  if (findings.length > 0) throw new SigningFailed('self-check-failed', { findings });
  return { raised, document, report: after };
}

/** A signature that breaks a rule of B-B stays below every level, whatever is added. */
function requireRaisable({ signatures }: VerificationReport, level: Level, left: ReadonlySet<string>): void {
  const fields = signatures
    .filter(({ kind, fieldName }) => kind !== 'doc-timestamp' && !left.has(fieldName ?? ''))
    .filter((signature) => !reaches(signature, 'B-B'))
    .map(({ fieldName }) => fieldName ?? '');
  if (fields.length > 0) throw new SigningRefused('level-unsupported', { level, fields });
}
