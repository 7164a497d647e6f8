// A batch in which every document stands for itself: what is signed leaves, whatever becomes of the others.

import { SignerFailed, SigningRefused } from '../sign/errors.ts';
import type { SignRequest } from '../sign/sign-request.ts';
import { signAndVerify } from '../sign-and-verify.ts';
import {
  type BatchContext,
  type BatchDocument,
  type BatchOptions,
  type BatchOutcome,
  contextOfDocument,
  documentsInFlight,
  sizeOfDocument,
} from './batch-document.ts';
import { workInOrder } from './ordered-work.ts';

/**
 * @param activated - the key is activated already
 * @returns outcomes in the order of the documents, none after the first failure where that ends the batch
 */
export async function* signOneByOne<L>(
  documents: AsyncIterable<BatchDocument<L>>,
  request: SignRequest,
  context: BatchContext,
  { count, onFailure, bytesInFlight }: BatchOptions,
  activated: boolean,
): AsyncGenerator<BatchOutcome<L>, void, undefined> {
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  // Until a secret has proven right it is tried once: several wrong ones at a time would lock a card.
  let proven = activated;
  const attempt = async (document: BatchDocument<L>, index: number): Promise<BatchOutcome<L>> => {
    const { label } = document;
    try {
      if (index >= count) throw new SigningRefused('batch-too-large', { asked: index + 1, allowed: count });
      if ('error' in document) throw document.error;
      const wish = { ...request, ...document.wish };
      const result = await signAndVerify(document.source, wish, contextOfDocument(context, signal, document));
      return { index, label, status: 'signed', result };
    } catch (error) {
      return { index, label, status: 'failed', error };
    }
  };
  const room = {
    most: () => (proven ? documentsInFlight(context.signer) : 1),
    size: bytesInFlight,
    sizeOf: sizeOfDocument,
  };
  try {
    for await (const outcome of workInOrder(documents, attempt, room)) {
      yield outcome;
      if (outcome.status === 'signed') proven = true;
      if (outcome.status === 'failed' && (onFailure === 'stop' || endsBatch(outcome.error))) return;
    }
  } finally {
    ended.abort();
  }
}

/** Whether the same would happen to every other document, and trying would do harm. */
function endsBatch(error: unknown): boolean {
  if (error instanceof SigningRefused) return error.code === 'batch-too-large';
  return error instanceof SignerFailed && SECRET_REFUSED.has(error.code);
}

const SECRET_REFUSED: ReadonlySet<string> = new Set([
  'signer-auth-failed',
  'signer-locked',
  'signer-attempts-exceeded',
]);
