import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import t from 'tap';
import { createContainerLock } from '../../certs-dev/container-lock.ts';
import { encodePkcs12 } from '../../certs-dev/pkcs12.ts';
import { encodeInteger, encodeOid } from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import type { RawSigner, SignatureAlgorithm, SignerBackend } from '../../src/sign/ports.ts';
import type { SignerEnvironment, SignerWarning } from '../../src/signers/open-signer.ts';
import { authority, issue, KEY_KINDS, type KeyKind, pem, type TestIdentity } from '../cms/identities.ts';
import { failureOf, isRight, openRaw, testRawSigner, toBeSigned } from '../signer-contract.ts';
import { run, toolMissing } from '../tools.ts';

const { randomBytes } = nodePlatform;
const PASSPHRASE = 'kata-sandi-uji-4711';
const QUICK_ITERATIONS = 2_048;
const never = new AbortController().signal;

const EXPECTED: Readonly<Record<KeyKind, readonly SignatureAlgorithm[]>> = {
  rsa: [
    'rsa-pkcs1-sha256',
    'rsa-pkcs1-sha384',
    'rsa-pkcs1-sha512',
    'rsa-pss-sha256',
    'rsa-pss-sha384',
    'rsa-pss-sha512',
  ],
  'rsa-pss': ['rsa-pss-sha384'],
  p256: ['ecdsa-p256-sha256'],
  p384: ['ecdsa-p384-sha384'],
  p521: ['ecdsa-p521-sha512'],
  ed25519: ['ed25519'],
};

const folder = await mkdtemp(join(tmpdir(), 'teken-pkcs12-'));
t.teardown(() => rm(folder, { recursive: true }));

let files = 0;

async function fileOf(content: Uint8Array | string): Promise<string> {
  files += 1;
  const path = join(folder, `file-${files}`);
  await writeFile(path, content);
  return path;
}

interface ContainerOptions {
  readonly passphrase?: string;
  readonly iterations?: number;
  readonly chain?: readonly Uint8Array[];
}

function containerOf(signer: TestIdentity, options: ContainerOptions = {}): Uint8Array {
  const { passphrase = PASSPHRASE, iterations = QUICK_ITERATIONS } = options;
  const { chain = [signer.certificate, authority.certificate] } = options;
  const content = { privateKey: signer.privateKey, chain, friendlyName: 'uji' };
  return encodePkcs12(content, createContainerLock(passphrase, randomBytes, iterations), randomBytes);
}

function environment(change: Partial<SignerEnvironment> = {}): SignerEnvironment {
  return { production: false, platform: nodePlatform, ...change };
}

async function open(
  container: Uint8Array,
  passphrase: string | null,
  change: Partial<SignerEnvironment> = {},
): Promise<SignerBackend<RawSigner>> {
  const query = passphrase === null ? '' : `?passphrase-file=${await fileOf(passphrase)}`;
  return openRaw(`pkcs12:${await fileOf(container)}${query}`, environment(change));
}

function activation(passphrase = PASSPHRASE) {
  return { kind: 'passphrase', passphrase: new TextEncoder().encode(passphrase) } as const;
}

t.test('opened with its passphrase file', async (t) => {
  for (const kind of KEY_KINDS) {
    const container = containerOf(issue(kind));
    await t.test(kind, (t) =>
      testRawSigner(t, {
        open: () => open(container, `${PASSPHRASE}\n`),
        signerId: null,
        expectedAlgorithms: EXPECTED[kind],
        activation: () => ({ kind: 'none' }),
        wrongActivation: null,
        mostWaiting: 256,
      }),
    );
  }
});

t.test('opened without a passphrase, which comes with each signature', async (t) => {
  for (const kind of ['rsa', 'p256'] as const) {
    const container = containerOf(issue(kind));
    await t.test(kind, (t) =>
      testRawSigner(t, {
        open: () => open(container, null),
        signerId: null,
        expectedAlgorithms: EXPECTED[kind],
        activation,
        wrongActivation: () => activation('kata-sandi-yang-salah'),
        mostWaiting: 256,
      }),
    );
  }
});

t.test('the chain is ordered, leaf first, without its anchor and without strangers', async (t) => {
  const signer = issue('p256');
  const stranger = issue('p256').certificate;
  for (const chain of [
    [signer.certificate, authority.certificate, stranger],
    [signer.certificate, stranger],
  ]) {
    for (const passphrase of [null, PASSPHRASE]) {
      const backend = await open(containerOf(signer, { chain }), passphrase);
      const { chain: ordered } = await backend.signerFor(null);
      t.same(ordered, [signer.certificate]);
    }
  }
});

t.test('one wrong passphrase in 256 that fits the padding is refused like the others', async (t) => {
  const signer = await (await open(containerOf(issue('p256')), null)).signerFor(null);
  const item = toBeSigned('ecdsa-p256-sha256');
  const codes = new Set<string>();
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const failure = await failureOf(
      signer.sign('ecdsa-p256-sha256', [item], activation(`salah ${attempt}`), never),
    );
    codes.add(failure.code);
  }
  t.same(codes, new Set(['signer-auth-failed']));
});

t.test('a passphrase beyond ASCII opens in both ways', async (t) => {
  const passphrase = 'kunci rahasia – ꦧꦱ Jawa ✓';
  const container = containerOf(issue('p256'), { passphrase });
  for (const file of [null, `${passphrase}\r\n`]) {
    const signer = await (await open(container, file)).signerFor(null);
    const item = toBeSigned('ecdsa-p256-sha256');
    const [value] = await signer.sign('ecdsa-p256-sha256', [item], activation(passphrase), never);
    t.ok(isRight(signer, 'ecdsa-p256-sha256', item, value));
  }
});

t.test('refused when it is opened', async (t) => {
  const container = containerOf(issue('p256'));
  const other = issue('p256');
  const mismatched = containerOf({ ...other, certificate: issue('p256').certificate });
  const rsa1024 = containerOf(issue('rsa-1024'));
  const p224 = containerOf(issue('p224'));
  const rows: readonly (readonly [string, Uint8Array, string | null, string, object?])[] = [
    ['a wrong passphrase', container, 'salah', 'pkcs12-wrong-password', {}],
    [
      'what is no container',
      new TextEncoder().encode('bukan PKCS#12'),
      null,
      'pkcs12-unsupported',
      { part: 'container' },
    ],
    [
      'a truncated container',
      container.subarray(0, -20),
      PASSPHRASE,
      'pkcs12-unsupported',
      { part: 'container' },
    ],
    ['a huge file', new Uint8Array(2 ** 20 + 1), null, 'pkcs12-unsupported', { part: 'size' }],
    [
      'a MAC of another kind (PBMAC1)',
      withOtherMac(container),
      PASSPHRASE,
      'pkcs12-unsupported',
      { part: 'mac' },
    ],
    ['a changed certificate', withChangedCertificate(container), PASSPHRASE, 'pkcs12-wrong-password', {}],
    ['a certificate of another key', mismatched, PASSPHRASE, 'signer-certificate-unusable'],
    ['RSA below 2048 bits', rsa1024, PASSPHRASE, 'signer-certificate-unusable'],
    ['RSA below 2048 bits, locked', rsa1024, null, 'signer-certificate-unusable'],
    ['a curve that is not signed with', p224, null, 'signer-certificate-unusable'],
  ];
  for (const [name, bytes, passphrase, code, values] of rows) {
    const failure = await failureOf(open(bytes, passphrase));
    t.equal(failure.code, code, name);
    if (values !== undefined) t.same(failure.values, values, name);
    t.notOk(inspect(failure, { depth: 9 }).includes(PASSPHRASE), `${name}: no secret`);
  }
  const locked = await (await open(mismatched, null)).signerFor(null);
  const item = toBeSigned('ecdsa-p256-sha256');
  const failure = await failureOf(locked.sign('ecdsa-p256-sha256', [item], activation(), never));
  t.equal(
    failure.code,
    'signer-auth-failed',
    'locked, a certificate of another key shows at the first signature',
  );
});

t.test('weak protection is refused in production, with what is required and the cure', async (t) => {
  const signer = issue('p256');
  const strong = containerOf(signer, { iterations: 600_000 });
  const rows: readonly (readonly [string, Uint8Array, string])[] = [
    ['few iterations for the key', withIterations(strong, 'first', 599_999), 'aes-256-cbc'],
    ['few iterations for the MAC', withIterations(strong, 'last', 65_536), 'mac-sha256'],
  ];
  for (const [name, container, encryption] of rows) {
    const failure = await failureOf(open(container, null, { production: true }));
    t.equal(failure.code, 'pkcs12-weak-protection', name);
    t.match(failure.values, { encryption, required: /600000/, cure: /-iter 600000/ });
    const warnings: SignerWarning[] = [];
    await open(container, null, { warn: (warning) => warnings.push(warning) });
    t.match(
      warnings,
      [{ code: 'pkcs12-weak-protection', values: { encryption } }],
      `${name}: warned elsewhere`,
    );
  }

  await t.test('strong protection opens in production, and nothing is warned about', async (t) => {
    const warn = (warning: SignerWarning) => t.fail(`warned about ${warning.code}`);
    const backend = await open(strong, null, { production: true, warn });
    const locked = await backend.signerFor(null);
    const item = toBeSigned('ecdsa-p256-sha256');
    const [value] = await locked.sign('ecdsa-p256-sha256', [item], activation(), never);
    t.ok(isRight(locked, 'ecdsa-p256-sha256', item, value));
  });
});

t.test('containers of OpenSSL', { skip: toolMissing('openssl') }, async (t) => {
  const exported = async (signer: TestIdentity, ...options: string[]): Promise<Uint8Array> => {
    const key = await fileOf(
      signer.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() + pem(signer.certificate),
    );
    const out = await fileOf('');
    const chain = await fileOf(pem(authority.certificate));
    const made = await run('openssl', [
      ...['pkcs12', '-export', '-in', key, '-certfile', chain, '-out', out],
      ...['-passout', `pass:${PASSPHRASE}`, ...options],
    ]);
    t.equal(made.code, 0, made.stderr);
    return readFile(out);
  };

  await t.test('open with the passphrase file, the certificates encrypted too', async (t) => {
    for (const kind of ['rsa', 'p256', 'ed25519'] as const) {
      const signer = await (await open(await exported(issue(kind)), PASSPHRASE)).signerFor(null);
      const algorithm = signer.algorithms[0] ?? 'ed25519';
      const item = toBeSigned(algorithm);
      const [value] = await signer.sign(algorithm, [item], { kind: 'none' }, never);
      t.ok(isRight(signer, algorithm, item, value), kind);
    }
  });

  await t.test('made by the cure that is named, open in production', async (t) => {
    const container = await exported(
      issue('p256'),
      ...['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'SHA256', '-iter', '600000'],
    );
    const backend = await open(container, PASSPHRASE, { production: true });
    t.equal(await backend.ready(), true);
  });

  await t.test('with encrypted certificates do not open without a passphrase', async (t) => {
    const failure = await failureOf(open(await exported(issue('p256')), null));
    t.equal(failure.code, 'pkcs12-unsupported');
    t.same(failure.values, { part: 'certificates-encrypted' });
  });

  await t.test('of the old kind open in development only', async (t) => {
    for (const [options, encryption] of [
      [['-legacy'], /RC2|3DES|TripleDES/],
      [['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES'], /TripleDES/],
    ] as const) {
      const container = await exported(issue('rsa'), ...options);
      const warnings: SignerWarning[] = [];
      const backend = await open(container, PASSPHRASE, { warn: (warning) => warnings.push(warning) });
      const signer = await backend.signerFor(null);
      const item = toBeSigned('rsa-pkcs1-sha256');
      const [value] = await signer.sign('rsa-pkcs1-sha256', [item], { kind: 'none' }, never);
      t.ok(isRight(signer, 'rsa-pkcs1-sha256', item, value), options.join(' '));
      t.match(warnings[0]?.values, { encryption });
      const refused = await failureOf(open(container, PASSPHRASE, { production: true }));
      t.equal(refused.code, 'pkcs12-weak-protection');
      t.equal((await failureOf(open(container, 'salah'))).code, 'pkcs12-wrong-password');
    }
  });

  await t.test('without a MAC do not open', async (t) => {
    const failure = await failureOf(open(await exported(issue('p256'), '-nomac'), PASSPHRASE));
    t.same([failure.code, failure.values], ['pkcs12-unsupported', { part: 'mac' }]);
  });

  await t.test('without encryption do not open', async (t) => {
    const plain = await exported(issue('p256'), '-keypbe', 'NONE', '-certpbe', 'NONE');
    const failure = await failureOf(open(plain, PASSPHRASE));
    t.same([failure.code, failure.values], ['pkcs12-unsupported', { part: 'key-unencrypted' }]);
  });

  await t.test('read the values that our signer makes', async (t) => {
    const identity = issue('rsa');
    const signer = await (await open(containerOf(identity), null)).signerFor(null);
    const item = toBeSigned('rsa-pss-sha256');
    const [value = new Uint8Array()] = await signer.sign('rsa-pss-sha256', [item], activation(), never);
    const verified = await run('openssl', [
      ...['pkeyutl', '-verify', '-certin', '-inkey', await fileOf(pem(identity.certificate))],
      ...['-in', await fileOf(item.digest), '-sigfile', await fileOf(value)],
      ...['-pkeyopt', 'rsa_padding_mode:pss', '-pkeyopt', 'digest:sha256', '-pkeyopt', 'rsa_pss_saltlen:32'],
    ]);
    t.equal(verified.code, 0, verified.stderr + verified.stdout);
  });
});

t.test('the URI', async (t) => {
  const container = await fileOf(containerOf(issue('p256')));
  const rows: readonly (readonly [string, string])[] = [
    ['pkcs99:token=segel', 'unknown scheme'],
    ['/run/secrets/segel.p12', 'not scheme:path?parameters'],
    ['pkcs12:', 'not scheme:path?parameters'],
    [`pkcs12:${container}?passphrase=rahasia-4711`, 'unknown parameter'],
    [`pkcs12:${container}?passphrase-file=a&passphrase-file=b`, 'parameter repeated'],
    ['pkcs12:%zz', 'percent-encoding'],
    ['pkcs12:/tidak/ada.p12', 'file cannot be read'],
    [`pkcs12:${container}?passphrase-file=/tidak/ada`, 'passphrase-file cannot be read'],
  ];
  for (const [uri, reason] of rows) {
    const failure = await failureOf(openRaw(uri, environment()));
    t.equal(failure.code, 'signer-uri-invalid', uri);
    t.same(failure.values, { reason });
    t.notOk(inspect(failure).includes('rahasia-4711'), 'a secret in it is not repeated');
  }

  await t.test('may be relative to a folder, and percent-encoded', async (t) => {
    await writeFile(join(folder, 'kunci saya.p12'), containerOf(issue('p256')));
    const backend = await openRaw('pkcs12:kunci%20saya.p12', environment({ directory: folder }));
    t.equal(await backend.ready(), true);
  });
});

/** The OID of the MAC's digest replaced by one of the same length that is none. */
function withOtherMac(container: Uint8Array): Uint8Array {
  const bytes = Buffer.from(container);
  const at = bytes.lastIndexOf(encodeOid(Oid.sha256));
  bytes[at + encodeOid(Oid.sha256).length - 1] = 0x7f;
  return bytes;
}

/** One bit of the readable part, which only the MAC protects. */
function withChangedCertificate(container: Uint8Array): Uint8Array {
  const bytes = Buffer.from(container);
  const at = bytes.indexOf('CA Uji', 0, 'latin1');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

/** The first count of iterations is the key's, the last one the MAC's. */
function withIterations(container: Uint8Array, which: 'first' | 'last', iterations: number): Uint8Array {
  const bytes = Buffer.from(container);
  const written = encodeInteger(600_000);
  bytes.set(
    encodeInteger(iterations),
    which === 'first' ? bytes.indexOf(written) : bytes.lastIndexOf(written),
  );
  return bytes;
}
