// The platform of a browser beside that of Node: the same questions get the same answers, or honestly none.

import { constants, generateKeyPairSync, type SignKeyObjectInput } from 'node:crypto';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { browserPlatform } from '../../src/platform/browser.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import {
  InflateFailed,
  type Platform,
  type SignatureCheck,
  type SignatureScheme,
} from '../../src/platform/platform.ts';
import { answerOf, DIGESTS, flipped, type Keys, signedBy } from './side-by-side.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const plain = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('hex');

t.test('digests are the same, at once, in pieces and from a shared beginning', (t) => {
  const property = fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(400), (bytes, at) => {
    for (const algorithm of DIGESTS) {
      const expected = plain(nodePlatform.digests.of(algorithm, bytes));
      const running = browserPlatform.digests.start(algorithm);
      running.update(bytes.subarray(0, at));
      const other = running.copy();
      running.update(bytes.subarray(at));
      other.update(text('something else'));
      if (plain(running.finish()) !== expected) return false;
      if (plain(browserPlatform.digests.of(algorithm, bytes)) !== expected) return false;
    }
    return true;
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 200 }));
  t.end();
});

/** What comes out, or why nothing does. */
function inflated({ inflater }: Platform, data: Uint8Array, limit: number): string {
  try {
    return plain(inflater.inflate(data, limit)) ?? '';
  } catch (error) {
    if (!(error instanceof InflateFailed)) throw error;
    return error.code;
  }
}

const LETTER = new Uint8Array(Buffer.from('Surat Keputusan Kepala Dinas. '.repeat(400)));
const STREAM = new Uint8Array(deflateSync(LETTER));

t.test('a stream inflates to the same bytes or is refused for the same reason', (t) => {
  const cases: readonly (readonly [what: string, data: Uint8Array, outcome: string | null])[] = [
    ['whole', STREAM, plain(LETTER)],
    ['of nothing', new Uint8Array(deflateSync('')), ''],
    ['with an end-of-line behind it', Buffer.concat([STREAM, Buffer.from('\r\n')]), plain(LETTER)],
    ['with a second stream behind it', Buffer.concat([STREAM, STREAM]), plain(LETTER)],
    ['without its checksum', STREAM.subarray(0, -4), 'corrupt'],
    ['with a wrong checksum', Buffer.concat([STREAM.subarray(0, -1), Buffer.from([0])]), 'corrupt'],
    ['cut in the middle', STREAM.subarray(0, STREAM.length >> 1), 'corrupt'],
    ['of no bytes', new Uint8Array(), 'corrupt'],
    ['raw', new Uint8Array(deflateRawSync(LETTER)), 'corrupt'],
    ['gzip', new Uint8Array(gzipSync(LETTER)), 'corrupt'],
    ['with a preset dictionary', new Uint8Array(deflateSync(LETTER, { dictionary: LETTER })), 'corrupt'],
  ];
  for (const [what, data, outcome] of cases) {
    t.equal(inflated(nodePlatform, data, 1e6), outcome, `${what}: Node`);
    t.equal(inflated(browserPlatform, data, 1e6), outcome, `${what}: browser`);
  }
  t.end();
});

t.test('no more comes out than is allowed, and a bomb costs no more than that', (t) => {
  for (const limit of [LETTER.length, LETTER.length - 1, 1, 0]) {
    t.equal(inflated(browserPlatform, STREAM, limit), inflated(nodePlatform, STREAM, limit), `${limit}`);
  }
  t.equal(inflated(browserPlatform, STREAM, LETTER.length - 1), 'too-large');
  const bomb = new Uint8Array(deflateSync(new Uint8Array(200_000_000), { level: 9 }));
  const before = process.memoryUsage().arrayBuffers;
  t.equal(inflated(browserPlatform, bomb, 4_000_000), 'too-large');
  t.ok(process.memoryUsage().arrayBuffers - before < 20_000_000);
  t.end();
});

t.test('a damaged stream has the same fate', (t) => {
  const property = fc.property(fc.nat(STREAM.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
    const damaged = STREAM.slice();
    damaged[at] = (damaged[at] ?? 0) ^ mask;
    return inflated(browserPlatform, damaged, 50_000) === inflated(nodePlatform, damaged, 50_000);
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1000 }));
  t.end();
});

t.test('ciphers are the same, and refuse the same', (t) => {
  const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
    fc.uint8Array({ minLength: length, maxLength: length });
  const property = fc.property(
    fc.oneof(bytes(16), bytes(32)),
    bytes(16),
    fc.uint8Array({ maxLength: 80 }),
    fc.constantFrom('pkcs7' as const, 'none' as const),
    (key, iv, data, padding) => {
      const both = [nodePlatform.ciphers, browserPlatform.ciphers];
      const outcomes = both.map((ciphers) => {
        const sealed = ciphers.aesCbcEncrypt({ key, iv, padding }, data);
        const message = Buffer.concat([iv, sealed ?? data]);
        return [
          plain(sealed),
          sealed === null ? null : plain(ciphers.aesCbcDecrypt({ key, iv, padding }, sealed)),
          plain(ciphers.aesCbcDecrypt({ key, iv, padding }, data)),
          plain(ciphers.aesCbcDecrypter(key)(message)),
          plain(ciphers.aesCbcDecrypter(key)(data)),
        ].join();
      });
      return outcomes[0] === outcomes[1];
    },
  );
  t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }));
  const gcm = { key: new Uint8Array(32).fill(7), nonce: new Uint8Array(12), associated: text('nomor') };
  const sealed = nodePlatform.ciphers.aesGcmSeal(gcm, LETTER);
  t.equal(plain(browserPlatform.ciphers.aesGcmSeal(gcm, LETTER)), plain(sealed));
  t.equal(plain(browserPlatform.ciphers.aesGcmOpen(gcm, sealed)), plain(LETTER));
  t.equal(browserPlatform.ciphers.aesGcmOpen({ ...gcm, associated: text('lain') }, sealed), null);
  t.equal(browserPlatform.ciphers.aesGcmOpen(gcm, sealed.subarray(0, 10)), null);
  t.end();
});

interface Signed {
  readonly what: string;
  readonly check: SignatureCheck;
}

const signed = (
  what: string,
  keys: Keys,
  scheme: SignatureScheme,
  options: Partial<SignKeyObjectInput> = {},
): Signed => ({ what, check: signedBy(keys, scheme, options) });

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsaPss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const curves = ['P-256', 'P-384', 'P-521'].map((namedCurve) => ({
  namedCurve,
  keys: generateKeyPairSync('ec', { namedCurve }),
}));
const ed25519 = generateKeyPairSync('ed25519');
const SHA = ['sha1', 'sha256', 'sha384', 'sha512'] as const;
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING };

const computed: readonly Signed[] = [
  ...SHA.map((digest) => signed(`RSA ${digest}`, rsa, { kind: 'rsa-pkcs1', digest })),
  ...SHA.flatMap((digest) =>
    [rsa, rsaPss].map((keys) => {
      const scheme = { kind: 'rsa-pss', digest, mgfDigest: digest, saltLength: 20 } as const;
      return signed(`RSA-PSS ${digest}`, keys, scheme, { ...PSS, saltLength: 20 });
    }),
  ),
  ...curves.flatMap(({ namedCurve, keys }) =>
    SHA.flatMap((digest) => [
      signed(`ECDSA ${namedCurve} ${digest}`, keys, { kind: 'ecdsa', digest }),
      signed(
        `plain ECDSA ${namedCurve} ${digest}`,
        keys,
        { kind: 'ecdsa-plain', digest },
        {
          dsaEncoding: 'ieee-p1363',
        },
      ),
    ]),
  ),
  signed('Ed25519', ed25519, { kind: 'ed25519' }),
];

t.test('a right signature is right, and one bit makes it wrong', async (t) => {
  for (const { what, check } of computed) {
    t.equal(await answerOf(nodePlatform, check), true, `${what}: Node`);
    t.equal(await answerOf(browserPlatform, check), true, what);
    const last = check.signature.length - 1;
    const wrong = [
      { ...check, message: flipped(check.message, 0) },
      { ...check, signature: flipped(check.signature, last) },
      { ...check, signature: check.signature.subarray(0, last) },
    ];
    for (const each of wrong) t.equal(await answerOf(browserPlatform, each), false, `${what}: changed`);
  }
});

t.test('an ECDSA value that is not DER is refused, as by OpenSSL', async (t) => {
  const [first] = curves;
  if (first === undefined) throw new Error('no curve');
  // The top bit of r decides whether its encoding has a zero in front: signed until each form was met.
  let met = 0;
  for (let i = 0; i < 40; i += 1) {
    const { check } = signed('ECDSA', first.keys, { kind: 'ecdsa', digest: 'sha256' });
    const value = Buffer.from(check.signature);
    const rLength = value[3] ?? 0;
    const padded = Buffer.concat([
      Buffer.from([0x30, (value[1] ?? 0) + 1, 2, rLength + 1, 0]),
      value.subarray(4),
    ]);
    const unpadded =
      value[4] === 0
        ? Buffer.concat([Buffer.from([0x30, (value[1] ?? 0) - 1, 2, rLength - 1]), value.subarray(5)])
        : null;
    if (unpadded !== null) met += 1;
    const long = Buffer.concat([Buffer.from([0x30, 0x81]), value.subarray(1)]);
    const trailing = Buffer.concat([value, Buffer.from([0])]);
    for (const [what, signature] of Object.entries({ padded, unpadded, long, trailing })) {
      if (signature === null) continue;
      const crafted = { ...check, signature: new Uint8Array(signature) };
      t.equal(await answerOf(nodePlatform, crafted), false, `${what}: Node`);
      t.equal(await answerOf(browserPlatform, crafted), false, what);
    }
  }
  t.ok(met > 0);
});

t.test('a key of another kind, a mixed PSS and a key that is none are refused, as by OpenSSL', async (t) => {
  const pkcs1 = { kind: 'rsa-pkcs1', digest: 'sha256' } as const;
  const { check } = signed('RSA', rsa, pkcs1);
  const ec = new Uint8Array(ed25519.publicKey.export({ format: 'der', type: 'spki' }));
  const pss = { kind: 'rsa-pss', digest: 'sha256', mgfDigest: 'sha1', saltLength: 32 } as const;
  const wrong: readonly SignatureCheck[] = [
    { ...check, publicKey: ec },
    { ...check, scheme: pss },
    { ...check, scheme: { kind: 'ecdsa', digest: 'sha256' } },
    { ...check, scheme: { kind: 'ed25519' } },
    { ...check, publicKey: new Uint8Array() },
    { ...check, publicKey: check.publicKey.subarray(0, -1) },
  ];
  for (const each of wrong) {
    t.equal(await answerOf(nodePlatform, each), false, 'Node');
    t.equal(await answerOf(browserPlatform, each), false);
  }
});

t.test('a modulus that lacks the zero in front is the same key, as for OpenSSL', async (t) => {
  const { check } = signed('RSA', rsa, { kind: 'rsa-pkcs1', digest: 'sha256' });
  const spki = Buffer.from(check.publicKey);
  const at = spki.indexOf(Buffer.from('02820101', 'hex'));
  // Each length around it counts one octet less.
  const shorter = Buffer.concat([
    spki.subarray(0, at),
    Buffer.from('02820100', 'hex'),
    spki.subarray(at + 5),
  ]);
  for (const place of [3, 22, 27]) shorter[place] = (shorter[place] ?? 0) - 1;
  const odd = { ...check, publicKey: new Uint8Array(shorter) };
  t.equal(await answerOf(nodePlatform, odd), true, 'Node');
  t.equal(await answerOf(browserPlatform, odd), true);
  t.equal(await answerOf(browserPlatform, { ...odd, message: text('lain') }), false);
});

t.test('what a browser cannot compute is neither right nor wrong', async (t) => {
  const beyond: readonly Signed[] = [
    { namedCurve: 'sect283k1' },
    { namedCurve: 'secp112r1' },
    // Written out, they could hide another generator (CVE-2020-0601); the service names them weak.
    { namedCurve: 'P-256', paramEncoding: 'explicit' as const },
  ].map((curve) => {
    const keys = generateKeyPairSync('ec', curve);
    return signed(JSON.stringify(curve), keys, { kind: 'ecdsa', digest: 'sha256' });
  });
  for (const { what, check } of beyond) {
    t.equal(await answerOf(nodePlatform, check), true, `${what}: Node`);
    t.equal(await answerOf(browserPlatform, check), 'unavailable', what);
    const wrong = { ...check, message: text('lain') };
    t.equal(await answerOf(browserPlatform, wrong), 'unavailable', `${what}: wrong`);
  }
});

t.test('what it compresses inflates again, and its randomness differs', async (t) => {
  const { inflater, deflate, randomBytes } = browserPlatform;
  t.equal(plain(inflater.inflate(await deflate(LETTER), LETTER.length)), plain(LETTER));
  t.not(plain(randomBytes(16)), plain(randomBytes(16)));
  t.equal(randomBytes(33).length, 33);
  await browserPlatform.pause();
});
