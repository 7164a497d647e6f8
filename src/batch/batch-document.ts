// A document among many: what comes, what becomes of it, and what it is signed with.

import type { Instant } from '../asn1/values.ts';
import type { Source } from '../platform/platform.ts';
import type { Signer } from '../sign/ports.ts';
import type { SignRequest } from '../sign/sign-request.ts';
import type { SignAndVerifyContext, SignedAndVerified } from '../sign-and-verify.ts';

/** A document of a batch; with `error` one that could not even be read, which fails alone. */
export type BatchDocument<L> = { readonly label: L } & (
  | {
      readonly source: Source;
      /** Where this document differs from what is asked for the batch. */
      readonly wish?: Partial<SignRequest>;
      /** Opens this document; absent: as for the batch. */
      readonly password?: Uint8Array;
    }
  | { readonly error: unknown }
);

/** What becomes of a document: signed, failed for a reason of its own, or left because of others. */
export type BatchOutcome<L> = { readonly index: number; readonly label: L } & (
  | { readonly status: 'signed'; readonly result: SignedAndVerified }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'skipped' }
);

export interface BatchContext extends Omit<SignAndVerifyContext, 'now' | 'materialise'> {
  /** Asked for each document. */
  readonly clock: () => Instant;
  /** For each document by itself. */
  readonly deadlineMs: number;
}

export interface BatchOptions {
  /** How many documents will come: so many are authorised. */
  readonly count: number;
  /** `stop`: nothing after the first failure is handed out or taken in. `all-or-nothing`: nothing at all when one fails. */
  readonly onFailure: 'continue' | 'stop' | 'all-or-nothing';
  /** No further document is taken while those at work are this large together; with `all-or-nothing` all must be smaller. */
  readonly bytesInFlight: number;
}

// Enough to keep two cores busy while others wait for a time-stamp; more would only hold documents in memory.
const MOST_IN_FLIGHT = 16;

/** How many documents are worked on at once. */
export function documentsInFlight({ maxConcurrency }: Pick<Signer, 'maxConcurrency'>): number {
  return Math.min(maxConcurrency, MOST_IN_FLIGHT);
}

/** Bytes that a document of a batch holds. */
export function sizeOfDocument<L>(document: BatchDocument<L>): number {
  return 'source' in document ? document.source.size : 0;
}

/** What one document of a batch is signed or prepared with: the present, and a deadline of its own. */
export function contextOfDocument(
  { clock, deadlineMs, ...context }: BatchContext,
  signal: AbortSignal,
  { password }: { readonly password?: Uint8Array },
): SignAndVerifyContext {
  return {
    ...context,
    ...(password === undefined ? {} : { password }),
    now: clock(),
    signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
  };
}
