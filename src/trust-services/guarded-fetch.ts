// The one way out to the network. URLs come from certificates that strangers made, so every step is checked:
// scheme, host, each address it resolves to, the address actually connected to, size and time of the answer.

import { lookup as systemLookup } from 'node:dns/promises';
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { isIP } from 'node:net';
import { concatBytes } from '../asn1/values.ts';
import { traced, traceHeaders } from '../tracing/trace-context.ts';
import { isAllowedAddress, type PrivateAddresses } from './addresses.ts';

/**
 * - `url-refused`: not http(s), credentials in it, or no URL at all
 * - `address-refused`: the host is, or resolves to, an address that is out of bounds; nothing was sent
 * - `name-not-found`, `connection-failed`, `tls-untrusted`, `timeout`, `aborted` (by the caller)
 * - `redirected`, `http-status`, `encoding-refused`, `content-type-wrong`, `too-large`: the answer is not used
 */
export type FetchFailureCode =
  | 'url-refused'
  | 'address-refused'
  | 'name-not-found'
  | 'connection-failed'
  | 'tls-untrusted'
  | 'timeout'
  | 'aborted'
  | 'redirected'
  | 'http-status'
  | 'encoding-refused'
  | 'content-type-wrong'
  | 'too-large';

/** Why nothing was fetched. The message is the code alone: URLs may hold credentials, answers anything. */
export class FetchFailed extends Error {
  readonly code: FetchFailureCode;

  constructor(code: FetchFailureCode, cause?: unknown) {
    super(code, { cause });
    this.name = 'FetchFailed';
    this.code = code;
  }
}

export interface GuardedRequest {
  readonly url: string;
  /** With a body it is a POST, without one a GET. */
  readonly body?: { readonly contentType: string; readonly bytes: Uint8Array };
  /** Beside those that every request has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses whose answer is used; 200 alone unless told otherwise. */
  readonly statuses?: readonly number[];
  /** The media type that the answer must have; not compared when absent. */
  readonly accept?: string;
  /** Most bytes that the answer may have. */
  readonly maxBytes: number;
  /** For the whole exchange, name resolution and body included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface GuardedClient {
  /**
   * One exchange, without redirects.
   * @returns the body of the answer, unchecked
   * @throws FetchFailed
   */
  fetch(request: GuardedRequest): Promise<Uint8Array>;
  /** Ends connections that are still open. */
  close(): void;
}

/** All addresses of a host name. */
export type ResolveHost = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

export interface GuardedClientOptions {
  readonly privateAddresses: PrivateAddresses;
  /** The system's resolver unless told otherwise. */
  readonly resolve?: ResolveHost;
  /** PEM certificates that TLS trusts instead of the runtime's own list. */
  readonly tlsAuthorities?: readonly string[];
}

// A bulkhead: however many verifications wait for one slow responder, they cannot take all sockets of the process.
const SOCKETS_PER_HOST = 16;
const SOCKETS = 128;

/** A client with connections of its own. */
export function guardedClient(options: GuardedClientOptions): GuardedClient {
  let transports: Transports | null = null;
  return {
    fetch: (request) => {
      transports ??= openTransports(options);
      return exchange(request, options, transports);
    },
    close: () => {
      for (const { agent } of Object.values(transports ?? {})) agent.destroy();
    },
  };
}

interface Transport {
  readonly agent: Agent;
  readonly request: (
    url: URL,
    options: RequestOptions,
    answered: (answer: IncomingMessage) => void,
  ) => ClientRequest;
}

type Transports = Readonly<Record<'http:' | 'https:', Transport>>;

/**
 * With the first exchange, and not imported: a module shows every member of `node:http`, one of which loads a whole web client. A
 * command that fetches nothing would wait for it.
 */
function openTransports({ tlsAuthorities }: GuardedClientOptions): Transports {
  const http = process.getBuiltinModule('node:http');
  const https = process.getBuiltinModule('node:https');
  // A kept connection could outlive the check of its address, and these exchanges are few.
  const pool = { keepAlive: false, maxSockets: SOCKETS_PER_HOST, maxTotalSockets: SOCKETS };
  const authorities = tlsAuthorities === undefined ? {} : { ca: [...tlsAuthorities] };
  return {
    'http:': { agent: new http.Agent(pool), request: http.request },
    'https:': { agent: new https.Agent({ ...pool, ...authorities }), request: https.request },
  };
}

async function exchange(
  request: GuardedRequest,
  options: GuardedClientOptions,
  transports: Transports,
): Promise<Uint8Array> {
  const url = requireUrl(request.url);
  const deadline = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([request.signal, deadline]);
  try {
    signal.throwIfAborted();
    const address = await abortable(pinnedAddress(url, options), signal);
    const attributes = { 'server.address': url.hostname };
    return await traced({ name: 'fetch', kind: 'client', attributes }, () =>
      send(url, address, request, transports[url.protocol], signal),
    );
  } catch (error) {
    if (request.signal.aborted) throw new FetchFailed('aborted', error);
    if (deadline.aborted) throw new FetchFailed('timeout', error);
    throw error instanceof FetchFailed ? error : new FetchFailed(connectionFailure(error), error);
  }
}

type HttpUrl = URL & { readonly protocol: 'http:' | 'https:' };

// The URL standard's parser turns every spelling of an address (127.1, 0x7f000001, full-width digits) into its one plain form.
function requireUrl(text: string): HttpUrl {
  if (!URL.canParse(text)) throw new FetchFailed('url-refused');
  const url = new URL(text);
  const plain = url.username === '' && url.password === '' && url.hostname !== '';
  if (!isHttp(url) || !plain) throw new FetchFailed('url-refused');
  return url;
}

function isHttp(url: URL): url is HttpUrl {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

interface Address {
  readonly address: string;
  readonly family: number;
}

/** The address to connect to. One forbidden address among several condemns the name: rebinding mixes them on purpose. */
async function pinnedAddress(url: URL, options: GuardedClientOptions): Promise<Address> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const literal = isIP(host);
  const resolve = options.resolve ?? resolveBySystem;
  const addresses = literal === 0 ? await resolve(host) : [{ address: host, family: literal }];
  const [first] = addresses;
  if (first === undefined) throw new FetchFailed('name-not-found');
  if (!addresses.every(({ address }) => isAllowedAddress(address, options.privateAddresses)))
    throw new FetchFailed('address-refused');
  return first;
}

async function resolveBySystem(hostname: string): Promise<readonly Address[]> {
  try {
    return await systemLookup(hostname, { all: true });
  } catch (cause) {
    throw new FetchFailed('name-not-found', cause);
  }
}

function send(
  url: HttpUrl,
  pinned: Address,
  { body, headers = {}, statuses = [200], accept, maxBytes }: GuardedRequest,
  { agent, request }: Transport,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const options: RequestOptions = {
    agent,
    signal,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...traceHeaders(),
      ...headers,
      accept: accept ?? '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'teken',
      ...(body === undefined
        ? {}
        : { 'content-type': body.contentType, 'content-length': body.bytes.length }),
    },
    // Whatever the name means a moment later, the connection goes to the address that was checked.
    lookup: (_hostname, { all }, found) => {
      if (all === true) found(null, [{ address: pinned.address, family: pinned.family }]);
      else found(null, pinned.address, pinned.family);
    },
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (answer) => {
      readAnswer(answer, { accept, statuses, maxBytes }).then(resolve, (error: unknown) => {
        outgoing.destroy();
        reject(error);
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body?.bytes);
  });
}

async function readAnswer(
  answer: IncomingMessage,
  {
    accept,
    statuses,
    maxBytes,
  }: {
    readonly accept: string | undefined;
    readonly statuses: readonly number[];
    readonly maxBytes: number;
  },
): Promise<Uint8Array> {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) throw new FetchFailed('redirected');
  if (!statuses.includes(status)) throw new FetchFailed('http-status', new Error(`status ${status}`));
  if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new FetchFailed('encoding-refused');
  const mediaType = answer.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (accept !== undefined && mediaType !== accept) throw new FetchFailed('content-type-wrong');
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) throw new FetchFailed('too-large');
  return readBody(answer, maxBytes);
}

async function readBody(answer: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > maxBytes) throw new FetchFailed('too-large');
    parts.push(part);
  }
  return concatBytes(parts);
}

/** Name resolution cannot be ended, only no longer waited for. */
function abortable<T>(pending: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

function connectionFailure(error: unknown): FetchFailureCode {
  const code = String((error as NodeJS.ErrnoException | null)?.code ?? '');
  return /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code) ? 'tls-untrusted' : 'connection-failed';
}
