// Many documents, one authorisation: each is signed and verified by itself, and its outcome leaves in the order in which the
// documents came.

import { SigningRefused } from '../sign/errors.ts';
import type { Activation } from '../sign/ports.ts';
import type { SignRequest } from '../sign/sign-request.ts';
import type { BatchContext, BatchDocument, BatchOptions, BatchOutcome } from './batch-document.ts';
import { signAndHoldBack } from './held-back.ts';
import { signOneByOne } from './one-by-one.ts';
import { signTogether } from './sign-together.ts';

/**
 * Authorises a batch once and signs what comes. The key is activated, and a batch that is too large refused, before the first
 * document is read.
 * @returns outcomes as they are ready, in the order of the documents, at most `count`; listening no further ends the work
 * @throws SigningRefused `batch-too-large` { asked, allowed }; SignerFailed for the activation
 */
export async function signBatch<L>(
  documents: AsyncIterable<BatchDocument<L>>,
  request: SignRequest,
  context: BatchContext,
  options: BatchOptions,
): Promise<AsyncGenerator<BatchOutcome<L>, void, undefined>> {
  const { signer, activation, signal } = context;
  const { count, onFailure } = options;
  if (count > signer.maxBatch)
    throw new SigningRefused('batch-too-large', { asked: count, allowed: signer.maxBatch });
  const activated = signer.shape === 'raw' ? await signer.activate?.(activation, signal) : undefined;
  const authorised: BatchContext =
    activated === undefined ? context : { ...context, signer: activated, activation: { kind: 'none' } };
  if (onFailure === 'all-or-nothing' && signer.shape !== 'raw')
    return signAndHoldBack(documents, request, authorised, options);
  const once = signer.shape === 'raw' && count > 1 && isGoodOnce(authorised.activation);
  return onFailure === 'all-or-nothing' || once
    ? signTogether(documents, request, authorised, options)
    : signOneByOne(documents, request, authorised, options, activated !== undefined);
}

/** A one-time code, or a person's authorisation of so many signatures: a second call would be refused, or counted as a wrong guess. */
function isGoodOnce(activation: Activation): boolean {
  const { kind } = activation;
  return kind === 'otp' || kind === 'token' || (kind === 'passphrase' && activation.otp !== undefined);
}
