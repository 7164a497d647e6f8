// The use case "sign": prepare, sign, embed. Only the middle step touches a key.

import { concatBytes, type Instant } from '../asn1/values.ts';
import { encodeSignedData, signatureOctets, withSignatureTimestamp } from '../cms/encode-signed-data.ts';
import type { PdfDocument } from '../pdf/document.ts';
import type { Placement } from '../pdf/placement.ts';
import { embedSignature } from '../pdf/prepare-signature.ts';
import { requireSigningPlace, type SigningPlace } from '../pdf/signing-place.ts';
import type { Certificate } from '../pki/certificate.ts';
import { bytesSource, type Platform, type Source } from '../platform/platform.ts';
import { drawAppearance } from './appearance.ts';
import { appearanceLines, signerName } from './appearance-text.ts';
import { chooseAlgorithm } from './choose-algorithm.ts';
import { predictContentsSize, withMargin } from './contents-size.ts';
import { SigningRefused, TrustServiceFailed } from './errors.ts';
import {
  type Activation,
  type Level,
  type RawSigner,
  type SignatureAlgorithm,
  schemeOf,
  type TimestampSource,
} from './ports.ts';
import {
  openForSigning,
  type PreparedSignature,
  preparedSignature,
  type SignatureDraft,
  signedAttributes,
} from './prepared-signature.ts';
import { refusalOf } from './refusal.ts';
import { requireSignatureValue } from './signature-value.ts';
import { requireUsableCertificate } from './signer-certificate.ts';
import { digestSource } from './source-digest.ts';
import { pdfDate } from './zoned-time.ts';

export interface SignRequest {
  readonly level: Level;
  /** Full name of an existing empty field; with a placement the name of a new one. Null: a new one with a name of ours. */
  readonly fieldName: string | null;
  /** Null: invisible, or in the place that the existing field has. */
  readonly placement: Placement | null;
  /** What the visible block says beside name and time; `position` is the office held (jabatan). */
  readonly appearance: { readonly position?: string } | null;
  readonly reason: string | null;
  readonly location: string | null;
  readonly contactInfo: string | null;
  /** Null: the signer's preferred one. */
  readonly algorithm: SignatureAlgorithm | null;
}

export interface SignContext {
  readonly platform: Platform;
  readonly signer: RawSigner;
  readonly activation: Activation;
  /** Needed from B-T on. */
  readonly timestamps: TimestampSource | null;
  readonly now: Instant;
  /** IANA name; the clock of `/M` and of the visible block. */
  readonly timeZone: string;
  readonly signal: AbortSignal;
}

/** The document followed by one update, not yet checked by a verifier. */
export interface SignedDocument {
  readonly source: Source;
  /** What follows the source's last byte. */
  readonly update: Uint8Array;
  readonly fieldName: string;
  readonly level: Level;
  readonly algorithm: SignatureAlgorithm;
  /** The signing certificate. */
  readonly certificateDer: Uint8Array;
  /** Of the source, lower-case hexadecimal. */
  readonly sourceSha256: string;
  /** DER; null at B-B. */
  readonly timestampToken: Uint8Array | null;
}

/**
 * Signs a document.
 * @throws MalformedPdf, SigningRefused, SigningFailed, SignerFailed, TrustServiceFailed; after any of them nothing was written
 */
export async function signDocument(
  source: Source,
  request: SignRequest,
  context: SignContext,
): Promise<SignedDocument> {
  try {
    const timestamps = requireLevel(request.level, context.timestamps);
    const certificate = requireUsableCertificate(context.signer, context.now);
    const draft = await draftSignature(source, request, certificate, context);
    const room = predictRoom(draft, certificate, timestamps, context.platform);
    const signed = await signAndEmbed(draft, room, certificate, timestamps, context);
    return { source, level: request.level, certificateDer: certificate.der, ...signed };
  } catch (error) {
    throw refusalOf(error, context.signal);
  }
}

/** The whole signed document in memory. */
export function signedBytes(signed: SignedDocument): Uint8Array {
  return concatBytes([signed.source.read(0, signed.source.size), signed.update]);
}

/** The whole signed document, read where it stands: neither the source nor the result is copied. */
export function signedSource(signed: SignedDocument): Source {
  const { source } = signed;
  const update = bytesSource(signed.update);
  return {
    size: source.size + update.size,
    read: (offset, length) => {
      const end = offset + length;
      if (end <= source.size) return source.read(offset, length);
      if (offset >= source.size) return update.read(offset - source.size, length);
      const head = source.read(offset, source.size - offset);
      return concatBytes([head, update.read(0, end - source.size)]);
    },
  };
}

/** The time-stamps that the level needs, null at B-B. Never a lower level than asked. */
function requireLevel(level: Level, timestamps: TimestampSource | null): TimestampSource | null {
  switch (level) {
    case 'B-B':
      return null;
    case 'B-T':
      if (timestamps === null) throw new TrustServiceFailed('tsa-unavailable', { sources: [] });
      return timestamps;
    case 'B-LT':
    case 'B-LTA':
      throw new SigningRefused('level-unsupported', { level });
  }
}

/** Everything that needs neither key nor network, and the one pass over the document. */
async function draftSignature(
  source: Source,
  request: SignRequest,
  certificate: Certificate,
  context: SignContext,
): Promise<SignatureDraft> {
  const { platform, signer, now, timeZone, signal } = context;
  const subFilter = 'ETSI.CAdES.detached';
  const algorithm = chooseAlgorithm(request.algorithm, signer, certificate.publicKey, now);
  const { digest } = schemeOf(algorithm);
  const document = openForSigning(source, platform);
  const place = requireSigningPlace(
    document,
    { fieldName: request.fieldName, placement: request.placement, newFieldName: `sig_${now}` },
    { filter: 'Adobe.PPKLite', subFilter, digestMethod: digest.toUpperCase(), reason: request.reason },
  );
  const name = signerName(certificate);
  return {
    document,
    signature: {
      place,
      appearance: await appearanceFor(place, request, certificate, context),
      subFilter,
      entries: {
        name,
        reason: request.reason,
        location: request.location,
        contactInfo: request.contactInfo,
        signingTime: pdfDate(now, timeZone),
      },
      description: `Tanda tangan elektronik ${name}`,
      fileIdentifier: platform.randomBytes(16),
    },
    sourceDigest: await digestSource(source, digest, platform.digests, signal),
    algorithm,
    chain: signer.chain,
    level: request.level,
  };
}

/** The picture for a visible place, as a document of one page that our own reader opened. */
async function appearanceFor(
  { place }: SigningPlace,
  request: SignRequest,
  certificate: Certificate,
  context: SignContext,
): Promise<PdfDocument | null> {
  if (place === null) return null;
  const { platform, now, timeZone } = context;
  const lines = appearanceLines(certificate, request.appearance?.position ?? null, now, timeZone);
  const drawn = await drawAppearance(lines, place.width, place.height, platform.digests);
  return openForSigning(bytesSource(drawn), platform);
}

function predictRoom(
  draft: SignatureDraft,
  certificate: Certificate,
  timestamps: TimestampSource | null,
  { digests }: Platform,
): number {
  const { algorithm, chain } = draft;
  const emptyDigest = digests.of(schemeOf(algorithm).digest, new Uint8Array(0));
  return predictContentsSize({
    chain,
    algorithm,
    key: certificate.publicKey,
    signedAttributes: signedAttributes(algorithm, chain, emptyDigest, digests).length,
    token: timestamps?.tokenSize ?? 0,
  });
}

type Signed = Pick<SignedDocument, 'update' | 'fieldName' | 'algorithm' | 'sourceSha256' | 'timestampToken'>;

async function signAndEmbed(
  draft: SignatureDraft,
  room: number,
  certificate: Certificate,
  timestamps: TimestampSource | null,
  context: SignContext,
): Promise<Signed> {
  const { digests } = context.platform;
  let prepared = preparedSignature(draft, room, digests);
  let signature = await obtainSignature(prepared, certificate, timestamps, context);
  if (signature.cms.length > room && mayActivateAgain(context.activation)) {
    prepared = preparedSignature(draft, withMargin(signature.cms.length), digests);
    signature = await obtainSignature(prepared, certificate, timestamps, context);
  }
  const { fieldName, algorithm, sourceSha256 } = prepared;
  const update = embedSignature(prepared, signature.cms);
  return { update, fieldName, algorithm, sourceSha256, timestampToken: signature.timestampToken };
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
  const { toBeSigned: message, algorithm, digestAlgorithm, chain } = prepared;
  signal.throwIfAborted();
  const item = { message, digest: platform.digests.of(digestAlgorithm, message) };
  const values = await signer.sign(algorithm, [item], activation, signal);
  const signature = await requireSignatureValue(values, message, certificate, algorithm, platform.arithmetic);
  const cms = encodeSignedData({
    signedAttributes: message,
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
