// Nineteen applications as they are in use, their requests byte for byte: part order, encodings, headers and query strings, and of
// each answer what that application cannot do without.

import t, { type Test } from 'tap';
import { NIK, openDesk, PICTURE } from './desk.ts';
import { type Answer, type Lines, type Part, send } from './wire.ts';

const desk = await openDesk();
t.teardown(() => desk.service.close());

const { service, base64 } = desk;
const { passphrase } = service;
const nik = NIK.active;
const picture = (name: string, type = 'image/png'): Part => ['imageTTD', PICTURE, { fileName: name, type }];
const file = (fileName: string, type?: string): Part => [
  'file',
  service.letter,
  { fileName, ...(type === undefined ? {} : { type }) },
];
const sign = (parts: readonly Part[], headers: Lines = []): Promise<Answer> =>
  desk.send({ path: '/api/sign/pdf', parts, headers });

const json = (path: string, body: unknown, headers: Lines = []): Promise<Answer> =>
  desk.send({ path, json: body, headers });

const isPdf = (answer: Answer): boolean => answer.body.subarray(0, 4).toString() === '%PDF';

/** What every application of v1 builds on. */
function isSigned(t: Test, answer: Answer): void {
  t.equal(answer.status, 200, isPdf(answer) ? 'a PDF' : answer.text);
  t.ok(isPdf(answer));
  t.equal(answer.header('content-type'), 'application/pdf');
  t.equal(Number(answer.header('content-length')), answer.body.length);
  t.match(answer.header('id_dokumen'), /^[0-9a-f]{32}$/);
  t.equal(answer.header('id-dokumen'), answer.header('id_dokumen'));
}

function areSigned(t: Test, answer: Answer, count: number): void {
  t.equal(answer.status, 200, answer.text.slice(0, 200));
  t.strictSame(Object.keys(answer.json), ['time', 'file'], 'nothing else, above all no error');
  t.ok(Number.isInteger(answer.json.time));
  t.equal(answer.json.file.length, count);
  for (const one of answer.json.file) t.equal(Buffer.from(one, 'base64').subarray(0, 5).toString(), '%PDF-');
}

/** [left, bottom, right, top] of the only signature. */
async function rectOf(pdf: Uint8Array): Promise<readonly number[]> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(pdf)]), 'a.pdf');
  const answer = await fetch(`${service.url}/v1/verify`, { method: 'POST', body: form });
  const report = (await answer.json()) as { ok: boolean; signatures: { rect: number[] }[] };
  if (!report.ok) throw new Error('not accepted');
  return report.signatures[0]?.rect ?? [];
}

t.test('C1 Kepri province SDK (TypeScript): tag alone; nik and email together, nulls always', async (t) => {
  const answer = await sign([
    ['nik', nik],
    ['passphrase', passphrase],
    ['tampilan', 'visible'],
    file('document.pdf', 'application/pdf'),
    ['tag_koordinat', 'Hal'],
  ]);
  isSigned(t, answer);
  const [left = 0, bottom = 0, right = 0, top = 0] = await rectOf(answer.body);
  t.ok(Math.abs(right - left - 90) < 0.01 && Math.abs(top - bottom - 90) < 0.01, 'our own code, 90 by 90');
  const v2 = await json('/api/v2/sign/pdf', {
    nik,
    email: 'pejabat@contoh.example',
    passphrase,
    signatureProperties: [{ tampilan: 'INVISIBLE', location: null, reason: '' }],
    file: [base64, base64],
  });
  areSigned(t, v2, 2);
  const status = await json('/api/v2/user/check/status', { nik });
  t.equal(status.json.status, 'ISSUE');
  t.notOk('error' in status.json);
});

t.test('C2 Kepri province SDK (PHP, Guzzle): v1 times have a fraction', async (t) => {
  const signed = await sign(
    [
      ['nik', nik],
      ['passphrase', passphrase],
      ['tampilan', 'invisible'],
      file('document.pdf', 'application/pdf'),
    ],
    [
      ['User-Agent', 'GuzzleHttp/7'],
      ['Accept', '*/*'],
    ],
  );
  isSigned(t, signed);
  const verified = await desk.send({
    path: '/api/sign/verify',
    parts: [['signed_file', signed.body, { fileName: 'document.pdf', type: 'application/pdf' }]],
  });
  const at = verified.json.details[0].signature_document.signed_in;
  t.match(at, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
  t.ok(Math.abs(Date.parse(`${at.replace(' ', 'T')}+07:00`) - Date.now()) < 60_000, 'read as Jakarta time');
});

t.test('C3 Banda Aceh libraries (Laravel): file first; JSON only where the type says so', async (t) => {
  const answer = await sign([
    file('surat.pdf'),
    ['nik', nik],
    ['passphrase', passphrase],
    ['tampilan', 'invisible'],
  ]);
  isSigned(t, answer);
  t.notMatch(answer.header('content-type'), /json/);
  const wrong = await sign([
    file('surat.pdf'),
    ['nik', NIK.unknown],
    ['passphrase', 'x'],
    ['tampilan', 'invisible'],
  ]);
  t.match(wrong.header('content-type'), /json/);
  t.equal(wrong.json.message ?? wrong.json.error, 'User tidak terdaftar');
  t.equal((await desk.send({ path: `/api/user/status/${nik}` })).json.status_code, 1111);
});

t.test(
  'C4 Bekasi library (Node): file, picture, rest; well under 7 s; download; a NIK through parseInt',
  async (t) => {
    const startedMs = performance.now();
    const answer = await sign([
      file('file.pdf', 'application/pdf'),
      picture('ttd.png'),
      ['nik', nik],
      ['passphrase', passphrase],
      ['tampilan', 'visible'],
      ['image', 'true'],
      ['page', '1'],
      ['xAxis', '50'],
      ['yAxis', '100'],
      ['width', '200'],
      ['height', '160'],
    ]);
    t.ok(performance.now() - startedMs < 7_000);
    isSigned(t, answer);
    t.strictSame(await rectOf(answer.body), [50, 100, 200, 160]);
    const id = answer.header('id_dokumen');
    const fetched = await desk.send({ path: `/api/sign/download/${id}` });
    isSigned(t, fetched);
    t.equal(fetched.header('id_dokumen'), id);
    t.ok(fetched.body.equals(answer.body));
    t.equal(
      (await desk.send({ path: `/api/sign/download/${id}` })).status,
      404,
      'any error: already downloaded',
    );
    t.equal((await desk.send({ path: `/api/user/status/${Number.parseInt(nik, 10)}` })).json.status, 'ISSUE');
    const unsigned = await desk.send({
      path: '/api/sign/verify',
      parts: [['signed_file', service.letter, { fileName: 'a' }]],
    });
    t.equal(unsigned.json.jumlah_signature, 0);
    t.strictSame(unsigned.json.details, []);
    t.equal(unsigned.json.summary, 'NO_SIGNATURE');
  },
);

t.test('C5 ITS package (Laravel): yes is 1 and no an empty field; a hash for a file name', async (t) => {
  const fields: readonly Part[] = [
    ['nik', nik],
    ['tampilan', 'visible'],
    ['page', '1'],
    ['xAxis', '60'],
    ['yAxis', '80'],
    ['width', '160'],
    ['height', '140'],
  ];
  const hashed = file('3f786850e387550fdab836ed7e6dc881de23001b', 'application/pdf');
  isSigned(
    t,
    await sign([hashed, ...fields, ['passphrase', passphrase], ['image', '1'], picture('da39a3ee')]),
  );
  isSigned(
    t,
    await sign([
      hashed,
      ...fields,
      ['passphrase', passphrase],
      ['image', ''],
      ['linkQR', 'https://its.example/x'],
    ]),
  );
  const wrong = await sign([hashed, ...fields, ['passphrase', 'salah'], ['image', ''], ['linkQR', 'x']]);
  t.equal(wrong.json.status_code, 2031);
});

t.test(
  'C6 OpenSID village system: tag [qr_bsre], a picture with image=1, a code without image',
  async (t) => {
    const headers: Lines = [
      ['X-Requested-With', 'XMLHttpRequest'],
      ['Cookie', 'JSESSIONID=0123'],
    ];
    const head: readonly Part[] = [
      file('surat.pdf', 'application/pdf'),
      ['nik', nik],
      ['passphrase', passphrase],
    ];
    const visible: readonly Part[] = [
      ['tampilan', 'visible'],
      ['width', '90'],
      ['height', '90'],
      ['tag_koordinat', 'Sifat'],
    ];
    isSigned(t, await sign([...head, ...visible, ['image', '1'], picture('qr.png')], headers));
    isSigned(t, await sign([...head, ...visible, ['linkQR', 'https://desa.example/verifikasi/1']], headers));
    const missing = await sign(
      [...head, ['tampilan', 'visible'], ['tag_koordinat', '[qr_bsre]'], ['linkQR', 'x']],
      headers,
    );
    t.equal(missing.status, 400, 'a 5xx would not be caught');
    t.equal(missing.header('set-cookie'), null);
  },
);

t.test('C7 East Java portal (axios): v2 in all forms, odd paths and keys; BASE64 of v1', async (t) => {
  const invisible = { tampilan: 'INVISIBLE' };
  areSigned(
    t,
    await json('/api/v2/sign/pdf', {
      nik,
      passphrase,
      signatureProperties: [invisible, invisible],
      file: [base64, base64],
    }),
    2,
  );
  const perPage = [{ y: 100 }, { y: 300 }].map(({ y }) => ({
    tampilan: 'VISIBLE',
    imageBase64: PICTURE.toString('base64'),
    ...{ page: 1, originX: 50, originY: y, width: 100, height: 50 },
  }));
  const several = await json('/api/v2/sign/pdf', {
    nik,
    passphrase,
    signatureProperties: perPage,
    file: base64,
  });
  areSigned(t, several, 1);
  const checked = await json('/api/v2/verify/pdf', { file: several.json.file[0], passsword: '' });
  t.equal(checked.json.signatureCount, 1, 'one signature in two places');
  t.equal(checked.json.conclusion, 'VALID');
  t.equal((await json('/api/v2/user/check-status/', { nik })).json.status, 'ISSUE');
  const tagged = await json('/api/v2/sign/pdf', {
    nik,
    passphrase,
    signatureProperties: [
      { tampilan: 'VISIBLE', tag: 'Hal', imageBase64: PICTURE.toString('base64'), width: 80, height: 80 },
    ],
    file: [base64],
  });
  areSigned(t, tagged, 1);
  const base = await sign([
    file('a.pdf'),
    ['nik', nik],
    ['passphrase', passphrase],
    ['tampilan', 'INVISIBLE'],
    ['jenis_response', 'BASE64'],
  ]);
  t.equal(base.header('content-type'), 'application/json');
  t.strictSame(Object.keys(base.json), ['id_dokumen', 'base64_signed_file']);
  t.equal(base.json.id_dokumen, base.header('id_dokumen'));
  const refused = await json('/api/v2/sign/pdf', { nik: NIK.unknown, passphrase, file: [base64] });
  t.strictSame(refused.json, { error: 'User tidak terdaftar', status_code: 2011 });
});

t.test('C8 independent SDK (TypeScript): JSON by content type, throws on anything but 2xx', async (t) => {
  const headers: Lines = [['Accept', 'application/json']];
  const answer = await json(
    '/api/v2/sign/pdf',
    { nik, passphrase, signatureProperties: [{ tampilan: 'INVISIBLE' }], file: [base64] },
    headers,
  );
  areSigned(t, answer, 1);
  t.match(answer.header('content-type'), /^application\/json/);
  t.match(
    (await desk.send({ path: `/api/user/status/${nik}`, headers })).header('content-type'),
    /^application\/json/,
  );
});

t.test(
  'C9 Jepara library (PHP curl): part names for file names, coordinates even if invisible',
  async (t) => {
    const answer = await desk.send({
      path: '/api//sign/pdf',
      headers: [['Expect', '100-continue']],
      parts: [
        ['file', service.letter, { fileName: 'file', type: 'application/octet-stream' }],
        ['imageTTD', PICTURE, { fileName: 'imageTTD', type: 'application/octet-stream' }],
        ['nik', nik],
        ['passphrase', passphrase],
        ['tampilan', 'invisible'],
        ['page', '0'],
        ['xAxis', '0'],
        ['yAxis', '0'],
        ['width', '0'],
        ['height', '0'],
      ],
    });
    isSigned(t, answer);
  },
);

t.test(
  'C10 civil-service agency (Guzzle): status first, then a tag; both headers must be there',
  async (t) => {
    t.equal((await desk.send({ path: `/api/user/status/${nik}` })).json.status_code, 1111);
    const answer = await desk.send({
      path: '/api/sign//pdf',
      parts: [
        file('a.pdf'),
        ['nik', nik],
        ['passphrase', passphrase],
        ['tampilan', 'visible'],
        ['tag_koordinat', 'Nomor'],
        ['linkQR', 'https://bkd.example'],
        ['width', '100'],
        ['height', '100'],
      ],
    });
    isSigned(t, answer);
    t.match(answer.header('signing_time'), /^\d+$/);
  },
);

t.test('C11 labour ministry payroll: image=false, 75 by 75; a 200 of JSON would be a failure', async (t) => {
  const answer = await sign([
    file('gaji.pdf'),
    ['nik', nik],
    ['passphrase', passphrase],
    ['tampilan', 'visible'],
    ['image', 'false'],
    ['linkQR', 'https://gaji.example/1'],
    ['tag_koordinat', 'Lampiran'],
    ['width', '75'],
    ['height', '75'],
  ]);
  isSigned(t, answer);
  t.ok(Number.isInteger(Number(answer.header('signing_time'))));
});

t.test('C12 Sinjai regency: a placeholder for a tag; sends again after a broken line', async (t) => {
  const parts: readonly Part[] = [
    file('surat.pdf'),
    ['nik', nik],
    ['passphrase', passphrase],
    ['tampilan', 'visible'],
    ['image', 'false'],
    ['linkQR', 'https://sinjai.example/1'],
    ['tag_koordinat', 'hari, tanggal'],
  ];
  const [first, again] = [await sign(parts), await sign(parts)];
  isSigned(t, first);
  t.ok(first.body.equals(again.body), 'the same document, not a second signature');
  t.equal(first.header('id_dokumen'), again.header('id_dokumen'));
  t.equal(
    (await json('/api/v2/verify/pdf', { file: first.body.toString('base64') })).json.conclusion,
    'VALID',
  );
});

t.test('C13 Kediri city and a server action: everything in the query, only files in the body', async (t) => {
  const query = new URLSearchParams({
    nik,
    passphrase,
    tampilan: 'visible',
    halaman: 'terakhir',
    xAxis: '40',
    yAxis: '60',
    width: '140',
    height: '120',
    reason: 'Setuju & sah',
    location: 'Kediri',
    linkQR: 'x',
  });
  const answer = await desk.send({ path: `/api/sign/pdf?${query}`, parts: [file('a.pdf')] });
  isSigned(t, answer);
  t.strictSame(await rectOf(answer.body), [40, 60, 140, 120]);
  const action = new URLSearchParams({
    nik,
    passphrase,
    xAxis: '40',
    yAxis: '200',
    width: '140',
    height: '260',
    qrcode: 'https://contoh.example',
  });
  const textual = await desk.send({
    path: `/api/sign/pdf?${action}`,
    parts: [file('a.pdf'), ['imageTTD', PICTURE.toString('base64')]],
  });
  isSigned(t, textual);
  t.notMatch(service.logged(), passphrase, 'and no address is logged');
  t.match(service.logged(), /passphrase in a URL/);
});

t.test('C14 Karo regency (Odoo): the word null; a picture of one pixel and zeros', async (t) => {
  const nothing = { imageBase64: 'iVBORw0KGgo=', page: 0, originX: 0, originY: 0, width: 0, height: 0 };
  const answer = await json('/api/v2/sign/pdf', {
    nik,
    passphrase,
    signatureProperties: [
      { tampilan: 'INVISIBLE', location: 'null', reason: 'null', contactInfo: 'null', ...nothing },
    ],
    file: [base64],
  });
  areSigned(t, answer, 1);
  const [one] = (await json('/api/v2/verify/pdf', { file: answer.json.file[0] })).json.signatureInformations;
  t.equal(one.reason, null);
  t.equal(one.location, null);
});

t.test(
  'C15 Malang city: a 401 of the web server; NO_SIGNATURE; the misspelt time-stamp; the chain',
  async (t) => {
    const refused = await send(service, [], { path: '/api/v2/user/check/status', json: { nik } });
    t.strictSame(Object.keys(refused.json), ['timestamp', 'status', 'error', 'path']);
    const none = await json('/api/v2/verify/pdf', { file: base64 });
    t.equal(
      none.text,
      '{"conclusion":"NO_SIGNATURE","description":"Dokumen tidak memiliki tandatangan elektronik","signatureCount":0,"signatureInformations":[]}',
    );
    const signed = await desk.signV2({ signatureProperties: [{ tampilan: 'INVISIBLE', reason: 'C15' }] });
    const [one] = (await json('/api/v2/verify/pdf', { file: signed.json.file[0] })).json
      .signatureInformations;
    t.match(one.timestampInfomation, {
      id: /^T-[0-9A-F]{64}$/,
      signerName: /Timestamp Authority/,
      timestampDate: /\.\d{3}\+00:00$/,
    });
    const chain = await desk.send({ path: `/api/v2/user/certificate/chain/${nik}` });
    t.equal(chain.json.data.length, 3, 'leaf, authority, root');
    t.equal(chain.json.success, true);
  },
);

t.test('C16 certificate web app (Next.js): a form made by hand, zeros, Accept of both', async (t) => {
  const answer = await sign(
    [
      ['file', service.letter, { fileName: 'sertifikat.pdf', type: 'application/pdf' }],
      ['nik', nik],
      ['passphrase', passphrase],
      ['tampilan', 'invisible'],
      ['page', '1'],
      ['image', 'false'],
      ['linkQR', 'https://sertifikat.example/1'],
      ['xAxis', '0'],
      ['yAxis', '0'],
      ['width', '0'],
      ['height', '0'],
    ],
    [['Accept', 'application/pdf, application/json']],
  );
  isSigned(t, answer);
  const account = await sign([
    file('a.pdf'),
    ['nik', '8999000000000011'],
    ['passphrase', 'x'],
    ['tampilan', 'invisible'],
  ]);
  t.ok([2021, 2022, 2023].includes(account.json.status_code));
  const unknown = await sign([
    file('a.pdf'),
    ['nik', NIK.unknown],
    ['passphrase', 'x'],
    ['tampilan', 'invisible'],
  ]);
  t.match(unknown.json.error, /tidak terdaftar/);
});

t.test(
  'C17 hospital systems: BYTE, halaman with page=0, the picture twice, invisible with image=true',
  async (t) => {
    const head: readonly Part[] = [
      ['nik', nik],
      ['passphrase', passphrase],
    ];
    const box: readonly Part[] = [
      ['xAxis', '50'],
      ['yAxis', '50'],
      ['width', '150'],
      ['height', '120'],
    ];
    isSigned(
      t,
      await sign([
        ...head,
        file('a.pdf'),
        ['tampilan', 'INVISIBLE'],
        ['image', 'true'],
        ['jenis_response', 'BYTE'],
      ]),
    );
    isSigned(
      t,
      await sign([
        ...head,
        file('a.pdf'),
        ['tampilan', 'visible'],
        ['image', 'true'],
        ['linkQR', 'x'],
        ['halaman', 'TERAKHIR'],
        ['page', '0'],
        ...box,
        picture('ttd.png'),
        ['imageTTD', new Uint8Array(), { fileName: '', type: 'application/octet-stream' }],
      ]),
    );
    const base = await sign([
      ...head,
      file('a.pdf'),
      ['tampilan', 'invisible'],
      ['jenis_response', 'base64'],
    ]);
    t.equal(Buffer.from(base.json.base64_signed_file, 'base64').subarray(0, 5).toString(), '%PDF-');
    t.equal((await sign([...head, ['tampilan', 'invisible']])).json.error, "Parameter 'file' harus diisi");
  },
);

t.test('C18 Manado city: properties as an object, a tag, no picture; sorts by date', async (t) => {
  const answer = await json('/api/v2/sign/pdf', {
    nik,
    passphrase,
    signatureProperties: { tampilan: 'VISIBLE', tag_koordinat: 'waktu', width: 80, height: 80 },
    file: [base64],
  });
  areSigned(t, answer, 1);
  const twice = await json('/api/v2/sign/pdf', {
    nik: NIK.second,
    passphrase,
    signatureProperties: { tampilan: 'INVISIBLE' },
    file: answer.json.file,
  });
  const { signatureInformations: all } = (await json('/api/v2/verify/pdf', { file: twice.json.file[0] }))
    .json;
  const dates = all.map(({ signatureDate }: { signatureDate: string }) => Date.parse(signatureDate));
  t.equal(dates.length, 2);
  t.ok(dates.every(Number.isFinite));
});

t.test('C19 a proxy: Basic and Bearer together, in two lines and in one', async (t) => {
  const status = { path: `/api/user/status/${nik}` };
  const two: Lines = [
    ['Authorization', 'Bearer eyJhbGciOi'],
    ['Authorization', service.basic],
  ];
  t.equal((await send(service, two, status)).json.status, 'ISSUE');
  const one: Lines = [['Authorization', `${service.basic}, Bearer eyJhbGciOi`]];
  t.equal((await send(service, one, status)).json.status, 'ISSUE');
});
