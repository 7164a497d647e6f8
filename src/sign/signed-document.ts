// What comes of signing, and how it gets the level that was asked for: now, or after a grace period.

import { concatBytes, type Instant } from '../asn1/values.ts';
import { parseTimestampToken } from '../cms/timestamp-token.ts';
import type { ChosenAnchor } from '../pdf/anchor.ts';
import type { Collision } from '../pdf/collisions.ts';
import type { PermittedChanges } from '../pdf/doc-mdp.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { Source } from '../platform/platform.ts';
import { appendedSource } from './appended-source.ts';
import type { EmbeddedSignature } from './embed-value.ts';
import { GrowingDocument } from './growing-document.ts';
import { type Level, type SignatureAlgorithm, schemeOf } from './ports.ts';
import type { SignatureDraft } from './prepared-signature.ts';
import { raiseSignatures } from './raise-level.ts';
import { isLongTerm, type PrepareContext } from './sign-request.ts';
import type { ValidationMaterial } from './validation-material.ts';

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
  /** `any`: made elsewhere, and perhaps in the older format PKCS#7; absent: PAdES. */
  readonly format?: 'any';
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

/** The whole signed document in memory. */
export function signedBytes(signed: SignedDocument): Uint8Array {
  return concatBytes([signed.source.read(0, signed.source.size), signed.update]);
}

/** The whole signed document, read where it stands: neither the source nor the result is copied. */
export function signedSource({ source, update }: Pick<SignedDocument, 'source' | 'update'>): Source {
  return appendedSource(source, update);
}

type SignatureToRaise = Pick<SignatureDraft, 'document' | 'sourceDigest' | 'algorithm' | 'level'> & {
  readonly certificate: Certificate;
  readonly material: ValidationMaterial;
};

/** A signature that was just made, as its level has it: raised now, or later where there is a grace period. */
export async function deliver(
  source: Source,
  signed: EmbeddedSignature,
  { certificate, material, level, ...made }: SignatureToRaise,
  context: PrepareContext,
): Promise<SignedDocument> {
  const repaired = made.document.reading === 'repaired' || made.document.mended.size > 0;
  const delivered = { source, level, repaired, certificateDer: certificate.der, ...signed };
  if (!isLongTerm(level)) return { ...delivered, ...NOT_RAISED };
  const raiseAfter = endOfGrace(signed, context.gracePeriodMs ?? 0);
  if (raiseAfter !== null) return { ...delivered, ...NOT_RAISED, level: 'B-T', raiseAfter };
  return { ...delivered, ...(await raiseOwn(signed, made, level, material, context)) };
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
