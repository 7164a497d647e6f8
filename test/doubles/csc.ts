// A remote signing service as the Cloud Signature Consortium describes it, 1.0.4 and 2.0, with one credential for each persona. It keeps
// the rules of the specification, or breaks exactly the one that its persona is named after.

import { constants, createECDH, createHash, type KeyObject, privateEncrypt, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Test } from 'tap';
import {
  encodeInteger,
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodeSequence,
} from '../../src/asn1/encode.ts';
import { digestOid } from '../../src/pki/algorithm-identifiers.ts';
import type { DigestAlgorithm } from '../../src/platform/platform.ts';
import type { TestIdentity } from '../cms/identities.ts';
import { run } from '../tools.ts';
import { bodyOf, startLoopbackServer } from './loopback-server.ts';

export const CSC = {
  pin: '918273',
  otp: '445566',
  clientId: 'teken-uji',
  clientSecret: 'rahasia-klien-uji',
  username: 'aplikasi',
  password: 'sandi-aplikasi-uji',
} as const;

/** What a credential does differently from the plainest one, which takes a PIN and signs one hash. */
export interface CscPersona {
  readonly identity: TestIdentity;
  readonly certificates?: readonly Uint8Array[];
  readonly mode?: 'implicit' | 'explicit' | 'oauth2code';
  readonly asks?: readonly ('PIN' | 'OTP')[];
  /** The person answers on a telephone, after so many questions. */
  readonly push?: number;
  readonly scal?: '1' | '2';
  readonly multisign?: number;
  readonly keyAlgorithms?: readonly string[];
  readonly keyStatus?: string;
  readonly certificateStatus?: string;
  /** The first SAD of all has expired when it comes back. */
  readonly firstSadExpires?: boolean;
  /** signHash answers with a responseID, and after so many questions with the values. */
  readonly asynchronous?: number;
  readonly signatures?: 'der' | 'raw' | 'short' | 'reordered' | 'other-hash' | 'garbage' | 'truncated';
  /** What signHash answers instead. */
  readonly signHash?: 'slow' | 'reset' | 'html' | '429' | '503' | '500' | '504' | 'not-json' | 'huge';
  /** Repeats what it was sent in its error. */
  readonly echoes?: boolean;
}

export interface CscOptions {
  readonly versions?: readonly (1 | 2)[];
  readonly oauth2?: 'text' | 'object' | 'issuer';
  readonly timestampField?: 'timestamp' | 'timestampToken';
  readonly timestamp?: (imprint: Uint8Array, nonce: string) => Uint8Array;
  /** Access tokens of the application end after so many calls. */
  readonly tokenCalls?: number;
  readonly listed?: readonly string[];
}

export interface CscDouble {
  readonly url: string;
  /** How often a method was called. */
  calls(method: string): number;
  /** Bodies of the calls to a method. */
  bodies(method: string): readonly Record<string, unknown>[];
  /** Answers 503 to everything. */
  away: boolean;
  /** What the person does who comes by with a browser: the address of the form redirects at once. */
  person: 'approves' | 'denies';
  /** Ends an access token. */
  expire(token: string): void;
  /** An authorisation code for what a person was shown at this address. */
  approve(authorizationUrl: string): string;
}

interface Sad {
  readonly credential: string;
  readonly hashes: readonly string[];
  left: number;
  expired: boolean;
}

interface Token {
  /** `service`, or the name of a credential. */
  readonly scope: string;
  calls: number;
  /** What it authorises; none: any, as long as some are left. */
  readonly hashes: readonly string[];
  left: number;
}

type Json = Record<string, unknown>;
class Refused extends Error {
  readonly status: number;
  readonly error: string;
  constructor(status: number, error: string, description: string) {
    super(description);
    this.status = status;
    this.error = error;
  }
}

export async function startCsc(
  t: Test,
  personas: Readonly<Record<string, CscPersona>>,
  options: CscOptions = {},
): Promise<CscDouble> {
  const { versions = [1, 2], oauth2 = 'text', tokenCalls = 1_000_000 } = options;
  const seen: { method: string; body: Json }[] = [];
  const sads = new Map<string, Sad>();
  const handles = new Map<string, { left: number; sad: string }>();
  const responses = new Map<string, { left: number; signatures: readonly string[] }>();
  const tokens = new Map<string, Token>();
  const codes = new Map<string, { challenge: string; query: URLSearchParams }>();
  const badPins = new Map<string, number>();
  const expiredOnce = new Set<string>();
  const double: Pick<CscDouble, 'away' | 'person'> = { away: false, person: 'approves' };

  const server = await startLoopbackServer(t, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!(error instanceof Refused)) {
        response.destroy();
        throw error;
      }
      const headers = error.status === 429 || error.status === 503 ? { 'retry-after': '7' } : {};
      response.writeHead(error.status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ error: error.error, error_description: error.message }));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const bytes = await bodyOf(request);
    if (double.away) throw new Refused(503, 'temporarily_unavailable', 'maintenance');
    if (path === '/layanan/oauth2/token')
      return send(response, 200, token(new URLSearchParams(Buffer.from(bytes).toString())));
    if (request.method === 'GET' && path.startsWith('/layanan/oauth2/authorize?')) {
      response.writeHead(302, { location: decide(path) });
      return void response.end();
    }
    const [, number, method = ''] = /^\/layanan\/csc\/v([12])\/(.+)$/.exec(path) ?? [];
    const version = Number(number) as 1 | 2;
    if (!versions.includes(version)) throw new Refused(404, 'not_found', 'no such version');
    const body = JSON.parse(Buffer.from(bytes).toString()) as Json;
    seen.push({ method, body });
    const [status, json] = await call(version, method, body, request, response);
    if (!response.headersSent && !response.destroyed) send(response, status, json);
  }

  function send(response: ServerResponse, status: number, json: Json): void {
    response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' });
    response.end(status === 204 ? undefined : JSON.stringify(json));
  }

  async function call(
    version: 1 | 2,
    method: string,
    body: Json,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<[number, Json]> {
    if (method === 'info') return [200, info(version)];
    if (method === 'auth/login') return [200, login(request)];
    const bearer = requireBearer(request);
    switch (method) {
      case 'credentials/list':
        return [200, list(body)];
      case 'credentials/info':
        return [200, credentialInfo(version, personaOf(body))];
      case 'credentials/authorize':
        return authorize(version, body);
      case 'credentials/authorizeCheck':
        return check(body);
      case 'credentials/extendTransaction':
        return [200, extend(version, body)];
      case 'signatures/signHash':
        return signHash(version, body, bearer, response);
      case 'signatures/signPolling':
        return polling(body);
      case 'signatures/timestamp':
        return [200, timestamp(body)];
      case 'auth/revoke':
        tokens.delete(String(body.token));
        return [204, {}];
      default:
        throw new Refused(501, 'not_implemented', method);
    }
  }

  function info(version: 1 | 2): Json {
    const own = `${server.url}/layanan`;
    const later = version === 2 ? ['credentials/authorizeCheck', 'signatures/signPolling'] : [];
    return {
      specs: version === 1 ? '1.0.4.0' : '2.0.0.0',
      name: 'Layanan Uji',
      region: 'ID',
      lang: 'id-ID',
      authType: ['basic', 'oauth2client', 'oauth2code'],
      ...(oauth2 === 'text' ? { oauth2: own } : {}),
      ...(oauth2 === 'object' ? { oauth2: { baseUri: own } } : {}),
      ...(oauth2 === 'issuer' ? { oauth2Issuer: own } : {}),
      methods: [
        'info',
        'auth/login',
        'auth/revoke',
        'credentials/list',
        'credentials/info',
        'credentials/authorize',
        'credentials/extendTransaction',
        'signatures/signHash',
        'signatures/timestamp',
        ...later,
      ],
    };
  }

  function issueToken(scope: string, hashes: readonly string[] = [], left = hashes.length): Json {
    const value = `token-${randomBytes(12).toString('hex')}`;
    tokens.set(value, { scope, calls: 0, hashes, left });
    return { access_token: value, token_type: 'Bearer', expires_in: 3600 };
  }

  function login(request: IncomingMessage): Json {
    const expected = `Basic ${Buffer.from(`${CSC.username}:${CSC.password}`).toString('base64')}`;
    if (request.headers.authorization !== expected)
      throw new Refused(401, 'authentication_error', 'wrong password');
    return issueToken('service');
  }

  function token(form: URLSearchParams): Json {
    if (form.get('client_id') !== CSC.clientId || form.get('client_secret') !== CSC.clientSecret)
      throw new Refused(401, 'invalid_client', `no such client ${form.get('client_secret') ?? ''}`);
    const scope = form.get('scope') === 'credential' ? (form.get('credentialID') ?? '') : 'service';
    const asked = hashesIn(form);
    if (form.get('grant_type') === 'client_credentials') return issueToken(scope, asked);
    const code = codes.get(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    codes.delete(form.get('code') ?? '');
    if (code === undefined || code.challenge !== challenge)
      throw new Refused(400, 'invalid_grant', 'code or verifier');
    const { query } = code;
    // RFC 6749, 4.1.3: the way back is the one that was asked with.
    if (form.get('redirect_uri') !== query.get('redirect_uri'))
      throw new Refused(400, 'invalid_grant', 'redirect_uri');
    return issueToken(
      query.get('scope') === 'credential' ? (query.get('credentialID') ?? '') : 'service',
      hashesIn(query),
      Number(query.get('numSignatures')),
    );
  }

  /** Where the browser is sent when the person has decided (RFC 6749, 4.1.2). */
  function decide(path: string): string {
    const { searchParams: query } = new URL(path, server.url);
    if (query.get('response_type') !== 'code' || query.get('client_id') !== CSC.clientId)
      throw new Refused(400, 'invalid_request', 'response_type or client_id');
    if (query.get('code_challenge_method') !== 'S256')
      throw new Refused(400, 'invalid_request', 'code_challenge_method');
    const back = new URL(query.get('redirect_uri') ?? '');
    if (double.person === 'denies') back.searchParams.set('error', 'access_denied');
    else back.searchParams.set('code', codeFor(query));
    back.searchParams.set('state', query.get('state') ?? '');
    return back.href;
  }

  function codeFor(query: URLSearchParams): string {
    const code = randomBytes(9).toString('hex');
    codes.set(code, { challenge: query.get('code_challenge') ?? '', query });
    return code;
  }

  function requireBearer(request: IncomingMessage): string {
    const value = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const known = tokens.get(value);
    if (known === undefined) throw new Refused(401, 'invalid_token', 'unknown or expired token');
    known.calls += 1;
    if (known.calls > tokenCalls) {
      tokens.delete(value);
      throw new Refused(401, 'invalid_token', 'expired token');
    }
    return value;
  }

  function list(body: Json): Json {
    const all = options.listed ?? Object.keys(personas);
    // Two to a page, as a service with many would.
    const from = Number(body.pageToken ?? 0);
    const more = from + 2 < all.length ? { nextPageToken: String(from + 2) } : {};
    return { credentialIDs: all.slice(from, from + 2), ...more };
  }

  function personaOf({ credentialID }: Json): CscPersona {
    const persona = personas[String(credentialID)];
    if (persona === undefined) throw new Refused(400, 'invalid_request', 'Invalid parameter credentialID');
    return persona;
  }

  function credentialInfo(version: 1 | 2, persona: CscPersona): Json {
    const { identity, asks = ['PIN'], mode = 'explicit', scal = '1', multisign = 1 } = persona;
    const certificates = [identity.certificate, ...(persona.certificates ?? [])];
    const asked = (name: 'PIN' | 'OTP'): boolean => asks.includes(name);
    return {
      key: {
        status: persona.keyStatus ?? 'enabled',
        algo: persona.keyAlgorithms ?? algorithmsOf(identity.privateKey),
        len: 2048,
      },
      cert: {
        status: persona.certificateStatus ?? 'valid',
        certificates: certificates.map((der) => Buffer.from(der).toString('base64')),
      },
      ...(version === 1
        ? {
            authMode: mode,
            PIN: { presence: asked('PIN') ? 'true' : 'false', format: 'N' },
            OTP: { presence: asked('OTP') ? 'true' : 'false', type: 'offline' },
          }
        : {
            auth: {
              mode,
              expression: asks.join(' AND '),
              objects: asks.map((name) => ({ type: name === 'PIN' ? 'Password' : 'OTP', id: `${name}-1` })),
            },
          }),
      SCAL: scal,
      multisign,
      lang: 'id-ID',
    };
  }

  function authorize(version: 1 | 2, body: Json): [number, Json] {
    const persona = personaOf(body);
    const id = String(body.credentialID);
    const hashes = (version === 1 ? body.hash : body.hashes) as readonly string[] | undefined;
    if (persona.scal === '2' && hashes === undefined)
      throw new Refused(400, 'invalid_request', 'Missing hashes');
    if (Number(body.numSignatures) > (persona.multisign ?? 1))
      throw new Refused(400, 'invalid_request', 'Numbers of signatures is too high');
    requireSecrets(version, body, persona, id);
    const sad = `sad-${randomBytes(9).toString('hex')}`;
    const expired = persona.firstSadExpires === true && !expiredOnce.has(id);
    expiredOnce.add(id);
    sads.set(sad, { credential: id, hashes: hashes ?? [], left: Number(body.numSignatures), expired });
    if (persona.push === undefined || version === 1) return [200, { SAD: sad, expiresIn: 3600 }];
    const handle = `handle-${randomBytes(6).toString('hex')}`;
    handles.set(handle, { left: persona.push, sad });
    return [202, { handle }];
  }

  function requireSecrets(version: 1 | 2, body: Json, persona: CscPersona, id: string): void {
    if ((badPins.get(id) ?? 0) >= 3) throw new Refused(400, 'invalid_request', 'Credential is locked');
    const given = (name: 'PIN' | 'OTP'): unknown => {
      if (version === 1) return body[name];
      const data = body.authData as readonly { id: string; value: string }[];
      return data.find((each) => each.id === `${name}-1`)?.value;
    };
    const { asks = ['PIN'] } = persona;
    if (asks.includes('PIN') && given('PIN') !== CSC.pin) {
      badPins.set(id, (badPins.get(id) ?? 0) + 1);
      const echo = persona.echoes === true ? ` ${String(given('PIN'))}` : '';
      throw new Refused(400, 'invalid_pin', `The PIN is invalid${echo}`);
    }
    if (asks.includes('OTP') && given('OTP') !== CSC.otp)
      throw new Refused(400, 'invalid_otp', 'The OTP is invalid');
    badPins.delete(id);
  }

  function check(body: Json): [number, Json] {
    const waiting = handles.get(String(body.handle));
    if (waiting === undefined) throw new Refused(400, 'invalid_request', 'Invalid handle');
    waiting.left -= 1;
    return waiting.left > 0 ? [202, { handle: body.handle }] : [200, { SAD: waiting.sad, expiresIn: 60 }];
  }

  function extend(version: 1 | 2, body: Json): Json {
    const old = requireSad(body.SAD);
    const hashes = (version === 1 ? body.hash : body.hashes) as readonly string[];
    sads.delete(String(body.SAD));
    const sad = `sad-${randomBytes(9).toString('hex')}`;
    sads.set(sad, { ...old, hashes, left: hashes.length });
    return { SAD: sad, expiresIn: 3600 };
  }

  function requireSad(value: unknown): Sad {
    const sad = sads.get(String(value));
    if (sad === undefined) throw new Refused(400, 'invalid_request', 'Invalid parameter SAD');
    if (!sad.expired) return sad;
    sads.delete(String(value));
    throw new Refused(400, 'invalid_request', 'The SAD has expired');
  }

  async function signHash(
    version: 1 | 2,
    body: Json,
    bearer: string,
    response: ServerResponse,
  ): Promise<[number, Json]> {
    const persona = personaOf(body);
    const hashes = (version === 1 ? body.hash : body.hashes) as readonly string[];
    requireAuthorised(version, body, bearer, hashes, persona);
    const fault = persona.signHash;
    if (fault === 'reset') response.destroy();
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, 3000).unref());
    if (fault === 'html') return sendText(response, 200, 'text/html', '<h1>Selamat datang</h1>');
    if (fault === 'not-json') return sendText(response, 200, 'application/json', 'signatures: ok');
    if (fault === 'huge')
      return sendText(response, 200, 'application/json', `{"x":"${'x'.repeat(6 * 1024 * 1024)}"}`);
    if (['429', '503', '500', '504'].includes(fault ?? '')) throw new Refused(Number(fault), '', 'upstream');
    const oid = String(version === 1 ? body.hashAlgo : body.hashAlgorithmOID);
    const digest = (['sha256', 'sha384', 'sha512'] as const).find((each) => digestOid(each) === oid);
    if (digest === undefined) throw new Refused(400, 'invalid_request', 'Invalid parameter hashAlgo');
    const listed = persona.keyAlgorithms ?? algorithmsOf(persona.identity.privateKey);
    if (!listed.includes(String(body.signAlgo)))
      throw new Refused(400, 'invalid_request', 'Invalid parameter signAlgo');
    const values = await Promise.all(hashes.map((hash) => valueFor(persona, digest, hash, body)));
    const signatures = distorted(persona, values).map((value) => Buffer.from(value).toString('base64'));
    if (persona.asynchronous === undefined || version === 1) return [200, { signatures }];
    const responseID = `response-${randomBytes(6).toString('hex')}`;
    responses.set(responseID, { left: persona.asynchronous, signatures });
    return [200, { responseID }];
  }

  function sendText(response: ServerResponse, status: number, type: string, text: string): [number, Json] {
    response.writeHead(status, { 'content-type': type });
    response.end(text);
    return [status, {}];
  }

  function requireAuthorised(
    version: 1 | 2,
    body: Json,
    bearer: string,
    hashes: readonly string[],
    persona: CscPersona,
  ): void {
    const credential = String(body.credentialID);
    const personal = tokens.get(version === 1 ? String(body.SAD) : bearer);
    if (personal !== undefined && personal.scope === credential) {
      requirePersonal(personal, hashes, persona);
      return;
    }
    const sad = requireSad(body.SAD);
    if (sad.credential !== credential || sad.left < hashes.length)
      throw new Refused(400, 'invalid_request', 'Invalid parameter SAD');
    if (persona.scal === '2' && sad.hashes.join() !== hashes.join())
      throw new Refused(400, 'invalid_request', 'Hash is not authorized by the SAD');
    sad.left -= hashes.length;
    if (sad.left === 0) sads.delete(String(body.SAD));
  }

  function requirePersonal(token: Token, hashes: readonly string[], { scal }: CscPersona): void {
    const bound = token.hashes.length > 0;
    if (bound ? hashes.join() !== token.hashes.join() : scal === '2')
      throw new Refused(400, 'invalid_request', 'Hash is not authorized by the SAD');
    if (!bound && token.left < hashes.length)
      throw new Refused(400, 'invalid_request', 'Invalid parameter SAD');
    token.left -= hashes.length;
  }

  function polling(body: Json): [number, Json] {
    const waiting = responses.get(String(body.requestID));
    if (waiting === undefined) throw new Refused(400, 'invalid_request', 'Invalid requestID');
    waiting.left -= 1;
    return waiting.left > 0 ? [202, {}] : [200, { signatures: waiting.signatures }];
  }

  function timestamp(body: Json): Json {
    const token = options.timestamp?.(Buffer.from(String(body.hash), 'base64'), String(body.nonce));
    if (token === undefined) throw new Refused(501, 'not_implemented', 'no time-stamps');
    return { [options.timestampField ?? 'timestamp']: Buffer.from(token).toString('base64') };
  }

  return Object.assign(double, {
    url: `${server.url}/layanan`,
    calls: (method: string) => seen.filter((each) => each.method === method).length,
    bodies: (method: string) => seen.filter((each) => each.method === method).map(({ body }) => body),
    expire: (token: string) => tokens.delete(token),
    approve: (address: string) => codeFor(new URL(address).searchParams),
  });
}

function hashesIn(form: URLSearchParams): readonly string[] {
  const text = form.get('hashes') ?? form.get('hash') ?? '';
  return text === '' ? [] : text.split(',').map(standardBase64);
}

function standardBase64(text: string): string {
  return Buffer.from(text, 'base64url').toString('base64');
}

function algorithmsOf(key: KeyObject): readonly string[] {
  if (key.asymmetricKeyType === 'rsa')
    return [
      '1.2.840.113549.1.1.1',
      '1.2.840.113549.1.1.11',
      '1.2.840.113549.1.1.12',
      '1.2.840.113549.1.1.13',
      '1.2.840.113549.1.1.10',
    ];
  return ['1.2.840.10045.4.3.2'];
}

function distorted({ signatures }: CscPersona, values: readonly Uint8Array[]): readonly Uint8Array[] {
  switch (signatures) {
    case 'short':
      return values.slice(1);
    case 'reordered':
      return values.toReversed();
    case 'garbage':
      return values.map(({ length }) => randomBytes(length));
    case 'truncated':
      return values.map((value) => value.subarray(0, -1));
    default:
      return values;
  }
}

async function valueFor(
  { identity, signatures }: CscPersona,
  digest: DigestAlgorithm,
  hash: string,
  { signAlgo }: Json,
): Promise<Uint8Array> {
  const asked = Buffer.from(hash, 'base64');
  const octets = signatures === 'other-hash' ? createHash(digest).update(asked).digest() : asked;
  const { privateKey } = identity;
  if (privateKey.asymmetricKeyType === 'ec') return ecdsaOverDigest(privateKey, octets, signatures === 'raw');
  if (signAlgo === '1.2.840.113549.1.1.10') return pssOverDigest(privateKey, digest, octets);
  const info = encodeSequence(
    encodeSequence(encodeOid(digestOid(digest)), encodeNull()),
    encodeOctetString(octets),
  );
  return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info);
}

async function pssOverDigest(
  key: KeyObject,
  digest: DigestAlgorithm,
  octets: Uint8Array,
): Promise<Uint8Array> {
  const options = [
    `digest:${digest}`,
    'rsa_padding_mode:pss',
    'rsa_pss_saltlen:digest',
    `rsa_mgf1_md:${digest}`,
  ];
  const { code, stdoutBytes, stderr } = await run(
    'sh',
    [
      '-c',
      `exec openssl pkeyutl -sign -inkey /dev/fd/3 ${options.map((each) => `-pkeyopt ${each}`).join(' ')} 3<<'KEY'\n${key.export({ format: 'pem', type: 'pkcs8' })}KEY\n`,
    ],
    { input: octets },
  );
  if (code !== 0) throw new Error(stderr);
  return stdoutBytes;
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** FIPS 186-5, 6.4.1, on P-256: the runtime signs messages only, and this service sees digests. */
function ecdsaOverDigest(key: KeyObject, digest: Uint8Array, sideBySide: boolean): Uint8Array {
  const d = BigInt(`0x${Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url').toString('hex')}`);
  const curve = createECDH('prime256v1');
  const x = curve.generateKeys().subarray(1, 33);
  const k = BigInt(`0x${curve.getPrivateKey('hex')}`);
  const r = BigInt(`0x${x.toString('hex')}`) % ORDER;
  const z = BigInt(`0x${Buffer.from(digest).toString('hex')}`);
  const s = (inverse(k) * (z + r * d)) % ORDER;
  const octets = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(64, '0'), 'hex');
  return sideBySide
    ? Buffer.concat([octets(r), octets(s)])
    : encodeSequence(encodeInteger(octets(r)), encodeInteger(octets(s)));
}

/** By Fermat: the order is prime. */
function inverse(n: bigint): bigint {
  let [base, result] = [n % ORDER, 1n];
  for (let e = ORDER - 2n; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}
