// The figures of the running service, and what it says of itself when somebody asks whether requests may come.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { requestSignature, requestVerdict, signedLetter, startRealService } from './real-service.ts';

const service = await startRealService({ TEKEN_METRICS_PORT: '0' });
t.teardown(() => service.close());

const scrape = async (): Promise<string> => (await fetch(service.server.metricsUrl ?? '')).text();

/** The value of one series; null where there is none. */
function seriesValue(text: string, series: string): number | null {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

t.test('an idle service has few series, and none on its public port', async (t) => {
  const answer = await fetch(service.server.metricsUrl ?? '');
  t.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  t.ok(lines.length > 10 && lines.length <= 500, `${lines.length} series`);
  t.equal((await fetch(`${service.url}/metrics`)).status, 404);
});

t.test('signatures, verdicts, answers of other services and requests are counted', async (t) => {
  const letter = await signedLetter(service, { level: 'B-LT' });
  await requestVerdict(service, letter);
  await requestVerdict(service, service.letter);
  await requestSignature(service, { passphrase: 'salah', level: 'B-B' });
  await fetch(`${service.url}/tidak-ada/7271041908400001`);
  const text = await scrape();
  const expected = {
    'tte_sign_requests_total{result="signed",level="B-LT",kind="pkcs12"}': 1,
    'tte_sign_requests_total{result="signer-auth-failed",level="B-B",kind="pkcs12"}': 1,
    'tte_verify_verdicts_total{verdict="VALID"}': 1,
    'tte_verify_verdicts_total{verdict="NO_SIGNATURE"}': 1,
    'tte_dependency_answers_total{kind="tsa",name="timestamp-authority-1",outcome="answered"}': 1,
    'tte_circuit_state{name="timestamp-authority-1"}': 0,
    'tte_problems_total{code="signer-auth-failed"}': 1,
    'http_server_request_duration_seconds_count{method="POST",route="/v1/verify",status="200"}': 2,
    'http_server_request_duration_seconds_count{method="GET",route="unknown",status="404"}': 2,
    tte_documents_waiting: 0,
    tte_worker_restarts_total: 0,
    tte_audit_write_failures_total: null,
  };
  for (const [series, value] of Object.entries(expected)) t.equal(seriesValue(text, series), value, series);
  t.ok((seriesValue(text, 'tte_trust_list_age_seconds') ?? -1) >= 0);
  t.ok(Math.abs(seriesValue(text, 'tte_clock_offset_seconds') ?? 99) < 5);
  t.ok((seriesValue(text, 'tte_event_loop_delay_seconds{quantile="0.99"}') ?? 0) > 0);
  const expiries = [
    ...text.matchAll(
      /^tte_signing_certificate_expiry_timestamp_seconds\{certificate="[0-9a-f]{12}"\} (\d+)$/gm,
    ),
  ].map(([, at]) => Number(at));
  t.ok(
    expiries.some((at) => at > Date.now() / 1000),
    'in force',
  );
  t.ok(
    expiries.some((at) => at < Date.now() / 1000),
    'and expired',
  );
});

t.test('nothing of a person, a key or a document stands in it', async (t) => {
  const registry = readFileSync(service.environment.TEKEN_SIGNERS_FILE ?? '', 'utf8');
  const text = await scrape();
  const secrets = [...registry.matchAll(/"(?:id|name|nik|email|position|agency)": ?"([^"]+)"/g)].map(
    ([, s = '']) => s,
  );
  t.ok(secrets.length > 3);
  for (const secret of [
    ...secrets,
    service.apiKey,
    service.passphrase,
    'surat',
    '7271041908400001',
    '127.0.0.1',
  ])
    t.notOk(text.includes(secret), secret);
});

t.test('a trust list that is too old keeps the service from being ready, and says so before', async (t) => {
  const readiness = async () => {
    const answer = await fetch(`${service.url}/readyz`);
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  t.match(await readiness(), { status: 200, checks: [{}, {}, {}, { name: 'trust-list', ok: true }] });
  const file = join(service.environment.TEKEN_TRUST_DIR ?? '', 'anchors.json');
  const original = readFileSync(file, 'utf8');
  const aged = async (days: number): Promise<void> => {
    const asOf = new Date(Date.now() - days * 86_400_000).toISOString();
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(original) as object), asOf }));
    if (!(await service.server.reload())) throw new Error('refused');
  };
  await aged(25);
  t.match(await readiness(), {
    status: 200,
    degraded: [{ name: 'trust-list', reason: 'trust-list-ageing' }],
  });
  await aged(31);
  t.match(await readiness(), {
    status: 503,
    ready: false,
    checks: [{}, {}, {}, { name: 'trust-list', ok: false, reason: 'trust-list-too-old' }],
  });
  t.equal((await fetch(`${service.url}/healthz`)).status, 200, 'restarting it would help nobody');
  writeFileSync(file, original);
  await service.server.reload();
  t.equal((await readiness()).status, 200);
});

t.test(
  'a certificate that expires within a month is degraded, one that has expired is not ready',
  async (t) => {
    const clock = { ahead: 0 };
    const later = await startRealService(
      { TEKEN_TSA_URLS: '', TEKEN_TRUST_MAX_AGE: 'none' },
      { clock: () => Date.now() + clock.ahead },
    );
    t.teardown(() => later.close());
    const figures = await later.server.figures();
    const expiries =
      figures
        .find(({ name }) => name.includes('certificate_expiry'))
        ?.samples.map(({ value }) => value * 1000) ?? [];
    const readiness = async () => (await fetch(`${later.url}/readyz`)).json();
    clock.ahead = Math.max(...expiries) - Date.now() - 10 * 86_400_000;
    t.match(await readiness(), {
      ready: true,
      degraded: [{ name: 'signing-certificates', reason: 'certificate-expires-soon' }],
    });
    clock.ahead = Math.max(...expiries) - Date.now() + 1000;
    t.match(await readiness(), {
      ready: false,
      checks: [{}, { name: 'signing-certificates', ok: false, reason: 'certificate-expired' }],
    });
  },
);
