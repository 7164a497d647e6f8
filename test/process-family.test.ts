// Several processes on one port: one configuration fault is one message, one that dies is replaced, all end in order together.

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { pauseBefore } from '../src/process-family.ts';
import { endInRounds } from './chaos/ending-rounds.ts';
import { startRedis } from './doubles/redis-server.ts';
import { requestSignature, requestVerdict, startRealService } from './http/real-service.ts';
import { exitCode, listening, type Process, start } from './http/service-process.ts';
import { signCall, verifyCall } from './load/calls.ts';
import { summarise } from './load/open-loop.ts';
import { run, toolMissing } from './tools.ts';

const service = await startRealService(
  {},
  {
    arrange: async ({ signersFile }) => {
      const file = join(signersFile, '..', 'seal-keys.json');
      const keys = [{ id: 'k', key: Buffer.alloc(32, 7).toString('base64') }];
      await writeFile(file, JSON.stringify({ keys }));
      return { TEKEN_SEAL_KEYS_FILE: file };
    },
  },
);
t.teardown(() => service.close());

const audit = await mkdtemp(join(tmpdir(), 'teken-keluarga-'));
t.teardown(() => rm(audit, { recursive: true }));

function familyOf(redisUrl: string): Record<string, string> {
  return {
    ...service.environment,
    TEKEN_PROCESSES: '2',
    TEKEN_WORKERS: '1',
    TEKEN_METRICS_PORT: '0',
    TEKEN_REDIS_URL: redisUrl,
    TEKEN_ATTEMPT_GUARD: 'redis',
    TEKEN_AUDIT_SINKS: `file:${audit}`,
  };
}

/** The children that serve, by their process numbers; their own children read documents. */
async function childrenOf({ child }: Process): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(child.pid)]);
  return stdout
    .toString()
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  for (let i = 0; i < 600; i += 1) {
    if (await condition()) return true;
    await wait(50);
  }
  return false;
}

const serving = (started: Process): number => started.output().split('"msg":"listening"').length - 1;

t.test('the pause before the next try doubles up to half a minute', (t) => {
  t.same(
    [1, 2, 3, 7, 8, 1000].map((deaths) => pauseBefore(deaths)),
    [250, 500, 1000, 16_000, 30_000, 30_000],
  );
  t.end();
});

t.test('what is wrong with the configuration is said once, and nothing goes on running', async (t) => {
  const started = start({ ...familyOf('unix:/tidak/ada.sock'), TEKEN_TRUST_DIR: audit });
  t.equal(await exitCode(started), 78);
  t.equal(started.errors().match(/trust-list-missing/g)?.length, 1);
});

t.test('without shared state it does not start', async (t) => {
  const started = start({ ...service.environment, TEKEN_PROCESSES: '2' });
  t.equal(await exitCode(started), 78);
  t.match(started.errors(), /TEKEN_REDIS_URL is not set; expected the Redis in which the processes/);
});

t.test(
  'both serve, one that is killed is replaced, and a signal ends both in order',
  { skip: toolMissing('redis-server') || toolMissing('ps'), timeout: 120_000 },
  async (t) => {
    const redis = await startRedis(t);
    const started = start(familyOf(redis.url));
    t.teardown(() => started.child.kill('SIGKILL'));
    const url = await listening(started);
    t.ok(await until(() => serving(started) === 2), 'both listen');
    const here = { ...service, url };

    const signed = await Promise.all(
      Array.from({ length: 6 }, () => requestSignature(here, { level: 'B-B' })),
    );
    t.same(
      signed.map(({ status }) => status),
      Array.from({ length: 6 }, () => 200),
    );
    const [, metricsUrl = ''] = /"metricsUrl":"([^"]+)","msg":"figures"/.exec(started.output()) ?? [];
    const figures = await (await fetch(metricsUrl)).text();
    t.match(figures, /^tte_processes\{state="running"\} 2$/m);
    const counted = [...figures.matchAll(/^tte_sign_requests_total\{process="([12])",.*\} (\d+)$/gm)];
    t.same(new Set(counted.map(([, process]) => process)), new Set(['1', '2']), 'both have signed');
    t.equal(
      counted.reduce((sum, [, , count]) => sum + Number(count), 0),
      6,
    );

    const [first = 0] = await childrenOf(started);
    process.kill(first, 'SIGKILL');
    // The client has to notice that its idle connections to it are gone.
    await wait(300);
    for (let i = 0; i < 5; i += 1)
      t.match(await (await requestVerdict(here, service.letter)).json(), { verdict: 'NO_SIGNATURE' });
    t.ok(await until(() => serving(started) === 3), 'another has taken its place');
    t.match(started.output(), /"signal":"SIGKILL".*"deaths":1,"pauseMs":250.*process lost/);
    t.notOk((await childrenOf(started)).includes(first));

    const letter = Buffer.concat([service.letter, Buffer.alloc(8_000_000, 0x20)]);
    const begun = Array.from({ length: 6 }, () => requestVerdict(here, letter));
    await wait(60);
    started.child.kill('SIGTERM');
    for (const answer of await Promise.all(begun))
      t.ok([200, 422].includes(answer.status), 'what has begun is finished');
    t.equal(await exitCode(started), 0);
    t.equal(started.output().split('"msg":"ended"').length - 1, 2);

    const chains = (await readdir(audit)).filter((name) => name.endsWith('.jsonl'));
    t.ok(chains.length >= 3, `${chains.length} chains: one for each process`);
  },
);

t.test(
  'told to end again and again under load, both answer everybody whom they have let in',
  { skip: toolMissing('redis-server'), timeout: 120_000 },
  async (t) => {
    const redis = await startRedis(t);
    const calls = [verifyCall(service.letter), signCall(service)];
    const rounds = await endInRounds({ rounds: 3, perSecond: 50, environment: familyOf(redis.url), calls });
    for (const { arrivals, exitCode } of rounds) {
      const { sent, ok, others } = summarise(arrivals);
      t.same(others, {}, `${ok} of ${sent} answered`);
      t.ok(sent > 10);
      t.equal(exitCode, 0);
    }
  },
);

t.test(
  'a second signal ends all of them at once',
  { skip: toolMissing('redis-server') || toolMissing('ps'), timeout: 60_000 },
  async (t) => {
    const redis = await startRedis(t);
    const started = start(familyOf(redis.url));
    const url = await listening(started);
    await until(() => serving(started) === 2);
    const children = await childrenOf(started);
    t.equal(children.length, 2);
    const endless = fetch(`${url}/v1/verify`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/pdf' },
      body: new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) }),
      duplex: 'half',
    } as RequestInit).catch(() => null);
    await wait(300);
    started.child.kill('SIGTERM');
    await wait(300);
    started.child.kill('SIGTERM');
    t.equal(await exitCode(started), 1);
    t.equal(await endless, null);
    const left = async (): Promise<string> =>
      (await run('ps', ['-o', 'stat=', '-p', children.join(',')])).stdout
        .toString()
        .replace(/^Z.*$/gm, '')
        .trim();
    t.ok(await until(async () => (await left()) === ''), 'none is left');
  },
);
