// The service over ports of our own: for what a route does with an answer, whatever gave it.

import { createHash, randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { AuditLog, type AuditLogOptions } from '../../src/audit/audit-log.ts';
import { memoryCheckpoints } from '../../src/audit/checkpoint-store.ts';
import { type AuditSink, Lane } from '../../src/audit/sink.ts';
import { type App, buildApp } from '../../src/http/app.ts';
import { pagePort } from '../../src/http/page-port.ts';
import type { AppServices, SigningOutcome } from '../../src/http/ports.ts';
import { SignerFailed, SigningRefused } from '../../src/index.ts';
import { checkLetterCode } from '../../src/letters/check-letter-code.ts';
import { serviceMetrics } from '../../src/metrics/service-metrics.ts';
import { memoryState } from '../../src/state/memory.ts';
import { DEFAULT_PAGE, type PageSettings } from '../../src/web/page-settings.ts';
import { uploadPage } from '../../src/web/upload-page.ts';
import { clientsIn } from '../identity/clients-in.ts';
import { typicalReport } from '../report/made-reports.ts';

export const API_KEY = 'kunci-untuk-uji-coba';

/** One client, which may use `pejabat`, `kedaluwarsa` and the unknown `tidak-ada`. */
export const CLIENTS = JSON.stringify({
  clients: [
    {
      id: 'opd-contoh',
      keys: [{ id: 'k1', sha256: createHash('sha256').update(API_KEY).digest('hex') }],
      signers: ['pejabat', 'kedaluwarsa', 'tidak-ada'],
    },
  ],
});

/** Evidence of a signature that nobody made. */
export const IDENTITY: SigningOutcome['identity'] = {
  signer: 'pejabat',
  client: 'opd-contoh',
  certificate: null,
  findings: [],
};

export const DEFAULT_SETTINGS: AppServices['settings'] = {
  production: false,
  maxUploadMegabytes: 50,
  signDeadlineMs: 5_000,
  verifyDeadlineMs: 5_000,
  defaultLevel: 'B-T',
  timeZone: 'Asia/Makassar',
  tool: { version: '0.0.0', commit: 'uji' },
  agency: null,
  trustedProxies: [],
  proxyCertificates: false,
};

/** An audit in memory. @param lines - takes what is recorded */
export function auditOf(lines: string[]): AuditLog {
  const sink = { name: 'memory', write: async (more: readonly string[]) => void lines.push(...more) };
  return auditThrough(sink);
}

/** An audit through a sink of the test's own. */
export function auditThrough(sink: AuditSink, options: Partial<AuditLogOptions> = {}): AuditLog {
  return new AuditLog({
    chainId: 'uji',
    keys: [{ id: 'k1', key: new Uint8Array(32) }],
    lanes: [new Lane(sink)],
    checkpoints: memoryCheckpoints(),
    seal: null,
    stamp: null,
    now: () => new Date().toISOString(),
    ...options,
  });
}

export interface StandIn extends App {
  /** Everything that was logged, at level trace. */
  readonly logged: () => string;
}

/** An app with its page, over answers that the test chooses. */
export async function standInApp(
  parts: Partial<AppServices> = {},
  page: PageSettings = DEFAULT_PAGE,
): Promise<StandIn> {
  const lines: string[] = [];
  const services: AppServices = {
    tracer: null,
    verify: async () => typicalReport('VALID'),
    verifyStatement: async () => typicalReport('VALID'),
    paper: async () => ({ file: new TextEncoder().encode('%PDF-1.7 laporan'), sealed: true }),
    versions: async (file) => ({
      file: { size: file.length, sha256: '00'.repeat(32) },
      versions: [],
      incomplete: [],
    }),
    sign: async () => {
      throw new SignerFailed('signer-auth-failed');
    },
    raise: async () => {
      throw new SigningRefused('level-unsupported', { level: 'B-T', fields: [] });
    },
    signBatch: async () => {
      throw new SignerFailed('signer-auth-failed');
    },
    sealActivations: {
      extend: async () => null,
      issue: async () => null,
      revoke: async () => false,
    },
    prove: async () => {
      throw new SignerFailed('signer-auth-failed');
    },
    account: () => null,
    requestKeyCode: async () => false,
    registrations: { note: () => null, waits: () => false },
    slots: memoryState(() => performance.now()).slots,
    repeats: memoryState(() => performance.now()).slots,
    twoSteps: null,
    approve: null,
    sendCode: null,
    preflight: async () => {
      throw new SignerFailed('signer-auth-failed');
    },
    audit: auditOf([]),
    seal: null,
    signingPage: null,
    checkLetterCode: (code) => checkLetterCode(code, [], null),
    clients: clientsIn(CLIENTS),
    rates: memoryState(() => performance.now()).rates,
    metrics: serviceMetrics(),
    tls: null,
    trustList: () => ({ version: '1', sha256: 'ab'.repeat(32), asOf: 0, anchors: [], intermediates: [] }),
    readiness: async () => [{ name: 'signing-keys', ok: true, reason: null }],
    now: Date.now,
    monotonicMs: () => performance.now(),
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    settings: DEFAULT_SETTINGS,
    log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
    ...parts,
  };
  const app = await buildApp(services, [(scope) => uploadPage(scope, pagePort(services), page)]);
  return { ...app, logged: () => lines.join('') };
}
