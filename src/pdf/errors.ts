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
  | 'header-offset'
  | 'hybrid-views-differ'
  | 'duplicate-key'
  | 'signed-and-broken';

/**
 * - `not-pdf`: no `%PDF-` in the first 1024 bytes
 * - `pdf-damaged` { reason: DamageReason }
 * - `pdf-encrypted`: no password, a wrong one, or a handler that is not the standard one
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
