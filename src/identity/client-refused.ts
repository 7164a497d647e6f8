// Why nobody is let in: a code for the caller, a reason for the operator's record.

/**
 * - `unauthenticated`: no credential, or one that is nobody's, not in force, or not the same client's as another that was shown
 * - `client-disabled`, `address-not-allowed`: the credential is right, the client may not ask, or not from there
 * - `too-many-failures`: `retryAfterMs` says when the next password is looked at
 * - `issuer-unavailable`: whether an access token is genuine cannot be told, because its issuer's keys cannot be had
 */
export type ClientRefusedCode =
  | 'unauthenticated'
  | 'client-disabled'
  | 'address-not-allowed'
  | 'too-many-failures'
  | 'issuer-unavailable';

/** What the caller is not told, lest it help to guess. */
export type RefusalReason =
  | 'no-clients-configured'
  | 'credential-missing'
  | 'credential-repeated'
  | 'credential-malformed'
  | 'credentials-differ'
  | 'key-unknown'
  | 'password-wrong'
  | 'certificate-unknown'
  | 'certificate-untrusted'
  | 'credential-not-in-force'
  | 'token-malformed'
  | 'token-issuer-unknown'
  | 'token-signature-wrong'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'token-claim-wrong'
  | 'token-lives-too-long'
  | 'token-bound-elsewhere'
  | 'token-client-unknown';

/** Whoever asks is not let in. The message is the code alone. */
export class ClientRefused extends Error {
  readonly code: ClientRefusedCode;
  readonly reason: RefusalReason | null;
  /** Where the credential was somebody's. */
  readonly clientId: string | null;
  readonly retryAfterMs: number;

  constructor(
    code: ClientRefusedCode,
    facts: {
      readonly reason?: RefusalReason;
      readonly clientId?: string;
      readonly retryAfterMs?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(code, { cause: facts.cause });
    this.name = 'ClientRefused';
    this.code = code;
    this.reason = facts.reason ?? null;
    this.clientId = facts.clientId ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? 0;
  }
}
