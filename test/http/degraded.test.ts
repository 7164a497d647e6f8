// The service while its time-stamp authority does not answer: typed problems, nothing lowered, readiness that tells.

import t from 'tap';
import { requestSignature, requestVerdict, startRealService } from './real-service.ts';

// Nothing listens on port 1.
const service = await startRealService({ TEKEN_TSA_URLS: 'http://127.0.0.1:1/tsa' });
t.teardown(() => service.close());

const readiness = async () => {
  const answer = await fetch(`${service.url}/readyz`);
  return { status: answer.status, ...((await answer.json()) as object) };
};

t.test('each signature with a time-stamp is refused with 503, and may be tried again', async (t) => {
  t.match(await readiness(), { status: 200, ready: true, degraded: [] });
  for (let i = 0; i < 5; i += 1) {
    const answer = await requestSignature(service, { level: 'B-T' });
    t.equal(answer.status, 503);
    t.ok(answer.headers.get('retry-after'));
    t.match(await answer.json(), { code: 'tsa-unavailable' });
  }
});

t.test('then the authority counts as degraded, which keeps no request away', async (t) => {
  t.match(await readiness(), {
    status: 200,
    ready: true,
    checks: [{ name: 'signing-keys' }, { name: 'signing-certificates' }, { name: 'clock', ok: true }],
    degraded: [{ name: 'timestamp-authority-1', ok: false, reason: 'circuit-open' }],
  });
  const signed = await requestSignature(service, { level: 'B-B' });
  t.equal(signed.status, 200, 'B-B where it was asked for');
  const file = Buffer.from(await signed.arrayBuffer());
  t.match(await (await requestVerdict(service, file)).json(), { ok: true });
});
