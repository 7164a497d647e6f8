// Every row of the error tables of the compatible API, as bytes over the line; the titles are the table.

import t from 'tap';
import { NIK, openDesk, PICTURE } from './desk.ts';
import { type Answer, type Sent, send } from './wire.ts';

const desk = await openDesk();
t.teardown(() => desk.service.close());

const { letter, base64, service } = desk;
const passphrase = service.passphrase;
const who = { nik: NIK.active, passphrase };
const form = (fields: Readonly<Record<string, string>>, file = letter): Sent => ({
  path: '/api/sign/pdf',
  parts: [...Object.entries({ ...who, tampilan: 'invisible', ...fields }), file],
});
const without = (name: string): Sent => ({
  path: '/api/sign/pdf',
  parts: [...Object.entries({ ...who, tampilan: 'invisible' }).filter(([field]) => field !== name), letter],
});
const v2 = (body: object, path = '/api/v2/sign/pdf'): Sent => ({
  path,
  json: { ...who, signatureProperties: [{ tampilan: 'INVISIBLE' }], file: [base64], ...body },
});
const visible = { tampilan: 'visible', linkQR: 'https://contoh.example' };
const noPdf = ['file', Buffer.from('<html>bukan PDF'), { fileName: 'surat.pdf' }] as const;
const UNREADABLE = 'Berkas PDF tidak dapat diproses';
const FAILED = 'Proses signing gagal : ';

const REFUSALS: readonly (readonly [row: string, sent: Sent, status: number, error: string, code: number])[] =
  [
    ['v1 sign: unknown signer', form({ nik: NIK.unknown }), 400, 'User tidak terdaftar', 2011],
    ...(
      [
        ['NO_CERTIFICATE', '8999000000000011', 'Pengguna terdaftar dan belum memiliki sertifikat aktif'],
        ['NEW', '8999000000000012', 'Sertifikat elektronik belum diaktivasi'],
        ['WAITING_FOR_VERIFICATION', '8999000000000013', 'Pendaftaran masih menunggu verifikasi'],
        ['RENEW', '8999000000000014', 'Sertifikat elektronik sedang diperbarui'],
        ['EXPIRED', '8999000000000015', 'Sertifikat elektronik sudah kedaluwarsa'],
        ['SUSPEND', '8999000000000016', 'Akun sedang ditangguhkan'],
        ['REVOKE', '8999000000000017', 'Sertifikat elektronik sudah dicabut'],
      ] as const
    ).flatMap(([status, nik, text]) => [
      [`v1 sign: ${status}`, form({ nik }), 400, text, 2021] as const,
      [`v2 sign: ${status}`, v2({ nik }), 400, text, 2021] as const,
    ]),
    [
      'v1 sign: an expired certificate',
      form({ nik: '8999000000000104' }),
      400,
      'Sertifikat elektronik sudah kedaluwarsa',
      2021,
    ],
    [
      'v1 sign: a revoked certificate',
      form({ nik: '8999000000000103' }),
      400,
      'Sertifikat elektronik sudah dicabut',
      2021,
    ],
    ['v1 sign: wrong passphrase', form({ passphrase: 'salah' }), 400, 'Passphrase anda salah', 2031],
    ['v1 sign: missing nik', without('nik'), 400, 'NIK harus diisi', 4014],
    ['v1 sign: missing passphrase', without('passphrase'), 400, "Parameter 'passphrase' harus diisi", 400],
    [
      'v1 sign: missing file',
      { path: '/api/sign/pdf', parts: Object.entries(who) },
      400,
      "Parameter 'file' harus diisi",
      400,
    ],
    [
      'v1 sign: image without a picture',
      form({ ...visible, linkQR: '', image: 'true', xAxis: '9', yAxis: '9', width: '90', height: '90' }),
      400,
      "Parameter 'imageTTD' harus diisi",
      400,
    ],
    ['v1 sign: not a PDF', form({}, noPdf), 400, `${FAILED}${UNREADABLE}`, 400],
    [
      'v1 sign: a damaged PDF',
      form({}, ['file', Buffer.from('%PDF-1.4 nothing more'), { fileName: 'a' }]),
      400,
      `${FAILED}${UNREADABLE}`,
      400,
    ],
    [
      'v1 sign: tag not found',
      form({ ...visible, tag_koordinat: '^tidak ada^' }),
      400,
      `${FAILED}Tag koordinat tidak ditemukan`,
      400,
    ],
    [
      'v1 sign: page out of range',
      form({ ...visible, page: '9', xAxis: '9', yAxis: '9', width: '90', height: '90' }),
      400,
      `${FAILED}Posisi tanda tangan di luar halaman`,
      400,
    ],
    [
      'v1 sign: box outside of the page',
      form({ ...visible, xAxis: '900', yAxis: '9', width: '990', height: '90' }),
      400,
      `${FAILED}Posisi tanda tangan di luar halaman`,
      400,
    ],
    [
      'download: unknown id',
      { path: `/api/sign/download/${'0'.repeat(32)}` },
      404,
      'File tidak tersedia, pastikan bahwa dokumen belum di download',
      4044,
    ],
    [
      'download: an id that is none',
      { path: '/api/sign/download/..%2f..%2fetc' },
      404,
      'File tidak tersedia, pastikan bahwa dokumen belum di download',
      4044,
    ],
    [
      'v1 verify: not a PDF',
      { path: '/api/sign/verify', parts: [['signed_file', Buffer.from('x'), { fileName: 'a' }]] },
      400,
      UNREADABLE,
      400,
    ],
    [
      'v1 verify: missing file',
      { path: '/api/sign/verify', parts: [] },
      400,
      "Parameter 'signed_file' harus diisi",
      400,
    ],
    ['v2 sign: unknown signer', v2({ nik: NIK.unknown }), 400, 'User tidak terdaftar', 2011],
    [
      'v2 sign: a NIK that lost digits as a number',
      {
        path: '/api/v2/sign/pdf',
        body: Buffer.from(`{"nik":9999000000000001,"passphrase":"x","file":["${base64}"]}`),
      },
      400,
      'User tidak terdaftar',
      2011,
    ],
    ['v2 sign: wrong passphrase', v2({ passphrase: 'salah' }), 400, 'Passphrase anda salah', 2031],
    [
      'v2 sign: neither passphrase nor totp',
      v2({ passphrase: '' }),
      400,
      "Parameter 'passphrase' harus diisi",
      400,
    ],
    [
      'v2 sign: counts that do not fit',
      v2({ file: [base64, base64, base64], signatureProperties: [{}, {}] }),
      400,
      'Jumlah signatureProperties tidak sesuai dengan jumlah file',
      400,
    ],
    ['v2 sign: no file', v2({ file: [] }), 400, "Parameter 'file' harus diisi", 400],
    ['v2 sign: no base64', v2({ file: ['%%%'] }), 400, `${FAILED}${UNREADABLE}`, 400],
    [
      'v2 sign: not a PDF',
      v2({ file: [Buffer.from('bukan').toString('base64')] }),
      400,
      `${FAILED}${UNREADABLE}`,
      400,
    ],
    [
      'v2 sign: one of several files is damaged',
      v2({ file: [base64, Buffer.from('%PDF-1.4').toString('base64')] }),
      400,
      `${FAILED}${UNREADABLE}`,
      400,
    ],
    [
      'v2 sign: tag not found',
      v2({ signatureProperties: [{ tag: '^tidak ada^', imageBase64: PICTURE.toString('base64') }] }),
      400,
      `${FAILED}Tag koordinat tidak ditemukan`,
      400,
    ],
    ['v2 verify: an empty file', { path: '/api/v2/verify/pdf', json: { file: '' } }, 400, UNREADABLE, 400],
    [
      'v2 verify: not a PDF',
      { path: '/api/v2/verify/pdf', json: { file: Buffer.from('x').toString('base64') } },
      400,
      UNREADABLE,
      400,
    ],
    [
      'chain: unknown id',
      { path: `/api/v2/user/certificate/chain/${NIK.unknown}` },
      400,
      'User tidak terdaftar',
      2011,
    ],
  ];

/** Wrong passphrases of the table are fewer than the guard allows, and a right one forgives them. */
const forgive = (): Promise<Answer> =>
  desk.signV1({ tampilan: 'invisible', reason: `lupa ${Math.random()}` });

for (const [row, sent, status, error, code] of REFUSALS)
  t.test(row, async (t) => {
    const answer = await desk.send(sent);
    t.equal(answer.text, JSON.stringify({ error, status_code: code }), 'exactly these bytes');
    t.equal(answer.status, status);
    t.equal(answer.header('content-type'), 'application/json');
    t.ok(answer.header('x-error-code'));
    t.equal(answer.header('set-cookie'), null);
    if (code === 2031) t.equal((await forgive()).status, 200);
  });

const FRAMEWORK: readonly (readonly [row: string, sent: Sent, status: number, error: string])[] = [
  ['unknown path', { path: '//api/tidak/ada?passphrase=rahasia' }, 404, 'Not Found'],
  [
    'v1 registration is not offered',
    { path: '/api/user/registrasi', parts: [['nik', NIK.active]] },
    404,
    'Not Found',
  ],
  ['profile is not offered', { path: `/api/user/profile/${NIK.active}` }, 404, 'Not Found'],
  ['expiry list is not offered', { path: '/api/entity/cert/expired' }, 404, 'Not Found'],
  ['sign/hash is not offered', { path: '/api/v2/sign/hash', json: {} }, 404, 'Not Found'],
  ['invalid JSON', { path: '/api/v2/sign/pdf', body: Buffer.from('{"nik":') }, 400, 'Bad Request'],
  ['JSON that is no object', { path: '/api/v2/verify/pdf', body: Buffer.from('[1]') }, 400, 'Bad Request'],
  [
    'a body above the limit',
    { path: '/api/v2/verify/pdf', announced: 71 * 1024 * 1024, body: Buffer.from('{') },
    413,
    'Payload Too Large',
  ],
];

for (const [row, sent, status, error] of FRAMEWORK)
  t.test(`${row}: as the original's web server`, async (t) => {
    const answer = await desk.send(sent);
    const path = sent.path.replace(/^\/+/, '/').replace(/\?.*/, '');
    t.equal(answer.status, status);
    const { timestamp, ...rest } = answer.json;
    t.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
    t.strictSame(rest, { status, error, path });
    t.strictSame(
      Object.keys(answer.json),
      ['timestamp', 'status', 'error', 'path'],
      'no message, in this order',
    );
  });

for (const [row, value] of [
  ['no credential', null],
  ['a wrong password', `Basic ${Buffer.from('aplikasi-contoh:salah').toString('base64')}`],
  ['another scheme alone', 'Bearer abc'],
  ['a credential that is no base64', 'Basic %%%'],
] as const)
  t.test(`401 for ${row}`, async (t) => {
    const lines = value === null ? [] : [['Authorization', value] as const];
    const answer = await send(service, lines, { path: '/api/v2/user/check/status', json: {} });
    t.equal(answer.status, 401);
    t.equal(answer.header('www-authenticate'), 'Basic realm="Realm"');
    t.match(answer.json, { status: 401, error: 'Unauthorized', path: '/api/v2/user/check/status' });
  });

t.test('tries are bounded: 429 with Retry-After in the shape of a business error', async (t) => {
  const statuses: number[] = [];
  let last: Answer | null = null;
  for (let i = 0; i < 7; i += 1) {
    last = await desk.signV1({ tampilan: 'invisible', nik: NIK.second, passphrase: `tebakan ${i}` });
    statuses.push(last.status);
  }
  t.ok(statuses.filter((status) => status === 400).length <= 5);
  t.equal(last?.status, 429);
  t.equal(last?.text, '{"error":"Terlalu banyak permintaan","status_code":429}');
  t.ok(Number(last?.header('retry-after')) > 0);
});

t.test('nothing that was sent in these requests is in the log', (t) => {
  const logged = service.logged();
  for (const secret of [
    passphrase,
    NIK.active,
    NIK.unknown,
    '8999000000000011',
    'rahasia',
    'tebakan',
    service.basic.slice(6),
  ])
    t.notMatch(logged, secret.replace(/[+/=]/g, '.'));
  t.end();
});
