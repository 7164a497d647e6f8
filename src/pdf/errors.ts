// A PDF that cannot be read or written as it stands.

export type MalformedPdfCode =
  | 'not-pdf'
  | 'pdf-damaged'
  | 'pdf-encrypted'
  | 'pdf-unsupported'
  | 'limits-exceeded';

/** Where a damaged file hurts (`pdf-damaged`). */
export type DamageReason =
  | 'startxref'
  | 'xref'
  | 'object'
  | 'page-tree'
  | 'field-tree'
  | 'structure-tree'
  | 'header-offset'
  | 'hybrid-views-differ'
  | 'duplicate-key'
  | 'signed-and-broken';

/**
 * - `not-pdf`: no `%PDF-` in the first 1024 bytes
 * - `pdf-damaged` { reason: DamageReason }
 * - `pdf-encrypted`: no password or a wrong one; { handler: 'other' }: not the standard one
 * - `pdf-unsupported` { feature }
 * - `limits-exceeded` { limit, value }
 */
export class MalformedPdf extends Error {
  readonly code: MalformedPdfCode;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(
    code: MalformedPdfCode,
    values: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    super(`${code} ${JSON.stringify(values)}`, { cause });
    this.name = 'MalformedPdf';
    this.code = code;
    this.values = values;
  }
}

export type UpdateRefusedCode =
  | 'docmdp-forbids'
  | 'certification-not-first'
  | 'field-locked'
  | 'pdf-permission-denied'
  | 'field-not-found'
  | 'field-not-signature'
  | 'field-already-signed'
  | 'field-ambiguous'
  | 'seed-value-unmet'
  | 'page-not-found'
  | 'placement-out-of-page'
  | 'placement-collides'
  | 'placement-needs-unsigned'
  | 'anchor-not-found'
  | 'anchor-ambiguous'
  | 'signature-too-large';

/**
 * A sound document that does not take this signature; the use case above gives the code to its caller.
 *
 * - `docmdp-forbids` { level, by }, `field-locked` { fieldName, by }: `by` is the field of the signature that forbids it, null
 *   where only the catalog names that signature
 * - `certification-not-first` { fieldName } of the signature that came first, null as above
 * - `pdf-permission-denied` { bits } of `/P`
 * - `field-not-found`, `field-not-signature`, `field-already-signed`, `field-ambiguous` { fieldName },
 *   `seed-value-unmet` { entry }
 * - `page-not-found` { page }, `placement-out-of-page` { rect, box }, `placement-collides` { with, collisions? }
 * - `placement-needs-unsigned`: page content of a signed document may not change
 * - `anchor-not-found` { matches }, `anchor-ambiguous` { matches, pages }
 * - `signature-too-large` { needed, reserved } in bytes of the CMS
 */
export class UpdateRefused extends Error {
  readonly code: UpdateRefusedCode;
  readonly values: Readonly<Record<string, unknown>>;

  constructor(code: UpdateRefusedCode, values: Readonly<Record<string, unknown>> = {}) {
    super(`${code} ${JSON.stringify(values)}`);
    this.name = 'UpdateRefused';
    this.code = code;
    this.values = values;
  }
}

/** `pdf-damaged`, with the offset where it shows, if there is one. */
export function damaged(reason: DamageReason, at?: number, cause?: unknown): MalformedPdf {
  return new MalformedPdf('pdf-damaged', at === undefined ? { reason } : { reason, at }, cause);
}

/** `limits-exceeded`: the limit's name in `pdf/limits.ts` and the number allowed. */
export function limitExceeded<L extends string>(limits: Readonly<Record<L, number>>, limit: L): MalformedPdf {
  return new MalformedPdf('limits-exceeded', { limit, value: limits[limit] });
}
