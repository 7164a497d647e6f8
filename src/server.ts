// The service's process: configuration → adapters → app → listen. Everything is wired here.

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import type { AuditLog } from './audit/audit-log.ts';
import { openAudit, openSeal } from './audit-services.ts';
import { openClients, readTls } from './authentication-services.ts';
import { browserProgram } from './browser-bundles.ts';
import { certificateStandings } from './certificate-standing.ts';
import { type Config, InvalidConfiguration, readConfig } from './config.ts';
import type { DocumentPool } from './document-pool.ts';
import { type App, buildApp, type Face } from './http/app.ts';
import { loggableError } from './http/loggable-error.ts';
import { type MetricsServer, serveMetrics } from './http/metrics-server.ts';
import { pagePort } from './http/page-port.ts';
import type { AppServices } from './http/ports.ts';
import type { SigningPage } from './http/signing-page.ts';
import { signingPort } from './http/signing-port.ts';
import type { ApiClients } from './identity/api-clients.ts';
import type { CodeDelivery } from './identity/code-delivery.ts';
import { registrations } from './identity/registrations.ts';
import { identityServices } from './identity-services.ts';
import {
  DEFAULT_POLICY,
  type Instant,
  type SealKey,
  type TrustList,
  type ValidationPolicy,
} from './index.ts';
import { knownSeals, letterLinks, readFormerSeals } from './letter-services.ts';
import { checkLetterCode } from './letters/check-letter-code.ts';
import type { Family } from './metrics/registry.ts';
import { type ServiceMetrics, serviceMetrics } from './metrics/service-metrics.ts';
import { authorityName, countOutcomes, observeState } from './metrics-services.ts';
import { offlineFile } from './offline-verifier.ts';
import { type OpenSigners, openSigners } from './open-signers.ts';
import type { Certificate } from './pki/certificate.ts';
import { nodePlatform } from './platform/node.ts';
import { type FamilyMember, familyMember, startProcesses } from './process-family.ts';
import { shareOf } from './process-settings.ts';
import { degraded, readiness } from './readiness.ts';
import { reportOnPaper } from './report-services.ts';
import type { ServiceSeal } from './service-seal.ts';
import { openSigningPage } from './signing-page-services.ts';
import {
  accountOf,
  lookAhead,
  openSealKeys,
  prove,
  raise,
  requestKeyCode,
  sign,
  signMany,
  twoSteps,
} from './signing-services.ts';
import { openState, repeatSlots } from './state/open-state.ts';
import type { SharedState } from './state/ports.ts';
import { openTraces, type Traces } from './tracing-services.ts';
import { loadAlgorithmTable } from './trust-services/algorithm-table.ts';
import { type GuardedClient, guardedClient } from './trust-services/guarded-fetch.ts';
import { type RevocationService, revocationClient } from './trust-services/revocation-client.ts';
import { type TimestampService, timestampSource } from './trust-services/timestamp-client.ts';
import { openTrustStore, type TrustStore } from './trust-services/trust-store.ts';
import { judgeStatement, openDocumentPool, verify, versions } from './verifying-services.ts';
import { offlineDownload } from './web/offline-download.ts';
import { DEFAULT_PAGE, type PageSettings, readPageSettings } from './web/page-settings.ts';
import { privateProgram } from './web/private-mode.ts';
import { signingPage } from './web/signing-page.ts';
import { uploadPage } from './web/upload-page.ts';

export interface ServerOptions {
  readonly log?: Logger;
  readonly clock?: () => Instant;
}

export interface RunningServer {
  /** Where the page answers, without a slash at the end. */
  readonly url: string;
  /** Where the figures are; null where they are not served. */
  readonly metricsUrl: string | null;
  /** What is counted and measured, now. */
  figures(): Promise<readonly Family[]>;
  /** `/readyz` says no from here on; requests are still served, because routing may lag. */
  beginEnding(): void;
  /**
   * Reads the trust folder, the clients file, and the signers file with what its keys are read from, now.
   * @returns whether they are in force; else what was before stays
   */
  reload(): Promise<boolean>;
  /**
   * Stops accepting, finishes what has begun, lets go of keys and connections.
   * @returns false when requests had to be cut off, because they were not finished in time
   */
  close(): Promise<boolean>;
}

/**
 * Starts the service.
 *
 * @throws PageSettingsRefused, FormerSealsRefused, TrustDirectoryRefused, AlgorithmTableRefused, TrustListRefused, InvalidRegistry, SignerFailed, SigningRefused
 *   `development-key-in-production`, and the system's error for an address that is taken
 */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const log = options.log ?? createLog(config.logLevel);
  const clock = options.clock ?? Date.now;
  const client = guardedClient({ privateAddresses: config.allowPrivateNetwork ? 'allow' : 'refuse' });
  // The audit begins later than the list; from then on every exchange is on record.
  const trustSwapped: { tell: (trust: TrustFacts) => void } = { tell: () => undefined };
  const page = config.pageFile === null ? DEFAULT_PAGE : readPageSettings(config.pageFile);
  const formerSeals = readFormerSeals(config.formerSealsFile);
  const trust = openTrust(config, log, (facts) => trustSwapped.tell(facts));
  const policy = policyOf(config);
  const [signers, sealKeys, seal] = await Promise.all([
    openSigners(config, log),
    openSealKeys(config, log),
    openSeal(config),
  ]);
  const officials = await openSigningPage({ config, log, clock, sealKeys });
  const documents = openDocumentPool(config);
  const state = await openSharedState(config, log);
  const clients = openClients({ config, log, clock, state });
  const trustList = trust.current;
  const delivery = await deliveryOf(config);
  const metrics = serviceMetrics();
  const traces = openTraces(config, { log, version: packageVersion() });
  const wiring: Wiring = {
    config,
    log,
    clock,
    client,
    trustList,
    policy,
    signers,
    documents,
    state,
    delivery,
    metrics,
    traces,
  };
  const timestamps = timestampsOf(wiring);
  const revocation = revocationOf(wiring);
  const version = packageVersion();
  const onSinkFailed = (): void => metrics.auditFailures.add({});
  const audit = await openAudit({ config, log, clock, timestamps, seal, version, onSinkFailed });
  trustSwapped.tell = (facts) => {
    const { written } = audit.append('trust.reloaded', { trust: facts });
    written.catch((error: unknown) => log.error({ error: loggableError(error) }, 'trust list not on record'));
  };
  const running = {
    ...wiring,
    seal,
    formerSeals,
    timestamps,
    revocation,
    audit,
    signingPage: officials.page,
    agency: page.agency,
  };
  const linkRules = { hosts: page.letterHosts, plainHttp: !config.production };
  const services: AppServices = {
    ...appServices(running, clients.clients, sealKeys),
    letterLinks: letterLinks(client, linkRules, config.maxUploadMegabytes * MEGABYTE),
  };
  const app = await buildApp(services, [
    (scope) => uploadPage(scope, pagePort(services), page),
    (scope) => privateProgram(scope, () => browserProgram('private-mode')),
    (scope) =>
      offlineDownload(scope, (language) => {
        const { tool, timeZone } = services.settings;
        return offlineFile({ trustList: trustList(), policy, tool, timeZone, language }, page);
      }),
    ...facesForOfficials(services, page),
  ]);
  const stopObserving = observeState(metrics, { ...running, version, trustRefusals: () => trust.refusals });
  const figures = async (): Promise<readonly Family[]> => metrics.registry.collect();
  const scraped = await openMetrics(config, figures);
  const url = await app.server.listen({ host: config.host, port: config.port });
  // As the last: each of them loads the verifier, and whoever waits for us waits for the rest alone.
  documents.begin();
  return {
    url: url.replace('[::1]', 'localhost'),
    metricsUrl: scraped?.url ?? null,
    figures,
    beginEnding: app.beginEnding,
    reload: async () => [trust.reload(), clients.reload(), await signers.reload()].every(Boolean),
    close: async () => {
      const finished = await closeInTime(app, log);
      await scraped?.close();
      stopObserving();
      await audit.close();
      await seal?.close();
      trust.close();
      clients.close();
      officials.close();
      client.close();
      await documents.close();
      await state.close();
      await signers.close();
      await traces?.close();
      return finished;
    },
  };
}

const MEGABYTE = 1024 * 1024;

// A list that was distributed is in force everywhere within seconds; looking costs a few system calls.
const TRUST_LOOK_MS = 2_000;

type TrustFacts = Pick<TrustList, 'version' | 'sha256'>;

function openTrust(
  { trustDirectory, production }: Config,
  log: Logger,
  onSwap: (facts: TrustFacts) => void,
): TrustStore {
  return openTrustStore(trustDirectory, {
    digests: nodePlatform.digests,
    production,
    everyMs: TRUST_LOOK_MS,
    onSwap: ({ version, sha256 }) => {
      log.info({ version, sha256 }, 'trust list exchanged');
      onSwap({ version, sha256 });
    },
    onRefused: (error) =>
      log.error({ error: loggableError(error) }, 'trust list refused, the one before stays'),
  });
}

function policyOf({ algorithmsFile }: Config): ValidationPolicy {
  if (algorithmsFile === null) return DEFAULT_POLICY;
  return { ...DEFAULT_POLICY, algorithms: loadAlgorithmTable(algorithmsFile) };
}

/** A clock that only grows: an attempt is not forgotten because somebody set the time. */
const growing = (): number => performance.now();

function openSharedState({ redisUrl }: Config, log: Logger): Promise<SharedState> {
  return openState({
    redisUrl,
    clock: growing,
    onTrouble: (error) => log.error({ error: loggableError(error) }, 'shared state'),
  });
}

const FINISHING_MS = 30_000;

/** Never throws: what comes after it, such as the end of the audit, depends on no connection. */
async function closeInTime({ server }: App, log: Logger): Promise<boolean> {
  let finished = true;
  const cutOff = (): void => {
    finished = false;
    server.server.closeAllConnections();
  };
  const timer = setTimeout(cutOff, FINISHING_MS);
  try {
    await server.close();
  } catch (error) {
    log.error({ error: loggableError(error) }, 'not ended in order');
    cutOff();
  } finally {
    clearTimeout(timer);
  }
  return finished;
}

interface Wiring {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: () => Instant;
  readonly client: GuardedClient;
  /** The list in force at this moment. */
  readonly trustList: () => TrustList;
  readonly policy: ValidationPolicy;
  readonly signers: OpenSigners;
  readonly documents: DocumentPool;
  readonly state: SharedState;
  readonly delivery: CodeDelivery | null;
  readonly metrics: ServiceMetrics;
  readonly traces: Traces | null;
}

/** Null where no port is configured for them. @throws the system's error for an address that is taken */
async function openMetrics(
  { host, metricsPort }: Config,
  figures: () => Promise<readonly Family[]>,
): Promise<MetricsServer | null> {
  return metricsPort === null ? null : serveMetrics({ host, port: metricsPort }, figures);
}

function facesForOfficials(services: AppServices, settings: PageSettings): readonly Face[] {
  const { signingPage: page } = services;
  return page === null ? [] : [(scope) => signingPage(scope, signingPort(page, services), settings)];
}

interface Running extends Wiring {
  readonly seal: ServiceSeal | null;
  readonly formerSeals: readonly Certificate[];
  readonly timestamps: TimestampService | null;
  readonly revocation: RevocationService;
  readonly audit: AuditLog;
  readonly signingPage: SigningPage | null;
  readonly agency: PageSettings['agency'];
}

function appServices(wiring: Running, clients: ApiClients, sealKeys: readonly SealKey[] | null): AppServices {
  const { config, log, clock, trustList, signers, revocation, audit, metrics } = wiring;
  const { unknownRevocation } = config;
  const standingOf = certificateStandings({ clock, trustList, revocation, unknownRevocation });
  const identities = identityServices({ ...wiring, standingOf, sealKeys });
  const current = wiring.seal === null ? [] : [wiring.seal.certificate];
  const seals = [...knownSeals(current), ...knownSeals(wiring.formerSeals, 'former')];
  const signing = { ...wiring, identities };
  const outcomes = {
    verify: (file, signal, password, detail) => verify(file, signal, password, detail, wiring),
    verifyStatement: (statement, signal) => judgeStatement(statement, signal, wiring),
    sign: (order) => sign(order, signing),
    raise: (order) => raise(order, signing),
    signBatch: (order) => signMany(order, signing),
    twoSteps: sealKeys === null ? null : twoSteps(signing, sealKeys),
  } satisfies Partial<AppServices>;
  return {
    ...countOutcomes(outcomes, metrics, signers),
    paper: (report, order) =>
      reportOnPaper(report, order, {
        ...wiring,
        key: wiring.seal,
        version: packageVersion(),
        agency: wiring.agency,
      }),
    versions: (file, signal, password) => versions(file, signal, password, wiring),
    prove: (order) => prove(order, signing),
    account: (client, name) => accountOf(client, name, signing),
    registrations: registrations(() => {
      const { registrations: file } = signers.registry();
      return file === null ? null : resolve(dirname(config.signersFile ?? '.'), file);
    }, clock),
    slots: wiring.state.slots,
    repeats: repeatSlots(config.idempotencyStore, wiring.state, growing),
    preflight: (order) => lookAhead(order, signing),
    approve: identities.approve,
    sealActivations: identities.sealActivations,
    sendCode: identities.sendCode,
    requestKeyCode: (client, name, documents, signal) =>
      requestKeyCode(client, name, documents, signal, signing),
    audit,
    tracer: wiring.traces,
    checkLetterCode: (code) => checkLetterCode(code, seals, null),
    seal: wiring.seal === null ? null : { certificateDer: wiring.seal.certificate.der },
    signingPage: wiring.signingPage,
    clients,
    rates: wiring.state.rates,
    tls: readTls(config),
    trustList,
    readiness: () => readiness(wiring),
    degraded: () => degraded(wiring),
    isFull: () => wiring.documents.full,
    metrics,
    now: clock,
    monotonicMs: () => performance.now(),
    randomBytes: nodePlatform.randomBytes,
    log,
    settings: {
      ...config,
      tool: { version: packageVersion(), commit: config.commit },
      agency: wiring.agency,
    },
  };
}

function revocationOf({ client, clock, metrics }: Wiring): RevocationService {
  return revocationClient({
    client,
    platform: nodePlatform,
    clock,
    onAnswer: (kind, reason) => metrics.dependencies.add({ kind, name: kind, outcome: reason ?? 'answered' }),
  });
}

function timestampsOf({ config, log, clock, client, trustList, metrics }: Wiring): TimestampService | null {
  if (config.tsaUrls.length === 0) return null;
  return timestampSource({
    urls: config.tsaUrls,
    client,
    trustList,
    clock,
    platform: nodePlatform,
    budgetMs: config.tsaBudgetMs,
    rates: config.tsaRates.map((rate) => shareOf(rate, config.processes)),
    onAnswer: (place, reason) => {
      // What stands after the first word are details.
      const [outcome = ''] = (reason ?? 'answered').split(' ');
      metrics.dependencies.add({ kind: 'tsa', name: authorityName(place), outcome });
    },
    onClockOffset: (comparison) => log.warn(comparison, 'clock differs from the time-stamp authorities'),
  });
}

async function deliveryOf({ smtpUrl, mailFrom, production }: Config): Promise<CodeDelivery | null> {
  if (smtpUrl === null) return null;
  const { mailDelivery } = await import('./identity/mail-delivery.ts');
  return mailDelivery({ url: smtpUrl, from: mailFrom, plainText: production ? 'refuse' : 'allow' });
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** JSON lines on standard output. */
function createLog(level: string): Logger {
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime });
}

// Routers notice a replica that is not ready within a few seconds; until then it must go on serving.
const ROUTING_LAG_MS = 5_000;

/** Exit codes of the process. */
const EXIT = { ended: 0, endedAtOnce: 1, wrongConfiguration: 78 } as const;

/**
 * Serves until the process is told to end.
 *
 * @returns the exit code, after every accepted request has its answer; a second signal ends the process at once
 */
export async function serveUntilSignalled(config: Config): Promise<number> {
  const log = createLog(config.logLevel);
  const member = familyMember();
  try {
    if (member === null && config.processes > 1) return await superviseUntilSignalled(config, log);
    return await serveAlone(config, log, member);
  } finally {
    member?.leave();
  }
}

/** Processes that share the port; this one serves nobody itself. */
async function superviseUntilSignalled(config: Config, log: Logger): Promise<number> {
  const family = await startProcesses(config, log);
  process.on('SIGHUP', family.reload);
  const ended = await Promise.race([family.ended, nextSignal()]);
  process.off('SIGHUP', family.reload);
  if (typeof ended === 'number') return ended;
  log.info({ processes: config.processes }, 'ending all');
  const atOnce = (): void => {
    family.kill();
    process.exit(EXIT.endedAtOnce);
  };
  process.once('SIGTERM', atOnce);
  process.once('SIGINT', atOnce);
  family.end();
  return family.ended;
}

async function serveAlone(whole: Config, log: Logger, member: FamilyMember | null): Promise<number> {
  // Those of all processes are put together by the one that started them.
  const config = member === null ? whole : { ...whole, metricsPort: null };
  const server = await startServer(config, { log });
  const { url, metricsUrl } = server;
  log.info({ url, metricsUrl, production: config.production }, 'listening');
  member?.ready(server.figures);
  const reload = (): void => void server.reload();
  process.on('SIGHUP', reload);
  await Promise.race([nextSignal(), ...(member === null ? [] : [member.told])]);
  process.off('SIGHUP', reload);
  log.info('ending');
  process.once('SIGTERM', () => process.exit(EXIT.endedAtOnce));
  process.once('SIGINT', () => process.exit(EXIT.endedAtOnce));
  server.beginEnding();
  if (config.production) await wait(ROUTING_LAG_MS);
  const finished = await server.close();
  log.info({ finished }, 'ended');
  return finished ? EXIT.ended : EXIT.endedAtOnce;
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

/** What keeps the service from starting: a line for each fault. */
export function startFailure(error: unknown): string {
  if (error instanceof InvalidConfiguration) return error.message;
  const { code, name, message } = error as { code?: unknown; name?: string; message?: string };
  return typeof code === 'string' ? `${name}: ${message}` : String(message);
}

if (import.meta.main) {
  try {
    process.exitCode = await serveUntilSignalled(readConfig());
  } catch (error) {
    process.stderr.write(`${startFailure(error)}\n`);
    // Connections that were open by then, as that to Redis, would keep it there for ever, and nobody would start another.
    process.exit(EXIT.wrongConfiguration);
  }
}
