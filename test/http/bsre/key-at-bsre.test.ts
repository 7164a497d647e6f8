// The compatible API in front of keys that BSrE itself holds: its refusals reach the application as they are, word for word, and stand
// in the audit record; a one-time code of its own goes to it.

import t from 'tap';
import { BSRE } from '../../doubles/bsre.ts';
import type { RemoteKeys } from '../remote-keys.ts';
import { NIK, openDesk, recordsOf } from './desk.ts';
import { arrangeOfficialAtBsre } from './official-at-bsre.ts';

let remote: RemoteKeys | null = null;
const desk = await openDesk(
  {},
  {
    arrange: async (paths) => {
      remote = await arrangeOfficialAtBsre(t, paths);
      return {};
    },
  },
);
t.teardown(() => desk.service.close());
const { bsre } = remote as unknown as RemoteKeys;

const sign = (secret: object, reason: string) =>
  desk.send({
    path: '/api/v2/sign/pdf',
    json: {
      nik: NIK.second,
      ...secret,
      signatureProperties: [{ tampilan: 'INVISIBLE', reason }],
      file: [desk.base64],
    },
  });

t.test(
  'what BSrE says of a passphrase, an account or a document is what the application reads',
  async (t) => {
    const wrong = await sign({ passphrase: 'bukan ini' }, 'a');
    t.equal(wrong.status, 400);
    t.equal(wrong.text, '{"error":"Passphrase anda salah","status_code":2031}');
    bsre.fault = 'old-error';
    const older = await sign({ passphrase: 'bukan ini' }, 'b');
    t.equal(older.text, '{"error":"Proses signing gagal : Passphrase anda salah 2031","status_code":2031}');
    bsre.fault = 'error-with-200';
    const failed = await sign({ passphrase: BSRE.passphrase }, 'd');
    t.equal(failed.text, '{"error":"Proses signing gagal","status_code":400}');
    bsre.fault = null;
  },
);

t.test('it is on record with its code and its words, and without the secret', (t) => {
  const lines = recordsOf(desk.service)
    .split('\n')
    .filter((line) => line.includes('"sign.refused"'))
    .map((line) => JSON.parse(line));
  t.match(lines[0], {
    signerRef: { value: /^[0-9a-f]+$/ },
    original: { code: '2031', text: 'Passphrase anda salah' },
    answered: { code: 2031, text: 'Passphrase anda salah' },
  });
  t.match(lines[1], { original: { text: 'Proses signing gagal : Passphrase anda salah 2031' } });
  t.notMatch(recordsOf(desk.service), 'bukan ini');
  t.end();
});

t.test('a one-time code of BSrE goes there, and signs', async (t) => {
  const signed = await sign({ totp: BSRE.totp }, 'e');
  t.equal(signed.status, 200, signed.text.slice(0, 200));
  const order = JSON.parse(bsre.lastBody('/api/v2/sign/pdf'));
  t.match(order, { totp: BSRE.totp });
  t.notOk('passphrase' in order);
  t.strictSame(
    (await sign({ totp: BSRE.totp }, 'e')).json.file,
    signed.json.file,
    'a repeat is the same operation',
  );
});

t.test('a code is asked for where the key is', async (t) => {
  const asked = await desk.send({ path: '/api/v2/sign/get/totp', json: { nik: NIK.second, data: 2 } });
  t.equal(asked.text, '{"success":true,"message":"TOTP berhasil dikirim","data":null}');
  t.match(JSON.parse(bsre.lastBody('/api/v2/sign/get/totp')), { email: BSRE.email, data: 2 });
});

t.test('but for a secret in it', async (t) => {
  bsre.fault = 'echo';
  const echo = await sign({ passphrase: 'kanari-yang-salah' }, 'c');
  t.equal(echo.text, '{"error":"Passphrase anda salah ***","status_code":2031}');
  t.notMatch(recordsOf(desk.service), 'kanari-yang-salah');
  bsre.fault = null;
});

t.test('its silence is no business of the application: 5xx, and nothing is made up', async (t) => {
  bsre.fault = '504';
  const unknown = await sign({ passphrase: BSRE.passphrase }, 'f');
  t.ok(unknown.status >= 500, unknown.text);
  t.strictSame(Object.keys(unknown.json), ['timestamp', 'status', 'error', 'path']);
  bsre.fault = null;
});
