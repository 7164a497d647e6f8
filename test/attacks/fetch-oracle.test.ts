// A certificate may name any address. What a caller is told when nothing useful comes from there must not say what is there.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import t from 'tap';
import { developmentPaths, writeDevelopmentFolder } from '../../certs-dev/folder.ts';
import { createInstallationLock } from '../../certs-dev/installation-lock.ts';
import { readConfig } from '../../src/config.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { type RunningServer, startServer } from '../../src/server.ts';
import { startRevocationDouble } from '../doubles/faulty-revocation.ts';
import { formOf, requestVerdict } from '../http/real-service.ts';

type Fault = (response: ServerResponse) => void;

const FAULTS: Readonly<Record<string, Fault>> = {
  'nothing is found there': (response) => void response.writeHead(404).end('tidak ada'),
  'it asks for a credential': (response) =>
    void response.writeHead(401, { 'www-authenticate': 'Basic' }).end(),
  'it fails': (response) => void response.writeHead(500).end('jejak tumpukan'),
  'it is a page of the inner network': (response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Panel dalam</title>'),
  'it leads on': (response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
  'it hangs up': (response) => void response.destroy(),
  'it is no HTTP': (response) => void response.socket?.end('+PONG\r\n'),
};

t.test('whatever is wrong with the services of a certificate, the caller gets the same answer', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'teken-oracle-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const double = await startRevocationDouble(t, Date.now);
  const lock = await createInstallationLock(10_000);
  await writeDevelopmentFolder(join(folder, 'pki'), double.pki, {
    lock,
    platform: nodePlatform,
    now: Date.now(),
  });
  const paths = developmentPaths(join(folder, 'pki'));
  const environment = {
    TEKEN_ENV: 'development',
    TEKEN_PORT: '0',
    TEKEN_TRUST_DIR: paths.trust,
    TEKEN_SIGNERS_FILE: paths.signersFile,
    TEKEN_CLIENTS_FILE: paths.clientsFile,
    TEKEN_AUDIT_SINKS: `file:${paths.audit}`,
    TEKEN_NIK_HMAC_KEY_FILE: paths.auditKeys,
    TEKEN_UNKNOWN_REVOCATION: 'allow',
    TEKEN_ALLOW_PRIVATE_NETWORK: 'true',
  };
  const start = (more: Readonly<Record<string, string>> = {}): Promise<RunningServer> =>
    startServer(readConfig({ ...environment, ...more }), { log: pino({ level: 'silent' }) });

  const signing = await start();
  const answer = await fetch(`${signing.url}/v1/sign`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${(await readFile(paths.apiKey, 'utf8')).trim()}` },
    body: formOf(await readFile(paths.sample), {
      signer: 'pejabat',
      passphrase: lock.passphrase,
      level: 'B-B',
    }),
  });
  t.equal(answer.status, 200);
  const letter = new Uint8Array(await answer.arrayBuffer());
  await signing.close();

  const told = async (service: RunningServer): Promise<unknown> => {
    const verdict = await requestVerdict(service, letter);
    const { requestId, ...rest } = (await verdict.json()) as Record<string, unknown>;
    await service.close();
    // The moment of the check, to the second, is all that may differ.
    return JSON.parse(
      JSON.stringify(rest).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d\d\.\d\d (?=WITA)|\d\d:\d\d(?::\d\d)?/g, '-'),
    );
  };

  const expected = await told(await start({ TEKEN_ALLOW_PRIVATE_NETWORK: 'false' }));
  t.match(expected, { ok: false, verdict: 'UNKNOWN_REVOCATION' }, 'an address that may not be asked');
  for (const [name, fault] of Object.entries(FAULTS)) {
    const asked = double.asked.ocsp;
    double.ocsp = (_request, response) => fault(response);
    double.crl = (_request, response) => fault(response);
    t.same(await told(await start()), expected, name);
    t.ok(double.asked.ocsp > asked, `${name}: it was asked`);
  }
});
