// The one table from error codes to HTTP.

import type { HttpProblemCode } from './problem-texts.ts';

/** The status of every code. */
export const PROBLEM_STATUS: Readonly<Record<HttpProblemCode, number>> = {
  'invalid-request': 400,
  'file-missing': 400,
  'file-empty': 400,
  'signing-link-invalid': 400,
  unauthenticated: 401,
  'client-disabled': 403,
  'address-not-allowed': 403,
  'scope-not-allowed': 403,
  'level-not-allowed': 403,
  'signer-not-allowed': 403,
  'signer-auth-failed': 403,
  'approval-missing': 403,
  'approvals-not-configured': 404,
  'codes-not-configured': 404,
  'development-key-in-production': 403,
  'address-not-listed': 403,
  'signer-is-another': 403,
  'sign-in-failed': 403,
  'form-refused': 403,
  'not-found': 404,
  'signing-page-not-configured': 404,
  'two-steps-not-configured': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  'request-timeout': 408,
  'document-changed': 409,
  'signing-in-progress': 409,
  'idempotency-in-flight': 409,
  'signing-link-expired': 410,
  'document-mismatch': 412,
  'file-too-large': 413,
  'unsupported-media-type': 415,
  'not-pdf': 415,
  'pdf-encrypted': 422,
  'pdf-damaged': 422,
  'pdf-unsupported': 422,
  'limits-exceeded': 422,
  'revision-unknown': 422,
  'document-needed': 422,
  'content-refused': 422,
  'docmdp-forbids': 422,
  'certification-not-first': 422,
  'field-locked': 422,
  'field-not-found': 422,
  'field-not-signature': 422,
  'field-already-signed': 422,
  'field-ambiguous': 422,
  'seed-value-unmet': 422,
  'earlier-signature-broken': 422,
  'pdf-permission-denied': 422,
  'page-not-found': 422,
  'placement-out-of-page': 422,
  'placement-collides': 422,
  'placement-too-small': 422,
  'placement-needs-unsigned': 422,
  'anchor-not-found': 422,
  'anchor-ambiguous': 422,
  'qr-too-dense': 422,
  'text-unencodable': 422,
  'image-unsupported': 422,
  'algorithm-not-allowed': 422,
  'batch-too-large': 422,
  'level-unsupported': 422,
  'signer-refused': 422,
  'idempotency-payload-mismatch': 422,
  'signer-locked': 423,
  'rate-limited': 429,
  'signer-attempts-exceeded': 429,
  'head-too-large': 431,
  internal: 500,
  'self-check-failed': 500,
  'tsa-unavailable': 503,
  'revocation-unavailable': 503,
  'signer-unavailable': 503,
  'audit-unavailable': 503,
  'clock-untrusted': 503,
  'issuer-unavailable': 503,
  'state-unavailable': 503,
  'code-not-delivered': 503,
  'letter-unavailable': 503,
  'report-unavailable': 503,
  'sign-in-unavailable': 503,
  overloaded: 503,
  'shutting-down': 503,
  'deadline-exceeded': 504,
};

/** What can be wrong with an upload or its file, or with us while we read it. */
export const UPLOAD_CODES: readonly HttpProblemCode[] = [
  'invalid-request',
  'file-missing',
  'file-empty',
  'not-acceptable',
  'file-too-large',
  'head-too-large',
  'unsupported-media-type',
  'not-pdf',
  'pdf-encrypted',
  'pdf-damaged',
  'pdf-unsupported',
  'limits-exceeded',
  'internal',
  'overloaded',
  'shutting-down',
  'deadline-exceeded',
];

/** What only the page for officials and its links, and the check, can answer. */
const OF_OTHER_FACES: ReadonlySet<HttpProblemCode> = new Set([
  'address-not-listed',
  'signer-is-another',
  'sign-in-failed',
  'sign-in-unavailable',
  'form-refused',
  'document-changed',
  'signing-in-progress',
  'signing-link-expired',
  'signing-link-invalid',
  'letter-unavailable',
  'report-unavailable',
]);

const OF_OTHER_ADDRESSES: readonly HttpProblemCode[] = [
  'revision-unknown',
  'document-needed',
  'method-not-allowed',
  'request-timeout',
];

/** Every code but those of other addresses, and of requests that reach none. */
export const SIGNING_CODES = (Object.keys(PROBLEM_STATUS) as HttpProblemCode[]).filter(
  (code) => PROBLEM_STATUS[code] !== 404 && !OF_OTHER_ADDRESSES.includes(code) && !OF_OTHER_FACES.has(code),
);

/** Where a request is not as it must be: a JSON Pointer into its parameters (RFC 6901), and what is wrong there. */
export interface RequestFault {
  readonly pointer: string;
  readonly message: string;
}

/** A code of the table, with the numbers that its text needs. */
export class HttpProblem extends Error {
  readonly code: HttpProblemCode;
  readonly values: Readonly<Record<string, string>>;
  readonly faults: readonly RequestFault[];

  constructor(
    code: HttpProblemCode,
    values: Readonly<Record<string, string>> = {},
    faults: readonly RequestFault[] = [],
    cause?: unknown,
  ) {
    super(code, { cause });
    this.name = 'HttpProblem';
    this.code = code;
    this.values = values;
    this.faults = faults;
  }
}

/** Seconds after which a refused request may be sent again, unless the problem's `seconds` says otherwise; the `Retry-After`. */
export const RETRY_AFTER_SECONDS = 5;

const UNAVAILABLE: ReadonlySet<HttpProblemCode> = new Set([
  'tsa-unavailable',
  'revocation-unavailable',
  'signer-unavailable',
  'audit-unavailable',
  'report-unavailable',
  'clock-untrusted',
  'issuer-unavailable',
  'letter-unavailable',
  'sign-in-unavailable',
  'overloaded',
  'shutting-down',
  'signer-locked',
  'rate-limited',
  'state-unavailable',
  'code-not-delivered',
  'signer-attempts-exceeded',
]);

/** Whether the answer says when to come back. */
export function mayBeRetried(code: HttpProblemCode): boolean {
  return UNAVAILABLE.has(code);
}
