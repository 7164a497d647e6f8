// Access tokens of a CSC service: for the application by client credentials or a login, for a person by an authorisation code with
// PKCE (RFC 6749, RFC 7636; CSC API, 8.2 to 8.4).

import { createHash, randomBytes } from 'node:crypto';
import { SignerFailed } from '../sign/errors.ts';
import type { AuthorizationRequest } from '../sign/ports.ts';
import { type CscVersion, callCsc, type Json, requireSuccess, textOf } from './csc-service.ts';
import { formBody, type ServiceClient } from './service-client.ts';

export interface CscClientCredentials {
  readonly clientId: string;
  /** Read anew whenever it is needed. */
  readonly clientSecret: () => Promise<string>;
}

/** A person at the service itself, by `auth/login`. */
export interface CscLogin {
  readonly username: string;
  readonly password: () => Promise<string>;
}

/** What an authorisation of scope `credential` is for (CSC API, 8.3.2). */
export interface CredentialScope {
  readonly credentialId: string;
  /** Of the signed attributes, in the order of signing. */
  readonly digests: readonly Uint8Array[];
  readonly hashAlgorithmOid: string;
  /** Shown to the person. */
  readonly description?: string;
}

/** The address that lets a person authorise these signatures, and no others. */
export function authorizationRequest(
  oauth2: string,
  version: CscVersion,
  clientId: string,
  redirectUri: string,
  scope: CredentialScope | 'service',
): AuthorizationRequest {
  const state = randomBytes(16).toString('base64url');
  const codeVerifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
    ...(scope === 'service' ? { scope } : credentialFields(scope, version)),
  });
  return { url: `${oauth2}/oauth2/authorize?${query}`, state, codeVerifier };
}

function credentialFields(
  { credentialId, digests, hashAlgorithmOid, description }: CredentialScope,
  version: CscVersion,
): Readonly<Record<string, string>> {
  const hashes = digests.map((digest) => Buffer.from(digest).toString('base64url')).join(',');
  return {
    scope: 'credential',
    credentialID: credentialId,
    numSignatures: String(digests.length),
    ...(version === 1 ? { hash: hashes } : { hashes, hashAlgorithmOID: hashAlgorithmOid }),
    ...(description === undefined ? {} : { description }),
  };
}

export interface AccessToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** @throws SignerFailed `signer-auth-failed` for a code that was used or belongs to another verifier */
export function exchangeCode(
  client: ServiceClient,
  oauth2: string,
  credentials: CscClientCredentials,
  answer: { readonly code: string; readonly codeVerifier: string; readonly redirectUri: string },
  signal: AbortSignal,
): Promise<AccessToken> {
  const { code, codeVerifier, redirectUri } = answer;
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  };
  return requestToken(client, oauth2, credentials, fields, signal);
}

/** For the application itself: its own credentials, or with a scope one that belongs to it. */
export function clientCredentialsToken(
  client: ServiceClient,
  oauth2: string,
  version: CscVersion,
  credentials: CscClientCredentials,
  scope: CredentialScope | 'service',
  signal: AbortSignal,
): Promise<AccessToken> {
  const fields = {
    grant_type: 'client_credentials',
    ...(scope === 'service' ? { scope } : credentialFields(scope, version)),
  };
  return requestToken(client, oauth2, credentials, fields, signal);
}

const TOKEN_MS = 30_000;

async function requestToken(
  client: ServiceClient,
  oauth2: string,
  { clientId, clientSecret }: CscClientCredentials,
  fields: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<AccessToken> {
  const secret = await clientSecret();
  const body = formBody({ ...fields, client_id: clientId, client_secret: secret });
  const path = `${oauth2}/oauth2/token`;
  const answer = await client.exchange(
    { method: 'POST', path, body, timeoutMs: TOKEN_MS, effect: 'none' },
    signal,
  );
  try {
    return tokenOf(requireSuccess(answer, 'none', [secret, ...Object.values(fields)]).json);
  } catch (error) {
    const refused = error instanceof SignerFailed && [400, 401].includes(Number(error.values.status));
    throw refused && error.code === 'signer-refused'
      ? new SignerFailed('signer-auth-failed', error.values, error.cause)
      : error;
  }
}

/** CSC API, 11.2: the service's own login, with HTTP Basic. */
export async function logIn(
  client: ServiceClient,
  version: CscVersion,
  { username, password }: CscLogin,
  signal: AbortSignal,
): Promise<AccessToken> {
  const secret = await password();
  const basic = Buffer.from(`${username}:${secret}`, 'utf8').toString('base64');
  const answer = await client.exchange(
    {
      method: 'POST',
      path: `csc/v${version}/auth/login`,
      headers: { authorization: `Basic ${basic}` },
      body: { contentType: 'application/json', bytes: new TextEncoder().encode('{}') },
      timeoutMs: TOKEN_MS,
      effect: 'none',
    },
    signal,
  );
  if (answer.status === 401) throw new SignerFailed('signer-auth-failed', { status: 401 });
  return tokenOf(requireSuccess(answer, 'none', [secret, basic]).json);
}

/** Gives a token back (RFC 7009). */
export async function revokeToken(
  client: ServiceClient,
  version: CscVersion,
  token: string,
  signal: AbortSignal,
): Promise<void> {
  const call = { method: 'auth/revoke', body: { token }, bearer: token, secrets: [token] };
  await callCsc(client, version, call, signal);
}

// CSC API, 8.4.4: without expires_in an hour.
const USUAL_SECONDS = 3600;

function tokenOf(json: Json): AccessToken {
  const token = textOf(json.access_token);
  if (token === '') throw new SignerFailed('signer-result-invalid', { check: 'access_token' });
  const { expires_in: expires } = json;
  return { token, expiresInSeconds: typeof expires === 'number' ? expires : USUAL_SECONDS };
}
