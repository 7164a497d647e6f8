// RSA in a browser beside OpenSSL's: the same is right, and the same is wrong.

import { constants, generateKeyPairSync, generatePrimeSync, privateEncrypt } from 'node:crypto';
import t from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import type { DigestAlgorithm, SignatureCheck } from '../../src/platform/platform.ts';
import {
  alike,
  answersOf,
  DIGESTS,
  der,
  flipped,
  fromHex,
  type Keys,
  MESSAGE,
  signedBy,
  spkiOf,
} from './side-by-side.ts';

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING };
const SIGNING = DIGESTS.filter((digest) => digest !== 'shake256');

const rsaOf = (modulusLength: number, publicExponent = 65537): Keys =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });
// Sizes on both sides of a whole octet, where PSS has an octet less than the modulus.
const keys = [1024, 1025, 1031, 2048, 3072].map((bits) => ({ bits, pair: rsaOf(bits) }));
const pkcs1 = (digest: DigestAlgorithm) => ({ kind: 'rsa-pkcs1', digest }) as const;
const pss = (digest: DigestAlgorithm, saltLength: number) =>
  ({ kind: 'rsa-pss', digest, mgfDigest: digest, saltLength }) as const;

const lengthOf = (digest: DigestAlgorithm): number => nodePlatform.digests.of(digest, MESSAGE).length;

function octets(value: bigint, length: number): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * length, '0'));
}

function modulusOf({ publicKey }: Keys): bigint {
  return BigInt(`0x${Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`);
}

/** What must be wrong of a right signature, and is tried with every kind of it. */
function wrongOf(check: SignatureCheck): readonly SignatureCheck[] {
  const { signature, message } = check;
  const last = signature.length - 1;
  return [
    { ...check, message: flipped(message, 0) },
    { ...check, signature: flipped(signature, last) },
    { ...check, signature: flipped(signature, last >> 1, 0x10) },
    { ...check, signature: signature.subarray(0, last) },
    { ...check, signature: signature.subarray(1) },
    { ...check, signature: Uint8Array.of(0, ...signature) },
    { ...check, signature: Uint8Array.of(...signature, 0) },
    { ...check, signature: new Uint8Array() },
    { ...check, signature: new Uint8Array(signature.length) },
    { ...check, signature: new Uint8Array(signature.length).fill(0xff) },
  ];
}

t.test('every digest is right with every size of key, and no other signature is', async (t) => {
  for (const { bits, pair } of keys) {
    for (const digest of SIGNING) {
      const room = Math.ceil((bits - 1) / 8) - lengthOf(digest) - 2;
      const salts =
        room < 0 ? [] : [...new Set([0, 20, lengthOf(digest), room])].filter((salt) => salt <= room);
      const checks = [
        signedBy(pair, pkcs1(digest)),
        ...salts.map((saltLength) => signedBy(pair, pss(digest, saltLength), { ...PSS, saltLength })),
      ];
      for (const check of checks) {
        const what = `${bits} bits: ${JSON.stringify(check.scheme)}`;
        t.same(await answersOf(check), alike(true), what);
        for (const each of wrongOf(check)) t.same(await answersOf(each), alike(false), `${what}: changed`);
      }
    }
  }
});

t.test('a salt of another length, another digest or the other padding is wrong', async (t) => {
  const pair = rsaOf(2048);
  const right = signedBy(pair, pss('sha3-256', 32), { ...PSS, saltLength: 32 });
  for (const saltLength of [0, 20, 31, 33, 64, 222, 223, 1_000_000]) {
    t.same(
      await answersOf({ ...right, scheme: pss('sha3-256', saltLength) }),
      alike(false),
      `salt ${saltLength}`,
    );
  }
  const other = { ...pss('sha3-256', 32), mgfDigest: 'sha256' } as const;
  t.same(await answersOf({ ...right, scheme: other }), alike(false), 'another digest for the mask');
  for (const digest of DIGESTS.filter((each) => each !== 'sha3-256')) {
    t.same(await answersOf({ ...right, scheme: pss(digest, 32) }), alike(false), digest);
    t.same(await answersOf({ ...right, scheme: pkcs1(digest) }), alike(false), digest);
  }
});

t.test('a residue that is not the least one is wrong', async (t) => {
  const pair = rsaOf(1024);
  for (const scheme of [pkcs1('md5'), pkcs1('sha256')]) {
    let met = false;
    for (let i = 0; i < 200 && !met; i += 1) {
      const message = Uint8Array.of(...MESSAGE, i);
      const signature = rawSignature(pair, pkcs1Encoding(scheme.digest, message, 128));
      const larger = BigInt(`0x${Buffer.from(signature).toString('hex')}`) + modulusOf(pair);
      met = larger < 1n << 1024n;
      const check = { publicKey: spkiOf(pair), scheme, message, signature };
      t.same(await answersOf(check), alike(true));
      if (met) t.same(await answersOf({ ...check, signature: octets(larger, 128) }), alike(false));
    }
    t.ok(met);
  }
});

/** The key's own operation on an encoded message, whatever stands in it. */
function rawSignature({ privateKey }: Keys, encoded: Uint8Array): Uint8Array {
  const padding = constants.RSA_NO_PADDING;
  return new Uint8Array(privateEncrypt({ key: privateKey, padding }, encoded));
}

const IDENTIFIERS: Partial<Record<DigestAlgorithm, string>> = {
  md5: '2a864886f70d0205',
  sha1: '2b0e03021a',
  sha224: '608648016503040204',
  sha256: '608648016503040201',
  'sha3-256': '608648016503040208',
};
const NULL = Uint8Array.of(5, 0);
const oidOf = (digest: DigestAlgorithm): Uint8Array => der(6, fromHex(IDENTIFIERS[digest] ?? ''));

function digestInfo(digest: DigestAlgorithm, message: Uint8Array, parameters: Uint8Array = NULL): Uint8Array {
  const value = der(4, nodePlatform.digests.of(digest, message));
  return der(0x30, der(0x30, oidOf(digest), parameters), value);
}

function padded(info: Uint8Array, length: number): Uint8Array {
  const padding = new Uint8Array(length - info.length - 3).fill(0xff);
  return Uint8Array.of(0, 1, ...padding, 0, ...info);
}

function pkcs1Encoding(digest: DigestAlgorithm, message: Uint8Array, length: number): Uint8Array {
  return padded(digestInfo(digest, message), length);
}

t.test('an encoding that is not the one of PKCS #1 is wrong, in each of its parts', async (t) => {
  const pair = rsaOf(2048);
  for (const digest of ['md5', 'sha224', 'sha256', 'sha3-256'] as const) {
    const right = pkcs1Encoding(digest, MESSAGE, 256);
    const info = digestInfo(digest, MESSAGE);
    const hash = nodePlatform.digests.of(digest, MESSAGE);
    const name = der(0x30, oidOf(digest), NULL);
    const [head, body] = [info.subarray(0, 2), info.subarray(2)];
    const short = Uint8Array.of(0, 1, ...new Uint8Array(8).fill(0xff), 0, ...info);
    const seven = Uint8Array.of(0, 1, ...new Uint8Array(7).fill(0xff), 0, ...info);
    const fill = (start: Uint8Array): Uint8Array =>
      Uint8Array.of(...start, ...new Uint8Array(256 - start.length).fill(7));
    const cases: Readonly<Record<string, Uint8Array>> = {
      'an octet in front that is not zero': flipped(right, 0),
      'the block type of encryption': flipped(right, 1, 3),
      'block type 0': flipped(right, 1, 1),
      'a padding octet that is not ff': flipped(right, 9, 1),
      'the last padding octet is not ff': flipped(right, 256 - info.length - 2, 0x80),
      'no zero after the padding': flipped(right, 256 - info.length - 1, 1),
      'rubbish behind little padding': fill(short),
      'rubbish behind seven octets of padding': fill(seven),
      'rubbish behind the digest': padded(Uint8Array.of(...info, 7), 256),
      'rubbish within DigestInfo': padded(der(0x30, name, der(4, hash), NULL), 256),
      'rubbish within the parameters': padded(
        der(0x30, der(0x30, oidOf(digest), der(4, new Uint8Array(20))), der(4, hash)),
        256,
      ),
      'no parameters': padded(digestInfo(digest, MESSAGE, new Uint8Array()), 256),
      'a long length': padded(Uint8Array.of(head[0] ?? 0, 0x81, head[1] ?? 0, ...body), 256),
      'the identifier of another digest': padded(
        der(0x30, der(0x30, oidOf('sha1'), NULL), der(4, hash)),
        256,
      ),
      'a digest that is cut': padded(der(0x30, name, der(4, hash.subarray(1))), 256),
      'a digest alone': padded(hash, 256),
      'the digest of another message': pkcs1Encoding(digest, flipped(MESSAGE, 3), 256),
    };
    const publicKey = spkiOf(pair);
    const check = { publicKey, scheme: pkcs1(digest), message: MESSAGE };
    t.same(await answersOf({ ...check, signature: rawSignature(pair, right) }), alike(true), digest);
    for (const [what, encoded] of Object.entries(cases)) {
      // More than the modulus is no message of this key.
      if (encoded[0] !== 0) encoded[1] = 0;
      const signature = rawSignature(pair, encoded);
      t.same(await answersOf({ ...check, signature }), alike(false), `${digest}: ${what}`);
    }
  }
});

function mgf1(seed: Uint8Array, length: number, digest: DigestAlgorithm): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i * lengthOf(digest) < length; i += 1)
    parts.push(nodePlatform.digests.of(digest, Uint8Array.of(...seed, 0, 0, 0, i)));
  return new Uint8Array(Buffer.concat(parts).subarray(0, length));
}

interface PssParts {
  readonly salt?: number;
  readonly separator?: number;
  readonly padding?: number;
  readonly zeros?: number;
  readonly trailer?: number;
  readonly top?: number;
}

/** EMSA-PSS for 2048 bits; every part may be made wrong. */
function pssEncoding(digest: DigestAlgorithm, parts: PssParts): Uint8Array {
  const { salt = 20, separator = 1, padding = 0, zeros = 8, trailer = 0xbc, top = 0 } = parts;
  const saltOctets = new Uint8Array(salt).fill(9);
  const message = Uint8Array.of(
    ...new Uint8Array(zeros),
    ...nodePlatform.digests.of(digest, MESSAGE),
    ...saltOctets,
  );
  const hash = nodePlatform.digests.of(digest, message);
  const block = new Uint8Array(255 - hash.length);
  block.set(saltOctets, block.length - salt);
  block[block.length - salt - 1] = separator;
  block[block.length >> 2] = padding;
  const mask = mgf1(hash, block.length, digest);
  const masked = block.map((octet, at) => octet ^ (mask[at] ?? 0));
  masked[0] = ((masked[0] ?? 0) & 0x7f) | top;
  return Uint8Array.of(...masked, ...hash, trailer);
}

t.test('an encoding that is not the one of PSS is wrong, in each of its parts', async (t) => {
  let pair = rsaOf(2048);
  for (const digest of ['md5', 'sha224', 'sha256', 'sha3-512'] as const) {
    const check = { publicKey: spkiOf(pair), scheme: pss(digest, 20), message: MESSAGE };
    const answers = (parts: PssParts) =>
      answersOf({ ...check, signature: rawSignature(pair, pssEncoding(digest, parts)) });
    t.same(await answers({}), alike(true), digest);
    const cases: Readonly<Record<string, PssParts>> = {
      'a shorter salt': { salt: 19 },
      'a longer salt': { salt: 21 },
      'no salt': { salt: 0 },
      'a separator that is not one': { separator: 2 },
      'no separator': { separator: 0 },
      'padding that is not zero': { padding: 1 },
      'seven zeros before the digest': { zeros: 7 },
      'another trailer': { trailer: 0xcc },
    };
    for (const [what, parts] of Object.entries(cases))
      t.same(await answers(parts), alike(false), `${digest}: ${what}`);
  }
  // With the top bit set, the encoded message is only sometimes less than the modulus: tried until it is.
  let met = 0;
  for (let i = 0; i < 40 && met === 0; i += 1) {
    const encoded = pssEncoding('sha224', { top: 0x80 });
    const fits = BigInt(`0x${Buffer.from(encoded).toString('hex')}`) < modulusOf(pair);
    if (!fits) {
      pair = rsaOf(2048);
      continue;
    }
    met += 1;
    const check = { publicKey: spkiOf(pair), scheme: pss('sha224', 20), message: MESSAGE };
    t.same(
      await answersOf({ ...check, signature: rawSignature(pair, encoded) }),
      alike(false),
      'the top bit',
    );
  }
  t.equal(met, 1);
});

const RSA_ENCRYPTION = fromHex('06092a864886f70d010101');
const RSASSA_PSS = fromHex('06092a864886f70d01010a');
const integer = (digits: Uint8Array): Uint8Array =>
  der(2, (digits[0] ?? 0) < 0x80 ? digits : Uint8Array.of(0, ...digits));
const numberOctets = (value: bigint): Uint8Array => fromHex(value.toString(16));

function spki(key: Uint8Array, algorithm: readonly Uint8Array[] = [RSA_ENCRYPTION, NULL]): Uint8Array {
  return der(0x30, der(0x30, ...algorithm), der(3, Uint8Array.of(0), key));
}

function rsaPublicKey(n: bigint, e: bigint): Uint8Array {
  return der(0x30, integer(numberOctets(n)), integer(numberOctets(e)));
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

/** The inverse of what has one. */
function inverse(value: bigint, modulus: bigint): bigint | null {
  let [r, s, a, b] = [modulus, value % modulus, 0n, 1n];
  while (s !== 0n) [r, s, a, b] = [s, r % s, b, a - (r / s) * b];
  return r === 1n ? ((a % modulus) + modulus) % modulus : null;
}

t.test('an exponent is taken, or refused, as OpenSSL does', async (t) => {
  const exponents = (bits: number): readonly bigint[] => [
    3n,
    17n,
    (1n << 32n) + 15n,
    (1n << 33n) + 17n,
    (1n << 63n) + 29n,
    (1n << 64n) + 13n,
    (1n << 65n) + 131n,
    (1n << BigInt(bits - 9)) + 75n,
  ];
  for (const bits of [1024, 3072, 3074]) {
    const [p, q] = [
      generatePrimeSync(bits / 2, { bigint: true }),
      generatePrimeSync(bits / 2, { bigint: true }),
    ];
    const n = p * q;
    const order = (p - 1n) * (q - 1n);
    const encoded = pkcs1Encoding('sha256', MESSAGE, Math.ceil(n.toString(2).length / 8));
    const value = BigInt(`0x${Buffer.from(encoded).toString('hex')}`);
    for (const wanted of exponents(bits)) {
      let [e, d] = [wanted, inverse(wanted, order)];
      for (; d === null; d = inverse(e, order)) e += 2n;
      const signature = octets(power(value, d, n), encoded.length);
      const check = {
        publicKey: spki(rsaPublicKey(n, e)),
        scheme: pkcs1('sha256'),
        message: MESSAGE,
        signature,
      };
      const answers = await answersOf(check);
      const taken = n.toString(2).length <= 3072 || e < 1n << 64n;
      t.same(answers, alike(taken), `${n.toString(2).length} bits, exponent of ${e.toString(2).length} bits`);
      t.same(await answersOf({ ...check, signature: flipped(signature, 40) }), alike(false));
    }
  }
});

/** With the exponent one, whatever is encoded is its own signature, so that no prime is needed for any size of modulus. */
t.test('a modulus is taken, or refused, as OpenSSL does', async (t) => {
  const sizes: readonly (readonly [bits: number, taken: boolean])[] = [
    [16_384, true],
    [16_385, false],
    [512, true],
    [496, true],
    [488, false],
  ];
  for (const [bits, taken] of sizes) {
    for (const low of [1n, 0n]) {
      const n = (1n << BigInt(bits - 1)) + (1n << BigInt(bits - 3)) + low;
      const signature = pkcs1Encoding('sha256', MESSAGE, Math.ceil(bits / 8));
      const check = {
        publicKey: spki(rsaPublicKey(n, 1n)),
        scheme: pkcs1('sha256'),
        message: MESSAGE,
        signature,
      };
      t.same(
        await answersOf(check),
        alike(taken && low === 1n),
        `${bits} bits, ${low === 1n ? 'odd' : 'even'}`,
      );
    }
  }
});

t.test('a key that is written otherwise is the same key, or none, as for OpenSSL', async (t) => {
  const pair = rsaOf(1024);
  const right = signedBy(pair, pkcs1('sha3-256'));
  const n = numberOctets(modulusOf(pair));
  const e = Uint8Array.of(1, 0, 1);
  const key = der(0x30, integer(n), integer(e));
  const cases: Readonly<Record<string, readonly [spki: Uint8Array, taken: boolean]>> = {
    'as it should be': [spki(key), true],
    'without parameters': [spki(key, [RSA_ENCRYPTION]), true],
    'with a modulus that looks negative': [spki(der(0x30, der(2, n), integer(e))), true],
    'with zeros in front': [
      spki(der(0x30, der(2, Uint8Array.of(0, 0, 0), n), der(2, Uint8Array.of(0, 0), e))),
      true,
    ],
    'with something behind the exponent': [spki(der(0x30, integer(n), integer(e), NULL)), false],
    'without an exponent': [spki(der(0x30, integer(n))), false],
    'with an exponent of zero': [spki(der(0x30, integer(n), integer(Uint8Array.of(0)))), false],
    'with an exponent of no octets': [spki(der(0x30, integer(n), der(2))), false],
    'with an exponent above the modulus': [
      spki(der(0x30, integer(n), integer(Uint8Array.of(...n, 1)))),
      false,
    ],
    'with unused bits': [der(0x30, der(0x30, RSA_ENCRYPTION, NULL), der(3, Uint8Array.of(1), key)), false],
    'with a modulus of zero': [spki(der(0x30, der(2, Uint8Array.of(0)), integer(e))), false],
    'for PSS alone': [spki(key, [RSASSA_PSS]), false],
    'of nothing': [spki(new Uint8Array()), false],
  };
  for (const [what, [publicKey, taken]] of Object.entries(cases))
    t.same(await answersOf({ ...right, publicKey }), alike(taken), what);
  // OpenSSL reads as far as it needs; whoever reads a certificate refuses these before.
  for (const publicKey of [spki(Uint8Array.of(...key, 0)), Uint8Array.of(...spki(key), 0)]) {
    const refused = { node: true, browser: false, plainHttp: false };
    t.same(await answersOf({ ...right, publicKey }), refused, 'something behind');
  }
});

t.test('a key that is bound to PSS parameters is used with these alone', async (t) => {
  const pair = rsaOf(1024);
  const key = der(0x30, integer(numberOctets(modulusOf(pair))), integer(Uint8Array.of(1, 0, 1)));
  const hash = (digest: DigestAlgorithm, tail: Uint8Array = NULL) => der(0x30, oidOf(digest), tail);
  const mgf = (content: Uint8Array, oid = '2a864886f70d010108') =>
    der(0xa1, der(0x30, der(6, fromHex(oid)), content));
  const salt = (octetsOfSalt: Uint8Array) => der(0xa2, der(2, octetsOfSalt));
  const trailer = (value: number) => der(0xa3, der(2, Uint8Array.of(value)));
  const sha256 = der(0xa0, hash('sha256'));
  const parameters: Readonly<Record<string, Uint8Array>> = {
    'the defaults': der(0x30),
    'SHA-256': der(0x30, sha256, mgf(hash('sha256')), salt(Uint8Array.of(32))),
    'SHA-256 without NULL': der(
      0x30,
      der(0xa0, hash('sha256', new Uint8Array())),
      mgf(hash('sha256', new Uint8Array())),
    ),
    'SHA3-256': der(0x30, der(0xa0, hash('sha3-256')), mgf(hash('sha3-256')), salt(Uint8Array.of(20))),
    'SHA-256, its mask by SHA-1': der(0x30, sha256),
    'its mask alone by SHA-256': der(0x30, mgf(hash('sha256'))),
    'trailer 1': der(0x30, sha256, mgf(hash('sha256')), trailer(1)),
    'a salt of 33': der(0x30, sha256, mgf(hash('sha256')), salt(Uint8Array.of(33))),
    'a salt of 0': der(0x30, sha256, mgf(hash('sha256')), salt(Uint8Array.of(0))),
    'a salt below 0': der(0x30, sha256, mgf(hash('sha256')), salt(Uint8Array.of(0xff))),
    'a salt of no octets': der(0x30, sha256, mgf(hash('sha256')), salt(new Uint8Array())),
    'another mask': der(0x30, sha256, mgf(hash('sha256'), '2a864886f70d010109')),
    'a mask of nothing': der(0x30, sha256, mgf(new Uint8Array())),
    'a digest that nobody knows': der(0x30, der(0xa0, der(0x30, fromHex('06032a0304'), NULL))),
    'in another order': der(0x30, mgf(hash('sha256')), sha256),
    'a field twice': der(0x30, sha256, sha256, mgf(hash('sha256'))),
    'a field that there is not': der(0x30, sha256, mgf(hash('sha256')), der(0xa4, NULL)),
    'something behind': Uint8Array.of(...der(0x30, sha256, mgf(hash('sha256'))), 5, 0),
    'something within': der(0x30, der(0xa0, hash('sha256'), NULL), mgf(hash('sha256'))),
    'not a sequence': der(4, new Uint8Array()),
    none: NULL,
  };
  let taken = 0;
  for (const [what, bound] of Object.entries(parameters)) {
    const publicKey = spki(key, [RSASSA_PSS, bound]);
    for (const digest of ['sha1', 'sha256', 'sha3-256'] as const) {
      for (const saltLength of [0, 20, 32]) {
        const check = { ...signedBy(pair, pss(digest, saltLength), { ...PSS, saltLength }), publicKey };
        const answers = await answersOf(check);
        t.same(answers, alike(answers.node), `${what}: ${digest}, ${saltLength}`);
        if (answers.node === true) taken += 1;
        t.same(await answersOf({ ...check, message: flipped(MESSAGE, 1) }), alike(false));
      }
    }
  }
  t.ok(taken >= 10, `${taken}`);
  // OpenSSL does not look at the trailer; RFC 4055, 3.1, has no other than 1.
  const publicKey = spki(key, [RSASSA_PSS, der(0x30, sha256, mgf(hash('sha256')), trailer(2))]);
  const check = { ...signedBy(pair, pss('sha256', 32), { ...PSS, saltLength: 32 }), publicKey };
  t.same(await answersOf(check), { node: true, browser: false, plainHttp: false }, 'trailer 2');
});
