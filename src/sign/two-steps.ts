// The use case "sign" across two requests: the key is elsewhere, in a phone or a card, and minutes pass before its value comes.

import { sameBytes } from '../asn1/values.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { Source } from '../platform/platform.ts';
import { draftSignature, predictRoom, requireSignerStatus } from './draft-signature.ts';
import { embedded, stampedSignature } from './embed-value.ts';
import { SigningFailed } from './errors.ts';
import { schemeOf, type ToBeSigned } from './ports.ts';
import {
  forgetOpened,
  openForSigning,
  openToBeFollowed,
  type PreparedSignature,
  preparedSignature,
  signedAttributes,
} from './prepared-signature.ts';
import { refusalOf } from './refusal.ts';
import { isLongTerm, type PrepareContext, requireTimestamps, type SignRequest } from './sign-request.ts';
import { formsOfValue } from './signature-value.ts';
import { deliver, type SignedDocument } from './signed-document.ts';
import { requireUsableCertificate } from './signer-certificate.ts';
import { digestCovered, digestSource, type SourceDigest } from './source-digest.ts';
import { ValidationMaterial } from './validation-material.ts';

/**
 * The first step: everything up to what the key signs. From B-LT on the certificate's status is known to be good before anybody
 * is asked to sign.
 * @throws MalformedPdf, SigningRefused, SigningFailed, SignerFailed, TrustServiceFailed
 */
export async function prepareDocument(
  source: Source,
  request: SignRequest,
  context: PrepareContext,
): Promise<PreparedSignature> {
  try {
    const timestamps = requireTimestamps(request.level, context.timestamps);
    await context.timestamps?.requireTrustedClock?.(context.signal);
    const certificate = requireUsableCertificate(context.signer, context.now);
    const draft = await draftSignature(source, request, certificate, context);
    const material = new ValidationMaterial(context.platform.digests);
    if (isLongTerm(request.level)) await requireSignerStatus(draft.document, certificate, material, context);
    const room = predictRoom(draft, certificate, timestamps, context.platform);
    return preparedSignature(draft, room, context.platform.digests);
  } catch (error) {
    throw refusalOf(error, context.signal);
  } finally {
    forgetOpened(source);
  }
}

/** What the holder of the key signs: the bytes, and their digest for a device that wants one. */
export function itemOf(
  { toBeSigned: message, digestAlgorithm }: PreparedSignature,
  { platform }: Pick<PrepareContext, 'platform'>,
): ToBeSigned {
  return { message, digest: platform.digests.of(digestAlgorithm, message) };
}

export type CompleteContext = Omit<PrepareContext, 'signer' | 'timeZone'>;

/**
 * The second step: verifies the value with the prepared certificate, embeds it and raises the level.
 * @param value - RSA at modulus length, ECDSA as DER or as r and s side by side, Ed25519 64 bytes
 * @throws SigningFailed `prepared-mismatch` { reason: 'document' | 'signature' | 'prepared' }, `signature-too-large`; MalformedPdf,
 *   SigningRefused, SignerFailed, TrustServiceFailed; after any of them nothing was written
 */
export async function completeDocument(
  source: Source,
  prepared: PreparedSignature,
  value: Uint8Array,
  context: CompleteContext,
): Promise<SignedDocument> {
  try {
    const { level, algorithm, chain } = prepared;
    const timestamps = requireTimestamps(level, context.timestamps);
    await context.timestamps?.requireTrustedClock?.(context.signal);
    const sourceDigest = await requirePreparedDocument(source, prepared, context);
    const ofSigner = { ...context, signer: { chain, algorithms: [algorithm] }, timeZone: 'UTC' };
    const certificate = requireUsableCertificate({ chain }, context.now);
    const signature = await requireOutsideValue(value, prepared, certificate, context);
    const document = isLongTerm(level) ? openToBeFollowed(source, context) : openForSigning(source, context);
    const material = new ValidationMaterial(context.platform.digests);
    if (isLongTerm(level)) await requireSignerStatus(document, certificate, material, ofSigner);
    const signed = embedded(prepared, await stampedSignature(prepared, signature, timestamps, context));
    const made = { document, sourceDigest, algorithm, level, certificate, material };
    return await deliver(source, signed, made, ofSigner);
  } catch (error) {
    throw refusalOf(error, context.signal);
  } finally {
    forgetOpened(source);
  }
}

/** The document is the prepared one, and what was signed follows from it and from nothing else. */
async function requirePreparedDocument(
  source: Source,
  prepared: PreparedSignature,
  { platform, signal }: CompleteContext,
): Promise<SourceDigest> {
  const { digests } = platform;
  const { algorithm, chain, update, digestAlgorithm, toBeSigned } = prepared;
  if (source.size !== prepared.sourceSize) throw mismatch('document');
  const sourceDigest = await digestSource(source, schemeOf(algorithm).digest, digests, signal);
  if (!sameBytes(sourceDigest.sha256, Buffer.from(prepared.sourceSha256, 'hex'))) throw mismatch('document');
  const gap = requireGap(prepared);
  const digest = digestCovered(sourceDigest.beginning, update, gap);
  const expected = signedAttributes(algorithm, chain, digest, digests);
  if (digestAlgorithm !== schemeOf(algorithm).digest || !sameBytes(expected, toBeSigned))
    throw mismatch('prepared');
  return sourceDigest;
}

/** Where the value goes, within the update: the gap between the two ranges, which end with the update. */
function requireGap({ byteRange, sourceSize, update, contentsAt, reserved }: PreparedSignature): {
  start: number;
  end: number;
} {
  const [begin, cut, resume, length] = byteRange;
  const gap = { start: cut - sourceSize, end: resume - sourceSize };
  const fits =
    begin === 0 &&
    gap.start === contentsAt &&
    contentsAt >= 0 &&
    gap.end - gap.start === 2 * reserved + 2 &&
    gap.end + length === update.length;
  if (!fits) throw mismatch('prepared');
  return gap;
}

async function requireOutsideValue(
  value: Uint8Array,
  { algorithm, toBeSigned: message }: PreparedSignature,
  certificate: Certificate,
  { platform }: CompleteContext,
): Promise<Uint8Array> {
  const { scheme } = schemeOf(algorithm);
  const publicKey = certificate.publicKeyInfo;
  for (const signature of formsOfValue(algorithm, value))
    if (await platform.arithmetic.verify({ publicKey, scheme, message, signature })) return signature;
  throw mismatch('signature');
}

function mismatch(reason: 'document' | 'signature' | 'prepared'): SigningFailed {
  return new SigningFailed('prepared-mismatch', { reason });
}
