import { createHash } from 'node:crypto';
import t from 'tap';
import type { AppServices, SigningOrder } from '../../src/http/ports.ts';
import { SignerFailed, SigningFailed, SigningRefused, TrustServiceFailed } from '../../src/index.ts';
import { pki } from '../sign/development-signer.ts';
import { API_KEY, DEFAULT_SETTINGS, IDENTITY, type StandIn, standInApp } from './stand-in.ts';

const LETTER = Buffer.from('%PDF-1.7 surat');
const SHA256 = createHash('sha256').update(LETTER).digest('hex');

/** An app whose signer notes what it is asked for. */
async function notingApp(): Promise<{ app: StandIn; orders: SigningOrder[]; passphrases: string[] }> {
  const orders: SigningOrder[] = [];
  const passphrases: string[] = [];
  const app = await standInApp({
    sign: async (order) => {
      orders.push(order);
      if (order.activation.kind === 'passphrase')
        passphrases.push(Buffer.from(order.activation.passphrase).toString('utf8'));
      return {
        update: Buffer.from('+tanda'),
        fieldName: 'sig_1',
        level: order.level,
        algorithm: 'rsa-pkcs1-sha256',
        certificateDer: pki.signers.pejabat.certificate,
        timestampToken: null,
        identity: IDENTITY,
      };
    },
  });
  return { app, orders, passphrases };
}

function raw(app: StandIn, query: string, headers: Record<string, string> = {}) {
  return app.server.inject({
    method: 'POST',
    url: `/v1/sign?${query}`,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/pdf', ...headers },
    payload: LETTER,
  });
}

function form(app: StandIn, fields: readonly (readonly [string, string])[], url = '/v1/sign') {
  const parts = fields.map(
    ([name, value]) => `--batas\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--batas\r\nContent-Disposition: form-data; name="file"; filename="surat.pdf"\r\nContent-Type: application/pdf\r\n\r\n${LETTER}\r\n--batas--\r\n`;
  return app.server.inject({
    method: 'POST',
    url,
    headers: {
      authorization: `Bearer ${API_KEY}`,
      'content-type': 'multipart/form-data; boundary=batas',
    },
    payload: parts.join('') + file,
  });
}

t.test('a form and a raw body with the same parameters are the same order', async (t) => {
  const { app, orders } = await notingApp();
  const parameters = {
    signer: 'pejabat',
    level: 'B-B',
    page: '2',
    rect: '36.5,40,180,60',
    origin: 'top-left',
    position: 'Bupati & Wakil',
    reason: 'Disposisi',
    location: 'Malili',
    fieldName: 'Pengesahan',
    expectedSha256: SHA256,
  };
  t.equal((await form(app, Object.entries(parameters))).statusCode, 200);
  t.equal((await raw(app, new URLSearchParams(parameters).toString())).statusCode, 200);
  const [first, second] = orders.map(({ source: _, signal: __, ...order }) => order);
  t.same(first, second);
  t.match(first, {
    claim: { signer: 'pejabat', expectedSha256: SHA256, documentSha256: SHA256, code: null, secret: false },
    level: 'B-B',
    placement: { page: 2, rect: { x: 36.5, y: 40, width: 180, height: 60 }, origin: 'top-left' },
    appearance: { position: 'Bupati & Wakil' },
    activation: { kind: 'none' },
  });
});

t.test('without a level the configured one is asked for, without a rectangle nothing is shown', async (t) => {
  const { app, orders } = await notingApp();
  await raw(app, 'signer=pejabat');
  t.match(orders[0], { level: 'B-T', placement: null, appearance: null, fieldName: null });
});

t.test('a rectangle alone stands on the last page, measured from the bottom left', async (t) => {
  const { app, orders } = await notingApp();
  await raw(app, 'signer=pejabat&rect=1,2,3,4');
  t.match(orders[0]?.placement, { page: 'last', origin: 'bottom-left' });
});

t.test('a text, a QR code and the lines of the block come as they were asked for', async (t) => {
  const { app, orders } = await notingApp();
  const parameters = {
    signer: 'pejabat',
    anchor: `\${ttd}`,
    anchorOccurrence: '2',
    anchorSize: '120,60.5',
    anchorOffset: '-3,4',
    anchorAlign: 'center',
    anchorTag: 'cover',
    page: '3',
    collision: 'warn',
    rank: 'Pembina',
    nip: '19800101 200501 1 001',
    parts: 'name, nip',
    qr: 'https://surat.contoh.example/d/1',
    footer: 'true',
  };
  t.equal((await raw(app, new URLSearchParams(parameters).toString())).statusCode, 200);
  await raw(app, 'signer=pejabat&anchor=ttd&parts=none');
  t.match(orders[0], {
    placement: {
      anchor: {
        text: `\${ttd}`,
        page: 3,
        occurrence: 2,
        width: 120,
        height: 60.5,
        align: 'center',
        offset: { x: -3, y: 4 },
        tag: 'cover',
      },
    },
    appearance: {
      rank: 'Pembina',
      nip: '19800101 200501 1 001',
      parts: ['name', 'nip'],
      picture: { kind: 'qr', content: 'https://surat.contoh.example/d/1', logo: null },
      footer: true,
    },
    collision: 'warn',
  });
  t.strictSame(orders[1]?.appearance, { parts: [] });
  t.match(orders[1]?.placement, {
    anchor: { page: null, occurrence: 'only', width: 180, height: 72, tag: 'keep' },
  });
});

t.test('certification and locks come as they were asked for, and make sense together', async (t) => {
  const { app, orders } = await notingApp();
  const ask = (parameters: Readonly<Record<string, string>>) =>
    raw(app, new URLSearchParams({ signer: 'pejabat', ...parameters }).toString());
  await ask({});
  await ask({ certification: 'no-changes', lock: 'all' });
  await ask({ certification: 'form-filling', lock: 'include', lockFields: '["Anggaran","A, B"]' });
  await ask({ lock: 'exclude', lockFields: '["Catatan"]' });
  t.strictSame(
    orders.map(({ certification, lock }) => [certification, lock]),
    [
      [null, null],
      ['no-changes', { action: 'All', fields: [] }],
      ['form-filling', { action: 'Include', fields: ['Anggaran', 'A, B'] }],
      [null, { action: 'Exclude', fields: ['Catatan'] }],
    ],
  );
  const wrong: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ certification: '2' }, '/certification'],
    [{ lock: 'some' }, '/lock'],
    [{ lock: 'include' }, '/lockFields'],
    [{ lock: 'all', lockFields: '["A"]' }, '/lockFields'],
    [{ lockFields: '["A"]' }, '/lockFields'],
    [{ lock: 'include', lockFields: 'Anggaran' }, '/lockFields'],
    [{ lock: 'include', lockFields: '[]' }, '/lockFields'],
    [{ lock: 'include', lockFields: '[1]' }, '/lockFields'],
  ];
  for (const [parameters, pointer] of wrong) {
    const answer = await ask(parameters);
    t.match(answer.json(), { status: 400, errors: [{ pointer }] }, JSON.stringify(parameters));
  }
  t.equal(orders.length, 4, 'nothing was asked of the signer');
});

t.test('a refusal by an earlier signature names it, whatever its field is called', async (t) => {
  const cases = [
    [
      new SigningRefused('docmdp-forbids', { level: 1, by: 'Bupati' }),
      '/file',
      'certified with level 1 by the signature in "Bupati"',
    ],
    [new SigningRefused('docmdp-forbids', { level: 2, by: null }), '/file', 'certified with level 2'],
    [
      new SigningRefused('certification-not-first', { fieldName: 'A' }),
      '/certification',
      'signed before by the signature in "A"',
    ],
    [
      new SigningRefused('field-locked', { fieldName: 'B\u202e', by: 'A' }),
      '/fieldName',
      '"B" is locked by the signature in "A"',
    ],
    [
      new SigningRefused('seed-value-unmet', { entry: 'Lock' }),
      '/fieldName',
      'the field requires another Lock',
    ],
  ] as const;
  for (const [error, pointer, message] of cases) {
    const app = await standInApp({ sign: () => Promise.reject(error) });
    t.match((await raw(app, 'signer=pejabat')).json(), { errors: [{ pointer, message }] }, message);
  }
});

/** A form with files beside the document, each of these octets. */
function formWithPictures(
  app: StandIn,
  fields: Readonly<Record<string, string>>,
  pictures: readonly (readonly [string, string])[],
) {
  const file = (name: string, content: string): string =>
    `--batas\r\nContent-Disposition: form-data; name="${name}"; filename="x.png"\r\nContent-Type: image/png\r\n\r\n${content}\r\n`;
  const texts = Object.entries(fields).map(
    ([name, value]) => `--batas\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const files = [...pictures.map(([name, content]) => file(name, content)), file('file', LETTER.toString())];
  return app.server.inject({
    method: 'POST',
    url: '/v1/sign',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'multipart/form-data; boundary=batas' },
    payload: `${texts.join('')}${files.join('')}--batas--\r\n`,
  });
}

t.test('pictures come as parts of the form', async (t) => {
  const { app, orders } = await notingApp();
  const visible = { signer: 'pejabat', rect: '1,2,3,4' };
  t.equal((await formWithPictures(app, visible, [['image', 'gambar']])).statusCode, 200);
  t.equal(
    (
      await formWithPictures(app, { ...visible, qr: 'x' }, [
        ['logo', 'logo'],
        ['image', ''],
      ])
    ).statusCode,
    200,
  );
  t.match(orders[0]?.appearance, { picture: { kind: 'image', bytes: Buffer.from('gambar') } });
  t.match(orders[1]?.appearance, { picture: { kind: 'qr', content: 'x', logo: Buffer.from('logo') } });
  const wrong: readonly (readonly [
    Readonly<Record<string, string>>,
    readonly (readonly [string, string])[],
    string,
  ])[] = [
    [{ ...visible, qr: 'x' }, [['image', 'a']], '/image'],
    [visible, [['logo', 'a']], '/logo'],
    [{ signer: 'pejabat' }, [['image', 'a']], '/visible'],
    [
      visible,
      [
        ['image', 'a'],
        ['image', 'b'],
      ],
      '/image',
    ],
    [visible, [['stempel', 'a']], '/stempel'],
  ];
  for (const [fields, pictures, pointer] of wrong) {
    const answer = await formWithPictures(app, fields, pictures);
    t.match(answer.json(), { status: 400, code: 'invalid-request', errors: [{ pointer }] }, pointer);
  }
  const large = await formWithPictures(app, visible, [['image', 'a'.repeat(5 * 1024 * 1024 + 1)]]);
  t.match(large.json(), { status: 413, code: 'file-too-large' });
});

t.test('a passphrase arrives as its UTF-8 octets in both forms, and is zeroed afterwards', async (t) => {
  const { app, orders, passphrases } = await notingApp();
  const passphrase = 'sandi ñ 密';
  await form(app, [
    ['signer', 'pejabat'],
    ['passphrase', passphrase],
  ]);
  await raw(app, 'signer=pejabat', {
    'Teken-Passphrase': Buffer.from(passphrase, 'utf8').toString('latin1'),
  });
  t.same(passphrases, [passphrase, passphrase]);
  for (const { activation } of orders)
    t.ok(activation.kind === 'passphrase' && activation.passphrase.every((octet) => octet === 0));
});

t.test('what is wrong with the parameters is told by pointer, all of it at once', async (t) => {
  const { app } = await notingApp();
  const cases: readonly (readonly [query: string, pointers: readonly string[]])[] = [
    ['', ['/signer']],
    ['signer=pejabat&level=B-X&page=0&tidak=1', ['/level', '/page', '/tidak']],
    ['signer=pejabat&rect=1,2,3', ['/rect']],
    ['signer=pejabat&rect=1,2,0,4', ['/rect']],
    ['signer=pejabat&visible=ya', ['/visible']],
    ['signer=pejabat&visible=true', ['/rect']],
    ['signer=pejabat&visible=false&rect=1,2,3,4', ['/visible']],
    ['signer=pejabat&page=2', ['/page']],
    ['signer=pejabat&rect=1,2,3,4&anchor=ttd', ['/anchor']],
    ['signer=pejabat&anchorSize=9,9&anchorTag=cover', ['/anchorSize', '/anchorTag']],
    ['signer=pejabat&anchor=ttd&origin=top-left', ['/origin']],
    ['signer=pejabat&anchor=ttd&anchorOccurrence=0&anchorSize=0,9', ['/anchorOccurrence', '/anchorSize']],
    ['signer=pejabat&rect=1,2,3,4&nip=123', ['/nip']],
    ['signer=pejabat&rect=1,2,3,4&parts=nama', ['/parts']],
    ['signer=pejabat&qr=https://contoh.example', ['/visible']],
    ['signer=pejabat&rect=1,2,3,4&image=x', ['/image']],
    ['signer=pejabat&passphrase=rahasia', ['/passphrase']],
    ['signer=pejabat&signer=kedaluwarsa', ['/signer']],
    ['signer=pejabat&expectedSha256=abc', ['/expectedSha256']],
    ['signer=pejabat&lokasi=1', ['/lokasi']],
    // What is no name of a field may be a secret in the wrong place: it is not repeated.
    ['signer=pejabat&a~b/c=1', ['/']],
  ];
  for (const [query, pointers] of cases) {
    const answer = await raw(app, query);
    const { code, errors } = answer.json<{ code: string; errors: { pointer: string }[] }>();
    t.match({ status: answer.statusCode, code }, { status: 400, code: 'invalid-request' }, query);
    t.same(new Set(errors.map(({ pointer }) => pointer)), new Set(pointers), query);
  }
  t.notOk((await raw(app, 'signer=pejabat&passphrase=rahasia')).body.includes('rahasia'));
});

t.test('a form takes no parameter from its address and no header for its passphrase', async (t) => {
  const { app } = await notingApp();
  const answer = await form(app, [['signer', 'pejabat']], '/v1/sign?level=B-B');
  t.match(answer.json(), { status: 400, errors: [{ pointer: '/level' }] });
});

t.test('only a known API key is served, and nobody else is even read', async (t) => {
  const { app, orders } = await notingApp();
  for (const authorization of ['', 'Bearer ', 'Bearer salah', `Basic ${API_KEY}`, `Bearer ${API_KEY}x`]) {
    const answer = await raw(app, 'signer=pejabat', { authorization });
    t.match(answer.json(), { status: 401, code: 'unauthenticated' }, authorization);
    t.equal(answer.headers['www-authenticate'], 'Bearer');
  }
  t.equal(orders.length, 0);
});

t.test('who asks is what the credential says, whatever else the request says', async (t) => {
  const { app, orders } = await notingApp();
  await raw(app, 'signer=bupati', { 'x-client': 'opd-lain' });
  t.match(orders, [{ claim: { client: { id: 'opd-contoh' }, signer: 'bupati' } }]);
});

t.test('another document than the announced one is refused, and nothing is signed', async (t) => {
  const { app, orders } = await notingApp();
  const other = createHash('sha256').update('lain').digest();
  for (const answer of [
    await raw(app, `signer=pejabat&expectedSha256=${other.toString('hex')}`),
    await raw(app, 'signer=pejabat', { 'content-digest': `sha-256=:${other.toString('base64')}:` }),
  ])
    t.match(answer.json(), { status: 412, code: 'document-mismatch' });
  t.equal(orders.length, 0);
  const right = createHash('sha256').update(LETTER).digest('base64');
  t.equal(
    (await raw(app, 'signer=pejabat', { 'content-digest': `sha-256=:${right}:` })).statusCode,
    200,
    'the right one is signed',
  );
  const malformed = await raw(app, 'signer=pejabat', { 'content-digest': 'sha-256=:abc:' });
  t.match(malformed.json(), { status: 400, errors: [{ pointer: '/Content-Digest' }] });
});

t.test('an answer that the caller does not accept is 406 before anything is signed', async (t) => {
  const { app, orders } = await notingApp();
  const answer = await raw(app, 'signer=pejabat', { accept: 'image/png' });
  t.match(answer.json(), { status: 406, code: 'not-acceptable' });
  t.equal(orders.length, 0);
});

t.test('each failure of signing has its status and code', async (t) => {
  const cases: readonly (readonly [error: Error, status: number, code: string])[] = [
    [new SigningRefused('docmdp-forbids'), 422, 'docmdp-forbids'],
    [new SigningRefused('earlier-signature-broken'), 422, 'earlier-signature-broken'],
    [new SigningRefused('certificate-revoked'), 403, 'signer-auth-failed'],
    [new SigningRefused('development-key-in-production'), 403, 'development-key-in-production'],
    [new SignerFailed('signer-locked'), 423, 'signer-locked'],
    [new SignerFailed('pkcs12-unsupported'), 503, 'signer-unavailable'],
    [new SignerFailed('overloaded'), 503, 'overloaded'],
    [new TrustServiceFailed('tsa-unavailable'), 503, 'tsa-unavailable'],
    [new TrustServiceFailed('clock-untrusted'), 503, 'clock-untrusted'],
    [new TrustServiceFailed('deadline-exceeded'), 504, 'deadline-exceeded'],
    [new SigningFailed('self-check-failed'), 500, 'self-check-failed'],
    [new SigningFailed('signature-too-large'), 500, 'internal'],
    [new TypeError('rahasia'), 500, 'internal'],
  ];
  for (const [error, status, code] of cases) {
    const app = await standInApp({ sign: () => Promise.reject(error) });
    const answer = await raw(app, 'signer=pejabat');
    t.match(answer.json(), { status, code }, code);
    t.equal(answer.headers['retry-after'] !== undefined, status === 503 || status === 423, 'Retry-After');
    t.notOk(app.logged().includes('rahasia'), 'a foreign message is not logged');
  }
});

t.test('signing that takes too long is given up, and its signal says so', async (t) => {
  let aborted = false;
  const sign: AppServices['sign'] = ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted = true;
        reject(new Error('aborted'));
      });
    });
  const settings = { ...DEFAULT_SETTINGS, signDeadlineMs: 30 };
  const app = await standInApp({ sign, settings });
  t.match((await raw(app, 'signer=pejabat')).json(), { status: 504, code: 'deadline-exceeded' });
  t.ok(aborted);
});

t.test('whatever makes a signer fail to authenticate takes equally long', async (t) => {
  const durations: number[] = [];
  for (const delayMs of [0, 20, 120]) {
    const app = await standInApp({
      sign: async () => {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        throw new SignerFailed('signer-auth-failed');
      },
    });
    const startedMs = performance.now();
    await raw(app, 'signer=pejabat');
    durations.push(performance.now() - startedMs);
  }
  // One step for all; the rest is the machine's.
  for (const duration of durations) t.ok(duration >= 499 && duration < 950, `${Math.round(duration)} ms`);
});

t.test('a large document comes back whole, its length and digest said beforehand', async (t) => {
  const { app } = await notingApp();
  const large = Buffer.concat([LETTER, Buffer.alloc(3_000_000, 'x')]);
  const answer = await app.server.inject({
    method: 'POST',
    url: '/v1/sign?signer=pejabat',
    headers: {
      authorization: `Bearer ${API_KEY}`,
      'content-type': 'application/pdf',
      'teken-passphrase': 'x',
    },
    payload: large,
  });
  const signed = Buffer.concat([large, Buffer.from('+tanda')]);
  t.equal(answer.statusCode, 200);
  t.equal(answer.headers['content-length'], String(signed.length));
  t.ok(answer.rawPayload.equals(signed));
  const digest = createHash('sha256').update(signed).digest('base64');
  t.equal(answer.headers['content-digest'], `sha-256=:${digest}:`);
});
