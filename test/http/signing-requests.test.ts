// POST /v1/signing-requests: what an application gets, and what it may not ask for.

import { createHash, randomBytes } from 'node:crypto';
import t from 'tap';
import type { AppServices } from '../../src/http/ports.ts';
import type { SigningPage } from '../../src/http/signing-page.ts';
import { openSigningLink } from '../../src/identity/signing-link.ts';
import { clientsIn } from '../identity/clients-in.ts';
import { API_KEY, standInApp } from './stand-in.ts';

const OTHER_KEY = 'kunci-aplikasi-tanpa-alamat';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const CLIENTS = JSON.stringify({
  clients: [
    {
      id: 'surat',
      keys: [{ id: 'k1', sha256: sha256(API_KEY) }],
      signers: ['pejabat', 'tidak-ada'],
      levels: ['B-B', 'B-T'],
      // It may only ask people.
      scopes: [],
      letters: ['https://surat.example.go.id/tte/'],
    },
    { id: 'lain', keys: [{ id: 'k1', sha256: sha256(OTHER_KEY) }], signers: ['pejabat'] },
  ],
});

const sealing = {
  keys: [{ id: 'uji', key: new Uint8Array(randomBytes(32)) }],
  randomBytes: (length: number) => new Uint8Array(randomBytes(length)),
};
const notCalled = async (): Promise<never> => {
  throw new Error('not called');
};
const page: SigningPage = {
  publicUrl: 'https://teken.example.go.id',
  sealing,
  signIn: { begin: notCalled, complete: notCalled },
  letters: { fetch: notCalled, deliver: notCalled },
  uploadClient: null,
};

const account: AppServices['account'] = (client, name) =>
  name === 'pejabat' && client.signers.has(name)
    ? {
        id: 'pejabat',
        name: 'Pejabat Contoh',
        status: 'ISSUE',
        chain: [],
        secondFactor: null,
        keyAtService: false,
        activation: 'passphrase',
      }
    : null;

const WANTED = {
  signer: 'pejabat',
  title: 'Lembar disposisi 005/123/2026',
  documentUrl: 'https://surat.example.go.id/tte/rahasia/surat.pdf',
  documentSha256: 'ab'.repeat(32),
  deliverTo: 'https://surat.example.go.id/tte/rahasia',
};

async function appOf(parts: Partial<AppServices> = {}) {
  return await standInApp({ clients: clientsIn(CLIENTS), signingPage: page, account, ...parts });
}

async function ask(body: unknown, { key = API_KEY, parts = {} as Partial<AppServices> } = {}) {
  const { server } = await appOf(parts);
  return server.inject({
    method: 'POST',
    url: '/v1/signing-requests',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

t.test('the answer is a sealed link that holds everything; nothing is kept', async (t) => {
  const order = { rect: '36,36,180,60', page: '1', position: 'Sekretaris Daerah', level: 'B-T' };
  const returnTo = 'https://surat.example.go.id/surat/123';
  const response = await ask({ ...WANTED, returnTo, expiresIn: 3600, order });
  t.equal(response.statusCode, 201, response.body);
  t.equal(response.headers['cache-control'], 'no-store');
  const { id, url, expiresAt } = response.json<{ id: string; url: string; expiresAt: string }>();
  t.match(url, /^https:\/\/teken\.example\.go\.id\/tanda-tangan\?permintaan=uji\.[\w-]+$/);
  const link = openSigningLink(new URL(url).searchParams.get('permintaan') ?? '', Date.now(), sealing);
  t.match(link, {
    id,
    client: 'surat',
    signer: 'pejabat',
    document: WANTED.documentSha256,
    from: WANTED.documentUrl,
    to: WANTED.deliverTo,
    back: returnTo,
    title: WANTED.title,
    order,
  });
  t.equal(new Date(link.expiresAt).toISOString().slice(0, 19), expiresAt.slice(0, 19));
  t.ok(Math.abs(link.expiresAt - Date.now() - 3_600_000) < 60_000);
});

t.test('addresses that are not listed for this client are refused, each with its place', async (t) => {
  const elsewhere = 'https://penyerang.example/tte/surat.pdf';
  for (const [name, url] of [
    ['documentUrl', elsewhere],
    ['deliverTo', elsewhere],
    ['returnTo', elsewhere],
    ['deliverTo', 'https://surat.example.go.id/admin'],
    ['documentUrl', 'https://surat.example.go.id/tte/../admin'],
    ['documentUrl', 'http://169.254.169.254/latest/meta-data'],
    ['documentUrl', 'http://surat.example.go.id/tte/surat.pdf'],
  ] as const) {
    const response = await ask({ ...WANTED, [name]: url });
    t.match(
      response.json(),
      { status: 403, code: 'address-not-listed', errors: [{ pointer: `/${name}` }] },
      url,
    );
  }
  t.match((await ask(WANTED, { key: OTHER_KEY })).json(), { code: 'address-not-listed' }, 'nothing listed');
});

t.test('signers, levels and callers are asked as everywhere', async (t) => {
  for (const [body, code, pointer] of [
    [{ ...WANTED, signer: 'orang-lain' }, 'signer-not-allowed', undefined],
    [{ ...WANTED, signer: 'tidak-ada' }, 'signer-not-allowed', undefined],
    [{ ...WANTED, order: { level: 'B-LT' } }, 'level-not-allowed', undefined],
    [{ ...WANTED, order: { anchorSize: '10,10' } }, 'invalid-request', '/anchorSize'],
    [{ ...WANTED, order: { rect: 'kanan bawah' } }, 'invalid-request', '/order/rect'],
    [{ ...WANTED, order: { passphrase: 'x' } }, 'invalid-request', '/passphrase'],
    [{ ...WANTED, documentSha256: 'AB' }, 'invalid-request', '/documentSha256'],
    [{ ...WANTED, expiresIn: 30 * 86_400 }, 'invalid-request', '/expiresIn'],
    [{ ...WANTED, title: undefined }, 'invalid-request', '/title'],
    [
      {
        ...WANTED,
        documentUrl: `${WANTED.documentUrl}?${'x'.repeat(900)}`,
        returnTo: `https://surat.example.go.id/${'x'.repeat(900)}`,
      },
      'invalid-request',
      '/order',
    ],
    ['{', 'invalid-request', ''],
    ['null', 'invalid-request', undefined],
  ] as const) {
    const answer = (await ask(body)).json<{ code: string; errors?: { pointer: string }[] }>();
    t.equal(answer.code, code, JSON.stringify(answer));
    if (pointer !== undefined)
      t.ok(
        answer.errors?.some((fault) => fault.pointer === pointer),
        JSON.stringify(answer),
      );
  }
  t.match((await ask(WANTED, { key: 'kunci-siapa-pun' })).json(), { code: 'unauthenticated' });
  t.match((await ask(WANTED, { parts: { signingPage: null } })).json(), {
    status: 404,
    code: 'signing-page-not-configured',
  });
});

t.test('JSON is a body here alone, and a small one', async (t) => {
  t.equal((await ask({ ...WANTED, title: 'x'.repeat(20_000) })).statusCode, 413);
  const { server } = await appOf();
  const elsewhere = await server.inject({
    method: 'POST',
    url: '/v1/verify',
    headers: { 'content-type': 'application/json' },
    payload: '{}',
  });
  t.equal(elsewhere.statusCode, 415);
});
