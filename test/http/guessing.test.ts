// Guessing a passphrase over several processes that share a Redis.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { type RedisServer, startRedis } from '../doubles/redis-server.ts';
import { toolMissing } from '../tools.ts';
import { formOf, type RealService, startRealService } from './real-service.ts';
import { exitCode, listening, start } from './service-process.ts';

const GUESSES = 10_000;
const AT_ONCE = 32;

/** Another client that may use the same signers. */
const OTHER_KEY = 'kunci-aplikasi-kedua';

async function addClient(paths: { readonly clientsFile: string }): Promise<Record<string, string>> {
  const file = JSON.parse(await readFile(paths.clientsFile, 'utf8')) as { clients: object[] };
  const [first] = file.clients;
  const sha256 = createHash('sha256').update(OTHER_KEY).digest('hex');
  // A user name belongs to one client.
  file.clients.push({ ...first, id: 'aplikasi-kedua', keys: [{ id: 'k', sha256 }], passwords: [] });
  await writeFile(paths.clientsFile, JSON.stringify(file));
  return {};
}

/** Processes over the folder of this service, each with these variables. */
async function startProcesses(
  t: Test,
  service: RealService,
  count: number,
  variables: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const environment = { ...service.environment, TEKEN_LOG_LEVEL: 'info', TEKEN_WORKERS: '1', ...variables };
  const started = Array.from({ length: count }, () => start({ ...environment, TEKEN_AUDIT_SINKS: 'stdout' }));
  t.teardown(async () => {
    for (const { child } of started) child.kill('SIGKILL');
    await Promise.all(started.map(exitCode));
  });
  return Promise.all(started.map(listening));
}

interface Answer {
  readonly status: number;
  readonly code: string | null;
  readonly retryAfter: number;
}

async function ask(url: string, key: string, file: Uint8Array, passphrase: string): Promise<Answer> {
  const body = formOf(file, { signer: 'pejabat', level: 'B-B', passphrase });
  const response = await fetch(`${url}/v1/sign`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}` },
    body,
  });
  const { status, headers } = response;
  const retryAfter = Number(headers.get('Retry-After'));
  if (status === 200) {
    await response.arrayBuffer();
    return { status, code: null, retryAfter };
  }
  const { code } = (await response.json()) as { code: string };
  return { status, code, retryAfter };
}

function variablesFor({ url }: RedisServer, windowSeconds: number): Record<string, string> {
  return {
    TEKEN_REDIS_URL: url,
    TEKEN_ATTEMPT_GUARD: 'redis',
    TEKEN_ATTEMPT_WINDOW_S: String(windowSeconds),
  };
}

t.test(
  '10,000 guesses over three processes and two clients: at most seven reach the key in a quarter of an hour',
  { skip: toolMissing('redis-server'), timeout: 900_000 },
  async (t) => {
    const redis = await startRedis(t);
    const service = await startRealService({}, { arrange: addClient });
    t.teardown(() => service.close());
    const urls = await startProcesses(t, service, 3, variablesFor(redis, 900));
    const startedAt = performance.now();
    const seen = new Map<string, number>();
    let next = 0;
    const guess = async (): Promise<void> => {
      while (next < GUESSES) {
        const i = next;
        next += 1;
        const key = i % 2 === 0 ? service.apiKey : OTHER_KEY;
        const { status, code } = await ask(urls[i % 3] ?? '', key, service.letter, `tebakan-${i}`);
        const what = `${status} ${code}`;
        seen.set(what, (seen.get(what) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, guess));
    const seconds = (performance.now() - startedAt) / 1000;
    const reached = seen.get('403 signer-auth-failed') ?? 0;
    t.ok(seconds < 850, `within one window: ${seconds.toFixed(0)} s`);
    t.ok(reached >= 1 && reached <= 7, `${reached} reached the key`);
    t.equal(seen.get('429 signer-attempts-exceeded'), GUESSES - reached, 'all others were refused before');
    const rightful = await ask(urls[0] ?? '', service.apiKey, service.letter, service.passphrase);
    t.match(rightful, { status: 429, code: 'signer-attempts-exceeded' }, 'nobody is let in meanwhile');
    t.ok(rightful.retryAfter > 0 && rightful.retryAfter <= 900, `back in ${rightful.retryAfter} s`);
  },
);

t.test(
  'the rightful signer is back within the window, through another client at once, and success forgets failures',
  { skip: toolMissing('redis-server') },
  async (t) => {
    const redis = await startRedis(t);
    const service = await startRealService({}, { arrange: addClient });
    t.teardown(() => service.close());
    const windowSeconds = 20;
    const urls = await startProcesses(t, service, 2, variablesFor(redis, windowSeconds));
    const [one = '', other = ''] = urls;
    const file = service.letter;
    const guesses = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ask(urls[i % 2] ?? '', service.apiKey, file, `tebakan-${i}`)),
    );
    t.equal(guesses.filter(({ status }) => status === 403).length, 5);
    const elsewhere = await ask(other, OTHER_KEY, file, service.passphrase);
    t.equal(elsewhere.status, 200, 'who guesses through one client does not shut out another');
    const blocked = await ask(other, service.apiKey, file, service.passphrase);
    t.equal(blocked.status, 429);
    t.ok(blocked.retryAfter <= windowSeconds);
    await wait(blocked.retryAfter * 1000 + 100);
    t.equal((await ask(one, service.apiKey, file, service.passphrase)).status, 200, 'back');
    t.equal((await ask(other, service.apiKey, file, 'salah')).status, 403, 'and every try is there again');
    t.equal((await ask(one, service.apiKey, file, service.passphrase)).status, 200);
  },
);

t.test('without the shared counters nothing is tried', { skip: toolMissing('redis-server') }, async (t) => {
  const redis = await startRedis(t);
  const service = await startRealService({}, { arrange: addClient });
  t.teardown(() => service.close());
  const [url = ''] = await startProcesses(t, service, 1, variablesFor(redis, 900));
  const file = service.letter;
  t.equal((await ask(url, service.apiKey, file, service.passphrase)).status, 200);
  await redis.kill();
  const refused = await ask(url, service.apiKey, file, service.passphrase);
  t.match(refused, { status: 503, code: 'state-unavailable' });
  t.ok(refused.retryAfter > 0);
  t.equal((await fetch(`${url}/readyz`)).status, 503);
  await redis.restart();
  let again = 0;
  for (let i = 0; i < 100 && again !== 200; i += 1) {
    await wait(100);
    again = (await ask(url, service.apiKey, file, service.passphrase)).status;
  }
  t.equal(again, 200);
});
