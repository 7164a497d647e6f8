// What a known client may do, how often and from where; and the clients file while the service runs.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import t from 'tap';
import { admit } from '../../src/http/authenticate.ts';
import { hashPassword } from '../../src/identity/client-passwords.ts';
import { memoryState } from '../../src/state/memory.ts';
import { clientsIn } from '../identity/clients-in.ts';
import { requestSignature, startRealService } from './real-service.ts';
import { DEFAULT_SETTINGS, type StandIn, standInApp } from './stand-in.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const keyOf = (id: string): string => `kunci-rahasia-milik-${id}`;

function entry(id: string, rest: object = {}): object {
  return { id, keys: [{ id: 'k', sha256: sha256(keyOf(id)) }], signers: ['pejabat'], ...rest };
}

/** The stand-in's `sign` refuses whoever it is asked for; who may ask for whom is asked of the real service. */
function app(entries: readonly object[], parts: Parameters<typeof standInApp>[0] = {}): Promise<StandIn> {
  return standInApp({ clients: clientsIn(JSON.stringify({ clients: entries })), ...parts });
}

async function ask(
  { server }: StandIn,
  id: string,
  { url = '/v1/sign?signer=pejabat', headers = {}, remoteAddress = '127.0.0.1' } = {},
) {
  const answer = await server.inject({
    method: 'POST',
    url,
    remoteAddress,
    headers: { authorization: `Bearer ${keyOf(id)}`, 'content-type': 'application/pdf', ...headers },
    payload: '%PDF-',
  });
  const { code, detail } = answer.json<{ code: string; detail: string }>();
  return { status: answer.statusCode, code, detail, headers: answer.headers };
}

/** What the stand-in's signer answers: the request came through to the key. */
const CAME_THROUGH = { code: 'signer-auth-failed' };

t.test('a client does what its scopes say, and asks for its levels', async (t) => {
  const service = await app([entry('a', { scopes: ['preflight'] }), entry('b', { levels: ['B-B', 'B-T'] })]);
  t.match(await ask(service, 'a'), { status: 403, code: 'scope-not-allowed' });
  t.match(await ask(service, 'a', { url: '/v1/preflight?signer=pejabat' }), CAME_THROUGH);
  t.match(await ask(service, 'b'), CAME_THROUGH, "the service's own level is among them");
  t.match(await ask(service, 'b', { url: '/v1/sign?signer=pejabat&level=B-LTA' }), {
    status: 403,
    code: 'level-not-allowed',
  });
  t.match(await ask(service, 'b', { url: '/v1/preflight?signer=pejabat&level=B-LT' }), {
    code: 'level-not-allowed',
  });
  const { server } = service;
  const unknown = await server.inject({
    method: 'POST',
    url: '/v1/sign',
    headers: { 'x-api-key': keyOf('a') },
  });
  t.match(unknown.headers, { 'www-authenticate': 'Bearer' });
  t.equal(unknown.statusCode, 401);
});

t.test('beyond its rate a client waits, and is told how long; another does not', async (t) => {
  let time = 0;
  const rates = { requests: { count: 3, seconds: 60 }, signatures: { count: 2, seconds: 600 } };
  const service = await app([entry('a', { rates }), entry('b', { rates })], {
    rates: memoryState(() => time).rates,
  });
  const first = await ask(service, 'a');
  t.match(first, CAME_THROUGH);
  t.match(first.headers, {
    'ratelimit-policy': '"requests";q=3;w=60, "signatures";q=2;w=600',
    ratelimit: '"requests";r=2;t=20, "signatures";r=1;t=300',
  });
  t.match(await ask(service, 'a'), CAME_THROUGH);
  const third = await ask(service, 'a');
  t.match(
    third,
    { status: 429, code: 'rate-limited', headers: { 'retry-after': '300' } },
    'no more signatures',
  );
  t.match(third.detail, /300/);
  const fourth = await ask(service, 'a', { url: '/v1/preflight?signer=pejabat' });
  t.match(fourth, { status: 429, headers: { 'retry-after': '20', ratelimit: '"requests";r=0;t=20' } });
  t.match(await ask(service, 'b'), CAME_THROUGH);
  time += 20_000;
  t.match(await ask(service, 'a', { url: '/v1/preflight?signer=pejabat' }), CAME_THROUGH);
  time += 280_000;
  t.match(await ask(service, 'a'), CAME_THROUGH, 'one signature is there again');
});

t.test('a batch takes as many signatures as it announces', async (t) => {
  const service = await app([entry('a', { rates: { signatures: { count: 10, seconds: 3600 } } })]);
  // A batch watches its connection, so there must be one.
  const url = await service.server.listen({ host: '127.0.0.1', port: 0 });
  t.teardown(() => service.server.close());
  const batchOf = async (count: number) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ signer: 'pejabat', count: String(count) }))
      form.append(name, value);
    form.append('file', new Blob(['%PDF-'], { type: 'application/pdf' }), 'a.pdf');
    const headers = { authorization: `Bearer ${keyOf('a')}` };
    const answer = await fetch(`${url}/v1/sign/batch`, { method: 'POST', headers, body: form });
    return ((await answer.json()) as { code: string }).code;
  };
  t.equal(await batchOf(11), 'batch-too-large', 'never at once');
  t.equal(await batchOf(8), 'signer-auth-failed');
  t.equal(await batchOf(3), 'rate-limited');
  t.equal(await batchOf(2), 'signer-auth-failed', 'nothing was taken by the refusal');
});

t.test(
  'where a request comes from says the socket, and X-Forwarded-For of trusted proxies alone',
  async (t) => {
    const entries = [entry('a', { addresses: ['10.1.0.0/16', 'fd12::/16'] })];
    const open = await app(entries);
    const from = (service: StandIn, remoteAddress: string, forwarded: string | null = null) =>
      ask(service, 'a', {
        remoteAddress,
        headers: forwarded === null ? {} : { 'x-forwarded-for': forwarded },
      });
    const refused = { status: 403, code: 'address-not-allowed' };
    t.match(await from(open, '10.1.2.3'), CAME_THROUGH);
    t.match(await from(open, '::ffff:10.1.2.3'), CAME_THROUGH);
    t.match(await from(open, 'fd12::7'), CAME_THROUGH);
    t.match(await from(open, '192.0.2.1'), refused);
    t.match(await from(open, '192.0.2.1', '10.1.2.3'), refused, 'anybody can write that');
    const proxied = await app(entries, {
      settings: { ...DEFAULT_SETTINGS, trustedProxies: ['172.20.0.0/16'] },
    });
    t.match(await from(proxied, '172.20.0.9', '10.1.2.3'), CAME_THROUGH);
    t.match(await from(proxied, '172.20.0.9', '10.1.2.3, 172.20.0.8'), CAME_THROUGH, 'through two proxies');
    t.match(
      await from(proxied, '172.20.0.9', '10.1.2.3, 192.0.2.1'),
      refused,
      'what the caller itself wrote',
    );
    t.match(await from(proxied, '172.20.0.9', '192.0.2.1'), refused);
    t.match(await from(proxied, '172.20.0.9'), refused, 'the proxy itself is not the client');
    t.match(
      await from(proxied, '10.1.2.3', '192.0.2.1'),
      CAME_THROUGH,
      'no proxy of ours: its word is not asked',
    );
  },
);

t.test('HTTP Basic counts where an address takes it, and nowhere else', async (t) => {
  const password = { id: 'p', user: 'simpeg', scrypt: await hashPassword('sandi:rahasia') };
  const entries = [{ id: 'a', passwords: [password], signers: ['pejabat'] }, entry('b')];
  const services = { clients: clientsIn(JSON.stringify({ clients: entries })) };
  const { server } = await standInApp(services);
  const compatible = await standInApp(services);
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  const right = basic('simpeg:sandi:rahasia');
  const native = await server.inject({ method: 'POST', url: '/v1/sign', headers: { authorization: right } });
  t.equal(native.statusCode, 401);
  compatible.server.get(
    '/api/siapa',
    { onRequest: admit('sign', await servicesOf(services), 'basic') },
    async (request) => ({ id: request.client?.id }),
  );
  const asked = async (authorization: string) => {
    const answer = await compatible.server.inject({ url: '/api/siapa', headers: { authorization } });
    return answer.statusCode === 200 ? answer.json<{ id: string }>().id : answer.statusCode;
  };
  t.equal(await asked(right), 'a');
  t.equal(await asked(`${right}, Bearer abc`), 'a', 'both in one line, as one client sends them');
  t.equal(await asked(`Bearer abc, ${right}`), 'a');
  for (const wrong of [basic('simpeg:salah'), basic('simpeg'), basic('lain:sandi:rahasia'), 'Basic ???'])
    t.equal(await asked(wrong), 401, wrong);
  t.equal(await asked(`Bearer ${keyOf('b')}`), 401, 'a key is no password');
});

/** What `admit` asks of the services. */
async function servicesOf(parts: Pick<Parameters<typeof admit>[1], 'clients'>) {
  return {
    ...parts,
    rates: memoryState(() => 0).rates,
    settings: DEFAULT_SETTINGS,
  } as Parameters<typeof admit>[1];
}

t.test(
  'the clients file is exchanged while the service runs, and a broken edit changes nothing',
  async (t) => {
    let clientsFile = '';
    const service = await startRealService(
      {},
      {
        arrange: async (paths) => {
          clientsFile = paths.clientsFile;
          return {};
        },
      },
    );
    t.teardown(() => service.close());
    const original = await readFile(clientsFile, 'utf8');
    const statusOf = async (apiKey: string): Promise<number> => {
      const answer = await requestSignature({ ...service, apiKey }, { level: 'B-B' });
      await answer.arrayBuffer();
      return answer.status;
    };
    const secret = 'kunci-yang-tidak-boleh-dicatat';
    t.equal(await statusOf(service.apiKey), 200);
    t.equal(await statusOf(secret), 401);
    const { clients } = JSON.parse(original) as { clients: object[] };
    const added = { id: 'baru', keys: [{ id: 'k', sha256: sha256(secret) }], signers: ['pejabat'] };
    await writeFile(clientsFile, JSON.stringify({ clients: [...clients, added] }));
    await seen(async () => (await statusOf(secret)) === 200);
    t.equal(await statusOf(secret), 200, 'looked at every two seconds');
    for (const broken of [original.slice(0, -20), '{"clients": [{"id": "rahasia"}]}', '', '[]']) {
      await writeFile(clientsFile, broken);
      t.equal(await service.server.reload(), false);
      t.equal(await statusOf(secret), 200, 'the clients before stay');
    }
    t.match(service.logged(), /"registry-invalid".*clients file refused, the clients before stay/);
    await writeFile(clientsFile, JSON.stringify({ clients: [...clients, { ...added, disabled: true }] }));
    t.equal(await service.server.reload(), true);
    t.equal(await statusOf(secret), 403);
    t.equal(await statusOf(service.apiKey), 200);
    for (const text of [secret, sha256(secret), service.apiKey, 'rahasia'])
      t.notOk(service.logged().includes(text), 'neither key nor digest nor file is in the log');
  },
);

async function seen(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 100 && !(await condition()); i++)
    await new Promise((resolve) => setTimeout(resolve, 100));
}
