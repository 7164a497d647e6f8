// POST /v1/revisions over real HTTP: the list, the version that was signed byte for byte, and every refusal.

import { createHash } from 'node:crypto';
import t from 'tap';
import { append } from '../attacks/append.ts';
import { letter } from '../attacks/carrier.ts';
import { clearDocument, throughQpdf } from '../pdf/encrypted-samples.ts';
import { toolMissing } from '../tools.ts';
import { formOf, type RealService, startRealService } from './real-service.ts';

let service: RealService;
let signed: Buffer;
let changed: Uint8Array;

t.before(async () => {
  service = await startRealService();
  signed = await sign(letter('table'), 'pertama');
  changed = append(signed, { objects: { 90: '<< /Note (added later) >>' } });
});

t.teardown(() => service.close());

async function sign(file: Uint8Array, reason: string): Promise<Buffer> {
  const response = await fetch(`${service.url}/v1/sign`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${service.apiKey}` },
    body: formOf(file, { signer: 'pejabat', passphrase: service.passphrase, level: 'B-B', reason }),
  });
  if (response.status !== 200) throw new Error(await response.text());
  return Buffer.from(await response.arrayBuffer());
}

function ask(file: Uint8Array, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${service.url}/v1/revisions`, { method: 'POST', body: formOf(file, fields) });
}

function askRaw(file: Uint8Array, query = '', headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${service.url}/v1/revisions${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/pdf', ...headers },
    body: new Uint8Array(file),
  });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Listed {
  readonly file: { readonly size: number; readonly sha256: string };
  readonly revisions: readonly {
    readonly revision: number;
    readonly size: number;
    readonly sha256: string;
    readonly signatures: readonly { readonly field: string; readonly timestamp: boolean }[];
  }[];
}

t.test('the versions are listed with size, digest and what signed them', async (t) => {
  const twice = await sign(signed, 'kedua');
  const response = await ask(twice);
  t.equal(response.status, 200);
  t.match(response.headers.get('cache-control'), 'no-store');
  const { file, revisions } = (await response.json()) as Listed;
  t.same(file, { size: twice.length, sha256: sha256(twice) });
  t.same(
    revisions.map(({ revision, size, sha256: digest, signatures }) => [
      revision,
      size,
      digest,
      signatures.length,
    ]),
    [
      [1, letter('table').length, sha256(letter('table')), 0],
      [2, signed.length, sha256(signed), 1],
      [3, twice.length, sha256(twice), 1],
    ],
  );
  const [field] = revisions[1]?.signatures ?? [];
  t.same(await bytesOf(await ask(twice, { signature: field?.field ?? '' })), signed);
});

async function bytesOf(response: Response): Promise<Buffer> {
  if (response.status !== 200) throw new Error(await response.text());
  return Buffer.from(await response.arrayBuffer());
}

t.test('the version that was signed comes back byte for byte, as a file to keep', async (t) => {
  for (const response of [await ask(changed, { revision: '2' }), await askRaw(changed, '?revision=2')]) {
    t.equal(response.headers.get('content-type'), 'application/pdf');
    t.equal(response.headers.get('content-disposition'), 'attachment; filename="versi-2.pdf"');
    t.equal(response.headers.get('x-content-type-options'), 'nosniff');
    t.equal(response.headers.get('cache-control'), 'no-store');
    const digest = createHash('sha256').update(signed).digest('base64');
    t.equal(response.headers.get('content-digest'), `sha-256=:${digest}:`);
    t.same(await bytesOf(response), signed);
  }
});

t.test('what is no complete version is refused, each with its code and place', async (t) => {
  const cases: readonly (readonly [Promise<Response>, number, string, string?])[] = [
    [ask(changed, { revision: '4' }), 422, 'revision-unknown', '/revision'],
    [ask(changed, { signature: 'tidak ada' }), 422, 'revision-unknown', '/signature'],
    [ask(changed, { revision: '0' }), 400, 'invalid-request', '/revision'],
    [ask(changed, { revision: '1', signature: 'a' }), 400, 'invalid-request', '/signature'],
    [ask(changed, { versi: '1' }), 400, 'invalid-request', '/versi'],
    [ask(changed, { expectedSha256: '00'.repeat(32) }), 412, 'document-mismatch'],
    [ask(Buffer.from('bukan PDF')), 415, 'not-pdf'],
    [ask(Buffer.from('')), 400, 'file-empty'],
    [askRaw(changed, '', { Accept: 'application/pdf' }), 406, 'not-acceptable'],
    [askRaw(changed, '?revision=2', { Accept: 'application/json' }), 406, 'not-acceptable'],
    [askRaw(changed, '?password=x'), 400, 'invalid-request', '/password'],
  ];
  for (const [asked, status, code, pointer] of cases) {
    const response = await asked;
    const problem = await response.json();
    t.match(problem, { status, code, ...(pointer === undefined ? {} : { errors: [{ pointer }] }) }, code);
    t.equal(response.status, status);
  }
});

t.test('a file that can only be guessed at has no versions', async (t) => {
  const broken = Buffer.from(letter('table'));
  broken.write('startxrfe', broken.lastIndexOf('startxref'), 'latin1');
  t.match(await (await ask(broken)).json(), { status: 422, code: 'pdf-damaged' });
});

t.test('a version of an encrypted document stays encrypted', { skip: toolMissing('qpdf') }, async (t) => {
  const encrypted = await throughQpdf(clearDocument(), ['--encrypt', 'sandi', 'pemilik', '256', '--']);
  t.match(await (await ask(encrypted)).json(), { code: 'pdf-encrypted' });
  const version = await bytesOf(await ask(encrypted, { password: 'sandi', revision: '1' }));
  t.same(version, Buffer.from(encrypted));
  t.notOk(service.logged().includes('pemilik'));
});

t.test('nothing of the document is logged, only what is counted', async (t) => {
  t.match(service.logged(), /"versions":3/);
  t.notMatch(service.logged(), /added later|%PDF/);
});
