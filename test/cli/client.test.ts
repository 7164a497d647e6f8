// `teken client`: who may ask is written down without a key in it, and a running service knows it.

import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { clientsIn, NOTHING, refusalOf, withKey } from '../identity/clients-in.ts';
import { issue, pem } from '../pki/authority.ts';
import { runTeken } from './development-place.ts';

const folder = t.testdir();
const FILE = join(folder, 'clients.json');
const teken = (...line: readonly string[]) =>
  runTeken(['client', ...line, '--clients', FILE, '--lang', 'en']);
const file = (): string => readFileSync(FILE, 'utf8');
const keyIn = (out: string): string => out.trimEnd();

t.test('a new client gets a key, shown once and never written', async (t) => {
  const ran = await teken(
    'add',
    'simpeg',
    '--signers',
    'bkd-*, kadis',
    '--levels',
    'B-T,B-LT',
    '--name',
    'Kepegawaian',
  );
  t.equal(ran.exit, 0, ran.err);
  t.match(ran.out, /^teken_[\w-]{43}\n$/, 'the key alone, so that it can be led into a file');
  t.match(ran.err, /The API key of simpeg, shown this once/);
  const client = await withKey(clientsIn(file()), keyIn(ran.out));
  t.match(client, { id: 'simpeg' });
  t.ok(client.signers.has('bkd-7') && client.signers.has('kadis') && !client.signers.has('camat'));
  t.same([...(client.levels ?? [])], ['B-T', 'B-LT']);
  t.notOk(file().includes(keyIn(ran.out)));
  const again = await teken('add', 'simpeg', '--signers', 'x');
  t.match([again.exit, again.err, again.out], [1, /client-exists/, '']);
});

t.test('a rotated key overlaps with the earlier one, then takes its place', async (t) => {
  const first = keyIn((await teken('add', 'putar', '--signers', 'a')).out);
  const ran = await teken('rotate', 'putar', '--overlap', '2d');
  t.match(ran.err, /The earlier keys count until 20\d\d-/);
  const second = keyIn(ran.out);
  const at = (clock: number) => clientsIn(file(), { clock: () => clock });
  const now = Date.now();
  t.match(
    [await withKey(at(now), first), await withKey(at(now), second)],
    [{ id: 'putar' }, { id: 'putar' }],
  );
  const later = now + 2 * 86_400_000 + 1000;
  t.match(await refusalOf(withKey(at(later), first)), { reason: 'credential-not-in-force' });
  t.match(await withKey(at(later), second), { id: 'putar' });
  const third = keyIn((await teken('rotate', 'putar', '--overlap', '0')).out);
  t.match(await refusalOf(withKey(at(Date.now()), first)), { code: 'unauthenticated' }, 'at once');
  t.match(await withKey(at(Date.now()), third), { id: 'putar' });
  await teken('rotate', 'putar', '--overlap', '1h');
  const { clients } = JSON.parse(file()) as { clients: { id: string; keys: object[] }[] };
  t.equal(clients.find(({ id }) => id === 'putar')?.keys.length, 2, 'ended keys are taken out');
});

t.test('a disabled client comes back with its keys', async (t) => {
  const key = keyIn((await teken('add', 'libur', '--signers', 'a')).out);
  t.equal((await teken('disable', 'libur')).exit, 0);
  t.match(await refusalOf(withKey(clientsIn(file()), key)), { code: 'client-disabled' });
  t.match((await teken('list')).out, /libur {2}disabled/);
  t.equal((await teken('enable', 'libur')).exit, 0);
  t.match(await withKey(clientsIn(file()), key), { id: 'libur' });
});

t.test('a client can be known by its certificate, or by a password for the compatible API', async (t) => {
  const now = Date.now();
  const own = issue({ subject: 'e-surat', notBefore: now - 1000, notAfter: now + 86_400_000 });
  writeFileSync(join(folder, 'e-surat.pem'), pem('CERTIFICATE', own.certificate.der));
  const ran = await teken('add', 'e-surat', '--signers', 'a', '--certificate', join(folder, 'e-surat.pem'));
  t.match([ran.exit, ran.out, ran.err], [0, '', /known by its certificate/]);
  const certificate = { der: own.certificate.der, trusted: false };
  t.match(await clientsIn(file()).authenticate({ ...NOTHING, certificate }), { id: 'e-surat' });
  const basic = await teken('add', 'lama', '--signers', 'a', '--basic-user', 'esign');
  const password = Buffer.from(keyIn(basic.out));
  const shown = { ...NOTHING, basic: { user: 'esign', password } };
  t.match(await clientsIn(file()).authenticate(shown), { id: 'lama' });
  t.notOk(file().includes(keyIn(basic.out)));
});

t.test('the list names every client, and no secret', async (t) => {
  const { out } = await teken('list');
  t.match(
    out,
    /^simpeg {2}enabled {2}Kepegawaian\n {2}sign,batch,two-steps,preflight,raise: bkd-\*,kadis\n {2}key \d{4}-/,
  );
  t.notMatch(out, /[0-9a-f]{64}|\$8\$1\$/);
});

t.test('what cannot be carried out changes nothing, and says what was expected', async (t) => {
  const before = file();
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [['add', 'baru'], 2, '[option-missing]'],
    [['add'], 2, '[client-arguments]'],
    [['hapus', 'simpeg'], 2, '[client-arguments]'],
    [['list', 'simpeg'], 2, '[client-arguments]'],
    [['add', 'baru', '--signers', 'a*b*'], 2, '[clients-unusable]'],
    [['add', 'nama dengan spasi', '--signers', 'a'], 2, '[clients-unusable]'],
    [['add', 'baru', '--signers', 'a', '--addresses', '10.0.0.0/33'], 2, '[clients-unusable]'],
    [['add', 'baru', '--signers', 'a', '--scopes', 'semua'], 2, '[option-value-invalid]'],
    [['add', 'baru', '--signers', 'a', '--levels', 'B-X'], 2, '[option-value-invalid]'],
    [['add', 'baru', '--signers', 'a', '--certificate', join(folder, 'tidak-ada')], 5, '[input-unreadable]'],
    [['add', 'baru', '--signers', 'a', '--certificate', 'x', '--basic-user', 'y'], 2, '[options-exclude]'],
    [['rotate', 'tidak-ada'], 1, '[client-unknown'],
    [['rotate', 'e-surat'], 1, '[no-keys'],
    [['rotate', 'simpeg', '--overlap', 'seminggu'], 2, '[option-value-invalid]'],
    [['disable', 'tidak-ada'], 1, '[client-unknown'],
  ];
  for (const [line, exit, words] of cases) {
    const ran = await teken(...line);
    t.equal(ran.exit, exit, `${line.join(' ')}: ${ran.err}`);
    t.match(ran.err, words);
    t.equal(ran.out, '', 'no key for what was not done');
  }
  t.equal(file(), before);
});

t.test('the file keeps its permissions, and what this command does not know of', async (t) => {
  const raw = JSON.parse(file()) as { clients: object[] };
  const rates = { requests: { count: 60, seconds: 60 } };
  writeFileSync(FILE, JSON.stringify({ ...raw, clients: raw.clients.map((one) => ({ ...one, rates })) }));
  chmodSync(FILE, 0o640);
  t.equal((await teken('disable', 'simpeg')).exit, 0);
  t.equal(statSync(FILE).mode & 0o777, 0o640);
  t.match(JSON.parse(file()), { clients: raw.clients.map(() => ({ rates })) });
});
