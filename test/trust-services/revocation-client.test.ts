// OCSP and CRL look-ups: order, faults, what is kept and for how long.

import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { SignerName } from '../../certs-dev/certificate-authority.ts';
import { encodeOcspRefusal, OcspRefusal } from '../../certs-dev/ocsp-responder.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { parseCrl } from '../../src/pki/crl.ts';
import { parseOcspResponse } from '../../src/pki/ocsp.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { guardedClient } from '../../src/trust-services/guarded-fetch.ts';
import { revocationCache } from '../../src/trust-services/revocation-cache.ts';
import {
  type RevocationClientOptions,
  revocationClient,
} from '../../src/trust-services/revocation-client.ts';
import type { FetchedRevocation } from '../../src/verify/ports.ts';
import {
  crlFaults,
  ocspFaults,
  type RevocationDouble,
  soundCrl,
  soundOcsp,
  startRevocationDouble,
} from '../doubles/faulty-revocation.ts';
import { answerWith } from '../doubles/loopback-server.ts';

const START = Date.UTC(2026, 6, 1, 8);
const never = new AbortController().signal;

async function setUp(t: Test, options: Partial<RevocationClientOptions> = {}) {
  const time = { now: START };
  const clock = () => time.now;
  const double = await startRevocationDouble(t, clock);
  const client = guardedClient({ privateAddresses: 'allow' });
  t.teardown(() => client.close());
  const fresh = () => revocationClient({ client, platform: nodePlatform, clock, timeoutMs: 800, ...options });
  const fetcher = fresh();
  const issuer = parseCertificate(double.pki.issuing.certificate);
  const certificateOf = (name: SignerName) => parseCertificate(double.pki.signers[name].certificate);
  const ask = (name: SignerName, signal = never, from = fetcher): Promise<FetchedRevocation> =>
    from.fetch(certificateOf(name), issuer, signal);
  return { time, clock, double, fetcher, fresh, issuer, certificateOf, ask };
}

/** Waits until something that happens beside the test has happened; the test's own limit ends it. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(10);
}

function counts({ asked }: RevocationDouble): readonly number[] {
  return [asked.ocsp, asked.crl];
}

t.test('a responder that answers is enough, whatever it says', async (t) => {
  const { ask, double } = await setUp(t);
  for (const [name, status] of [
    ['pejabat', 'good'],
    ['dicabut', 'revoked'],
  ] as const) {
    const { ocsp, crl, failures } = await ask(name);
    t.equal(ocsp && parseOcspResponse(ocsp).basic?.responses[0]?.status, status);
    t.same([crl, failures], [null, []]);
  }
  t.same(counts(double), [2, 0]);
});

t.test('after each fault of the responder the list decides', async (t) => {
  const { ask, double, clock, fresh } = await setUp(t);
  const kept = new Set(['a status that is unknown', 'an answer that has ended']);
  for (const [name, fault] of Object.entries(await ocspFaults(double.pki, clock))) {
    double.ocsp = fault.respond;
    const { ocsp, crl, failures } = await ask('pejabat', never, fresh());
    t.ok(crl !== null && parseCrl(crl), `${name}: the list came`);
    t.same(failures, [{ kind: 'ocsp', reason: fault.reason }], name);
    t.equal(ocsp !== null, kept.has(name), `${name}: only what is rightly signed and bound is handed on`);
  }
});

t.test('when the list fails too, both reasons are told and nothing is made up', async (t) => {
  const { ask, double, clock, fresh } = await setUp(t);
  double.ocsp = (_request, response) =>
    answerWith(response, 'application/ocsp-response', encodeOcspRefusal(OcspRefusal.tryLater));
  for (const [name, fault] of Object.entries(await crlFaults(double.pki, clock))) {
    double.crl = fault.respond;
    const { ocsp, crl, failures } = await ask('pejabat', never, fresh());
    t.same(
      failures,
      [
        { kind: 'ocsp', reason: 'try-later' },
        { kind: 'crl', reason: fault.reason },
      ],
      name,
    );
    t.equal(ocsp, null, name);
    t.equal(crl !== null, fault.reason === 'stale', name);
  }
});

t.test('a list alone serves an authority that has no responder', async (t) => {
  const { double, fetcher } = await setUp(t);
  const issuing = parseCertificate(double.pki.issuing.certificate);
  const root = parseCertificate(double.pki.root.certificate);
  const { ocsp, failures } = await fetcher.fetch(issuing, root, never);
  t.equal(ocsp, null);
  t.same(failures, [{ kind: 'crl', reason: 'evidence-not-bound' }], 'the double serves only one list');
  t.same(counts(double), [0, 1]);
});

t.test('a certificate without addresses, or with directories only, is asked about nowhere', async (t) => {
  const { fetcher, certificateOf, issuer, double } = await setUp(t);
  const without: Certificate = { ...certificateOf('pejabat'), ocspUrls: [], crlUrls: [] };
  const directory: Certificate = { ...without, crlUrls: ['ldap://127.0.0.1/cn=crl', 'file:///etc/passwd'] };
  for (const certificate of [without, directory]) {
    const { ocsp, crl, failures } = await fetcher.fetch(certificate, issuer, never);
    t.same([ocsp, crl], [null, null]);
    t.same(failures, [
      { kind: 'ocsp', reason: 'no-url' },
      { kind: 'crl', reason: 'no-url' },
    ]);
  }
  t.same(counts(double), [0, 0]);
});

t.test('of many addresses in a certificate two of a kind are tried', async (t) => {
  const { fetcher, certificateOf, issuer, double } = await setUp(t);
  const many = (url: string) => Array.from({ length: 20 }, (_, i) => `${url}?${i}`);
  const certificate: Certificate = {
    ...certificateOf('pejabat'),
    ocspUrls: many(`${double.pki.baseUrl}/x`),
    crlUrls: many(`${double.pki.baseUrl}/y`),
  };
  double.crl = (_request, response) => void response.destroy();
  const { failures } = await fetcher.fetch(certificate, issuer, never);
  t.same(
    failures.map(({ kind }) => kind),
    ['ocsp', 'ocsp', 'crl', 'crl'],
  );
});

t.test('an answer is kept for three minutes, a list for as many certificates as it is about', async (t) => {
  const { ask, double, time, clock } = await setUp(t);
  await ask('pejabat');
  await ask('pejabat');
  t.same(counts(double), [1, 0], 'the second question is answered from memory');
  time.now += 179_000;
  await ask('pejabat');
  t.same(counts(double), [1, 0]);
  time.now += 2_000;
  await ask('pejabat');
  t.same(counts(double), [2, 0]);
  double.ocsp = (_request, response) => void response.destroy();
  time.now += 200_000;
  await ask('pejabat');
  await ask('pejabatEc');
  await ask('segel');
  t.same(counts(double), [5, 1], 'one list for three signers');
  time.now += 10_800_000;
  double.crl = soundCrl(double.pki, clock);
  await ask('segel');
  t.same(counts(double), [6, 2], 'a list is asked for again after three hours');
});

t.test('an address that failed is left alone for five seconds', async (t) => {
  const { ask, double, time, clock } = await setUp(t);
  double.ocsp = (_request, response) => void response.destroy();
  double.crl = (_request, response) => void response.destroy();
  const first = await ask('pejabat');
  t.same(await ask('pejabat'), first, 'the same reasons from memory');
  t.same(counts(double), [1, 1]);
  double.ocsp = soundOcsp(double.pki, clock);
  time.now += 5_000;
  const { ocsp, failures } = await ask('pejabat');
  t.ok(ocsp);
  t.same(failures, []);
});

t.test('no poisoned answer is served later', async (t) => {
  const { ask, double, time, clock } = await setUp(t);
  double.crl = (_request, response) => void response.destroy();
  for (const [name, fault] of Object.entries(await ocspFaults(double.pki, clock))) {
    if (fault.reason === 'stale' || fault.reason === 'ocsp-status-unknown') continue;
    double.ocsp = fault.respond;
    time.now += 31_000;
    await ask('pejabat');
    t.equal((await ask('pejabat')).ocsp, null, name);
  }
});

t.test(
  'a service that keeps failing is left alone, tried beside the list, and used again when it answers',
  async (t) => {
    const monotonic = { now: 0 };
    const { ask, double, time, clock } = await setUp(t, { monotonicMs: () => monotonic.now });
    const pass = (ms: number): void => {
      time.now += ms;
      monotonic.now += ms;
    };
    double.ocsp = (_request, response) => void response.destroy();
    for (let i = 0; i < 5; i += 1) {
      const { failures } = await ask('pejabat');
      t.same(failures, [{ kind: 'ocsp', reason: 'connection-failed' }]);
      pass(5_001);
    }
    t.equal(double.asked.ocsp, 5);
    double.ocsp = () => undefined;
    const began = performance.now();
    const beside = await ask('segel');
    t.ok(performance.now() - began < 700, 'nobody waits for the try');
    t.ok(beside.crl, 'the list serves');
    t.same(beside.failures, [{ kind: 'ocsp', reason: 'circuit-open' }]);
    await until(() => double.asked.ocsp === 6);
    await ask('pejabatEc');
    t.equal(double.asked.ocsp, 6, 'one try for all certificates of that service');
    await wait(1_000);
    double.ocsp = soundOcsp(double.pki, clock);
    pass(5_001);
    await until(async () => (await ask('dicabut')).ocsp !== null);
    t.ok((await ask('segel')).ocsp, 'used again, within ten seconds of its return');
  },
);

t.test('a refusal that concerns one certificate closes no service', async (t) => {
  const { ask, double, time } = await setUp(t);
  double.ocsp = (_request, response) =>
    answerWith(response, 'application/ocsp-response', encodeOcspRefusal(OcspRefusal.unauthorized));
  for (let i = 0; i < 8; i += 1) {
    const { failures } = await ask('pejabat');
    t.same(failures, [{ kind: 'ocsp', reason: 'unauthorized' }]);
    time.now += 5_001;
  }
  t.equal(double.asked.ocsp, 8);
});

t.test('who needs an answer from after a moment gets none that was kept from before', async (t) => {
  const { fetcher, certificateOf, issuer, double, time } = await setUp(t);
  const since = (moment: number | undefined) =>
    fetcher.fetch(certificateOf('pejabat'), issuer, never, moment);
  await since(undefined);
  time.now += 60_000;
  await since(START + 400);
  t.same(counts(double), [1, 0], 'answers have whole seconds');
  const { ocsp } = await since(START + 30_000);
  t.equal(ocsp && parseOcspResponse(ocsp).basic?.responses[0]?.thisUpdate, START + 60_000);
  t.same(counts(double), [2, 0]);
});

t.test('many who ask at once are served by one exchange', async (t) => {
  const { ask, double } = await setUp(t);
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask('pejabat')));
  t.ok(answers.every(({ ocsp }) => ocsp !== null));
  t.same(counts(double), [1, 0]);
});

t.test('one who gives up does not take the answer from the others', async (t) => {
  const { ask, double, clock } = await setUp(t);
  const sound = soundOcsp(double.pki, clock);
  double.ocsp = (request, response) => void setTimeout(() => sound(request, response), 150);
  const controller = new AbortController();
  const impatient = ask('pejabat', controller.signal);
  const patient = ask('pejabat');
  setTimeout(() => controller.abort(), 30);
  const given = await impatient;
  t.same([given.ocsp, given.crl], [null, null]);
  t.match(given.failures, [{ kind: 'ocsp', reason: 'aborted' }]);
  t.ok((await patient).ocsp);
  t.same(counts(double), [1, 0], 'and nothing else was asked for those who gave up');
});

t.test('the cache forgets the least recently used when its bytes are spent', (t) => {
  const cache = revocationCache(10_000);
  const answer = (size: number) => ({
    item: new Uint8Array(size),
    reason: null,
    fetchedAt: 0,
    thisUpdate: null,
  });
  cache.keep('a', answer(4_000), 100);
  cache.keep('b', answer(4_000), 100);
  t.ok(cache.find('a', 0));
  cache.keep('c', answer(4_000), 100);
  t.ok(cache.find('a', 0), 'used a moment ago');
  t.equal(cache.find('b', 0), null, 'the oldest went');
  t.ok(cache.find('c', 0));
  t.equal(cache.find('c', 100), null, 'at its end it is gone');
  cache.keep('d', answer(20_000), 100);
  t.equal(cache.find('d', 0), null, 'what is larger than everything is not kept');
  t.ok(cache.find('a', 0), 'and drives nothing out');
  for (let i = 0; i < 1_000; i += 1)
    cache.keep(`failure ${i}`, { item: null, reason: 'timeout', fetchedAt: 0, thisUpdate: null }, 100);
  const left = Array.from({ length: 1_000 }, (_, i) => cache.find(`failure ${i}`, 0)).filter(Boolean);
  t.ok(left.length > 0 && left.length < 25, 'failures cost memory too');
  t.end();
});
