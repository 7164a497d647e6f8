// Authorising signatures with a credential: by PIN and one-time code, by a person's telephone, by an OAuth token.

import { setTimeout as wait } from 'node:timers/promises';
import { SignerFailed } from '../sign/errors.ts';
import type { Activation, SignatureAlgorithm } from '../sign/ports.ts';
import { type CscCredential, type CscSecret, hashOidOf } from './csc-credential.ts';
import { clientCredentialsToken } from './csc-oauth.ts';
import { textOf } from './csc-service.ts';
import type { CscSession } from './csc-session.ts';

/** What lets `signHash` sign: a SAD, or from version 2 on a person's token as the bearer. */
export type CscAuthorisation =
  | { readonly kind: 'sad'; readonly sad: string }
  | { readonly kind: 'bearer'; readonly token: string };

/** The operator's PIN of a credential that needs nobody's act; null: each call brings what is needed. */
export type StandingPin = (() => Promise<string>) | null;

export interface SignaturesToAuthorise {
  readonly algorithm: SignatureAlgorithm;
  readonly digests: readonly Uint8Array[];
}

/** @throws SignerFailed */
export async function authorise(
  session: CscSession,
  credential: CscCredential,
  signatures: SignaturesToAuthorise,
  activation: Activation,
  standingPin: StandingPin,
  signal: AbortSignal,
): Promise<CscAuthorisation> {
  if (activation.kind === 'token')
    return byToken(session, credential, Buffer.from(activation.token).toString('utf8'));
  if (credential.mode === 'oauth2code') return byClient(session, credential, signatures, signal);
  const secrets = await secretsFor(credential.secrets, activation, standingPin);
  return bySecrets(session, credential, signatures, secrets, signal);
}

/**
 * CSC API 1.0.4, 11.9: the token of scope credential is the SAD; 2.0, 11.11: it is the bearer, and there is no SAD. What authorises a
 * credential of another mode is a SAD in both.
 */
function byToken({ access }: CscSession, { mode }: CscCredential, token: string): CscAuthorisation {
  const bearer = access.info.version !== 1 && mode === 'oauth2code';
  return bearer ? { kind: 'bearer', token } : { kind: 'sad', sad: token };
}

/** An application that owns the credential, such as a seal, authorises itself. */
async function byClient(
  session: CscSession,
  credential: CscCredential,
  { algorithm, digests }: SignaturesToAuthorise,
  signal: AbortSignal,
): Promise<CscAuthorisation> {
  const { client, info, credentials } = session.access;
  if (credentials === null) throw new SignerFailed('signer-auth-failed');
  const scope = { credentialId: credential.id, digests, hashAlgorithmOid: hashOidOf(algorithm) };
  const granted = await clientCredentialsToken(
    client,
    session.oauth2(),
    info.version,
    credentials,
    scope,
    signal,
  );
  return byToken(session, credential, granted.token);
}

type GivenSecret = CscSecret & { readonly value: string };

/** Nothing is sent without what the service asks for: its counter would count it. */
async function secretsFor(
  wanted: readonly CscSecret[],
  activation: Activation,
  standingPin: StandingPin,
): Promise<readonly GivenSecret[]> {
  const pin = activation.kind === 'passphrase' && standingPin === null ? text(activation.passphrase) : null;
  const otp = activation.kind === 'passphrase' || activation.kind === 'otp' ? text(activation.otp) : null;
  const values = { pin: standingPin === null ? pin : await standingPin(), otp };
  return wanted.map((secret) => {
    const value = values[secret.kind];
    if (value === null || value === '')
      throw new SignerFailed('signer-auth-failed', { missing: secret.kind });
    return { ...secret, value };
  });
}

function text(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString('utf8');
}

async function bySecrets(
  session: CscSession,
  { id }: CscCredential,
  { algorithm, digests }: SignaturesToAuthorise,
  given: readonly GivenSecret[],
  signal: AbortSignal,
): Promise<CscAuthorisation> {
  const hashes = digests.map((digest) => Buffer.from(digest).toString('base64'));
  const secrets = given.map(({ value }) => value);
  const secretOf = (kind: CscSecret['kind']): string | undefined =>
    given.find((each) => each.kind === kind)?.value;
  const common = { credentialID: id, numSignatures: digests.length };
  const body =
    session.access.info.version === 1
      ? { ...common, hash: hashes, PIN: secretOf('pin'), OTP: secretOf('otp') }
      : {
          ...common,
          hashes,
          hashAlgorithmOID: hashOidOf(algorithm),
          authData: given.map(({ id: name, value }) => ({ id: name, value })),
        };
  const answer = await session.call({ method: 'credentials/authorize', body, secrets }, signal);
  if (answer.status === 202) return pollForSad(session, textOf(answer.json.handle), signal);
  return sadOf(answer.json.SAD);
}

function sadOf(value: unknown): CscAuthorisation {
  const sad = textOf(value);
  if (sad === '') throw new SignerFailed('signer-result-invalid', { check: 'SAD' });
  return { kind: 'sad', sad };
}

/** A person needs a few seconds at least, and a service that is asked more often refuses. */
const POLL = { firstMs: 250, mostMs: 2_000 };

/** Until the person has decided; nothing is signed before, so that giving up leaves nothing behind. */
async function pollForSad(
  session: CscSession,
  handle: string,
  signal: AbortSignal,
): Promise<CscAuthorisation> {
  if (handle === '') throw new SignerFailed('signer-result-invalid', { check: 'handle' });
  const call = { method: 'credentials/authorizeCheck', body: { handle }, secrets: [handle] };
  for (let pauseMs = POLL.firstMs; ; pauseMs = Math.min(2 * pauseMs, POLL.mostMs)) {
    await pause(pauseMs, signal);
    const answer = await session.call(call, signal);
    if (answer.status !== 202) return sadOf(answer.json.SAD);
  }
}

/** @throws SignerFailed `signer-unavailable` when the signal ends it */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch {
    // Only the signal ends the timer early.
    throw new SignerFailed('signer-unavailable', { reason: 'aborted' }, signal.reason);
  }
}

/** One more run of hashes under an authorisation that is open (CSC API, 11.8). @returns the SAD that takes its place */
export async function extendAuthorisation(
  session: CscSession,
  { id }: CscCredential,
  { algorithm, digests }: SignaturesToAuthorise,
  sad: string,
  signal: AbortSignal,
): Promise<string> {
  const hashes = digests.map((digest) => Buffer.from(digest).toString('base64'));
  const body =
    session.access.info.version === 1
      ? { credentialID: id, hash: hashes, SAD: sad }
      : { credentialID: id, hashes, hashAlgorithmOID: hashOidOf(algorithm), SAD: sad };
  const call = { method: 'credentials/extendTransaction', body, secrets: [sad] };
  const { json } = await session.call(call, signal);
  const authorised = sadOf(json.SAD);
  return authorised.kind === 'sad' ? authorised.sad : '';
}
