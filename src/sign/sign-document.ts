// The use case "sign": prepare, sign, embed. Only the middle step touches a key.

import type { Source } from '../platform/platform.ts';
import { roomForCms } from './contents-size.ts';
import { draftSignature, predictRoom, requireSignerStatus } from './draft-signature.ts';
import { signAndEmbed } from './embed-value.ts';
import { forgetOpened } from './prepared-signature.ts';
import { refusalOf } from './refusal.ts';
import { signElsewhere } from './sign-elsewhere.ts';
import { isLongTerm, requireTimestamps, type SignContext, type SignRequest } from './sign-request.ts';
import { deliver, type SignedDocument } from './signed-document.ts';
import { requireUsableCertificate } from './signer-certificate.ts';
import { ValidationMaterial } from './validation-material.ts';

/**
 * Signs a document. From B-LT on the certificate's status is known to be good before the key is used.
 * @throws MalformedPdf, SigningRefused, SigningFailed, SignerFailed, TrustServiceFailed; after any of them nothing was written
 */
export async function signDocument(
  source: Source,
  request: SignRequest,
  context: SignContext,
): Promise<SignedDocument> {
  const { signer } = context;
  if (signer.shape === 'document') return signElsewhere(source, request, { ...context, signer });
  try {
    const { level } = request;
    const timestamps = requireTimestamps(level, context.timestamps);
    await context.timestamps?.requireTrustedClock?.(context.signal);
    const certificate = requireUsableCertificate(context.signer, context.now);
    const draft = await draftSignature(source, request, certificate, context);
    const material = new ValidationMaterial(context.platform.digests);
    if (isLongTerm(level)) await requireSignerStatus(draft.document, certificate, material, context);
    const room =
      signer.shape === 'cms'
        ? roomForCms(signer.reservedBytes, timestamps)
        : predictRoom(draft, certificate, timestamps, context.platform);
    const signed = await signAndEmbed(draft, room, certificate, timestamps, { ...context, signer });
    return await deliver(source, signed, { ...draft, certificate, material }, context);
  } catch (error) {
    throw refusalOf(error, context.signal);
  } finally {
    forgetOpened(source);
  }
}
