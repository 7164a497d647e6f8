// Signing in two requests over the real service, with a key that only OpenSSL holds.

import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { run, toolMissing } from '../tools.ts';
import { type OutsideKey, outsideKey } from './outside-key.ts';
import { formOf, type RealService, requestVerdict, signedLetter, startRealService } from './real-service.ts';

const OTHER_KEY = 'kunci-api-aplikasi-lain';
const LIFETIME_MS = 15 * 60_000;

const service = await startRealService(
  {},
  {
    // Two clients that may use the same signers, and two keys of which the older one only opens.
    arrange: async ({ clientsFile, signersFile }) => {
      const { clients } = JSON.parse(await readFile(clientsFile, 'utf8')) as {
        clients: object[];
      };
      const sha256 = createHash('sha256').update(OTHER_KEY).digest('hex');
      // A user name belongs to one client.
      const keys = [{ id: 'k', sha256 }];
      const other = { ...clients[0], id: 'aplikasi-lain', keys, passwords: [] };
      await writeFile(clientsFile, JSON.stringify({ clients: [...clients, other] }));
      const sealKeys = ['kunci-b', 'kunci-a'].map((id) => ({ id, key: randomBytes(32).toString('base64') }));
      const path = join(signersFile, '..', 'seal-keys.json');
      await writeFile(path, JSON.stringify({ keys: sealKeys }));
      return { TEKEN_SEAL_KEYS_FILE: path };
    },
  },
);
t.teardown(() => service.close());

// Without OpenSSL nobody signs, and every test that needs a value is skipped.
const skip = toolMissing('openssl');
let rsa: OutsideKey;
let ec: OutsideKey;
if (skip === false) {
  rsa = await outsideKey(service, 'pejabat');
  ec = await outsideKey(service, 'pejabat-ec');
  t.teardown(() => Promise.all([rsa.close(), ec.close()]));
}

interface Prepared {
  readonly token: string;
  readonly expiresAt: string;
  readonly algorithm: string;
  readonly toBeSigned: string;
  readonly digestAlgorithm: string;
  readonly digest: string;
  readonly level: string;
}

type Fields = Readonly<Record<string, string>>;

type Place = Pick<RealService, 'url' | 'apiKey'>;

function post(path: string, body: FormData, { url, apiKey }: Place, accept = '*/*'): Promise<Response> {
  const headers = { Authorization: `Bearer ${apiKey}`, Accept: accept };
  return fetch(`${url}${path}`, { method: 'POST', headers, body });
}

function requestPreparation(
  fields: Fields,
  certificates?: Uint8Array,
  file = service.letter,
  at: Place = service,
): Promise<Response> {
  const form = formOf(file, fields);
  if (certificates !== undefined)
    form.append('certificates', new Blob([new Uint8Array(certificates)]), 'rantai.pem');
  return post('/v1/sign/prepare', form, at);
}

async function prepare(
  fields: Fields,
  certificates?: Uint8Array,
  file = service.letter,
  at: Place = service,
): Promise<Prepared> {
  const response = await requestPreparation(fields, certificates, file, at);
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json()) as Prepared;
}

interface Completion {
  readonly file?: Buffer;
  readonly at?: Place;
  readonly accept?: string;
}

function complete(
  { token }: Pick<Prepared, 'token'>,
  signature: Uint8Array | string,
  { file = service.letter, at = service, accept = '*/*' }: Completion = {},
): Promise<Response> {
  const value = typeof signature === 'string' ? signature : Buffer.from(signature).toString('base64');
  return post('/v1/sign/complete', formOf(file, { token, signature: value }), at, accept);
}

function signedOutside(prepared: Prepared, key = rsa): Promise<Buffer> {
  return key.signMessage(Buffer.from(prepared.toBeSigned, 'base64'), prepared.digestAlgorithm);
}

async function refusedAt(t: Test, response: Response, pointer: string, what: string): Promise<void> {
  const answer: unknown = await response.json();
  t.match(answer, { status: 412, code: 'document-mismatch', errors: [{ pointer }] }, what);
}

t.test('a card signs what was prepared for its certificate, at every level', { skip }, async (t) => {
  for (const level of ['B-B', 'B-T', 'B-LT', 'B-LTA']) {
    const prepared = await prepare({ level }, rsa.certificates);
    t.match(prepared, { level, algorithm: 'rsa-pkcs1-sha256', digestAlgorithm: 'sha256' });
    const octets = Buffer.from(prepared.toBeSigned, 'base64');
    t.equal(prepared.digest, createHash('sha256').update(octets).digest('base64'));
    const response = await complete(prepared, await signedOutside(prepared));
    t.equal(response.status, 200, level);
    t.ok(response.headers.has('signature-id') && response.headers.has('content-digest'));
    const signed = Buffer.from(await response.arrayBuffer());
    t.ok(signed.subarray(0, service.letter.length).equals(service.letter), 'the letter is a prefix');
    const verdict = (await (await requestVerdict(service, signed)).json()) as object;
    t.match(verdict, { ok: true, signatures: [{ level: `PAdES-${level}` }] }, level);
  }
});

t.test('a registered signer, a visible block and JSON work as with /v1/sign', { skip }, async (t) => {
  const fields = {
    signer: 'pejabat',
    rect: '305,205,215,72',
    page: '1',
    position: 'Kepala Dinas',
    reason: 'Setuju',
  };
  const prepared = await prepare(fields);
  const response = await complete(prepared, await signedOutside(prepared), { accept: 'application/json' });
  t.match(await response.json(), { level: 'B-T', report: { ok: true, signatures: [{ page: 1 }] } });
});

t.test('a card that wants the digest, and one that gives r and s side by side', { skip }, async (t) => {
  const prepared = await prepare({ level: 'B-B' }, ec.certificates);
  t.equal(prepared.algorithm, 'ecdsa-p256-sha256');
  const der = await ec.signDigest(Buffer.from(prepared.digest, 'base64'), prepared.digestAlgorithm);
  const [first, second] = [await complete(prepared, der), await complete(prepared, sideBySide(der))];
  t.equal(first.status, 200, 'DER');
  t.equal(second.status, 200, 'IEEE P1363');
  t.same(Buffer.from(await first.arrayBuffer()), Buffer.from(await second.arrayBuffer()));
});

/** The two integers of a DER signature, each of 32 bytes. */
function sideBySide(der: Buffer): Buffer {
  const rLength = der.readUInt8(3);
  const r = der.subarray(4, 4 + rLength);
  const s = der.subarray(6 + rLength);
  const sized = (integer: Buffer): Buffer => Buffer.concat([Buffer.alloc(32), integer]).subarray(-32);
  return Buffer.concat([sized(r), sized(s)]);
}

t.test('a signed letter is signed again in two steps, and both signatures hold', { skip }, async (t) => {
  const file = await signedLetter(service, { signer: 'segel' });
  const prepared = await prepare({ level: 'B-T' }, rsa.certificates, file);
  const response = await complete(prepared, await signedOutside(prepared), { file });
  const verdict = await requestVerdict(service, Buffer.from(await response.arrayBuffer()));
  t.match(await verdict.json(), { ok: true, counts: { signatures: 2, ok: 2 } });
});

t.test('a certification is prepared like any other wish', { skip }, async (t) => {
  const prepared = await prepare({ level: 'B-B', certification: 'form-filling' }, rsa.certificates);
  const response = await complete(prepared, await signedOutside(prepared));
  t.equal(response.status, 200);
  t.match(Buffer.from(await response.arrayBuffer()).toString('latin1'), /\/DocMDP/);
});

t.test('a replay gives the same file again and no other', { skip }, async (t) => {
  const prepared = await prepare({ level: 'B-B' }, rsa.certificates);
  const value = await signedOutside(prepared);
  const files: Buffer[] = [];
  for (let i = 0; i < 3; i += 1)
    files.push(Buffer.from(await (await complete(prepared, value)).arrayBuffer()));
  t.ok(
    files.every((file) => file.length > service.letter.length && file.equals(files[0] ?? Buffer.alloc(0))),
  );
});

t.test('a byte flipped anywhere in the token is refused', { skip }, async (t) => {
  const prepared = await prepare({ level: 'B-B' }, rsa.certificates);
  const value = await signedOutside(prepared);
  const token = Buffer.from(prepared.token, 'base64');
  // Version, expiry, length and letters of the key's name, nonce, then the sealed bytes to the end of their tag.
  const head = Array.from({ length: 10 + 'kunci-b'.length + 12 }, (_, at) => at);
  const steps = Array.from(
    { length: 24 },
    (_, i) => head.length + Math.floor(((token.length - head.length) * i) / 24),
  );
  const tag = Array.from({ length: 16 }, (_, i) => token.length - 1 - i);
  for (const at of [...head, ...steps, ...tag]) {
    const flipped = Buffer.from(token);
    flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
    await refusedAt(t, await complete({ token: flipped.toString('base64') }, value), '/token', `byte ${at}`);
  }
  for (const length of [0, 1, 9, 10, 28, 29, 30, token.length - 16, token.length - 1]) {
    const cut = token.subarray(0, length).toString('base64');
    const response = await complete({ token: cut === '' ? 'AA==' : cut }, value);
    await refusedAt(t, response, '/token', `${length} bytes`);
  }
  await refusedAt(t, await complete({ token: `${prepared.token.slice(0, -4)}AAAA` }, value), '/token', 'end');
  t.equal((await complete(prepared, value)).status, 200, 'the token itself still serves');
});

t.test('the older key opens nothing that the newer one sealed', { skip }, async (t) => {
  const prepared = await prepare({ level: 'B-B' }, rsa.certificates);
  const token = Buffer.from(prepared.token, 'base64');
  t.equal(token.subarray(10, 17).toString('latin1'), 'kunci-b', 'the newest key seals');
  for (const id of ['kunci-a', 'kunci-z']) {
    token.write(id, 10, 'latin1');
    const response = await complete({ token: token.toString('base64') }, await signedOutside(prepared));
    await refusedAt(t, response, '/token', id);
  }
});

t.test('another client’s token is worth nothing', { skip }, async (t) => {
  const prepared = await prepare({ level: 'B-B' }, rsa.certificates);
  const value = await signedOutside(prepared);
  await refusedAt(
    t,
    await complete(prepared, value, { at: { ...service, apiKey: OTHER_KEY } }),
    '/token',
    'another client',
  );
});

t.test('another document is refused, be it one bit away', { skip }, async (t) => {
  const prepared = await prepare({ level: 'B-B' }, rsa.certificates);
  const value = await signedOutside(prepared);
  for (const at of [0, 9, Math.floor(service.letter.length / 2), service.letter.length - 1]) {
    const file = Buffer.from(service.letter);
    file.writeUInt8(file.readUInt8(at) ^ 1, at);
    await refusedAt(t, await complete(prepared, value, { file }), '/file', `byte ${at}`);
  }
  const longer = Buffer.concat([service.letter, Buffer.from('\n')]);
  await refusedAt(t, await complete(prepared, value, { file: longer }), '/file', 'one byte more');
});

t.test(
  'a value of another key, over other octets or for another preparation is refused',
  { skip },
  async (t) => {
    const prepared = await prepare({ level: 'B-B', reason: 'satu' }, rsa.certificates);
    const other = await prepare({ level: 'B-B', reason: 'dua' }, rsa.certificates);
    const value = await signedOutside(prepared);
    const flipped = Buffer.from(value);
    flipped.writeUInt8(flipped.readUInt8(7) ^ 1, 7);
    const cases: readonly (readonly [string, Buffer])[] = [
      ['another key', await signedOutside(prepared, ec)],
      ['another reason', await signedOutside(other)],
      ['one bit', flipped],
      ['cut short', value.subarray(0, -1)],
      ['another digest', await rsa.signMessage(Buffer.from(prepared.toBeSigned, 'base64'), 'sha512')],
    ];
    for (const [what, signature] of cases)
      await refusedAt(t, await complete(prepared, signature), '/signature', what);
  },
);

t.test('after fifteen minutes it is too late', { skip }, async (t) => {
  let aheadMs = 0;
  // Without an authority nobody compares the clock that this test moves.
  const moved = await startRealService({ TEKEN_TSA_URLS: '' }, { clock: () => Date.now() + aheadMs });
  const key = await outsideKey(moved, 'pejabat');
  t.teardown(() => Promise.all([moved.close(), key.close()]));
  const prepared = await prepare({ level: 'B-B' }, key.certificates, service.letter, moved);
  const value = await signedOutside(prepared, key);
  const left = Date.parse(prepared.expiresAt) - Date.now();
  t.ok(left > LIFETIME_MS - 60_000 && left <= LIFETIME_MS, `${left} ms`);
  aheadMs = LIFETIME_MS - 30_000;
  t.equal((await complete(prepared, value, { at: moved })).status, 200, 'shortly before');
  aheadMs = LIFETIME_MS + 1000;
  const response = await complete(prepared, value, { at: moved });
  t.match(await response.json(), { status: 412, errors: [{ message: 'prepared-mismatch: expired' }] });
});

t.test('what cannot become a signature is refused before anybody is asked to sign', { skip }, async (t) => {
  const cases: readonly (readonly [Fields, Uint8Array | undefined, number, string, string?])[] = [
    [{}, undefined, 400, 'invalid-request', '/signer'],
    [{ signer: 'pejabat' }, rsa.certificates, 400, 'invalid-request', '/signer'],
    [{}, Buffer.from('bukan sertifikat'), 400, 'invalid-request', '/certificates'],
    [{}, Buffer.from([0x30, 0x03, 1, 2, 3]), 400, 'invalid-request', '/certificates'],
    [{ signer: 'bupati' }, undefined, 403, 'signer-not-allowed'],
    [{ signer: 'kedaluwarsa' }, undefined, 403, 'signer-auth-failed'],
    [{ signer: 'dicabut', level: 'B-LT' }, undefined, 403, 'signer-auth-failed'],
    [{ algorithm: 'ed25519' }, rsa.certificates, 422, 'algorithm-not-allowed'],
    [{ fieldName: 'ttd', rect: '1,1,9000,9' }, rsa.certificates, 422, 'placement-out-of-page'],
    [{ passphrase: 'rahasia', signer: 'pejabat' }, undefined, 400, 'invalid-request', '/passphrase'],
    [{ expectedSha256: 'a'.repeat(64) }, rsa.certificates, 412, 'document-mismatch'],
  ];
  for (const [fields, certificates, status, code, pointer] of cases) {
    const answer: unknown = await (await requestPreparation(fields, certificates)).json();
    const errors = pointer === undefined ? {} : { errors: [{ pointer }] };
    t.match(answer, { status, code, ...errors }, JSON.stringify(fields));
  }
  const nobody = await post('/v1/sign/prepare', formOf(service.letter), { ...service, apiKey: 'salah' });
  t.equal(nobody.status, 401);
});

t.test('the second request takes no parameter that could change the signature', { skip }, async (t) => {
  const prepared = await prepare({ level: 'B-B' }, rsa.certificates);
  const signature = (await signedOutside(prepared)).toString('base64');
  for (const name of ['level', 'reason', 'signer']) {
    const fields = { token: prepared.token, signature, [name]: 'B-LTA' };
    const response = await post('/v1/sign/complete', formOf(service.letter, fields), service);
    t.match(await response.json(), {
      status: 400,
      code: 'invalid-request',
      errors: [{ pointer: `/${name}` }],
    });
  }
  const malformed = await complete(prepared, '!!');
  t.match(await malformed.json(), { status: 400, errors: [{ pointer: '/signature' }] });
});

t.test('no key, passphrase or document goes into the log', { skip }, (t) => {
  const logged = service.logged();
  t.match(logged, '"prepared"');
  for (const secret of [service.passphrase, service.apiKey, '%PDF', 'Setuju'])
    t.notOk(logged.includes(secret));
  t.end();
});

t.test('poppler accepts what a card has signed', { skip: toolMissing('pdfsig') }, async (t) => {
  const prepared = await prepare({ level: 'B-T' }, rsa.certificates);
  const response = await complete(prepared, await signedOutside(prepared));
  const path = join(t.testdir(), 'surat.pdf');
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
  const { stdout } = await run('pdfsig', ['-nocert', path]);
  t.match(stdout, /Signature is Valid/);
});

t.test('production without seal keys says that the operator has to set them', async (t) => {
  const { standInApp, API_KEY } = await import('./stand-in.ts');
  const app = await standInApp();
  for (const url of ['/v1/sign/prepare', '/v1/sign/complete']) {
    const answer = await app.server.inject({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/pdf' },
      payload: '%PDF',
    });
    t.match(answer.json(), { status: 404, code: 'two-steps-not-configured' });
  }
});
