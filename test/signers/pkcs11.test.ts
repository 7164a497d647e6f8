import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import t from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import type { Activation, RawSigner, SignatureAlgorithm, SignerBackend } from '../../src/sign/ports.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import { minimalPdf } from '../cli/minimal-pdf.ts';
import { authority, issue, pem } from '../cms/identities.ts';
import { faultyToken, makeSoftToken, TOKEN, tokenContent } from '../doubles/soft-token.ts';
import { plainRequest, signingContext } from '../sign/development-signer.ts';
import { failureOf, isRight, openRaw, testRawSigner, toBeSigned } from '../signer-contract.ts';
import { tokenMissing, toolMissing } from '../tools.ts';

const skip = tokenMissing() || toolMissing('cc');
const never = new AbortController().signal;

const people = { rsa: issue('rsa'), p256: issue('p256'), p384: issue('p384'), other: issue('rsa') };
const letter = new TextEncoder().encode(minimalPdf());
const authorityDer = Buffer.from(authority.certificate).toString('base64');

const token = skip
  ? null
  : await makeSoftToken(t, [
      tokenContent('rsa', '01', people.rsa),
      tokenContent('p256', '02', people.p256),
      tokenContent('p384', '03', people.p384),
      tokenContent('again', '04', people.p256, { alwaysAuthenticate: true }),
      // Neither identifier nor label of the certificate is the key's.
      tokenContent('renamed', '05', people.p384, { certificateLabel: 'Sertifikat', certificateId: '99' }),
      tokenContent('misfit', '06', { ...people.other, certificate: issue('rsa').certificate }),
      tokenContent('twice', '07', people.rsa),
      tokenContent('twice', '08', people.rsa),
      { label: 'CA', id: 'ca', certificates: [authorityDer] },
    ]);
const faulty = token === null ? null : await faultyToken(token);

function required<T>(value: T | null): T {
  if (value === null) throw new Error('SoftHSM is not installed');
  return value;
}

interface Opening {
  readonly pin?: 'file' | 'none';
  readonly library?: string;
  readonly more?: string;
}

function open(
  object: string,
  { pin = 'file', library, more = '' }: Opening = {},
): Promise<SignerBackend<RawSigner>> {
  const { library: real, pinFile } = required(token);
  const source = pin === 'file' ? `&pin-source=file:${pinFile}` : '';
  const uri = `pkcs11:token=${TOKEN.label};${object};type=private?module-path=${library ?? real}${source}${more}`;
  return openRaw(uri, { production: false, platform: nodePlatform });
}

async function rawSigner(backend: SignerBackend<RawSigner>): Promise<RawSigner> {
  return backend.signerFor(null);
}

function pinActivation(pin: string = TOKEN.pin): Activation {
  return { kind: 'passphrase', passphrase: new TextEncoder().encode(pin) };
}

const RSA: readonly SignatureAlgorithm[] = [
  'rsa-pkcs1-sha256',
  'rsa-pkcs1-sha384',
  'rsa-pkcs1-sha512',
  'rsa-pss-sha256',
  'rsa-pss-sha384',
  'rsa-pss-sha512',
];

const KEYS: readonly (readonly [string, readonly SignatureAlgorithm[]])[] = [
  ['object=rsa', RSA],
  ['object=p256', ['ecdsa-p256-sha256']],
  ['id=%03', ['ecdsa-p384-sha384']],
  ['object=again', ['ecdsa-p256-sha256']],
];

t.test('a key on a token, logged in for good', { skip }, async (t) => {
  for (const [object, expectedAlgorithms] of KEYS) {
    await t.test(object, (t) =>
      testRawSigner(t, {
        open: () => open(object),
        signerId: null,
        expectedAlgorithms,
        activation: () => ({ kind: 'none' }),
        wrongActivation: null,
        mostWaiting: 256,
      }),
    );
  }
});

t.test('a key on a token whose PIN comes with each signature', { skip }, async (t) => {
  for (const [object, expectedAlgorithms] of KEYS) {
    await t.test(object, (t) =>
      testRawSigner(t, {
        open: () => open(object, { pin: 'none' }),
        signerId: null,
        expectedAlgorithms,
        activation: pinActivation,
        wrongActivation: () => pinActivation('0000-salah'),
        mostWaiting: 256,
      }),
    );
  }
});

t.test('the certificate is found by what the key proves, and the chain is ordered', { skip }, async (t) => {
  const backend = await open('object=renamed');
  t.teardown(() => backend.close());
  const { chain } = await rawSigner(backend);
  t.same(chain, [people.p384.certificate], 'the root is left out');
});

t.test('certificates that are not on the token come from a file', { skip }, async (t) => {
  const file = join(required(token).folder, 'chain.pem');
  writeFileSync(file, pem(people.other.certificate));
  const backend = await open('object=misfit', { more: `&chain-file=${file}` });
  t.teardown(() => backend.close());
  t.same((await rawSigner(backend)).chain, [people.other.certificate]);
});

t.test('a key without a certificate of its own is refused at opening', { skip }, async (t) => {
  t.equal((await failureOf(open('object=misfit'))).code, 'signer-certificate-unusable');
});

t.test('a URI that does not name one key on one token is refused', { skip }, async (t) => {
  const { library } = required(token);
  const rows: readonly (readonly [string, string])[] = [
    [`pkcs11:token=uji;object=rsa`, 'module-path is missing'],
    [`pkcs11:object=rsa?module-path=${library}`, 'token or serial is missing'],
    [`pkcs11:token=uji?module-path=${library}`, 'object or id is missing'],
    [`pkcs11:token=uji;object=rsa;type=cert?module-path=${library}`, 'type is not private'],
    [`pkcs11:token=uji;object=rsa;object=p256?module-path=${library}`, 'attribute repeated'],
    [`pkcs11:token=uji;objekt=rsa?module-path=${library}`, 'unknown attribute'],
    [`pkcs11:token=uji;object=%zz?module-path=${library}`, 'percent-encoding'],
    [`pkcs11:token=uji;object=rsa?module-path=${library}&pin-value=${TOKEN.pin}`, 'unknown parameter'],
    [`pkcs11:token=uji;object=rsa?module-path=${library}&sessions=0`, 'sessions is not 1 to 64'],
    [`pkcs11:token=uji;object=rsa?module-path=${import.meta.filename}`, 'module-path is no PKCS#11 library'],
    [`pkcs11:token=uji;object=rsa?module-path=${library}&pin-source=/absent`, 'pin-source cannot be read'],
  ];
  for (const [uri, reason] of rows) {
    const failure = await failureOf(openRaw(uri, { production: false, platform: nodePlatform }));
    t.equal(failure.code, 'signer-uri-invalid', reason);
    t.equal(failure.values.reason, reason);
    t.notOk(inspect(failure, { depth: 9 }).includes(TOKEN.pin));
  }
  t.match(await failureOf(open('object=twice')), { values: { reason: 'several keys fit' } });
  t.match(await failureOf(open('object=absent')), { values: { reason: 'no such key on the token' } });
  const absent = openRaw(`pkcs11:token=lain;object=rsa?module-path=${library}`, {
    production: false,
    platform: nodePlatform,
  });
  t.match(await failureOf(absent), { code: 'signer-unavailable', values: { reason: 'token not present' } });
});

t.test('a wrong PIN is sent to the token once, however often it comes', { skip }, async (t) => {
  const { library, calls } = required(faulty);
  const backend = await open('object=p256', { library, pin: 'none' });
  t.teardown(() => backend.close());
  const signer = await rawSigner(backend);
  const [algorithm] = signer.algorithms;
  if (algorithm === undefined) throw new Error('no algorithm');
  const attempt = (pin: string) => signer.sign(algorithm, [toBeSigned(algorithm)], pinActivation(pin), never);
  const before = calls('C_Login');
  for (let i = 0; i < 5; i += 1) t.equal((await failureOf(attempt('1111-salah'))).code, 'signer-auth-failed');
  t.equal(calls('C_Login') - before, 1);
  const both = await Promise.allSettled([attempt(TOKEN.pin), attempt('2222-salah'), attempt(TOKEN.pin)]);
  t.same(
    both.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
    'a wrong PIN does not sign while somebody with the right one is logged in',
  );
  t.equal((await failureOf(attempt('3333-salah'))).code, 'signer-auth-failed', 'nor after he has left');
});

t.test('a PIN file that the token refuses is told at opening, and asked once', { skip }, async (t) => {
  const { library, calls, folder } = required(faulty);
  const pinFile = join(folder, 'wrong-pin');
  writeFileSync(pinFile, '9999-salah');
  const before = calls('C_Login');
  const failure = await failureOf(
    openRaw(`pkcs11:token=uji;object=rsa?module-path=${library}&pin-source=${pinFile}`, {
      production: false,
      platform: nodePlatform,
    }),
  );
  t.equal(failure.code, 'signer-auth-failed');
  t.equal(calls('C_Login') - before, 1);
  t.notOk(inspect(failure, { depth: 9 }).includes('9999-salah'));
});

t.test('what the token says becomes what the port says', { skip }, async (t) => {
  const { library, fault, calls } = required(faulty);
  const backend = await open('object=rsa', { library, pin: 'none' });
  t.teardown(() => backend.close());
  t.teardown(() => fault());
  const signer = await rawSigner(backend);
  const attempt = () =>
    signer.sign('rsa-pkcs1-sha256', [toBeSigned('rsa-pkcs1-sha256')], pinActivation(), never);
  const rows = [
    ['C_Login=0xa4', 'signer-locked'],
    ['C_Login=0xa2', 'signer-auth-failed'],
    ['C_Login=0xe0', 'signer-unavailable'],
    ['C_SignInit=0x70', 'signer-algorithm-unsupported'],
    ['C_Sign=0x54', 'signer-refused'],
    ['C_Sign=0x30', 'signer-unavailable'],
    ['removed', 'signer-unavailable'],
  ] as const;
  for (const [told, code] of rows) {
    fault(told);
    t.equal((await failureOf(attempt())).code, code, told);
    fault();
    t.equal((await attempt()).length, 1, `${told} is over`);
  }
  fault('removed');
  await failureOf(attempt());
  fault('C_OpenSession=0xb1');
  t.equal((await failureOf(attempt())).code, 'signer-unavailable', 'no more sessions');
  fault('C_Login=0xa4');
  const before = calls('C_Login');
  t.match(await failureOf(attempt()), { code: 'signer-locked', values: { returnValue: 'CKR_PIN_LOCKED' } });
  t.equal(calls('C_Login') - before, 1, 'a locked token is not asked again');
});

t.test('a token that was taken out is not ready, and signs again when it is back', { skip }, async (t) => {
  const { library, fault, calls } = required(faulty);
  const backend = await open('object=p256', { library });
  t.teardown(() => backend.close());
  t.teardown(() => fault());
  const signer = await rawSigner(backend);
  const item = () => toBeSigned('ecdsa-p256-sha256');
  const attempt = () => signer.sign('ecdsa-p256-sha256', [item()], { kind: 'none' }, never);
  t.equal(await backend.ready(), true);
  fault('removed');
  t.equal(await backend.ready(), false);
  t.equal((await failureOf(attempt())).code, 'signer-unavailable');
  fault();
  t.equal(await backend.ready(), true);
  fault('removed');
  t.equal((await failureOf(attempt())).code, 'signer-unavailable');
  fault();
  const logins = calls('C_Login');
  const results = await Promise.allSettled(Array.from({ length: 16 }, attempt));
  t.ok(
    results.every(({ status }) => status === 'fulfilled'),
    'the first signatures after its return succeed',
  );
  t.ok(calls('C_Login') - logins <= 2, 'one login for all of them');
});

t.test('a session for each signature in flight, and no more', { skip }, async (t) => {
  const { library, fault, calls } = required(faulty);
  const backend = await open('object=p256', { library, more: '&sessions=3' });
  t.teardown(() => backend.close());
  t.teardown(() => fault());
  const signer = await rawSigner(backend);
  t.equal(signer.maxConcurrency, 3);
  fault('slow=20');
  const before = calls('C_OpenSession');
  const calling = Array.from({ length: 12 }, () =>
    signer.sign('ecdsa-p256-sha256', [toBeSigned('ecdsa-p256-sha256')], { kind: 'none' }, never),
  );
  await Promise.all(calling);
  t.ok(calls('C_OpenSession') - before <= 3, 'they are used again');
});

t.test('the event loop stays free while the token works', { skip }, async (t) => {
  const { library, fault } = required(faulty);
  const backend = await open('object=p256', { library });
  t.teardown(() => backend.close());
  t.teardown(() => fault());
  const signer = await rawSigner(backend);
  fault('slow=400');
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 5);
  await signer.sign('ecdsa-p256-sha256', [toBeSigned('ecdsa-p256-sha256')], { kind: 'none' }, never);
  clearInterval(timer);
  t.ok(turns > 10, `${turns} turns`);
});

t.test(
  'whoever stops waiting learns that the outcome is unknown, and the session is not lost',
  { skip },
  async (t) => {
    const { library, fault } = required(faulty);
    const backend = await open('object=p256', { library, more: '&sessions=1' });
    t.teardown(() => backend.close());
    t.teardown(() => fault());
    const signer = await rawSigner(backend);
    fault('slow=300');
    const controller = new AbortController();
    const item = toBeSigned('ecdsa-p256-sha256');
    const first = signer.sign('ecdsa-p256-sha256', [item], { kind: 'none' }, controller.signal);
    await wait(100);
    controller.abort('deadline');
    const failure = await failureOf(first);
    t.equal(failure.code, 'signer-outcome-unknown');
    t.equal(failure.cause, 'deadline');
    fault();
    const [value] = await signer.sign('ecdsa-p256-sha256', [item], { kind: 'none' }, never);
    t.ok(isRight(signer, 'ecdsa-p256-sha256', item, value));
  },
);

t.test('CKA_ALWAYS_AUTHENTICATE: the PIN is given again for every signature', { skip }, async (t) => {
  const { library, calls } = required(faulty);
  const backend = await open('object=again', { library });
  t.teardown(() => backend.close());
  const signer = await rawSigner(backend);
  const before = calls('C_Login again');
  const items = [toBeSigned('ecdsa-p256-sha256'), toBeSigned('ecdsa-p256-sha256')];
  const values = await signer.sign('ecdsa-p256-sha256', items, { kind: 'none' }, never);
  t.ok(items.every((item, i) => isRight(signer, 'ecdsa-p256-sha256', item, values[i])));
  t.equal(calls('C_Login again') - before, 2);
});

t.test('a signature that the token got wrong is never embedded', { skip }, async (t) => {
  const { library, fault } = required(faulty);
  for (const object of ['object=rsa', 'object=p256']) {
    const backend = await open(object, { library });
    t.teardown(() => backend.close());
    const signer = await rawSigner(backend);
    fault('corrupt');
    const signing = signDocument(bytesSource(letter), plainRequest, await signingContext({ signer }));
    t.match(await failureOf(signing), { code: 'signer-result-invalid', values: { check: 'signature' } });
    fault();
    const again = await signDocument(bytesSource(letter), plainRequest, await signingContext({ signer }));
    t.ok(again.update.length > 0);
  }
});
