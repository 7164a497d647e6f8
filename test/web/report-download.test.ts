// The report to be filed, from the upload form and from a result, without a script.

import t from 'tap';
import { HttpProblem } from '../../src/http/problems.ts';
import { formOf } from '../http/real-service.ts';
import { standInApp } from '../http/stand-in.ts';
import { madeReport } from '../report/made-reports.ts';

const FILE = Buffer.from('%PDF-1.7');
type App = Awaited<ReturnType<typeof standInApp>>;
const post = (app: App, url: string, payload: FormData = formOf(FILE)) =>
  app.server.inject({ method: 'POST', url, payload });

t.test('the form has a second button for it, and a result a form of its own', async (t) => {
  const app = await standInApp();
  const { body } = await app.server.inject('/?lang=en');
  t.match(body, /<button type="submit" formaction="\/laporan\?lang=en" data-download>/);
  const result = await post(app, '/?lang=en');
  t.match(result.body, /<form class="again" data-same-file method="post" action="\/laporan\?lang=en"/);
});

t.test('the report comes as a download in the language of the page', async (t) => {
  const asked: string[] = [];
  const app = await standInApp({
    paper: async (_, { language, fileName }) => {
      asked.push(`${language} ${fileName}`);
      return { file: new TextEncoder().encode('%PDF laporan'), sealed: true };
    },
  });
  for (const language of ['id', 'en']) {
    const { headers, statusCode } = await post(app, `/laporan?lang=${language}`);
    t.equal(statusCode, 200);
    t.equal(headers['content-type'], 'application/pdf');
    t.match(headers['content-disposition'], /^attachment; filename="laporan-verifikasi-/);
    t.equal(headers['cache-control'], 'no-store');
    t.equal(headers['x-content-type-options'], 'nosniff');
  }
  t.same(asked, ['id surat.pdf', 'en surat.pdf']);
});

t.test('what keeps a report from being made is said by the form, in words', async (t) => {
  const form = formOf(FILE);
  form.append('file', new Blob([FILE]), 'dua.pdf');
  const two = await post(await standInApp(), '/laporan', form);
  t.equal(two.statusCode, 400);
  t.match(two.body, /id="error-summary"[\s\S]*Pilih satu berkas saja/);
  const damaged = madeReport([], {
    verdict: 'UNREADABLE',
    class: 'none',
    problem: { code: 'pdf-damaged', values: {} },
  });
  const unreadable = await post(await standInApp({ verify: async () => damaged }), '/laporan');
  t.equal(unreadable.statusCode, 422);
  t.match(unreadable.body, /id="error-summary"/);
  const unsealed = await standInApp({
    paper: async () => {
      throw new HttpProblem('report-unavailable');
    },
  });
  const later = await post(unsealed, '/laporan');
  t.equal(later.statusCode, 503);
  t.match(later.body, /id="error-summary"[\s\S]*Laporan tidak dapat dibuat/);
});
