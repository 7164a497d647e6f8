// Who asks: applications that prove by a key, a password, a certificate or an access token that they are themselves.

import { createHash } from 'node:crypto';
import type { AttemptCounters, AttemptRules, RateRule } from '../state/ports.ts';
import { type AccessTokens, looksLikeToken } from './access-tokens.ts';
import { type AddressRanges, addressRanges } from './address-ranges.ts';
import { type ClientEntry, type CredentialEntry, parseClientsFile, type Scope } from './client-file.ts';
import type { PasswordCheck } from './client-passwords.ts';
import { ClientRefused } from './client-refused.ts';
import { type CompatSwitches, USUAL_SWITCHES, withSwitches } from './compat-switches.ts';
import {
  certificateLookup,
  type Found,
  keyLookup,
  type ShownCertificate,
  tokenLookup,
  userLookup,
} from './find-client.ts';
import { type LetterAddresses, letterAddresses } from './letter-addresses.ts';
import { type SignerPatterns, signerPatterns } from './signer-patterns.ts';

/** Who asks, and what they may ask for; taken from the credential alone. */
export interface ApiClient {
  readonly id: string;
  /** As people call it; its identifier where the file has no name. */
  readonly name: string;
  /** Which of its credentials was shown. */
  readonly keyId: string;
  /** Identifiers of the signers that it may use. */
  readonly signers: SignerPatterns;
  /** Agencies whose signers it may use; null: of any. */
  readonly agencies: ReadonlySet<string> | null;
  readonly scopes: ReadonlySet<Scope>;
  /** PAdES levels that it may ask for; null: any. */
  readonly levels: ReadonlySet<string> | null;
  /** Null: no limit. */
  readonly rates: { readonly requests: RateRule | null; readonly signatures: RateRule | null };
  /** Where its letters are fetched and delivered. */
  readonly letters: LetterAddresses;
  /** How the compatible API answers it. */
  readonly compat: CompatSwitches;
}

/** All that a request says about who sends it. */
export interface ShownCredentials {
  /** An API key or an access token (RFC 6750). */
  readonly bearer: string | null;
  /** Null also where the address does not take HTTP Basic. */
  readonly basic: { readonly user: string; readonly password: Uint8Array } | null;
  readonly certificate: ShownCertificate | null;
  /** The caller's IP address; that of a trusted proxy's caller. */
  readonly address: string;
}

export interface ApiClients {
  /**
   * The one client that all shown credentials belong to.
   * @throws ClientRefused
   */
  authenticate(shown: ShownCredentials): Promise<ApiClient>;
  /**
   * What a client may do now that asked for something before, as its sealed link says.
   * @param keyId - what stands in place of a credential
   * @throws ClientRefused `client-disabled`, also for one that is not there any more
   */
  named(id: string, keyId: string): ApiClient;
}

export interface AuthenticationContext {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly tokens: AccessTokens;
  readonly passwords: PasswordCheck;
  /** Counts wrong passwords. */
  readonly attempts: AttemptCounters;
}

/**
 * Reads the clients file.
 *
 * @param text - JSON, as `ClientsFile` says it
 * @throws InvalidRegistry `registry-invalid`, also when two clients share an id or a credential
 */
export function parseApiClients(text: string, context: AuthenticationContext): ApiClients {
  const { clients, issuers, compat } = parseClientsFile(text);
  const grants = new Map(
    clients.map((entry) => [entry, grantsOf(entry, withSwitches(USUAL_SWITCHES, compat))]),
  );
  const byKey = keyLookup(clients);
  const byToken = tokenLookup(clients);
  const byCertificate = certificateLookup(clients);
  const byPassword = passwordLookup(clients, context);
  return {
    authenticate: async ({ bearer, basic, certificate, address }) => {
      const now = context.clock();
      const found: Found[] = [];
      if (bearer !== null) {
        const owner = byKey(bearer);
        if (owner === null) requireTokenForm(bearer);
        found.push(owner ?? byToken(await context.tokens.verify(bearer, issuers, certificate)));
      }
      if (basic !== null) found.push(await byPassword(basic, address));
      // A connection may be held by a certificate that serves other purposes; it counts when nothing else is shown.
      if (certificate !== null && found.length === 0) found.push(byCertificate(certificate, now));
      return admitted(found, address, now, grants);
    },
    named: (id, keyId) => {
      const entry = clients.find((client) => client.id === id);
      const granted = entry === undefined ? undefined : grants.get(entry);
      if (entry === undefined || entry.disabled || granted === undefined)
        throw new ClientRefused('client-disabled', { clientId: id });
      return { ...granted.client, keyId };
    },
  };
}

interface Grants {
  readonly client: Omit<ApiClient, 'keyId'>;
  readonly addresses: AddressRanges | null;
}

function grantsOf(
  { id, name, signers, agencies, scopes, levels, rates, addresses, letters, compat }: ClientEntry,
  usual: CompatSwitches,
): Grants {
  return {
    client: {
      id,
      name: name ?? id,
      signers: signerPatterns(signers),
      agencies: agencies === undefined ? null : new Set(agencies),
      scopes: new Set(scopes),
      levels: levels === undefined ? null : new Set(levels),
      rates: { requests: rates.requests ?? null, signatures: rates.signatures ?? null },
      letters: letterAddresses(letters ?? []),
      compat: withSwitches(usual, compat),
    },
    addresses: addresses === undefined ? null : addressRanges(addresses),
  };
}

/** @throws ClientRefused */
function admitted(
  [first, ...others]: readonly Found[],
  address: string,
  now: number,
  grants: ReadonlyMap<ClientEntry, Grants>,
): ApiClient {
  if (first === undefined) throw new ClientRefused('unauthenticated', { reason: 'credential-missing' });
  const { client: entry, credential, scopes } = first;
  const clientId = entry.id;
  if (others.some(({ client }) => client !== entry))
    throw new ClientRefused('unauthenticated', { reason: 'credentials-differ' });
  if (![first, ...others].every((one) => isInForce(one.credential, now)))
    throw new ClientRefused('unauthenticated', { reason: 'credential-not-in-force', clientId });
  if (entry.disabled) throw new ClientRefused('client-disabled', { clientId });
  const granted = grants.get(entry) ?? grantsOf(entry, USUAL_SWITCHES);
  if (granted.addresses?.has(address) === false) throw new ClientRefused('address-not-allowed', { clientId });
  const { client } = granted;
  return {
    ...client,
    scopes:
      scopes === null ? client.scopes : new Set([...client.scopes].filter((scope) => scopes.has(scope))),
    keyId: credential.id,
  };
}

function isInForce({ from, until }: CredentialEntry, now: number): boolean {
  return (from === undefined || from <= now) && (until === undefined || now < until);
}

function requireTokenForm(bearer: string): void {
  if (!looksLikeToken(bearer)) throw new ClientRefused('unauthenticated', { reason: 'key-unknown' });
}

// Whoever tries passwords of one application from one place waits; the application elsewhere does not.
const GUESSES: AttemptRules = {
  perParty: 5,
  perSubject: 50,
  windowMs: 900_000,
  pausesMs: [0, 1_000, 2_000, 4_000, 8_000],
  leaseMs: 30_000,
};
const BUSY_MS = 1_000;

function passwordLookup(
  clients: readonly ClientEntry[],
  { passwords, attempts }: AuthenticationContext,
): (basic: NonNullable<ShownCredentials['basic']>, address: string) => Promise<Found> {
  const byUser = userLookup(clients);
  return async ({ user, password }, address) => {
    const known = byUser(user);
    const subject = `password ${createHash('sha256').update(user).digest('base64url')}`;
    const right = await passwords.matches(password, known?.credential ?? null, (compare) =>
      countedTry(compare, subject, address, attempts),
    );
    if (known !== null && right) return known;
    throw new ClientRefused('unauthenticated', {
      reason: 'password-wrong',
      ...(known === null ? {} : { clientId: known.client.id }),
    });
  };
}

/** @throws ClientRefused `too-many-failures`; then nothing was compared */
async function countedTry(
  compare: () => Promise<boolean>,
  subject: string,
  address: string,
  attempts: AttemptCounters,
): Promise<boolean> {
  const admission = await attempts.admit(subject, address, GUESSES);
  if (admission.kind !== 'admitted') {
    const retryAfterMs = admission.kind === 'busy' ? BUSY_MS : admission.retryAfterMs;
    throw new ClientRefused('too-many-failures', { retryAfterMs });
  }
  const right = await compare();
  await attempts.settle(subject, admission.attempt, right ? 'passed' : 'failed', GUESSES);
  return right;
}
