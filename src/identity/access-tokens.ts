// Access tokens of OAuth 2.0 and OpenID Connect issuers: JSON Web Tokens (RFC 7519, RFC 9068), verified with the issuer's keys.

import { createHash, timingSafeEqual } from 'node:crypto';
import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, type LocalJWKSet } from 'jose';
import { type IssuerEntry, SCOPES, type Scope } from './client-file.ts';
import { ClientRefused, type RefusalReason } from './client-refused.ts';
import { type KeySets, KeySetUnavailable } from './key-sets.ts';

/** What a genuine token for this service says. */
export interface VerifiedToken {
  readonly issuer: string;
  readonly clientId: string | null;
  readonly subject: string | null;
  /** What it grants; null where its issuer does not say it in tokens. */
  readonly scopes: ReadonlySet<Scope> | null;
}

export interface AccessTokens {
  /**
   * Verifies a token, wherever it came from.
   *
   * @param holder - the certificate by which the caller holds its connection, for tokens that are bound to one
   * @throws ClientRefused `unauthenticated`, `issuer-unavailable`
   */
  verify(
    token: string,
    issuers: readonly IssuerEntry[],
    holder: { readonly der: Uint8Array } | null,
  ): Promise<VerifiedToken>;
}

export interface AccessTokenContext {
  readonly keySets: KeySets;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

// Machines that keep time by NTP differ by less; more would lengthen the life of a stolen token.
const CLOCK_TOLERANCE_S = 30;

/** Whether a bearer's text has the form of a signed token: three parts in base64url. */
export function looksLikeToken(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

export function accessTokens({ keySets, clock }: AccessTokenContext): AccessTokens {
  return {
    verify: async (token, issuers, holder) => {
      const issuer = issuerOf(token, issuers);
      const now = clock();
      const claims = await verifiedClaims(token, issuer, keySets, now);
      requireShortLife(claims, issuer, now);
      requireHolder(claims, holder);
      return readClaims(claims, issuer);
    },
  };
}

/** By the claim `iss`, not yet verified: it only chooses which issuer's keys must fit. */
function issuerOf(token: string, issuers: readonly IssuerEntry[]): IssuerEntry {
  const claimed = unverified(token).iss;
  const issuer = issuers.find((entry) => entry.issuer === claimed);
  if (issuer === undefined) throw refused('token-issuer-unknown');
  return issuer;
}

function unverified(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (error) {
    throw refused('token-malformed', error);
  }
}

async function verifiedClaims(
  token: string,
  issuer: IssuerEntry,
  sets: KeySets,
  now: number,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keyAt(issuer.jwksUri, sets), {
      issuer: issuer.issuer,
      audience: issuer.audience,
      algorithms: [...issuer.algorithms],
      ...(issuer.type === undefined ? {} : { typ: issuer.type }),
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(now),
    });
    return payload;
  } catch (error) {
    if (error instanceof KeySetUnavailable) throw new ClientRefused('issuer-unavailable', { cause: error });
    throw refused(reasonOf(error), error);
  }
}

/** The key that a token's header names; a name that is not known yet makes us look once more (the issuer has a new key). */
export function keyAt(uri: string, sets: KeySets): JWTVerifyGetKey {
  return async (header, jws) => {
    const find = (keys: LocalJWKSet) => keys(header, jws);
    try {
      return await find(await sets.keysAt(uri));
    } catch (error) {
      const newer = error instanceof errors.JWKSNoMatchingKey ? await sets.newerKeysAt(uri) : null;
      if (newer === null) throw error;
      return await find(newer);
    }
  };
}

// Whatever else goes wrong comes from the token or a published key: neither proves anything then.
function reasonOf(error: unknown): RefusalReason {
  if (error instanceof errors.JWTExpired) return 'token-expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'nbf' ? 'token-not-yet-valid' : 'token-claim-wrong';
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) return 'token-malformed';
  return 'token-signature-wrong';
}

function requireShortLife(
  { iat, exp = 0 }: JWTPayload,
  { maxLifetimeSeconds }: IssuerEntry,
  now: number,
): void {
  const begin = Math.min(iat ?? Infinity, now / 1000 + CLOCK_TOLERANCE_S);
  if (exp - begin > maxLifetimeSeconds) throw refused('token-lives-too-long');
}

const confirmationOfCertificate = 'x5t#S256';

/** A token that is bound to a certificate (RFC 8705, 3.1) serves its holder alone; other bindings we cannot check. */
function requireHolder({ cnf }: JWTPayload, holder: { readonly der: Uint8Array } | null): void {
  if (cnf === undefined) return;
  const members = typeof cnf === 'object' && cnf !== null ? Object.entries(cnf) : [];
  const [[method, value] = [], ...more] = members;
  if (method !== confirmationOfCertificate || typeof value !== 'string' || more.length > 0 || holder === null)
    throw refused('token-bound-elsewhere');
  const actual = createHash('sha256').update(holder.der).digest();
  const bound = Buffer.from(value, 'base64url');
  if (bound.length !== actual.length || !timingSafeEqual(bound, actual))
    throw refused('token-bound-elsewhere');
}

function readClaims(claims: JWTPayload, { issuer, scopePrefix }: IssuerEntry): VerifiedToken {
  const { client_id: clientId, azp, sub, scope } = claims;
  return {
    issuer,
    clientId: textOf(clientId) ?? textOf(azp),
    subject: textOf(sub),
    scopes: scopePrefix === undefined ? null : grantedScopes(textOf(scope) ?? '', scopePrefix),
  };
}

function grantedScopes(scope: string, prefix: string): ReadonlySet<Scope> {
  const words = new Set(scope.split(' '));
  return new Set(SCOPES.filter((name) => words.has(`${prefix}${name}`)));
}

function textOf(claim: unknown): string | null {
  return typeof claim === 'string' ? claim : null;
}

function refused(reason: RefusalReason, cause?: unknown): ClientRefused {
  return new ClientRefused('unauthenticated', { reason, cause });
}
