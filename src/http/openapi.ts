// openapi.yaml, openapi-bsre.yaml and the Postman collection, made from the routes and their schemas; run to write them.

import { readFile, writeFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { serviceMetrics } from '../metrics/service-metrics.ts';
import { buildApp } from './app.ts';
import type { AppServices } from './ports.ts';
import { type ApiDocument, postmanCollection } from './postman-collection.ts';

/** By file name, the text of each document. */
export async function openApiTexts(version: string): Promise<Readonly<Record<string, string>>> {
  const { server } = await buildApp(describedServices(version));
  await server.ready();
  const texts = {
    'openapi.yaml': server.swagger({ yaml: true }),
    'openapi-bsre.yaml': server.compatibleDescription({ yaml: true }),
    'examples/teken.postman_collection.json': collectionText(server),
  };
  await server.close();
  return texts;
}

function collectionText(server: FastifyInstance): string {
  // As they are served: without what JSON does not know.
  const plain = (document: object): ApiDocument => JSON.parse(JSON.stringify(document)) as ApiDocument;
  const collection = postmanCollection(plain(server.swagger()), plain(server.compatibleDescription()));
  return `${JSON.stringify(collection, null, 2)}\n`;
}

/** Services that only describe themselves: no route is called. */
function describedServices(version: string): AppServices {
  const notCalled = (): never => {
    throw new Error('described, not served');
  };
  return {
    tracer: null,
    verify: notCalled,
    verifyStatement: notCalled,
    paper: notCalled,
    versions: notCalled,
    sign: notCalled,
    raise: notCalled,
    prove: notCalled,
    account: notCalled,
    registrations: { note: notCalled, waits: notCalled },
    slots: { claim: notCalled, finish: notCalled, abandon: notCalled, status: notCalled, forget: notCalled },
    repeats: null,
    preflight: notCalled,
    signBatch: notCalled,
    twoSteps: { prepare: notCalled, complete: notCalled },
    audit: { append: notCalled, reference: notCalled, receipt: notCalled, published: notCalled },
    seal: null,
    approve: notCalled,
    sealActivations: { extend: notCalled, issue: notCalled, revoke: notCalled },
    sendCode: notCalled,
    requestKeyCode: notCalled,
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
      agency: null,
    },
  };
}

if (import.meta.main) {
  const root = new URL('../../', import.meta.url);
  const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
    version: string;
  };
  for (const [name, text] of Object.entries(await openApiTexts(version)))
    await writeFile(new URL(name, root), text);
}
