import t from 'tap';
import { base32, matchTotp, otpauthUri, parseBase32, totpCode, totpStep } from '../../src/identity/totp.ts';

/** RFC 6238, appendix B: the secret of the SHA-1 column. */
const SECRET = new TextEncoder().encode('12345678901234567890');

t.test('the codes are those of RFC 6238, appendix B, in six digits', (t) => {
  const vectors = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const;
  for (const [seconds, code] of vectors) t.equal(totpCode(SECRET, totpStep(seconds * 1000)), code);
  t.end();
});

t.test('the codes of RFC 4226, appendix D', (t) => {
  const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583'];
  t.same(
    codes.map((_, counter) => totpCode(SECRET, counter)),
    codes,
  );
  t.end();
});

t.test('a code counts in its step, the one before and the one after, and names its step', (t) => {
  const now = 1_111_111_111_000;
  const step = totpStep(now);
  for (const drift of [-1, 0, 1])
    t.equal(matchTotp(SECRET, totpCode(SECRET, step + drift), now), step + drift);
  for (const drift of [-2, 2]) t.equal(matchTotp(SECRET, totpCode(SECRET, step + drift), now), null);
  for (const code of ['', '05047', '0504711', ' 050471', 'abcdef'])
    t.equal(matchTotp(SECRET, code, now), null);
  t.end();
});

t.test('base32 is that of RFC 4648, 10, and people may write it as they like', (t) => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const vectors = [
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const;
  for (const [plain, encoded] of vectors) {
    t.equal(base32(bytes(plain)), encoded);
    t.same(parseBase32(encoded), bytes(plain));
  }
  t.same(parseBase32('mzxw 6ytb-oi======\n'), bytes('foobar'));
  for (const wrong of ['', 'MZXW1', 'MZXW8', 'é']) t.equal(parseBase32(wrong), null);
  t.end();
});

t.test('what an authenticator scans names issuer and account', (t) => {
  const uri = new URL(otpauthUri(SECRET, 'Teken Kab. Contoh', 'kepala-dinas'));
  t.equal(uri.protocol, 'otpauth:');
  t.equal(uri.searchParams.get('issuer'), 'Teken Kab. Contoh');
  t.same(parseBase32(uri.searchParams.get('secret') ?? ''), SECRET);
  t.match(uri.pathname, /Teken%20Kab\.%20Contoh:kepala-dinas$/);
  t.end();
});
