// The whole service as `server.ts` wires it, over a development PKI with its own time-stamps, OCSP and CRLs on loopback.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { createDevelopmentPki, type DevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { BASIC_USER, developmentPaths, writeDevelopmentFolder } from '../../certs-dev/folder.ts';
import { createInstallationLock } from '../../certs-dev/installation-lock.ts';
import { ServicePath } from '../../certs-dev/profile.ts';
import { startDevelopmentServices } from '../../certs-dev/services.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { type RunningServer, startServer } from '../../src/server.ts';

/** Everything that a service needs, on loopback; none runs yet. */
export interface RealPlace {
  readonly folder: string;
  readonly paths: ReturnType<typeof developmentPaths>;
  readonly pki: DevelopmentPki;
  readonly environment: Readonly<Record<string, string>>;
  readonly apiKey: string;
  readonly passphrase: string;
  /** `Authorization` of the compatible API. */
  readonly basic: string;
  /** The sample letter, not signed. */
  readonly letter: Buffer;
  close(): Promise<void>;
}

export interface RealService extends Omit<RealPlace, 'folder' | 'paths' | 'pki'> {
  readonly url: string;
  readonly server: RunningServer;
  /** Everything that was logged, at level trace. */
  readonly logged: () => string;
}

// Deriving the key takes its full time in tests of the time alone.
const ITERATIONS = 10_000;

export interface Arrangement {
  /** Adds to the PKI before anything is made of it. */
  readonly enlarge?: (pki: DevelopmentPki) => DevelopmentPki;
  /** Writes more into the folder before the service starts. @returns further variables */
  readonly arrange?: (paths: ReturnType<typeof developmentPaths>) => Promise<Record<string, string>>;
  /** The service's own; its authorities keep the true time. */
  readonly clock?: () => number;
  /** Where certificates say that the authorities are, if not where they are: what stands between. */
  readonly authoritiesUrl?: string;
  /** Rounds of the keys' derivation. */
  readonly iterations?: number;
}

/** Starts the authorities and fills a folder; `close` also removes it. */
export async function makeRealPlace(
  variables: Readonly<Record<string, string>> = {},
  {
    arrange,
    enlarge = (pki) => pki,
    authoritiesUrl,
    iterations = ITERATIONS,
  }: Omit<Arrangement, 'clock'> = {},
): Promise<RealPlace & { readonly authorities: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'teken-uji-'));
  const now = Date.now();
  const platform = nodePlatform;
  const development = await startDevelopmentServices({
    pki: async (baseUrl) =>
      enlarge(
        await createDevelopmentPki({ now, baseUrl: authoritiesUrl ?? baseUrl, keys: 'fast', platform }),
      ),
    port: 0,
    clock: Date.now,
    platform,
  });
  const lock = await createInstallationLock(iterations);
  await writeDevelopmentFolder(join(folder, 'pki'), development.pki, { lock, platform, now });
  const paths = developmentPaths(join(folder, 'pki'));
  const environment = {
    TEKEN_ENV: 'development',
    TEKEN_PORT: '0',
    TEKEN_TRUST_DIR: paths.trust,
    TEKEN_SIGNERS_FILE: paths.signersFile,
    TEKEN_CLIENTS_FILE: paths.clientsFile,
    TEKEN_TSA_URLS: `${authoritiesUrl ?? development.url}${ServicePath.timestamp}`,
    TEKEN_AUDIT_SINKS: `file:${paths.audit}`,
    TEKEN_NIK_HMAC_KEY_FILE: paths.auditKeys,
    TEKEN_SEAL_URI: paths.sealUri,
    TEKEN_ALLOW_PRIVATE_NETWORK: 'true',
    ...variables,
    ...(await arrange?.(paths)),
  };
  return {
    folder,
    paths,
    pki: development.pki,
    authorities: development.url,
    environment,
    apiKey: (await readFile(paths.apiKey, 'utf8')).trim(),
    passphrase: lock.passphrase,
    basic: `Basic ${Buffer.from(`${BASIC_USER}:${(await readFile(paths.basicPassword, 'utf8')).trim()}`).toString('base64')}`,
    letter: await readFile(paths.sample),
    close: async () => {
      await development.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Starts everything; `close` also removes the folder. */
export async function startRealService(
  variables: Readonly<Record<string, string>> = {},
  { clock = Date.now, ...arrangement }: Arrangement = {},
): Promise<RealService> {
  const { apiKey, passphrase, basic, letter, environment, close } = await makeRealPlace(
    variables,
    arrangement,
  );
  const { log, logged } = recordedLog();
  const config: Config = readConfig(environment);
  const server = await startServer(config, { log, clock });
  return {
    url: server.url,
    apiKey,
    passphrase,
    basic,
    letter,
    environment,
    server,
    logged,
    close: async () => {
      await server.close();
      await close();
    },
  };
}

function recordedLog(): { log: Logger; logged: () => string } {
  const lines: string[] = [];
  return {
    log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
    logged: () => lines.join(''),
  };
}

/** A form with the letter and these fields. */
export function formOf(file: Uint8Array, fields: Readonly<Record<string, string>> = {}): FormData {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(file)], { type: 'application/pdf' }), 'surat.pdf');
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

/** Asks the service to sign the letter; `fields` beside signer and passphrase. */
export function requestSignature(
  service: RealService,
  fields: Readonly<Record<string, string>> = {},
  file: Uint8Array = service.letter,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${service.url}/v1/sign`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.apiKey}`, ...headers },
    body: formOf(file, { signer: 'pejabat', passphrase: service.passphrase, ...fields }),
  });
}

/** The letter, signed by the service. */
export async function signedLetter(
  service: RealService,
  fields: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const response = await requestSignature(service, fields);
  if (response.status !== 200) throw new Error(await response.text());
  return Buffer.from(await response.arrayBuffer());
}

/** Asks for a verdict. */
export function requestVerdict(service: { readonly url: string }, file: Uint8Array): Promise<Response> {
  return fetch(`${service.url}/v1/verify`, { method: 'POST', body: formOf(file) });
}
