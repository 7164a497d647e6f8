// What goes between a pool and its workers.

/** An error as it goes from one process to another. */
export interface JobFailure {
  /** Name of its class. */
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
  readonly code: string | null;
  readonly values: Readonly<Record<string, unknown>>;
}

export type CallReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: JobFailure };

export type ToWorker =
  | { readonly kind: 'job'; readonly job: unknown }
  /** The job's result is no longer wanted. */
  | { readonly kind: 'abort' }
  | { readonly kind: 'reply'; readonly call: number; readonly reply: CallReply };

export type FromWorker =
  /** Once, as soon as it takes jobs. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'call'; readonly call: number; readonly name: string; readonly argument: unknown }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly failure: JobFailure };
