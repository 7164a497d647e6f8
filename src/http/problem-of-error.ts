// From the errors of the library and of Fastify to the codes of the table.

import { ClientRefused } from '../identity/client-refused.ts';
import { CodeNotDelivered } from '../identity/code-delivery.ts';
import { IdentityRefused } from '../identity/identity-evidence.ts';
import { SignInFailed } from '../identity/sign-in.ts';
import { SigningLinkRefused } from '../identity/signing-link.ts';
import {
  DocumentNeeded,
  MalformedPdf,
  type ProblemCode,
  SignerFailed,
  type SignerFailedCode,
  SigningFailed,
  SigningRefused,
  type SigningRefusedCode,
  TrustServiceFailed,
} from '../index.ts';
import { SharedStateUnavailable } from '../state/ports.ts';
import type { HttpProblemCode } from './problem-texts.ts';
import { HttpProblem, type RequestFault } from './problems.ts';
import { faultsOfRefusal } from './refusal-faults.ts';

/** The problem that an error of the library, of Fastify or of this folder means; what nobody knows is `internal`. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof ClientRefused) return problemOfClient(error);
  if (error instanceof DocumentNeeded) return new HttpProblem('document-needed', {}, [], error);
  if (error instanceof MalformedPdf) return new HttpProblem(error.code, {}, [], error);
  if (error instanceof SigningRefused)
    return new HttpProblem(codeOfRefusal(error.code), {}, faultsOfRefusal(error), error);
  if (error instanceof IdentityRefused) return problemOfIdentity(error);
  if (error instanceof SigningLinkRefused || error instanceof SignInFailed)
    return new HttpProblem(error.code, {}, [], error);
  if (error instanceof CodeNotDelivered) return new HttpProblem(error.code, {}, [], error);
  if (error instanceof SharedStateUnavailable) return new HttpProblem(error.code, {}, [], error);
  if (error instanceof SignerFailed) return problemOfSigner(error);
  if (error instanceof TrustServiceFailed) return new HttpProblem(error.code, {}, [], error);
  if (error instanceof SigningFailed) return problemOfFailure(error);
  return problemOfFramework(error);
}

function problemOfClient(error: ClientRefused): HttpProblem {
  if (error.code !== 'too-many-failures') return new HttpProblem(error.code, {}, [], error);
  const seconds = String(Math.ceil(error.retryAfterMs / 1000));
  return new HttpProblem('rate-limited', { seconds }, [], error);
}

/** Where the second of two steps differs from the first. */
const MISMATCHES: Readonly<Record<string, RequestFault>> = {
  document: { pointer: '/file', message: 'prepared-mismatch: another document than the prepared one' },
  signature: {
    pointer: '/signature',
    message: 'prepared-mismatch: not made over "toBeSigned" by the key of the prepared certificate',
  },
  state: {
    pointer: '/state',
    message: 'prepared-mismatch: not the answer to the authorization of this token',
  },
  expired: { pointer: '/token', message: 'prepared-mismatch: expired' },
};

const OTHER_MISMATCH: RequestFault = {
  pointer: '/token',
  message: 'prepared-mismatch: not a token of this service for this client',
};

/** A key that asked who signs before it was used says why by its cause. */
function problemOfSigner(error: SignerFailed): HttpProblem {
  const { cause, code } = error;
  if (cause instanceof IdentityRefused || cause instanceof SharedStateUnavailable) return problemOf(cause);
  return new HttpProblem(codeOfSigner(code), {}, [], error);
}

/** What tells a wrong secret from an unknown signer stays inside; the audit has the code of the cause. */
function problemOfIdentity(error: IdentityRefused): HttpProblem {
  const of = (code: HttpProblemCode, values = {}, faults: readonly RequestFault[] = []): HttpProblem =>
    new HttpProblem(code, values, faults, error);
  switch (error.code) {
    case 'signer-not-allowed':
    case 'document-mismatch':
    case 'revocation-unavailable':
    case 'approval-missing':
      return of(error.code);
    case 'document-not-shown':
      return of('invalid-request', {}, [{ pointer: '/expectedSha256', message: 'required by this signer' }]);
    case 'secret-locked':
      return of('signer-locked');
    case 'attempts-exceeded': {
      const seconds = String(Math.ceil(Number(error.values.retryAfterMs) / 1000));
      return of('signer-attempts-exceeded', { seconds });
    }
    default:
      return of('signer-auth-failed');
  }
}

function problemOfFailure(error: SigningFailed): HttpProblem {
  switch (error.code) {
    case 'self-check-failed':
      return new HttpProblem('self-check-failed', {}, [], error);
    case 'prepared-mismatch':
      return new HttpProblem(
        'document-mismatch',
        {},
        [MISMATCHES[String(error.values.reason)] ?? OTHER_MISMATCH],
        error,
      );
    case 'signature-too-large':
      return new HttpProblem('internal', {}, [], error);
  }
}

/** The problem of a document that could not be judged. */
export function problemOfReport(code: ProblemCode): HttpProblem {
  return new HttpProblem(code);
}

// To whoever tries signers and passphrases, a certificate out of its time looks like a wrong passphrase.
function codeOfRefusal(code: SigningRefusedCode): HttpProblemCode {
  switch (code) {
    case 'certificate-expired':
    case 'certificate-not-yet-valid':
    case 'certificate-revoked':
      return 'signer-auth-failed';
    default:
      return code;
  }
}

function codeOfSigner(code: SignerFailedCode): HttpProblemCode {
  switch (code) {
    case 'signer-unavailable':
    case 'signer-auth-failed':
    case 'signer-locked':
    case 'signer-attempts-exceeded':
    case 'signer-refused':
    case 'overloaded':
      return code;
    case 'signer-algorithm-unsupported':
      return 'algorithm-not-allowed';
    case 'signer-outcome-unknown':
      return 'deadline-exceeded';
    default:
      // The key is there and cannot be used: the operator's affair, and the same to every caller.
      return 'signer-unavailable';
  }
}

const FRAMEWORK_CODES: Readonly<Record<string, HttpProblemCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'file-too-large',
  FST_REQ_FILE_TOO_LARGE: 'file-too-large',
};

function problemOfFramework(error: unknown): HttpProblem {
  const { code, statusCode, validation, validationContext } = error as {
    code?: unknown;
    statusCode?: unknown;
    validation?: readonly { instancePath?: string; message?: string }[];
    validationContext?: string;
  };
  if (Array.isArray(validation)) {
    const faults = validation.map((issue) => ({
      pointer: issue.instancePath === '' ? '/' : (issue.instancePath ?? `/${validationContext ?? ''}`),
      message: issue.message ?? 'not as described',
    }));
    return new HttpProblem('invalid-request', {}, faults, error);
  }
  const known = typeof code === 'string' ? FRAMEWORK_CODES[code] : undefined;
  if (known !== undefined) return new HttpProblem(known, {}, [], error);
  const callers = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return new HttpProblem(callers ? 'invalid-request' : 'internal', {}, [], error);
}
