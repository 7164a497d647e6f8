// Access tokens of a real OpenID provider on loopback, and all that is no such token.

import { createHash } from 'node:crypto';
import { base64url, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import t, { type Test } from 'tap';
import { accessTokens } from '../../src/identity/access-tokens.ts';
import type { ApiClients } from '../../src/identity/api-clients.ts';
import { keySets } from '../../src/identity/key-sets.ts';
import { FetchFailed, guardedClient } from '../../src/trust-services/guarded-fetch.ts';
import { AUDIENCE, startTokenIssuer, type TokenIssuer } from '../doubles/token-issuer.ts';
import { clientsIn, NOTHING, refusalOf, withKey } from './clients-in.ts';

interface Bench {
  readonly issuer: TokenIssuer;
  readonly clients: ApiClients;
  /** Lets so many milliseconds go by for what the service remembers, not for the tokens. */
  pass(ms: number): void;
  readonly failures: unknown[];
}

async function startBench(
  t: Test,
  { clock = Date.now, issuerEntry = {} }: { clock?: () => number; issuerEntry?: object } = {},
): Promise<Bench> {
  const issuer = await startTokenIssuer(['simpeg', 'e-surat', 'orang-lain']);
  const guarded = guardedClient({ privateAddresses: 'allow' });
  t.teardown(async () => {
    guarded.close();
    await issuer.close();
  });
  let passedMs = 0;
  const failures: unknown[] = [];
  const sets = keySets({
    download: (url) =>
      guarded.fetch({ url, maxBytes: 65_536, timeoutMs: 5_000, signal: new AbortController().signal }),
    monotonicMs: () => passedMs,
    onFailure: (error) => failures.push(error),
  });
  const file = {
    issuers: [
      { issuer: issuer.issuer, jwksUri: issuer.jwksUri, audience: AUDIENCE, type: 'at+jwt', ...issuerEntry },
    ],
    clients: ['simpeg', 'e-surat'].map((clientId) => ({
      id: `opd-${clientId}`,
      tokens: [{ id: 'sso', issuer: issuer.issuer, clientId }],
      signers: ['kadis'],
    })),
  };
  const clients = clientsIn(JSON.stringify(file), { clock, tokens: accessTokens({ keySets: sets, clock }) });
  const pass = (ms: number): void => {
    passedMs += ms;
  };
  return { issuer, clients, pass, failures };
}

t.test('a token of the provider is the client that it was given to', async (t) => {
  const { issuer, clients } = await startBench(t);
  const token = await issuer.token('simpeg');
  t.match(await withKey(clients, token), { id: 'opd-simpeg', keyId: 'sso' });
  t.match(await withKey(clients, await issuer.token('e-surat')), { id: 'opd-e-surat' });
  t.same(await refusalOf(withKey(clients, await issuer.token('orang-lain'))), {
    code: 'unauthenticated',
    reason: 'token-client-unknown',
  });
  t.equal(issuer.keyRequests(), 1, 'its keys were asked for once');
});

t.test('whatever is not a genuine token for this service, in its time, is refused', async (t) => {
  const { issuer, clients } = await startBench(t);
  const now = Math.floor(Date.now() / 1000);
  const good = { iss: issuer.issuer, aud: AUDIENCE, client_id: 'simpeg', iat: now, exp: now + 300 };
  t.match(
    await withKey(clients, await issuer.forge(good)),
    { id: 'opd-simpeg' },
    'else nothing below says anything',
  );
  const { iat: _, ...withoutBeginning } = good;
  const stranger = await generateKeyPair('RS256');
  const publicKey = await issuer.publicKey();
  const secretOfPublicKey = new TextEncoder().encode(JSON.stringify(publicKey));
  const header = { kid: 'kunci-1', typ: 'at+jwt' };
  const [head = '', body = '', signature = ''] = (await issuer.forge(good)).split('.');
  const inflated = base64url.encode(JSON.stringify({ ...good, client_id: 'e-surat' }));
  const bad: readonly (readonly [name: string, token: string, reason: string])[] = [
    [
      'for another service',
      await issuer.token('simpeg', 'teken:sign', 'https://lain.example'),
      'token-claim-wrong',
    ],
    [
      'of another issuer',
      await issuer.forge({ ...good, iss: 'https://lain.example' }),
      'token-issuer-unknown',
    ],
    ['expired', await issuer.forge({ ...good, iat: now - 400, exp: now - 31 }), 'token-expired'],
    ['not begun', await issuer.forge({ ...good, nbf: now + 60 }), 'token-not-yet-valid'],
    [
      'without an end',
      await issuer.forge({ iss: issuer.issuer, aud: AUDIENCE, client_id: 'simpeg' }),
      'token-claim-wrong',
    ],
    ['that lives for a year', await issuer.forge({ ...good, exp: now + 31_536_000 }), 'token-lives-too-long'],
    [
      'the same, its beginning left out',
      await issuer.forge({ ...withoutBeginning, exp: now + 31_536_000 }),
      'token-lives-too-long',
    ],
    ['of another kind (an ID token)', await issuer.forge(good, { typ: 'JWT' }), 'token-claim-wrong'],
    [
      'of nobody in particular',
      await issuer.forge({ ...withoutBeginning, client_id: 'lain' }),
      'token-client-unknown',
    ],
    [
      'with a list for a client',
      await issuer.forge({ ...good, client_id: ['simpeg'] }),
      'token-client-unknown',
    ],
    ['without a signature (alg none)', new UnsecuredJWT(good).encode(), 'token-signature-wrong'],
    ['with the signature cut off', `${head}.${body}.`, 'token-signature-wrong'],
    ['with other claims', `${head}.${inflated}.${signature}`, 'token-signature-wrong'],
    [
      "by a stranger's key under a known name",
      await new SignJWT(good).setProtectedHeader({ ...header, alg: 'RS256' }).sign(stranger.privateKey),
      'token-signature-wrong',
    ],
    [
      'by a key that nobody publishes',
      await new SignJWT(good)
        .setProtectedHeader({ ...header, kid: 'lain', alg: 'RS256' })
        .sign(stranger.privateKey),
      'token-signature-wrong',
    ],
    [
      'by a key in its own header',
      await new SignJWT(good)
        .setProtectedHeader({ alg: 'RS256', jwk: publicKey, typ: 'at+jwt' })
        .sign(stranger.privateKey),
      'token-signature-wrong',
    ],
    [
      'with the public key as a secret (HS256)',
      await new SignJWT(good).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secretOfPublicKey),
      'token-signature-wrong',
    ],
    [
      'with a header that must be understood',
      await issuer.forge(good, { crit: ['x-lain'], 'x-lain': 1 }),
      'token-signature-wrong',
    ],
    ['that is no JSON', `${base64url.encode('{')}.${base64url.encode('x')}.${signature}`, 'token-malformed'],
  ];
  for (const [name, token, reason] of bad)
    t.same(await refusalOf(withKey(clients, token)), { code: 'unauthenticated', reason }, name);
});

t.test('an algorithm that the operator did not name is not taken, however right the signature', async (t) => {
  const { issuer, clients } = await startBench(t, { issuerEntry: { algorithms: ['ES256', 'PS256'] } });
  t.same(await refusalOf(withKey(clients, await issuer.token('simpeg'))), {
    code: 'unauthenticated',
    reason: 'token-signature-wrong',
  });
});

t.test('a clock that differs by half a minute is borne, one that differs by more is not', async (t) => {
  let now = Date.now();
  const { issuer, clients } = await startBench(t, { clock: () => now });
  const token = await issuer.token('simpeg');
  const begun = Date.now();
  now = begun + 300_000 + 28_000;
  t.match(await withKey(clients, token), { id: 'opd-simpeg' });
  now = begun + 300_000 + 31_000;
  t.match(await refusalOf(withKey(clients, token)), { reason: 'token-expired' });
});

t.test(
  'a new key of the issuer is found at once, and a flood of invented ones asks for nothing',
  async (t) => {
    const { issuer, clients, pass } = await startBench(t);
    const before = await issuer.token('simpeg');
    t.match(await withKey(clients, before), { id: 'opd-simpeg' });
    pass(31_000);
    await issuer.changeKeys();
    const after = await issuer.token('simpeg');
    const together = await Promise.all(Array.from({ length: 20 }, () => withKey(clients, after)));
    t.ok(together.every(({ id }) => id === 'opd-simpeg'));
    t.equal(issuer.keyRequests(), 2, 'twenty at once asked once');
    t.match(
      await refusalOf(withKey(clients, before)),
      { reason: 'token-signature-wrong' },
      'the old key is gone',
    );
    const now = Math.floor(Date.now() / 1000);
    for (let i = 0; i < 100; i++) {
      const claims = { iss: issuer.issuer, aud: AUDIENCE, client_id: 'simpeg', exp: now + 60 };
      await refusalOf(withKey(clients, await issuer.forge(claims, { kid: `karangan-${i}` })));
    }
    t.equal(issuer.keyRequests(), 2);
  },
);

t.test('while the issuer is away its last keys are believed for an hour, then nothing is', async (t) => {
  const { issuer, clients, pass, failures } = await startBench(t);
  const token = await issuer.token('simpeg');
  t.match(await withKey(clients, token), { id: 'opd-simpeg' });
  issuer.fail(true);
  pass(301_000);
  t.match(await withKey(clients, token), { id: 'opd-simpeg' }, 'nobody waits');
  await untilTrue(() => failures.length > 0);
  t.match(
    failures,
    [{ code: 'key-set-unavailable', cause: { code: 'http-status' } }],
    'the operator is told',
  );
  pass(3_300_000);
  t.match(await refusalOf(withKey(clients, token)), { code: 'issuer-unavailable' });
  const asked = issuer.keyRequests();
  for (let i = 0; i < 50; i++) await refusalOf(withKey(clients, token));
  t.equal(issuer.keyRequests(), asked, 'and it is not asked by each request');
  issuer.fail(false);
  pass(5_000);
  t.match(await withKey(clients, token), { id: 'opd-simpeg' }, 'back within five seconds');
});

t.test('with a prefix a token grants what its scope says, and never more than the entry', async (t) => {
  const { issuer, clients } = await startBench(t, { issuerEntry: { scopePrefix: 'teken:' } });
  const scopesOf = async (scope: string) => [
    ...(await withKey(clients, await issuer.token('simpeg', scope))).scopes,
  ];
  t.same(await scopesOf('teken:sign'), ['sign']);
  t.same(await scopesOf('teken:preflight teken:batch'), ['batch', 'preflight']);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer.issuer,
    aud: AUDIENCE,
    client_id: 'simpeg',
    exp: now + 60,
    scope: 'sign xteken:sign',
  };
  t.same([...(await withKey(clients, await issuer.forge(claims))).scopes], []);
});

t.test('a token that is bound to a certificate serves its holder alone', async (t) => {
  const { issuer, clients } = await startBench(t);
  const now = Math.floor(Date.now() / 1000);
  const holder = { der: new Uint8Array([48, 0]), trusted: false };
  const thumbprint = createHash('sha256').update(holder.der).digest('base64url');
  const show = async (cnf: object, certificate: typeof holder | null) => {
    const claims = { iss: issuer.issuer, aud: AUDIENCE, client_id: 'simpeg', exp: now + 60, cnf };
    return refusalOf(clients.authenticate({ ...NOTHING, certificate, bearer: await issuer.forge(claims) }));
  };
  const bound = { 'x5t#S256': thumbprint };
  t.equal(await show(bound, holder), null);
  const elsewhere = { code: 'unauthenticated', reason: 'token-bound-elsewhere' };
  t.same(await show(bound, null), elsewhere);
  t.same(await show(bound, { ...holder, der: new Uint8Array([48, 1, 0]) }), elsewhere);
  t.same(await show({ jkt: thumbprint }, holder), elsewhere, 'a proof that we do not check');
  t.same(await show({ ...bound, jkt: thumbprint }, holder), elsewhere);
});

t.test(
  'keys come from where the operator says, without redirects and never from the metadata address',
  async (t) => {
    const guarded = guardedClient({ privateAddresses: 'allow' });
    t.teardown(() => guarded.close());
    const ask = (url: string) =>
      guarded.fetch({ url, maxBytes: 1, timeoutMs: 1_000, signal: new AbortController().signal });
    await t.rejects(ask('http://169.254.169.254/jwks'), { code: 'address-refused' });
    await t.rejects(ask('file:///etc/passwd'), FetchFailed);
  },
);

async function untilTrue(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
}
