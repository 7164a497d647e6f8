// The verification report over REST: sealed PDF or a page to be printed, in the caller's language.

import { createHash } from 'node:crypto';
import t from 'tap';
import { HttpProblem } from '../../src/http/problems.ts';
import { SHEET_STYLE } from '../../src/report/sheet-html.ts';
import { SignerFailed } from '../../src/sign/errors.ts';
import { VERDICTS } from '../../src/verify/report.ts';
import { HOSTILE_NAMES } from '../report/hostile-names.ts';
import { madeReport, madeSignature, typicalReport } from '../report/made-reports.ts';
import { formOf, requestVerdict, signedLetter, startRealService } from './real-service.ts';
import { auditOf, auditThrough, standInApp } from './stand-in.ts';

const FILE = Buffer.from('%PDF-1.7');
const ask = (app: Awaited<ReturnType<typeof standInApp>>, headers: Record<string, string>) =>
  app.server.inject({ method: 'POST', url: '/v1/verify', payload: formOf(FILE), headers });

t.test('JSON stays what a caller gets who prefers nothing', async (t) => {
  const app = await standInApp();
  for (const headers of [{}, { accept: '*/*' }, { accept: 'application/*' }]) {
    const answer = await ask(app, headers);
    t.match(answer.headers['content-type'], /^application\/json/);
  }
  t.equal((await ask(app, { accept: 'image/png' })).statusCode, 406);
});

t.test('the report tells its seal, its digest and a name that no file can choose', async (t) => {
  for (const sealed of [true, false]) {
    const file = new TextEncoder().encode('%PDF-1.7 laporan');
    const app = await standInApp({ paper: async () => ({ file, sealed }) });
    const { headers, rawPayload, statusCode } = await ask(app, { accept: 'application/pdf' });
    t.equal(statusCode, 200);
    t.equal(headers['teken-report-seal'], sealed ? 'sealed' : 'none');
    t.equal(headers['content-disposition'], 'attachment; filename="laporan-verifikasi-0123456789ab.pdf"');
    t.equal(headers['cache-control'], 'no-store');
    const digest = createHash('sha256').update(file).digest('base64');
    t.equal(headers['content-digest'], `sha-256=:${digest}:`);
    t.same(new Uint8Array(rawPayload), file);
  }
});

t.test('a seal that cannot be made is a refusal, never a report without one', async (t) => {
  const app = await standInApp({
    paper: async () => {
      throw new HttpProblem('report-unavailable', {}, [], new SignerFailed('signer-unavailable'));
    },
  });
  const answer = await ask(app, { accept: 'application/pdf', 'accept-language': 'en' });
  t.equal(answer.statusCode, 503);
  t.match(answer.json(), { code: 'report-unavailable', ok: false, verdict: 'SERVICE_ERROR' });
});

t.test('a sealed report is on record before it leaves, and nothing of what was checked', async (t) => {
  const file = new TextEncoder().encode('%PDF-1.7 laporan');
  const sha256 = createHash('sha256').update(file).digest('hex');
  for (const sealed of [true, false]) {
    const lines: string[] = [];
    const app = await standInApp({ paper: async () => ({ file, sealed }), audit: auditOf(lines) });
    t.equal((await ask(app, { accept: 'application/pdf' })).statusCode, 200);
    const records = lines.filter((line) => line.includes('"report.sealed"'));
    t.equal(records.length, sealed ? 1 : 0);
    if (sealed) t.match(records[0], new RegExp(`"document":\\{"outputSha256":"${sha256}"\\}`));
    t.notMatch(lines.join(''), typicalReport('VALID').file.sha256);
  }
  const sink = { name: 'penuh', write: async () => Promise.reject(new Error('ENOSPC')) };
  const app = await standInApp({ paper: async () => ({ file, sealed: true }), audit: auditThrough(sink) });
  const answer = await ask(app, { accept: 'application/pdf' });
  t.equal(answer.statusCode, 503);
  t.match(answer.json(), { code: 'audit-unavailable' });
});

t.test('the page to be printed says all verdicts in both languages under a policy of its own', async (t) => {
  const digest = createHash('sha256').update(SHEET_STYLE).digest('base64');
  for (const verdict of VERDICTS.filter((name) => name !== 'UNREADABLE' && name !== 'SERVICE_ERROR')) {
    const app = await standInApp({ verify: async () => typicalReport(verdict) });
    for (const [language, mark] of [
      ['id', 'TIDAK DISEGEL'],
      ['en', 'NOT SEALED'],
    ] as const) {
      const { headers, body } = await ask(app, { accept: 'text/html', 'accept-language': language });
      t.equal(headers['content-language'], language);
      t.ok(String(headers['content-security-policy']).includes(`style-src 'sha256-${digest}'`));
      t.ok(body.includes(verdict) && body.includes(mark), `${verdict} ${language}`);
      t.equal(body.match(/<style>/g)?.length, 1);
      t.notMatch(body, / style=|<script/);
    }
  }
});

t.test('200 hostile names stay text on the page', async (t) => {
  for (const [at, commonName] of HOSTILE_NAMES.entries()) {
    const claims = { reason: commonName, location: commonName };
    const report = madeReport([madeSignature({ signer: { commonName }, claims, fieldName: commonName })]);
    const app = await standInApp({ verify: async () => report });
    const { body } = await ask(app, { accept: 'text/html' });
    const tags = new Set([...body.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, name]) => name?.toLowerCase()));
    const ours = [
      '!doctype',
      'html',
      'head',
      'meta',
      'title',
      'style',
      'body',
      'p',
      'h1',
      'h2',
      'h3',
      'section',
    ];
    const more = [
      'div',
      'svg',
      'path',
      'strong',
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
      'span',
      'ul',
      'li',
    ];
    for (const name of [...ours, ...more]) tags.delete(name);
    t.same([...tags], [], `name ${at}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
    t.notMatch(body, /[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069\u2028\u2029]/, `name ${at}`);
  }
});

t.test('the service seals what it reports, so that its own verifier accepts the report', async (t) => {
  const service = await startRealService();
  t.teardown(() => service.close());
  const letter = await signedLetter(service);
  const headers = { accept: 'application/pdf', 'accept-language': 'id' };
  const answer = await fetch(`${service.url}/v1/verify`, { method: 'POST', body: formOf(letter), headers });
  t.equal(answer.status, 200);
  t.equal(answer.headers.get('teken-report-seal'), 'sealed');
  const report = Buffer.from(await answer.arrayBuffer());
  const verdict = await (await requestVerdict(service, report)).json();
  t.match(verdict, {
    verdict: 'VALID',
    ok: true,
    signatures: [
      {
        kind: 'seal',
        level: 'PAdES-B-T',
        rules: { certification: 'no-changes' },
        signer: { commonName: 'Segel Layanan Contoh (UJI COBA)' },
        integrity: { status: 'INTACT', coversWholeFile: true },
      },
    ],
  });
  report[report.indexOf('/StructTreeRoot') + 1] = 0x73;
  t.match(await (await requestVerdict(service, report)).json(), { ok: false, verdict: 'MODIFIED' });
});

t.test('a service without a key of its own hands out reports that say so', async (t) => {
  const service = await startRealService({ TEKEN_SEAL_URI: '' });
  t.teardown(() => service.close());
  const headers = { accept: 'application/pdf' };
  const body = formOf(service.letter);
  const answer = await fetch(`${service.url}/v1/verify`, { method: 'POST', body, headers });
  t.equal(answer.headers.get('teken-report-seal'), 'none');
  const report = Buffer.from(await answer.arrayBuffer());
  t.match(await (await requestVerdict(service, report)).json(), { verdict: 'NO_SIGNATURE', ok: false });
});
