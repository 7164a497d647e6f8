// Signatures that others approve, and codes by mail: over the real service.

import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import t, { type Test } from 'tap';
import type { developmentPaths } from '../../certs-dev/folder.ts';
import { base32, totpCode, totpStep } from '../../src/identity/totp.ts';
import { batchForm, postBatch } from './batch-client.ts';
import { formOf, type RealService, requestSignature, startRealService } from './real-service.ts';

const SECRETS: Readonly<Record<string, Uint8Array>> = {
  sekda: new TextEncoder().encode('rahasia-sekretaris-1'),
  asisten: new TextEncoder().encode('rahasia-asisten-0002'),
  luar: new TextEncoder().encode('rahasia-orang-lain-3'),
};

type Paths = ReturnType<typeof developmentPaths>;

/** The regent signs what two of three approve; a clerk of the seal has codes by mail. */
async function arrange(paths: Paths): Promise<Record<string, string>> {
  const registry = JSON.parse(await readFile(paths.signersFile, 'utf8')) as { signers: object[] };
  const uri = 'pkcs12:signers/pejabat-ec.p12';
  const signers = [
    { id: 'bupati', uri, approval: { required: 2, of: ['sekda', 'asisten', 'bupati'] } },
    { id: 'juru-segel', uri, email: 'segel@contoh.example', secondFactor: { kind: 'email' } },
    ...Object.keys(SECRETS).map((id) => ({
      id,
      uri,
      secondFactor: { kind: 'totp', secretFile: `${id}.totp` },
    })),
  ];
  for (const [id, secret] of Object.entries(SECRETS))
    await writeFile(join(dirname(paths.signersFile), `${id}.totp`), base32(secret));
  await writeFile(paths.signersFile, JSON.stringify({ signers: [...registry.signers, ...signers] }));
  const file = JSON.parse(await readFile(paths.clientsFile, 'utf8')) as { clients: { signers: string[] }[] };
  for (const client of file.clients) client.signers.push(...signers.map(({ id }) => id), 'tidak-ada');
  await writeFile(paths.clientsFile, JSON.stringify(file));
  return {};
}

function approve(
  service: RealService,
  approver: string,
  options: { readonly file?: Uint8Array; readonly signer?: string; readonly code?: string } = {},
): Promise<Response> {
  const { file = service.letter, signer = 'bupati' } = options;
  const code = options.code ?? totpCode(SECRETS[approver] ?? new Uint8Array(20), totpStep(Date.now()));
  return fetch(`${service.url}/v1/approvals`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.apiKey}` },
    body: formOf(file, { signer, approver, code }),
  });
}

async function approvalOf(response: Response): Promise<string> {
  const answer = (await response.json()) as { approval?: string; code?: string };
  if (answer.approval === undefined) throw new Error(answer.code);
  return answer.approval;
}

async function codeOf(response: Response): Promise<string> {
  return `${response.status} ${((await response.json()) as { code?: string }).code}`;
}

t.test('two of the named approve the very document, then it is signed', async (t) => {
  const service = await startRealService({}, { arrange });
  t.teardown(() => service.close());
  const sign = (approvals: readonly string[], file: Uint8Array = service.letter): Promise<Response> =>
    requestSignature(service, { signer: 'bupati', level: 'B-B', approvals: approvals.join(' ') }, file, {
      Accept: 'application/json',
    });
  const first = await approvalOf(await approve(service, 'sekda'));
  const second = await approvalOf(await approve(service, 'asisten'));
  const without = await requestSignature(service, { signer: 'bupati', level: 'B-B' });
  t.equal(await codeOf(without), '403 approval-missing');
  t.equal(await codeOf(await sign([first])), '403 approval-missing');
  t.equal(await codeOf(await sign([first, first])), '403 approval-missing', 'one person twice');
  t.equal(await codeOf(await sign([first, `${second}A`])), '403 approval-missing', 'altered');
  const other = Buffer.concat([service.letter, Buffer.from('\n')]);
  t.equal(await codeOf(await sign([first, second], other)), '403 approval-missing', 'another document');
  const signed = await sign([first, second]);
  t.equal(signed.status, 200);
  const { identity } = (await signed.json()) as { identity: { findings: readonly { step: string }[] } };
  t.same(
    identity.findings.find(({ step }) => step === 'approval'),
    { step: 'approval', outcome: 'passed', values: { by: ['asisten', 'sekda'], required: 2 } },
  );
});

t.test(
  'a batch is refused to whoever others approve, with approvals or without, and nothing is signed',
  async (t) => {
    const service = await startRealService({}, { arrange });
    t.teardown(() => service.close());
    const given = [
      await approvalOf(await approve(service, 'sekda')),
      await approvalOf(await approve(service, 'asisten')),
    ];
    const fields = { signer: 'bupati', passphrase: service.passphrase, level: 'B-B', count: '2' };
    const files = ['satu.pdf', 'dua.pdf'].map((name) => ({ name, bytes: service.letter }));
    const plain = await postBatch(service, batchForm(fields, files));
    t.equal(await codeOf(plain), '403 approval-missing');
    const withApprovals = await postBatch(
      service,
      batchForm({ ...fields, approvals: given.join(' ') }, files),
    );
    t.equal(await codeOf(withApprovals), '400 invalid-request', 'an approval is of one document');
    t.notMatch(service.logged(), /"msg":"signed"/);
  },
);

t.test('nobody else approves, nobody approves for himself, and a code approves once', async (t) => {
  const service = await startRealService({}, { arrange });
  t.teardown(() => service.close());
  t.equal(await codeOf(await approve(service, 'luar')), '403 signer-not-allowed', 'not named');
  t.equal(await codeOf(await approve(service, 'bupati')), '403 signer-auth-failed', 'has no authenticator');
  t.equal(await codeOf(await approve(service, 'sekda', { signer: 'pejabat' })), '403 signer-not-allowed');
  const code = totpCode(SECRETS.asisten ?? new Uint8Array(), totpStep(Date.now()));
  t.equal((await approve(service, 'asisten', { code })).status, 200);
  t.equal(await codeOf(await approve(service, 'asisten', { code })), '403 signer-auth-failed', 'used');
  const batch = formOf(service.letter, {});
  const form = new FormData();
  for (const [name, value] of Object.entries({
    signer: 'bupati',
    count: '1',
    passphrase: service.passphrase,
  }))
    form.append(name, value);
  form.append('file', batch.get('file') as Blob, 'surat.pdf');
  const many = await fetch(`${service.url}/v1/sign/batch`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.apiKey}` },
    body: form,
  });
  t.equal(await codeOf(many), '403 approval-missing', 'each document is approved by itself');
});

/** Keeps what is sent to it. */
async function startMailServer(t: Test): Promise<{ readonly url: string; readonly messages: string[] }> {
  const messages: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      stream.on('end', () => {
        messages.push(text);
        done();
      });
    },
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const listening = server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  t.teardown(() => new Promise<void>((closed) => server.close(() => closed())));
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return { url: `smtp://127.0.0.1:${address.port}`, messages };
}

function askForCode(service: RealService, signer: string, count = '1'): Promise<Response> {
  return fetch(`${service.url}/v1/sign/code?signer=${signer}&count=${count}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.apiKey}` },
  });
}

t.test('a code comes by mail, signs once, and is asked for alike by whoever is there or not', async (t) => {
  const mail = await startMailServer(t);
  const variables = { TEKEN_SMTP_URL: mail.url, TEKEN_MAIL_FROM: 'teken@contoh.example' };
  const service = await startRealService(variables, { arrange });
  t.teardown(() => service.close());
  for (const signer of ['juru-segel', 'pejabat', 'tidak-ada']) {
    const answer = await askForCode(service, signer);
    t.equal(answer.status, 202, signer);
    t.same(await answer.json(), { status: 'accepted' });
  }
  t.equal(mail.messages.length, 1, 'one of them has codes by mail');
  const [message = ''] = mail.messages;
  t.match(message, /To: segel@contoh\.example/);
  const [, code = ''] = /Kode Anda: (\d{6})/.exec(message) ?? [];
  t.match(code, /^\d{6}$/);
  const sign = (given: string): Promise<Response> =>
    requestSignature(service, { signer: 'juru-segel', level: 'B-B', code: given });
  const wrong = code === '000000' ? '000001' : '000000';
  t.equal(await codeOf(await sign(wrong)), '403 signer-auth-failed');
  const signed = await sign(code);
  t.equal(signed.status, 200);
  await signed.arrayBuffer();
  t.equal(await codeOf(await sign(code)), '403 signer-auth-failed', 'good once');
  t.notOk(service.logged().includes(code), 'no code in the log');
  t.notOk(service.logged().includes('segel@contoh'), 'no address in the log');
  t.equal(await codeOf(await askForCode(service, 'bukan-milik-opd-ini')), '403 signer-not-allowed');
  for (let i = 0; i < 4; i += 1) await askForCode(service, 'juru-segel');
  const tooMany = await askForCode(service, 'juru-segel');
  t.equal(tooMany.status, 429);
  t.ok(Number(tooMany.headers.get('Retry-After')) > 0);
});

t.test('a mail server that is away is said, and services without one say so', async (t) => {
  const variables = { TEKEN_SMTP_URL: 'smtp://127.0.0.1:1', TEKEN_MAIL_FROM: 'teken@contoh.example' };
  const service = await startRealService(variables, { arrange });
  t.teardown(() => service.close());
  t.equal(await codeOf(await askForCode(service, 'juru-segel')), '503 code-not-delivered');
  const without = await startRealService({}, { arrange });
  t.teardown(() => without.close());
  t.equal(await codeOf(await askForCode(without, 'juru-segel')), '404 codes-not-configured');
});
