// The page without a browser: what is in the markup, and that nothing from a file becomes markup.

import t from 'tap';
import { VERDICTS, type VerificationReport } from '../../src/index.ts';
import { rawCodePoints } from '../../src/report/raw-code-points.ts';
import { describe } from '../../src/report/sentences.ts';
import { html } from '../../src/web/html.ts';
import { sizeText } from '../../src/web/result.ts';
import { DEFAULT_SETTINGS, type StandIn, standInApp } from '../http/stand-in.ts';
import { madeReason, madeReport, madeSignature, typicalReport } from '../report/made-reports.ts';

function upload(app: StandIn, url = '/', fileName = 'surat.pdf', fields = '') {
  return app.server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'multipart/form-data; boundary=batas' },
    payload: `${fields}--batas\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: application/octet-stream\r\n\r\n%PDF-1.7\r\n--batas--\r\n`,
  });
}

function appOver(report: VerificationReport): Promise<StandIn> {
  return standInApp({ verify: async () => report });
}

t.test('every value is escaped, for content and for attributes', (t) => {
  const nasty = `<img src=x onerror=alert(1)> & " ' </script>`;
  const { markup } = html`<p title="${nasty}">${nasty}${[nasty, html`<b>${nasty}</b>`]}${null}${7}</p>`;
  t.equal(markup.match(/<(?!\/?(p|b)\b)/g), null, 'no tag but ours');
  t.notOk(/title="[^"]*"[^>]/.test(markup), 'the attribute does not end early');
  t.end();
});

t.test('the start page is one form that works without a script', async (t) => {
  const app = await standInApp();
  const { statusCode, body, headers } = await app.server.inject('/');
  t.equal(statusCode, 200);
  t.match(headers['content-type'], /^text\/html/);
  t.match(body, /<html lang="id">/);
  t.match(body, /<form id="upload" method="post" action="\/\?lang=id" enctype="multipart\/form-data"/);
  t.match(body, /<label for="file">Berkas PDF<\/label>/);
  t.match(body, /<input type="file" id="file" name="file" multiple accept="application\/pdf,.pdf"/);
  t.match(body, /Layanan pengembangan – bukan untuk dokumen resmi/);
  t.match(body, /Dokumen Anda hanya diproses di memori dan tidak disimpan\./);
  const english = (await app.server.inject('/?lang=en')).body;
  t.match(english, /<html lang="en">.*<h1>Check an electronic signature<\/h1>/s);
});

t.test('a production service shows no development banner', async (t) => {
  const app = await standInApp({ settings: { ...DEFAULT_SETTINGS, production: true } });
  t.notMatch((await app.server.inject('/')).body, /Layanan pengembangan/);
});

t.test('there is no inline script or style, and the policy would refuse one', async (t) => {
  const app = await standInApp();
  for (const answer of [await app.server.inject('/'), await upload(app)]) {
    t.notMatch(answer.body, /<script(?! src="\/assets\/)|<style|\sstyle=|\son\w+=|javascript:/i);
    const policy = String(answer.headers['content-security-policy']);
    t.match(policy, /^default-src 'none';/);
    t.notMatch(policy, /unsafe|https?:|\*/);
    t.match(policy, /frame-ancestors 'none';base-uri 'none'/);
  }
});

t.test('each verdict is said in its language, in the order of reading', async (t) => {
  for (const verdict of VERDICTS) {
    const report = typicalReport(verdict);
    if (report.problem !== null) continue;
    const app = await appOver(report);
    for (const language of ['id', 'en'] as const) {
      const { statusCode, body } = await upload(app, `/?lang=${language}`);
      const said = describe(report, language, { timeZone: 'Asia/Makassar' });
      t.equal(statusCode, 200, verdict);
      const places = [said.title, 'class="answers"', said.action, 'id="result-actions"', 'id="help"'].map(
        (text) =>
          body.indexOf(html`${text}`.markup.replaceAll('&quot;', text.includes('="') ? '"' : '&quot;')),
      );
      t.ok(
        places.every((place, i) => place > (places[i - 1] ?? 0)),
        `${verdict} ${language}: ${places}`,
      );
      t.equal(body.match(/<h1/g)?.length, 1, 'one h1');
    }
  }
});

t.test('a result is not stored by anybody on the way', async (t) => {
  const app = await appOver(typicalReport('VALID'));
  t.equal((await upload(app)).headers['cache-control'], 'no-store');
});

t.test('what a file or certificate says is never markup and never reorders text', async (t) => {
  const payloads = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    '</dd></dl><svg/onload=alert(1)>',
    'javascript:alert(1)',
    '{{constructor.constructor("alert(1)")()}}',
    `\${alert(1)}`,
    '\u202Ereverse\u2066\u2069',
    '{name} **tebal**',
  ];
  for (const payload of payloads) {
    const report = madeReport([
      madeSignature({
        fieldName: payload,
        claims: { reason: payload, location: payload },
        signer: { commonName: payload, issuerCommonName: payload, issuer: `CN=${payload}` },
        time: { tsa: payload },
        reasons: [madeReason('DIGEST_WEAK', { name: payload })],
        findings: [{ code: 'x', effect: 'info', where: payload }],
      }),
    ]);
    const { body } = await upload(await appOver(report), '/', payload.replace(/["\r\n]/g, "'"));
    t.same(
      tagNames(body).filter((name) => !KNOWN_TAGS.has(name)),
      [],
      payload,
    );
    t.notMatch(body, /<[^>]*\son\w+=/i, 'no handler');
    t.notMatch(body, /[\u202a-\u202e\u2066-\u2069]/, 'no character that reorders');
  }
});

const KNOWN_TAGS = new Set(
  'html head meta title link script body a p header img nav main article section div svg circle path h1 h2 h3 strong ol ul li span dl dt dd details summary footer button form label input'.split(
    ' ',
  ),
);

function tagNames(markup: string): string[] {
  return [...markup.matchAll(/<([a-z]\w*)/gi)].map((match) => match[1]?.toLowerCase() ?? '');
}

t.test('hidden characters of a name are told as code points', (t) => {
  t.equal(rawCodePoints('A\u202EB'), 'U+0041 U+202E U+0042');
  t.equal(rawCodePoints('Siti Contoh'), null);
  t.equal(rawCodePoints(null), null);
  t.end();
});

t.test('errors of a file stand at the top, name the field and lead to it', async (t) => {
  for (const [code, status, title] of [
    ['file-empty', 400, 'Berkas tidak dapat dibaca'],
    ['not-pdf', 415, 'Berkas tidak dapat dibaca'],
    ['pdf-encrypted', 422, 'Berkas tidak dapat dibaca'],
    ['pdf-damaged', 422, 'Berkas tidak dapat dibaca'],
    ['limits-exceeded', 422, 'Berkas tidak dapat dibaca'],
  ] as const) {
    const report = madeReport([], {
      verdict: 'UNREADABLE',
      class: 'none',
      problem: { code, values: {} },
    });
    const { statusCode, body } = await upload(await appOver(report));
    t.equal(statusCode, status, code);
    t.match(body, new RegExp(`<title>Galat: ${title}`), code);
    t.match(body, /<div class="error-summary look-none" id="error-summary" role="alert" tabindex="-1"/);
    t.match(body, /<a href="#file">/);
    t.match(body, /aria-describedby="file-error file-hint" aria-invalid="true"/);
  }
});

t.test('an encrypted file comes with the safer advice', async (t) => {
  const report = madeReport([], {
    verdict: 'UNREADABLE',
    class: 'none',
    problem: { code: 'pdf-encrypted', values: {} },
  });
  const { body } = await upload(await appOver(report));
  t.match(body, /Lebih aman: minta berkas asli tanpa kata sandi\./);
});

t.test('no file, too large a file and an unknown field are told at the form', async (t) => {
  const app = await standInApp({ settings: { ...DEFAULT_SETTINGS, maxUploadMegabytes: 1 } });
  const none = await app.server.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'multipart/form-data; boundary=batas' },
    payload:
      '--batas\r\nContent-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--batas--\r\n',
  });
  t.match(none, { statusCode: 400, body: /Pilih berkas PDF\./ });
  const large = await app.server.inject({
    method: 'POST',
    url: '/?lang=en',
    headers: { 'content-type': 'multipart/form-data; boundary=batas', 'content-length': '5000000' },
    payload: '',
  });
  t.match(large, { statusCode: 413, body: /The selected file must be 1 MB or smaller\./ });
  const field = '--batas\r\nContent-Disposition: form-data; name="sandi"\r\n\r\nx\r\n';
  t.match(await upload(app, '/', 'surat.pdf', field), { statusCode: 400, body: /Ada yang perlu diperbaiki/ });
});

t.test('a failure of ours is told as an unfinished check, with the code to pass on', async (t) => {
  const app = await standInApp({ verify: () => Promise.reject(new Error('kenari-51')) });
  const { statusCode, body, headers } = await upload(app);
  t.equal(statusCode, 500);
  t.match(body, /<h1 id="verdict" tabindex="-1">Pemeriksaan belum selesai<\/h1>/);
  t.match(body, new RegExp(`Kode: ${String(headers['x-request-id'])}`));
  t.notMatch(body, /kenari-51/);
  t.match(body, /Coba lagi\./);
});

t.test('the pages that answers point to exist', async (t) => {
  const app = await standInApp();
  t.match(await app.server.inject('/docs/problems?lang=en'), { statusCode: 200, body: /id="not-pdf"/ });
  t.match(await app.server.inject('/docs/policy'), { statusCode: 200, body: /EN 319 102-1/ });
  for (const asset of ['teken.css', 'teken.js', 'teken.svg'])
    t.equal((await app.server.inject(`/assets/${asset}`)).statusCode, 200, asset);
  for (const outside of ['/assets/../layout.ts', '/assets/%2e%2e/layout.ts', '/assets/..%2flayout.ts'])
    t.not((await app.server.inject(outside)).statusCode, 200, outside);
});

const SCRIPTS = ['teken.js', 'kept.js', 'results.js', 'sending.js', 'upload.js'];

t.test('form and result together weigh at most 100 kB', async (t) => {
  const app = await standInApp();
  const paths = [
    '/',
    ...['tokens.css', 'teken.css', 'teken.svg', ...SCRIPTS].map((name) => `/assets/${name}`),
  ];
  let bytes = (await upload(app)).rawPayload.length;
  for (const path of paths) bytes += (await app.server.inject(path)).rawPayload.length;
  t.ok(bytes <= 100_000, `${bytes} bytes, not compressed`);
});

t.test('sizes are short and in the language of the page', (t) => {
  t.equal(sizeText(0, 'id'), '0 B');
  t.equal(sizeText(204_800, 'id'), '205 kB');
  t.equal(sizeText(1_540_000, 'id'), '1,54 MB');
  t.equal(sizeText(1_540_000, 'en'), '1.54 MB');
  t.end();
});
