// The OpenID provider of an agency on loopback: the one of npm, with a login form of one field, and the ways in which one can lie.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';
import { closeServer, listenOnLoopback } from '../../certs-dev/services.ts';
import { bodyOf } from './loopback-server.ts';

export const CLIENT_ID = 'teken';
export const CLIENT_SECRET = 'rahasia-teken-di-penyedia:akun+/=';

export interface OpenIdProvider {
  readonly issuer: string;
  /** From now on answers for authorization codes hold this ID token; null: its own. */
  lie(idToken: string | null): void;
  /** An ID token that it never gave, signed with its key. */
  forge(claims: JWTPayload): Promise<string>;
  /** Answers with 500 until told otherwise. */
  fail(failing: boolean): void;
  close(): Promise<void>;
}

/** @param redirectUris - of this service */
export async function startOpenIdProvider(redirectUris: readonly string[]): Promise<OpenIdProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: 'kunci', alg: 'RS256', use: 'sig' };
  let answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void = () => undefined;
  let failing = false;
  let lie: string | null = null;
  const server = createServer((request, response) => {
    if (failing) response.writeHead(500).end();
    else if (lie !== null && request.url === '/token')
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ id_token: lie }));
    else void answer(request, response);
  });
  const issuer = await listenOnLoopback(server, 0);
  const provider = new Provider(issuer, configurationOf(redirectUris, key));
  const callback = provider.callback();
  answer = (request, response) =>
    request.url?.startsWith('/masuk/')
      ? login(provider, request, response)
      : void callback(request, response);
  return {
    issuer,
    lie: (idToken) => {
      lie = idToken;
    },
    forge: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'kunci' }).sign(privateKey),
    fail: (now) => {
      failing = now;
    },
    close: () => closeServer(server),
  };
}

function configurationOf(redirectUris: readonly string[], key: object): Configuration {
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [...redirectUris],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [key] },
    pkce: { required: () => true },
    cookies: { keys: ['kunci-kue-penyedia-akun'] },
    claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/masuk/${uid}` },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({
        sub: `akun-${sub}`,
        preferred_username: sub,
        email: sub.includes('@') ? sub : `${sub}@contoh.example`,
        email_verified: !sub.startsWith('belum-diperiksa'),
      }),
    }),
    // Nobody is asked whether the agency's own service may know who it is.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        ...(oidc.client === undefined ? {} : { clientId: oidc.client.clientId }),
        ...(oidc.session?.accountId === undefined ? {} : { accountId: oidc.session.accountId }),
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  };
}

const FORM = `<!DOCTYPE html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Akun instansi</title>
<main><h1>Akun instansi</h1><form method="post"><label>Nama akun <input name="name" required></label> <button>Masuk</button></form></main></html>`;

/** Whoever gives a name is that person. */
async function login(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'text/html').end(FORM);
    return;
  }
  const name = new URLSearchParams(Buffer.from(await bodyOf(request)).toString('utf8')).get('name') ?? '';
  await provider.interactionFinished(request, response, { login: { accountId: name } });
}
