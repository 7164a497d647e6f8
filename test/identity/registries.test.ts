import { createHash } from 'node:crypto';
import t from 'tap';
import { parseApiClients } from '../../src/identity/api-clients.ts';
import { parseSignerRegistry } from '../../src/identity/signer-registry.ts';

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

t.test('a key names its client, which key it was, and the signers it may use', (t) => {
  const clients = parseApiClients(clientsOf(DINAS, CAMAT));
  t.match(clients.authenticate('satu'), { id: 'dinas', keyId: 'k1' });
  t.match(clients.authenticate('tiga'), { id: 'camat', keyId: 'baru' });
  t.same([...(clients.authenticate('dua')?.signers ?? [])], ['camat', 'sekcam']);
  for (const key of ['', 'empat', sha256('satu')]) t.equal(clients.authenticate(key), null);
  t.end();
});

t.test('20 clients and 20 signers: 20 pairs allowed, 380 denied', (t) => {
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  const clients = parseApiClients(
    clientsOf(
      ...numbers.map((i) => ({
        id: `opd-${i}`,
        keys: [{ id: 'k', sha256: sha256(`kunci-${i}`) }],
        signers: [`p-${i}`],
      })),
    ),
  );
  const allowed = numbers.flatMap((i) =>
    numbers.filter((j) => clients.authenticate(`kunci-${i}`)?.signers.has(`p-${j}`) === true),
  );
  t.equal(allowed.length, 20);
  t.end();
});

t.test('a registry that is not as it must be is refused with the place, never with a value', (t) => {
  const bad: readonly (readonly [name: string, text: string, message: RegExp])[] = [
    ['no JSON', '{"clients": [rahasia', /^clients: the file is not JSON$/],
    [
      'an unknown member',
      clientsOf({ ...DINAS, signer: ['kadis'] }),
      /\/clients\/0.*(unrecognized|Unrecognized)/,
    ],
    ['a key in clear', clientsOf({ ...DINAS, keys: [{ id: 'k', sha256: 'rahasia' }] }), /\/keys\/0\/sha256/],
    ['two clients with one id', clientsOf(DINAS, { ...CAMAT, id: 'dinas' }), /the same id/],
    ['two clients with one key', clientsOf(DINAS, { ...CAMAT, keys: DINAS.keys }), /the same sha256/],
  ];
  for (const [name, text, message] of bad) {
    const refusal = catchRefusal(() => parseApiClients(text));
    t.match(refusal, { code: 'registry-invalid', message }, name);
    t.notOk(refusal.message.includes('rahasia'), `${name}: no value in the message`);
  }
  t.end();
});

t.test('signers are found by their id', (t) => {
  const registry = parseSignerRegistry(
    JSON.stringify({
      signers: [
        { id: 'kadis', uri: 'pkcs12:kadis.p12', name: 'Kepala Dinas' },
        { id: 'b', uri: 'x:y', signerId: '7' },
      ],
    }),
  );
  t.same(registry.find('kadis'), { id: 'kadis', uri: 'pkcs12:kadis.p12', signerId: null });
  t.equal(registry.find('b')?.signerId, '7');
  t.equal(registry.find('toString'), null);
  const twice = JSON.stringify({
    signers: [
      { id: 'a', uri: 'x:y' },
      { id: 'a', uri: 'x:z' },
    ],
  });
  t.throws(() => parseSignerRegistry(twice), { code: 'registry-invalid' });
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
