// Keys at a remote signing service that speaks the Cloud Signature Consortium's API:
// `csc:https://host/prefix?version=auto&client-id=…&client-secret-file=FILE&credential=…`.

import type { Platform } from '../platform/platform.ts';
import { SignerFailed } from '../sign/errors.ts';
import type { Activation, BrowserAuthorisation, RawSigner, SignerBackend } from '../sign/ports.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { authorise, type CscAuthorisation, type StandingPin } from './csc-authorise.ts';
import { type CscCredential, hashOidOf, readCredential } from './csc-credential.ts';
import { readCscInfo } from './csc-info.ts';
import { authorizationRequest, type CscClientCredentials, type CscLogin, exchangeCode } from './csc-oauth.ts';
import {
  type CscVersion,
  isAuthorisationExpired,
  isAuthorisationRefused,
  isTokenRefused,
  textsOf,
} from './csc-service.ts';
import { CscSession } from './csc-session.ts';
import { signHashes } from './csc-sign.ts';
import { readNamedSecret } from './named-file.ts';
import { openNamedService } from './named-service.ts';
import type { SignerEnvironment, SignerLocation } from './open-signer.ts';
import { requireServiceUrl } from './service-client.ts';

export const CSC_PARAMETERS: readonly string[] = [
  'version',
  'client-id',
  'client-secret-file',
  'username',
  'password-file',
  'credential',
  'pin-file',
  'ca-file',
  'allow-insecure-http',
];

/** The chain of a credential and the answers to a batch; a signature value is 512 bytes at most. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const OPEN_MS = 30_000;
const READY_MS = 5_000;
/** A service signs for others too; more at once only wait on its side. */
const MAX_CONCURRENCY = 8;
const MAX_WAITING = 256;

/** @throws SignerFailed `signer-uri-invalid` { reason }, `signer-unavailable` { reason }, `signer-refused` */
export async function openCsc(
  location: SignerLocation,
  environment: SignerEnvironment,
): Promise<SignerBackend<RawSigner>> {
  const session = await openCscSession(location, environment);
  const pinFile = location.parameters.get('pin-file');
  const pin = pinFile === undefined ? null : () => readNamedSecret(pinFile, 'pin-file', environment);
  return backendOf(session, location.parameters.get('credential') ?? null, pin, environment.platform);
}

/** The service itself, for what a signer does not need: authorisation requests, its list of credentials, its time-stamps. */
export async function openCscSession(
  location: SignerLocation,
  environment: SignerEnvironment,
): Promise<CscSession> {
  const { parameters } = location;
  const insecure = parameters.get('allow-insecure-http') === 'true';
  const client = await openNamedService(location, MAX_ANSWER_BYTES, environment);
  const named = (name: string): string | undefined => parameters.get(name);
  const credentials = credentialsOf(named('client-id'), named('client-secret-file'), environment);
  const login = loginOf(named('username'), named('password-file'), environment);
  const info = await readCscInfo(client, versionOf(named('version')), AbortSignal.timeout(OPEN_MS));
  // A server that the service names gets our secret, so it is held to the same rule.
  if (info.oauth2 !== null) requireServiceUrl(info.oauth2, insecure);
  return new CscSession({ client, info, credentials, login });
}

function versionOf(text: string | undefined): CscVersion | null {
  switch (text) {
    case undefined:
    case 'auto':
      return null;
    case '1':
      return 1;
    case '2':
      return 2;
    default:
      throw new SignerFailed('signer-uri-invalid', { reason: 'version is not auto, 1 or 2' });
  }
}

function credentialsOf(
  clientId: string | undefined,
  secretFile: string | undefined,
  environment: SignerEnvironment,
): CscClientCredentials | null {
  if (clientId === undefined && secretFile === undefined) return null;
  if (clientId === undefined || secretFile === undefined)
    throw new SignerFailed('signer-uri-invalid', { reason: 'client-id without client-secret-file' });
  return { clientId, clientSecret: () => readNamedSecret(secretFile, 'client-secret-file', environment) };
}

function loginOf(
  username: string | undefined,
  passwordFile: string | undefined,
  environment: SignerEnvironment,
): CscLogin | null {
  if (username === undefined && passwordFile === undefined) return null;
  if (username === undefined || passwordFile === undefined)
    throw new SignerFailed('signer-uri-invalid', { reason: 'username without password-file' });
  return { username, password: () => readNamedSecret(passwordFile, 'password-file', environment) };
}

function backendOf(
  session: CscSession,
  configured: string | null,
  pin: StandingPin,
  platform: Platform,
): SignerBackend<RawSigner> {
  const queue = new BoundedQueue(MAX_CONCURRENCY, MAX_WAITING);
  const signers = new Map<string, Promise<RawSigner>>();
  let open = true;
  const requireOpen = (): void => {
    if (!open) throw new SignerFailed('signer-unavailable');
  };
  const signerOf = (credential: CscCredential): RawSigner => ({
    shape: 'raw',
    chain: credential.chain,
    algorithms: credential.algorithms,
    activation: activationOf(session, credential, pin),
    maxConcurrency: MAX_CONCURRENCY,
    maxBatch: credential.multisign,
    ...browserOf(session, credential),
    sign: async (algorithm, items, activation, signal) => {
      requireOpen();
      if (!credential.algorithms.includes(algorithm))
        throw new SignerFailed('signer-algorithm-unsupported', { algorithm });
      if (items.length > credential.multisign)
        throw new SignerFailed('signer-refused', { asked: items.length, allowed: credential.multisign });
      return queue.run(signal, async () => {
        requireOpen();
        return signOnce(session, credential, { algorithm, items, activation, pin }, platform, signal);
      });
    },
  });
  return {
    signerFor: async (signerId) => {
      requireOpen();
      const id = configured ?? signerId ?? (await onlyCredential(session));
      let signer = signers.get(id);
      if (signer === undefined) {
        signer = describeCredential(session, id).then(signerOf);
        signers.set(id, signer);
        // A failure is not kept: the next call asks anew.
        signer.catch(() => signers.delete(id));
      }
      return signer;
    },
    ready: async () => {
      if (!open) return false;
      try {
        await session.call({ method: 'info', body: {} }, AbortSignal.timeout(READY_MS));
        return true;
      } catch (error) {
        if (error instanceof SignerFailed) return false;
        throw error;
      }
    },
    close: async () => {
      open = false;
    },
  };
}

/** CSC API, 8.3.2 and 8.4: the person authorises exactly these hashes. */
function browserOf(
  { access }: CscSession,
  { id, mode }: CscCredential,
): { readonly byBrowser?: BrowserAuthorisation } {
  const { client, info, credentials } = access;
  const { oauth2, version } = info;
  if (mode !== 'oauth2code' || credentials === null || oauth2 === null) return {};
  return {
    byBrowser: {
      request: (algorithm, items, redirectUri) =>
        authorizationRequest(oauth2, version, credentials.clientId, redirectUri, {
          credentialId: id,
          digests: items.map(({ digest }) => digest),
          hashAlgorithmOid: hashOidOf(algorithm),
        }),
      redeem: async (answer, signal) => {
        const { token } = await exchangeCode(client, oauth2, credentials, answer, signal);
        return { kind: 'token', token: new TextEncoder().encode(token) };
      },
    },
  };
}

interface CscOrder {
  readonly algorithm: Parameters<RawSigner['sign']>[0];
  readonly items: Parameters<RawSigner['sign']>[1];
  readonly activation: Parameters<RawSigner['sign']>[2];
  readonly pin: StandingPin;
}

/** Authorises and signs; an authorisation that ended too early is asked for once more where nobody has to act for it. */
async function signOnce(
  session: CscSession,
  credential: CscCredential,
  { algorithm, items, activation, pin }: CscOrder,
  { arithmetic }: Platform,
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const digests = items.map(({ digest }) => digest);
  const attempt = async (): Promise<readonly Uint8Array[]> => {
    const signatures = { algorithm, digests };
    const authorisation = await authorise(session, credential, signatures, activation, pin, signal);
    try {
      return await signHashes(session, credential, algorithm, items, authorisation, arithmetic, signal);
    } catch (error) {
      throw activation.kind === 'token' ? refusalOfGiven(authorisation, error) : error;
    }
  };
  try {
    return await attempt();
  } catch (error) {
    if (!isAuthorisationExpired(error) || activationOf(session, credential, pin) !== 'none') throw error;
    return attempt();
  }
}

/** What a person gave for other signatures, or too long ago, is no other case than a wrong secret. */
function refusalOfGiven({ kind }: CscAuthorisation, error: unknown): unknown {
  const refused = isAuthorisationRefused(error) || (kind === 'bearer' && isTokenRefused(error));
  return refused ? new SignerFailed('signer-auth-failed', {}, error) : error;
}

/** An application that has credentials of its own may own the key too; otherwise a person authorises at the service. */
function activationOf(
  { access }: CscSession,
  { mode, secrets }: CscCredential,
  pin: StandingPin,
): Activation['kind'] {
  if (mode === 'oauth2code') return access.credentials === null ? 'token' : 'none';
  if (secrets.some(({ kind }) => kind === 'pin') && pin === null) return 'passphrase';
  return secrets.some(({ kind }) => kind === 'otp') ? 'otp' : 'none';
}

async function describeCredential(session: CscSession, credentialID: string): Promise<CscCredential> {
  const body = { credentialID, certificates: 'chain', certInfo: true, authInfo: true };
  const signal = AbortSignal.timeout(OPEN_MS);
  const { json } = await session.call({ method: 'credentials/info', body }, signal);
  return readCredential(credentialID, json, session.access.info.version);
}

/** The credentials that the service has for us. @throws SignerFailed */
export async function listCredentials(session: CscSession, signal: AbortSignal): Promise<readonly string[]> {
  const found: string[] = [];
  let pageToken = '';
  do {
    const body = pageToken === '' ? {} : { pageToken };
    const { json } = await session.call({ method: 'credentials/list', body }, signal);
    found.push(...textsOf(json.credentialIDs));
    pageToken = typeof json.nextPageToken === 'string' ? json.nextPageToken : '';
  } while (pageToken !== '' && found.length < MOST_CREDENTIALS);
  return found;
}

const MOST_CREDENTIALS = 10_000;

async function onlyCredential(session: CscSession): Promise<string> {
  const [id, ...others] = await listCredentials(session, AbortSignal.timeout(OPEN_MS));
  if (id === undefined || others.length > 0)
    throw new SignerFailed('signer-uri-invalid', {
      reason: 'credential is missing, and the service has not one',
    });
  return id;
}
