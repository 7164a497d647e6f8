// The service as it is delivered: real signatures, real time-stamps, real verdicts.

import { createHash } from 'node:crypto';
import t from 'tap';
import type { ProblemAnswer } from '../../src/http/problem-answer.ts';
import { problemSchema } from '../../src/http/schemas.ts';
import { signAnswer, verifyAnswer } from '../../src/http/verify-answer.ts';
import { ENCRYPTED_PDF, without, ZEROS } from './bad-files.ts';
import { formOf, requestSignature, requestVerdict, signedLetter, startRealService } from './real-service.ts';

const service = await startRealService();
t.teardown(() => service.close());

async function verdictOf(file: Uint8Array) {
  const response = await requestVerdict(service, file);
  return verifyAnswer.parse(await response.json());
}

async function problemOf(response: Response): Promise<ProblemAnswer> {
  return problemSchema.parse(await response.json()) as ProblemAnswer;
}

t.test('signs a letter at B-T and verifies it as VALID', async (t) => {
  const response = await requestSignature(service);
  const signed = Buffer.from(await response.arrayBuffer());
  t.equal(response.status, 200);
  t.equal(response.headers.get('content-type'), 'application/pdf');
  t.match(response.headers.get('signature-id'), /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  t.equal(
    response.headers.get('content-digest'),
    `sha-256=:${createHash('sha256').update(signed).digest('base64')}:`,
  );
  t.same(signed.subarray(0, service.letter.length), service.letter, 'the old bytes are a prefix');
  const verdict = await verdictOf(signed);
  t.match(verdict, { verdict: 'VALID', ok: true, counts: { signatures: 1, ok: 1 } });
  t.match(verdict.signatures[0], { level: 'PAdES-B-T', time: { source: 'timestamp' } });
});

t.test('signs at B-B when asked to, and the verdict notes the missing time-stamp', async (t) => {
  const verdict = await verdictOf(await signedLetter(service, { level: 'B-B' }));
  t.match(verdict, { verdict: 'VALID_WITH_NOTES', ok: true });
  t.ok(verdict.signatures[0]?.reasons.some(({ code }) => code === 'NO_TIMESTAMP'));
});

t.test('signs at B-LT and B-LTA, and the verdict needs nothing from outside', async (t) => {
  for (const level of ['B-LT', 'B-LTA'] as const) {
    const response = await requestSignature(service, { level }, service.letter, {
      Accept: 'application/json',
    });
    const answer = signAnswer.parse(await response.json());
    t.match(answer, { level, report: { verdict: 'VALID', signatures: [{ level: `PAdES-${level}` }] } });
    const verdict = await verdictOf(Buffer.from(answer.pdf, 'base64'));
    t.match(verdict, { verdict: 'VALID', counts: { signatures: 1, ok: 1 } });
    t.match(verdict.signatures[0], { level: `PAdES-${level}`, revocation: { status: 'GOOD' } });
  }
});

t.test('a raw body is signed like a form, its passphrase in a header', async (t) => {
  const response = await fetch(`${service.url}/v1/sign?signer=pejabat&level=B-B`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${service.apiKey}`,
      'Content-Type': 'application/pdf',
      'Teken-Passphrase': service.passphrase,
    },
    body: new Uint8Array(service.letter),
  });
  t.equal(response.status, 200);
  const signed = Buffer.from(await response.arrayBuffer());
  const verdict = await fetch(`${service.url}/v1/verify`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/pdf' },
    body: new Uint8Array(signed),
  });
  t.match(await verdict.json(), { ok: true, file: { name: null, size: signed.length } });
});

t.test('a visible signature stands on the page that was asked for', async (t) => {
  const signed = await signedLetter(service, {
    page: '1',
    rect: '305,205,215,72',
    position: 'Kepala Dinas Contoh',
  });
  const verdict = await verdictOf(signed);
  t.match(verdict, { verdict: 'VALID', signatures: [{ page: 1, rect: [305, 205, 520, 277] }] });
});

t.test('answers with JSON that holds the document and its report', async (t) => {
  const response = await requestSignature(service, {}, service.letter, { Accept: 'application/json' });
  const answer = signAnswer.parse(await response.json());
  const signed = Buffer.from(answer.pdf, 'base64');
  t.equal(answer.sha256, createHash('sha256').update(signed).digest('hex'));
  t.match(answer, { level: 'B-T', report: { verdict: 'VALID', file: { sha256: answer.sha256 } } });
  t.equal((await verdictOf(signed)).verdict, 'VALID');
});

t.test('a second official signs what the first has signed', async (t) => {
  const first = await signedLetter(service);
  const response = await requestSignature(service, { signer: 'pejabat-ec' }, first);
  const verdict = await verdictOf(Buffer.from(await response.arrayBuffer()));
  t.match(verdict, { verdict: 'VALID', counts: { signatures: 2, ok: 2, notOk: 0 } });
});

t.test('one changed byte makes the document MODIFIED', async (t) => {
  const changed = Buffer.from(await signedLetter(service));
  // The version in the header: covered by the signature, and no reader stumbles over it.
  changed[7] = '6'.charCodeAt(0);
  t.match(await verdictOf(changed), { verdict: 'MODIFIED', ok: false });
});

t.test('an unsigned letter is NO_SIGNATURE and not ok', async (t) => {
  t.match(await verdictOf(service.letter), { verdict: 'NO_SIGNATURE', ok: false, signatures: [] });
});

t.test('an unknown field, a wrong passphrase and every bad file have their typed problem', async (t) => {
  const bad: readonly (readonly [name: string, status: number, code: string, response: Promise<Response>])[] =
    [
      ['an unknown field', 400, 'invalid-request', requestSignature(service, { signr: 'x' })],
      ['an empty file', 400, 'file-empty', requestSignature(service, {}, Buffer.alloc(0))],
      ['no PDF', 415, 'not-pdf', requestSignature(service, {}, Buffer.from('surat biasa'))],
      ['60 MB of zeros', 413, 'file-too-large', requestSignature(service, {}, ZEROS)],
      ['a truncated PDF', 422, 'pdf-damaged', requestSignature(service, {}, without(service.letter, 2_000))],
      ['an encrypted PDF', 422, 'pdf-encrypted', requestSignature(service, {}, ENCRYPTED_PDF)],
      ['an unknown level', 400, 'invalid-request', requestSignature(service, { level: 'B-X' })],
      ['no such page', 422, 'page-not-found', requestSignature(service, { page: '9', rect: '0,0,99,99' })],
    ];
  for (const [name, status, code, response] of bad) {
    const answer = await response;
    t.match(await problemOf(answer), { status, code }, name);
    t.equal(answer.status, status, name);
  }
  t.equal((await fetch(`${service.url}/readyz`)).status, 200, 'the service is ready afterwards');
});

t.test('every bad file is refused by verification too, and never read as acceptance', async (t) => {
  const bad: readonly (readonly [name: string, status: number, code: string, file: Uint8Array])[] = [
    ['an empty file', 400, 'file-empty', Buffer.alloc(0)],
    ['no PDF', 415, 'not-pdf', Buffer.from('surat biasa')],
    ['60 MB of zeros', 413, 'file-too-large', ZEROS],
    ['an encrypted PDF', 422, 'pdf-encrypted', ENCRYPTED_PDF],
    ['a signed and truncated PDF', 422, 'pdf-damaged', without(await signedLetter(service), 300)],
  ];
  for (const [name, status, code, file] of bad) {
    const response = await requestVerdict(service, file);
    t.match(await problemOf(response), { status, code, ok: false, verdict: 'UNREADABLE' }, name);
    t.equal(response.status, status, name);
  }
});

t.test('a wrong passphrase and a certificate out of its time get the same answer', async (t) => {
  const answers = await Promise.all([
    requestSignature(service, { passphrase: 'salah' }),
    requestSignature(service, { signer: 'kedaluwarsa' }),
    requestSignature(service, { signer: 'belum-berlaku' }),
  ]);
  const bodies = await Promise.all(answers.map(problemOf));
  for (const body of bodies) {
    t.match(body, { status: 403, code: 'signer-auth-failed' });
    t.same({ ...body, requestId: '' }, { ...bodies[0], requestId: '' });
  }
});

t.test('a client cannot use a signer that is not on its list', async (t) => {
  const response = await requestSignature(service, { signer: 'orang-lain' });
  t.match(await problemOf(response), { status: 403, code: 'signer-not-allowed' });
});

t.test('nothing of a passphrase, an API key or a document is ever logged', async (t) => {
  const canary = 'kenari-7f3b9c';
  await requestSignature(service, {
    passphrase: canary,
    reason: canary,
    position: canary,
    rect: '9,9,99,99',
  });
  await requestSignature(service, { [canary]: canary });
  await fetch(`${service.url}/v1/verify?${canary}=${canary}`, { method: 'POST', body: formOf(ZEROS) });
  await fetch(`${service.url}/${canary}`, { headers: { Authorization: `Bearer ${canary}`, Cookie: canary } });
  await requestVerdict(service, Buffer.from(`%PDF-1.7 ${canary}`));
  const logged = service.logged();
  t.ok(logged.includes('"code":"signer-auth-failed"'), 'the failures themselves are logged');
  for (const secret of [canary, service.passphrase, service.apiKey, 'Pejabat Contoh'])
    t.notOk(logged.includes(secret), `${secret.slice(0, 6)}…`);
});

t.test('/v1/trust-list names the list that verdicts name', async (t) => {
  const response = await fetch(`${service.url}/v1/trust-list`);
  const list = (await response.json()) as { version: string; sha256: string };
  const verdict = await verdictOf(service.letter);
  t.match(verdict.trustList, { version: list.version, sha256: list.sha256 });
  const etag = response.headers.get('etag') ?? '';
  const again = await fetch(`${service.url}/v1/trust-list`, { headers: { 'If-None-Match': etag } });
  t.equal(again.status, 304);
});

t.test('details come when they are asked for, and the report of ETSI as XML', async (t) => {
  const letter = await signedLetter(service);
  const ask = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${service.url}/v1/verify${query}`, { method: 'POST', body: formOf(letter), headers });
  t.match(await (await ask('')).json(), { signatures: [{ details: null }] });
  t.match(await (await ask('?detail=full')).json(), {
    signatures: [
      { details: { blocks: [{ block: 'format-checking', clause: '5.2.2', indication: 'PASSED' }] } },
    ],
  });
  t.equal((await ask('?detail=some')).status, 400);
  const xml = await ask('', { accept: 'application/xml' });
  t.equal(xml.headers.get('content-type'), 'application/xml');
  t.match(await xml.text(), /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<ValidationReport /);
  const unsigned = await fetch(`${service.url}/v1/verify`, {
    method: 'POST',
    body: formOf(service.letter),
    headers: { accept: 'application/xml' },
  });
  t.equal(unsigned.status, 406, 'there is no report on nothing');
});
