// A pool of processes: each fault costs the job that made it.

import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { JobFailed, WorkerFailed, type WorkerPool, workerPool } from '../../src/platform/worker-pool.ts';

const ENTRY = new URL('./worker-doing-what-it-is-told.ts', import.meta.url);
const SLOW = new URL('./worker-slow-to-start.ts', import.meta.url);

function poolOf(t: Test, size = 1, mostWaiting = 8, entry = ENTRY): WorkerPool {
  const pool = workerPool({ entry, size, mostWaiting, heapMegabytes: 48 });
  t.teardown(() => pool.close());
  return pool;
}

interface Told {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly host?: (name: string, argument: unknown) => Promise<unknown>;
}

function tell(pool: WorkerPool, what: string, told: Told = {}): Promise<unknown> {
  return pool.run({
    message: () => what,
    host: told.host ?? (async () => null),
    signal: told.signal ?? new AbortController().signal,
    timeoutMs: told.timeoutMs ?? 60_000,
  });
}

t.test('jobs get their results, more of them than there are workers', async (t) => {
  const pool = poolOf(t, 2);
  const results = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((what) => tell(pool, `echo ${what}`)));
  t.same(results, ['a', 'b', 'c', 'd', 'e']);
  t.equal(pool.restarts, 0);
});

t.test('a worker that never looks up is ended, and the next job has a new one', async (t) => {
  const pool = poolOf(t);
  const endless = tell(pool, 'loop', { timeoutMs: 1000 });
  const next = tell(pool, 'echo after');
  await t.rejects(endless, { name: 'WorkerFailed', code: 'timed-out' });
  t.equal(await next, 'after');
  t.equal(pool.restarts, 1);
});

t.test(
  "the time in which a worker starts is not the job's, and who gives up then ends no worker",
  async (t) => {
    const pool = poolOf(t, 1, 8, SLOW);
    const givingUp = new AbortController();
    const given = tell(pool, 'echo unwanted', { signal: givingUp.signal });
    const short = tell(pool, 'echo short', { timeoutMs: 1000 });
    setTimeout(() => givingUp.abort(new Error('given up')), 100);
    await t.rejects(given, { message: 'given up' });
    t.equal(await short, 'short');
    t.equal(pool.restarts, 0);
  },
);

t.test('a job that looks up when its time is over keeps its worker', async (t) => {
  const pool = poolOf(t);
  await tell(pool, 'echo warm');
  await t.rejects(tell(pool, 'wait', { timeoutMs: 50 }), { code: 'timed-out' });
  t.equal(await tell(pool, 'echo after'), 'after');
  t.equal(pool.restarts, 0);
});

t.test('memory without end costs the one job, however fast it grows', async (t) => {
  const pool = poolOf(t);
  for (const how of ['arrays', 'map'])
    await t.rejects(tell(pool, `hoard ${how}`), { name: 'WorkerFailed', code: 'out-of-memory' }, how);
  t.equal(await tell(pool, 'echo after'), 'after');
});

t.test('a worker that ends by itself, or by what nobody caught, costs the one job', async (t) => {
  const pool = poolOf(t);
  await t.rejects(tell(pool, 'exit'), { code: 'ended' });
  await t.rejects(tell(pool, 'throw later'), { code: 'ended' });
  t.equal(await tell(pool, 'echo after'), 'after');
});

t.test('what a job throws comes over with name, code and values', async (t) => {
  const pool = poolOf(t);
  const error = await tell(pool, 'throw').catch((thrown: unknown) => thrown);
  t.type(error, JobFailed);
  t.match(error, { name: 'RangeError', message: 'out of range', code: 'too-far', values: { most: 3 } });
  t.equal(pool.restarts, 0);
});

t.test('a job asks its host, and a refusal there reaches it', async (t) => {
  const pool = poolOf(t);
  const host = async (name: string, argument: unknown): Promise<unknown> => {
    if (name === 'refuse') throw Object.assign(new Error('no'), { code: 'refused' });
    return `${name} ${String(argument)}`;
  };
  t.equal(await tell(pool, 'ask greet', { host }), 'greet you');
  await t.rejects(tell(pool, 'ask refuse', { host }), { name: 'Error', code: 'refused' });
});

t.test('who gives up ends the job, or leaves the line', async (t) => {
  const pool = poolOf(t, 1, 1);
  const first = new AbortController();
  const second = new AbortController();
  const running = tell(pool, 'loop', { signal: first.signal });
  const waiting = tell(pool, 'echo never', { signal: second.signal });
  await t.rejects(tell(pool, 'echo too many'), { code: 'overloaded' });
  second.abort(new Error('left the line'));
  await t.rejects(waiting, { message: 'left the line' });
  first.abort(new Error('gave up'));
  await t.rejects(running, { message: 'gave up' });
  t.equal(await tell(pool, 'echo after'), 'after');
});

t.test('workers start when they are told to, or with the first job; once', async (t) => {
  const pool = poolOf(t, 2);
  pool.begin();
  pool.begin();
  const each = await Promise.all([tell(pool, 'echo a'), tell(pool, 'echo b'), tell(pool, 'echo c')]);
  t.same(each, ['a', 'b', 'c']);
  t.equal(pool.restarts, 0);
});

t.test('closing ends what never began', async (t) => {
  const pool = poolOf(t);
  await pool.close();
  pool.begin();
  await t.rejects(tell(pool, 'echo late'), { code: 'ended' });
});

t.test('closing ends what runs and what waits', async (t) => {
  const pool = workerPool({ entry: ENTRY, size: 1, mostWaiting: 8, heapMegabytes: 48 });
  const jobs = [tell(pool, 'loop'), tell(pool, 'echo never')].map((job) =>
    job.catch((error: unknown) => (error instanceof WorkerFailed ? error.code : error)),
  );
  await wait(100);
  await pool.close();
  t.same(await Promise.all(jobs), ['ended', 'ended']);
  await t.rejects(tell(pool, 'echo late'), { code: 'ended' });
});
