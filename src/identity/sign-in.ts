// How an official comes in: by the account of the agency's OpenID provider (OpenID Connect Core 1.0, 3.1; PKCE, RFC 7636). What has to be
// known again when the browser comes back travels sealed with the browser.

import { createHash, timingSafeEqual } from 'node:crypto';
import { type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { keyAt } from './access-tokens.ts';
import { type KeySets, KeySetUnavailable } from './key-sets.ts';
import type { SigningPageFile } from './signing-page-file.ts';

/**
 * - `sign-in-failed`: what came back is not the answer to what this browser was sent for, or proves nobody
 * - `sign-in-unavailable`: the provider cannot be reached
 */
export type SignInFailedCode = 'sign-in-failed' | 'sign-in-unavailable';

/** What the person is not told: for the operator's log. */
export type SignInFailedReason =
  | 'attempt-missing'
  | 'state-differs'
  | 'issuer-differs'
  | 'refused-by-provider'
  | 'code-missing'
  | 'code-refused'
  | 'token-wrong'
  | 'nonce-differs'
  | 'claim-missing'
  | 'address-not-verified'
  | 'provider-unavailable';

export class SignInFailed extends Error {
  readonly code: SignInFailedCode;
  readonly reason: SignInFailedReason;

  constructor(reason: SignInFailedReason, cause?: unknown) {
    const code = reason === 'provider-unavailable' ? 'sign-in-unavailable' : 'sign-in-failed';
    super(code, { cause });
    this.name = 'SignInFailed';
    this.code = code;
    this.reason = reason;
  }
}

/** What this browser was sent away with; good for one way there and back. */
export interface SignInAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface SignIn {
  /** @param again - whether the person shall be asked even where the provider still knows somebody @throws SignInFailed */
  begin(again: boolean): Promise<{ readonly url: string; readonly attempt: SignInAttempt }>;
  /**
   * @param answer - the query with which the browser came back
   * @returns who it is, by the claim that the registry knows people by
   * @throws SignInFailed
   */
  complete(
    attempt: SignInAttempt,
    answer: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly name: string }>;
}

/** One exchange with the provider, its size and time bounded. @throws for any answer but 200 */
export type AskProvider = (
  url: string,
  form?: { readonly body: string; readonly authorization: string },
) => Promise<Uint8Array>;

export interface SignInContext {
  readonly provider: SigningPageFile['provider'];
  readonly clientSecret: string;
  /** Where the browser comes back to. */
  readonly redirectUri: string;
  readonly ask: AskProvider;
  readonly keySets: KeySets;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

const metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  jwks_uri: z.url({ protocol: /^https?$/ }),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});

type Metadata = z.output<typeof metadata>;

// The provider may move its endpoints; nobody notices an hour.
const METADATA_MS = 3_600_000;
// 256 bits, of which base64url makes 43 characters (RFC 7636, 4.1).
const SECRET_BYTES = 32;
const CLOCK_TOLERANCE_S = 30;
const OLDEST_TOKEN_S = 300;

/** Asks the provider for its configuration when the first person comes. */
export function signIn(context: SignInContext): SignIn {
  const configuration = remembered(context);
  return {
    begin: async (again) => {
      const { authorization_endpoint: endpoint } = await configuration();
      const secret = (): string => Buffer.from(context.randomBytes(SECRET_BYTES)).toString('base64url');
      const attempt = { state: secret(), nonce: secret(), verifier: secret() };
      return { url: authorizationUrl(endpoint, attempt, again, context), attempt };
    },
    complete: async (attempt, answer) => {
      const known = await configuration();
      const code = codeOf(answer, attempt, known);
      const idToken = await redeem(code, attempt, known, context);
      return { name: nameIn(await verified(idToken, attempt, known, context), context) };
    },
  };
}

function remembered({ provider, ask, clock }: SignInContext): () => Promise<Metadata> {
  let kept: { readonly metadata: Metadata; readonly until: number } | null = null;
  return async () => {
    if (kept !== null && clock() < kept.until) return kept.metadata;
    const address = `${provider.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    try {
      const read = metadata.parse(JSON.parse(Buffer.from(await ask(address)).toString('utf8')));
      // Discovery 1.0, 4.3: else one provider could answer for another.
      if (read.issuer !== provider.issuer) throw new Error('another issuer');
      kept = { metadata: read, until: clock() + METADATA_MS };
      return read;
    } catch (error) {
      throw new SignInFailed('provider-unavailable', error);
    }
  };
}

function authorizationUrl(
  endpoint: string,
  { state, nonce, verifier }: SignInAttempt,
  again: boolean,
  { provider, redirectUri }: SignInContext,
): string {
  const url = new URL(endpoint);
  const parameters = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    scope: ['openid', ...provider.scopes].join(' '),
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(again ? { prompt: 'login' } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** @throws SignInFailed */
function codeOf(
  { state, code, error, iss }: Readonly<Record<string, unknown>>,
  attempt: SignInAttempt,
  known: Metadata,
): string {
  if (typeof state !== 'string' || !sameText(state, attempt.state)) throw new SignInFailed('state-differs');
  // RFC 9207, 2.4: an answer that another provider gave is not taken to this one.
  const named = iss !== undefined || known.authorization_response_iss_parameter_supported;
  if (named && iss !== known.issuer) throw new SignInFailed('issuer-differs');
  if (error !== undefined) throw new SignInFailed('refused-by-provider');
  if (typeof code !== 'string' || code === '' || code.length > 4096) throw new SignInFailed('code-missing');
  return code;
}

const tokenAnswer = z.object({ id_token: z.string().max(16_384) });

/** @returns the ID token, not yet verified */
async function redeem(
  code: string,
  { verifier }: SignInAttempt,
  { token_endpoint: endpoint }: Metadata,
  { provider, clientSecret, redirectUri, ask }: SignInContext,
): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  }).toString();
  // RFC 6749, 2.3.1: both are encoded as in a form before they are joined.
  const pair = [provider.clientId, clientSecret].map((text) =>
    new URLSearchParams({ x: text }).toString().slice(2),
  );
  const authorization = `Basic ${Buffer.from(pair.join(':')).toString('base64')}`;
  try {
    const answer: unknown = JSON.parse(
      Buffer.from(await ask(endpoint, { body, authorization })).toString('utf8'),
    );
    return tokenAnswer.parse(answer).id_token;
  } catch (error) {
    throw new SignInFailed('code-refused', error);
  }
}

/** OpenID Connect Core 1.0, 3.1.3.7. @throws SignInFailed */
async function verified(
  idToken: string,
  attempt: SignInAttempt,
  known: Metadata,
  { provider, keySets, clock }: SignInContext,
): Promise<JWTPayload> {
  const claims = await verifiedClaims(idToken, known, { provider, keySets, clock });
  const { nonce, aud, azp } = claims;
  const others = Array.isArray(aud) && aud.length > 1;
  if ((others || azp !== undefined) && azp !== provider.clientId) throw new SignInFailed('token-wrong');
  if (typeof nonce !== 'string' || !sameText(nonce, attempt.nonce)) throw new SignInFailed('nonce-differs');
  return claims;
}

async function verifiedClaims(
  idToken: string,
  { issuer, jwks_uri: uri }: Metadata,
  { provider, keySets, clock }: Pick<SignInContext, 'provider' | 'keySets' | 'clock'>,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(idToken, keyAt(uri, keySets), {
      issuer,
      audience: provider.clientId,
      algorithms: [...provider.algorithms],
      requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
      maxTokenAge: OLDEST_TOKEN_S,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(clock()),
    });
    return payload;
  } catch (error) {
    throw new SignInFailed(
      error instanceof KeySetUnavailable ? 'provider-unavailable' : 'token-wrong',
      error,
    );
  }
}

/** @throws SignInFailed */
function nameIn(claims: JWTPayload, { provider }: SignInContext): string {
  const name = claims[provider.signerClaim];
  if (typeof name !== 'string' || name === '' || name.length > 254) throw new SignInFailed('claim-missing');
  if (provider.signerClaim === 'email' && claims.email_verified !== true)
    throw new SignInFailed('address-not-verified');
  return name;
}

function sameText(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return x !== undefined && y !== undefined && timingSafeEqual(x, y);
}
