// POST /v1/raise, through the whole service: its own signatures and those of others, broken ones left alone.

import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import type { RaisingOrder } from '../../src/http/ports.ts';
import { throughQpdf } from '../pdf/encrypted-samples.ts';
import { toolMissing } from '../tools.ts';
import { type RealService, startRealService } from './real-service.ts';
import { API_KEY, standInApp } from './stand-in.ts';

let service: RealService;

t.before(async () => {
  service = await startRealService();
});

t.teardown(() => service.close());

interface Raised {
  readonly level: string;
  readonly documentTimestamps: readonly string[];
  readonly renewBefore: string | null;
  readonly leftAsTheyWere: readonly string[];
  readonly pdf: string;
  readonly sha256: string;
  readonly report: { readonly ok: boolean; readonly signatures: readonly { readonly level: string }[] };
}

function post(
  path: string,
  body: Uint8Array | FormData,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const type = body instanceof FormData ? {} : { 'content-type': 'application/pdf' };
  return fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.apiKey}`, ...type, ...headers },
    body: body as RequestInit['body'] & (FormData | Uint8Array<ArrayBuffer>),
  });
}

async function signed(level: string, letter: Uint8Array = service.letter, headers = {}): Promise<Buffer> {
  const response = await post(`/v1/sign?signer=pejabat&level=${level}`, letter, {
    'Teken-Passphrase': service.passphrase,
    ...headers,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(bytes.toString('utf8'));
  return bytes;
}

async function raised(t: Test, level: string, document: Uint8Array): Promise<Raised> {
  const response = await post(`/v1/raise?level=${level}`, document, { accept: 'application/json' });
  const answer = (await response.json()) as Raised;
  t.equal(response.status, 200, JSON.stringify(answer));
  return answer;
}

t.test('one signature climbs from B-B to B-LTA, and is renewed', async (t) => {
  let document = await signed('B-B');
  const added: number[] = [];
  for (const level of ['B-T', 'B-LT', 'B-LTA', 'B-LTA']) {
    const answer = await raised(t, level, document);
    const next = Buffer.from(answer.pdf, 'base64');
    t.ok(next.subarray(0, document.length).equals(document), 'what was there is a prefix');
    t.match(answer.report, { ok: true, signatures: [{ level: `PAdES-${level}` }] });
    t.equal(answer.level, level);
    t.equal(answer.renewBefore === null, level !== 'B-LTA');
    t.strictSame(answer.leftAsTheyWere, []);
    added.push(answer.documentTimestamps.length);
    document = next;
  }
  t.strictSame(added, [1, 0, 1, 1]);
});

t.test('the answer is the document with its digest, of a form too', async (t) => {
  const document = await signed('B-T');
  const form = new FormData();
  form.set('level', 'B-LT');
  form.set('file', new Blob([new Uint8Array(document)], { type: 'application/pdf' }), 'surat.pdf');
  const response = await post('/v1/raise', form);
  t.equal(response.status, 200);
  t.match(response.headers.get('content-type'), 'application/pdf');
  t.equal(response.headers.get('cache-control'), 'no-store');
  const bytes = Buffer.from(await response.arrayBuffer());
  t.ok(bytes.subarray(0, document.length).equals(document));
  t.ok(bytes.length > document.length);
  const digest = createHash('sha256').update(bytes).digest('base64');
  t.equal(response.headers.get('content-digest'), `sha-256=:${digest}:`);
});

t.test('a broken signature stays as it is and is named, the others rise', async (t) => {
  const first = await signed('B-B');
  const whole = await signed('B-B', first);
  const broken = Buffer.from(whole);
  // Of the second signature alone: the first ends before it.
  broken.write('1999', broken.lastIndexOf('/M (D:') + '/M (D:'.length, 'latin1');
  const { leftAsTheyWere, documentTimestamps, report } = await raised(t, 'B-T', broken);
  t.equal(leftAsTheyWere.length, 1);
  t.equal(documentTimestamps.length, 1, 'one for the other');
  t.notOk(report.ok, 'and nobody calls the document good');
});

t.test('what cannot be raised is refused, with its reason', async (t) => {
  const cases = [
    ['level=B-T', service.letter, 422, 'level-unsupported'],
    ['level=B-T', Buffer.from('bukan'), 415, 'not-pdf'],
    ['level=B-B', service.letter, 400, 'invalid-request'],
    ['', service.letter, 400, 'invalid-request'],
    [`level=B-T&expectedSha256=${'0'.repeat(64)}`, await signed('B-B'), 412, 'document-mismatch'],
  ] as const;
  for (const [query, body, status, code] of cases) {
    const response = await post(`/v1/raise?${query}`, body);
    const problem = (await response.json()) as { readonly code: string };
    t.strictSame([response.status, problem.code], [status, code], query);
  }
});

t.test('an encrypted document is raised with its password', { skip: toolMissing('qpdf') }, async (t) => {
  const locked = await throughQpdf(service.letter, ['--encrypt', 'pemakai', 'pemilik', '256', '--']);
  const password = { 'Teken-Password': 'pemilik' };
  const document = await signed('B-B', locked, password);
  const refused = await post('/v1/raise?level=B-T', document);
  t.match(await refused.json(), { code: 'pdf-encrypted' });
  const response = await post('/v1/raise?level=B-T', document, password);
  t.equal(response.status, 200);
});

t.test('nobody raises without a credential, and the password is zeroed afterwards', async (t) => {
  const orders: RaisingOrder[] = [];
  const app = await standInApp({
    raise: async (order) => {
      orders.push(order);
      return {
        update: new Uint8Array(1),
        level: order.level,
        documentTimestamps: [],
        renewBefore: null,
        leftAsTheyWere: [],
      };
    },
  });
  const asked = (headers: Readonly<Record<string, string>>) =>
    app.server.inject({
      method: 'POST',
      url: '/v1/raise?level=B-LT',
      headers: { 'content-type': 'application/pdf', 'teken-password': 'rahasia', ...headers },
      payload: Buffer.from('%PDF-1.7 surat'),
    });
  t.equal((await asked({})).statusCode, 401);
  t.equal((await asked({ authorization: `Bearer ${API_KEY}` })).statusCode, 200);
  t.equal(orders.length, 1);
  t.ok(orders[0]?.password?.every((byte) => byte === 0));
  t.notMatch(app.logged(), 'rahasia');
});
