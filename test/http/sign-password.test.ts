// Signing an encrypted document by REST: its password beside the passphrase of the key, each for its own, neither kept.

import t, { type Test } from 'tap';
import { throughQpdf } from '../pdf/encrypted-samples.ts';
import { pki } from '../sign/development-signer.ts';
import { toolMissing } from '../tools.ts';
import { outsideKey } from './outside-key.ts';
import { formOf, type RealService, requestSignature, startRealService } from './real-service.ts';
import { API_KEY, IDENTITY, standInApp } from './stand-in.ts';

const PASSWORD = 'sandi ñ 密';
const FILE = Buffer.from('%PDF-1.7');

async function json(response: Response) {
  return { status: response.status, answer: JSON.parse(await response.text()) as unknown };
}

t.test(
  'the service signs what its password opens',
  { skip: toolMissing('qpdf') || toolMissing('openssl') },
  async (t) => {
    const service: RealService = await startRealService();
    t.teardown(() => service.close());
    const [user, owner] = ['kenari-3f', 'pemilik-9c'];
    const encrypt = (...restrictions: readonly string[]) =>
      throughQpdf(service.letter, ['--encrypt', user, owner, '256', ...restrictions, '--']);
    const locked = await encrypt();
    for (const password of [user, owner]) {
      const response = await requestSignature(
        service,
        { password, page: '1', rect: '305,205,215,72' },
        locked,
      );
      t.equal(response.status, 200);
      const body = formOf(new Uint8Array(await response.arrayBuffer()), { password });
      const verdict = await json(await fetch(`${service.url}/v1/verify`, { method: 'POST', body }));
      t.match(verdict, { status: 200, answer: { verdict: 'VALID', ok: true } });
    }
    const accept = { Accept: 'application/json' };
    const whole = await json(await requestSignature(service, { password: user }, locked, accept));
    t.match(whole, { status: 200, answer: { report: { verdict: 'VALID' } } });
    for (const fields of [{}, { password: 'kenari-3F' }])
      t.match(await json(await requestSignature(service, fields, locked)), {
        status: 422,
        answer: { code: 'pdf-encrypted' },
      });
    const restricted = await encrypt('--modify=none');
    t.match(await json(await requestSignature(service, { password: user }, restricted)), {
      status: 422,
      answer: { code: 'pdf-permission-denied', errors: [{ pointer: '/file', message: '/P lacks bits 4,6' }] },
    });
    t.equal((await requestSignature(service, { password: owner }, restricted)).status, 200);
    await twoSteps(t, service, locked, user);
    for (const secret of ['kenari-3', owner]) t.notOk(service.logged().includes(secret));
  },
);

/** The same with a key that is elsewhere: each request brings the password. */
async function twoSteps(t: Test, service: RealService, locked: Uint8Array, password: string): Promise<void> {
  const key = await outsideKey(service, 'pejabat');
  t.teardown(() => key.close());
  const ask = (step: 'prepare' | 'complete', fields: Readonly<Record<string, string>>) =>
    fetch(`${service.url}/v1/sign/${step}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${service.apiKey}`, Accept: 'application/json' },
      body: formOf(locked, fields),
    });
  const wanted = { signer: 'pejabat', level: 'B-LTA', page: '1', rect: '305,205,215,72' };
  const locked422 = { status: 422, answer: { code: 'pdf-encrypted' } };
  t.match(await json(await ask('prepare', wanted)), locked422, 'without the password nothing is prepared');
  const prepared = (await (await ask('prepare', { ...wanted, password })).json()) as Record<string, string>;
  const { token = '', toBeSigned = '', digestAlgorithm = '' } = prepared;
  const value = await key.signMessage(Buffer.from(toBeSigned, 'base64'), digestAlgorithm);
  const signature = value.toString('base64');
  t.match(await json(await ask('complete', { token, signature })), locked422, 'nor completed');
  t.match(await json(await ask('complete', { token, signature, password })), {
    status: 200,
    answer: { report: { verdict: 'VALID', signatures: [{ level: 'PAdES-B-LTA' }] } },
  });
}

t.test('the password arrives as its UTF-8 octets in both forms, and is zeroed afterwards', async (t) => {
  const kept: (Uint8Array | null)[] = [];
  const seen: (string | null)[] = [];
  const note = (password: Uint8Array | null) => {
    kept.push(password);
    seen.push(password === null ? null : Buffer.from(password).toString('utf8'));
  };
  const app = await standInApp({
    sign: async ({ level, password }) => {
      note(password);
      return {
        ...{ update: Buffer.from('+'), fieldName: 'sig_1', level, algorithm: 'rsa-pkcs1-sha256' },
        ...{ certificateDer: pki.signers.pejabat.certificate, timestampToken: null },
        identity: IDENTITY,
      };
    },
    verify: async (_, __, password) => {
      note(password);
      throw new Error('kenari tidak dinilai');
    },
  });
  const authorization = `Bearer ${API_KEY}`;
  const ask = (payload: Buffer | FormData, url: string, headers: Record<string, string>) =>
    app.server.inject({ method: 'POST', url, payload, headers: { authorization, ...headers } });
  const raw = (headers: Record<string, string>, query = '') =>
    ask(FILE, `/v1/sign?signer=pejabat${query}`, { 'content-type': 'application/pdf', ...headers });
  const form = (fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) =>
    ask(formOf(FILE, { signer: 'pejabat', ...fields }), '/v1/sign', headers);
  const octets = Buffer.from(PASSWORD, 'utf8').toString('latin1');

  t.equal((await raw({ 'Teken-Password': octets })).statusCode, 200);
  t.equal((await form({ password: PASSWORD })).statusCode, 200);
  t.equal((await raw({})).statusCode, 200);
  t.same(seen.splice(0), [PASSWORD, PASSWORD, null]);
  const failed = await form({ password: PASSWORD }, { accept: 'application/json' });
  t.equal(failed.statusCode, 500);
  t.same(seen.splice(0), [PASSWORD, PASSWORD], 'the report beside the document is read with it too');
  for (const password of kept) t.ok(password?.every((octet) => octet === 0) ?? true);
  for (const refused of [await raw({}, '&password=x'), await form({}, { 'Teken-Password': 'x' })])
    t.match(refused.json(), { code: 'invalid-request' });
  t.same(seen, []);
});
