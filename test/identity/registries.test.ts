import t from 'tap';
import { parseSignerRegistry } from '../../src/identity/signer-registry.ts';

t.test('signers are found by their id', (t) => {
  const registry = parseSignerRegistry(
    JSON.stringify({
      signers: [
        { id: 'kadis', uri: 'pkcs12:kadis.p12', name: 'Kepala Dinas' },
        { id: 'b', uri: 'x:y', signerId: '7' },
      ],
    }),
  );
  t.match(registry.find('kadis'), { id: 'kadis', uri: 'pkcs12:kadis.p12', signerId: null, status: 'ISSUE' });
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
