// What a BSrE service answers, read in the order that its installations make necessary: status, first bytes, and only then the header,
// which is often wrong. Its codes become ours; its own words stay in the cause.

import { SignerFailed, type SignerFailedCode } from '../sign/errors.ts';
import { jsonOf, type ServiceAnswer, ServiceRefusal, withoutSecrets } from './service-client.ts';

const PDF = '%PDF-';

export function isPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, PDF.length)).toString('latin1') === PDF;
}

/** The JSON object of a success. @throws SignerFailed */
export function requireObject(
  answer: ServiceAnswer,
  secrets: readonly string[],
): Readonly<Record<string, unknown>> {
  const json = jsonOf(answer);
  const success = answer.status >= 200 && answer.status < 300;
  if (success && json !== null && json.error === undefined) return json;
  throw refusalOf(answer, secrets);
}

/** Their errors, in the shapes that three generations of the product have. */
export function refusalOf(answer: ServiceAnswer, secrets: readonly string[]): SignerFailed {
  const { status, retryAfterSeconds } = answer;
  const json = jsonOf(answer);
  const text = [json?.error, json?.message, json?.pesan].find((each) => typeof each === 'string') ?? '';
  const original = originalCode(json?.status_code, String(text));
  const words = withoutSecrets(String(text), secrets);
  const values = {
    status,
    original,
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  };
  return new SignerFailed(
    codeOf(status, original, json !== null),
    values,
    new ServiceRefusal(status, original, words),
  );
}

/** Old servers repeat the HTTP status in `status_code` and put the code at the end of the text. */
function originalCode(stated: unknown, text: string): string {
  const code = typeof stated === 'number' || typeof stated === 'string' ? String(stated) : '';
  const trailing = /(\d{4})\D*$/.exec(text)?.[1];
  return /^\d{4}$/.test(code) ? code : (trailing ?? code);
}

function codeOf(status: number, original: string, isJson: boolean): SignerFailedCode {
  if (original === '2031' || original === '2011') return 'signer-auth-failed';
  if (/^202\d$/.test(original)) return 'signer-certificate-unusable';
  if (status === 429 || status === 503) return 'signer-unavailable';
  if (status === 502 || status === 504) return 'signer-outcome-unknown';
  return status >= 200 && status < 300 && !isJson ? 'signer-result-invalid' : 'signer-refused';
}
