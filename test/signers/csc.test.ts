import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import type { Activation, RawSigner, SignerBackend } from '../../src/sign/ports.ts';
import { signDocument } from '../../src/sign/sign-document.ts';
import { listCredentials, openCscSession } from '../../src/signers/csc.ts';
import { authorise, extendAuthorisation } from '../../src/signers/csc-authorise.ts';
import { readCredential } from '../../src/signers/csc-credential.ts';
import { authorizationRequest, exchangeCode, revokeToken } from '../../src/signers/csc-oauth.ts';
import { signHashes } from '../../src/signers/csc-sign.ts';
import { requestTimestamp } from '../../src/signers/csc-timestamp.ts';
import { parseSignerUri } from '../../src/signers/open-signer.ts';
import { minimalPdf } from '../cli/minimal-pdf.ts';
import { authority, issue, NOW } from '../cms/identities.ts';
import { CSC, type CscDouble, type CscOptions, type CscPersona, startCsc } from '../doubles/csc.ts';
import { plainRequest, signingContext } from '../sign/development-signer.ts';
import { failureOf, isRight, openRaw, testRawSigner, toBeSigned } from '../signer-contract.ts';
import { toolMissing } from '../tools.ts';

const skip = toolMissing('openssl');
const never = new AbortController().signal;
const environment = { production: false, platform: nodePlatform } as const;
const [rsa, p256, stranger] = [issue('rsa'), issue('p256'), issue('p256')];
const letter = new TextEncoder().encode(minimalPdf());

const folder = mkdtempSync(join(tmpdir(), 'teken-csc-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const secretFile = (name: string, secret: string): string => {
  const path = join(folder, name);
  writeFileSync(path, `${secret}\n`);
  return path;
};
const clientSecretFile = secretFile('client-secret', CSC.clientSecret);
const pinFile = secretFile('pin', CSC.pin);

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const withPin = (pin: string = CSC.pin): Activation => ({ kind: 'passphrase', passphrase: encode(pin) });
const withBoth = (otp: string = CSC.otp): Activation => ({
  kind: 'passphrase',
  passphrase: encode(CSC.pin),
  otp: encode(otp),
});

function uriOf(service: CscDouble, more = ''): string {
  return `csc:${service.url}?allow-insecure-http=true&client-id=${CSC.clientId}&client-secret-file=${clientSecretFile}${more}`;
}

function open(service: CscDouble, more = ''): Promise<SignerBackend<RawSigner>> {
  return openRaw(uriOf(service, more), environment);
}

const PERSONAS = {
  pin: { identity: p256 },
  'pin-otp': { identity: p256, asks: ['PIN', 'OTP'] },
  otp: { identity: p256, asks: ['OTP'] },
  push: { identity: p256, asks: [], push: 2 },
  seal: { identity: p256, mode: 'oauth2code', scal: '2' },
  scal2: { identity: p256, scal: '2', multisign: 10 },
  multi10: { identity: p256, multisign: 10 },
  rsa: { identity: rsa, certificates: [authority.certificate] },
  raw: { identity: p256, signatures: 'raw' },
  der: { identity: p256, signatures: 'der' },
  later: { identity: p256, asynchronous: 2 },
} as const satisfies Readonly<Record<string, CscPersona>>;

for (const version of [1, 2] as const) {
  t.test(`the contract, version ${version}`, { skip }, async (t) => {
    const service = await startCsc(t, PERSONAS, { versions: [version] });
    const rows: readonly (readonly [keyof typeof PERSONAS, () => Activation, (() => Activation) | null])[] = [
      ['pin', withPin, () => withPin('000111')],
      ['pin-otp', withBoth, () => withPin('000111')],
      ['seal', () => ({ kind: 'none' }), null],
      ['multi10', withPin, () => withPin('000111')],
      ['raw', withPin, () => withPin('000111')],
    ];
    for (const [persona, activation, wrongActivation] of rows) {
      await t.test(persona, (t) =>
        testRawSigner(t, {
          open: () => open(service, `&credential=${persona}`),
          signerId: null,
          expectedAlgorithms: ['ecdsa-p256-sha256'],
          activation,
          wrongActivation,
          mostWaiting: 256,
        }),
      );
    }
    await t.test('rsa, with a standing PIN', (t) =>
      testRawSigner(t, {
        open: () => open(service, `&credential=rsa&pin-file=${pinFile}`),
        signerId: null,
        expectedAlgorithms: [
          'rsa-pkcs1-sha256',
          'rsa-pkcs1-sha384',
          'rsa-pkcs1-sha512',
          'rsa-pss-sha256',
          'rsa-pss-sha384',
          'rsa-pss-sha512',
        ],
        activation: () => ({ kind: 'none' }),
        wrongActivation: null,
        mostWaiting: 256,
      }),
    );
  });
}

async function serviceWith(
  t: Test,
  persona: Partial<CscPersona>,
  options: CscOptions = {},
): Promise<CscDouble> {
  return startCsc(t, { k: { identity: p256, ...persona } }, options);
}

async function signWith(
  service: CscDouble,
  { credential = 'k', activation = withPin(), count = 1, more = '', signal = never } = {},
): Promise<readonly boolean[]> {
  const backend = await open(service, `&credential=${credential}${more}`);
  const signer = await backend.signerFor(null);
  const algorithm = signer.algorithms[0] ?? 'ed25519';
  const items = Array.from({ length: count }, () => toBeSigned(algorithm));
  const values = await signer.sign(algorithm, items, activation, signal);
  return items.map((item, i) => isRight(signer, algorithm, item, values[i]));
}

t.test('the newest version that the service speaks is used, and only methods that it has', async (t) => {
  const both = await serviceWith(t, {});
  await signWith(both);
  t.match(both.bodies('signatures/signHash')[0], {
    hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
    hashes: [/./],
  });
  const old = await serviceWith(t, {}, { versions: [1] });
  await signWith(old);
  t.match(old.bodies('signatures/signHash')[0], { hashAlgo: '2.16.840.1.101.3.4.2.1', hash: [/./] });
  t.match(await failureOf(signWith(old, { more: '&version=2' })), { code: 'signer-refused' });
});

t.test('the OAuth server is found under each name that services have for it', async (t) => {
  for (const oauth2 of ['text', 'object', 'issuer'] as const)
    t.same(await signWith(await serviceWith(t, {}, { oauth2 })), [true], oauth2);
});

t.test('a login with name and password takes the place of client credentials', async (t) => {
  const service = await serviceWith(t, {});
  const passwordFile = secretFile('password', CSC.password);
  const uri = `csc:${service.url}?allow-insecure-http=true&username=${CSC.username}&password-file=${passwordFile}&credential=k`;
  const signer = await (await openRaw(uri, environment)).signerFor(null);
  const item = toBeSigned('ecdsa-p256-sha256');
  const [value] = await signer.sign('ecdsa-p256-sha256', [item], withPin(), never);
  t.ok(isRight(signer, 'ecdsa-p256-sha256', item, value));
  const wrong = uri.replace(passwordFile, secretFile('wrong', 'sandi-salah'));
  const failure = await failureOf(openRaw(wrong, environment).then((backend) => backend.signerFor(null)));
  t.equal(failure.code, 'signer-auth-failed');
  t.notOk(inspect(failure, { depth: 9 }).includes('sandi-salah'));
});

t.test('an access token that has ended is fetched anew, once', async (t) => {
  const service = await serviceWith(t, {}, { tokenCalls: 2 });
  t.same(await signWith(service), [true]);
  t.same(await signWith(service), [true]);
});

t.test('a wrong client secret opens nothing and is not repeated', async (t) => {
  const service = await serviceWith(t, {});
  const wrong = secretFile('wrong-client', 'kanari-klien-salah');
  const uri = uriOf(service, '&credential=k').replace(clientSecretFile, wrong);
  const failure = await failureOf(openRaw(uri, environment).then((backend) => backend.signerFor(null)));
  t.equal(failure.code, 'signer-auth-failed');
  t.notOk(inspect(failure, { depth: 9 }).includes('kanari-klien-salah'), 'although the service repeats it');
});

t.test('PIN, one-time code, telephone', { skip }, async (t) => {
  const service = await startCsc(t, PERSONAS);
  t.same(await signWith(service, { credential: 'pin-otp', activation: withBoth() }), [true]);
  t.same(await signWith(service, { credential: 'otp', activation: { kind: 'otp', otp: encode(CSC.otp) } }), [
    true,
  ]);
  t.same(await signWith(service, { credential: 'push', activation: { kind: 'none' } }), [true]);
  t.equal(service.calls('credentials/authorizeCheck'), 2, 'asked until the person had answered');
  const wrongCode = signWith(service, { credential: 'pin-otp', activation: withBoth('000000') });
  t.match(await failureOf(wrongCode), { code: 'signer-auth-failed', values: { original: 'invalid_otp' } });
  const before = service.calls('credentials/authorize');
  t.match(await failureOf(signWith(service, { credential: 'pin-otp' })), { code: 'signer-auth-failed' });
  t.equal(service.calls('credentials/authorize'), before, 'what is incomplete is not sent');
});

t.test('a person who does not answer leaves nothing behind', async (t) => {
  const service = await serviceWith(t, { asks: [], push: 1000 });
  const failure = await failureOf(
    signWith(service, { activation: { kind: 'none' }, signal: AbortSignal.timeout(600) }),
  );
  t.equal(failure.code, 'signer-unavailable');
  t.equal(service.calls('signatures/signHash'), 0);
});

t.test('a wrong PIN is sent once; after three the credential is locked', async (t) => {
  const service = await serviceWith(t, { echoes: true });
  for (const attempt of [1, 2, 3]) {
    const failure = await failureOf(signWith(service, { activation: withPin('kanari-777') }));
    t.equal(failure.code, 'signer-auth-failed');
    t.equal(service.calls('credentials/authorize'), attempt);
    t.notOk(inspect(failure, { depth: 9 }).includes('kanari-777'), 'although the service repeats it');
  }
  const locked = await failureOf(signWith(service));
  t.equal(locked.code, 'signer-locked');
  t.match(locked.cause, { message: 'Credential is locked' }, 'in the words of the service');
  t.equal(service.calls('signatures/signHash'), 0);
});

t.test('sole control level 2: authorised for exactly these hashes, in this order', async (t) => {
  for (const versions of [[1], [2]] as const) {
    const service = await startCsc(t, PERSONAS, { versions });
    t.same(await signWith(service, { credential: 'scal2', count: 3 }), [true, true, true]);
    const [authorised] = service.bodies('credentials/authorize');
    const [signed] = service.bodies('signatures/signHash');
    t.same(authorised?.hashes ?? authorised?.hash, signed?.hashes ?? signed?.hash);
    t.equal(authorised?.numSignatures, 3);
  }
});

t.test('a person authorises by browser: code with PKCE, bound to the hashes', async (t) => {
  for (const versions of [[1], [2]] as const) {
    const service = await serviceWith(t, { mode: 'oauth2code', scal: '2', multisign: 10 }, { versions });
    const session = await openCscSession(parseSignerUri(uriOf(service)), environment);
    const { client, info, credentials } = session.access;
    if (credentials === null) throw new Error('no credentials');
    const backend = await open(service, '&credential=k');
    const signer = await backend.signerFor(null);
    const items = [toBeSigned('ecdsa-p256-sha256'), toBeSigned('ecdsa-p256-sha256')];
    const scope = {
      credentialId: 'k',
      digests: items.map(({ digest }) => digest),
      hashAlgorithmOid: '2.16.840.1.101.3.4.2.1',
    };
    const redirectUri = 'https://aplikasi.example/kembali';
    const asked = authorizationRequest(session.oauth2(), info.version, CSC.clientId, redirectUri, scope);
    t.match(new URL(asked.url).searchParams.get('code_challenge_method'), 'S256');
    const code = service.approve(asked.url);
    const answer = { code, codeVerifier: asked.codeVerifier, redirectUri };
    const { token } = await exchangeCode(client, session.oauth2(), credentials, answer, never);
    const activation = { kind: 'token', token: encode(token) } as const;
    const values = await signer.sign('ecdsa-p256-sha256', items, activation, never);
    t.ok(items.every((item, i) => isRight(signer, 'ecdsa-p256-sha256', item, values[i])));
    const other = signer.sign('ecdsa-p256-sha256', [toBeSigned('ecdsa-p256-sha256')], activation, never);
    t.match(await failureOf(other), { code: 'signer-auth-failed' }, 'not for anything else');
    const stolen = exchangeCode(
      client,
      session.oauth2(),
      credentials,
      { code: service.approve(asked.url), codeVerifier: 'another', redirectUri },
      never,
    );
    t.match(
      await failureOf(stolen),
      { code: 'signer-auth-failed' },
      'a code without its verifier is worth nothing',
    );
    await revokeToken(client, info.version, token, never);
  }
});

t.test(
  'an expired SAD is asked for once more where nobody has to act, and not where somebody has',
  async (t) => {
    const standing = await serviceWith(t, { firstSadExpires: true });
    t.same(await signWith(standing, { more: `&pin-file=${pinFile}`, activation: { kind: 'none' } }), [true]);
    t.equal(standing.calls('credentials/authorize'), 2);
    const personal = await serviceWith(t, { firstSadExpires: true });
    t.match(await failureOf(signWith(personal)), { code: 'signer-refused' });
    t.equal(personal.calls('credentials/authorize'), 1);
  },
);

t.test('a batch is as large as the credential allows', async (t) => {
  const service = await startCsc(t, PERSONAS);
  t.same(await signWith(service, { credential: 'multi10', count: 10 }), Array(10).fill(true));
  const more = await failureOf(signWith(service, { credential: 'multi10', count: 11 }));
  t.match(more, { code: 'signer-refused', values: { asked: 11, allowed: 10 } });
  t.match(await failureOf(signWith(service, { count: 2, credential: 'pin' })), { values: { allowed: 1 } });
});

t.test('an authorisation is extended by more hashes', async (t) => {
  const service = await startCsc(t, PERSONAS);
  const session = await openCscSession(parseSignerUri(uriOf(service)), environment);
  const { json } = await session.call({ method: 'credentials/info', body: { credentialID: 'scal2' } }, never);
  const credential = readCredential('scal2', json, 2);
  const algorithm = 'ecdsa-p256-sha256';
  const [first, second] = [toBeSigned(algorithm), toBeSigned(algorithm)];
  const authorised = await authorise(
    session,
    credential,
    { algorithm, digests: [first.digest] },
    withPin(),
    null,
    never,
  );
  if (authorised.kind !== 'sad') throw new Error('no SAD');
  const sad = await extendAuthorisation(
    session,
    credential,
    { algorithm, digests: [second.digest] },
    authorised.sad,
    never,
  );
  const { arithmetic } = nodePlatform;
  const sign = (item: typeof first) =>
    signHashes(session, credential, algorithm, [item], { kind: 'sad', sad }, arithmetic, never);
  t.match(await failureOf(sign(first)), { code: 'signer-refused' });
  t.equal((await sign(second)).length, 1);
});

t.test('a service that signs later is asked until it has', async (t) => {
  const service = await serviceWith(t, { asynchronous: 2 });
  t.same(await signWith(service), [true]);
  t.equal(service.calls('signatures/signPolling'), 2);
  const slow = await serviceWith(t, { asynchronous: 1000 });
  const failure = await failureOf(signWith(slow, { signal: AbortSignal.timeout(600) }));
  t.equal(failure.code, 'signer-outcome-unknown');
});

t.test('what comes back is verified: no wrong signature gets into a document', { skip }, async (t) => {
  const wrong: readonly (readonly [string, Partial<CscPersona>, string])[] = [
    ['of another key', { identity: { ...p256, privateKey: stranger.privateKey } }, 'signature'],
    ['over another hash', { signatures: 'other-hash' }, 'signature'],
    [
      'of another algorithm',
      {
        identity: { ...rsa, privateKey: stranger.privateKey },
        keyAlgorithms: ['1.2.840.113549.1.1.1', '1.2.840.113549.1.1.11'],
      },
      'signature',
    ],
    ['garbage', { signatures: 'garbage' }, 'signature'],
    ['truncated', { signatures: 'truncated' }, 'signature'],
    ['none', { signatures: 'short' }, 'count'],
  ];
  for (const [what, persona, check] of wrong) {
    const service = await serviceWith(t, persona);
    const signer = await (await open(service, '&credential=k')).signerFor(null);
    const context = await signingContext({ signer, activation: withPin(), now: NOW });
    const failure = await failureOf(signDocument(bytesSource(letter), plainRequest, context));
    t.equal(failure.code, 'signer-result-invalid', what);
    t.same(failure.values, { check }, what);
  }
  const reordered = await serviceWith(t, { signatures: 'reordered', multisign: 2 });
  t.match(await failureOf(signWith(reordered, { count: 2 })), { code: 'signer-result-invalid' });
  const right = await serviceWith(t, {});
  const signer = await (await open(right, '&credential=k')).signerFor(null);
  const context = await signingContext({ signer, activation: withPin(), now: NOW });
  t.ok((await signDocument(bytesSource(letter), plainRequest, context)).update.length > 0);
});

t.test('answers that are no signatures', async (t) => {
  const rows: readonly (readonly [NonNullable<CscPersona['signHash']>, string, object])[] = [
    ['429', 'signer-unavailable', { retryAfterSeconds: 7 }],
    ['503', 'signer-unavailable', { retryAfterSeconds: 7 }],
    ['500', 'signer-refused', { status: 500 }],
    ['504', 'signer-outcome-unknown', { status: 504 }],
    ['reset', 'signer-outcome-unknown', { reason: 'connection-failed' }],
    ['huge', 'signer-outcome-unknown', { reason: 'answer-too-large' }],
    ['html', 'signer-result-invalid', {}],
    ['not-json', 'signer-result-invalid', {}],
  ];
  for (const [signHash, code, values] of rows) {
    const service = await serviceWith(t, { signHash });
    const failure = await failureOf(signWith(service));
    t.equal(failure.code, code, signHash);
    t.match(failure.values, values, signHash);
    t.equal(service.calls('signatures/signHash'), 1, 'asked once');
  }
});

t.test('a deadline after the request has left: nobody knows, and it is not sent again', async (t) => {
  const service = await serviceWith(t, { signHash: 'slow' });
  const failure = await failureOf(signWith(service, { signal: AbortSignal.timeout(700) }));
  t.match(failure, { code: 'signer-outcome-unknown', values: { reason: 'aborted' } });
  t.equal(service.calls('signatures/signHash'), 1);
});

t.test('a credential that cannot sign is refused at opening', async (t) => {
  const rows: readonly Partial<CscPersona>[] = [
    { keyStatus: 'disabled' },
    { certificateStatus: 'expired' },
    { certificateStatus: 'revoked' },
    { identity: issue('rsa-1024') },
    { keyAlgorithms: ['1.2.840.113549.1.1.5'] },
  ];
  for (const persona of rows) {
    const service = await serviceWith(t, persona);
    t.match(await failureOf(signWith(service)), { code: 'signer-certificate-unusable' }, inspect(persona));
  }
});

t.test('credentials are listed page by page; the only one needs no name', async (t) => {
  const service = await startCsc(t, PERSONAS);
  const session = await openCscSession(parseSignerUri(uriOf(service)), environment);
  t.same(await listCredentials(session, never), Object.keys(PERSONAS));
  t.match(await failureOf(open(service).then((backend) => backend.signerFor(null))), {
    code: 'signer-uri-invalid',
  });
  const backend = await open(service);
  t.ok(await backend.signerFor('der'), 'named by the registry');
  const single = await serviceWith(t, {});
  t.ok(await (await open(single)).signerFor(null));
});

t.test('the service goes away, is not ready, and comes back', async (t) => {
  const service = await serviceWith(t, {});
  const backend = await open(service, '&credential=k');
  const signer = await backend.signerFor(null);
  t.equal(await backend.ready(), true);
  service.away = true;
  t.equal(await backend.ready(), false);
  const item = toBeSigned('ecdsa-p256-sha256');
  const attempt = () => signer.sign('ecdsa-p256-sha256', [item], withPin(), never);
  t.match(await failureOf(attempt()), { code: 'signer-unavailable', values: { retryAfterSeconds: 7 } });
  service.away = false;
  t.equal(await backend.ready(), true);
  t.equal((await attempt()).length, 1);
});

t.test('time-stamps, under both names of the field', async (t) => {
  const imprint = { algorithm: 'sha256', digest: nodePlatform.randomBytes(32) } as const;
  for (const timestampField of ['timestamp', 'timestampToken'] as const) {
    const timestamp = (digest: Uint8Array, nonce: string) =>
      Buffer.concat([Buffer.from(nonce, 'hex'), digest]);
    const service = await serviceWith(t, {}, { timestampField, timestamp });
    const session = await openCscSession(parseSignerUri(uriOf(service)), environment);
    const token = await requestTimestamp(session, imprint, Uint8Array.of(1, 2), never);
    t.same(Buffer.from(token), Buffer.concat([Uint8Array.of(1, 2), imprint.digest]));
  }
});

t.test('an address that is not to be used', async (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ['csc:http://127.0.0.1:1', 'plain http needs allow-insecure-http=true'],
    ['csc:ftp://host', 'the address is not https'],
    ['csc:layanan', 'the address is no URL'],
    ['csc:https://pengguna:kanari-sandi@host', 'credentials in the address'],
    ['csc:https://host?version=3', 'version is not auto, 1 or 2'],
    ['csc:https://host?client-id=a', 'client-id without client-secret-file'],
    ['csc:https://host?client-secret=kanari-sandi', 'unknown parameter'],
  ];
  for (const [uri, reason] of rows) {
    const failure = await failureOf(openRaw(uri, environment));
    t.match(failure, { code: 'signer-uri-invalid', values: { reason } });
    t.notOk(inspect(failure, { depth: 9 }).includes('kanari'));
  }
  const nobody = await failureOf(openRaw('csc:http://127.0.0.1:1?allow-insecure-http=true', environment));
  t.match(nobody, { code: 'signer-unavailable', values: { reason: 'connection-failed' } });
});
