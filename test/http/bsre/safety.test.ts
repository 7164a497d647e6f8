// What the original lacks: one signature however often a request is sent, no "valid" for what is not, and malformed
// requests that harm nobody.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { NIK, openDesk, recordsOf } from './desk.ts';
import { type Answer, type Sent, send } from './wire.ts';

let clientsFile = '';
const desk = await openDesk(
  {},
  {
    arrange: async (paths) => {
      clientsFile = paths.clientsFile;
      return {};
    },
  },
);
t.teardown(() => desk.service.close());
const { service } = desk;
const who = { nik: NIK.active, passphrase: service.passphrase };

/** Answers as with these switches from here on. */
async function switchTo(compat: object): Promise<void> {
  const file = JSON.parse(readFileSync(clientsFile, 'utf8'));
  writeFileSync(clientsFile, JSON.stringify({ ...file, compat }));
  if (!(await service.server.reload())) throw new Error('not in force');
}

const signaturesIn = (pdf: Uint8Array): number =>
  Buffer.from(pdf).toString('latin1').split('/Type /Sig').length - 1;
const completed = (): number => service.logged().split('"signed"').length - 1;

t.test(
  'the same request twenty times at once, with a key and without: one signature, twenty equal answers',
  async (t) => {
    for (const headers of [[['Idempotency-Key', 'surat-0001'] as const], []]) {
      const before = completed();
      const sent: Sent = {
        path: '/api/sign/pdf',
        headers,
        parts: [
          ...Object.entries({ ...who, tampilan: 'invisible', reason: `dua puluh kali ${headers.length}` }),
          desk.letter,
        ],
      };
      const answers = await Promise.all(Array.from({ length: 20 }, () => desk.send(sent)));
      t.ok(
        answers.every(({ status }) => status === 200),
        answers.map(({ status, text }) => (status === 200 ? 200 : text)).join(' '),
      );
      t.equal(new Set(answers.map(({ body }) => body.toString('latin1'))).size, 1, 'equal to the byte');
      t.equal(new Set(answers.map((answer) => answer.header('id_dokumen'))).size, 1);
      t.equal(completed() - before, 1, 'signed once');
      t.ok(signaturesIn(answers[0]?.body ?? Buffer.alloc(0)) >= 1);
    }
  },
);

t.test(
  'a repeat with another passphrase gets nothing, one with another document under the same key neither',
  async (t) => {
    const form = (passphrase: string, reason: string): Promise<Answer> =>
      desk.send({
        path: '/api/sign/pdf',
        headers: [['Idempotency-Key', 'surat-0002']],
        parts: [
          ...Object.entries({ nik: NIK.active, passphrase, tampilan: 'invisible', reason }),
          desk.letter,
        ],
      });
    t.equal((await form(service.passphrase, 'a')).status, 200);
    t.strictSame((await form('salah', 'a')).json, { error: 'Passphrase anda salah', status_code: 2031 });
    t.equal((await form(service.passphrase, 'lain')).status, 400);
    t.equal((await form(service.passphrase, 'a')).status, 200);
  },
);

t.test("the download is one client's own, and refused after its one time", async (t) => {
  const signed = await desk.signV1({ tampilan: 'invisible', reason: 'unduh' });
  const path = `/api/sign/download/${signed.header('id_dokumen')}`;
  t.equal(
    (await desk.send({ method: 'HEAD', path })).status,
    404,
    'a question about its headers fetches nothing',
  );
  t.ok((await desk.send({ path })).body.equals(signed.body));
  t.equal((await desk.send({ path })).json.status_code, 4044);
});

/** Four readers of verify answers as they are in use, each of which takes something for "valid". */
const READERS: readonly ((v1: Answer['json'], v2: Answer['json']) => boolean)[] = [
  (v1) => v1.jumlah_signature > 0,
  (_, v2) => v2.conclusion === 'SUCCESS' || v2.integrityValid === true,
  (v1) => v1.notes === undefined || v1.notes === null,
  (_, v2) => v2.description === undefined || v2.description === '' || v2.conclusion === 'VALID',
];

t.test('the four known misreadings, safe: no "valid" for forged, modified and unsigned files', async (t) => {
  await switchTo({ signatureCount: 'safe' });
  const signed = (await desk.signV1({ tampilan: 'invisible', reason: 'asli' })).body;
  // The digest inside of the signature, of another document: messageDigest (RFC 5652, 11.2), as hexadecimal digits.
  const at = signed.toString('latin1').toLowerCase().indexOf('06092a864886f70d010904') + 40;
  const forged = Buffer.from(signed);
  forged.write('0123456789abcdef', at, 'latin1');
  const modified = Buffer.from(signed);
  modified[20] = (modified[20] ?? 0) ^ 1;
  const appended = Buffer.concat([signed, Buffer.from('\n% tambahan\n')]);
  let falseValid = 0;
  for (const file of [forged, modified, appended, service.letter]) {
    const v1 = (
      await desk.send({ path: '/api/sign/verify', parts: [['signed_file', file, { fileName: 'a' }]] })
    ).json;
    const v2 = (await desk.send({ path: '/api/v2/verify/pdf', json: { file: file.toString('base64') } }))
      .json;
    t.notOk('error' in v1 || 'error' in v2);
    t.not(v2.conclusion, 'VALID');
    falseValid += READERS.filter((reads) => reads(v1, v2)).length;
  }
  t.equal(falseValid, 0);
  const good = (await desk.send({ path: '/api/sign/verify', parts: [['file', signed, { fileName: 'a' }]] }))
    .json;
  t.equal(good.jumlah_signature, 1, 'what is valid still counts');
  await switchTo({});
});

t.test('answers of the older generations, byte for byte', async (t) => {
  await switchTo({ errorGeneration: 'legacy', faithful500: true, verifyGeneration: 'A' });
  const wrong = await desk.signV1({ tampilan: 'invisible', passphrase: 'salah' });
  t.equal(wrong.text, '{"error":"Proses signing gagal : Passphrase anda salah 2031","status_code":400}');
  const empty = await desk.send({ path: '/api/v2/verify/pdf', json: { file: '' } });
  t.equal(empty.status, 500);
  t.strictSame(Object.keys(empty.json), ['timestamp', 'status', 'error', 'path']);
  const signed = await desk.signV1({ tampilan: 'invisible', reason: 'A' });
  const older = (
    await desk.send({
      path: '/api/sign/verify',
      parts: [['signed_file', signed.body, { fileName: 'surat.pdf' }]],
    })
  ).json;
  t.equal(older.summary, 'DOCUMENT VALID !!!');
  t.match(older.details[0].info_signer.signer_dn, /CN=Pejabat Contoh/);
  const unsigned = await desk.send({
    path: '/api/sign/verify',
    parts: [['signed_file', service.letter, { fileName: 'surat.pdf' }]],
  });
  t.equal(
    unsigned.text,
    '{"nama_dokumen":"surat.pdf","jumlah_signature":0,"notes":null,"details":[],"summary":null}',
  );
  await switchTo({});
});

t.test('whoever applies for an account waits until the operator gives it', async (t) => {
  const post = (path: string, json: object): Promise<Answer> =>
    desk.send({ path: `/api/v2/user/${path}`, json });
  const email = 'pegawai@contoh.example';
  const statusOf = async (): Promise<string> => (await post('check/status', { email })).json.status;
  t.equal(await statusOf(), 'NOT_REGISTERED');
  const noted = await post('registration', { nama: 'Pegawai Contoh', email });
  t.equal(noted.text, '{"success":true,"message":"Pendaftaran berhasil","data":null}');
  t.equal(await statusOf(), 'WAITING_FOR_VERIFICATION');
  const known = { error: 'Email telah terdaftar', status_code: 4024 };
  t.strictSame((await post('register', { nama: 'Lagi', email: 'Pegawai@Contoh.example' })).json, known);
  t.strictSame(
    (await post('register', { nama: 'X', email: 'segel-kode@contoh.example' })).json,
    known,
    'an account',
  );
  t.strictSame((await post('register', { email })).json, {
    error: "Parameter 'nama' harus diisi",
    status_code: 400,
  });
  t.equal((await post('register', { nama: 'X', email: 'bukan alamat' })).status, 400);
  t.strictSame((await desk.signV2({ nik: null, email })).json.status_code, 2011, 'nobody signs by it');
  const file = join(dirname(clientsFile), 'pendaftaran.jsonl');
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.match(lines, [{ client: 'aplikasi-contoh', name: 'Pegawai Contoh', email, at: /Z$/ }]);
  t.equal(lines.length, 1);
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.notMatch(service.logged(), email);
  // The operator has decided.
  writeFileSync(file, 'catatan operator\n');
  t.equal(await statusOf(), 'NOT_REGISTERED');
});

t.test(
  'every attempt is on record, with its outcome and without a secret or a number of a person',
  async (t) => {
    const form = (reason: string, passphrase: string): Promise<Answer> =>
      desk.signV1({ tampilan: 'invisible', reason, passphrase });
    await form('tercatat', service.passphrase);
    await form('tercatat', service.passphrase);
    await form('tercatat lagi', 'sandi-yang-salah');
    const lines = recordsOf(service);
    for (const event of ['sign.requested', 'sign.completed', 'sign.repeated', 'sign.refused'])
      t.match(lines, new RegExp(`"${event}"`), event);
    for (const secret of [service.passphrase, 'sandi-yang-salah', NIK.active, 'tercatat'])
      t.notOk(lines.includes(secret));
  },
);

/** Two hundred requests that are not as they must be. */
function malformed(): readonly Sent[] {
  const v1 = ['/api/sign/pdf', '/api/sign/verify', '/api/verify/pdf'];
  const v2 = ['/api/v2/sign/pdf', '/api/v2/verify/pdf'];
  const bodies = [
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '1e999',
    '<xml/>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    '{"file":{"a":1}}',
    '{"file":[[["x"]]]}',
    '{"file":123}',
    '{"file":true}',
    '{"file":["\u0000"]}',
    '{"nik":{},"file":["JVBERi0="]}',
    '{"nik":["a"],"passphrase":[],"file":[1]}',
    '{"__proto__":{"nik":"x"}}',
    `{"nik":"${'9'.repeat(70_000)}"}`,
    `${'['.repeat(100_000)}`,
    '{"nik":"x","passphrase":"y","file":["JVBERi0xLjc="],"signatureProperties":"x"}',
    '{"nik":"x","passphrase":"y","file":["JVBERi0xLjc="],"signatureProperties":[null,1]}',
  ];
  const jsonRequests = v2.flatMap((path) => bodies.map((body) => ({ path, body: Buffer.from(body) })));
  const types = [
    'text/xml',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'image/png; a=b',
    '%%%',
  ];
  const typed = v1.flatMap((path) =>
    types.flatMap((type) =>
      ['', 'x', '--x\r\n', '--x--\r\n', '--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n'].map(
        (body) => ({ path, body: Buffer.from(body), headers: [['Content-Type', type] as const] }),
      ),
    ),
  );
  const names = [
    '../../etc/passwd',
    'C:\\\\boot.ini',
    '\u0000',
    'nik[]',
    '__proto__',
    'constructor',
    'a'.repeat(5_000),
  ];
  const named = v1.flatMap((path) =>
    names.map((name) => ({
      path,
      parts: [
        [name, 'x'],
        ['file', Buffer.from('%PDF-1.7'), { fileName: name.replaceAll('\u0000', '') }],
      ] as const,
    })),
  );
  const numbers = ['NaN', '1e99', '-1', '99999999999999999999', '0x10', '∞', '1;DROP', ' '];
  const numbered = numbers.map((value) => ({
    path: '/api/sign/pdf',
    parts: [
      ...Object.entries({
        ...who,
        tampilan: 'visible',
        linkQR: 'x',
        page: value,
        xAxis: value,
        yAxis: value,
        width: value,
        height: value,
      }),
      ['file', Buffer.from('%PDF-1.7\n'), { fileName: 'a' }],
    ] as const,
  }));
  const boxes = numbers.map((value) => ({
    path: '/api/v2/sign/pdf',
    json: {
      ...who,
      file: ['JVBERi0xLjcK'],
      signatureProperties: [
        { tampilan: 'VISIBLE', page: value, originX: value, originY: value, width: value, height: value },
      ],
    },
  }));
  const deep = Array.from({ length: 8 }, (_, i) => ({
    path: `/api/v2/user/registration/${'x/'.repeat(i)}`,
    json: {},
  }));
  const ids = ['%00', '..%2f..%2f', '%c0%af', 'a'.repeat(300), "'--", '{{7*7}}']
    .flatMap((id) => [`/api/sign/download/${id}`, `/api/v2/user/certificate/chain/${id}`])
    .map((path) => ({ path }));
  const many = [
    { path: '/api/sign/pdf', parts: Array.from({ length: 10_000 }, (_, i) => [`f${i}`, 'x'] as const) },
    {
      path: '/api/sign/verify',
      parts: Array.from({ length: 200 }, (_, i) => [`f${i}`, Buffer.from('x'), { fileName: 'a' }] as const),
    },
  ];
  return [
    ...jsonRequests,
    ...typed,
    ...named,
    ...numbered,
    ...boxes,
    ...deep,
    ...ids,
    ...many,
  ] as readonly Sent[];
}

t.test('two hundred malformed requests: refused, no 5xx, nothing leaked', async (t) => {
  const requests = malformed();
  t.ok(requests.length >= 200, `${requests.length} requests`);
  const strays: string[] = [];
  for (const sent of requests) {
    const { status, text } = await send(service, desk.authorization, sent);
    const leaks = /node:|\.ts\b|\/src\/|at [A-Z]\w+\.|Error:|root:|passwd|SyntaxError|Unexpected/.test(
      text.replaceAll(sent.path, ''),
    );
    if (status < 400 || status >= 500 || leaks)
      strays.push(`${status} ${sent.path.slice(0, 40)} ${text.slice(0, 80)}`);
  }
  t.strictSame(strays, []);
  t.notMatch(service.logged(), service.passphrase);
});
