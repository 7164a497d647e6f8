// A batch of which nothing is handed out unless all of it could be signed, by a signer that makes whole signatures: they are made one
// after the other and held back, since nothing of theirs can be made before the others are known to succeed.

import { SigningRefused } from '../sign/errors.ts';
import type { SignRequest } from '../sign/sign-request.ts';
import {
  type BatchContext,
  type BatchDocument,
  type BatchOptions,
  type BatchOutcome,
  sizeOfDocument,
} from './batch-document.ts';
import { signOneByOne } from './one-by-one.ts';

/** @returns as `signTogether` with `all-or-nothing` */
export async function* signAndHoldBack<L>(
  documents: AsyncIterable<BatchDocument<L>>,
  request: SignRequest,
  context: BatchContext,
  options: BatchOptions,
): AsyncGenerator<BatchOutcome<L>, void, undefined> {
  const outcomes: BatchOutcome<L>[] = [];
  const work = signOneByOne(
    withinBytes(documents, options.bytesInFlight),
    request,
    context,
    { ...options, onFailure: 'stop' },
    false,
  );
  for await (const outcome of work) outcomes.push(outcome);
  const whole = outcomes.length === options.count && outcomes.every(({ status }) => status === 'signed');
  for (const outcome of outcomes) {
    const { index, label, status } = outcome;
    if (status === 'failed' || whole) yield outcome;
    else yield { index, label, status: 'skipped' };
  }
}

async function* withinBytes<L>(
  documents: AsyncIterable<BatchDocument<L>>,
  allowedBytes: number,
): AsyncGenerator<BatchDocument<L>, void, undefined> {
  let askedBytes = 0;
  for await (const document of documents) {
    askedBytes += sizeOfDocument(document);
    if (askedBytes <= allowedBytes) yield document;
    else {
      const { label } = document;
      yield { label, error: new SigningRefused('batch-too-large', { askedBytes, allowedBytes }) };
    }
  }
}
