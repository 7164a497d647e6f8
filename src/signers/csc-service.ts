// One method of the Cloud Signature Consortium's API: POST of JSON, an answer of JSON, and its errors in the words of the port.

import { SignerFailed, type SignerFailedCode } from '../sign/errors.ts';
import {
  jsonBody,
  jsonOf,
  type ServiceAnswer,
  type ServiceClient,
  ServiceRefusal,
  type ServiceRequest,
  withoutSecrets,
} from './service-client.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The generations that differ on the wire: 1.0.4, and 2.0 with what followed it. */
export type CscVersion = 1 | 2;

export interface CscCall {
  /** Such as `signatures/signHash`. */
  readonly method: string;
  readonly body: Json;
  readonly bearer: string | null;
  readonly effect?: ServiceRequest['effect'];
  /** Never to be seen in an error. */
  readonly secrets?: readonly string[];
}

export interface CscAnswer {
  readonly status: number;
  readonly json: Json;
}

const CALL_MS = 30_000;
const SIGN_MS = 60_000;

/** @throws SignerFailed */
export async function callCsc(
  client: ServiceClient,
  version: CscVersion,
  { method, body, bearer, effect = 'none', secrets = [] }: CscCall,
  signal: AbortSignal,
): Promise<CscAnswer> {
  const answer = await client.exchange(
    {
      method: 'POST',
      path: `csc/v${version}/${method}`,
      headers: bearer === null ? {} : { authorization: `Bearer ${bearer}` },
      body: jsonBody(body),
      timeoutMs: effect === 'signature' ? SIGN_MS : CALL_MS,
      effect,
    },
    signal,
  );
  return requireSuccess(answer, effect, bearer === null ? secrets : [...secrets, bearer]);
}

/** @throws SignerFailed for every answer that is not a success */
export function requireSuccess(
  answer: ServiceAnswer,
  effect: ServiceRequest['effect'],
  secrets: readonly string[],
): CscAnswer {
  const { status, retryAfterSeconds } = answer;
  const json = jsonOf(answer);
  if (status === 204) return { status, json: {} };
  if (status >= 200 && status < 300 && json !== null && json.error === undefined) return { status, json };
  const original = withoutSecrets(textOf(json?.error), secrets);
  const text = withoutSecrets(textOf(json?.error_description), secrets);
  const values = { status, original, ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }) };
  const code = codeOf(status, original, text, effect);
  throw new SignerFailed(code, values, new ServiceRefusal(status, original, text));
}

const LOCKED = /\block(?:ed|out)\b/i;
const WRONG_SECRET = new Set(['invalid_pin', 'invalid_otp', 'access_denied']);

function codeOf(
  status: number,
  original: string,
  text: string,
  effect: ServiceRequest['effect'],
): SignerFailedCode {
  if (LOCKED.test(original.replaceAll('_', ' ')) || LOCKED.test(text)) return 'signer-locked';
  if (WRONG_SECRET.has(original)) return 'signer-auth-failed';
  if (status === 429 || status === 503) return 'signer-unavailable';
  // A gateway speaks for a service that it has lost sight of.
  if (status === 502 || status === 504)
    return effect === 'signature' ? 'signer-outcome-unknown' : 'signer-unavailable';
  if (status >= 200 && status < 300 && original === '') return 'signer-result-invalid';
  return 'signer-refused';
}

/** Whether the service wants a new access token (RFC 6750, 3.1). */
export function isTokenRefused(error: unknown): boolean {
  return error instanceof SignerFailed && error.values.status === 401;
}

/** Whether an authorisation came to its end before it was used. */
export function isAuthorisationExpired(error: unknown): boolean {
  if (!(error instanceof SignerFailed) || !(error.cause instanceof ServiceRefusal)) return false;
  const { original, message } = error.cause;
  return /SAD/.test(`${original} ${message}`) && /expired/i.test(`${original} ${message}`);
}

/** Whether the service says of an authorisation that it does not hold for these signatures, or no longer. */
export function isAuthorisationRefused(error: unknown): boolean {
  if (!(error instanceof SignerFailed) || !(error.cause instanceof ServiceRefusal)) return false;
  const { original, message } = error.cause;
  return /\bSAD\b/.test(`${original} ${message}`);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
