// The only step that touches a key, and the CMS around its value in the gap that was kept for it.

import { encodeSignedData, signatureOctets, withSignatureTimestamp } from '../cms/encode-signed-data.ts';
import { embedSignature } from '../pdf/prepare-signature.ts';
import type { Certificate } from '../pki/certificate.ts';
import { withMargin } from './contents-size.ts';
import { type Activation, schemeOf, type TimestampSource } from './ports.ts';
import { type PreparedSignature, preparedSignature, type SignatureDraft } from './prepared-signature.ts';
import type { PrepareContext, SignContext } from './sign-request.ts';
import { requireSignatureValue } from './signature-value.ts';
import type { SignedDocument } from './signed-document.ts';

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

export async function signAndEmbed(
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
