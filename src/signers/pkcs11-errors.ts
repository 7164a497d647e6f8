// The return values of a PKCS#11 library (PKCS #11, 11.1) in the words of the signer port.

import { SignerFailed, type SignerFailedCode } from '../sign/errors.ts';

/** The session, the login, the object or the token is gone: what was opened before is worth nothing any more. */
const LOST: ReadonlySet<string> = new Set([
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SESSION_CLOSED',
  'CKR_USER_NOT_LOGGED_IN',
  'CKR_KEY_HANDLE_INVALID',
  'CKR_OBJECT_HANDLE_INVALID',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_TOKEN_NOT_RECOGNIZED',
  'CKR_SLOT_ID_INVALID',
  'CKR_DEVICE_ERROR',
  'CKR_DEVICE_REMOVED',
  'CKR_CRYPTOKI_NOT_INITIALIZED',
  'CKR_GENERAL_ERROR',
  'CKR_FUNCTION_FAILED',
]);

const CODES: ReadonlyMap<string, SignerFailedCode> = new Map([
  ['CKR_PIN_INCORRECT', 'signer-auth-failed'],
  ['CKR_PIN_INVALID', 'signer-auth-failed'],
  ['CKR_PIN_LEN_RANGE', 'signer-auth-failed'],
  ['CKR_PIN_LOCKED', 'signer-locked'],
  ['CKR_MECHANISM_INVALID', 'signer-algorithm-unsupported'],
  ['CKR_MECHANISM_PARAM_INVALID', 'signer-algorithm-unsupported'],
  ['CKR_KEY_TYPE_INCONSISTENT', 'signer-algorithm-unsupported'],
  ['CKR_SESSION_COUNT', 'signer-unavailable'],
  ['CKR_HOST_MEMORY', 'signer-unavailable'],
  ['CKR_DEVICE_MEMORY', 'signer-unavailable'],
]);

/** The name of a return value, such as `CKR_PIN_INCORRECT`; null for what is none. */
export function returnValueOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  return /\bCKR_\w+/.exec(error.message)?.[0] ?? null;
}

/** Whether the connection to the token has to be made anew. */
export function isLost(error: unknown): boolean {
  return LOST.has(returnValueOf(error) ?? '');
}

/** @param error - what the library threw; a SignerFailed stays as it is */
export function failureOfToken(error: unknown): SignerFailed {
  if (error instanceof SignerFailed) return error;
  const name = returnValueOf(error) ?? 'unknown';
  const code = LOST.has(name) ? 'signer-unavailable' : (CODES.get(name) ?? 'signer-refused');
  return new SignerFailed(code, { returnValue: name }, error);
}
