// The only step that touches a key, and the CMS around its value in the gap that was kept for it.

import { encodeSignedData, signatureOctets, withSignatureTimestamp } from '../cms/encode-signed-data.ts';
import { embedSignature } from '../pdf/prepare-signature.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { DigestAlgorithm } from '../platform/platform.ts';
import { type CheckedCms, coveredOf, requireCms } from './cms-value.ts';
import { withMargin } from './contents-size.ts';
import {
  type Activation,
  type CmsSigner,
  type RawSigner,
  type SignatureAlgorithm,
  schemeOf,
  type TimestampSource,
} from './ports.ts';
import { type PreparedSignature, preparedSignature, type SignatureDraft } from './prepared-signature.ts';
import type { PrepareContext, SignContext } from './sign-request.ts';
import { requireSignatureValue } from './signature-value.ts';
import type { SignedDocument } from './signed-document.ts';

export type EmbeddedSignature = Pick<
  SignedDocument,
  | 'update'
  | 'fieldName'
  | 'algorithm'
  | 'format'
  | 'certification'
  | 'sourceSha256'
  | 'timestampToken'
  | 'anchor'
  | 'collisions'
>;

export async function signAndEmbed(
  draft: SignatureDraft,
  room: number,
  certificate: Certificate,
  timestamps: TimestampSource | null,
  context: KeyContext,
): Promise<EmbeddedSignature> {
  const { digests } = context.platform;
  let prepared = preparedSignature(draft, room, digests);
  let signature = await obtainSignature(draft, prepared, certificate, timestamps, context);
  if (signature.cms.length > room && mayActivateAgain(context.activation)) {
    prepared = preparedSignature(draft, withMargin(signature.cms.length), digests);
    signature = await obtainSignature(draft, prepared, certificate, timestamps, context);
  }
  return embedded(prepared, signature);
}

/** The update with the signature in its gap. @throws UpdateRefused `signature-too-large` { needed, reserved } */
export function embedded(
  prepared: PreparedSignature,
  { cms, timestampToken, ...made }: ObtainedSignature,
): EmbeddedSignature {
  const { fieldName, algorithm, certification, sourceSha256, anchor, collisions } = prepared;
  const facts = { fieldName, algorithm, certification, sourceSha256, anchor, collisions, ...made };
  return { ...facts, update: embedSignature(prepared, cms), timestampToken };
}

/** Whether a second key operation asks nothing more of the person who signs. */
function mayActivateAgain(activation: Activation): boolean {
  switch (activation.kind) {
    case 'none':
      return true;
    case 'passphrase':
      return activation.otp === undefined;
    case 'otp':
    case 'token':
      return false;
  }
}

interface ObtainedSignature {
  readonly cms: Uint8Array;
  readonly timestampToken: Uint8Array | null;
  /** Of a CMS that was made elsewhere. */
  readonly algorithm?: SignatureAlgorithm;
  readonly format?: 'any';
}

/** Of the shapes that sign bytes of ours. */
export type KeyContext = SignContext & { readonly signer: RawSigner | CmsSigner };

/** The key step, and from B-T on the time-stamp over its result. */
async function obtainSignature(
  draft: SignatureDraft,
  prepared: PreparedSignature,
  certificate: Certificate,
  timestamps: TimestampSource | null,
  context: KeyContext,
): Promise<ObtainedSignature> {
  const { platform, signer, activation, signal } = context;
  const { toBeSigned: message, algorithm, digestAlgorithm } = prepared;
  signal.throwIfAborted();
  if (signer.shape === 'cms') {
    const covered = coveredOf(draft.document.source, prepared);
    const made = await requireCms(
      await signer.sign([covered], activation, signal),
      prepared,
      certificate,
      signer,
      platform,
    );
    return stampedCms(made, prepared, timestamps, context);
  }
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
  return withTimestamp(cms, digestAlgorithm, timestamps, { platform, signal });
}

/** A CMS from elsewhere may bring its time-stamp along; then it needs none of ours. */
async function stampedCms(
  { cms, timestampToken, ...made }: CheckedCms,
  { digestAlgorithm }: PreparedSignature,
  timestamps: TimestampSource | null,
  context: Pick<PrepareContext, 'platform' | 'signal'>,
): Promise<ObtainedSignature> {
  if (timestampToken !== null) return { cms, timestampToken, ...made };
  return { ...made, ...(await withTimestamp(cms, digestAlgorithm, timestamps, context)) };
}

async function withTimestamp(
  cms: Uint8Array,
  digestAlgorithm: DigestAlgorithm,
  timestamps: TimestampSource | null,
  { platform, signal }: Pick<PrepareContext, 'platform' | 'signal'>,
): Promise<ObtainedSignature> {
  if (timestamps === null) return { cms, timestampToken: null };
  const imprint = platform.digests.of(digestAlgorithm, signatureOctets(cms));
  const timestampToken = await timestamps.stamp({ algorithm: digestAlgorithm, digest: imprint }, signal);
  return { cms: withSignatureTimestamp(cms, timestampToken), timestampToken };
}
