// Twenty clients and twenty signers over the real service: what a client may sign with comes from its credential, whatever
// else the request says.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import t from 'tap';
import { AUDIENCE, startTokenIssuer } from '../doubles/token-issuer.ts';
import { formOf, startRealService } from './real-service.ts';

const NUMBERS = Array.from({ length: 20 }, (_, i) => i);
const keyOf = (i: number): string => `kunci-aplikasi-opd-${i}-yang-panjang`;
/** Of a client that may use every signer of one agency. */
const AGENCY_KEY = 'kunci-aplikasi-dinas-kesehatan';
/** The last five clients show access tokens. */
const FIRST_WITH_TOKEN = 15;

const issuer = await startTokenIssuer(NUMBERS.map((i) => `opd-${i}`));
const service = await startRealService(
  {},
  {
    arrange: async ({ clientsFile, signersFile }) => {
      const uri = 'pkcs12:signers/pejabat-ec.p12';
      const signers = [
        ...NUMBERS.map((i) => ({ id: `pejabat-${i}`, uri })),
        { id: 'kadinkes', agency: 'Dinas Kesehatan', uri },
        { id: 'kadisdik', agency: 'Dinas Pendidikan', uri },
        { id: 'tanpa-dinas', uri },
      ];
      await writeFile(signersFile, JSON.stringify({ signers }));
      const clients = NUMBERS.map((i) => ({
        id: `opd-${i}`,
        ...(i < FIRST_WITH_TOKEN
          ? { keys: [{ id: 'k', sha256: createHash('sha256').update(keyOf(i)).digest('hex') }] }
          : { tokens: [{ id: 't', issuer: issuer.issuer, clientId: `opd-${i}` }] }),
        signers: [`pejabat-${i}`],
      }));
      const ofAgency = {
        id: 'aplikasi-dinkes',
        keys: [{ id: 'k', sha256: createHash('sha256').update(AGENCY_KEY).digest('hex') }],
        signers: ['*'],
        agencies: ['Dinas Kesehatan'],
      };
      const issuers = [{ issuer: issuer.issuer, jwksUri: issuer.jwksUri, audience: AUDIENCE }];
      await writeFile(clientsFile, JSON.stringify({ issuers, clients: [...clients, ofAgency] }));
      return {};
    },
  },
);
t.teardown(async () => {
  await service.close();
  await issuer.close();
});

type Lines = readonly (readonly [name: string, value: string])[];

interface Attempt {
  readonly query?: string;
  readonly headers?: Lines;
  /** Fields of a form, in this order and as often; without them the body is raw. */
  readonly fields?: Lines;
}

/** Node's own request: fetch would not send a field twice. */
async function send(authorization: Lines, { query = '', headers = [], fields }: Attempt): Promise<number> {
  const form = formOf(service.letter);
  for (const [name, value] of fields ?? []) form.append(name, value);
  const body =
    fields === undefined
      ? new Response(new Uint8Array(service.letter), { headers: { 'content-type': 'application/pdf' } })
      : new Response(form);
  const bytes = Buffer.from(await body.arrayBuffer());
  const lines: Lines = [
    ['Host', new URL(service.url).host],
    ['Content-Type', body.headers.get('content-type') ?? ''],
    ['Content-Length', String(bytes.length)],
    ...authorization,
    ...headers,
  ];
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      `${service.url}/v1/sign${query}`,
      { method: 'POST', headers: lines.flat() },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(bytes);
  });
}

const passphrase: readonly [string, string] = ['passphrase', service.passphrase];
const level: readonly [string, string] = ['level', 'B-B'];

/** What client `opd-${i}` tries, to sign as `pejabat-${j}`. */
const ATTEMPTS: readonly ((i: number, j: number) => Attempt)[] = [
  (_, j) => ({ fields: [['signer', `pejabat-${j}`], passphrase, level] }),
  (_, j) => ({
    query: `?signer=pejabat-${j}&level=B-B`,
    headers: [['Teken-Passphrase', service.passphrase]],
  }),
  (i, j) => ({ fields: [['signer', `pejabat-${i}`], ['signer', `pejabat-${j}`], passphrase, level] }),
  (i, j) => ({ fields: [['signer', `pejabat-${j}`], ['signer', `pejabat-${i}`], passphrase, level] }),
  (i, j) => ({ query: `?signer=pejabat-${j}`, fields: [['signer', `pejabat-${i}`], passphrase, level] }),
  (i, j) => ({
    query: `?signer=pejabat-${i}&signer=pejabat-${j}&level=B-B`,
    headers: [['Teken-Passphrase', service.passphrase]],
  }),
  (_, j) => ({ fields: [['signer', `pejabat-${j}`], ['client', `opd-${j}`], passphrase, level] }),
  (_, j) => ({ query: `?client=opd-${j}`, fields: [['signer', `pejabat-${j}`], passphrase, level] }),
  (_, j) => ({
    headers: [
      ['X-Forwarded-For', `10.0.0.${j}`],
      ['Forwarded', `for=10.0.0.${j};by=opd-${j}`],
      ['X-Real-IP', '127.0.0.1'],
      ['X-Client-Id', `opd-${j}`],
      ['X-User', `opd-${j}`],
      ['Client-Cert', ':MIIB:'],
    ],
    fields: [['signer', `pejabat-${j}`], passphrase, level],
  }),
  (_, j) => ({
    headers: [
      ['X-API-Key', `opd-${j}`],
      ['X-HTTP-Method-Override', 'GET'],
      ['X-Original-URL', '/v1/verify'],
      ['Cookie', `client=opd-${j}; signer=pejabat-${j}`],
      ['Teken-Signer', `pejabat-${j}`],
    ],
    fields: [['signer', `pejabat-${j}`], passphrase, level],
  }),
  (_, j) => ({
    headers: [['Authorization', `Bearer ${'x'.repeat(32)}${j}`]],
    fields: [['signer', `pejabat-${j}`], passphrase, level],
  }),
  (_, j) => ({
    headers: [['Authorization', `Basic ${Buffer.from(`opd-${j}:x`).toString('base64')}`]],
    fields: [['signer', `pejabat-${j}`], passphrase, level],
  }),
  ...[
    (id: string) => id.toUpperCase(),
    (id: string) => ` ${id}`,
    (id: string) => `${id}\u200b`,
    (id: string) => id.replace('p', 'ｐ'),
    (id: string) => id.replace('j', 'ј'),
    (id: string) => `pejabat-*`.padEnd(id.length, '*'),
    (id: string) => `../${id}`,
    (id: string) => `${id}\0`,
  ].map((spell) => (_: number, j: number) => ({
    fields: [['signer', spell(`pejabat-${j}`)], passphrase, level] as const,
  })),
];

async function authorizationOf(i: number): Promise<Lines> {
  const bearer = i < FIRST_WITH_TOKEN ? keyOf(i) : await issuer.token(`opd-${i}`);
  return [['Authorization', `Bearer ${bearer}`]];
}

/** What each route needs beside the signer. */
const ROUTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/v1/sign': { passphrase: service.passphrase },
  '/v1/preflight': {},
  '/v1/sign/batch': { passphrase: service.passphrase, count: '1' },
  '/v1/sign/prepare': {},
};

/** Who had something signed since the start; each time once. */
function clientsOfSignatures(): string[] {
  return service
    .logged()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg?: string; client?: string })
    .flatMap(({ msg, client = '' }) => (msg === 'signed' ? [client] : []));
}

const EACH_ONCE = NUMBERS.map((i) => `opd-${i}`);

t.test('20 permits and 380 refusals, each as a signer of others', { timeout: 240_000 }, async (t) => {
  const outcomes: Record<number, number> = {};
  for (const i of NUMBERS) {
    const authorization = await authorizationOf(i);
    for (const j of NUMBERS) {
      const fields: Lines = [['signer', `pejabat-${j}`], passphrase, level];
      const status = await send(authorization, { fields });
      outcomes[status] = (outcomes[status] ?? 0) + 1;
      if ((status === 200) !== (i === j)) t.fail(`opd-${i} → pejabat-${j}: ${status}`);
    }
  }
  t.same(outcomes, { 200: 20, 403: 380 });
  t.same(clientsOfSignatures(), EACH_ONCE, 'what was signed in all that time');
});

t.test('380 refusals more, whatever body, header or query says', { timeout: 240_000 }, async (t) => {
  const tried = NUMBERS.flatMap((i) => NUMBERS.filter((j) => j !== i).map((j) => ({ i, j })));
  let refusals = 0;
  for (const [number, { i, j }] of tried.entries()) {
    const attempt = ATTEMPTS[number % ATTEMPTS.length];
    const status = await send(await authorizationOf(i), attempt?.(i, j) ?? {});
    if ([400, 401, 403].includes(status)) refusals += 1;
    else t.fail(`opd-${i} → pejabat-${j}: ${status}, ${String(attempt)}`);
  }
  t.equal(refusals, 380);
  t.same(clientsOfSignatures(), EACH_ONCE, 'nothing more was signed');
});

t.test('no route serves the signer of another', async (t) => {
  const [[, authorization] = ['', '']] = await authorizationOf(3);
  for (const [path, fields] of Object.entries(ROUTES)) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ signer: 'pejabat-4', level: 'B-B', ...fields }))
      form.append(name, value);
    form.append('file', new Blob([new Uint8Array(service.letter)], { type: 'application/pdf' }), 'surat.pdf');
    const answer = await fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { authorization },
      body: form,
    });
    t.match(await answer.json(), { status: 403, code: 'signer-not-allowed' }, path);
  }
});

t.test('every way of asking is refused by the same client for every signer but its own', async (t) => {
  const authorization = await authorizationOf(3);
  for (const attempt of ATTEMPTS) {
    const status = await send(authorization, attempt(3, 4));
    t.ok([400, 401, 403].includes(status), `${status}: ${String(attempt)}`);
  }
});

t.test('a client of an agency may use its signers and nobody else', async (t) => {
  const authorization: Lines = [['Authorization', `Bearer ${AGENCY_KEY}`]];
  const statusFor = (signer: string) =>
    send(authorization, { fields: [['signer', signer], passphrase, level] });
  t.equal(await statusFor('kadinkes'), 200);
  for (const signer of ['kadisdik', 'tanpa-dinas', 'pejabat-0'])
    t.equal(await statusFor(signer), 403, signer);
  const preflightOf = async (signer: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${AGENCY_KEY}` };
    const body = formOf(service.letter, { signer });
    const answer = await fetch(`${service.url}/v1/preflight`, { method: 'POST', headers, body });
    return ((await answer.json()) as { code?: string }).code ?? answer.status;
  };
  t.equal(await preflightOf('kadinkes'), 200);
  t.equal(await preflightOf('kadisdik'), 'signer-not-allowed');
});

t.test('no key, no token and no passphrase is in the log', async (t) => {
  const logged = service.logged();
  const secrets = [...NUMBERS.map(keyOf), AGENCY_KEY, service.passphrase, await issuer.token('opd-16')];
  for (const secret of secrets) t.notOk(logged.includes(secret));
  t.notMatch(logged, /eyJ[\w-]+\./, 'nor the beginning of any token');
});
