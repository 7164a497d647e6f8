// Signing by sending the document away: what comes back has to be our document, byte for byte, and one signature of the expected
// signer behind it.

import { sameBytes } from '../asn1/values.ts';
import { findSigningCertificate } from '../cms/find-signing-certificate.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { MalformedPdf } from '../pdf/errors.ts';
import type { SigningPlace } from '../pdf/signing-place.ts';
import { withDigest } from '../pki/algorithm-identifiers.ts';
import type { Certificate } from '../pki/certificate.ts';
import { bytesSource, type Source } from '../platform/platform.ts';
import { chooseAlgorithm } from './choose-algorithm.ts';
import { algorithmOf } from './cms-value.ts';
import { placeFor, refuseActiveContent, requireSignerStatus } from './draft-signature.ts';
import type { EmbeddedSignature } from './embed-value.ts';
import { SignerFailed } from './errors.ts';
import { type DocumentSigner, type DocumentToSign, schemeOf, type VisiblePlace } from './ports.ts';
import { forgetOpened, openForSigning, openOnce, openToBeFollowed } from './prepared-signature.ts';
import { refusalOf } from './refusal.ts';
import { isLongTerm, requireTimestamps, type SignContext, type SignRequest } from './sign-request.ts';
import { deliver, type SignedDocument } from './signed-document.ts';
import { readSignedItems, type SignedItem } from './signed-items.ts';
import { requireUsableCertificate } from './signer-certificate.ts';
import { digestSource } from './source-digest.ts';
import { ValidationMaterial } from './validation-material.ts';

type ElsewhereContext = SignContext & { readonly signer: DocumentSigner };

/**
 * Has a document signed elsewhere; a level that its signer does not reach is reached by what we append.
 * @throws SignerFailed `result-rewritten`, `signer-result-invalid` { check }, `signer-refused` { unsupported } for what the request
 *   asks and such a signer cannot do; MalformedPdf, SigningRefused, TrustServiceFailed
 */
export async function signElsewhere(
  source: Source,
  request: SignRequest,
  context: ElsewhereContext,
): Promise<SignedDocument> {
  try {
    const { platform, signer, activation, now, signal } = context;
    const { level } = request;
    requireSupported(request);
    if (isLongTerm(level)) requireTimestamps(level, context.timestamps);
    const certificate = requireUsableCertificate(signer, now);
    const preferred = chooseAlgorithm(null, signer, certificate.publicKey, now);
    const { digest } = schemeOf(preferred);
    const document = isLongTerm(level) ? openToBeFollowed(source, context) : openForSigning(source, context);
    if (context.activeContent === 'refuse') refuseActiveContent(document);
    const place = placeFor(document, request, digest, now);
    const material = new ValidationMaterial(platform.digests);
    if (isLongTerm(level)) await requireSignerStatus(document, certificate, material, context);
    const sourceDigest = await digestSource(source, digest, platform.digests, signal);
    const bytes = source.read(0, source.size);
    signal.throwIfAborted();
    const returned = await signer.sign(orderFor(bytes, place, request, context), activation, signal);
    const signed = readReturned(bytes, returned, document, certificate, context);
    if (level !== 'B-B' && signed.timestampToken === null) throw invalid('level');
    return await deliver(
      source,
      { ...signed, sourceSha256: Buffer.from(sourceDigest.sha256).toString('hex') },
      { document, sourceDigest, algorithm: preferred, level, certificate, material },
      context,
    );
  } catch (error) {
    throw refusalOf(error, context.signal);
  } finally {
    forgetOpened(source);
  }
}

/** Said before the document leaves, because nothing of it can be taken back. */
function requireSupported({ fieldName, certification, lock, appearance }: SignRequest): void {
  const unsupported =
    (fieldName !== null && 'fieldName') ||
    (certification != null && 'certification') ||
    (lock != null && 'lock') ||
    ((appearance?.alsoAt?.length ?? 0) > 0 && 'alsoAt');
  if (unsupported) throw new SignerFailed('signer-refused', { unsupported });
}

function orderFor(
  bytes: Uint8Array,
  place: SigningPlace,
  { reason, location, contactInfo, appearance }: SignRequest,
  { password }: ElsewhereContext,
): DocumentToSign {
  const picture = appearance?.picture;
  const image = picture?.kind === 'image' ? picture.bytes : null;
  return {
    bytes,
    visible: visiblePlace(place, image),
    reason,
    location,
    contactInfo,
    password: password ?? null,
  };
}

function visiblePlace(place: SigningPlace, image: Uint8Array | null): VisiblePlace | null {
  if (place.kind !== 'new' || place.place === null) return null;
  const { number: page, mediaBox } = place.page;
  return { page, rect: place.place.rect, mediaBox, image };
}

/** What was appended, as far as it can be told without judging it: the verifier does that. */
function readReturned(
  sent: Uint8Array,
  returned: Uint8Array,
  before: PdfDocument,
  certificate: Certificate,
  context: ElsewhereContext,
): Omit<EmbeddedSignature, 'sourceSha256'> {
  if (!sameBytes(returned.subarray(0, sent.length), sent) || returned.length === sent.length)
    throw new SignerFailed('result-rewritten');
  const item = onlyNewSignature(returned, before, context);
  const [signerInfo] = item.cms.signerInfos;
  if (signerInfo === undefined || item.cms.signerInfos.length > 1) throw invalid('signer-count');
  const named = findSigningCertificate(signerInfo, {
    kind: item.kind,
    candidates: [certificate],
    digests: context.platform.digests,
    valueFits: () => null,
  });
  if (named.certificate === null) throw invalid('certificate');
  const { scheme } = withDigest(signerInfo.signatureAlgorithm, signerInfo.digestAlgorithm);
  const algorithm = algorithmOf(scheme, context.signer.algorithms);
  if (algorithm === undefined) throw invalid('algorithm');
  return {
    update: returned.slice(sent.length),
    fieldName: item.fieldName,
    algorithm,
    certification: null,
    timestampToken: item.signatureTimestamps[0]?.signedData.der ?? null,
    anchor: null,
    collisions: [],
    ...(context.signer.format === 'any' ? { format: 'any' as const } : {}),
  };
}

function onlyNewSignature(returned: Uint8Array, before: PdfDocument, context: ElsewhereContext): SignedItem {
  const known = new Set(readSignedItems(before).items.map(({ fieldName }) => fieldName));
  const { items } = readItems(returned, context);
  const [item, ...others] = items.filter(
    ({ fieldName, kind }) => !known.has(fieldName) && kind !== 'timestamp',
  );
  if (item === undefined || others.length > 0) throw invalid('signatures');
  return item;
}

function readItems(returned: Uint8Array, context: ElsewhereContext): ReturnType<typeof readSignedItems> {
  try {
    return readSignedItems(openOnce(bytesSource(returned), context));
  } catch (cause) {
    if (cause instanceof MalformedPdf) throw invalid(cause.code, cause);
    throw cause;
  }
}

function invalid(check: string, cause?: unknown): SignerFailed {
  return new SignerFailed('signer-result-invalid', { check }, cause);
}
