// What the compatible API answers instead of what was asked: three shapes, and the one table from our codes to them.

import type { CompatSwitches } from '../../identity/compat-switches.ts';
import { IdentityRefused } from '../../identity/identity-evidence.ts';
import { MAY_SIGN, SIGNER_STATUSES, type SignerStatus } from '../../identity/signer-status.ts';
import { SignerFailed, SigningRefused, serviceRefusalIn } from '../../index.ts';
import { problemDetail } from '../problem-answer.ts';
import type { HttpProblemCode } from '../problem-texts.ts';
import { type HttpProblem, PROBLEM_STATUS } from '../problems.ts';
import { reasonPhrase } from '../reason-phrases.ts';
import {
  type BusinessText,
  SIGNING_FAILED,
  statusText,
  TOO_MANY,
  UNKNOWN_SIGNER,
  UNREADABLE_PDF,
  WRONG_PASSPHRASE,
  WRONG_TOTP,
} from './codes.ts';

/** What an address does: the words of its refusals depend on it. */
export type Operation = 'sign' | 'verify' | 'other';

/** A refusal that the contract gives a body of its own. */
export class BsreRefused extends Error {
  readonly code = 'bsre-refused';
  readonly status: number;
  readonly business: BusinessText;

  constructor(business: BusinessText, status = 400) {
    super('bsre-refused');
    this.name = 'BsreRefused';
    this.status = status;
    this.business = business;
  }
}

/** `business`: with a code that applications compare; `framework`: as the original's web server answers. */
export type Refusal =
  | { readonly kind: 'business'; readonly status: number; readonly business: BusinessText }
  | { readonly kind: 'framework'; readonly status: number };

/** The body, its members in the original's order. @param path - without its query, which may hold secrets */
export function refusalBody(
  refusal: Refusal,
  { path, now, legacy }: { readonly path: string; readonly now: number; readonly legacy: boolean },
): object {
  if (refusal.kind === 'framework')
    return {
      timestamp: new Date(now).toISOString().replace('Z', '+00:00'),
      status: refusal.status,
      error: reasonPhrase(refusal.status) ?? 'Error',
      path,
    };
  const { code, text } = refusal.business;
  if (!legacy) return { error: text, status_code: code };
  const prefixed = text.startsWith(SIGNING_FAILED) ? text : `${SIGNING_FAILED}${text}`;
  return { error: `${prefixed} ${code}`, status_code: 400 };
}

const FRAMEWORK: ReadonlySet<HttpProblemCode> = new Set([
  'unauthenticated',
  'client-disabled',
  'address-not-allowed',
  'scope-not-allowed',
  'level-not-allowed',
  'file-too-large',
  'not-found',
]);

/** Statuses that applications know, for codes whose own would be new to them. */
const FRAMEWORK_STATUS: Partial<Record<HttpProblemCode, number>> = { unauthenticated: 401 };

const UNREADABLE: ReadonlySet<HttpProblemCode> = new Set([
  'not-pdf',
  'pdf-encrypted',
  'pdf-damaged',
  'pdf-unsupported',
  'limits-exceeded',
  'file-empty',
]);

/** Our problem as an application of the original understands it. Business is always 4xx: the widest-spread client dies of a 5xx. */
export function refusalOf(
  problem: HttpProblem,
  operation: Operation,
  switches: Pick<CompatSwitches, 'faithful500'>,
  maxUploadMegabytes: number,
): Refusal {
  const { code } = problem;
  const status = PROBLEM_STATUS[code];
  const original = originalBusiness(problem);
  if (original !== null) return { kind: 'business', status: 400, business: original };
  if (FRAMEWORK.has(code)) return { kind: 'framework', status: FRAMEWORK_STATUS[code] ?? status };
  if (status === 429) return { kind: 'business', status, business: TOO_MANY };
  if (status >= 500) return { kind: 'framework', status };
  if (UNREADABLE.has(code) && switches.faithful500) return { kind: 'framework', status: 500 };
  const business = businessOf(problem) ?? failureOf(problem, operation, maxUploadMegabytes);
  return { kind: 'business', status: 400, business };
}

/**
 * What BSrE itself said of a key that it holds: the application was written for these words. Null for what is between it and
 * us alone, such as our credential, and for its silence.
 */
function originalBusiness({ cause }: HttpProblem): BusinessText | null {
  const said = serviceRefusalIn(cause);
  if (said === null || !/^[1-9]\d{2,3}$/.test(said.original)) return null;
  if (said.status !== 400 && said.status !== 200) return null;
  const code = Number(said.original);
  if (said.message !== '') return { code, text: said.message };
  const failed = failureIn(cause);
  return failed?.code === 'signer-certificate-unusable' ? statusText(statusIn(failed)) : null;
}

function failureIn(error: unknown, depth = 0): SignerFailed | null {
  if (error instanceof SignerFailed) return error;
  return error instanceof Error && depth < 4 ? failureIn(error.cause, depth + 1) : null;
}

/** Statuses that only one side knows are none of ours. */
function statusIn({ values: { reason } }: SignerFailed): SignerStatus {
  return SIGNER_STATUSES.find((status) => status === reason && status !== MAY_SIGN) ?? 'NO_CERTIFICATE';
}

/** Who signs. Where our own API tells nobody whether signer or secret was wrong, this one must. */
function businessOf({ code, cause }: HttpProblem): BusinessText | null {
  if (code === 'signer-not-allowed') return UNKNOWN_SIGNER;
  if (code !== 'signer-auth-failed') return null;
  const refused = causeOf(cause);
  if (refused instanceof SigningRefused) return certificateText(refused.code);
  if (refused === null) return WRONG_PASSPHRASE;
  switch (refused.code) {
    case 'signer-unknown':
      return UNKNOWN_SIGNER;
    case 'signer-status':
      return statusText(String(refused.values.status) as SignerStatus);
    case 'second-factor-missing':
    case 'second-factor-wrong':
    case 'second-factor-used':
      return WRONG_TOTP;
    case 'secret-wrong':
      return WRONG_PASSPHRASE;
    default:
      return certificateText(refused.code);
  }
}

function causeOf(cause: unknown, depth = 0): IdentityRefused | SigningRefused | null {
  if (cause instanceof IdentityRefused || cause instanceof SigningRefused) return cause;
  return cause instanceof Error && depth < 4 ? causeOf(cause.cause, depth + 1) : null;
}

function certificateText(code: string): BusinessText {
  switch (code) {
    case 'certificate-expired':
      return statusText('EXPIRED');
    case 'certificate-revoked':
      return statusText('REVOKE');
    case 'certificate-not-yet-valid':
      return statusText('NEW');
    default:
      return statusText('NO_CERTIFICATE');
  }
}

function failureOf(problem: HttpProblem, operation: Operation, maxUploadMegabytes: number): BusinessText {
  const text = failureText(problem, maxUploadMegabytes);
  return { code: 400, text: operation === 'sign' ? `${SIGNING_FAILED}${text}` : text };
}

function failureText(problem: HttpProblem, maxUploadMegabytes: number): string {
  if (UNREADABLE.has(problem.code)) return UNREADABLE_PDF;
  switch (problem.code) {
    case 'anchor-not-found':
      return 'Tag koordinat tidak ditemukan';
    case 'page-not-found':
    case 'placement-out-of-page':
      return 'Posisi tanda tangan di luar halaman';
    default:
      return problemDetail(problem, { language: 'id', maxUploadMegabytes });
  }
}
