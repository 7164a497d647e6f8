// Several time-stamp authorities, some of which fail: who is asked, who is left alone, and how soon one that returns is used.

import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { TrustServiceFailed } from '../../src/sign/errors.ts';
import { CircuitBreaker, circuitBreakers } from '../../src/trust-services/circuit-breaker.ts';
import { guardedClient } from '../../src/trust-services/guarded-fetch.ts';
import { type TimestampSourceOptions, timestampSource } from '../../src/trust-services/timestamp-client.ts';
import { grant, soundAuthority, startAuthority } from '../doubles/faulty-timestamps.ts';
import { answerWith } from '../doubles/loopback-server.ts';

const now = Date.UTC(2026, 6, 1, 8);
const platform = nodePlatform;
const pki = await createDevelopmentPki({ now, baseUrl: 'http://127.0.0.1:1', keys: 'fast', platform });
const trustList = pki.trustList(platform.digests);
const imprint = { algorithm: 'sha256', digest: platform.digests.of('sha256', Uint8Array.of(1)) } as const;
const never = new AbortController().signal;
const sound = soundAuthority(pki, () => now);

type Respond = typeof sound;
const hangs: Respond = () => undefined;
const isDown: Respond = (_request, response) => void response.destroy();

/** An authority whose answers the test changes, and what was asked of it. */
async function switchable(t: Test, respond: Respond) {
  const authority = { respond, asked: 0, url: '', port: 0 };
  const server = await startAuthority(t, (request, response) => {
    authority.asked += 1;
    authority.respond(request, response);
  });
  return Object.assign(authority, { url: server.url, port: server.port });
}

/** A source whose clocks the test moves. */
function sourceOf(t: Test, urls: readonly string[], options: Partial<TimestampSourceOptions> = {}) {
  const time = { wall: now, monotonic: 0 };
  const client = guardedClient({ privateAddresses: 'allow' });
  t.teardown(() => client.close());
  const source = timestampSource({
    urls,
    client,
    trustList: () => trustList,
    clock: () => time.wall,
    platform,
    budgetMs: 1_000,
    monotonicMs: () => time.monotonic,
    ...options,
  });
  return { source, time };
}

type Source = ReturnType<typeof sourceOf>['source'];

async function failureOf(stamping: Promise<unknown>): Promise<TrustServiceFailed> {
  const outcome = await stamping.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof TrustServiceFailed) return outcome;
  throw new Error('expected TrustServiceFailed', { cause: outcome });
}

async function stampOften(source: Source, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await source.stamp(imprint, never);
}

t.test('a breaker opens after five failures within thirty seconds, not after five in a longer time', (t) => {
  const time = { now: 0 };
  const slow = new CircuitBreaker({ monotonicMs: () => time.now });
  for (time.now = 0; time.now < 100_000; time.now += 8_000) slow.failed();
  t.equal(slow.isOpen, false, 'four in thirty seconds, again and again');
  const quick = new CircuitBreaker({ monotonicMs: () => time.now });
  for (let i = 0; i < 4; i += 1) quick.failed();
  t.equal(quick.advise(), 'ask', 'four are not enough');
  quick.failed();
  t.same([quick.isOpen, quick.advise()], [true, 'leave']);
  time.now += 4_999;
  t.equal(quick.advise(), 'leave');
  time.now += 1;
  t.same([quick.advise(), quick.advise()], ['probe', 'leave'], 'one try for all who come');
  quick.failed();
  time.now += 5_000;
  t.equal(quick.advise(), 'probe');
  quick.succeeded();
  t.same([quick.isOpen, quick.advise()], [false, 'ask']);
  for (let i = 0; i < 4; i += 1) quick.failed();
  t.equal(quick.isOpen, false, 'what was before the success is forgotten');
  t.end();
});

t.test('breakers are remembered for a bounded number of hosts', (t) => {
  const breakers = circuitBreakers(() => 0);
  const first = breakers.of('a');
  for (let i = 0; i < 200; i += 1) breakers.of(`host-${i}`);
  t.equal(breakers.of('a'), first);
  for (let i = 0; i < 300; i += 1) breakers.of(`other-${i}`);
  t.not(breakers.of('a'), first);
  t.end();
});

t.test('an authority that hangs costs its share of the budget, until the breaker knows it', async (t) => {
  const hung = await switchable(t, hangs);
  const next = await switchable(t, sound);
  const { source } = sourceOf(t, [hung.url, next.url]);
  for (let i = 0; i < 5; i += 1) {
    const began = performance.now();
    await source.stamp(imprint, never);
    const took = performance.now() - began;
    t.ok(took >= 450 && took < 1_500, `half of the budget, then the next: ${Math.round(took)} ms`);
  }
  t.same(source.troubles(), ['circuit-open', null]);
  const began = performance.now();
  await stampOften(source, 10);
  t.ok(performance.now() - began < 1_000, 'ten together in less than a second');
  t.same([hung.asked, next.asked], [5, 15]);
});

t.test(
  'a probe beside the others costs nobody a wait, and its success puts the authority back',
  async (t) => {
    const first = await switchable(t, isDown);
    const second = await switchable(t, sound);
    const { source, time } = sourceOf(t, [first.url, second.url], { budgetMs: 8_000 });
    await stampOften(source, 5);
    first.respond = hangs;
    time.monotonic += 5_000;
    const began = performance.now();
    await source.stamp(imprint, never);
    t.ok(performance.now() - began < 4_000, 'the probe hangs, the time-stamp is there');
    t.equal(first.asked, 6);
    first.respond = sound;
    time.monotonic += 5_000;
    await source.stamp(imprint, never);
    await wait(200);
    t.same(source.troubles(), [null, null], 'ten seconds after it was left alone it is in use again');
    const before = second.asked;
    await source.stamp(imprint, never);
    t.equal(second.asked, before, 'and the first choice again');
  },
);

t.test('a probe serves the request where all others fail', async (t) => {
  const first = await switchable(t, isDown);
  const second = await switchable(t, sound);
  const { source, time } = sourceOf(t, [first.url, second.url]);
  await stampOften(source, 5);
  first.respond = sound;
  second.respond = isDown;
  time.monotonic += 5_000;
  await t.resolves(source.stamp(imprint, never));
});

t.test('while all are left alone a request is refused at once, with what each said last', async (t) => {
  const first = await switchable(t, isDown);
  const second = await switchable(t, (_request, response) =>
    answerWith(response, 'text/html', Buffer.from('x')),
  );
  const { source, time } = sourceOf(t, [first.url, second.url]);
  for (let i = 0; i < 5; i += 1) await failureOf(source.stamp(imprint, never));
  const began = performance.now();
  const failure = await failureOf(source.stamp(imprint, never));
  t.ok(performance.now() - began < 100);
  t.equal(failure.code, 'tsa-unavailable');
  t.same(failure.values, {
    sources: [
      { name: `127.0.0.1:${first.port}`, reason: 'circuit-open connection-failed' },
      { name: `127.0.0.1:${second.port}`, reason: 'circuit-open content-type-wrong' },
    ],
  });
  t.same([first.asked, second.asked], [5, 5], 'nobody was asked for it');
  second.respond = sound;
  time.monotonic += 5_000;
  await t.resolves(source.stamp(imprint, never), 'five seconds later one that returned serves');
});

t.test('an authority that returns is in use within ten seconds, measured', async (t) => {
  const first = await switchable(t, isDown);
  const second = await switchable(t, sound);
  const { source } = sourceOf(t, [first.url, second.url], { monotonicMs: () => performance.now() });
  await stampOften(source, 5);
  t.same(source.troubles(), ['circuit-open', null]);
  first.respond = sound;
  const returned = performance.now();
  while (source.troubles()[0] !== null && performance.now() - returned < 15_000) {
    await source.stamp(imprint, never);
    await wait(250);
  }
  const took = performance.now() - returned;
  t.ok(took <= 10_000, `${Math.round(took)} ms`);
});

t.test('an answer that takes five seconds is waited for where there is no other authority', async (t) => {
  const slow = await switchable(
    t,
    (request, response) => void setTimeout(() => sound(request, response), 5_000),
  );
  const { source } = sourceOf(t, [slow.url], { budgetMs: 8_000 });
  await t.resolves(source.stamp(imprint, never));
  const other = await switchable(t, sound);
  const { source: both } = sourceOf(t, [slow.url, other.url], { budgetMs: 8_000 });
  const began = performance.now();
  await both.stamp(imprint, never);
  t.ok(performance.now() - began < 4_500, 'with another one, no longer than its share');
});

t.test('an authority is not asked more often than its budget allows', async (t) => {
  const limited = await switchable(t, sound);
  const other = await switchable(t, sound);
  const rates = [{ requests: 20, windowMs: 1_200_000 }, null];
  const { source, time } = sourceOf(t, [limited.url, other.url], { rates });
  for (let i = 0; i < 30; i += 1) {
    await source.stamp(imprint, never);
    time.monotonic += 1_000;
  }
  t.same([limited.asked, other.asked], [20, 10]);
  t.same(source.troubles(), ['budget-spent', null]);
  time.monotonic = 1_200_000;
  await stampOften(source, 1);
  t.equal(limited.asked, 21, 'the first of them is twenty minutes ago');
  other.respond = isDown;
  time.monotonic = 1_200_500;
  const failure = await failureOf(source.stamp(imprint, never));
  t.same(failure.values, {
    sources: [
      { name: `127.0.0.1:${limited.port}`, reason: 'budget-spent' },
      { name: `127.0.0.1:${other.port}`, reason: 'connection-failed' },
    ],
  });
});

t.test('probes do not use up the budget of an authority', async (t) => {
  const limited = await switchable(t, isDown);
  const other = await switchable(t, sound);
  const rates = [{ requests: 20, windowMs: 1_200_000 }, null];
  const { source, time } = sourceOf(t, [limited.url, other.url], { rates });
  await stampOften(source, 5);
  for (let i = 0; i < 60; i += 1) {
    time.monotonic += 5_000;
    await source.stamp(imprint, never);
    await wait(5);
  }
  t.equal(limited.asked, 10, 'five failures, then one try a minute for five minutes');
});

t.test('a caller who gives up says nothing about the authority', async (t) => {
  const hung = await switchable(t, hangs);
  const { source } = sourceOf(t, [hung.url]);
  for (let i = 0; i < 6; i += 1) {
    const failure = await failureOf(source.stamp(imprint, AbortSignal.timeout(20)));
    t.equal(failure.code, 'deadline-exceeded');
  }
  t.same(source.troubles(), [null]);
});

const slowBy = (ms: number): Respond => soundAuthority(pki, () => now - ms);

t.test(
  'our clock stays untrusted while the breakers are open, and is trusted again within ten seconds',
  async (t) => {
    const first = await switchable(t, slowBy(-600_000));
    const second = await switchable(t, slowBy(-600_000));
    const told: unknown[] = [];
    const { source, time } = sourceOf(t, [first.url, second.url], {
      onClockOffset: (comparison) => told.push(comparison),
    });
    for (let i = 0; i < 8; i += 1) {
      const failure = await failureOf(source.stamp(imprint, never));
      t.same([failure.code, failure.values], ['clock-untrusted', { offsetSeconds: 600 }]);
    }
    t.equal(first.asked, 5);
    t.same(told, [{ offsetMs: 600_000, trusted: false }], 'told once');
    t.same(source.clockComparison(), { offsetMs: 600_000, trusted: false });
    const refused = await failureOf(source.requireTrustedClock(never));
    t.equal(refused.code, 'clock-untrusted', 'before a key is used');
    time.wall = now + 600_000;
    time.monotonic += 5_000;
    await t.resolves(source.requireTrustedClock(never), 'the clock was set right');
    t.same(source.clockComparison(), { offsetMs: 0, trusted: true });
    await t.resolves(source.stamp(imprint, never));
  },
);

t.test('a clock that jumps is compared anew before anything is signed', async (t) => {
  const authority = await switchable(t, sound);
  const { source, time } = sourceOf(t, [authority.url]);
  await source.requireTrustedClock(never);
  t.equal(authority.asked, 0, 'before the first reply there is nothing to compare with');
  await source.stamp(imprint, never);
  for (let i = 0; i < 20; i += 1) await source.requireTrustedClock(never);
  t.equal(authority.asked, 1, 'and afterwards nothing is asked without a reason');
  time.wall = now - 600_000;
  t.equal((await failureOf(source.requireTrustedClock(never))).code, 'clock-untrusted');
  t.equal((await failureOf(source.requireTrustedClock(never))).code, 'clock-untrusted');
  t.equal(authority.asked, 2, 'asked once within five seconds');
  time.wall = now;
  time.monotonic += 5_000;
  await t.resolves(source.requireTrustedClock(never));
});

t.test('one deviating authority of several is no source, and says nothing against our clock', async (t) => {
  const wrong = await switchable(t, slowBy(600_000));
  const right = await switchable(t, sound);
  const { source } = sourceOf(t, [wrong.url, right.url]);
  await stampOften(source, 6);
  t.same([wrong.asked, right.asked], [5, 6]);
  t.same(source.clockComparison(), { offsetMs: 0, trusted: true });
});

t.test('an offset of more than five seconds is told, a slow line is none', async (t) => {
  const told: unknown[] = [];
  const onClockOffset = (comparison: unknown): number => told.push(comparison);
  const authority = await switchable(t, slowBy(6_000));
  const { source } = sourceOf(t, [authority.url], { onClockOffset });
  await stampOften(source, 3);
  t.same(told, [{ offsetMs: -6_000, trusted: true }]);
  const asking = { at: now };
  const late = await switchable(t, (request, response) => {
    asking.at = now + 20_000;
    sound(request, response);
  });
  const { source: slow } = sourceOf(t, [late.url], { onClockOffset, clock: () => asking.at });
  await slow.stamp(imprint, never);
  t.equal(told.length, 1, 'the time lies between question and answer');
});

t.test('an answer that is not rightly signed does not accuse our clock', async (t) => {
  const forged = await switchable(t, (request, response) => {
    const stranger = { ...pki.tsa, privateKey: pki.signers.segel.privateKey };
    answerWith(
      response,
      'application/timestamp-reply',
      grant(request, { genTime: now - 600_000 }, stranger, now),
    );
  });
  const failure = await failureOf(sourceOf(t, [forged.url]).source.stamp(imprint, never));
  t.equal(failure.code, 'tsa-unavailable');
  t.match(failure.values, { sources: [{ reason: 'signature-value-mismatch' }] });
});
