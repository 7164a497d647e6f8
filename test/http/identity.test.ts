// Who may sign, asked of the real service: a signer for every reason to refuse one.

import { createHash } from 'node:crypto';
import t from 'tap';
import { chainsIn, linesOf } from '../../src/audit/read-folder.ts';
import { type ReadRecord, readRecord } from '../../src/audit/record.ts';
import { totpCode, totpStep } from '../../src/identity/totp.ts';
import { type RealService, requestSignature, startRealService } from './real-service.ts';
import { arrangeSigners, EMAIL, NIK, TOTP_SECRET } from './signers-of-all-kinds.ts';

interface Refusal {
  readonly status: number;
  readonly code: string;
  /** As the log and the audit have it. */
  readonly inside: string | null;
  readonly body: string;
}

async function refusalOf(service: RealService, fields: Readonly<Record<string, string>>): Promise<Refusal> {
  const before = service.logged().length;
  const response = await requestSignature(service, fields);
  const body = await response.text();
  const { code } = JSON.parse(body) as { code: string };
  const lines = service
    .logged()
    .slice(before)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const refused = lines.find(({ msg }) => msg === 'refused' || msg === 'failed');
  return { status: response.status, code, inside: refused?.error?.code ?? null, body: withoutIds(body) };
}

interface Line {
  readonly msg: string;
  readonly error?: { readonly code: string } | null;
}

async function lastRecord(folder: string): Promise<ReadRecord | undefined> {
  const [files = []] = [...(await chainsIn(folder)).values()];
  return [...linesOf(files)].flatMap(({ text }) => readRecord(text) ?? []).at(-1);
}

function withoutIds(body: string): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), requestId: '' });
}

t.test('whoever may not sign is refused, nothing is signed, and only the inside knows why', async (t) => {
  const service = await startRealService({}, { arrange: arrangeSigners });
  t.teardown(() => service.close());

  const hidden = [
    ['kedaluwarsa', 'certificate-expired'],
    ['belum-berlaku', 'certificate-not-yet-valid'],
    ['dicabut', 'certificate-revoked'],
    ['salah-guna', 'certificate-wrong-usage'],
    ['orang-lain', 'certificate-foreign'],
    ['asing', 'certificate-untrusted'],
    ['ditangguhkan', 'signer-status'],
    ['tidak-ada', 'signer-unknown'],
  ] as const;
  const folder = String(service.environment.TEKEN_AUDIT_SINKS).slice('file:'.length);
  const bodies = new Set<string>();
  for (const [signer, inside] of hidden) {
    const refusal = await refusalOf(service, { signer, level: 'B-B' });
    t.match(refusal, { status: 403, code: 'signer-auth-failed', inside }, signer);
    bodies.add(refusal.body);
    const record = await lastRecord(folder);
    t.match(record, { event: 'sign.refused', facts: { problemCode: 'signer-auth-failed', reason: inside } });
    t.match(record?.facts.identity?.join(), ` failed ${inside}`, 'and the audit has every step');
  }
  const wrong = await refusalOf(service, { signer: 'pejabat', level: 'B-B', passphrase: 'salah' });
  t.match(wrong, { status: 403, code: 'signer-auth-failed', inside: 'secret-wrong' });
  bodies.add(wrong.body);
  t.equal(bodies.size, 1, 'nine reasons, one answer');

  const silent = await refusalOf(service, { signer: 'tanpa-jawaban' });
  t.match(silent, { status: 503, code: 'revocation-unavailable', inside: 'revocation-unavailable' });
  const forbidden = await refusalOf(service, { signer: 'bukan-milik-opd-ini' });
  t.match(forbidden, { status: 403, code: 'signer-not-allowed' });
  t.notMatch(service.logged(), /"msg":"signed"/);
});

t.test('failures count for a signer that nobody has as for any other', async (t) => {
  const service = await startRealService({}, { arrange: arrangeSigners });
  t.teardown(() => service.close());
  for (const signer of ['pejabat', 'tidak-ada', 'kedaluwarsa']) {
    const codes: string[] = [];
    for (let i = 0; i < 3; i += 1)
      codes.push((await refusalOf(service, { signer, level: 'B-B', passphrase: 'salah' })).code);
    const next = await requestSignature(service, { signer, level: 'B-B', passphrase: 'salah' });
    t.same(codes, ['signer-auth-failed', 'signer-auth-failed', 'signer-auth-failed']);
    t.equal(next.status, 429, `${signer}: the pause after the third failure`);
    const seconds = Number(next.headers.get('Retry-After'));
    t.ok(seconds >= 1 && seconds <= 5, `${seconds} s`);
    t.match(await next.json(), { code: 'signer-attempts-exceeded' });
  }
});

t.test('a clock that is ten minutes off signs nothing', async (t) => {
  const service = await startRealService({}, { clock: () => Date.now() + 600_000 });
  t.teardown(() => service.close());
  t.match(await refusalOf(service, { level: 'B-T' }), {
    status: 503,
    inside: /clock-untrusted|tsa-unavailable/,
  });
  t.match(await refusalOf(service, { level: 'B-B' }), { status: 503, code: 'clock-untrusted' });
  t.notMatch(service.logged(), /"msg":"signed"/);
});

t.test('a code of the authenticator is needed, and good once', async (t) => {
  const service = await startRealService({}, { arrange: arrangeSigners });
  t.teardown(() => service.close());
  const signer = 'ber-kode';
  const code = totpCode(TOTP_SECRET, totpStep(Date.now()));
  t.match(await refusalOf(service, { signer }), {
    code: 'signer-auth-failed',
    inside: 'second-factor-missing',
  });
  const signed = await requestSignature(service, { signer, level: 'B-B', code });
  t.equal(signed.status, 200);
  await signed.arrayBuffer();
  const again = await refusalOf(service, { signer, level: 'B-B', code });
  t.match(again, { status: 403, code: 'signer-auth-failed', inside: 'second-factor-used' });
  const wrongCode = totpCode(TOTP_SECRET, totpStep(Date.now()) + 1000);
  const wrong = await refusalOf(service, { signer, level: 'B-B', code: wrongCode });
  t.match(wrong, { code: 'signer-auth-failed', inside: 'second-factor-wrong' });
  t.notMatch(service.logged(), new RegExp(`"${code}"`), 'no code in the log');
});

t.test('who must say what was seen is asked for it, and another document is not signed', async (t) => {
  const service = await startRealService({}, { arrange: arrangeSigners });
  t.teardown(() => service.close());
  const signer = 'perlu-lihat';
  const sha256 = createHash('sha256').update(service.letter).digest('hex');
  t.match(await refusalOf(service, { signer }), { status: 400, inside: 'document-not-shown' });
  t.match(await refusalOf(service, { signer, expectedSha256: 'ab'.repeat(32) }), { status: 412 });
  const signed = await requestSignature(service, { signer, level: 'B-B', expectedSha256: sha256 });
  t.equal(signed.status, 200);
  await signed.arrayBuffer();
});

t.test('the answer says what was found out about the signer, and nothing that it need not', async (t) => {
  const service = await startRealService({}, { arrange: arrangeSigners });
  t.teardown(() => service.close());
  const sha256 = createHash('sha256').update(service.letter).digest('hex');
  const fields = { signer: 'ber-nik', level: 'B-B', expectedSha256: sha256 };
  const signed = await requestSignature(service, fields, service.letter, { Accept: 'application/json' });
  const answer = (await signed.json()) as { identity: unknown };
  t.match(answer.identity, {
    signer: 'ber-nik',
    client: 'aplikasi-contoh',
    certificate: { sha256: /^[0-9a-f]{64}$/, serialNumber: /^[0-9a-f]+$/ },
    findings: [
      { step: 'client', outcome: 'passed' },
      { step: 'signer', outcome: 'passed' },
      { step: 'nik', outcome: 'noted', values: { doubts: ['region', 'birth-date'] } },
      { step: 'status', outcome: 'passed' },
      { step: 'certificate', outcome: 'passed', values: { bound: 'registry', revocation: ['ocsp', 'crl'] } },
      { step: 'document', outcome: 'passed' },
      { step: 'approval', outcome: 'not-asked' },
      { step: 'second-factor', outcome: 'not-asked' },
      { step: 'secret', outcome: 'passed' },
    ],
  });
  const text = JSON.stringify(answer.identity);
  for (const personal of [NIK, EMAIL, 'UJI COBA', service.passphrase]) t.notOk(text.includes(personal));
});
