// BSrE's Esign Client Service inside an agency, API 1 (multipart) and 2 (JSON): status, chain, one-time code, signing.

import { SignerFailed } from '../sign/errors.ts';
import type { Activation, DocumentToSign, VisiblePlace } from '../sign/ports.ts';
import { isPdf, refusalOf, requireObject } from './bsre-answer.ts';
import {
  jsonBody,
  jsonOf,
  type ServiceAnswer,
  type ServiceClient,
  ServiceRefusal,
  type ServiceRequest,
  withoutSecrets,
} from './service-client.ts';

export interface BsreAccess {
  readonly client: ServiceClient;
  readonly api: 1 | 2;
  readonly username: string;
  /** Read anew for each call. */
  readonly password: () => Promise<string>;
}

const CALL_MS = 30_000;
const SIGN_MS = 60_000;

async function call(
  { client, username, password }: BsreAccess,
  request: Omit<ServiceRequest, 'headers' | 'timeoutMs'>,
  signal: AbortSignal,
): Promise<{ readonly answer: ServiceAnswer; readonly secrets: readonly string[] }> {
  const secret = await password();
  const basic = Buffer.from(`${username}:${secret}`, 'utf8').toString('base64');
  const headers = { authorization: `Basic ${basic}`, accept: '*/*' };
  const timeoutMs = request.effect === 'signature' ? SIGN_MS : CALL_MS;
  return {
    answer: await client.exchange({ ...request, headers, timeoutMs }, signal),
    secrets: [secret, basic],
  };
}

/** @param subject - NIK or e-mail; never repeated in an error @returns DER, leaf first @throws SignerFailed */
export async function fetchChain(
  access: BsreAccess,
  subject: string,
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const prefix = access.api === 1 ? 'api/user' : 'api/v2/user';
  const path = `${prefix}/certificate/chain/${encodeURIComponent(subject)}`;
  const { answer, secrets } = await call(access, { method: 'GET', path, effect: 'none' }, signal);
  const { data } = requireObject(answer, [...secrets, subject]);
  const encoded = Array.isArray(data) ? data.filter((each) => typeof each === 'string') : [];
  if (encoded.length === 0) throw new SignerFailed('signer-certificate-unusable', { reason: 'missing' });
  return encoded.map(
    (text) => new Uint8Array(Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64')),
  );
}

/** Only `ISSUE` may sign. @throws SignerFailed `signer-certificate-unusable` { reason }, `signer-auth-failed` */
export async function requireIssued(access: BsreAccess, subject: string, signal: AbortSignal): Promise<void> {
  const request: Omit<ServiceRequest, 'headers' | 'timeoutMs'> =
    access.api === 1
      ? { method: 'GET', path: `api/user/status/${encodeURIComponent(subject)}`, effect: 'none' }
      : {
          method: 'POST',
          path: 'api/v2/user/check/status',
          body: jsonBody(subjectOf(subject)),
          effect: 'none',
        };
  const { answer, secrets } = await call(access, request, signal);
  const { status, status_code: code, message } = requireObject(answer, [...secrets, subject]);
  if (status === 'ISSUE') return;
  const original = String(code);
  const words = typeof message === 'string' ? withoutSecrets(message, [...secrets, subject]) : '';
  const said = new ServiceRefusal(answer.status, original, words);
  if (code === 1110 || code === 2011) throw new SignerFailed('signer-auth-failed', { original }, said);
  throw new SignerFailed('signer-certificate-unusable', { reason: String(status), original }, said);
}

/** Sends the person a one-time code for so many documents. @throws SignerFailed */
export async function requestTotp(
  access: BsreAccess,
  subject: string,
  documents: number,
  signal: AbortSignal,
): Promise<void> {
  const body = jsonBody({ ...subjectOf(subject), data: documents });
  const request = { method: 'POST', path: 'api/v2/sign/get/totp', body, effect: 'none' } as const;
  const { answer, secrets } = await call(access, request, signal);
  const { success } = requireObject(answer, [...secrets, subject]);
  if (success !== true) throw refusalOf(answer, [...secrets, subject]);
}

/** @returns what came back as a document, not checked at all @throws SignerFailed */
export async function signAtBsre(
  access: BsreAccess,
  subject: string,
  document: DocumentToSign,
  activation: Activation,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const secret = secretOf(activation);
  if (document.visible !== null && document.visible.image === null)
    throw new SignerFailed('signer-refused', { unsupported: 'visible without a picture' });
  const request =
    access.api === 1 ? await requestOf1(subject, document, secret) : requestOf2(subject, document, secret);
  const { answer, secrets } = await call(access, request, signal);
  const known = [...secrets, subject, secret.value];
  const returned = isPdf(answer.body) ? answer.body : fileOf(answer);
  // Seen on installations: status 500, and the signed file in the body. Whether it is one, the checks that follow say.
  if (returned !== null && (answer.status === 200 || answer.status === 500)) return returned;
  throw refusalOf(answer, known);
}

function fileOf(answer: ServiceAnswer): Uint8Array | null {
  const json = jsonOf(answer);
  const { file, base64_signed_file: single } = json ?? {};
  const encoded = Array.isArray(file) ? file[0] : (file ?? single);
  if (json?.error !== undefined || typeof encoded !== 'string') return null;
  const bytes = new Uint8Array(Buffer.from(encoded, 'base64'));
  return isPdf(bytes) ? bytes : null;
}

interface BsreSecret {
  readonly field: 'passphrase' | 'totp';
  readonly value: string;
}

function secretOf(activation: Activation): BsreSecret {
  if (activation.kind === 'passphrase')
    return { field: 'passphrase', value: Buffer.from(activation.passphrase).toString('utf8') };
  if (activation.kind === 'otp')
    return { field: 'totp', value: Buffer.from(activation.otp).toString('utf8') };
  throw new SignerFailed('signer-auth-failed');
}

function subjectOf(subject: string): Readonly<Record<string, string>> {
  return subject.includes('@') ? { email: subject } : { nik: subject };
}

type SignRequest = Omit<ServiceRequest, 'headers' | 'timeoutMs'>;

function requestOf2(
  subject: string,
  { bytes, visible, reason, location, contactInfo, password }: DocumentToSign,
  { field, value }: BsreSecret,
): SignRequest {
  const properties = {
    ...(visible === null ? { tampilan: 'INVISIBLE' } : visibleOf2(visible)),
    location,
    reason,
    contactInfo,
    pdfPassword: password === null ? '' : Buffer.from(password).toString('utf8'),
  };
  const file = [Buffer.from(bytes).toString('base64')];
  const body = jsonBody({ ...subjectOf(subject), [field]: value, signatureProperties: [properties], file });
  return { method: 'POST', path: 'api/v2/sign/pdf', body, effect: 'signature' };
}

/** Origin at the top left of the page, y downwards; true sizes. */
function visibleOf2({ page, rect, mediaBox, image }: VisiblePlace): Readonly<Record<string, unknown>> {
  const [llx, lly, urx, ury] = rect;
  const [left, , , top] = mediaBox;
  return {
    tampilan: 'VISIBLE',
    imageBase64: Buffer.from(image ?? []).toString('base64'),
    page,
    originX: llx - left,
    originY: top - ury,
    width: urx - llx,
    height: ury - lly,
  };
}

async function requestOf1(
  subject: string,
  { bytes, visible, reason, location }: DocumentToSign,
  { field, value }: BsreSecret,
): Promise<SignRequest> {
  if (field === 'totp') throw new SignerFailed('signer-refused', { unsupported: 'one-time codes' });
  const form = new FormData();
  form.set('nik', subject);
  form.set('passphrase', value);
  form.set('tampilan', visible === null ? 'invisible' : 'visible');
  form.set('file', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), 'document.pdf');
  form.set('reason', reason ?? '');
  form.set('location', location ?? '');
  if (visible !== null) addVisible1(form, visible);
  const encoded = new Response(form);
  const contentType = encoded.headers.get('content-type') ?? '';
  const body = { contentType, bytes: new Uint8Array(await encoded.arrayBuffer()) };
  return { method: 'POST', path: 'api/sign/pdf', body, effect: 'signature' };
}

/** Origin at the bottom left; what are called sizes are the opposite corner. */
function addVisible1(form: FormData, { page, rect, image }: VisiblePlace): void {
  const [llx, lly, urx, ury] = rect;
  form.set('image', 'true');
  form.set('imageTTD', new Blob([new Uint8Array(image ?? [])]), 'visual.png');
  const fields = { page, xAxis: llx, yAxis: lly, width: urx, height: ury };
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
}
