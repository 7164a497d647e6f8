// A laptop's Teken: the development PKI with its services, and the service over it, until Ctrl-C.

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { nodePlatform } from '../src/platform/node.ts';
import type { DevelopmentAuthorities } from './certificate-authority.ts';
import { developmentPaths } from './folder.ts';
import { DEVELOPMENT_FOLDER, ensureDevelopmentFolder, type ReadyFolder } from './generate.ts';
import { ServicePath } from './profile.ts';
import { startDevelopmentServices } from './services.ts';
import { welcome } from './welcome.ts';

const USAGE = `Usage: npm start -- [options]

  --port N            the service's port (8080)
  --services-port N   the port of time-stamps, OCSP and CRLs (8081); another one than before makes a new PKI
  --folder DIR        where the development PKI is kept (.dev)
  --log LEVEL         how much the service logs: fatal, error, warn, info, debug (warn)
`;

interface Options {
  readonly port: number;
  readonly servicesPort: number | null;
  readonly folder: string;
  readonly logLevel: string;
}

/**
 * Starts everything, says what can be done with it, and ends with Ctrl-C.
 *
 * @returns the exit code: 0 after Ctrl-C, 1 when something kept it from starting, 2 for a wrong command line
 */
export async function runDevelopment(words: readonly string[]): Promise<number> {
  const options = readOptions(words);
  if (options === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  const ended = nextSignal();
  try {
    const running = await startEverything(options);
    process.stdout.write(running.welcome);
    await ended;
    process.stdout.write('\n');
    process.once('SIGINT', () => process.exit(1));
    await running.close();
    return 0;
  } catch (error) {
    process.stderr.write(`${adviceFor(error, options)}\n`);
    return 1;
  }
}

function readOptions(words: readonly string[]): Options | null {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        port: { type: 'string', default: '8080' },
        'services-port': { type: 'string' },
        folder: { type: 'string', default: DEVELOPMENT_FOLDER },
        log: { type: 'string', default: 'warn' },
      },
    });
    const { port, 'services-port': servicesPort } = values;
    if (![port, servicesPort ?? port].every(isPort)) return null;
    return {
      port: Number(port),
      servicesPort: servicesPort === undefined ? null : Number(servicesPort),
      folder: values.folder,
      logLevel: values.log,
    };
  } catch {
    // parseArgs throws for an option that it does not know; the answer is the usage.
    return null;
  }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536;
}

interface Running {
  readonly welcome: string;
  close(): Promise<void>;
}

async function startEverything(options: Options): Promise<Running> {
  // Loading the service takes as long as making keys; both at once.
  const loading = Promise.all([import('../src/server.ts'), import('../src/config.ts')]);
  const { authorities, outcome } = await ensureDevelopmentFolder(options.folder, {
    servicesPort: options.servicesPort,
    now: Date.now(),
    platform: nodePlatform,
  });
  const [{ startServer }, { readConfig }] = await loading;
  const services = await startServices(authorities);
  try {
    const server = await startServer(readConfig(environmentFor(options, authorities)));
    await requireReady(server.url);
    return {
      welcome: await welcomeFor(server.url, options, outcome),
      close: async () => {
        await server.close();
        await services.close();
      },
    };
  } catch (error) {
    await services.close();
    throw error;
  }
}

function startServices(authorities: DevelopmentAuthorities) {
  const port = Number(new URL(authorities.baseUrl).port);
  return startDevelopmentServices({ pki: authorities, port, clock: Date.now, platform: nodePlatform });
}

/** What an operator would configure; nothing of the caller's own environment gets in. */
function environmentFor(
  { port, folder, logLevel }: Options,
  { baseUrl }: DevelopmentAuthorities,
): Readonly<Record<string, string>> {
  const paths = developmentPaths(folder);
  return {
    TEKEN_ENV: 'development',
    TEKEN_PORT: String(port),
    TEKEN_TRUST_DIR: paths.trust,
    TEKEN_SIGNERS_FILE: paths.signersFile,
    TEKEN_CLIENTS_FILE: paths.clientsFile,
    TEKEN_TSA_URLS: `${baseUrl}${ServicePath.timestamp}`,
    TEKEN_AUDIT_SINKS: `file:${paths.audit}`,
    TEKEN_NIK_HMAC_KEY_FILE: paths.auditKeys,
    TEKEN_SEAL_URI: paths.sealUri,
    TEKEN_ALLOW_PRIVATE_NETWORK: 'true',
    TEKEN_LOG_LEVEL: logLevel,
  };
}

async function requireReady(url: string): Promise<void> {
  const response = await fetch(`${url}/readyz`);
  if (!response.ok) throw new Error(`the service is not ready: ${await response.text()}`);
}

async function welcomeFor(
  url: string,
  { folder }: Options,
  outcome: ReadyFolder['outcome'],
): Promise<string> {
  const paths = developmentPaths(folder);
  const apiKey = await readFile(paths.apiKey, 'utf8');
  return welcome({ url, apiKey, paths, outcome });
}

/** What keeps us from starting, and the next step. */
function adviceFor(error: unknown, { port }: Options): string {
  const { code, port: taken, message } = error as { code?: string; port?: number; message?: string };
  if (code !== 'EADDRINUSE') return `Teken could not start: ${message ?? String(error)}`;
  const option = taken === port ? '--port' : '--services-port';
  return [
    `Port ${taken} is in use by another program, perhaps another Teken.`,
    `End that program, or choose another port:  npm start -- ${option} ${(taken ?? port) + 10}`,
  ].join('\n');
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
