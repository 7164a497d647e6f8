// The use case "sign": prepare, sign, embed. Only the middle step touches a key.

import { concatBytes, type Instant } from '../asn1/values.ts';
import { encodeSignedData, signatureOctets, withSignatureTimestamp } from '../cms/encode-signed-data.ts';
import { parseTimestampToken } from '../cms/timestamp-token.ts';
import { requirePermission } from '../pdf/access-permissions.ts';
import { findActiveContent } from '../pdf/active-content.ts';
import type { AnchorPlacement, ChosenAnchor } from '../pdf/anchor.ts';
import type { Collision } from '../pdf/collisions.ts';
import { type FieldLock, type PermittedChanges, permissionFor } from '../pdf/doc-mdp.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { CollisionPolicy } from '../pdf/page-spot.ts';
import type { Placement } from '../pdf/placement.ts';
import { embedSignature } from '../pdf/prepare-signature.ts';
import { readSecurityStores } from '../pdf/security-store.ts';
import { requireSigningPlace, type SigningPlace } from '../pdf/signing-place.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { TrustList } from '../pki/trust-list.ts';
import type { DigestAlgorithm, Platform, Source } from '../platform/platform.ts';
import { signerName } from './appearance-text.ts';
import { appendedSource } from './appended-source.ts';
import type { Freshness } from './chain-evidence.ts';
import { chooseAlgorithm } from './choose-algorithm.ts';
import { type ContentsParts, countContents, withMargin } from './contents-size.ts';
import { SigningRefused, TrustServiceFailed } from './errors.ts';
import { GrowingDocument } from './growing-document.ts';
import {
  type Activation,
  type Level,
  type RawSigner,
  type RevocationSource,
  type SignatureAlgorithm,
  type SignerOffer,
  schemeOf,
  type TimestampSource,
} from './ports.ts';
import {
  openForSigning,
  type PreparedSignature,
  preparedSignature,
  type SignatureDraft,
  signedAttributesLength,
} from './prepared-signature.ts';
import { raiseSignatures, requireChainEvidence } from './raise-level.ts';
import { refusalOf } from './refusal.ts';
import { requireSignatureValue } from './signature-value.ts';
import { requireUsableCertificate } from './signer-certificate.ts';
import { digestSource } from './source-digest.ts';
import { ValidationMaterial } from './validation-material.ts';
import { drawVisibleSignature, type VisibleWish } from './visible-signature.ts';
import { pdfDate } from './zoned-time.ts';

export interface SignRequest {
  readonly level: Level;
  /** Full name of an existing empty field; with a placement the name of a new one. Null: a new one with a name of ours. */
  readonly fieldName: string | null;
  /** Null: invisible, or in the place that the existing field has. */
  readonly placement: Placement | AnchorPlacement | null;
  /** What the visible block shows beside name and time. */
  readonly appearance: VisibleWish | null;
  /** About what a visible signature would cover; absent: refuse. An earlier signature is never covered. */
  readonly collision?: CollisionPolicy;
  readonly reason: string | null;
  readonly location: string | null;
  readonly contactInfo: string | null;
  /** Null: the signer's preferred one. */
  readonly algorithm: SignatureAlgorithm | null;
  /** Certify the document: what may still change afterwards. Only its first signature can. */
  readonly certification?: PermittedChanges | null;
  /** Form fields that may not change any more, by full name. */
  readonly lock?: FieldLock | null;
}

/** All that a signature needs beside its key. */
export interface PrepareContext {
  readonly platform: Platform;
  readonly signer: SignerOffer;
  /** Needed from B-T on. */
  readonly timestamps: TimestampSource | null;
  /** Where the paths of signer and time-stamp authority must end, from B-LT on. */
  readonly trustList: TrustList;
  /** From B-LT on; null: only what the document holds counts. */
  readonly revocation: RevocationSource | null;
  /** Opens an encrypted document: of its user or its owner, UTF-8. */
  readonly password?: Uint8Array;
  readonly now: Instant;
  /** IANA name; the clock of `/M` and of the visible block. */
  readonly timeZone: string;
  readonly signal: AbortSignal;
  /** A document with scripts and the like (`findActiveContent`): sign it, or refuse. Absent: sign. */
  readonly activeContent?: 'allow' | 'refuse';
  /** Which answers about the signer's certificate may be stored from B-LT on; absent: `current`. */
  readonly freshness?: Freshness;
  /**
   * How long after the time-stamp the evidence is to be collected, so that a revocation of the last minutes is in it; absent
   * or 0: at once. Otherwise B-LT and B-LTA are delivered as B-T with `raiseAfter`, from when on `raiseLevel` reaches them.
   */
  readonly gracePeriodMs?: number;
}

export interface SignContext extends PrepareContext {
  readonly signer: RawSigner;
  readonly activation: Activation;
}

/** The document followed by what was appended, not yet checked by a verifier. */
export interface SignedDocument {
  readonly source: Source;
  /** What follows the source's last byte: one update, from B-LT on several. */
  readonly update: Uint8Array;
  readonly fieldName: string;
  /** What it has now: as asked for, or B-T where `raiseAfter` says when the rest can be done. */
  readonly level: Level;
  readonly certification: PermittedChanges | null;
  /** The source is damaged and nobody had signed it: what was appended makes it whole for every reader. */
  readonly repaired: boolean;
  readonly algorithm: SignatureAlgorithm;
  /** The signing certificate. */
  readonly certificateDer: Uint8Array;
  /** Of the source, lower-case hexadecimal. */
  readonly sourceSha256: string;
  /** DER; null at B-B. */
  readonly timestampToken: Uint8Array | null;
  /** Fields of the document time-stamps that follow the signature; empty below B-LTA. */
  readonly documentTimestamps: readonly string[];
  /** Which occurrence of a text decided the place; null unless one was asked for. */
  readonly anchor: ChosenAnchor | null;
  /** What the visible signature covers, where that was only to be told. */
  readonly collisions: readonly Collision[];
  /** At B-LTA: until when the level has to be renewed. */
  readonly renewBefore: Instant | null;
  /** From when on the level that was asked for can be reached; null where it has been. */
  readonly raiseAfter: Instant | null;
}

/**
 * Signs a document. From B-LT on the certificate's status is known to be good before the key is used.
 * @throws MalformedPdf, SigningRefused, SigningFailed, SignerFailed, TrustServiceFailed; after any of them nothing was written
 */
export async function signDocument(
  source: Source,
  request: SignRequest,
  context: SignContext,
): Promise<SignedDocument> {
  try {
    const { level } = request;
    const timestamps = requireTimestamps(level, context.timestamps);
    await context.timestamps?.requireTrustedClock?.(context.signal);
    const certificate = requireUsableCertificate(context.signer, context.now);
    const draft = await draftSignature(source, request, certificate, context);
    const material = new ValidationMaterial(context.platform.digests);
    if (isLongTerm(level)) await requireSignerStatus(draft.document, certificate, material, context);
    const room = predictRoom(draft, certificate, timestamps, context.platform);
    const signed = await signAndEmbed(draft, room, certificate, timestamps, context);
    return await deliver(source, signed, { ...draft, certificate, material }, context);
  } catch (error) {
    throw refusalOf(error, context.signal);
  }
}

/** A signature that was just made, as its level has it: raised now, or later where there is a grace period. */
export async function deliver(
  source: Source,
  signed: EmbeddedSignature,
  { certificate, material, level, ...made }: SignatureToRaise,
  context: PrepareContext,
): Promise<SignedDocument> {
  const repaired = made.document.reading === 'repaired';
  const delivered = { source, level, repaired, certificateDer: certificate.der, ...signed };
  if (!isLongTerm(level)) return { ...delivered, ...NOT_RAISED };
  const raiseAfter = endOfGrace(signed, context.gracePeriodMs ?? 0);
  if (raiseAfter !== null) return { ...delivered, ...NOT_RAISED, level: 'B-T', raiseAfter };
  return { ...delivered, ...(await raiseOwn(signed, made, level, material, context)) };
}

type SignatureToRaise = Pick<SignatureDraft, 'document' | 'sourceDigest' | 'algorithm' | 'level'> & {
  readonly certificate: Certificate;
  readonly material: ValidationMaterial;
};

/** The whole signed document in memory. */
export function signedBytes(signed: SignedDocument): Uint8Array {
  return concatBytes([signed.source.read(0, signed.source.size), signed.update]);
}

/** The whole signed document, read where it stands: neither the source nor the result is copied. */
export function signedSource({ source, update }: Pick<SignedDocument, 'source' | 'update'>): Source {
  return appendedSource(source, update);
}

/** The time-stamps that the level needs, null at B-B. Never a lower level than asked. */
export function requireTimestamps(level: Level, timestamps: TimestampSource | null): TimestampSource | null {
  if (level === 'B-B') return null;
  if (timestamps === null) throw new TrustServiceFailed('tsa-unavailable', { sources: [] });
  return timestamps;
}

/** B-LT and B-LTA store proof that the signer was not revoked; without it the key is not used. */
export async function requireSignerStatus(
  document: PdfDocument,
  certificate: Certificate,
  material: ValidationMaterial,
  context: PrepareContext,
): Promise<void> {
  material.addStore(readSecurityStores(document));
  for (const der of context.signer.chain) material.addCertificate(der);
  const question = { leaf: certificate, purpose: 'signature', time: context.now } as const;
  await requireChainEvidence([question], material, context);
}

/** Everything that needs neither key nor network, and the one pass over the document. */
export async function draftSignature(
  source: Source,
  request: SignRequest,
  certificate: Certificate,
  context: PrepareContext,
): Promise<SignatureDraft> {
  const { platform, signer, now, timeZone, signal } = context;
  const algorithm = chooseAlgorithm(request.algorithm, signer, certificate.publicKey, now);
  const { digest } = schemeOf(algorithm);
  const document = openForSigning(source, context);
  if (context.activeContent === 'refuse') refuseActiveContent(document);
  const place = placeFor(document, request, digest, now);
  // Said before the key is used: the time-stamp that completes the level is a new field.
  if (request.level === 'B-LTA') requirePermission(document, 'new-field');
  const name = signerName(certificate);
  return {
    document,
    signature: {
      place,
      ...(await drawVisibleSignature(
        document,
        place,
        request.appearance ?? {},
        request.collision ?? 'refuse',
        certificate,
        context,
      )),
      subFilter: SUB_FILTER,
      ellipticCurve: isOfEllipticCurve(algorithm),
      entries: {
        name,
        reason: request.reason,
        location: request.location,
        contactInfo: request.contactInfo,
        signingTime: pdfDate(now, timeZone),
      },
      description: `Tanda tangan elektronik ${name}`,
      fileIdentifier: platform.randomBytes(16),
      randomBytes: platform.randomBytes,
    },
    sourceDigest: await digestSource(source, digest, platform.digests, signal),
    algorithm,
    chain: signer.chain,
    level: request.level,
    certification: request.certification ?? null,
  };
}

const SUB_FILTER = 'ETSI.CAdES.detached';

/** The field and its place, as the document and its earlier signatures allow them. @throws UpdateRefused, MalformedPdf */
export function placeFor(
  document: PdfDocument,
  request: SignRequest,
  digest: DigestAlgorithm,
  now: Instant,
): SigningPlace {
  const { fieldName, placement, collision = 'refuse', lock = null, reason } = request;
  const certification = request.certification == null ? null : permissionFor(request.certification);
  return requireSigningPlace(
    document,
    { fieldName, placement, collision, newFieldName: `sig_${now}`, certification, lock },
    {
      filter: 'Adobe.PPKLite',
      subFilter: SUB_FILTER,
      digestMethod: digest.toUpperCase(),
      reason,
      certification,
    },
  );
}

/** @throws SigningRefused `content-refused` { findings }: kinds, and `not-searched` where an object cannot be read */
export function refuseActiveContent(document: PdfDocument): void {
  const { found, complete } = findActiveContent(document);
  const findings = [...new Set(found.map(({ kind }) => kind)), ...(complete ? [] : ['not-searched'])];
  if (findings.length > 0) throw new SigningRefused('content-refused', { findings });
}

function isOfEllipticCurve(algorithm: SignatureAlgorithm): boolean {
  const { kind } = schemeOf(algorithm).scheme;
  return kind === 'ecdsa' || kind === 'ed25519';
}

/** Bytes of CMS for which there has to be room. @throws SigningFailed `signature-too-large` */
export function predictRoom(
  draft: SignatureDraft,
  certificate: Certificate,
  timestamps: TimestampSource | null,
  platform: Platform,
): number {
  return countContents(partsOfContents(draft, certificate, timestamps, platform)).reserved;
}

/** What `/Contents` will have to hold. */
export function partsOfContents(
  { algorithm, chain }: Pick<SignatureDraft, 'algorithm' | 'chain'>,
  certificate: Certificate,
  timestamps: TimestampSource | null,
  { digests }: Platform,
): ContentsParts {
  return {
    chain,
    algorithm,
    key: certificate.publicKey,
    signedAttributes: signedAttributesLength(algorithm, chain, digests),
    token: timestamps?.tokenSize ?? 0,
  };
}

/** The signature just made, raised to what was asked for. */
async function raiseOwn(
  { update, fieldName }: EmbeddedSignature,
  { document, sourceDigest, algorithm }: Pick<SignatureDraft, 'document' | 'sourceDigest' | 'algorithm'>,
  level: 'B-LT' | 'B-LTA',
  material: ValidationMaterial,
  context: PrepareContext,
): Promise<Pick<SignedDocument, 'update' | 'documentTimestamps' | 'renewBefore' | 'raiseAfter'>> {
  const { digest } = schemeOf(algorithm);
  const growing = new GrowingDocument(document.source, digest, sourceDigest.beginning, context);
  growing.append(update);
  const raised = await raiseSignatures(growing, level, { only: fieldName }, material, context);
  const { documentTimestamps, renewBefore } = raised;
  return { update: growing.appended, documentTimestamps, renewBefore, raiseAfter: null };
}

const NOT_RAISED = { documentTimestamps: [], renewBefore: null, raiseAfter: null };

/** Null without a grace period; it is counted from the time that the time-stamp proves. */
function endOfGrace({ timestampToken }: EmbeddedSignature, gracePeriodMs: number): Instant | null {
  if (gracePeriodMs === 0 || timestampToken === null) return null;
  return parseTimestampToken(timestampToken).tstInfo.genTime + gracePeriodMs;
}

export function isLongTerm(level: Level): level is 'B-LT' | 'B-LTA' {
  return level === 'B-LT' || level === 'B-LTA';
}

export type EmbeddedSignature = Pick<
  SignedDocument,
  | 'update'
  | 'fieldName'
  | 'algorithm'
  | 'certification'
  | 'sourceSha256'
  | 'timestampToken'
  | 'anchor'
  | 'collisions'
>;

async function signAndEmbed(
  draft: SignatureDraft,
  room: number,
  certificate: Certificate,
  timestamps: TimestampSource | null,
  context: SignContext,
): Promise<EmbeddedSignature> {
  const { digests } = context.platform;
  let prepared = preparedSignature(draft, room, digests);
  let signature = await obtainSignature(prepared, certificate, timestamps, context);
  if (signature.cms.length > room && mayActivateAgain(context.activation)) {
    prepared = preparedSignature(draft, withMargin(signature.cms.length), digests);
    signature = await obtainSignature(prepared, certificate, timestamps, context);
  }
  return embedded(prepared, signature);
}

/** The update with the signature in its gap. @throws UpdateRefused `signature-too-large` { needed, reserved } */
export function embedded(
  prepared: PreparedSignature,
  { cms, timestampToken }: ObtainedSignature,
): EmbeddedSignature {
  const { fieldName, algorithm, certification, sourceSha256, anchor, collisions } = prepared;
  const facts = { fieldName, algorithm, certification, sourceSha256, anchor, collisions };
  return { ...facts, update: embedSignature(prepared, cms), timestampToken };
}

/** Whether a second key operation asks nothing more of the person who signs. */
function mayActivateAgain(activation: Activation): boolean {
  switch (activation.kind) {
    case 'none':
    case 'passphrase':
      return true;
  }
}

interface ObtainedSignature {
  readonly cms: Uint8Array;
  readonly timestampToken: Uint8Array | null;
}

/** The key step, and from B-T on the time-stamp over its result. */
async function obtainSignature(
  prepared: PreparedSignature,
  certificate: Certificate,
  timestamps: TimestampSource | null,
  context: SignContext,
): Promise<ObtainedSignature> {
  const { platform, signer, activation, signal } = context;
  const { toBeSigned: message, algorithm, digestAlgorithm } = prepared;
  signal.throwIfAborted();
  const item = { message, digest: platform.digests.of(digestAlgorithm, message) };
  const values = await signer.sign(algorithm, [item], activation, signal);
  const signature = await requireSignatureValue(values, message, certificate, algorithm, platform.arithmetic);
  return stampedSignature(prepared, signature, timestamps, context);
}

/** The CMS around a verified value, from B-T on with the time-stamp over it. */
export async function stampedSignature(
  { toBeSigned, algorithm, digestAlgorithm, chain }: PreparedSignature,
  signature: Uint8Array,
  timestamps: TimestampSource | null,
  { platform, signal }: Pick<PrepareContext, 'platform' | 'signal'>,
): Promise<ObtainedSignature> {
  const cms = encodeSignedData({
    signedAttributes: toBeSigned,
    certificates: chain,
    digest: digestAlgorithm,
    scheme: schemeOf(algorithm).scheme,
    signature,
  });
  if (timestamps === null) return { cms, timestampToken: null };
  const imprint = platform.digests.of(digestAlgorithm, signatureOctets(cms));
  const timestampToken = await timestamps.stamp({ algorithm: digestAlgorithm, digest: imprint }, signal);
  return { cms: withSignatureTimestamp(cms, timestampToken), timestampToken };
}
