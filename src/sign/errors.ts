// Why something was not signed: four classes with closed codes (which HTTP status each means is http/problems.ts's affair).

type Values = Readonly<Record<string, unknown>>;

abstract class SigningError extends Error {
  abstract readonly code: string;
  readonly values: Values;

  constructor(name: string, code: string, values: Values, cause?: unknown) {
    super(`${code} ${JSON.stringify(values)}`, { cause });
    this.name = name;
    this.values = values;
  }
}

export type SigningRefusedCode =
  | 'docmdp-forbids'
  | 'certification-not-first'
  | 'field-locked'
  | 'earlier-signature-broken'
  | 'pdf-permission-denied'
  | 'content-refused'
  | 'document-mismatch'
  | 'field-not-found'
  | 'field-not-signature'
  | 'field-already-signed'
  | 'field-ambiguous'
  | 'seed-value-unmet'
  | 'page-not-found'
  | 'placement-out-of-page'
  | 'placement-collides'
  | 'placement-too-small'
  | 'placement-needs-unsigned'
  | 'anchor-not-found'
  | 'anchor-ambiguous'
  | 'qr-too-dense'
  | 'text-unencodable'
  | 'image-unsupported'
  | 'algorithm-not-allowed'
  | 'batch-too-large'
  | 'signer-not-allowed'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-revoked'
  | 'development-key-in-production'
  | 'level-unsupported';

/**
 * The request, the document or the key forbids it; trying again changes nothing. Values of some codes:
 * `placement-out-of-page` { rect, box }, `placement-collides` { with, collisions? }, `placement-too-small` { rect }: the text
 * of the visible block would be unreadable there; `anchor-not-found` { matches }, `anchor-ambiguous` { matches, pages },
 * `placement-needs-unsigned`: page content of a signed document may not change; `image-unsupported` { reason },
 * `qr-too-dense` { modulePt }, null for more than any code holds; `text-unencodable` { codePoints }; `level-unsupported` { level }.
 */
export class SigningRefused extends SigningError {
  readonly code: SigningRefusedCode;

  constructor(code: SigningRefusedCode, values: Values = {}, cause?: unknown) {
    super('SigningRefused', code, values, cause);
    this.code = code;
  }
}

/**
 * - `signature-too-large` { needed, reserved } in bytes
 * - `self-check-failed` { findings: string[] }: what we made does not stand before the verifier; nothing is handed out
 * - `prepared-mismatch` { reason }: what comes to the second step is not what the first one prepared. `document`: another one;
 *   `signature`: not a value of the prepared key over what was to be signed; `expired`; `token`: not sealed by us for this bearer;
 *   `state`: not the answer to the authorisation that the first step began; `prepared`: a value that cannot have been made by it
 */
export type SigningFailedCode = 'signature-too-large' | 'self-check-failed' | 'prepared-mismatch';

/** Our own work did not come out right. */
export class SigningFailed extends SigningError {
  readonly code: SigningFailedCode;

  constructor(code: SigningFailedCode, values: Values = {}, cause?: unknown) {
    super('SigningFailed', code, values, cause);
    this.code = code;
  }
}

/**
 * Running: `signer-unavailable` { retryAfterSeconds }, `signer-auth-failed`, `signer-locked`,
 * `signer-attempts-exceeded` (too many wrong secrets of late), `overloaded`, `signer-refused`,
 * `signer-algorithm-unsupported`, `signer-certificate-unusable`, `signer-result-invalid` { check }, `result-rewritten` (a document came
 * back that does not begin with ours), `signer-outcome-unknown`.
 * Opening: `pkcs12-weak-protection` { encryption, iterations }, `pkcs12-wrong-password`, `pkcs12-unsupported` { part },
 * `signer-uri-invalid` { reason }.
 */
export type SignerFailedCode =
  | 'signer-unavailable'
  | 'signer-auth-failed'
  | 'signer-locked'
  | 'signer-attempts-exceeded'
  | 'overloaded'
  | 'signer-refused'
  | 'signer-algorithm-unsupported'
  | 'signer-certificate-unusable'
  | 'signer-result-invalid'
  | 'result-rewritten'
  | 'signer-outcome-unknown'
  | 'pkcs12-weak-protection'
  | 'pkcs12-wrong-password'
  | 'pkcs12-unsupported'
  | 'signer-uri-invalid';

/** The holder of the key did not deliver. */
export class SignerFailed extends SigningError {
  readonly code: SignerFailedCode;

  constructor(code: SignerFailedCode, values: Values = {}, cause?: unknown) {
    super('SignerFailed', code, values, cause);
    this.code = code;
  }
}

/**
 * - `tsa-unavailable` { sources: { name, reason }[] }
 * - `revocation-unavailable` { certificates: { subject, source, reason }[] }
 * - `clock-untrusted` { offsetSeconds }
 * - `deadline-exceeded`
 */
export type TrustServiceFailedCode =
  | 'tsa-unavailable'
  | 'revocation-unavailable'
  | 'clock-untrusted'
  | 'deadline-exceeded';

/** A time-stamp authority or a source of revocation data did not deliver; a later try may succeed. */
export class TrustServiceFailed extends SigningError {
  readonly code: TrustServiceFailedCode;

  constructor(code: TrustServiceFailedCode, values: Values = {}, cause?: unknown) {
    super('TrustServiceFailed', code, values, cause);
    this.code = code;
  }
}
