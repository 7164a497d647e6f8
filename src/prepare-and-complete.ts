// Signing across two requests as every face does it: the key is elsewhere, and nothing leaves that the verifier does not accept.

import type { Source } from './platform/platform.ts';
import type { PreparedSignature } from './sign/prepared-signature.ts';
import type { PrepareContext, SignRequest } from './sign/sign-request.ts';
import { type CompleteContext, completeDocument, prepareDocument } from './sign/two-steps.ts';
import { type CheckContext, type SignedAndVerified, verifyAfter, verifyBefore } from './sign-and-verify.ts';

export type PrepareToSignContext = Omit<PrepareContext, 'trustList'> & CheckContext;

export type CompleteAndVerifyContext = Omit<CompleteContext, 'trustList'> & CheckContext;

/**
 * The first step. Whatever would keep the document from being signed is found now, not after somebody has typed a PIN.
 * @returns what `completeAndVerify` needs again beside document and signature value; `toBeSigned` is for the key
 * @throws SigningRefused, SigningFailed, SignerFailed, TrustServiceFailed, MalformedPdf
 */
export async function prepareToSign(
  source: Source,
  request: SignRequest,
  context: PrepareToSignContext,
): Promise<PreparedSignature> {
  await verifyBefore(source, context.signer, context);
  return prepareDocument(source, request, { ...context, trustList: context.verification.trustList });
}

/**
 * The second step: the signature value is verified and embedded, and the result verified before it is handed out. Asked again
 * with the same, it gives the same signature again.
 * @param value - over `prepared.toBeSigned`: RSA at modulus length, ECDSA as DER or as r and s side by side, Ed25519 64 bytes
 * @throws SigningFailed `prepared-mismatch` { reason }, `self-check-failed` { findings }; SigningRefused, SignerFailed,
 *   TrustServiceFailed, MalformedPdf
 */
export async function completeAndVerify(
  source: Source,
  prepared: PreparedSignature,
  value: Uint8Array,
  context: CompleteAndVerifyContext,
): Promise<SignedAndVerified> {
  const { trustList } = context.verification;
  // That it is the prepared document comes first: what else is wrong with another one is beside the point.
  const signed = await completeDocument(source, prepared, value, { ...context, trustList });
  return verifyAfter(await verifyBefore(source, prepared, context), signed, context);
}
