import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { criticalExtendedKeyUsage, keyUsage, plain } from '../../certs-dev/encode-extensions.ts';
import {
  encodeExplicit,
  encodeGeneralizedTime,
  encodeInteger,
  encodeOid,
  encodeSequence,
} from '../../src/asn1/encode.ts';
import { Oid } from '../../src/asn1/oids.ts';
import { readCertificates } from '../../src/cms/certificates.ts';
import { checkTimestampToken, type TimestampCheck } from '../../src/cms/check-timestamp.ts';
import { MalformedCms } from '../../src/cms/errors.ts';
import {
  encodeTimestampRequest,
  encodeTimestampResponse,
  parseTimestampRequest,
  readTimestampResponse,
} from '../../src/cms/timestamp.ts';
import {
  encodeMessageImprint,
  encodeTstInfo,
  parseTimestampToken,
  type TimestampToken,
} from '../../src/cms/timestamp-token.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { run, toolMissing } from '../tools.ts';
import { buildCms, type CmsParts, LETTER } from './build-cms.ts';
import {
  authority,
  issue,
  issueTimestampAuthority,
  NOW,
  pem,
  type TestIdentity,
  timestampUsage,
} from './identities.ts';

const { digests, arithmetic } = nodePlatform;
const POLICY = '2.25.329800735698586629295641978511506172918';
const imprint = { algorithm: 'sha256', digest: digests.of('sha256', LETTER) } as const;
const tsa = issueTimestampAuthority();

function tstInfo(change: Partial<Parameters<typeof encodeTstInfo>[0]> = {}): Uint8Array {
  return encodeTstInfo({
    policy: POLICY,
    ...imprint,
    serialNumber: Uint8Array.of(0x7f, 1),
    genTime: NOW,
    nonce: 0xf123456789abcdefn,
    ...change,
  });
}

function token(eContent: Uint8Array, change: Partial<CmsParts> = {}): Uint8Array {
  return buildCms({ signer: tsa, eContentType: Oid.tstInfo, eContent, ...change });
}

function check(der: Uint8Array, content: Uint8Array = LETTER): TimestampCheck {
  const parsed = parseTimestampToken(der);
  return checkTimestampToken(parsed, {
    imprint: (algorithm) => digests.of(algorithm, content),
    candidates: readCertificates(parsed.signedData).certificates,
    verified: (question) => arithmetic.verify(question) === true,
    digests,
  });
}

function found(result: TimestampCheck): string[] {
  return result.findings.map(({ code, effect }) => `${code} ${effect}`);
}

t.test('a request says what it is for, and reads back the same', async (t) => {
  const request = encodeTimestampRequest({ ...imprint, nonce: 0x8000000000000001n, policy: POLICY });
  t.same(parseTimestampRequest(request), {
    imprint,
    nonce: 0x8000000000000001n,
    policy: POLICY,
    certReq: true,
  });
  t.equal(parseTimestampRequest(encodeTimestampRequest({ ...imprint, nonce: 1n })).policy, null);
});

t.test('a request with an extension, of another version or with bytes behind it is refused', async (t) => {
  const request = (...parts: Uint8Array[]): Uint8Array => encodeSequence(...parts);
  const body = encodeMessageImprint('sha256', imprint.digest);
  const extension = encodeExplicit(0, encodeSequence());
  for (const bad of [
    request(encodeInteger(1), body, extension),
    request(encodeInteger(2), body),
    Uint8Array.of(...request(encodeInteger(1), body), 0),
    Uint8Array.of(),
  ]) {
    t.throws(() => parseTimestampRequest(bad), { name: 'MalformedCms', code: 'cms-malformed' });
  }
  t.equal(parseTimestampRequest(request(encodeInteger(1), body)).certReq, false);
});

t.test('a response gives the token byte for byte, or the reason for none', async (t) => {
  const der = token(tstInfo());
  t.same(readTimestampResponse(encodeTimestampResponse({ status: 'granted', token: der })), {
    status: 'granted',
    statusText: null,
    failureInfo: [],
    token: der,
  });
  const rejection = {
    status: 'rejection',
    failureInfo: 'unacceptedPolicy',
    statusText: 'kebijakan lain',
  } as const;
  t.same(readTimestampResponse(encodeTimestampResponse(rejection)), {
    ...rejection,
    failureInfo: ['unacceptedPolicy'],
    token: null,
  });
  const unknownStatus = encodeSequence(encodeSequence(encodeInteger(9)));
  t.throws(() => readTimestampResponse(unknownStatus), new MalformedCms('cms-malformed', 'status'));
  t.throws(() => readTimestampResponse(new TextEncoder().encode('<html>')), { code: 'cms-malformed' });
});

t.test('a token says what it attests', async (t) => {
  const parsed = parseTimestampToken(token(tstInfo({ accuracySeconds: 2 })));
  t.same(parsed.tstInfo, {
    version: 1,
    policy: POLICY,
    imprint,
    serialNumber: Uint8Array.of(0x7f, 1),
    genTime: Math.floor(NOW / 1000) * 1000,
    accuracyMs: 2000,
    ordering: false,
    nonce: 0xf123456789abcdefn,
    tsa: null,
    extensions: false,
  });
  t.equal(parseTimestampToken(token(tstInfo({ nonce: null }))).tstInfo.nonce, null);
  t.equal(parseTimestampToken(token(tstInfo())).tstInfo.accuracyMs, null);
});

t.test('accepts a token that keeps the rules', async (t) => {
  const result = check(token(tstInfo()));
  t.same(found(result), []);
  t.same(result.certificate?.der, tsa.certificate);
  t.equal(result.signer.valueMatches, true);
});

t.test('each rule for tokens that is broken has its finding', async (t) => {
  const signedBy = (signer: TestIdentity): Uint8Array => token(tstInfo(), { signer });
  const usage = (...extensions: Parameters<typeof issueTimestampAuthority>[0] & object): Uint8Array =>
    signedBy(issueTimestampAuthority(extensions));
  const nonCritical = plain(Oid.extendedKeyUsage, encodeSequence(encodeOid(Oid.ekuTimeStamping)));
  const early = { notBefore: NOW - 10 * 86_400_000, notAfter: NOW - 1000 };
  const late = { notBefore: NOW + 1000, notAfter: NOW + 86_400_000 };
  const validFor = (validity: typeof early): Uint8Array =>
    signedBy(issue('rsa', { extensions: timestampUsage(), validity }));
  const rules: readonly (readonly [string, Uint8Array, readonly string[], Uint8Array?])[] = [
    ['copied from another letter', token(tstInfo()), ['imprint-mismatch hash'], Uint8Array.of(1)],
    ['version 2', token(withVersion(2)), ['tst-info-version structure']],
    [
      'an imprint by an unknown digest',
      token(withUnknownImprint()),
      ['imprint-algorithm-unsupported constraint'],
    ],
    ['no timeStamping usage', signedBy(issue('rsa')), ['timestamp-key-usage constraint']],
    [
      'a usage that is not critical',
      usage(keyUsage('digitalSignature'), nonCritical),
      ['timestamp-key-usage constraint'],
    ],
    [
      'a second usage',
      usage(
        keyUsage('digitalSignature'),
        criticalExtendedKeyUsage(Oid.ekuTimeStamping, Oid.ekuEmailProtection),
      ),
      ['timestamp-key-usage constraint'],
    ],
    ['a certificate that had ended', validFor(early), ['timestamp-certificate-not-in-force constraint']],
    ['a certificate that had not begun', validFor(late), ['timestamp-certificate-not-in-force constraint']],
    [
      'two SignerInfos',
      token(tstInfo(), { signerInfos: (info) => [info, info] }),
      ['signer-count structure'],
    ],
    ['no certificate', token(tstInfo(), { certificates: [] }), ['signing-certificate-not-found constraint']],
    [
      'no signed attributes',
      token(tstInfo(), { signedAttributes: null, content: tstInfo() }),
      ['signed-attributes-missing constraint', 'signing-certificate-missing constraint'],
    ],
    [
      'a changed value',
      token(tstInfo(), { signature: (value) => value.with(9, (value[9] ?? 0) ^ 1) }),
      ['signature-value-mismatch value'],
    ],
    ['a TSTInfo that was exchanged', exchanged(), ['digest-mismatch hash']],
  ];
  for (const [name, der, expected, content] of rules) t.same(found(check(der, content)), expected, name);
});

t.test('what is no token is refused', async (t) => {
  t.throws(
    () => parseTimestampToken(buildCms({ signer: tsa })),
    new MalformedCms('cms-malformed', 'eContentType'),
  );
  const detached = buildCms({ signer: tsa, eContentType: Oid.tstInfo });
  t.throws(() => parseTimestampToken(detached), new MalformedCms('cms-malformed', 'eContentType'));
  const fractionless = encodeSequence(encodeInteger(1));
  t.throws(() => parseTimestampToken(token(fractionless)), { code: 'cms-malformed', where: 'TSTInfo' });
});

t.test('OpenSSL and we read each other', { skip: toolMissing('openssl') }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'teken-tst-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = (name: string) => join(folder, name);
  const openssl = async (...args: string[]) => {
    const outcome = await run('openssl', args);
    t.equal(outcome.code, 0, `openssl ${args[0]} ${args[1]}: ${outcome.stderr}`);
  };
  await writeFile(file('ca.pem'), pem(authority.certificate));
  await writeFile(file('tsa.pem'), pem(tsa.certificate));
  await writeFile(file('tsa.key'), tsa.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  await writeFile(file('letter'), LETTER);

  await t.test('openssl ts -verify accepts our token for our request', async () => {
    const request = encodeTimestampRequest({ ...imprint, nonce: 77n });
    const der = token(tstInfo({ genTime: Date.now(), nonce: parseTimestampRequest(request).nonce }));
    await writeFile(file('request.tsq'), request);
    await writeFile(file('answer.tsr'), encodeTimestampResponse({ status: 'granted', token: der }));
    const ends = ['-in', file('answer.tsr'), '-CAfile', file('ca.pem'), '-untrusted', file('tsa.pem')];
    await openssl('ts', '-verify', '-queryfile', file('request.tsq'), ...ends);
    await openssl('ts', '-verify', '-data', file('letter'), ...ends);
  });

  await t.test('openssl ts -reply answers our request, and its token keeps our rules', async (t) => {
    const nonce = 0x8899aabbccddeeffn;
    await writeFile(file('request.tsq'), encodeTimestampRequest({ ...imprint, nonce }));
    await writeFile(file('serial'), '01\n');
    await writeFile(file('tsa.cnf'), opensslAuthority(folder));
    await openssl(
      'ts',
      '-reply',
      '-config',
      file('tsa.cnf'),
      '-queryfile',
      file('request.tsq'),
      '-out',
      file('theirs.tsr'),
    );
    const response = readTimestampResponse(await readFile(file('theirs.tsr')));
    t.equal(response.status, 'granted');
    const der = response.token ?? new Uint8Array();
    const parsed: TimestampToken = parseTimestampToken(der);
    t.equal(parsed.tstInfo.nonce, nonce);
    t.equal(parsed.tstInfo.accuracyMs, 1501, '1 s, 500 ms and 1 µs, rounded up');
    t.equal(parsed.tstInfo.ordering, true);
    const unexplained = found(check(der)).filter((finding) => !finding.endsWith('info'));
    t.same(unexplained, []);
  });
});

function opensslAuthority(folder: string): string {
  return `[tsa]
default_tsa = uji
[uji]
serial = ${join(folder, 'serial')}
signer_cert = ${join(folder, 'tsa.pem')}
signer_key = ${join(folder, 'tsa.key')}
signer_digest = sha256
ess_cert_id_alg = sha256
default_policy = ${POLICY}
digests = sha256
accuracy = secs:1, millisecs:500, microsecs:1
ordering = yes
tsa_name = yes
`;
}

function withVersion(version: number): Uint8Array {
  return encodeSequence(
    encodeInteger(version),
    encodeOid(POLICY),
    encodeMessageImprint('sha256', imprint.digest),
    encodeInteger(5),
    encodeGeneralizedTime(NOW),
  );
}

function withUnknownImprint(): Uint8Array {
  return encodeSequence(
    encodeInteger(1),
    encodeOid(POLICY),
    encodeSequence(encodeSequence(encodeOid('2.25.1')), Uint8Array.of(4, 2, 1, 1)),
    encodeInteger(5),
    encodeGeneralizedTime(NOW),
  );
}

/** A token whose TSTInfo was replaced after signing by one with another time. */
function exchanged(): Uint8Array {
  const der = Buffer.from(token(tstInfo()));
  const time = der.indexOf('20261121030405Z', 'latin1');
  der.write('20261121030404Z', time, 'latin1');
  return new Uint8Array(der);
}
