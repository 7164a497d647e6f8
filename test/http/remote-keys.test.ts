// Signing over the real service with keys that remote services hold, and that want more than a passphrase.

import t from 'tap';
import { BSRE } from '../doubles/bsre.ts';
import { CSC } from '../doubles/csc.ts';
import { batchForm, postBatch, readBatch } from './batch-client.ts';
import { formOf, requestVerdict, startRealService } from './real-service.ts';
import { arrangeRemoteKeys, type RemoteKeys } from './remote-keys.ts';

let remote: RemoteKeys | null = null;
const service = await startRealService(
  {},
  {
    arrange: async (paths) => {
      remote = await arrangeRemoteKeys(t, paths, {
        kode: { asks: ['OTP'], multisign: 10 },
        'pin-kode': { asks: ['PIN', 'OTP'] },
        pribadi: { mode: 'oauth2code' },
      });
      return {};
    },
  },
);
t.teardown(() => service.close());
const { csc, bsre } = remote as unknown as RemoteKeys;
bsre.level = 'B-B';

const authorization = { Authorization: `Bearer ${service.apiKey}` };

function ask(fields: Readonly<Record<string, string>>): Promise<Response> {
  const body = formOf(service.letter, { level: 'B-B', ...fields });
  return fetch(`${service.url}/v1/sign`, { method: 'POST', headers: authorization, body });
}

async function refusedWith(response: Response): Promise<string> {
  return `${response.status} ${((await response.json()) as { code: string }).code}`;
}

t.test('a one-time code of the remote service signs, in a form and beside a raw body', async (t) => {
  const inForm = await ask({ signer: 'kode', otp: CSC.otp });
  t.equal(inForm.status, 200, inForm.status === 200 ? '' : await inForm.text());
  const signed = new Uint8Array(await inForm.arrayBuffer());
  t.match(await (await requestVerdict(service, signed)).json(), { ok: true });
  const raw = await fetch(`${service.url}/v1/sign?signer=pin-kode&level=B-B`, {
    method: 'POST',
    headers: {
      ...authorization,
      'Content-Type': 'application/pdf',
      'Teken-Passphrase': CSC.pin,
      'Teken-Otp': CSC.otp,
    },
    body: new Uint8Array(service.letter),
  });
  t.equal(raw.status, 200, raw.status === 200 ? '' : await raw.text());
  t.match(csc.bodies('credentials/authorize').at(-1), {
    authData: [
      { id: 'PIN-1', value: CSC.pin },
      { id: 'OTP-1', value: CSC.otp },
    ],
  });
});

t.test('a wrong code is refused as a wrong passphrase is, and never written', async (t) => {
  const wrong = 'kode-salah-7391';
  t.equal(await refusedWith(await ask({ signer: 'kode', otp: wrong })), '403 signer-auth-failed');
  t.equal(await refusedWith(await ask({ signer: 'kode' })), '403 signer-auth-failed', 'none at all');
  const inQuery = await fetch(`${service.url}/v1/sign?signer=kode&otp=${wrong}`, {
    method: 'POST',
    headers: { ...authorization, 'Content-Type': 'application/pdf' },
    body: new Uint8Array(service.letter),
  });
  t.equal(await refusedWith(inQuery), '400 invalid-request', 'a secret is no part of an address');
  t.notMatch(service.logged(), wrong);
  t.notMatch(service.logged(), CSC.otp);
});

t.test('a token of another scope signs nothing, and one stands alone', async (t) => {
  const forms = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: CSC.clientId,
    client_secret: CSC.clientSecret,
    scope: 'service',
  });
  const granted = await fetch(`${csc.url}/oauth2/token`, { method: 'POST', body: forms });
  const { access_token: foreign } = (await granted.json()) as { access_token: string };
  const response = await ask({ signer: 'pribadi', credentialToken: foreign });
  t.not(response.status, 200, 'a token of scope service is none of the credential');
  const both = await ask({ signer: 'pribadi', credentialToken: foreign, otp: '1' });
  t.match(await both.json(), { code: 'invalid-request', errors: [{ pointer: '/credentialToken' }] });
  t.notMatch(service.logged(), foreign);
});

t.test('one code is asked of the service once, however many documents it covers', async (t) => {
  const before = csc.calls('credentials/authorize');
  const files = [
    { name: 'satu.pdf', bytes: service.letter },
    { name: 'rusak.pdf', bytes: Buffer.from('bukan PDF') },
    { name: 'tiga.pdf', bytes: service.letter },
  ];
  const fields = { signer: 'kode', otp: CSC.otp, level: 'B-B', count: '3' };
  const { lines, end } = await readBatch(await postBatch(service, batchForm(fields, files)));
  t.same(
    lines.map(({ status }) => status),
    ['signed', 'failed', 'signed'],
  );
  t.match(end.summary, { signed: 2, failed: 1, skipped: 0 });
  t.equal(csc.calls('credentials/authorize') - before, 1);
  t.match(csc.bodies('credentials/authorize').at(-1), { numSignatures: 2 });
  for (const { pdf = '' } of lines.filter(({ status }) => status === 'signed'))
    t.match(await (await requestVerdict(service, Buffer.from(pdf, 'base64'))).json(), { ok: true });
  const stopping = batchForm({ ...fields, onFailure: 'stop' }, files);
  const stopped = await readBatch(await postBatch(service, stopping));
  t.same(
    stopped.lines.map(({ status }) => status),
    ['signed', 'failed'],
  );
  t.match(stopped.end.summary, { signed: 1, failed: 1, skipped: 1 });
});

t.test('a one-time code of BSrE signs the whole document there', async (t) => {
  const response = await ask({ signer: 'bsre', otp: BSRE.totp });
  t.equal(response.status, 200, response.status === 200 ? '' : await response.text());
  const order = JSON.parse(bsre.lastBody('/api/v2/sign/pdf')) as Record<string, unknown>;
  t.match(order, { email: BSRE.email, totp: BSRE.totp });
  t.notOk('passphrase' in order);
  const signed = new Uint8Array(await response.arrayBuffer());
  t.match(await (await requestVerdict(service, signed)).json(), { ok: true });
});

const BACK = 'https://aplikasi.example.go.id/kembali';

function send(
  path: string,
  fields: Readonly<Record<string, string>>,
  file = service.letter,
): Promise<Response> {
  const body = formOf(file, fields);
  return fetch(`${service.url}${path}`, { method: 'POST', headers: authorization, body });
}

interface PreparedAnswer {
  readonly token: string;
  readonly authorization: { readonly url: string; readonly state: string };
}

async function prepareByBrowser(): Promise<PreparedAnswer> {
  const response = await send('/v1/sign/prepare', { signer: 'pribadi', level: 'B-B', redirectUri: BACK });
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as PreparedAnswer;
}

t.test('a person authorises the signature in a browser, and the code completes it', async (t) => {
  const { token, authorization: asked } = await prepareByBrowser();
  const query = new URL(asked.url).searchParams;
  t.equal(query.get('redirect_uri'), BACK);
  t.equal(query.get('code_challenge_method'), 'S256');
  t.equal(query.get('state'), asked.state);
  const authorizationCode = csc.approve(asked.url);
  const fields = { token, authorizationCode, state: asked.state };
  const pointerOf = async (response: Response): Promise<unknown> =>
    ((await response.json()) as { errors?: { pointer: string }[] }).errors?.[0]?.pointer;
  const signHash = csc.calls('signatures/signHash');
  t.equal(await pointerOf(await send('/v1/sign/complete', { ...fields, state: 'lain' })), '/state');
  const other = Buffer.concat([service.letter, Buffer.from('\n')]);
  t.equal(await pointerOf(await send('/v1/sign/complete', fields, other)), '/file');
  t.equal(await pointerOf(await send('/v1/sign/complete', { token, authorizationCode })), '/signature');
  t.equal(csc.calls('signatures/signHash'), signHash, 'nothing of this has used the key, or the code');
  const response = await send('/v1/sign/complete', fields);
  t.equal(response.status, 200, response.status === 200 ? '' : await response.text());
  const signed = new Uint8Array(await response.arrayBuffer());
  t.match(await (await requestVerdict(service, signed)).json(), { ok: true });
  const again = await send('/v1/sign/complete', fields);
  t.equal(await refusedWith(again), '403 signer-auth-failed', 'a code is good once');
  t.notMatch(service.logged(), authorizationCode);
});

t.test('a code belongs to the signature that its person was shown', async (t) => {
  const [first, second] = [await prepareByBrowser(), await prepareByBrowser()];
  const code = csc.approve(first.authorization.url);
  const crossed = await send('/v1/sign/complete', {
    token: second.token,
    authorizationCode: code,
    state: second.authorization.state,
  });
  t.equal(await refusedWith(crossed), '403 signer-auth-failed');
});

t.test(
  'where nobody is asked in a browser, or the way back is open to others, preparing says so',
  async (t) => {
    for (const fields of [
      { signer: 'kode', redirectUri: BACK },
      { signer: 'pribadi', redirectUri: 'http://aplikasi.example.go.id/kembali' },
    ]) {
      const response = await send('/v1/sign/prepare', { level: 'B-B', ...fields });
      t.match(await response.json(), { code: 'invalid-request', errors: [{ pointer: '/redirectUri' }] });
    }
  },
);
