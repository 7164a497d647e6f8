// The password of an encrypted document: in the form or in a header, as octets, zeroed afterwards, never seen again.

import t from 'tap';
import { clearDocument, throughQpdf } from '../pdf/encrypted-samples.ts';
import { typicalReport } from '../report/made-reports.ts';
import { toolMissing } from '../tools.ts';
import { formOf, startRealService } from './real-service.ts';
import { standInApp } from './stand-in.ts';

const PASSWORD = 'sandi ñ 密';
const OCTETS = Buffer.from(PASSWORD, 'utf8').toString('latin1');
const FILE = Buffer.from('%PDF-1.7');

async function notingApp() {
  const kept: (Uint8Array | null)[] = [];
  const seen: (string | null)[] = [];
  const app = await standInApp({
    verify: async (_, __, password) => {
      kept.push(password);
      seen.push(password === null ? null : Buffer.from(password).toString('utf8'));
      return typicalReport('VALID');
    },
  });
  const form = (fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) =>
    app.server.inject({ method: 'POST', url: '/v1/verify', payload: formOf(FILE, fields), headers });
  const raw = (headers: Record<string, string> = {}, query = '') =>
    app.server.inject({
      ...{ method: 'POST', url: `/v1/verify${query}`, payload: FILE },
      headers: { 'content-type': 'application/pdf', ...headers },
    });
  return { app, kept, seen, form, raw };
}

t.test('a password arrives as its UTF-8 octets in both forms, and is zeroed afterwards', async (t) => {
  const { kept, seen, form, raw } = await notingApp();
  t.equal((await form({ password: PASSWORD })).statusCode, 200);
  t.equal((await raw({ 'Teken-Password': OCTETS })).statusCode, 200);
  t.equal((await form({})).statusCode, 200);
  t.equal((await raw()).statusCode, 200);
  t.same(seen, [PASSWORD, PASSWORD, null, null]);
  for (const octets of kept) t.ok(octets?.every((octet) => octet === 0) ?? true);
});

t.test('it is refused in a URL, in a header beside a form, and where it is too long', async (t) => {
  const { app, seen, form, raw } = await notingApp();
  const secret = 'rahasia-kenari';
  const refusals = [
    [await raw({}, `?password=${secret}`), '/password'],
    [await raw({ 'Teken-Password': 'x' }, `?password=${secret}`), '/password'],
    [await form({ password: 'x' }, { 'Teken-Password': secret }), '/Teken-Password'],
    [await form({ password: secret.repeat(100) }), '/password'],
  ] as const;
  for (const [answer, pointer] of refusals) {
    t.match(answer.json(), { status: 400, code: 'invalid-request', errors: [{ pointer }] });
    t.notOk(answer.body.includes(secret));
  }
  t.same(seen, []);
  t.notOk(app.logged().includes(secret));
});

t.test(
  'the service opens what its password opens, and logs none',
  { skip: toolMissing('qpdf') },
  async (t) => {
    const service = await startRealService();
    t.teardown(() => service.close());
    const locked = await throughQpdf(clearDocument(), ['--encrypt', 'kenari-3f', 'pemilik-9c', '256', '--']);
    const ask = async (fields: Readonly<Record<string, string>>) => {
      const response = await fetch(`${service.url}/v1/verify`, {
        method: 'POST',
        body: formOf(locked, fields),
      });
      return { status: response.status, body: await response.text() };
    };
    for (const password of ['kenari-3f', 'pemilik-9c']) {
      const { status, body } = await ask({ password });
      t.equal(status, 200);
      t.notOk(body.includes(password));
    }
    for (const fields of [{}, { password: 'kenari-3F' }]) {
      const { status, body } = await ask(fields);
      t.equal(status, 422);
      t.match(JSON.parse(body), { code: 'pdf-encrypted', verdict: 'UNREADABLE', ok: false });
      t.notOk(body.includes('kenari'));
    }
    for (const secret of ['kenari-3', 'pemilik-9c']) t.notOk(service.logged().includes(secret));
  },
);
