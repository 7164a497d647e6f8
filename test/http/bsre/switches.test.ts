// Every compatibility switch with every value that it takes: what an application sees of each. For all clients, and for one alone.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { USUAL_SWITCHES } from '../../../src/identity/compat-switches.ts';
import { projectRoot, run } from '../../tools.ts';
import { signedLetter } from '../real-service.ts';
import { NIK, openDesk } from './desk.ts';
import type { Answer } from './wire.ts';

let clientsFile = '';
let ahead = 0;
const desk = await openDesk(
  {},
  {
    arrange: async (paths) => {
      clientsFile = paths.clientsFile;
      return {};
    },
    clock: () => Date.now() + ahead,
  },
);
t.teardown(() => desk.service.close());
const { service } = desk;

interface ClientsFile {
  readonly clients: readonly object[];
}
const original = JSON.parse(readFileSync(clientsFile, 'utf8')) as ClientsFile;
async function inForce(file: object): Promise<void> {
  writeFileSync(clientsFile, JSON.stringify(file));
  if (!(await service.server.reload())) throw new Error('not in force');
}

let count = 0;
const another = (): string => {
  count += 1;
  return `permintaan ${count}`;
};
const unseen = { tampilan: 'invisible' } as const;
const rectOf = ({ body }: Answer): string =>
  /\/Rect ?\[([^\]]*)\]/.exec(body.subarray(service.letter.length).toString('latin1'))?.[1]?.trim() ?? '';
const verifyV1 = (file: Uint8Array): Promise<Answer> =>
  desk.send({ path: '/api/sign/verify', parts: [['signed_file', file, { fileName: 'a.pdf' }]] });
const verifyV2 = (file: Uint8Array): Promise<Answer> =>
  desk.send({ path: '/api/v2/verify/pdf', json: { file: Buffer.from(file).toString('base64') } });

const signed = (await desk.signV1({ ...unseen, reason: another() })).body;
const unstamped = await signedLetter(service, { level: 'B-B' });
const modified = Buffer.from(signed);
modified[20] = (modified[20] ?? 0) ^ 1;

const visible = { tampilan: 'visible', linkQR: 'x' };

/** Of an authenticator, made an activation for the day. */
async function activation(): Promise<string> {
  const folder = dirname(clientsFile);
  const script = join(projectRoot, 'certs-dev', 'one-time-code.ts');
  const { stdout } = await run(process.execPath, [script, 'segel-kode', '--folder', folder]);
  const totp = stdout.trim();
  const path = '/api/v2/seal/get/activation';
  const { json } = await desk.send({ path, json: { idSubscriber: 'segel-kode', totp } });
  if (json.success !== true) throw new Error('not activated');
  return totp;
}
const activated = await activation();

/** What is seen, and by which value; the usual value first. */
type Row = readonly [
  see: () => Promise<unknown>,
  ...seen: readonly (readonly [value: unknown, seen: unknown])[],
];

const TABLE: Readonly<Record<keyof typeof USUAL_SWITCHES, Row>> = {
  v1RectMode: [
    async () =>
      rectOf(
        await desk.signV1({
          ...visible,
          xAxis: '50',
          yAxis: '100',
          width: '200',
          height: '160',
          reason: another(),
        }),
      ),
    ['corners', '50 100 200 160'],
    ['size', '50 100 250 260'],
  ],
  tagAnchor: [
    async () => {
      const tag = { tag_koordinat: 'Sifat', width: '60', height: '60', reason: another() };
      const [left = 0] = rectOf(await desk.signV1({ ...visible, ...tag }))
        .split(' ')
        .map(Number);
      return left < 71 ? 'around the text' : 'from its left end';
    },
    ['lower-left', 'from its left end'],
    ['center', 'around the text'],
  ],
  errorGeneration: [
    async () => {
      const { text } = await desk.signV1({ ...unseen, passphrase: 'salah' });
      await desk.signV1({ ...unseen, reason: another() });
      return text;
    },
    ['current', '{"error":"Passphrase anda salah","status_code":2031}'],
    ['legacy', '{"error":"Proses signing gagal : Passphrase anda salah 2031","status_code":400}'],
  ],
  verifyGeneration: [
    async () => (await verifyV1(signed)).json.summary,
    ['B', 'VALID'],
    ['A', 'DOCUMENT VALID !!!'],
  ],
  faithful500: [async () => (await verifyV2(Buffer.alloc(0))).status, [false, 400], [true, 500]],
  truthfulFlags: [
    async () => (await verifyV2(signed)).json.signatureInformations[0].lastSignature,
    [false, false],
    [true, true],
  ],
  indeterminateAs: [
    async () => {
      // Nothing proves when it was signed, and the certificate has ended since.
      ahead = 3 * 365 * 86_400_000;
      const { json } = await verifyV2(unstamped);
      ahead = 0;
      return [json.conclusion, json.description];
    },
    ['INVALID', ['INVALID', 'Keabsahan dokumen belum dapat dipastikan']],
    ['VALID', ['VALID', 'Keabsahan dokumen belum dapat dipastikan']],
    ['INDETERMINATE', ['INDETERMINATE', 'Keabsahan dokumen belum dapat dipastikan']],
  ],
  downloadRetention: [
    async () => {
      const answer = await desk.signV1({ ...unseen, reason: another() });
      return (await desk.send({ path: `/api/sign/download/${answer.header('id_dokumen')}` })).status;
    },
    ['24h', 200],
    ['0', 404],
  ],
  rejectSecretsInQuery: [
    async () => {
      const query = new URLSearchParams({
        nik: NIK.active,
        passphrase: service.passphrase,
        reason: another(),
      });
      return (await desk.send({ path: `/api/sign/pdf?${query}`, parts: [desk.letter] })).status;
    },
    [false, 200],
    [true, 400],
  ],
  sealAcceptActivationTotp: [
    async () => {
      const order = { idSubscriber: 'segel-kode', totp: activated, file: [desk.base64] };
      const properties = [{ tampilan: 'INVISIBLE', reason: another() }];
      return (
        await desk.send({ path: '/api/v2/seal/pdf', json: { ...order, signatureProperties: properties } })
      ).status;
    },
    [false, 400],
    [true, 200],
  ],
  dedupeWindow: [
    async () => {
      const reason = another();
      const [first, second] = [
        await desk.signV1({ ...unseen, reason }),
        await desk.signV1({ ...unseen, reason }),
      ];
      return first.header('id_dokumen') === second.header('id_dokumen') ? 'one operation' : 'two';
    },
    ['10m', 'one operation'],
    ['0', 'two'],
  ],
  signatureCount: [async () => (await verifyV1(modified)).json.jumlah_signature, ['literal', 1], ['safe', 0]],
};

t.test('the table is of all switches, and so is that of the README', (t) => {
  t.strictSame(new Set(Object.keys(TABLE)), new Set(Object.keys(USUAL_SWITCHES)));
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
  const table = /\| switch \| values, the usual first \|\n\|[-|]+\|\n((?:\|.*\n)+)/.exec(readme)?.[1] ?? '';
  const rows = [...table.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)];
  t.strictSame(new Set(rows.map(([, name]) => name)), new Set(Object.keys(TABLE)));
  for (const [, name = '', values = ''] of rows)
    for (const [value] of TABLE[name as keyof typeof TABLE].slice(1) as unknown as [unknown][])
      t.ok(values.includes(`\`${value}\``), `${name}: ${value}`);
  t.end();
});

for (const [name, [see, usual, ...others]] of Object.entries(TABLE) as [string, Row][])
  t.test(`${name}: ${[usual, ...others].map((each) => each?.[0]).join(', ')}`, async (t) => {
    await inForce(original);
    t.strictSame(await see(), usual?.[1], 'as nothing is said');
    for (const [value, seen] of usual === undefined ? [] : [...others, usual]) {
      await inForce({ ...original, compat: { [name]: value } });
      t.strictSame(await see(), seen, `${value} for all`);
    }
    // One client's own goes before what holds for all.
    const [[value, seen]] = others as unknown as [readonly [unknown, unknown]];
    const own = original.clients.map((client) => ({ ...client, compat: { [name]: value } }));
    await inForce({ ...original, compat: { [name]: usual?.[0] }, clients: own });
    t.strictSame(await see(), seen, `${value} for this client alone`);
    await inForce(original);
  });

t.test('a switch that nobody knows, and a value that none is, change nothing', async (t) => {
  for (const compat of [
    { v2RectMode: 'size' },
    { v1RectMode: 'Size' },
    { downloadRetention: 24 },
    { faithful500: 'yes' },
  ]) {
    writeFileSync(clientsFile, JSON.stringify({ ...original, compat }));
    t.equal(await service.server.reload(), false, JSON.stringify(compat));
  }
});
