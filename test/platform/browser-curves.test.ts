// ECDSA, EdDSA, DSA and ML-DSA in a browser beside OpenSSL's: the same is right, and the same is wrong.

import { createECDH, createHash, generateKeyPairSync } from 'node:crypto';
import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import t from 'tap';
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

const SIGNING = DIGESTS.filter((digest) => digest !== 'shake256');
const CURVES = [
  'prime192v1',
  'secp224r1',
  'prime256v1',
  'secp384r1',
  'secp521r1',
  'secp256k1',
  ...[224, 256, 320, 384, 512].flatMap((bits) => [`brainpoolP${bits}r1`, `brainpoolP${bits}t1`]),
];
const ecdsa = (digest: DigestAlgorithm) => ({ kind: 'ecdsa', digest }) as const;
const plain = (digest: DigestAlgorithm) => ({ kind: 'ecdsa-plain', digest }) as const;
const P1363 = { dsaEncoding: 'ieee-p1363' } as const;
const integer = (value: bigint): Uint8Array => {
  const digits = fromHex(value.toString(16));
  return der(2, (digits[0] ?? 0) < 0x80 ? digits : Uint8Array.of(0, ...digits));
};
const pairOf = (r: Uint8Array, s: Uint8Array): Uint8Array => der(0x30, r, s);
const dsaValue = (r: bigint, s: bigint): Uint8Array => pairOf(integer(r), integer(s));
const bigIntOf = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString('hex')}`);
const octetsOf = (value: bigint, length: number): Uint8Array =>
  fromHex(value.toString(16).padStart(2 * length, '0'));

interface Numbers {
  readonly r: bigint;
  readonly s: bigint;
}

function numbersIn(signature: Uint8Array): Numbers {
  const start = signature[1] === 0x81 ? 3 : 2;
  const rLength = signature[start + 1] ?? 0;
  const second = start + 2 + rLength;
  return { r: bigIntOf(signature.subarray(start + 2, second)), s: bigIntOf(signature.subarray(second + 2)) };
}

/** Values that are not the one of `numbers` in DER, or not the right numbers. @param n - the order */
function wrongValues({ r, s }: Numbers, n: bigint): Readonly<Record<string, Uint8Array>> {
  const right = dsaValue(r, s);
  const [head = 0, ...rest] = right;
  const padded = (value: bigint): Uint8Array => der(2, Uint8Array.of(0, ...integer(value).subarray(2)));
  return {
    'r = 0': dsaValue(0n, s),
    's = 0': dsaValue(r, 0n),
    'both 0': dsaValue(0n, 0n),
    'r = n': dsaValue(n, s),
    's = n': dsaValue(r, n),
    'r + n': dsaValue(r + n, s),
    's + n': dsaValue(r, s + n),
    'r - 1': dsaValue(r - 1n, s),
    'both exchanged': dsaValue(s, r),
    'r negative': pairOf(der(2, Uint8Array.of(0xff, ...octetsOf(r, 70))), integer(s)),
    'r with a zero too many': pairOf(padded(r), integer(s)),
    's with a zero too many': pairOf(integer(r), padded(s)),
    'a long length': Uint8Array.of(head, 0x82, 0, ...rest.slice(rest[0] === 0x81 ? 1 : 0)),
    'an endless length': Uint8Array.of(head, 0x80, ...integer(r), ...integer(s), 0, 0),
    'something behind': Uint8Array.of(...right, 0),
    'something within': der(0x30, integer(r), integer(s), Uint8Array.of(5, 0)),
    'r alone': der(0x30, integer(r)),
    'an octet less': right.subarray(0, -1),
    'of nothing': new Uint8Array(),
    'an empty sequence': der(0x30),
    'empty numbers': pairOf(der(2), der(2)),
    'both side by side': Uint8Array.of(...octetsOf(r, 66), ...octetsOf(s, 66)),
    'a set': Uint8Array.of(0x31, ...rest),
  };
}

/** The order of a curve, as its own private keys tell: the largest one less than it is taken. */
function orderOf(namedCurve: string): bigint {
  const half = new Uint8Array(createECDH(namedCurve).generateKeys()).length;
  const taken = (key: bigint): boolean => {
    try {
      createECDH(namedCurve).setPrivateKey(octetsOf(key, half));
      return true;
    } catch {
      return false;
    }
  };
  let order = 0n;
  for (let bit = 1n << BigInt(8 * half); bit > 0n; bit >>= 1n) if (taken(order + bit)) order += bit;
  return order + 1n;
}

t.test('every curve is right with every digest, and no other value is', async (t) => {
  for (const namedCurve of CURVES) {
    const pair = generateKeyPairSync('ec', { namedCurve });
    const n = orderOf(namedCurve);
    const half = Math.ceil(n.toString(2).length / 8);
    for (const digest of SIGNING) {
      const what = `${namedCurve} ${digest}`;
      const check = signedBy(pair, ecdsa(digest));
      t.same(await answersOf(check), alike(true), what);
      t.same(
        await answersOf({ ...check, message: flipped(MESSAGE, 2) }),
        alike(false),
        `${what}: another message`,
      );
      const { r, s } = numbersIn(check.signature);
      t.same(
        await answersOf({ ...check, signature: dsaValue(r, n - s) }),
        alike(true),
        `${what}: the other s`,
      );
      const sideBySide = signedBy(pair, plain(digest), P1363);
      t.same(await answersOf(sideBySide), alike(true), `${what}, plain`);
      t.equal(sideBySide.signature.length, 2 * half);
      if (digest !== 'sha256' && digest !== 'sha3-256') continue;
      for (const [how, signature] of Object.entries(wrongValues({ r, s }, n)))
        t.same(await answersOf({ ...check, signature }), alike(false), `${what}: ${how}`);
      const { signature } = sideBySide;
      const wrongPlain = {
        'r = 0': Uint8Array.of(...new Uint8Array(half), ...signature.subarray(half)),
        's = 0': Uint8Array.of(...signature.subarray(0, half), ...new Uint8Array(half)),
        's = n': Uint8Array.of(...signature.subarray(0, half), ...octetsOf(n, half)),
        flipped: flipped(signature, half + 1),
        'an octet less': signature.subarray(1),
        'an octet more': Uint8Array.of(...signature, 0),
        'octets in front of each': Uint8Array.of(
          0,
          ...signature.subarray(0, half),
          0,
          ...signature.subarray(half),
        ),
        'in DER': check.signature,
        'of nothing': new Uint8Array(),
      };
      for (const [how, value] of Object.entries(wrongPlain))
        t.same(await answersOf({ ...sideBySide, signature: value }), alike(false), `${what}, plain: ${how}`);
    }
    t.same(
      await answersOf({ ...signedBy(pair, ecdsa('sha256')), scheme: ecdsa('shake256') }),
      alike(false),
      `${namedCurve} with a digest of no length`,
    );
  }
});

const EC_PUBLIC_KEY = fromHex('06072a8648ce3d0201');

function ecSpki(curve: Uint8Array, point: Uint8Array): Uint8Array {
  return der(0x30, der(0x30, EC_PUBLIC_KEY, curve), der(3, Uint8Array.of(0), point));
}

t.test('a point is read in every form, and none that is not on the curve', async (t) => {
  for (const namedCurve of CURVES) {
    const pair = generateKeyPairSync('ec', { namedCurve });
    const check = signedBy(pair, ecdsa('sha3-256'));
    const spki = spkiOf(pair);
    // Behind the identifier of all elliptic keys stands that of the curve.
    const at = Buffer.from(spki).indexOf(EC_PUBLIC_KEY) + EC_PUBLIC_KEY.length;
    const curve = spki.subarray(at, at + 2 + (spki[at + 1] ?? 0));
    const exchange = createECDH(namedCurve);
    exchange.setPrivateKey(privateOctets(pair));
    const whole = new Uint8Array(exchange.getPublicKey(null, 'uncompressed'));
    const compressed = new Uint8Array(exchange.getPublicKey(null, 'compressed'));
    const hybrid = new Uint8Array(exchange.getPublicKey(null, 'hybrid'));
    const cases: Readonly<Record<string, readonly [Uint8Array, boolean]>> = {
      whole: [whole, true],
      compressed: [compressed, true],
      hybrid: [hybrid, true],
      'the other compressed one': [flipped(compressed, 0), false],
      'a hybrid that contradicts itself': [flipped(hybrid, 0), false],
      'not on the curve': [flipped(whole, whole.length - 1), false],
      'not on the curve, hybrid': [flipped(hybrid, hybrid.length - 1, 2), false],
      infinity: [Uint8Array.of(0), false],
      'an octet less': [whole.subarray(0, -1), false],
      'an octet more': [Uint8Array.of(...whole, 0), false],
      'of an unknown form': [Uint8Array.of(5, ...whole.subarray(1)), false],
      'a coordinate above the field': [
        Uint8Array.of(
          4,
          ...new Uint8Array(whole.length >> 1).fill(0xff),
          ...whole.subarray(1 + (whole.length >> 1)),
        ),
        false,
      ],
      'of nothing': [new Uint8Array(), false],
    };
    for (const [what, [point, taken]] of Object.entries(cases)) {
      const answers = await answersOf({ ...check, publicKey: ecSpki(curve, point) });
      t.same(answers, alike(taken), `${namedCurve}: ${what}`);
      const sha256 = { ...signedBy(pair, ecdsa('sha256')), publicKey: ecSpki(curve, point) };
      t.same(await answersOf(sha256), alike(taken), `${namedCurve}, SHA-256: ${what}`);
    }
  }
});

function privateOctets({ privateKey }: Keys): Buffer {
  // ECPrivateKey: SEQUENCE { 1, OCTET STRING, … }
  const sec1 = privateKey.export({ format: 'der', type: 'sec1' });
  const start = sec1[1] === 0x81 ? 3 : 2;
  return sec1.subarray(start + 5, start + 5 + (sec1[start + 4] ?? 0));
}

function parametersOf(spki: Uint8Array): bigint[] {
  const numbers: bigint[] = [];
  // p, q and g stand behind the identifier, each an INTEGER of at most 65 535 octets; y is wrapped once more.
  let at = Buffer.from(spki).indexOf(DSA) + DSA.length;
  const lengthAt = (place: number): readonly [start: number, length: number] => {
    const first = spki[place + 1] ?? 0;
    const count = first < 0x80 ? 0 : first & 0x7f;
    const length = count === 0 ? first : Number(bigIntOf(spki.subarray(place + 2, place + 2 + count)));
    return [place + 2 + count, length];
  };
  at = lengthAt(at)[0];
  while (numbers.length < 4 && at < spki.length) {
    const [start, length] = lengthAt(at);
    if (spki[at] === 3) {
      at = start + 1;
      continue;
    }
    numbers.push(bigIntOf(spki.subarray(start, start + length)));
    at = start + length;
  }
  return numbers;
}

const DSA = fromHex('06072a8648ce380401');
const dsa = (digest: DigestAlgorithm) => ({ kind: 'dsa', digest }) as const;

function dsaSpki(parameters: Uint8Array | null, y: Uint8Array): Uint8Array {
  const algorithm = parameters === null ? der(0x30, DSA) : der(0x30, DSA, parameters);
  return der(0x30, algorithm, der(3, Uint8Array.of(0), y));
}

t.test('DSA is right with the digests and orders that OpenSSL takes', async (t) => {
  for (const [modulusLength, divisorLength] of [
    [1024, 160],
    [2048, 224],
    [2048, 256],
  ] as const) {
    const pair = generateKeyPairSync('dsa', { modulusLength, divisorLength });
    const [p = 0n, q = 0n, g = 0n, y = 0n] = parametersOf(spkiOf(pair));
    for (const digest of SIGNING.filter((each) => each !== 'md5' && each !== 'ripemd160')) {
      const check = signedBy(pair, dsa(digest));
      const what = `${modulusLength}, ${divisorLength}, ${digest}`;
      t.same(await answersOf(check), alike(true), what);
      t.same(
        await answersOf({ ...check, message: flipped(MESSAGE, 5) }),
        alike(false),
        `${what}: another message`,
      );
      for (const [how, signature] of Object.entries(wrongValues(numbersIn(check.signature), q)))
        t.same(await answersOf({ ...check, signature }), alike(false), `${what}: ${how}`);
    }
    const right = signedBy(pair, dsa('sha256'));
    for (const digest of ['md5', 'ripemd160', 'shake256'] as const)
      t.same(await answersOf({ ...right, scheme: dsa(digest) }), alike(false), digest);
    const parameters = (...numbers: readonly bigint[]): Uint8Array => der(0x30, ...numbers.map(integer));
    const keys: Readonly<Record<string, readonly [Uint8Array, boolean]>> = {
      'as it should be': [dsaSpki(parameters(p, q, g), integer(y)), true],
      'without parameters': [dsaSpki(null, integer(y)), false],
      'with NULL for parameters': [dsaSpki(Uint8Array.of(5, 0), integer(y)), false],
      'without g': [dsaSpki(parameters(p, q), integer(y)), false],
      'with a number too many': [dsaSpki(parameters(p, q, g, g), integer(y)), false],
      'with an even modulus': [dsaSpki(parameters(p + 1n, q, g), integer(y)), false],
      'with an order of another size': [dsaSpki(parameters(p, q >> 1n, g), integer(y)), false],
      'with a modulus of 10 001 bits': [dsaSpki(parameters((1n << 10_000n) + 1n, q, g), integer(y)), false],
      'with another y': [dsaSpki(parameters(p, q, g), integer(y + 1n)), false],
      'with a y of zero': [dsaSpki(parameters(p, q, g), integer(0n)), false],
      'with a g of zero': [dsaSpki(parameters(p, q, 0n), integer(y)), false],
      'with a g of one': [dsaSpki(parameters(p, q, 1n), integer(1n)), false],
      'with a y that is none': [dsaSpki(parameters(p, q, g), der(4, fromHex('01'))), false],
    };
    for (const [what, [publicKey, taken]] of Object.entries(keys))
      t.same(
        await answersOf({ ...right, publicKey }),
        alike(taken),
        `${modulusLength}, ${divisorLength}: ${what}`,
      );
  }
});

t.test('a DSA key by which r = 1 is always right is held as OpenSSL holds it', async (t) => {
  // With g = y = 1, v is 1 whatever was signed; the key proves nothing, and says so alike.
  const pair = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
  const [p = 0n, q = 0n] = parametersOf(spkiOf(pair));
  const publicKey = dsaSpki(der(0x30, integer(p), integer(q), integer(1n)), integer(1n));
  const check = { publicKey, scheme: dsa('sha256'), message: MESSAGE, signature: dsaValue(1n, 7n) };
  const answers = await answersOf(check);
  t.same(answers, alike(answers.node));
});

const EDWARDS = {
  ed25519: { curve: ed25519, oid: '06032b6570', half: 32 },
  ed448: { curve: ed448, oid: '06032b6571', half: 57 },
} as const;
type Edwards = keyof typeof EDWARDS;

const littleEndian = (value: bigint, length: number): Uint8Array => octetsOf(value, length).toReversed();
const fromLittleEndian = (octets: Uint8Array): bigint => bigIntOf(octets.toReversed());

function edwardsSpki(kind: Edwards, key: Uint8Array, parameters: Uint8Array = new Uint8Array()): Uint8Array {
  return der(0x30, der(0x30, fromHex(EDWARDS[kind].oid), parameters), der(3, Uint8Array.of(0), key));
}

t.test('EdDSA is right on both curves, and no other value is', async (t) => {
  for (const kind of ['ed25519', 'ed448'] as const) {
    const { curve, half } = EDWARDS[kind];
    const pair = kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448');
    const check = signedBy(pair, { kind });
    const key = spkiOf(pair).subarray(-half);
    t.same(await answersOf(check), alike(true), kind);
    const { signature } = check;
    const [r, s] = [signature.subarray(0, half), fromLittleEndian(signature.subarray(half))];
    const order = curve.Point.Fn.ORDER;
    const wrong: Readonly<Record<string, Partial<SignatureCheck>>> = {
      'another message': { message: flipped(MESSAGE, 0) },
      'no message': { message: new Uint8Array() },
      'another R': { signature: flipped(signature, 3) },
      'another S': { signature: flipped(signature, half + 3) },
      'S + L': { signature: Uint8Array.of(...r, ...littleEndian(s + order, half)) },
      'S = L': { signature: Uint8Array.of(...r, ...littleEndian(order, half)) },
      'S = 0': { signature: Uint8Array.of(...r, ...new Uint8Array(half)) },
      'the sign of R': { signature: flipped(signature, half - 1, 0x80) },
      'the top bit of S': { signature: flipped(signature, 2 * half - 1, 0x80) },
      'an octet less': { signature: signature.subarray(0, -1) },
      'an octet more': { signature: Uint8Array.of(...signature, 0) },
      nothing: { signature: new Uint8Array() },
      zeros: { signature: new Uint8Array(2 * half) },
      ones: { signature: new Uint8Array(2 * half).fill(0xff) },
      'the sign of the key': { publicKey: edwardsSpki(kind, flipped(key, half - 1, 0x80)) },
      'a key that is no point': { publicKey: edwardsSpki(kind, new Uint8Array(half).fill(0x55)) },
      'a key with an octet less': { publicKey: edwardsSpki(kind, key.subarray(1)) },
      'a key with an octet more': { publicKey: edwardsSpki(kind, Uint8Array.of(...key, 0)) },
      'a key with parameters': { publicKey: edwardsSpki(kind, key, Uint8Array.of(5, 0)) },
      'a key of the other curve': { scheme: { kind: kind === 'ed448' ? 'ed25519' : 'ed448' } },
    };
    for (const [what, change] of Object.entries(wrong))
      t.same(await answersOf({ ...check, ...change }), alike(false), `${kind}: ${what}`);
  }
});

t.test('what only a signer could have crafted has the answer of OpenSSL', async (t) => {
  for (const kind of ['ed25519', 'ed448'] as const) {
    const { curve, half } = EDWARDS[kind];
    const { Point } = curve;
    const order = Point.Fn.ORDER;
    let crafted = 0;
    for (const [name, y] of smallOrderPoints(kind)) {
      for (const sign of [0, 0x80]) {
        const key = flipped(littleEndian(y, half), half - 1, sign);
        for (let i = 0; i < 12; i += 1) {
          const message = Uint8Array.of(...MESSAGE, i);
          const signature = Uint8Array.of(...Point.BASE.multiply(5n).toBytes(), ...littleEndian(5n, half));
          const answers = await answersOf({
            publicKey: edwardsSpki(kind, key),
            scheme: { kind },
            message,
            signature,
          });
          t.same(answers, alike(false), `${kind}: a key that is ${name}`);
        }
      }
    }
    // A part of small order in the key, in R, or in both.
    const torsion = Point.fromBytes(littleEndian(Point.Fp.ORDER - 1n, half));
    for (const [inKey, inR] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      for (let i = 0; i < 16; i += 1) {
        const [a, r] = [1_234_567n + BigInt(i), 7_654_321n];
        const key = withPart(Point.BASE.multiply(a), torsion, inKey).toBytes();
        const point = withPart(Point.BASE.multiply(r), torsion, inR).toBytes();
        const k = challenge(kind, point, key) % order;
        const signature = Uint8Array.of(...point, ...littleEndian((r + k * a) % order, half));
        const check = { publicKey: edwardsSpki(kind, key), scheme: { kind }, message: MESSAGE, signature };
        const answers = await answersOf(check);
        t.same(answers, alike(answers.node), `${kind}: a part in the key ${inKey}, in R ${inR}`);
        if (answers.node === true) crafted += 1;
      }
    }
    t.ok(crafted >= 16, `${crafted}`);
  }
});

function withPart<P extends { add(other: P): P }>(point: P, part: P, wanted: boolean): P {
  return wanted ? point.add(part) : point;
}

/** What R, the key and the message hash to (RFC 8032, 5.1.7 and 5.2.7). */
function challenge(kind: Edwards, r: Uint8Array, key: Uint8Array): bigint {
  if (kind === 'ed25519')
    return fromLittleEndian(createHash('sha512').update(r).update(key).update(MESSAGE).digest());
  const hash = createHash('shake256', { outputLength: 114 });
  return fromLittleEndian(
    hash.update('SigEd448').update(Uint8Array.of(0, 0)).update(r).update(key).update(MESSAGE).digest(),
  );
}

/** y of points whose order divides the cofactor, also where it is written above the field. */
function smallOrderPoints(kind: Edwards): readonly (readonly [string, bigint])[] {
  const p = EDWARDS[kind].curve.Point.Fp.ORDER;
  return [
    ['identity', 1n],
    ['identity, above the field', p + 1n],
    ['of order two', p - 1n],
    ['of order four', 0n],
    ['of order four, above the field', p],
  ];
}

t.test('ML-DSA is right with each set of parameters, and no other value is', async (t) => {
  for (const kind of ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const) {
    const pair = mlDsaPair(kind);
    const check = signedBy(pair, { kind });
    t.same(await answersOf(check), alike(true), kind);
    const { signature, publicKey } = check;
    const last = signature.length - 1;
    const raw = publicKey.subarray(22);
    const oid = publicKey.subarray(6, 17);
    const spki = (key: Uint8Array, ...parameters: readonly Uint8Array[]) =>
      der(0x30, der(0x30, oid, ...parameters), der(3, Uint8Array.of(0), key));
    t.same(spki(raw), publicKey);
    const wrong: Readonly<Record<string, Partial<SignatureCheck>>> = {
      'another message': { message: flipped(MESSAGE, 0) },
      'the challenge': { signature: flipped(signature, 0) },
      'the response': { signature: flipped(signature, 500) },
      'a response above its bound': {
        signature: signature.map((octet, at) => (at > 64 && at < 90 ? 0xff : octet)),
      },
      'the hint': { signature: flipped(signature, last) },
      'a hint of too many': { signature: flipped(signature, last, 0x80) },
      'an octet less': { signature: signature.subarray(0, last) },
      'an octet more': { signature: Uint8Array.of(...signature, 0) },
      nothing: { signature: new Uint8Array() },
      'another key': { publicKey: spkiOf(mlDsaPair(kind)) },
      'another key, a bit': { publicKey: spki(flipped(raw, 40)) },
      'a key with an octet less': { publicKey: spki(raw.subarray(1)) },
      'a key with an octet more': { publicKey: spki(Uint8Array.of(...raw, 0)) },
      'a key with parameters': { publicKey: spki(raw, Uint8Array.of(5, 0)) },
      'another set': { scheme: { kind: kind === 'ml-dsa-44' ? 'ml-dsa-65' : 'ml-dsa-44' } },
    };
    for (const [what, change] of Object.entries(wrong))
      t.same(await answersOf({ ...check, ...change }), alike(false), `${kind}: ${what}`);
  }
});

function mlDsaPair(kind: 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87'): Keys {
  if (kind === 'ml-dsa-44') return generateKeyPairSync('ml-dsa-44');
  return kind === 'ml-dsa-65' ? generateKeyPairSync('ml-dsa-65') : generateKeyPairSync('ml-dsa-87');
}
