// Every attempt to sign is recorded before its answer leaves, by the whole service over its development PKI.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import t from 'tap';
import { readCheckpoints } from '../../src/audit/checkpoint-store.ts';
import { chainsIn, linesOf } from '../../src/audit/read-folder.ts';
import { checkReceipt } from '../../src/audit/receipt.ts';
import { type ReadRecord, readRecord } from '../../src/audit/record.ts';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { parseAuditKeys } from '../../src/identity/seal-keys.ts';
import { batchForm, postBatch, readBatch } from './batch-client.ts';
import { formOf, requestSignature, requestVerdict, startRealService } from './real-service.ts';
import { API_KEY, auditOf, auditThrough, IDENTITY, standInApp } from './stand-in.ts';

const service = await startRealService();
t.teardown(() => service.close());

const folder = String(service.environment.TEKEN_AUDIT_SINKS).slice('file:'.length);

async function records(): Promise<readonly ReadRecord[]> {
  const [files = []] = [...(await chainsIn(folder)).values()];
  return [...linesOf(files)].flatMap(({ text }) => readRecord(text) ?? []);
}

/** What was recorded while this was done. */
async function recordedBy(
  work: () => Promise<Response>,
): Promise<{ added: readonly ReadRecord[]; response: Response }> {
  const before = (await records()).length;
  const response = await work();
  return { added: (await records()).slice(before), response };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

t.test('a signature is asked for and completed, and its record holds all that proves it', async (t) => {
  const { added, response } = await recordedBy(() =>
    requestSignature(service, { level: 'B-T', reason: 'Naskah dinas', location: 'Palu' }, service.letter, {
      'X-Request-Id': 'permintaan-1',
      'Idempotency-Key': 'kunci-ulang-1',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    }),
  );
  const signed = Buffer.from(await response.arrayBuffer());
  t.same(
    added.map(({ event }) => event),
    ['sign.requested', 'sign.completed'],
  );
  const [requested, completed] = added;
  t.match(completed?.facts, {
    requestId: 'permintaan-1',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    route: '/v1/sign',
    client: { id: 'aplikasi-contoh', keyId: 'kunci-1' },
    remoteAddr: '127.0.0.1',
    signerRef: { keyId: 'pengembangan', value: /^[0-9a-f]{64}$/ },
    idempotencyKey: { keyId: 'pengembangan', value: /^[0-9a-f]{64}$/ },
    certificate: { sha256: /^[0-9a-f]{64}$/, serial: /^[0-9a-f]+$/, issuer: /CN=/ },
    signatureId: response.headers.get('signature-id'),
    document: {
      inputSha256: sha256(service.letter),
      inputSize: service.letter.length,
      outputSha256: sha256(signed),
      level: 'B-T',
      algorithm: 'rsa-pkcs1-sha256',
      reasonRef: { value: /^[0-9a-f]{64}$/ },
      locationRef: { value: /^[0-9a-f]{64}$/ },
    },
    timestamp: { policy: /^[\d.]+$/, serial: /^[0-9a-f]+$/, genTime: /^20.*Z$/ },
  });
  t.same(requested?.facts.signerRef, completed?.facts.signerRef);
  t.notMatch(
    JSON.stringify(added),
    /pejabat|Pejabat|Naskah|Palu|kunci-ulang/,
    'no name and no words of the caller',
  );
});

t.test('every refusal is recorded with the code that the caller sees and the one that we know', async (t) => {
  const wrong = 'salah-sekali';
  const cases: readonly (readonly [ask: () => Promise<Response>, status: number, record: object])[] = [
    [
      () => requestSignature(service, { passphrase: wrong }),
      403,
      { event: 'sign.refused', facts: { problemCode: 'signer-auth-failed', signerRef: {} } },
    ],
    [
      () => requestSignature(service, { signer: 'kedaluwarsa', level: 'B-B' }),
      403,
      { event: 'sign.refused', facts: { problemCode: 'signer-auth-failed', reason: 'certificate-expired' } },
    ],
    [
      () => requestSignature(service, { signer: 'orang-lain' }),
      403,
      { event: 'sign.refused', facts: { problemCode: 'signer-not-allowed' } },
    ],
    [
      () => requestSignature(service, { expectedSha256: '00'.repeat(32) }),
      412,
      {
        event: 'sign.refused',
        facts: { problemCode: 'document-mismatch', document: { expectedSha256: '00'.repeat(32) } },
      },
    ],
    [
      () => requestSignature(service, {}, Buffer.from('bukan PDF')),
      415,
      { event: 'sign.refused', facts: { problemCode: 'not-pdf' } },
    ],
    [
      () => requestSignature(service, {}, service.letter, { Authorization: 'Bearer kunci-yang-salah' }),
      401,
      { event: 'auth.failed', facts: { problemCode: 'unauthenticated', route: '/v1/sign' } },
    ],
    [
      () => fetch(`${service.url}/v1/preflight`, { method: 'POST', body: formOf(service.letter) }),
      401,
      { event: 'auth.failed', facts: { route: '/v1/preflight' } },
    ],
  ];
  for (const [ask, status, record] of cases) {
    const { added, response } = await recordedBy(ask);
    t.equal(response.status, status);
    t.match(added.at(-1), record);
    t.notMatch(JSON.stringify(added), /salah|orang-lain/);
  }
});

t.test('verifying leaves no record: nobody has signed, and nobody was refused', async (t) => {
  const { added } = await recordedBy(() => requestVerdict(service, service.letter));
  t.same(added, []);
});

t.test('each document of a batch has its record', async (t) => {
  const fields = { signer: 'pejabat', passphrase: service.passphrase, level: 'B-B', count: '4' };
  const list = [service.letter, Buffer.from('%PDF-1.7 rusak'), service.letter, service.letter];
  const before = (await records()).length;
  const named = list.map((bytes, i) => ({ name: `${i}.pdf`, bytes }));
  const { lines } = await readBatch(await postBatch(service, batchForm(fields, named)));
  const added = (await records()).slice(before);
  t.same(
    added.map(({ event, facts }) => [event, facts.index]),
    [
      ['sign.requested', undefined],
      ['sign.completed', 0],
      ['sign.refused', 1],
      ['sign.completed', 2],
      ['sign.completed', 3],
    ],
  );
  t.match(added[0], { facts: { count: 4 } });
  const delivered = lines.flatMap(({ sha256 = null }) => sha256 ?? []);
  const completed = added.filter(({ event }) => event === 'sign.completed');
  t.same(
    completed.map(({ facts }) => facts.document?.outputSha256),
    delivered,
  );
});

t.test('the chain of the whole service holds, under the key that was configured', async (t) => {
  const keys = parseAuditKeys(await readFile(String(service.environment.TEKEN_NIK_HMAC_KEY_FILE), 'utf8'));
  for (const [chainId, files] of await chainsIn(folder)) {
    const { findings } = verifyChain(chainId, linesOf(files), keys);
    t.same(
      findings.map(({ code }) => code),
      ['chain-open'],
    );
  }
});

const LETTER = Buffer.from('%PDF-1.7 surat');
const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/pdf' };
const SIGNED = {
  update: Buffer.from('+tanda'),
  fieldName: 'sig_1',
  level: 'B-B',
  algorithm: 'rsa-pkcs1-sha256',
  timestampToken: null,
  identity: IDENTITY,
} as const;

async function certificateDer(): Promise<Uint8Array> {
  const { pki } = await import('../sign/development-signer.ts');
  return pki.signers.pejabat.certificate;
}

t.test('a signature whose record cannot be written is not delivered', async (t) => {
  const der = await certificateDer();
  const faults: Record<string, () => Promise<void>> = {
    'a full disk': async () => {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    },
    'a sink that hangs': () => new Promise(() => undefined),
  };
  for (const [name, write] of Object.entries(faults)) {
    const audit = auditThrough({ name: 'rusak', write }, { patienceMs: 100 });
    const app = await standInApp({ audit, sign: async () => ({ ...SIGNED, certificateDer: der }) });
    const answer = await app.server.inject({
      method: 'POST',
      url: '/v1/sign?signer=pejabat',
      headers,
      payload: LETTER,
    });
    t.equal(answer.statusCode, 503, name);
    t.match(answer.json(), { code: 'audit-unavailable' });
    t.notOk(answer.rawPayload.includes('tanda'), 'nothing of the document');
    for (const field of ['signature-id', 'content-digest', 'audit-receipt'])
      t.notOk(answer.headers[field], field);
    t.match(answer.headers, { 'retry-after': /\d/ });
  }
});

t.test('a refusal that cannot be recorded is answered as such', async (t) => {
  const audit = auditThrough({ name: 'rusak', write: () => Promise.reject(new Error('EIO')) });
  const app = await standInApp({ audit });
  const answer = await app.server.inject({
    method: 'POST',
    url: '/v1/sign?signer=lain',
    headers,
    payload: LETTER,
  });
  t.equal(answer.statusCode, 503);
  t.match(answer.json(), { code: 'audit-unavailable' });
});

t.test('no route that signs can answer without a record, whatever it forgets', async (t) => {
  const lines: string[] = [];
  const app = await standInApp({ audit: auditOf(lines) });
  const forgetful = { config: { audit: 'signature' as const } };
  app.server.get('/lupa', forgetful, (_request, reply) => reply.send('surat bertanda tangan'));
  const answer = await app.server.inject({ method: 'GET', url: '/lupa' });
  t.equal(answer.statusCode, 500);
  t.notMatch(answer.body, /bertanda/);
  t.match(lines.join(''), /"event":"sign.withheld"/);
});

t.test('a signature comes with a receipt, which anyone checks against a published checkpoint', async (t) => {
  const { seal, verifySeal } = await import('../audit/audit-in-folder.ts');
  const der = await certificateDer();
  const memory = { name: 'memory', write: async () => undefined };
  const audit = auditThrough(memory, { seal, checkpointEvery: { records: 6, ms: 60_000 } });
  const sealed = { certificateDer: seal.certificate.der };
  const app = await standInApp({
    audit,
    seal: sealed,
    sign: async () => ({ ...SIGNED, certificateDer: der }),
  });
  const ask = () =>
    app.server.inject({ method: 'POST', url: '/v1/sign?signer=pejabat', headers, payload: LETTER });
  const answers = [await ask(), await ask(), await ask()];
  const list = (await app.server.inject({ url: '/v1/audit/checkpoints' })).json<{
    seal: string;
    checkpoints: { statement: string }[];
  }>();
  t.equal(list.seal, Buffer.from(sealed.certificateDer).toString('base64'));
  t.equal(list.checkpoints.length, 1);
  const { chainId, number } = JSON.parse(list.checkpoints[0]?.statement ?? '{}') as Record<string, string>;
  const one = await app.server.inject({ url: `/v1/audit/checkpoints/${chainId}/${number}` });
  const kept = readCheckpoints(one.body);
  for (const answer of answers) {
    const receipt = String(answer.headers['audit-receipt']);
    const checked = await checkReceipt(receipt, kept, verifySeal, sha256(answer.rawPayload));
    t.same(checked.findings, []);
    t.equal(checked.receipt?.signatureId, answer.headers['signature-id']);
    const other = await checkReceipt(receipt, kept, verifySeal, sha256(LETTER));
    t.same(other.findings, ['document-differs']);
  }
  const foreign = await ask();
  const late = await checkReceipt(String(foreign.headers['audit-receipt']), kept, verifySeal, null);
  t.same(late.findings, ['checkpoint-missing'], 'the next checkpoint will cover it');
  for (const path of ['uji/2', 'lain/1', 'uji/0', 'uji/1e9'])
    t.ok(
      [400, 404].includes((await app.server.inject({ url: `/v1/audit/checkpoints/${path}` })).statusCode),
      path,
    );
});

t.test('every route that needs a client is one whose refusals are recorded', async (t) => {
  const app = await standInApp();
  const document = (await app.server.inject({ url: '/openapi.json' })).json<{
    paths: Record<string, Record<string, { security?: readonly object[] }>>;
  }>();
  let asked = 0;
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { security = [] }] of Object.entries(methods)) {
      if (security.length === 0) continue;
      asked += 1;
      const lines: string[] = [];
      const counting = await standInApp({ audit: auditOf(lines) });
      const url = await counting.server.listen({ host: '127.0.0.1', port: 0 });
      const answer = await fetch(`${url}${path}`, { method: method.toUpperCase() });
      await counting.server.close();
      t.equal(answer.status, 401, path);
      t.match(lines.join(''), /"event":"auth.failed"/, path);
    }
  t.ok(asked >= 5, 'the routes were found');
});
