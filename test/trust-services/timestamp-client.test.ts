// Time-stamps from authorities that work, that go wrong, and that hang.

import t from 'tap';
import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { DevelopmentPolicy, ServicePath } from '../../certs-dev/profile.ts';
import { startDevelopmentServices } from '../../certs-dev/services.ts';
import { encodeTimestampRequest } from '../../src/cms/timestamp.ts';
import { parseTimestampToken } from '../../src/cms/timestamp-token.ts';
import { demoteDevelopmentAnchors } from '../../src/pki/development-marker.ts';
import type { TrustList } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { TrustServiceFailed } from '../../src/sign/errors.ts';
import { acceptTimestamp } from '../../src/trust-services/accept-timestamp.ts';
import { guardedClient } from '../../src/trust-services/guarded-fetch.ts';
import { type TimestampSourceOptions, timestampSource } from '../../src/trust-services/timestamp-client.ts';
import { grant, soundAuthority, startAuthority, timestampFaults } from '../doubles/faulty-timestamps.ts';
import { answerWith } from '../doubles/loopback-server.ts';

const now = Date.UTC(2026, 6, 1, 8);
const clock = () => now;
const { digests } = nodePlatform;
const imprint = {
  algorithm: 'sha256',
  digest: digests.of('sha256', new TextEncoder().encode('surat')),
} as const;
const never = new AbortController().signal;

const services = await startDevelopmentServices({
  pki: (baseUrl) => createDevelopmentPki({ now, baseUrl, keys: 'fast', platform: nodePlatform }),
  port: 0,
  clock,
  platform: nodePlatform,
});
t.teardown(() => services.close());
const { pki } = services;
const trustList = pki.trustList(digests);
const client = guardedClient({ privateAddresses: 'allow' });
t.teardown(() => client.close());

function sourceOf(urls: readonly string[], options: Partial<TimestampSourceOptions> = {}) {
  return timestampSource({
    urls,
    client,
    trustList: () => trustList,
    clock,
    platform: nodePlatform,
    budgetMs: 2_000,
    ...options,
  });
}

async function failureOf(stamping: Promise<Uint8Array>): Promise<TrustServiceFailed> {
  const outcome = await stamping.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof TrustServiceFailed) return outcome;
  throw new Error('expected TrustServiceFailed', { cause: outcome });
}

t.test('a sound authority gives a token over the imprint, with its time, nonce and policy', async (t) => {
  for (const algorithm of ['sha256', 'sha384', 'sha512'] as const) {
    const digest = digests.of(algorithm, Uint8Array.of(1));
    const token = await sourceOf([`${services.url}${ServicePath.timestamp}`]).stamp(
      { algorithm, digest },
      never,
    );
    const { tstInfo, signedData } = parseTimestampToken(token);
    t.same(tstInfo.imprint, { algorithm, digest });
    t.equal(tstInfo.genTime, now);
    t.equal(tstInfo.policy, DevelopmentPolicy.timestamp);
    t.equal(signedData.certificates.length, 2, 'with the chain, for those who verify later');
  }
});

t.test('the room that a source asks for is enough for the tokens of our authority', async (t) => {
  const source = sourceOf([`${services.url}${ServicePath.timestamp}`]);
  const guessed = source.tokenSize;
  const token = await source.stamp(imprint, never);
  t.ok(token.length < guessed, `${token.length} of ${guessed} bytes`);
  t.equal(source.tokenSize, token.length, 'afterwards the size is known');
  const another = sourceOf([`${services.url}${ServicePath.timestamp}`, 'http://127.0.0.1:1']);
  await another.stamp(imprint, never);
  t.equal(another.tokenSize, guessed, 'not where another authority may have to serve');
});

t.test('each fault of an authority is refused with its reason', async (t) => {
  for (const [name, fault] of Object.entries(await timestampFaults(pki, clock))) {
    const authority = await startAuthority(t, fault.respond);
    const failure = await failureOf(sourceOf([authority.url], { budgetMs: 500 }).stamp(imprint, never));
    if (fault.reason === 'clock-deviates') {
      t.equal(failure.code, 'clock-untrusted', name);
      continue;
    }
    t.equal(failure.code, 'tsa-unavailable', name);
    t.same(
      failure.values,
      { sources: [{ name: `127.0.0.1:${authority.port}`, reason: fault.reason }] },
      name,
    );
  }
});

t.test('after each fault the next authority is asked, and its token is used', async (t) => {
  const sound = await startAuthority(t, soundAuthority(pki, clock));
  const faults = Object.entries(await timestampFaults(pki, clock));
  for (const [name, fault] of faults) {
    const faulty = await startAuthority(t, fault.respond);
    const urls = [faulty.url, sound.url];
    const token = await sourceOf(urls, { budgetMs: 1_000 }).stamp(imprint, never);
    t.same(parseTimestampToken(token).tstInfo.imprint.digest, imprint.digest, name);
  }
  t.equal(sound.connections(), faults.length);
});

t.test('no authority is asked twice, and none after one that answered well', async (t) => {
  const first = await startAuthority(t, soundAuthority(pki, clock));
  const second = await startAuthority(t, soundAuthority(pki, clock));
  await sourceOf([first.url, second.url]).stamp(imprint, never);
  t.same([first.connections(), second.connections()], [1, 0]);
});

t.test('all authorities together stay within the budget', async (t) => {
  const silent = await Promise.all([1, 2, 3].map(() => startAuthority(t, () => undefined)));
  const began = performance.now();
  const urls = silent.map(({ url }) => url);
  const failure = await failureOf(sourceOf(urls, { budgetMs: 600 }).stamp(imprint, never));
  t.equal(failure.code, 'tsa-unavailable');
  t.same(
    (failure.values.sources as { reason: string }[]).map(({ reason }) => reason),
    ['timeout', 'timeout', 'timeout'],
    'each had its share',
  );
  t.ok(performance.now() - began < 1_500, 'and no more than the budget was spent');
});

t.test('a token of the last request is no answer to this one', async (t) => {
  let first: Uint8Array | null = null;
  const replaying = await startAuthority(t, (request, response) => {
    first ??= grant(request, {}, pki.tsa, now);
    answerWith(response, 'application/timestamp-reply', first);
  });
  await sourceOf([replaying.url]).stamp(imprint, never);
  const failure = await failureOf(sourceOf([replaying.url]).stamp(imprint, never));
  t.match(failure.values, { sources: [{ reason: 'nonce-mismatch' }] });
});

t.test(
  'clocks: one authority that deviates is passed over, all of them together accuse our own',
  async (t) => {
    const slow = await startAuthority(
      t,
      soundAuthority(pki, () => now - 600_000),
    );
    const slower = await startAuthority(
      t,
      soundAuthority(pki, () => now - 700_000),
    );
    const fast = await startAuthority(
      t,
      soundAuthority(pki, () => now + 600_000),
    );
    const nearly = await startAuthority(
      t,
      soundAuthority(pki, () => now - 60_000),
    );
    await t.resolves(sourceOf([slow.url, nearly.url]).stamp(imprint, never), '60 seconds are tolerated');
    const together = await failureOf(sourceOf([slow.url, slower.url]).stamp(imprint, never));
    t.equal(together.code, 'clock-untrusted');
    t.same(together.values, { offsetSeconds: -600 });
    const divided = await failureOf(sourceOf([slow.url, fast.url]).stamp(imprint, never));
    t.equal(divided.code, 'tsa-unavailable', 'two that contradict each other prove nothing about ours');
  },
);

t.test('only an active anchor that is trusted for time-stamps counts', async (t) => {
  const url = `${services.url}${ServicePath.timestamp}`;
  const lists: readonly [string, TrustList, string][] = [
    [
      'trusted for signatures only',
      {
        ...trustList,
        anchors: trustList.anchors.map((anchor) => ({ ...anchor, purposes: ['signature'] as const })),
      },
      'path anchor-purpose',
    ],
    [
      'a development root in production',
      demoteDevelopmentAnchors(trustList, digests),
      'path anchor-not-active',
    ],
    ['no anchor', { ...trustList, anchors: [] }, 'path no-path'],
  ];
  for (const [name, list, reason] of lists) {
    const failure = await failureOf(sourceOf([url], { trustList: () => list }).stamp(imprint, never));
    t.match(failure.values, { sources: [{ reason }] }, name);
  }
});

t.test('a policy that is demanded is sent, and another one is refused', async (t) => {
  const url = `${services.url}${ServicePath.timestamp}`;
  const policy = DevelopmentPolicy.timestamp;
  await t.resolves(sourceOf([url], { policy }).stamp(imprint, never));
  const unknown = await failureOf(sourceOf([url], { policy: '2.25.1' }).stamp(imprint, never));
  t.match(unknown.values, { sources: [{ reason: 'not-granted rejection unacceptedPolicy' }] });
  const heedless = await startAuthority(t, (request, response) =>
    answerWith(response, 'application/timestamp-reply', grant(request, { policy: '2.25.2' }, pki.tsa, now)),
  );
  const ignored = await failureOf(sourceOf([heedless.url], { policy }).stamp(imprint, never));
  t.match(ignored.values, { sources: [{ reason: 'policy-mismatch' }] });
});

t.test('a caller who gives up is obeyed at once', async (t) => {
  const silent = await startAuthority(t, () => undefined);
  const next = await startAuthority(t, soundAuthority(pki, clock));
  const controller = new AbortController();
  const stamping = failureOf(sourceOf([silent.url, next.url]).stamp(imprint, controller.signal));
  setTimeout(() => controller.abort(), 50);
  t.equal((await stamping).code, 'deadline-exceeded');
  t.equal(next.connections(), 0);
});

t.test('neither the name nor a failure tells what stands in the URL besides the host', async (t) => {
  const authority = await startAuthority(t, () => undefined);
  const url = `${authority.url}/akun-rahasia?token=sangat-rahasia`;
  const source = sourceOf([url], { budgetMs: 100 });
  const failure = await failureOf(source.stamp(imprint, never));
  for (const text of [source.name, failure.message, JSON.stringify(failure.values)])
    t.notMatch(text, /rahasia/);
});

t.test('whichever bit of an answer is changed, it is refused or says the same as before', async (t) => {
  const question = { ...imprint, nonce: 0x0123456789abcdefn, policy: null };
  const request = encodeTimestampRequest({ ...imprint, nonce: question.nonce });
  const sound = grant(request, {}, pki.tsa, now);
  const context = { trustList, now, platform: nodePlatform };
  let accepted = 0;
  for (let at = 0; at < sound.length; at += 1) {
    const changed = sound.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const outcome = await acceptTimestamp(changed, question, context);
    if (!outcome.accepted) continue;
    accepted += 1;
    const { tstInfo } = parseTimestampToken(outcome.token);
    t.same(
      [tstInfo.nonce, tstInfo.imprint.digest, tstInfo.genTime],
      [question.nonce, imprint.digest, now],
      `byte ${at}`,
    );
  }
  t.ok(
    accepted < sound.length / 2,
    'what stands outside the signature is the chain, which is proven otherwise',
  );
  t.ok((await acceptTimestamp(sound, question, context)).accepted);
});
