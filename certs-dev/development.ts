// A laptop's Teken: the development PKI with its services, and the service over it, until Ctrl-C.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { nodePlatform } from '../src/platform/node.ts';
import type { DevelopmentAuthorities } from './certificate-authority.ts';
import { developmentPaths } from './folder.ts';
import { beginDevelopmentFolder, DEVELOPMENT_FOLDER, type ReadyFolder } from './generate.ts';
import { ServicePath } from './profile.ts';
import { startDevelopmentServices } from './services.ts';
import { welcome } from './welcome.ts';

const USAGE = `Usage: npm start -- [options]

  --port N            the service's port (8080)
  --services-port N   the port of time-stamps, OCSP and CRLs (8081); another one than before makes a new PKI
  --folder DIR        where the development PKI is kept (.dev)
  --log LEVEL         how much the service logs: fatal, error, warn, info, debug (warn)

TEKEN_… variables of the environment are taken over, but for TEKEN_ENV; an option goes before its variable.
`;

/** Of TEKEN_PORT. */
const DEFAULT_PORT = 8080;

type Environment = Readonly<Record<string, string | undefined>>;

interface Options {
  /** Null: of the environment, or 8080. */
  readonly port: number | null;
  readonly servicesPort: number | null;
  readonly folder: string;
  /** Null: of the environment, or `warn`. */
  readonly logLevel: string | null;
  readonly environment: Environment;
}

/**
 * Starts everything, says what can be done with it, and ends with Ctrl-C.
 *
 * @returns the exit code: 0 after Ctrl-C, 1 when something kept it from starting, 2 for a wrong command line
 */
export async function runDevelopment(words: readonly string[], environment: Environment): Promise<number> {
  const options = readOptions(words, environment);
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

function readOptions(words: readonly string[], environment: Environment): Options | null {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        port: { type: 'string' },
        'services-port': { type: 'string' },
        folder: { type: 'string', default: DEVELOPMENT_FOLDER },
        log: { type: 'string' },
      },
    });
    const { port, 'services-port': servicesPort } = values;
    if (![port, servicesPort].every((given) => given === undefined || isPort(given))) return null;
    return {
      port: port === undefined ? null : Number(port),
      servicesPort: servicesPort === undefined ? null : Number(servicesPort),
      folder: values.folder,
      logLevel: values.log ?? null,
      environment,
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
  const { ready } = await beginDevelopmentFolder(options.folder, {
    servicesPort: options.servicesPort,
    now: Date.now(),
    platform: nodePlatform,
  });
  // Loading the service takes as long as finding keys, and leaves no room for anything else to begin: both at once, in this order.
  const loading = Promise.all([import('../src/server.ts'), import('../src/config.ts')]);
  const [{ authorities, outcome }, [{ startServer }, { readConfig }]] = await Promise.all([ready, loading]);
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

/** What an operator would configure: what development needs, then the caller's own variables, then options. */
function environmentFor(
  { port, folder, logLevel, environment }: Options,
  { baseUrl }: DevelopmentAuthorities,
): Environment {
  const paths = developmentPaths(folder);
  const ours = Object.entries(environment).filter(([name]) => name.startsWith('TEKEN_'));
  return {
    TEKEN_TRUST_DIR: paths.trust,
    TEKEN_SIGNERS_FILE: paths.signersFile,
    TEKEN_CLIENTS_FILE: paths.clientsFile,
    TEKEN_TSA_URLS: `${baseUrl}${ServicePath.timestamp}`,
    TEKEN_AUDIT_SINKS: `file:${paths.audit}`,
    TEKEN_NIK_HMAC_KEY_FILE: paths.auditKeys,
    TEKEN_SEAL_KEYS_FILE: paths.sealKeys,
    TEKEN_SEAL_URI: paths.sealUri,
    TEKEN_ALLOW_PRIVATE_NETWORK: 'true',
    TEKEN_LOG_LEVEL: 'warn',
    ...Object.fromEntries(ours),
    TEKEN_ENV: 'development',
    ...(port === null ? {} : { TEKEN_PORT: String(port) }),
    ...(logLevel === null ? {} : { TEKEN_LOG_LEVEL: logLevel }),
  };
}

/** Without `fetch`, which would have a web client loaded while somebody waits. */
async function requireReady(url: string): Promise<void> {
  const [answer] = await once(process.getBuiltinModule('node:http').get(`${url}/readyz`), 'response');
  const facts = await text(answer);
  if ((answer as IncomingMessage).statusCode !== 200) throw new Error(`the service is not ready: ${facts}`);
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
function adviceFor(error: unknown, { port, environment }: Options): string {
  const { code, port: taken, message } = error as { code?: string; port?: number; message?: string };
  if (code !== 'EADDRINUSE') return `Teken could not start: ${message ?? String(error)}`;
  const servicePort = port ?? Number(environment.TEKEN_PORT ?? DEFAULT_PORT);
  const option = taken === servicePort ? '--port' : '--services-port';
  return [
    `Port ${taken} is in use by another program, perhaps another Teken.`,
    `End that program, or choose another port:  npm start -- ${option} ${(taken ?? servicePort) + 10}`,
  ].join('\n');
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
