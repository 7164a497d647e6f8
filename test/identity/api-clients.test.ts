import { createHash } from 'node:crypto';
import t from 'tap';
import { addressRanges, isAddressRange } from '../../src/identity/address-ranges.ts';
import { parseClientsFile } from '../../src/identity/client-file.ts';
import { hashPassword, passwordCheck } from '../../src/identity/client-passwords.ts';
import { memoryState } from '../../src/state/memory.ts';
import { clientsIn, NOTHING, refusalOf, withKey } from './clients-in.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function clientsOf(...clients: readonly object[]): string {
  return JSON.stringify({ clients });
}

const DINAS = { id: 'dinas', keys: [{ id: 'k1', sha256: sha256('satu') }], signers: ['kadis'] };
const CAMAT = {
  id: 'camat',
  keys: [
    { id: 'lama', sha256: sha256('dua') },
    { id: 'baru', sha256: sha256('tiga') },
  ],
  signers: ['camat', 'sekcam'],
};

t.test('a key names its client, which key it was, and the signers it may use', async (t) => {
  const clients = clientsIn(clientsOf(DINAS, CAMAT));
  t.match(await withKey(clients, 'satu'), { id: 'dinas', keyId: 'k1' });
  t.match(await withKey(clients, 'tiga'), { id: 'camat', keyId: 'baru' });
  const { signers, levels, rates } = await withKey(clients, 'dua');
  t.ok(signers.has('camat') && signers.has('sekcam') && !signers.has('kadis'));
  t.same([levels, rates], [null, { requests: null, signatures: null }], 'what is not said is not limited');
  for (const key of ['', 'empat', sha256('satu')])
    t.same(await refusalOf(withKey(clients, key)), { code: 'unauthenticated', reason: 'key-unknown' });
  t.same(await refusalOf(clients.authenticate(NOTHING)), {
    code: 'unauthenticated',
    reason: 'credential-missing',
  });
});

t.test('a key counts from its first moment to its last, so that two overlap during a change', async (t) => {
  const change = Date.parse('2026-11-01T00:00:00+08:00');
  const keys = [
    { id: 'lama', sha256: sha256('lama'), until: '2026-11-08T00:00:00+08:00' },
    { id: 'baru', sha256: sha256('baru'), from: '2026-11-01T00:00:00+08:00' },
  ];
  const usableAt = async (now: number): Promise<string[]> => {
    const clients = clientsIn(clientsOf({ ...DINAS, keys }), { clock: () => now });
    const tried = await Promise.all(['lama', 'baru'].map((key) => refusalOf(withKey(clients, key))));
    return ['lama', 'baru'].filter((_, i) => tried[i] === null);
  };
  t.same(await usableAt(change - 1), ['lama']);
  t.same(await usableAt(change), ['lama', 'baru']);
  t.same(await usableAt(change + 7 * 86_400_000), ['baru']);
  const late = clientsIn(clientsOf({ ...DINAS, keys }), { clock: () => change + 8 * 86_400_000 });
  t.same(await refusalOf(withKey(late, 'lama')), {
    code: 'unauthenticated',
    reason: 'credential-not-in-force',
  });
});

t.test(
  'a disabled client and one from elsewhere are told so; whoever shows nothing right is not',
  async (t) => {
    const clients = clientsIn(
      clientsOf({ ...DINAS, disabled: true }, { ...CAMAT, addresses: ['10.20.0.0/16', '2001:db8:7::/48'] }),
    );
    t.match(await refusalOf(withKey(clients, 'satu')), { code: 'client-disabled' });
    for (const address of ['10.20.3.4', '::ffff:10.20.3.4', '2001:db8:7::1'])
      t.match(await withKey(clients, 'dua', address), { id: 'camat' }, address);
    for (const address of ['10.21.0.1', '::ffff:10.21.0.1', '2001:db8:8::1', '127.0.0.1', '', 'rahasia'])
      t.match(await refusalOf(withKey(clients, 'dua', address)), { code: 'address-not-allowed' }, address);
    t.match(await refusalOf(withKey(clients, 'salah', '10.20.3.4')), { code: 'unauthenticated' });
  },
);

t.test('a signer is named letter by letter, or by a pattern with one star', async (t) => {
  const clients = clientsIn(clientsOf({ ...DINAS, signers: ['kadis', 'upt-*', '*-segel'] }));
  const { signers } = await withKey(clients, 'satu');
  for (const id of ['kadis', 'upt-1', 'upt-', 'dinas-segel']) t.ok(signers.has(id), id);
  const spelled = [
    'Kadis',
    'KADIS',
    'kadis ',
    'kadıs',
    'kadis\u200b',
    '\u212aadis',
    'ｋadis',
    'upt',
    'UPT-1',
  ];
  const crafted = [
    '-sege',
    'upt-1\0',
    'upt-1/kadis',
    'upt-1,kadis',
    'upt-*',
    '*',
    'upt-'.padEnd(65, 'x'),
    '',
  ];
  for (const id of [...spelled, ...crafted]) t.notOk(signers.has(id), JSON.stringify(id));
});

t.test('ranges are those of RFC 4632 and RFC 4291', (t) => {
  for (const text of ['10.0.0.0/8', '192.0.2.7', '::1', '2001:db8::/32', '0.0.0.0/0', '::/0'])
    t.ok(isAddressRange(text), text);
  const none = ['10.0.0.0/33', '10.0.0/8', '::/129', 'fe80::1%eth0', '10.0.0.0/08', '10.0.0.0/8/8'];
  for (const text of [...none, '', '*', '10.0.0.0/']) t.notOk(isAddressRange(text), text);
  t.ok(addressRanges(['0.0.0.0/0']).has('203.0.113.9'));
  t.notOk(addressRanges(['0.0.0.0/0']).has('2001:db8::1'), 'all of IPv4 is nothing of IPv6');
  t.end();
});

t.test('a password is tried by scrypt once, and its guesses are counted for each place', async (t) => {
  const password = 'sandi-lama-dari-BSrE';
  const scrypt = await hashPassword(password);
  t.notMatch(scrypt, password);
  t.not(await hashPassword(password), scrypt, 'each with its salt');
  const entry = { id: 'compat', user: 'simpeg', scrypt };
  let time = 0;
  let tries = 0;
  const { attempts } = memoryState(() => time);
  const admit: typeof attempts.admit = (...asked) => {
    tries += 1;
    return attempts.admit(...asked);
  };
  const clients = clientsIn(clientsOf({ ...DINAS, keys: [], passwords: [entry] }), {
    passwords: passwordCheck(),
    attempts: { ...attempts, admit },
  });
  const show = (user: string, text: string, address = '10.0.0.1') =>
    clients.authenticate({ ...NOTHING, basic: { user, password: Buffer.from(text) }, address });
  const first = await Promise.all(Array.from({ length: 40 }, () => show('simpeg', password)));
  t.ok(first.every(({ id, keyId }) => id === 'dinas' && keyId === 'compat'));
  await show('simpeg', password);
  t.equal(tries, 1, 'forty at once and one more are one try');
  t.same(await refusalOf(show('Simpeg', password)), { code: 'unauthenticated', reason: 'password-wrong' });
  const codes: (string | undefined)[] = [];
  for (let i = 0; i < 7; i++) {
    codes.push((await refusalOf(show('simpeg', `tebakan-${i}`)))?.code);
    time += 9_000;
  }
  t.same(codes, [...Array(5).fill('unauthenticated'), ...Array(2).fill('too-many-failures')]);
  t.match(await refusalOf(show('simpeg', 'lagi', '10.0.0.2')), { code: 'unauthenticated' }, 'another place');
  t.match(await show('simpeg', password), { id: 'dinas' }, 'a password that was right is not tried again');
});

t.test('a file that is not as it must be is refused with the place, never with a value', (t) => {
  const token = { id: 't', issuer: 'https://sso.example', clientId: 'a' };
  const issuer = { issuer: 'https://sso.example', jwksUri: 'https://sso.example/jwks', audience: 'teken' };
  const withTokens = [DINAS, CAMAT].map((client) => ({ ...client, tokens: [token] }));
  const password = { id: 'p', user: 'u', scrypt: 'rahasia' };
  const bad: readonly (readonly [name: string, file: string, message: RegExp])[] = [
    ['no JSON', '{"clients": [rahasia', /^clients: the file is not JSON$/],
    ['an unknown member', clientsOf({ ...DINAS, signer: ['kadis'] }), /\/clients\/0.*[uU]nrecognized/],
    ['a key in clear', clientsOf({ ...DINAS, keys: [{ id: 'k', sha256: 'rahasia' }] }), /\/keys\/0\/sha256/],
    ['nobody', clientsOf({ ...DINAS, keys: [] }), /nobody could be this client/],
    ['two clients with one id', clientsOf(DINAS, { ...CAMAT, id: 'dinas' }), /the same id/],
    ['two clients with one key', clientsOf(DINAS, { ...CAMAT, keys: DINAS.keys }), /the same sha256/],
    ['a range that is none', clientsOf({ ...DINAS, addresses: ['rahasia'] }), /\/addresses\/0: not an addr/],
    ['two stars', clientsOf({ ...DINAS, signers: ['a*b*'] }), /\/signers\/0/],
    ['a password in clear', clientsOf({ ...DINAS, passwords: [password] }), /\/scrypt/],
    ['a certificate by nothing', clientsOf({ ...DINAS, certificates: [{ id: 'c' }] }), /either "sha256" or/],
    ['a token of nobody', clientsOf({ ...DINAS, tokens: [token] }), /not among "issuers"/],
    [
      'a shared secret',
      JSON.stringify({ issuers: [{ ...issuer, algorithms: ['HS256'] }], clients: [] }),
      /\/issuers\/0\/algorithms\/0/,
    ],
    ['two with one token', JSON.stringify({ issuers: [issuer], clients: withTokens }), /the same token/],
  ];
  for (const [name, file, message] of bad) {
    const refusal = catchRefusal(() => parseClientsFile(file));
    t.match(refusal, { code: 'registry-invalid', message }, name);
    t.notOk(refusal.message.includes('rahasia'), `${name}: no value in the message`);
  }
  t.end();
});

function catchRefusal(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('not refused');
}
