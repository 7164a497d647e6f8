// The service as a process: how it refuses to start, how it ends.

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { chainsIn, linesOf } from '../src/audit/read-folder.ts';
import { readRecord } from '../src/audit/record.ts';
import { startRedis } from './doubles/redis-server.ts';
import { requestVerdict, signedLetter, startRealService } from './http/real-service.ts';
import { exitCode, listening, PROGRAMS, start } from './http/service-process.ts';
import { toolMissing } from './tools.ts';

const service = await startRealService();
t.teardown(() => service.close());

const skip = toolMissing('redis-server');

/** Neither signers nor a seal of the service: their containers are too weak for production. */
function verifyOnlyOf(environment: Readonly<Record<string, string>>): Record<string, string> {
  const { TEKEN_SIGNERS_FILE: _, TEKEN_CLIENTS_FILE: __, TEKEN_SEAL_URI: ___, ...verifyOnly } = environment;
  return verifyOnly;
}

t.test('a wrong configuration ends it with 78 and a line for each fault', async (t) => {
  const started = start({ TEKEN_PORT: 'x', TEKEN_TIMEZONE: 'Mars', TEKEN_UNKNOWN: '1' });
  t.equal(await exitCode(started), 78);
  const lines = started.errors().trim().split('\n');
  t.equal(lines.length, 4, 'port, zone, unknown variable, trust folder');
  for (const name of ['TEKEN_PORT', 'TEKEN_TIMEZONE', 'TEKEN_UNKNOWN', 'TEKEN_TRUST_DIR'])
    t.ok(lines.some((line) => line.startsWith(name)));
  t.equal(started.output(), '');
});

t.test('a trust folder or a registry that is not right keeps it from starting', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'teken-uji-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const broken = join(folder, 'rusak.json');
  await writeFile(broken, '{"clients": [rahasia');
  const cases: readonly (readonly [variables: Record<string, string>, message: RegExp])[] = [
    [{ TEKEN_TRUST_DIR: folder }, /trust-list-missing/],
    [{ TEKEN_CLIENTS_FILE: broken }, /InvalidRegistry: clients: the file is not JSON/],
    [{ TEKEN_SIGNERS_FILE: join(folder, 'tidak-ada.json') }, /ENOENT/],
  ];
  for (const [variables, message] of cases) {
    const started = start({ ...service.environment, ...variables });
    t.equal(await exitCode(started), 78);
    t.match(started.errors(), message);
    t.notMatch(started.errors(), /rahasia/);
  }
});

t.test('production does not start with a development key', async (t) => {
  const guarded = { TEKEN_ENV: 'production', TEKEN_HOST: '127.0.0.1', TEKEN_ATTEMPT_GUARD: 'ingress' };
  const started = start({ ...service.environment, ...guarded });
  t.equal(await exitCode(started), 78);
  t.match(started.errors(), /development-key-in-production|pkcs12-weak-protection/);
});

t.test('in production a development root is a test anchor, whatever the list says', async (t) => {
  const verifyOnly = verifyOnlyOf(service.environment);
  const started = start({ ...verifyOnly, TEKEN_ENV: 'production', TEKEN_HOST: '127.0.0.1' });
  const url = await listening(started);
  const form = await fetch(`${url}/`);
  t.notMatch(await form.text(), /Layanan pengembangan/);
  const verdict = await requestVerdict({ url }, await signedLetter(service));
  t.match(await verdict.json(), { verdict: 'TEST_CERTIFICATE', ok: false });
  started.child.kill('SIGTERM');
  await wait(200);
  t.equal((await fetch(`${url}/readyz`)).status, 503, 'not ready at once');
  t.equal((await fetch(`${url}/healthz`)).status, 200, 'but alive');
  t.match(await (await requestVerdict({ url }, service.letter)).json(), { verdict: 'NO_SIGNATURE' });
  t.equal(await exitCode(started), 0, 'and ended in order');
});

t.test('what has begun is finished before it ends', async (t) => {
  const started = start(service.environment);
  const url = await listening(started);
  const letter = Buffer.concat([service.letter, Buffer.alloc(8_000_000, 0x20)]);
  const answers = Array.from({ length: 5 }, () => requestVerdict({ url }, letter));
  await wait(40);
  started.child.kill('SIGTERM');
  for (const answer of await Promise.all(answers)) t.ok([200, 422].includes(answer.status));
  t.equal(await exitCode(started), 0);
  t.match(started.output(), /"finished":true/);
});

t.test('a port that is taken ends it, whatever it has opened by then', { skip }, async (t) => {
  const { url } = await startRedis(t);
  const shared = { TEKEN_REDIS_URL: url, TEKEN_ATTEMPT_GUARD: 'redis' };
  const environment = { ...service.environment, ...shared, TEKEN_PORT: new URL(service.url).port };
  for (const program of PROGRAMS) {
    const started = start(environment, program);
    const code = await Promise.race([exitCode(started), wait(60_000, 'still there', { ref: false })]);
    started.child.kill('SIGKILL');
    t.equal(code, 78, program.join(' '));
    t.match(started.errors(), /EADDRINUSE/);
  }
});

t.test('callers that never stop coming do not keep it from ending in order', async (t) => {
  const folder = t.testdir();
  const started = start({ ...service.environment, TEKEN_AUDIT_SINKS: `file:${folder}` });
  const { port, hostname } = new URL(await listening(started));
  const coming = setInterval(() => {
    const socket = connect(Number(port), hostname, () => socket.destroy());
    // As soon as it accepts nobody any more.
    socket.on('error', () => clearInterval(coming));
  }, 5);
  await wait(500);
  started.child.kill('SIGTERM');
  const code = await Promise.race([exitCode(started), wait(90_000, 'still there', { ref: false })]);
  clearInterval(coming);
  started.child.kill('SIGKILL');
  t.equal(code, 0, started.errors());
  const [files = []] = [...(await chainsIn(folder)).values()];
  t.equal(readRecord([...linesOf(files)].at(-1)?.text ?? '')?.event, 'shutdown');
});

t.test('a connection that has asked nothing does not keep it from ending', async (t) => {
  const started = start(service.environment);
  const url = new URL(await listening(started));
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  started.child.kill('SIGTERM');
  t.equal(await exitCode(started), 0);
  t.match(started.output(), /"finished":true/, 'nothing had to be cut off');
});

t.test('a second signal ends it at once', async (t) => {
  const verifyOnly = verifyOnlyOf(service.environment);
  const started = start({ ...verifyOnly, TEKEN_ENV: 'production', TEKEN_HOST: '127.0.0.1' });
  await listening(started);
  started.child.kill('SIGTERM');
  await wait(300);
  const startedMs = performance.now();
  started.child.kill('SIGTERM');
  t.equal(await exitCode(started), 1);
  t.ok(performance.now() - startedMs < 2_000);
});

t.test('every line of the log is JSON', async (t) => {
  const started = start(service.environment);
  const url = await listening(started);
  await requestVerdict({ url }, service.letter);
  started.child.kill('SIGINT');
  await exitCode(started);
  const lines = started.output().trim().split('\n');
  t.ok(lines.length >= 4);
  for (const line of lines) t.type(JSON.parse(line), 'object');
});
