// BSrE's cloud interface for digests: `bsre-hash:https://host?client-id=…&client-secret-file=FILE&chain-file=FILE`. Only the digest of
// the covered bytes leaves; a whole CMS comes back. What is known of it comes from one author, so its paths and forms can be set.

import { certificatesInFile } from '../pki/pem.ts';
import { SignerFailed } from '../sign/errors.ts';
import type { Activation, CmsSigner, Covered, SignerBackend } from '../sign/ports.ts';
import { refusalOf, requireObject } from './bsre-answer.ts';
import { cmsBackend } from './cms-backend.ts';
import { readNamedFile, readNamedSecret } from './named-file.ts';
import { openNamedService } from './named-service.ts';
import type { SignerEnvironment, SignerLocation } from './open-signer.ts';
import { formBody, jsonBody, type ServiceClient } from './service-client.ts';

export const BSRE_HASH_PARAMETERS: readonly string[] = [
  'client-id',
  'client-secret-file',
  'chain-file',
  'token-path',
  'sign-path',
  'subject',
  'null-as-text',
  'format',
  'ca-file',
  'allow-insecure-http',
];

const TOKEN_PATH = 'oauth2/token';
const SIGN_PATH = 'v2/esign/v2/api/entity/sign/hash/pdf';
/** What the interface's author reserves. */
const RESERVED_BYTES = 17_500;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const TOKEN_MS = 30_000;
const SIGN_MS = 60_000;
const MAX_CONCURRENCY = 4;
const MAX_BATCH = 20;

interface HashAccess {
  readonly client: ServiceClient;
  readonly clientId: string;
  readonly clientSecret: () => Promise<string>;
  readonly tokenPath: string;
  readonly signPath: string;
  /** A person by NIK, or an agency's seal by its subscriber id. */
  readonly subject: 'nik' | 'idSubscriber';
  /** What stands for nothing. */
  readonly nothing: 'null' | null;
}

/** @throws SignerFailed `signer-uri-invalid` { reason }, `signer-certificate-unusable` { reason } */
export async function openBsreHash(
  location: SignerLocation,
  environment: SignerEnvironment,
): Promise<SignerBackend<CmsSigner>> {
  const { parameters } = location;
  const named = (name: string): string => {
    const value = parameters.get(name);
    if (value === undefined) throw invalid(`${name} is missing`);
    return value;
  };
  const secretFile = named('client-secret-file');
  const access: HashAccess = {
    client: await openNamedService(location, MAX_ANSWER_BYTES, environment),
    clientId: named('client-id'),
    clientSecret: () => readNamedSecret(secretFile, 'client-secret-file', environment),
    tokenPath: parameters.get('token-path') ?? TOKEN_PATH,
    signPath: parameters.get('sign-path') ?? SIGN_PATH,
    subject: parameters.get('subject') === 'idSubscriber' ? 'idSubscriber' : 'nik',
    nothing: parameters.get('null-as-text') === 'true' ? 'null' : null,
  };
  const chain = certificatesInFile(await readNamedFile(named('chain-file'), 'chain-file', environment));
  return hashBackend(access, chain, parameters.get('format') === 'pades' ? 'pades' : 'any');
}

function hashBackend(
  access: HashAccess,
  certificates: readonly Uint8Array[],
  format: CmsSigner['format'],
): SignerBackend<CmsSigner> {
  const tokens = new TokenKeeper(access);
  const backends = new Map<string, SignerBackend<CmsSigner>>();
  const backendFor = (subject: string): SignerBackend<CmsSigner> =>
    cmsBackend({
      certificates,
      digestAlgorithm: 'sha256',
      format,
      reservedBytes: RESERVED_BYTES,
      activation: 'passphrase',
      maxConcurrency: MAX_CONCURRENCY,
      maxBatch: MAX_BATCH,
      ready: async () => true,
      sign: (items, activation, signal) => signDigests(access, tokens, subject, items, activation, signal),
    });
  let open = true;
  return {
    signerFor: async (subject) => {
      if (!open) throw new SignerFailed('signer-unavailable');
      if (subject === null) throw invalid('the registry names no signerId');
      const backend = backends.get(subject) ?? backendFor(subject);
      backends.set(subject, backend);
      return backend.signerFor(null);
    },
    ready: async () => open && (await tokens.isObtainable()),
    close: async () => {
      open = false;
      for (const backend of backends.values()) await backend.close();
    },
  };
}

/** The application's access token: fetched when needed, and once more when it is refused. */
class TokenKeeper {
  readonly #access: HashAccess;
  #token: Promise<string> | null = null;

  constructor(access: HashAccess) {
    this.#access = access;
  }

  current(signal: AbortSignal): Promise<string> {
    if (this.#token === null) {
      const token = fetchToken(this.#access, signal);
      this.#token = token;
      // A failure is not kept: the next call asks anew.
      token.catch(() => this.forget(token));
    }
    return this.#token;
  }

  forget(token: Promise<string>): void {
    if (this.#token === token) this.#token = null;
  }

  async isObtainable(): Promise<boolean> {
    try {
      await this.current(AbortSignal.timeout(TOKEN_MS));
      return true;
    } catch (error) {
      if (error instanceof SignerFailed) return false;
      throw error;
    }
  }
}

/** As JSON, and where that is refused as a form (RFC 6749, 4.4.2). */
async function fetchToken(
  { client, clientId, clientSecret, tokenPath }: HashAccess,
  signal: AbortSignal,
): Promise<string> {
  const secret = await clientSecret();
  const basic = Buffer.from(`${clientId}:${secret}`, 'utf8').toString('base64');
  const grant = { grant_type: 'client_credentials' };
  const request = (body: ReturnType<typeof jsonBody>) =>
    client.exchange(
      {
        method: 'POST',
        path: tokenPath,
        headers: { authorization: `Basic ${basic}` },
        body,
        timeoutMs: TOKEN_MS,
        effect: 'none',
      },
      signal,
    );
  let answer = await request(jsonBody(grant));
  if (answer.status === 400 || answer.status === 415) answer = await request(formBody(grant));
  const { access_token: token } = requireObject(answer, [secret, basic]);
  if (typeof token !== 'string' || token === '')
    throw new SignerFailed('signer-result-invalid', { check: 'access_token' });
  return token;
}

async function signDigests(
  access: HashAccess,
  tokens: TokenKeeper,
  subject: string,
  items: readonly Covered[],
  activation: Activation,
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const [field, secret] = secretOf(activation);
  const body = jsonBody({
    nik: access.subject === 'nik' ? subject : null,
    idSubscriber: access.subject === 'idSubscriber' ? subject : null,
    [field]: secret,
    signaturePropertiesHashMap: Object.fromEntries(
      items.map(({ digest }, i) => [String(i), propertiesOf(digest, access.nothing)]),
    ),
  });
  const attempt = async (token: string) =>
    access.client.exchange(
      {
        method: 'POST',
        path: access.signPath,
        headers: { authorization: `Bearer ${token}` },
        body,
        timeoutMs: SIGN_MS,
        effect: 'signature',
      },
      signal,
    );
  let token = tokens.current(signal);
  let answer = await attempt(await token);
  if (answer.status === 401) {
    // Refused at the door, so nothing was signed.
    tokens.forget(token);
    token = tokens.current(signal);
    answer = await attempt(await token);
  }
  const secrets = [secret, subject, await token];
  const { data } = requireObject(answer, secrets);
  const map = (data as { readonly cmsSignedDataHashMap?: unknown } | undefined)?.cmsSignedDataHashMap;
  if (typeof map !== 'object' || map === null) throw refusalOf(answer, secrets);
  return items.map((_, i) => {
    const encoded = (map as Readonly<Record<string, unknown>>)[String(i)];
    if (typeof encoded !== 'string') throw new SignerFailed('signer-result-invalid', { check: 'count' });
    return new Uint8Array(Buffer.from(encoded, 'base64'));
  });
}

/** What concerns the look of a signature is ours, and its date is the document's: nothing of it is asked for. */
function propertiesOf(digest: Uint8Array, nothing: 'null' | null): Readonly<Record<string, unknown>> {
  return {
    imageBase64: nothing,
    tampilan: 'INVISIBLE',
    fieldId: nothing,
    page: 0,
    originX: 0,
    originY: 0,
    width: 0,
    height: 0,
    signatureLevel: 'PAdES_BASELINE_LT',
    certificationPermission: 'CHANGES_PERMITTED',
    signingDate: nothing,
    certificateChainBase64: null,
    location: nothing,
    reason: nothing,
    contactInfo: nothing,
    documentDigestBase64: Buffer.from(digest).toString('base64'),
  };
}

function secretOf(activation: Activation): readonly ['passphrase' | 'totp', string] {
  if (activation.kind === 'passphrase')
    return ['passphrase', Buffer.from(activation.passphrase).toString('utf8')];
  if (activation.kind === 'otp') return ['totp', Buffer.from(activation.otp).toString('utf8')];
  throw new SignerFailed('signer-auth-failed');
}

function invalid(reason: string): SignerFailed {
  return new SignerFailed('signer-uri-invalid', { reason });
}
