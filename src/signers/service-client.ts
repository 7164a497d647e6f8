// HTTP to a signing service that the operator named: no redirects, answers capped, and it is known whether a request had left when
// something went wrong, because a signature that may have been made is never asked for twice.

import type { IncomingMessage } from 'node:http';
import { concatBytes } from '../asn1/values.ts';
import { SignerFailed } from '../sign/errors.ts';
import { traced, traceHeaders } from '../tracing/trace-context.ts';

export interface ServiceRequest {
  readonly method: 'GET' | 'POST';
  /** Below the service's address, without a slash at its beginning; or a whole URL. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly contentType: string; readonly bytes: Uint8Array };
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** Whether the other side may have done something that cannot be taken back once the request has left. */
  readonly effect: 'none' | 'signature';
}

export interface ServiceAnswer {
  readonly status: number;
  /** Lower-case, without parameters; empty when there is none. */
  readonly contentType: string;
  readonly retryAfterSeconds: number | null;
  readonly body: Uint8Array;
}

export interface ServiceClient {
  /**
   * One exchange; every answer that came is returned, whatever its status.
   * @throws SignerFailed `signer-unavailable` { reason } for what did not leave or had no effect, `signer-outcome-unknown` { reason }
   */
  exchange(request: ServiceRequest, signal: AbortSignal): Promise<ServiceAnswer>;
}

export interface ServiceClientOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** PEM certificates that TLS trusts instead of the runtime's own list; verification cannot be turned off. */
  readonly tlsAuthorities?: string;
  /** Most bytes of an answer. */
  readonly maxBytes: number;
  /** To connect, TLS included. */
  readonly connectTimeoutMs: number;
}

export function serviceClient(options: ServiceClientOptions): ServiceClient {
  return { exchange: (request, signal) => exchange(request, options, signal) };
}

/**
 * The address of a service.
 * @param insecure - plain http is allowed
 * @returns without a slash at its end
 * @throws SignerFailed `signer-uri-invalid` { reason }, which never repeats the address: it may hold a password
 */
export function requireServiceUrl(text: string, insecure: boolean): string {
  if (!URL.canParse(text)) throw invalid('the address is no URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid('the address is not https');
  if (url.protocol === 'http:' && !insecure) throw invalid('plain http needs allow-insecure-http=true');
  if (url.username !== '' || url.password !== '') throw invalid('credentials in the address');
  return text.replace(/\/+$/, '');
}

function invalid(reason: string): SignerFailed {
  return new SignerFailed('signer-uri-invalid', { reason });
}

async function exchange(
  request: ServiceRequest,
  options: ServiceClientOptions,
  outer: AbortSignal,
): Promise<ServiceAnswer> {
  const deadline = AbortSignal.timeout(request.timeoutMs);
  const sent = { yes: false };
  if (outer.aborted) throw new SignerFailed('signer-unavailable', { reason: 'aborted' }, outer.reason);
  try {
    return await traced({ name: 'remote signer', kind: 'client', attributes: {} }, () =>
      send(request, options, AbortSignal.any([outer, deadline]), sent),
    );
  } catch (cause) {
    const code = sent.yes && request.effect === 'signature' ? 'signer-outcome-unknown' : 'signer-unavailable';
    if (outer.aborted) throw new SignerFailed(code, { reason: 'aborted' }, outer.reason);
    const reason = deadline.aborted ? 'timeout' : reasonOf(cause);
    throw new SignerFailed(code, { reason }, cause);
  }
}

class AnswerTooLarge extends Error {}
class ConnectTimeout extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof AnswerTooLarge) return 'answer-too-large';
  if (error instanceof ConnectTimeout) return 'timeout';
  const code = String((error as NodeJS.ErrnoException | null)?.code ?? '');
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) return 'tls-untrusted';
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'name-not-found' : 'connection-failed';
}

function send(
  { method, path, headers = {}, body }: ServiceRequest,
  { baseUrl, tlsAuthorities, maxBytes, connectTimeoutMs }: ServiceClientOptions,
  signal: AbortSignal,
  sent: { yes: boolean },
): Promise<ServiceAnswer> {
  const url = new URL(/^https?:/.test(path) ? path : `${baseUrl}/${path}`);
  const isSecure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    // Not imported: a command whose key is in a file would wait for what it does not use.
    const { request } = process.getBuiltinModule(isSecure ? 'node:https' : 'node:http');
    const outgoing = request(
      url,
      {
        method,
        signal,
        // A kept connection may be closed by the other side just when it is used, and then nobody knows what had left.
        agent: false,
        headers: {
          accept: 'application/json',
          'accept-encoding': 'identity',
          'user-agent': 'teken',
          ...traceHeaders(),
          ...headers,
          ...(body === undefined
            ? {}
            : { 'content-type': body.contentType, 'content-length': body.bytes.length }),
        },
        ...(isSecure && tlsAuthorities !== undefined ? { ca: tlsAuthorities } : {}),
      },
      (answer) => {
        readAnswer(answer, maxBytes).then(resolve, (error: unknown) => {
          outgoing.destroy();
          reject(error);
        });
      },
    );
    const connecting = setTimeout(() => outgoing.destroy(new ConnectTimeout()), connectTimeoutMs);
    const connected = (): void => {
      clearTimeout(connecting);
      sent.yes = true;
    };
    outgoing.on('socket', (socket) => socket.once(isSecure ? 'secureConnect' : 'connect', connected));
    outgoing.on('close', () => clearTimeout(connecting));
    outgoing.on('error', reject);
    outgoing.end(body?.bytes);
  });
}

async function readAnswer(answer: IncomingMessage, maxBytes: number): Promise<ServiceAnswer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > maxBytes) throw new AnswerTooLarge();
    parts.push(part);
  }
  const { 'content-type': contentType = '', 'retry-after': retryAfter = '' } = answer.headers;
  return {
    status: answer.statusCode ?? 0,
    contentType: contentType.split(';')[0]?.trim().toLowerCase() ?? '',
    retryAfterSeconds: /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null,
    body: concatBytes(parts),
  };
}

/** What the other side said, word for word, as the cause of a failure; secrets that it repeats are taken out. */
export class ServiceRefusal extends Error {
  readonly status: number;
  /** Its own code, empty when it gave none. */
  readonly original: string;

  constructor(status: number, original: string, text: string) {
    super(text);
    this.name = 'ServiceRefusal';
    this.status = status;
    this.original = original;
  }
}

/** What the service that holds the key said, anywhere below an error; null where no service refused. */
export function serviceRefusalIn(error: unknown, depth = 0): ServiceRefusal | null {
  if (error instanceof ServiceRefusal) return error;
  return error instanceof Error && depth < 4 ? serviceRefusalIn(error.cause, depth + 1) : null;
}

/** Text with every secret in it struck out. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

/** The answer as a JSON object; null for anything else. */
export function jsonOf({ body }: Pick<ServiceAnswer, 'body'>): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    // Not JSON, whatever its header says: the caller judges the answer by its status alone.
    return null;
  }
}

export function jsonBody(value: unknown): NonNullable<ServiceRequest['body']> {
  return { contentType: 'application/json', bytes: new TextEncoder().encode(JSON.stringify(value)) };
}

export function formBody(fields: Readonly<Record<string, string>>): NonNullable<ServiceRequest['body']> {
  return {
    contentType: 'application/x-www-form-urlencoded',
    bytes: new TextEncoder().encode(new URLSearchParams(fields).toString()),
  };
}
