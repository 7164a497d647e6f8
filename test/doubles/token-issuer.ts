// An issuer of access tokens on loopback: the OpenID provider of npm, which can change its keys, and somebody who forges with them.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { closeServer, listenOnLoopback } from '../../certs-dev/services.ts';

/** How the issuer knows this service. */
export const AUDIENCE = 'https://teken.example.go.id';
const SECRET = 'rahasia-aplikasi-di-penerbit-token';

export interface TokenIssuer {
  /** Its name in `iss`. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** How often its keys were asked for. */
  readonly keyRequests: () => number;
  /** A token as it gives one to this client; `resource` instead of this service. */
  token(clientId: string, scope?: string, resource?: string): Promise<string>;
  /** From now on it signs with another key and publishes that alone. */
  changeKeys(): Promise<void>;
  /** The public key that it signs with now, for those who confuse it with a secret. */
  publicKey(): Promise<JWK>;
  /** A token that it never gave, signed with its key. */
  forge(claims: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Answers with 500 until told otherwise. */
  fail(failing: boolean): void;
  close(): Promise<void>;
}

interface Key {
  readonly kid: string;
  readonly pair: CryptoKeyPair;
}

/** Starts an issuer that knows these clients. */
export async function startTokenIssuer(clientIds: readonly string[]): Promise<TokenIssuer> {
  let key = await newKey(1);
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  let keyRequests = 0;
  let failing = false;
  const server = createServer((request, response) => {
    if (request.url === '/jwks') keyRequests += 1;
    if (failing) response.writeHead(500).end();
    else answer(request, response);
  });
  const issuer = await listenOnLoopback(server, 0);
  const serveWith = async (next: Key): Promise<void> => {
    key = next;
    answer = (await providerOf(issuer, clientIds, next)).callback();
  };
  await serveWith(key);
  let changes = 1;
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    keyRequests: () => keyRequests,
    token: (clientId, scope = 'teken:sign teken:preflight', resource = AUDIENCE) =>
      requestToken(issuer, clientId, scope, resource),
    changeKeys: async () => {
      changes += 1;
      await serveWith(await newKey(changes));
    },
    publicKey: () => exportJWK(key.pair.publicKey),
    forge: (claims, header = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'at+jwt', ...header })
        .sign(key.pair.privateKey, { crit: { 'x-lain': true } }),
    fail: (now) => {
      failing = now;
    },
    close: () => closeServer(server),
  };
}

async function newKey(number: number): Promise<Key> {
  return { kid: `kunci-${number}`, pair: await generateKeyPair('RS256', { extractable: true }) };
}

async function providerOf(
  issuer: string,
  clientIds: readonly string[],
  { kid, pair }: Key,
): Promise<Provider> {
  const jwk = { ...(await exportJWK(pair.privateKey)), kid, alg: 'RS256', use: 'sig' };
  return new Provider(issuer, {
    clients: clientIds.map((id) => ({
      client_id: id,
      client_secret: SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    jwks: { keys: [jwk] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: 'teken:sign teken:preflight teken:batch',
          audience: resource,
          accessTokenTTL: 300,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
}

async function requestToken(
  issuer: string,
  clientId: string,
  scope: string,
  resource: string,
): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }),
  });
  const answer = (await response.json()) as { access_token?: string };
  if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`);
  return answer.access_token;
}
