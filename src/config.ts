// The environment, read once into a frozen, checked object. Nothing else reads process.env.

import { z } from 'zod';
import { faultsOfSeveral } from './process-settings.ts';
import { type Rate, rates } from './rate-setting.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How one variable is read, and what is said about it in errors and documentation. */
interface Variable<T, Fallback extends string | null> {
  readonly schema: z.ZodType<T, string>;
  /** Read where the variable is not set; with null it then stays null. */
  readonly fallback: Fallback;
  readonly expected: string;
  readonly example: string;
  /** The value may hold a credential and is never repeated. */
  readonly secret?: true;
}

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const httpUrls = z
  .string()
  .transform((text) => text.split(',').map((url) => url.trim()))
  .pipe(z.array(z.url({ protocol: /^https?$/ })).min(1));

/** Each at most once; the folder is what stands after `file:`. */
const auditSinks = z
  .string()
  .transform((text) => text.split(',').map((sink) => sink.trim()))
  .refine((sinks) => sinks.every((sink) => /^(stdout|file:.+)$/.test(sink)))
  .transform((sinks) => ({
    stdout: sinks.includes('stdout'),
    folders: sinks.filter((sink) => sink !== 'stdout').map((sink) => sink.slice('file:'.length)),
  }))
  .refine(({ folders }) => folders.length <= 1);

function integer(least: number, most: number): z.ZodType<number, string> {
  const digits = z.string().regex(/^\d{1,9}$/);
  return digits.transform(Number).pipe(z.number().min(least).max(most));
}

function variable<T, Fallback extends string | null>(
  fallback: Fallback,
  expected: string,
  example: string,
  schema: z.ZodType<T, string>,
): Variable<T, Fallback> {
  return { schema, fallback, expected, example };
}

const DAY_MS = 86_400_000;

/** Null: no limit. */
const maxAge = z
  .string()
  .regex(/^([1-9]\d{0,3}d|none)$/)
  .transform((text) => (text === 'none' ? null : Number.parseInt(text, 10) * DAY_MS))
  .refine((ms) => ms === null || ms <= 3650 * DAY_MS);

const path = z.string().min(1);
const networks = z
  .string()
  .transform((text) => text.split(',').map((network) => network.trim()))
  .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).min(1));

const VARIABLES = {
  TEKEN_ENV: variable(
    'production',
    '"production" or "development"',
    'production',
    z.enum(['production', 'development']),
  ),
  TEKEN_HOST: variable(null, 'an address or host name to listen on', '0.0.0.0', z.string().min(1).max(253)),
  TEKEN_PORT: variable('8080', 'a port, 0 to 65535 (0 takes any free one)', '8080', integer(0, 65_535)),
  TEKEN_PROCESSES: variable(
    '1',
    '1 to 64: processes that share the port; above 1 with TEKEN_REDIS_URL, in which they count together',
    '4',
    integer(1, 64),
  ),
  TEKEN_METRICS_PORT: variable(
    null,
    'a port, 0 to 65535: figures for Prometheus under /metrics, for the inner network alone; without it there are none',
    '9090',
    integer(0, 65_535),
  ),
  TEKEN_MAX_UPLOAD_MB: variable('50', 'whole megabytes, 1 to 1024', '50', integer(1, 1024)),
  TEKEN_SIGN_DEADLINE_MS: variable(
    '15000',
    'whole milliseconds, 1000 to 120000',
    '15000',
    integer(1000, 120_000),
  ),
  TEKEN_VERIFY_DEADLINE_MS: variable(
    '30000',
    'whole milliseconds, 1000 to 120000',
    '30000',
    integer(1000, 120_000),
  ),
  TEKEN_WORKERS: variable(
    'auto',
    '"auto" (one for each core) or 1 to 64: processes that read documents',
    '4',
    z.literal('auto').or(integer(1, 64)),
  ),
  TEKEN_WORKER_HEAP_MB: variable('256', 'whole mebibytes, 64 to 4096', '256', integer(64, 4096)),
  TEKEN_TSA_BUDGET_MS: variable('8000', 'whole milliseconds, 500 to 60000', '8000', integer(500, 60_000)),
  TEKEN_TSA_URLS: {
    ...variable(
      null,
      'http or https URLs, comma-separated, first choice first',
      'https://tsa.example.go.id',
      httpUrls,
    ),
    secret: true,
  },
  TEKEN_TSA_RATE: variable(
    'none',
    'how often a time-stamp authority may be asked, such as 20/20m or 100/h, or "none": one for all, or one for each of TEKEN_TSA_URLS, comma-separated',
    '20/20m',
    rates,
  ),
  TEKEN_REVOCATION_FRESHNESS: variable(
    'current',
    '"current" or "after-signature": whether B-LT may store an answer about the signer from before the time-stamp',
    'current',
    z.enum(['current', 'after-signature']),
  ),
  TEKEN_ACTIVE_CONTENT: variable(
    'allow',
    '"allow" or "refuse": whether documents with scripts, layers, attachments and the like are signed',
    'refuse',
    z.enum(['allow', 'refuse']),
  ),
  TEKEN_ALLOW_HTTP_TSA: variable(
    'false',
    '"true" or "false": time-stamps over plain http in production',
    'false',
    flag,
  ),
  TEKEN_TRUST_DIR: variable(null, 'a folder with anchors.json', '/etc/teken/trust', path),
  TEKEN_TRUST_MAX_AGE: variable(
    '30d',
    'whole days, 1d to 3650d, or "none": a trust list older than this keeps the service from being ready',
    '30d',
    maxAge,
  ),
  TEKEN_ALGORITHMS_FILE: variable(
    null,
    'a JSON file, a newer table of which algorithms prove something until when',
    '/etc/teken/algorithms.json',
    path,
  ),
  TEKEN_SIGNERS_FILE: variable(null, 'a JSON file, the signer registry', '/etc/teken/signers.json', path),
  TEKEN_CLIENTS_FILE: variable(null, 'a JSON file, the API clients', '/etc/teken/clients.json', path),
  TEKEN_SEAL_KEYS_FILE: variable(
    null,
    'a JSON file, the keys that seal two-step signatures; development makes one of its own',
    '/run/secrets/seal-keys.json',
    path,
  ),
  TEKEN_SIGNING_PAGE_FILE: variable(
    null,
    'a JSON file, the page on which officials sign: its address and the OpenID provider of the agency; without it there is none',
    '/etc/teken/signing-page.json',
    path,
  ),
  TEKEN_REDIS_URL: {
    ...variable(
      null,
      'a redis:// or rediss:// URL, or unix: and the path of a socket: where replicas count together',
      'rediss://teken@redis.internal:6379/0',
      z.union([z.url({ protocol: /^rediss?$/ }), z.string().regex(/^unix:\/./)]),
    ),
    secret: true,
  },
  TEKEN_IDEMPOTENCY_STORE: variable(
    null,
    'where results are kept for requests that come again: "redis" (so where TEKEN_REDIS_URL is set), "memory" (else; one process), or "none": keys are recorded and nothing is kept',
    'redis',
    z.enum(['none', 'memory', 'redis']),
  ),
  TEKEN_TLS_CERT_FILE: variable(
    null,
    'a PEM file, the certificate of this service with its chain; without it TLS ends at a proxy',
    '/run/secrets/tls.crt',
    path,
  ),
  TEKEN_TLS_KEY_FILE: variable(null, 'a PEM file, the key of that certificate', '/run/secrets/tls.key', path),
  TEKEN_TLS_CLIENT_CA_FILE: variable(
    null,
    "a PEM file, the authorities of clients' certificates; without it no client is asked for one",
    '/etc/teken/clients-ca.pem',
    path,
  ),
  TEKEN_PAGE_FILE: variable(
    null,
    "a JSON file: the agency's name, logo and colours on the page, and the hosts whose letters it fetches",
    '/etc/teken/page.json',
    path,
  ),
  TEKEN_TRUSTED_PROXIES: variable(
    null,
    'addresses and networks, comma-separated: proxies whose X-Forwarded-For is believed',
    '10.42.0.0/16,fd00::/8',
    networks,
  ),
  TEKEN_PROXY_CERTIFICATES: variable(
    'false',
    '"true" or "false": whether Client-Cert (RFC 9440) of trusted proxies is believed; they must drop what callers send under that name',
    'false',
    flag,
  ),
  TEKEN_AUDIT_SINKS: variable(
    'stdout',
    'where the audit record goes, comma-separated: "stdout", and "file:" with a folder',
    'file:/var/lib/teken/audit',
    auditSinks,
  ),
  TEKEN_NIK_HMAC_KEY_FILE: variable(
    null,
    'a JSON file, the keys of the audit record, as those of the seal; development makes one of its own',
    '/run/secrets/audit-keys.json',
    path,
  ),
  TEKEN_SEAL_URI: {
    ...variable(
      null,
      "URI of the service's own key, P-256, which signs receipts, checkpoints, letters' codes and verification reports",
      'pkcs12:/etc/teken/layanan.p12?passphrase-file=/run/secrets/layanan.pass',
      path,
    ),
    secret: true,
  },
  TEKEN_FORMER_SEALS_FILE: variable(
    null,
    'a PEM file, certificates of seals that TEKEN_SEAL_URI was before: letters that bear them are still checked, and shown as sealed by a former seal. Not one whose key somebody else may have',
    '/etc/teken/former-seals.pem',
    path,
  ),
  TEKEN_ATTEMPT_GUARD: variable(
    null,
    'where wrong passphrases and codes are counted: "redis", "ingress" (one process sees all requests for a signer), "signer" (the device or service that holds the key), or in development "memory"',
    'redis',
    z.enum(['memory', 'redis', 'ingress', 'signer']),
  ),
  TEKEN_ATTEMPT_WINDOW_S: variable(
    '900',
    'whole seconds, 1 to 86400, in production 900 or more: how long a wrong passphrase or code counts',
    '900',
    integer(1, 86_400),
  ),
  TEKEN_SMTP_URL: {
    ...variable(
      null,
      'an smtps:// URL, or smtp:// with STARTTLS: the mail server that sends one-time codes',
      'smtps://teken@mail.example.go.id',
      z.url({ protocol: /^smtps?$/ }),
    ),
    secret: true,
  },
  TEKEN_MAIL_FROM: variable(
    null,
    'the address that one-time codes come from',
    'teken@example.go.id',
    z.email(),
  ),
  TEKEN_UNKNOWN_REVOCATION: variable(
    'refuse',
    '"refuse" or "allow": whether a signer signs while nobody says if the certificate was revoked',
    'refuse',
    z.enum(['refuse', 'allow']),
  ),
  TEKEN_DEFAULT_LEVEL: variable(
    'B-T',
    '"B-B", "B-T", "B-LT" or "B-LTA": the level of a request that names none',
    'B-T',
    z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA']),
  ),
  TEKEN_TIMEZONE: variable(
    'Asia/Makassar',
    'a zone of the IANA time zone database',
    'Asia/Jakarta',
    z.string().refine(isTimeZone),
  ),
  TEKEN_LOG_LEVEL: variable(
    'info',
    '"fatal", "error", "warn", "info", "debug", "trace" or "silent"',
    'info',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  ),
  TEKEN_ALLOW_PRIVATE_NETWORK: variable(
    'false',
    '"true" or "false": time-stamp, OCSP and CRL services on private addresses',
    'false',
    flag,
  ),
  TEKEN_TRACES_URL: variable(
    null,
    'an http or https URL that takes OTLP in JSON: where spans go; without it there are none',
    'http://otel-collector:4318/v1/traces',
    z.url({ protocol: /^https?$/ }),
  ),
  TEKEN_COMMIT: variable(
    'unknown',
    'the commit that was built',
    '1f3a9c2',
    z.string().regex(/^[\w.-]{1,64}$/),
  ),
} as const;

type Name = keyof typeof VARIABLES;
type Value<N extends Name> =
  (typeof VARIABLES)[N] extends Variable<infer T, infer Fallback>
    ? T | (Fallback extends string ? never : null)
    : never;

/** The variables as a table, for documentation that cannot differ from the code. */
export const CONFIGURATION: readonly {
  readonly name: string;
  readonly fallback: string | null;
  readonly expected: string;
  readonly example: string;
}[] = Object.entries(VARIABLES).map(([name, { fallback, expected, example }]) => ({
  name,
  fallback,
  expected,
  example,
}));

export interface ConfigurationFault {
  readonly name: string;
  /** The value as far as it may be shown; null where the variable is not set. */
  readonly got: string | null;
  readonly expected: string;
  readonly example: string;
}

/** `configuration-invalid`: everything that is wrong, at once; `message` has one line for each fault. */
export class InvalidConfiguration extends Error {
  readonly code = 'configuration-invalid';
  readonly faults: readonly ConfigurationFault[];

  constructor(faults: readonly ConfigurationFault[]) {
    super(faults.map(faultLine).join('\n'));
    this.name = 'InvalidConfiguration';
    this.faults = faults;
  }
}

function faultLine({ name, got, expected, example }: ConfigurationFault): string {
  const value = got === null ? 'is not set' : `is ${got}`;
  return `${name} ${value}; expected ${expected}, for example ${name}=${example}`;
}

/** What the service runs by. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Processes that share the port. */
  readonly processes: number;
  /** Null: the figures are not served. */
  readonly metricsPort: number | null;
  readonly maxUploadMegabytes: number;
  readonly signDeadlineMs: number;
  readonly verifyDeadlineMs: number;
  /** Processes that read documents; `auto`: one for each core. */
  readonly workers: number | 'auto';
  /** Of the JavaScript heap of each of them. */
  readonly workerHeapMegabytes: number;
  /** For all time-stamp authorities together. */
  readonly tsaBudgetMs: number;
  readonly tsaUrls: readonly string[];
  /** How often each of `tsaUrls` may be asked; null: no limit. */
  readonly tsaRates: readonly Rate[];
  readonly revocationFreshness: 'current' | 'after-signature';
  readonly activeContent: 'allow' | 'refuse';
  readonly trustDirectory: string;
  /** Null: a list of any age will do. */
  readonly trustMaxAgeMs: number | null;
  /** Null for the built-in table. */
  readonly algorithmsFile: string | null;
  /** Null for a service that only verifies. */
  readonly signersFile: string | null;
  readonly clientsFile: string | null;
  /** Null: in production no signing in two steps, in development a key that lives as long as the process. */
  readonly sealKeysFile: string | null;
  /** Null: officials sign by applications alone. */
  readonly signingPageFile: string | null;
  /** Null: this process counts for itself. */
  readonly redisUrl: string | null;
  /** Of requests that may come again; `none`: each is carried out. */
  readonly idempotencyStore: 'none' | 'memory' | 'redis';
  /** Null: plain HTTP, where a proxy ends TLS. */
  readonly tlsCertificateFile: string | null;
  readonly tlsKeyFile: string | null;
  /** Null: no client is asked for a certificate. */
  readonly tlsClientAuthoritiesFile: string | null;
  /** Null: the page as it is. */
  readonly pageFile: string | null;
  /** Addresses and networks. */
  readonly trustedProxies: readonly string[];
  readonly proxyCertificates: boolean;
  readonly auditToStdout: boolean;
  /** Null: no files. */
  readonly auditFolder: string | null;
  /** Null: a key that lives as long as the process. */
  readonly nikHmacKeyFile: string | null;
  /** Null: no receipts, checkpoints that are not signed, no codes for letters. */
  readonly sealUri: string | null;
  /** Null: no seal was replaced. */
  readonly formerSealsFile: string | null;
  readonly attemptGuard: 'memory' | 'redis' | 'ingress' | 'signer';
  readonly attemptWindowMs: number;
  readonly unknownRevocation: 'refuse' | 'allow';
  /** Null: no codes by mail. */
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  readonly defaultLevel: 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';
  /** Times for people are shown in this zone; JSON and logs stay UTC. */
  readonly timeZone: string;
  readonly logLevel: string;
  readonly allowPrivateNetwork: boolean;
  /** Null: nothing is traced. */
  readonly tracesUrl: string | null;
  readonly commit: string;
}

/**
 * Reads what the service needs.
 *
 * @throws InvalidConfiguration `configuration-invalid` with all faults, unknown `TEKEN_…` variables included
 */
export function readConfig(environment: Environment = process.env): Config {
  const reader = startReading(environment);
  const production = reader.value('TEKEN_ENV') !== 'development';
  const config: Config = {
    production,
    // A laptop shows its development service to nobody else; a container is reached only from outside.
    host: reader.value('TEKEN_HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: reader.value('TEKEN_PORT'),
    processes: reader.value('TEKEN_PROCESSES'),
    metricsPort: reader.value('TEKEN_METRICS_PORT'),
    maxUploadMegabytes: reader.value('TEKEN_MAX_UPLOAD_MB'),
    signDeadlineMs: reader.value('TEKEN_SIGN_DEADLINE_MS'),
    verifyDeadlineMs: reader.value('TEKEN_VERIFY_DEADLINE_MS'),
    workers: reader.value('TEKEN_WORKERS'),
    workerHeapMegabytes: reader.value('TEKEN_WORKER_HEAP_MB'),
    tsaBudgetMs: reader.value('TEKEN_TSA_BUDGET_MS'),
    tsaUrls: reader.value('TEKEN_TSA_URLS') ?? [],
    tsaRates: ratesOfAuthorities(reader),
    revocationFreshness: reader.value('TEKEN_REVOCATION_FRESHNESS'),
    activeContent: reader.value('TEKEN_ACTIVE_CONTENT'),
    trustDirectory: reader.required('TEKEN_TRUST_DIR') ?? '',
    trustMaxAgeMs: reader.value('TEKEN_TRUST_MAX_AGE'),
    algorithmsFile: reader.value('TEKEN_ALGORITHMS_FILE'),
    signersFile: reader.value('TEKEN_SIGNERS_FILE'),
    clientsFile: reader.value('TEKEN_CLIENTS_FILE'),
    sealKeysFile: reader.value('TEKEN_SEAL_KEYS_FILE'),
    signingPageFile: reader.value('TEKEN_SIGNING_PAGE_FILE'),
    redisUrl: reader.value('TEKEN_REDIS_URL'),
    idempotencyStore: idempotencyStoreOf(reader),
    tlsCertificateFile: reader.value('TEKEN_TLS_CERT_FILE'),
    tlsKeyFile: reader.value('TEKEN_TLS_KEY_FILE'),
    tlsClientAuthoritiesFile: reader.value('TEKEN_TLS_CLIENT_CA_FILE'),
    pageFile: reader.value('TEKEN_PAGE_FILE'),
    trustedProxies: reader.value('TEKEN_TRUSTED_PROXIES') ?? [],
    proxyCertificates: reader.value('TEKEN_PROXY_CERTIFICATES'),
    auditToStdout: reader.value('TEKEN_AUDIT_SINKS').stdout,
    auditFolder: reader.value('TEKEN_AUDIT_SINKS').folders[0] ?? null,
    nikHmacKeyFile: reader.value('TEKEN_NIK_HMAC_KEY_FILE'),
    sealUri: reader.value('TEKEN_SEAL_URI'),
    formerSealsFile: reader.value('TEKEN_FORMER_SEALS_FILE'),
    attemptGuard: reader.value('TEKEN_ATTEMPT_GUARD') ?? 'memory',
    attemptWindowMs: reader.value('TEKEN_ATTEMPT_WINDOW_S') * 1000,
    unknownRevocation: reader.value('TEKEN_UNKNOWN_REVOCATION'),
    smtpUrl: reader.value('TEKEN_SMTP_URL'),
    mailFrom: reader.value('TEKEN_MAIL_FROM') ?? '',
    defaultLevel: reader.value('TEKEN_DEFAULT_LEVEL'),
    timeZone: reader.value('TEKEN_TIMEZONE'),
    logLevel: reader.value('TEKEN_LOG_LEVEL'),
    allowPrivateNetwork: reader.value('TEKEN_ALLOW_PRIVATE_NETWORK'),
    tracesUrl: reader.value('TEKEN_TRACES_URL'),
    commit: reader.value('TEKEN_COMMIT'),
  };
  if (config.tlsCertificateFile !== null) reader.required('TEKEN_TLS_KEY_FILE');
  if (config.tlsKeyFile !== null || config.tlsClientAuthoritiesFile !== null)
    reader.required('TEKEN_TLS_CERT_FILE');
  if (config.proxyCertificates) reader.required('TEKEN_TRUSTED_PROXIES');
  // Who signed could otherwise not be told from the records of yesterday's process.
  if (production && config.signersFile !== null) reader.required('TEKEN_NIK_HMAC_KEY_FILE');
  if (config.smtpUrl !== null) {
    reader.required('TEKEN_MAIL_FROM');
    // One replica issues a code, another redeems it.
    if (production) reader.required('TEKEN_SEAL_KEYS_FILE');
  }
  if (config.signingPageFile !== null) {
    reader.required('TEKEN_SIGNERS_FILE');
    // A link that one replica sealed is opened by another.
    if (production) reader.required('TEKEN_SEAL_KEYS_FILE');
  }
  if (config.signersFile !== null) {
    reader.required('TEKEN_CLIENTS_FILE');
    refuseUnguarded(config, reader);
  }
  for (const [name, expected] of faultsOfSeveral(config)) reader.fault(name, expected);
  if (production && !reader.value('TEKEN_ALLOW_HTTP_TSA')) refusePlainHttp(config.tsaUrls, reader);
  reader.finish();
  return Object.freeze(config);
}

/** The part of the environment that the command line follows. */
export interface CliEnvironment {
  readonly production: boolean;
  readonly trustDir: string | null;
  readonly signersFile: string | null;
  readonly clientsFile: string | null;
  readonly algorithmsFile: string | null;
  readonly timeZone: string;
  /** Whether OCSP and CRL services on private addresses are asked; always in development. */
  readonly allowPrivateNetwork: boolean;
  /** Whether X11 or Wayland has a display for what is opened from here. */
  readonly display: boolean;
  readonly commit: string;
}

/** @throws InvalidConfiguration `configuration-invalid`, also for a `TEKEN_…` variable that does not exist */
export function readCliEnvironment(environment: Environment = process.env): CliEnvironment {
  const reader = startReading(environment);
  const production = reader.value('TEKEN_ENV') !== 'development';
  const read: CliEnvironment = {
    production,
    trustDir: reader.value('TEKEN_TRUST_DIR'),
    signersFile: reader.value('TEKEN_SIGNERS_FILE'),
    clientsFile: reader.value('TEKEN_CLIENTS_FILE'),
    algorithmsFile: reader.value('TEKEN_ALGORITHMS_FILE'),
    timeZone: reader.value('TEKEN_TIMEZONE'),
    allowPrivateNetwork: reader.value('TEKEN_ALLOW_PRIVATE_NETWORK') || !production,
    display: Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY),
    commit: reader.value('TEKEN_COMMIT'),
  };
  reader.finish();
  return Object.freeze(read);
}

interface Reader {
  /** The variable's value, its fallback where it is not set or wrong; null where it has none. */
  value<N extends Name>(name: N): Value<N>;
  required<N extends Name>(name: N): Value<N>;
  fault(name: Name, expected: string): void;
  /** @throws InvalidConfiguration */
  finish(): void;
}

function startReading(environment: Environment): Reader {
  const faults = new Map<string, ConfigurationFault>(unknownVariables(environment).map((f) => [f.name, f]));
  // An empty variable is how composition files write "not set".
  const given = (name: Name): string | undefined => environment[name] || undefined;
  const fault = (name: Name, expected: string): void => {
    const text = given(name);
    const got = text === undefined ? null : shown(name, text);
    faults.set(name, { name, got, expected, example: VARIABLES[name].example });
  };
  const value = <N extends Name>(name: N): Value<N> => {
    const { schema, fallback, expected } = VARIABLES[name];
    const read = schema.safeParse(given(name) ?? fallback ?? undefined);
    if (read.success) return read.data as Value<N>;
    if (given(name) !== undefined) fault(name, expected);
    return (fallback === null ? null : schema.parse(fallback)) as Value<N>;
  };
  const required = <N extends Name>(name: N): Value<N> => {
    if (given(name) === undefined) fault(name, VARIABLES[name].expected);
    return value(name);
  };
  const finish = (): void => {
    if (faults.size > 0) throw new InvalidConfiguration([...faults.values()]);
  };
  return { value, required, fault, finish };
}

function unknownVariables(environment: Environment): ConfigurationFault[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('TEKEN_') && !(name in VARIABLES))
    .map((name) => ({
      name,
      got: 'set, but there is no such variable',
      expected: 'none of this name',
      example: '',
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function shown(name: Name, text: string): string {
  if ('secret' in VARIABLES[name]) return `a value of ${text.length} characters`;
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** One rate counts for every authority; several are one for each. */
function ratesOfAuthorities(reader: Reader): readonly Rate[] {
  const urls = reader.value('TEKEN_TSA_URLS') ?? [];
  const given = reader.value('TEKEN_TSA_RATE');
  const [only = null] = given;
  if (given.length === 1) return urls.map(() => only);
  if (given.length !== urls.length)
    reader.fault('TEKEN_TSA_RATE', 'one rate, or as many as TEKEN_TSA_URLS has authorities');
  return given;
}

function idempotencyStoreOf(reader: Reader): Config['idempotencyStore'] {
  const shared = reader.value('TEKEN_REDIS_URL') !== null;
  const given = reader.value('TEKEN_IDEMPOTENCY_STORE');
  const store = given ?? (shared ? 'redis' : 'memory');
  // A repeat may reach another process, which would sign again.
  if (given === 'memory' && reader.value('TEKEN_PROCESSES') > 1)
    reader.fault('TEKEN_IDEMPOTENCY_STORE', '"redis" or "none" with TEKEN_PROCESSES above 1');
  if (store === 'redis' && !shared)
    reader.fault('TEKEN_REDIS_URL', 'the Redis in which TEKEN_IDEMPOTENCY_STORE=redis keeps results');
  return store;
}

const WINDOW_MS = 15 * 60_000;

/** Without a choice every replica would count for itself, and guessing would be as fast as there are replicas. */
function refuseUnguarded(
  { production, attemptGuard, attemptWindowMs, redisUrl }: Config,
  reader: Reader,
): void {
  if (attemptGuard === 'redis' && redisUrl === null)
    reader.fault('TEKEN_REDIS_URL', 'the Redis in which TEKEN_ATTEMPT_GUARD=redis counts');
  if (!production) return;
  if (attemptGuard === 'memory')
    reader.fault('TEKEN_ATTEMPT_GUARD', '"redis", "ingress" or "signer" in production');
  if (attemptWindowMs < WINDOW_MS) reader.fault('TEKEN_ATTEMPT_WINDOW_S', '900 or more in production');
}

// A token is signed, so plain http cannot forge one; but whoever sits on the line can withhold it or learn who signs when.
function refusePlainHttp(urls: readonly string[], reader: Reader): void {
  const plain = urls.some((url) => url.startsWith('http:') && !isPrivateHost(new URL(url).hostname));
  if (plain)
    reader.fault('TEKEN_TSA_URLS', 'https URLs in production, or TEKEN_ALLOW_HTTP_TSA=true to accept http');
}

function isPrivateHost(host: string): boolean {
  return /^(localhost|(127|10)(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|\[::1\]|\[f[cd][\da-f:]+\])$/.test(
    host,
  );
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    // Intl throws a RangeError for a zone it does not know; that is the answer.
    return false;
  }
}
