// Keys of the development PKI, judged by OpenSSL.

import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import t from 'tap';
import { generateP256Key, generateRsaKey } from '../../certs-dev/generate-keys.ts';
import { run, toolMissing } from '../tools.ts';

const letter = Buffer.from('surat');

function pem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString();
}

for (const bits of [1024, 2048, 3072, 4096])
  t.test(
    `RSA with ${bits} bits: OpenSSL finds every number right`,
    { skip: toolMissing('openssl') },
    async (t) => {
      const keys = await Promise.all(Array.from({ length: bits > 2048 ? 2 : 8 }, () => generateRsaKey(bits)));
      for (const key of keys) {
        t.match(key.asymmetricKeyDetails, { modulusLength: bits, publicExponent: 65_537n });
        t.match(
          (await run('openssl', ['pkey', '-check', '-noout'], { input: pem(key) })).stdout,
          /Key is valid/,
        );
        t.ok(verify('sha256', letter, createPublicKey(key), sign('sha256', letter, key)));
      }
      t.equal(new Set(keys.map(pem)).size, keys.length, 'no two are the same');
    },
  );

t.test('P-256: OpenSSL finds the key right', { skip: toolMissing('openssl') }, async (t) => {
  const key = await generateP256Key();
  t.match(key.asymmetricKeyDetails, { namedCurve: 'prime256v1' });
  t.match((await run('openssl', ['pkey', '-check', '-noout'], { input: pem(key) })).stdout, /Key is valid/);
});
