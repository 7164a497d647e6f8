import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { memoryState } from '../../src/state/memory.ts';
import { type AttemptRules, type SharedState, SharedStateUnavailable } from '../../src/state/ports.ts';
import { redisState } from '../../src/state/redis.ts';
import { type RedisServer, startRedis } from '../doubles/redis-server.ts';
import { toolMissing } from '../tools.ts';

/** Two processes: on Redis two connections, in memory the same one. */
interface Replicas {
  readonly one: SharedState;
  readonly other: SharedState;
}

const RULES: AttemptRules = { perParty: 5, perSubject: 7, windowMs: 60_000, pausesMs: [0], leaseMs: 30_000 };

async function readyRedis(t: Test, server: RedisServer): Promise<SharedState> {
  const state = redisState({ url: server.url });
  t.teardown(() => state.close());
  while (!(await state.ready())) await wait(10);
  return state;
}

const ADAPTERS: readonly {
  readonly name: string;
  readonly skip: string | false;
  readonly open: (t: Test) => Promise<Replicas>;
}[] = [
  {
    name: 'memory',
    skip: false,
    open: async () => {
      const one = memoryState(Date.now);
      return { one, other: one };
    },
  },
  {
    name: 'redis',
    skip: toolMissing('redis-server'),
    open: async (t) => {
      const server = await startRedis(t);
      return { one: await readyRedis(t, server), other: await readyRedis(t, server) };
    },
  },
];

async function fail(state: SharedState, party: string, times: number, rules = RULES): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const admission = await state.attempts.admit('s', party, rules);
    if (admission.kind !== 'admitted') throw new Error(`try ${i + 1} was ${admission.kind}`);
    await state.attempts.settle('s', admission.attempt, 'failed', rules);
  }
}

for (const { name, skip, open } of ADAPTERS) {
  t.test(name, { skip }, async (t) => {
    t.test(
      'after five failures of a party the next try waits until the first of them is forgotten',
      async (t) => {
        const { one, other } = await open(t);
        await fail(one, 'opd', 5);
        const refused = await other.attempts.admit('s', 'opd', RULES);
        t.match(refused, { kind: 'refused' });
        if (refused.kind !== 'refused') return;
        t.ok(refused.retryAfterMs > 50_000 && refused.retryAfterMs <= 60_000);
        t.match(await other.attempts.admit('another', 'opd', RULES), { kind: 'admitted' });
      },
    );

    t.test('whether a try would be refused can be asked without making one', async (t) => {
      const { one, other } = await open(t);
      for (let i = 0; i < 10; i += 1) t.equal(await one.attempts.refusedFor('s', 'opd', RULES), 0);
      await fail(one, 'opd', 5);
      const left = await other.attempts.refusedFor('s', 'opd', RULES);
      t.ok(left > 50_000 && left <= 60_000, `${left} ms`);
      t.equal(await other.attempts.refusedFor('s', 'rightful', RULES), 0);
    });

    t.test('the failures of one party leave two tries to the others, and no more', async (t) => {
      const { one, other } = await open(t);
      await fail(one, 'opd', 5);
      await fail(other, 'rightful', 2);
      t.match(await one.attempts.admit('s', 'rightful', RULES), { kind: 'refused' });
    });

    t.test('success forgets the failures of that party alone', async (t) => {
      const { one } = await open(t);
      await fail(one, 'opd', 4);
      await fail(one, 'rightful', 1);
      const admission = await one.attempts.admit('s', 'rightful', RULES);
      if (admission.kind !== 'admitted') throw new Error(admission.kind);
      await one.attempts.settle('s', admission.attempt, 'passed', RULES);
      await fail(one, 'rightful', 3);
      t.match(await one.attempts.admit('s', 'rightful', RULES), { kind: 'refused' });
    });

    t.test('of 200 tries at once, half of them on another replica, five are admitted', async (t) => {
      const { one, other } = await open(t);
      const admissions = await Promise.all(
        Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? one : other).attempts.admit('s', 'opd', RULES)),
      );
      t.equal(admissions.filter(({ kind }) => kind === 'admitted').length, 5);
      t.equal(admissions.filter(({ kind }) => kind === 'busy').length, 195);
    });

    t.test('a try whose secret was not used does not count', async (t) => {
      const { one } = await open(t);
      for (let i = 0; i < 20; i += 1) {
        const admission = await one.attempts.admit('s', 'opd', RULES);
        if (admission.kind !== 'admitted') throw new Error(admission.kind);
        await one.attempts.settle('s', admission.attempt, 'unused', RULES);
      }
      t.match(await one.attempts.admit('s', 'opd', RULES), { kind: 'admitted' });
    });

    t.test(
      'failures are forgotten when the window is over, and a try that nobody settled with them',
      async (t) => {
        const { one } = await open(t);
        const short = { ...RULES, windowMs: 400, leaseMs: 50 };
        await fail(one, 'opd', 4, short);
        await one.attempts.admit('s', 'opd', short);
        await wait(80);
        t.match(
          await one.attempts.admit('s', 'opd', short),
          { kind: 'refused' },
          'its process may have ended',
        );
        await wait(400);
        t.match(await one.attempts.admit('s', 'opd', short), { kind: 'admitted' });
      },
    );

    t.test('the pause before the next try grows', async (t) => {
      const { one } = await open(t);
      const rules = { ...RULES, pausesMs: [0, 200, 20_000] };
      await fail(one, 'opd', 2, rules);
      const first = await one.attempts.admit('s', 'opd', rules);
      t.ok(first.kind === 'refused' && first.retryAfterMs <= 200);
      await wait(220);
      await fail(one, 'opd', 1, rules);
      const second = await one.attempts.admit('s', 'opd', rules);
      t.ok(second.kind === 'refused' && second.retryAfterMs > 15_000 && second.retryAfterMs <= 20_000);
    });

    t.test('a bucket gives what it holds, says what is left, and fills again', async (t) => {
      const { one, other } = await open(t);
      const rule = { requests: 4, windowMs: 2_000 };
      t.match(await one.rates.take('k', rule), { allowed: true, remaining: 3, retryAfterMs: 0 });
      t.match(await other.rates.take('k', rule, 3), { allowed: true, remaining: 0 });
      const refused = await one.rates.take('k', rule);
      t.match(refused, { allowed: false, remaining: 0 });
      t.ok(refused.retryAfterMs > 0 && refused.retryAfterMs <= 500, `${refused.retryAfterMs} ms`);
      t.match(await one.rates.take('l', rule), { allowed: true });
      await wait(refused.retryAfterMs + 5);
      t.match(await one.rates.take('k', rule), { allowed: true });
    });

    t.test('more at once than the bucket ever holds is never given', async (t) => {
      const { one } = await open(t);
      const rule = { requests: 4, windowMs: 1_000 };
      t.match(await one.rates.take('k', rule, 5), { allowed: false, remaining: 4 });
    });

    t.test('an idempotency key is claimed once, and a repeat gets the result', async (t) => {
      const { one, other } = await open(t);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : other).slots.claim('k', 'print', 10_000)),
      );
      const claimed = claims.filter((claim) => claim.kind === 'claimed');
      t.equal(claimed.length, 1);
      t.equal(claims.filter(({ kind }) => kind === 'in-flight').length, 19);
      t.equal(await one.slots.status('k'), 'in-flight');
      const [{ claim } = { claim: '' }] = claimed;
      const result = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff);
      t.equal(await other.slots.finish('k', claim, result, 10_000), true);
      t.same(await one.slots.claim('k', 'print', 10_000), { kind: 'done', result });
      t.match(await other.slots.claim('k', 'another', 10_000), { kind: 'other-payload' });
      t.equal(await other.slots.status('k'), 'done');
      t.equal(await other.slots.status('l'), 'unknown');
    });

    t.test('an abandoned or expired claim is free again, and a lost one finishes nothing', async (t) => {
      const { one } = await open(t);
      const first = await one.slots.claim('k', 'print', 50);
      await wait(70);
      const second = await one.slots.claim('k', 'print', 10_000);
      if (first.kind !== 'claimed' || second.kind !== 'claimed') throw new Error('not claimed');
      t.equal(await one.slots.finish('k', first.claim, new Uint8Array(1), 10_000), false);
      await one.slots.abandon('k', first.claim);
      t.equal(await one.slots.status('k'), 'in-flight');
      await one.slots.abandon('k', second.claim);
      t.equal(await one.slots.status('k'), 'unknown');
    });

    t.test("a result that was forgotten is nobody's, and its key is free", async (t) => {
      const { one, other } = await open(t);
      const claimed = await one.slots.claim('k', 'print', 10_000);
      if (claimed.kind !== 'claimed') throw new Error('not claimed');
      t.ok(await one.slots.finish('k', claimed.claim, new Uint8Array([1]), 10_000));
      await other.slots.forget('k');
      t.equal(await one.slots.status('k'), 'unknown');
      await other.slots.forget('k');
      t.equal((await one.slots.claim('k', 'another', 10_000)).kind, 'claimed');
    });

    t.test('a result that is too large is not kept, and the key is free again', async (t) => {
      const { one } = await open(t);
      const claim = await one.slots.claim('k', 'print', 10_000);
      if (claim.kind !== 'claimed') throw new Error('not claimed');
      t.equal(await one.slots.finish('k', claim.claim, new Uint8Array(17 * 1024 * 1024), 10_000), false);
      t.equal(await one.slots.status('k'), 'unknown');
    });

    t.test('a code is good once, for as many documents as it was issued for', async (t) => {
      const { one, other } = await open(t);
      const rules = { expiresInMs: 10_000, tries: 5, uses: 2 };
      await one.codes.issue('s', 'digest', rules);
      t.equal(await other.codes.redeem('s', 'digest', 3), 'too-many');
      const redeemed = await Promise.all([
        one.codes.redeem('s', 'digest', 2),
        other.codes.redeem('s', 'digest', 2),
      ]);
      t.same(redeemed.sort(), ['accepted', 'none']);
    });

    t.test('five wrong codes end the right one, and so does time', async (t) => {
      const { one } = await open(t);
      await one.codes.issue('s', 'digest', { expiresInMs: 10_000, tries: 5, uses: 1 });
      for (let i = 0; i < 5; i += 1) t.equal(await one.codes.redeem('s', 'wrong', 1), 'wrong');
      t.equal(await one.codes.redeem('s', 'digest', 1), 'none');
      await one.codes.issue('s', 'digest', { expiresInMs: 40, tries: 5, uses: 1 });
      await wait(60);
      t.equal(await one.codes.redeem('s', 'digest', 1), 'none');
    });

    t.test('what may be used once is used once, on whatever replica', async (t) => {
      const { one, other } = await open(t);
      const first = await Promise.all([one, other, one, other].map(({ codes }) => codes.useOnce('k', 60)));
      t.equal(first.filter(Boolean).length, 1);
      await wait(80);
      t.equal(await other.codes.useOnce('k', 60), true, 'forgotten after its time');
    });
  });
}

t.test(
  'without Redis nothing is admitted, and nothing is counted elsewhere',
  { skip: toolMissing('redis-server') },
  async (t) => {
    const server = await startRedis(t);
    const state = await readyRedis(t, server);
    await fail(state, 'opd', 5);
    await server.kill();
    const calls: readonly (() => Promise<unknown>)[] = [
      () => state.attempts.admit('s', 'opd', RULES),
      () => state.attempts.settle('s', 'a', 'passed', RULES),
      () => state.rates.take('k', { requests: 1, windowMs: 1_000 }),
      () => state.slots.claim('k', 'print', 1_000),
      () => state.codes.redeem('s', 'digest', 1),
      () => state.codes.useOnce('k', 1_000),
    ];
    for (const call of calls) await t.rejects(call(), SharedStateUnavailable);
    t.equal(await state.ready(), false);
    await server.restart();
    while (!(await state.ready())) await wait(20);
    t.match(await state.attempts.admit('s', 'opd', RULES), { kind: 'admitted' });
  },
);

t.test(
  'a Redis that stands still is unavailable within the time limit',
  { skip: toolMissing('redis-server') },
  async (t) => {
    const server = await startRedis(t);
    await readyRedis(t, server);
    const state = redisState({ url: server.url, timeoutMs: 200 });
    t.teardown(() => state.close());
    while (!(await state.ready())) await wait(10);
    server.pause(true);
    await t.rejects(state.attempts.admit('s', 'opd', RULES), {
      code: 'state-unavailable',
      message: /timeout/,
    });
    server.pause(false);
    while (!(await state.ready())) await wait(10);
    t.match(await state.attempts.admit('s', 'opd', RULES), { kind: /admitted|busy/ });
  },
);

t.test(
  'a service that starts before its Redis waits for it',
  { skip: toolMissing('redis-server') },
  async (t) => {
    const server = await startRedis(t);
    await server.kill();
    const state = redisState({ url: server.url });
    t.teardown(() => state.close());
    t.equal(await state.ready(), false);
    await server.restart();
    while (!(await state.ready())) await wait(20);
    t.equal(await state.codes.useOnce('k', 1_000), true);
  },
);

t.test('memory that is full refuses rather than forget a failure', async (t) => {
  let now = 0;
  const { codes } = memoryState(() => now);
  for (let i = 0; i < 100_000; i += 1) await codes.useOnce(`k${i}`, 1_000);
  await t.rejects(codes.useOnce('one more', 1_000), { code: 'state-unavailable' });
  now = 1_001;
  t.equal(await codes.useOnce('one more', 1_000), true);
});
