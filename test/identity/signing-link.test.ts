import { randomBytes } from 'node:crypto';
import t from 'tap';
import { isLetterAddress, letterAddresses } from '../../src/identity/letter-addresses.ts';
import { openText, sealText } from '../../src/identity/sealed-text.ts';
import {
  openPendingSignIn,
  openSession,
  SESSION_MS,
  SIGN_IN_MS,
  sealPendingSignIn,
  sealSession,
} from '../../src/identity/sign-in-session.ts';
import {
  openSigningLink,
  type SigningLink,
  SigningLinkRefused,
  sealSigningLink,
} from '../../src/identity/signing-link.ts';
import { parseSigningPageFile } from '../../src/identity/signing-page-file.ts';

const keyOf = (id: string) => ({ id, key: new Uint8Array(randomBytes(32)) });
const random = (length: number) => new Uint8Array(randomBytes(length));
const key = keyOf('2026.11');
const sealing = { keys: [key], randomBytes: random };

const LINK: SigningLink = {
  id: '0199a3b2-0000-7000-8000-000000000000',
  client: 'surat',
  signer: 'pejabat',
  document: 'ab'.repeat(32),
  from: 'https://surat.example.go.id/tte/rahasia-aplikasi/surat.pdf',
  to: 'https://surat.example.go.id/tte/rahasia-aplikasi',
  back: null,
  title: 'Lembar disposisi',
  order: { rect: '36,36,180,60' },
  expiresAt: 1_000_000,
};

function codeOf(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (error instanceof SigningLinkRefused) return error.code;
    throw error;
  }
  return 'opened';
}

t.test('a link opens with every key that is known, until it has expired', (t) => {
  const sealed = sealSigningLink(LINK, sealing) ?? '';
  t.same(openSigningLink(sealed, 999_999, sealing), LINK);
  t.same(openSigningLink(sealed, 0, { keys: [keyOf('2026.12'), key] }), LINK, 'a newer key stands before it');
  t.equal(
    codeOf(() => openSigningLink(sealed, 1_000_000, sealing)),
    'signing-link-expired',
  );
  t.equal(
    codeOf(() => openSigningLink(sealed, 0, { keys: [keyOf('2026.11')] })),
    'signing-link-invalid',
  );
  t.equal(
    codeOf(() => openSigningLink(sealed, 0, { keys: [] })),
    'signing-link-invalid',
  );
  t.end();
});

t.test('whoever carries a link cannot read where the letter is', (t) => {
  const sealed = sealSigningLink(LINK, sealing) ?? '';
  const bytes = Buffer.from(sealed.slice(sealed.lastIndexOf('.')), 'base64url').toString('latin1');
  for (const part of ['surat.example', 'rahasia', LINK.document, 'pejabat']) t.notOk(bytes.includes(part));
  t.not(sealSigningLink(LINK, sealing), sealed, 'two links of the same request differ');
  t.end();
});

t.test('a link in which any one character is another one opens nothing', (t) => {
  const sealed = sealSigningLink(LINK, sealing) ?? '';
  const opened = [...sealed].filter((character, at) => {
    const other = character === 'A' ? 'B' : 'A';
    const edited = sealed.slice(0, at) + other + sealed.slice(at + 1);
    return codeOf(() => openSigningLink(edited, 0, sealing)) !== 'signing-link-invalid';
  });
  t.same(opened, []);
  for (const edited of ['', '.', sealed.slice(0, -1), `${sealed}A`, sealed.slice(8), `${sealed}=`])
    t.equal(
      codeOf(() => openSigningLink(edited, 0, sealing)),
      'signing-link-invalid',
      edited.slice(-20),
    );
  t.end();
});

t.test('what was sealed for one purpose is nothing for another', (t) => {
  const sealed = sealText('{}', 'session', sealing);
  t.equal(openText(sealed, 'session', sealing), '{}');
  for (const purpose of ['signing link', 'sign-in attempt', 'signed update'] as const)
    t.equal(openText(sealed, purpose, sealing), null);
  t.end();
});

t.test(
  'a link that would not fit into a cookie is not made; the longest that is made fits with its sealing',
  (t) => {
    t.equal(sealSigningLink({ ...LINK, title: 'x'.repeat(2_000) }, sealing), null);
    const link = sealSigningLink({ ...LINK, title: 'x'.repeat(1_300) }, sealing) ?? '';
    t.ok(link.length > 2_000, `${link.length}`);
    const attempt = { state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43) };
    const longest = 'x'.repeat(2_400);
    t.ok(sealPendingSignIn(attempt, longest, 0, sealing).length < 3_900);
    t.end();
  },
);

t.test('sessions and ways to the provider end', (t) => {
  const session = sealSession('pejabat', 1_000, sealing);
  t.match(openSession(session, 1_000, sealing), { name: 'pejabat', formKey: /^[\w-]{22}$/ });
  t.equal(openSession(session, 1_000 + SESSION_MS, sealing), null);
  t.not(
    openSession(session, 1_000, sealing)?.formKey,
    openSession(sealSession('pejabat', 1_000, sealing), 1_000, sealing)?.formKey,
    'each session has a form key of its own',
  );
  const pending = sealPendingSignIn({ state: 'a', nonce: 'b', verifier: 'c' }, 'tautan', 0, sealing);
  t.match(openPendingSignIn(pending, 1, sealing), { state: 'a', link: 'tautan' });
  t.equal(openPendingSignIn(pending, SIGN_IN_MS, sealing), null);
  t.equal(openSession(pending, 1, sealing), null, 'a way to the provider is no session');
  t.end();
});

t.test('letters are fetched from and delivered to listed folders alone', (t) => {
  const listed = letterAddresses(['https://surat.example.go.id/tte/', 'http://127.0.0.1:8081/']);
  for (const url of [
    'https://surat.example.go.id/tte/1.pdf',
    'https://surat.example.go.id/tte/a/b?kunci=1',
    'https://SURAT.example.go.id:443/tte/x',
    'http://127.0.0.1:8081/apa-saja',
  ])
    t.ok(listed.has(url), url);
  for (const url of [
    'https://surat.example.go.id/tte',
    'https://surat.example.go.id/ttex/1.pdf',
    'https://surat.example.go.id/tte/../admin',
    'https://surat.example.go.id/tte/%2e%2e/admin',
    'https://surat.example.go.id/tte/%2E%2E%2fadmin',
    'https://surat.example.go.id/tte/..%5cadmin',
    'https://surat.example.go.id/tte\\..\\admin',
    'http://surat.example.go.id/tte/1.pdf',
    'https://surat.example.go.id:8443/tte/1.pdf',
    'https://surat.example.go.id@penyerang.example/tte/1.pdf',
    'https://pengguna:sandi@surat.example.go.id/tte/1.pdf',
    'https://surat.example.go.id.penyerang.example/tte/1.pdf',
    'https://penyerang.example/tte/1.pdf',
    'https://surat.example.go.id./tte/1.pdf',
    'http://127.0.0.1:8082/x',
    'http://localhost:8081/x',
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
    'gopher://surat.example.go.id/tte/',
    'bukan alamat',
    '',
  ])
    t.notOk(listed.has(url), url);
  t.ok(listed.hasOrigin('https://surat.example.go.id/surat/1'));
  t.notOk(listed.hasOrigin('https://penyerang.example/tte/'));
  t.notOk(letterAddresses([]).has('https://surat.example.go.id/tte/'), 'nothing listed, nothing allowed');
  t.end();
});

t.test('only folders over TLS, or on this machine, can be listed', (t) => {
  for (const text of ['https://surat.example.go.id/', 'https://10.1.2.3/tte/', 'http://localhost:8081/tte/'])
    t.ok(isLetterAddress(text), text);
  for (const text of [
    'http://surat.example.go.id/',
    'https://surat.example.go.id/tte',
    'https://surat.example.go.id/tte/?a=b',
    'https://u:p@surat.example.go.id/',
    'surat.example.go.id/',
  ])
    t.notOk(isLetterAddress(text), text);
  t.end();
});

t.test('the file of the page is refused with places, not values', (t) => {
  const provider = {
    issuer: 'https://sso.example.go.id/realms/pemda',
    clientId: 'teken',
    clientSecretFile: 'sso.secret',
    signerClaim: 'nik',
  };
  const file = { publicUrl: 'https://teken.example.go.id', provider };
  t.match(parseSigningPageFile(JSON.stringify(file)), { provider: { scopes: [] } });
  for (const wrong of [
    { ...file, publicUrl: 'http://teken.example.go.id' },
    { ...file, publicUrl: 'https://teken.example.go.id/teken' },
    { ...file, provider: { ...provider, issuer: 'http://sso.example.go.id' } },
    { ...file, provider: { ...provider, algorithms: ['HS256'] } },
    { ...file, provider: { ...provider, signerClaim: undefined } },
    { ...file, lain: true },
  ])
    t.throws(() => parseSigningPageFile(JSON.stringify(wrong)), { code: 'registry-invalid' });
  t.end();
});
