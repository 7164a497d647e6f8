// A batch whose key is used once, when every document is prepared: where nothing may be handed out unless all of it could be signed, and
// where what activates the key is good for one act.

import type { Source } from '../platform/platform.ts';
import { completeAndVerify, prepareToSign } from '../prepare-and-complete.ts';
import { SignerFailed, SigningFailed, SigningRefused } from '../sign/errors.ts';
import type { PreparedSignature } from '../sign/prepared-signature.ts';
import type { SignRequest } from '../sign/sign-request.ts';
import { itemOf } from '../sign/two-steps.ts';
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

interface Ready<L> {
  readonly index: number;
  readonly label: L;
  readonly status: 'ready';
  readonly source: Source;
  readonly password?: Uint8Array;
  readonly prepared: PreparedSignature;
}

type Failed<L> = Extract<BatchOutcome<L>, { status: 'failed' }>;

/**
 * @returns outcomes in the order of the documents, none before all are known. With `all-or-nothing` all are `signed`; or those that failed
 *   are, and the others `skipped`; fewer than announced are no batch: all are `skipped`. With `stop` none after the first failure
 */
export async function* signTogether<L>(
  documents: AsyncIterable<BatchDocument<L>>,
  request: SignRequest,
  context: BatchContext,
  options: BatchOptions,
): AsyncGenerator<BatchOutcome<L>, void, undefined> {
  const prepared = await prepareAll(documents, request, context, options);
  const signed = await signAll(toBeSigned(prepared, options), context, options);
  const outcomes = new Map(signed.map((outcome) => [outcome.index, outcome]));
  const whole = signed.every(({ status }) => status === 'signed');
  for (const each of prepared) {
    const { index, label } = each;
    const outcome = each.status === 'failed' ? each : outcomes.get(index);
    const handedOut = outcome?.status === 'failed' || whole || options.onFailure !== 'all-or-nothing';
    yield outcome !== undefined && handedOut ? outcome : { index, label, status: 'skipped' };
    if (outcome?.status === 'failed' && options.onFailure === 'stop') return;
  }
}

/** What may be signed, seeing what could not even be prepared. */
function toBeSigned<L>(
  prepared: readonly (Ready<L> | Failed<L>)[],
  { count, onFailure }: BatchOptions,
): readonly Ready<L>[] {
  const ready = prepared.filter((each) => each.status === 'ready');
  switch (onFailure) {
    case 'continue':
      return ready;
    case 'stop': {
      const failed = prepared.findIndex(({ status }) => status === 'failed');
      return failed === -1 ? ready : ready.slice(0, failed);
    }
    case 'all-or-nothing':
      return ready.length === count && prepared.length === count ? ready : [];
  }
}

async function prepareAll<L>(
  documents: AsyncIterable<BatchDocument<L>>,
  request: SignRequest,
  context: BatchContext,
  { count, bytesInFlight }: BatchOptions,
): Promise<readonly (Ready<L> | Failed<L>)[]> {
  let bytes = 0;
  const prepare = async (document: BatchDocument<L>, index: number): Promise<Ready<L> | Failed<L>> => {
    const { label } = document;
    bytes += sizeOfDocument(document);
    try {
      if (index >= count) throw new SigningRefused('batch-too-large', { asked: index + 1, allowed: count });
      if (bytes > bytesInFlight)
        throw new SigningRefused('batch-too-large', { askedBytes: bytes, allowedBytes: bytesInFlight });
      if ('error' in document) throw document.error;
      const { source, wish, password } = document;
      const own = password === undefined ? {} : { password };
      const one = contextOfDocument(context, context.signal, own);
      const prepared = await prepareToSign(source, { ...request, ...wish }, one);
      return { index, label, status: 'ready', source, ...own, prepared };
    } catch (error) {
      return { index, label, status: 'failed', error };
    }
  };
  const room = { most: () => documentsInFlight(context.signer), size: bytesInFlight, sizeOf: sizeOfDocument };
  const all: (Ready<L> | Failed<L>)[] = [];
  for await (const each of workInOrder(documents, prepare, room)) {
    all.push(each);
    if (each.status === 'failed' && isTooLarge(each.error)) break;
  }
  return all;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof SigningRefused && error.code === 'batch-too-large';
}

async function signAll<L>(
  ready: readonly Ready<L>[],
  context: BatchContext,
  { bytesInFlight }: BatchOptions,
): Promise<readonly BatchOutcome<L>[]> {
  const values = await valuesOf(ready, context);
  if (values instanceof Error)
    return ready.map(({ index, label }) => ({ index, label, status: 'failed', error: values }));
  const complete = async (each: Ready<L>, at: number): Promise<BatchOutcome<L>> => {
    const { index, label, source, prepared } = each;
    const value = values[at] ?? new Uint8Array(0);
    try {
      const one = contextOfDocument(context, context.signal, each);
      return {
        index,
        label,
        status: 'signed',
        result: await completeAndVerify(source, prepared, value, one),
      };
    } catch (error) {
      return { index, label, status: 'failed', error: ofOwnSigner(error) };
    }
  };
  const room = {
    most: () => documentsInFlight(context.signer),
    size: bytesInFlight,
    sizeOf: ({ source }: Ready<L>) => source.size,
  };
  const outcomes: BatchOutcome<L>[] = [];
  for await (const outcome of workInOrder(inTurn(ready), complete, room)) outcomes.push(outcome);
  return outcomes;
}

async function* inTurn<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}

// So many values take a slow device about as long as one document may take altogether.
const VALUES_PER_DEADLINE = 64;

/** One value for each, by one call of the key; the failure where there is none. */
async function valuesOf<L>(
  ready: readonly Ready<L>[],
  context: BatchContext,
): Promise<readonly Uint8Array[] | Error> {
  const { signer, activation, signal, deadlineMs } = context;
  const algorithm = ready[0]?.prepared.algorithm;
  if (algorithm === undefined || signer.shape !== 'raw') return [];
  const deadline = AbortSignal.timeout(deadlineMs * Math.ceil(ready.length / VALUES_PER_DEADLINE));
  const items = ready.map(({ prepared }) => itemOf(prepared, context));
  try {
    const values = await signer.sign(algorithm, items, activation, AbortSignal.any([signal, deadline]));
    return values.length === items.length
      ? values
      : new SignerFailed('signer-result-invalid', { check: 'count' });
  } catch (error) {
    return error instanceof Error ? error : new SignerFailed('signer-unavailable', {}, error);
  }
}

/** A value that does not fit was made by our own signer, not brought by anybody. */
function ofOwnSigner(error: unknown): unknown {
  const misfit = error instanceof SigningFailed && error.values.reason === 'signature';
  return misfit ? new SignerFailed('signer-result-invalid', { check: 'signature' }, error) : error;
}
