// The document that openapi.yaml holds, made from the routes and their schemas; run to write it.

import { readFile, writeFile } from 'node:fs/promises';
import { pino } from 'pino';
import { serviceMetrics } from '../metrics/service-metrics.ts';
import { buildApp } from './app.ts';
import type { AppServices } from './ports.ts';

/** The text of openapi.yaml. */
export async function openApiText(version: string): Promise<string> {
  const { server } = await buildApp(describedServices(version));
  await server.ready();
  const text = server.swagger({ yaml: true });
  await server.close();
  return text;
}

/** Services that only describe themselves: no route is called. */
function describedServices(version: string): AppServices {
  const notCalled = (): never => {
    throw new Error('described, not served');
  };
  return {
    verify: notCalled,
    paper: notCalled,
    versions: notCalled,
    sign: notCalled,
    raise: notCalled,
    prove: notCalled,
    account: notCalled,
    slots: { claim: notCalled, finish: notCalled, abandon: notCalled, status: notCalled, forget: notCalled },
    preflight: notCalled,
    signBatch: notCalled,
    twoSteps: { prepare: notCalled, complete: notCalled },
    audit: { append: notCalled, reference: notCalled, receipt: notCalled, published: notCalled },
    seal: null,
    approve: notCalled,
    sealActivations: { extend: notCalled, issue: notCalled, revoke: notCalled },
    sendCode: notCalled,
    checkLetterCode: notCalled,
    clients: { authenticate: notCalled, named: notCalled },
    signingPage: null,
    rates: { take: notCalled },
    metrics: serviceMetrics(),
    tls: null,
    trustList: notCalled,
    readiness: notCalled,
    now: notCalled,
    monotonicMs: notCalled,
    randomBytes: notCalled,
    log: pino({ level: 'silent' }),
    settings: {
      production: true,
      maxUploadMegabytes: 50,
      signDeadlineMs: 15_000,
      verifyDeadlineMs: 30_000,
      defaultLevel: 'B-T',
      timeZone: 'Asia/Makassar',
      tool: { version, commit: 'unknown' },
      trustedProxies: [],
      proxyCertificates: false,
    },
  };
}

if (import.meta.main) {
  const root = new URL('../../', import.meta.url);
  const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
    version: string;
  };
  await writeFile(new URL('openapi.yaml', root), await openApiText(version));
}
