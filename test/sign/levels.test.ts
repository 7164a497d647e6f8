// Every algorithm at every level: the requirements of the level read from the finished bytes, the verifier's word on it, and
// what pdfsig and qpdf say.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { hex, sameBytes } from '../../src/asn1/values.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { SigningRefused, TrustServiceFailed } from '../../src/sign/errors.ts';
import type { Level, RawSigner } from '../../src/sign/ports.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { verifyBytes } from '../attacks/carrier.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { run, toolMissing } from '../tools.ts';
import { developmentRevocation, developmentTimestamps, now, pki, signerOf } from './development-signer.ts';
import { ALGORITHMS, raiseTo, signAt, structureOf } from './long-term.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-levels-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const letter = handmadePdf({ objects: onePage() });

// Signing, section 3.1 read as the expected facts.
const BASELINE = {
  type: true,
  filter: true,
  claimedTime: true,
  certEntry: false,
  byteRange: true,
  version: 1,
  eContent: false,
  signers: 1,
  holdsSigner: true,
  contentType: 1,
  messageDigest: 1,
  signingCertificate: 1,
  signingTime: 0,
  revocationAttribute: 0,
};
const NO_STORE = { hasStore: false, ocspResponses: 0, crls: 0 };
// The signer's and the authority's OCSP responses, and the root's list for the CA that issued both.
const STORE = { hasStore: true, storesChains: true, ocspResponses: 2, crls: 1 };
const EXPECTED: Readonly<Record<Level, object>> = {
  'B-B': { ...BASELINE, signatureTimestamps: 0, documentTimestamps: 0, ...NO_STORE },
  'B-T': { ...BASELINE, signatureTimestamps: 1, documentTimestamps: 0, ...NO_STORE },
  'B-LT': { ...BASELINE, signatureTimestamps: 1, documentTimestamps: 0, ...STORE },
  'B-LTA': { ...BASELINE, signatureTimestamps: 1, documentTimestamps: 1, ...STORE },
};

for (const [name, identity, algorithm] of ALGORITHMS) {
  t.test(`${name}: each level has what it demands, and the verifier calls it by its name`, async (t) => {
    const signer = await signerOf(identity);
    for (const level of Object.keys(EXPECTED) as Level[]) {
      const { bytes, signature } = await signAt(level, letter, { signer, request: { algorithm } });
      t.ok(sameBytes(bytes.subarray(0, letter.length), letter), 'the old bytes are a prefix');
      t.match(structureOf(bytes), EXPECTED[level], level);
      t.equal(signature.level, `PAdES-${level}`);
      t.same(signature.deviations, []);
      const offline = await verifyBytes(bytes, { revocation: null });
      if (level === 'B-LT' || level === 'B-LTA')
        t.equal(offline.verdict, 'VALID', `${level}: nothing has to be asked`);
      await checkWithTools(t, bytes, algorithm.startsWith('rsa-pss') || name === 'Ed25519');
    }
  });
}

// Poppler reads neither PSS nor Ed25519.
async function checkWithTools(t: Test, bytes: Uint8Array, unreadable: boolean): Promise<void> {
  const path = join(folder, 'signed.pdf');
  writeFileSync(path, bytes);
  if (toolMissing('qpdf') === false) t.equal((await run('qpdf', ['--check', path])).code, 0, 'qpdf');
  if (unreadable || toolMissing('pdfsig') !== false) return;
  const { stdout } = await run('pdfsig', ['-nocert', path]);
  t.equal(/Signature Validation: (.*)/.exec(stdout)?.[1], 'Signature is Valid.', 'pdfsig');
}

t.test('twenty signers at B-LTA, one after the other: all of them stand at the level', async (t) => {
  let file = letter;
  for (let i = 0; i < 20; i += 1) {
    const [, identity] = ALGORITHMS[i % ALGORITHMS.length] ?? [];
    if (identity === undefined) throw new Error('no signer');
    ({ bytes: file } = await signAt('B-LTA', file, { signer: await signerOf(identity), now: now + i }));
  }
  const { signatures, verdict, counts } = await verifyBytes(file, { revocation: null });
  t.equal(verdict, 'VALID');
  t.same(counts, { signatures: 20, ok: 20, notOk: 0 });
  const levels = signatures.filter(({ kind }) => kind !== 'doc-timestamp').map(({ level }) => level);
  t.same(levels, Array(20).fill('PAdES-B-LTA'));
});

t.test('a later signature at a lower level takes nothing from an earlier one', async (t) => {
  const first = await signAt('B-LTA', letter);
  const { report } = await signAt('B-LT', first.bytes, { now: now + 1 });
  t.same(
    report.signatures.map(({ level }) => level),
    ['PAdES-B-LTA', 'DOC-TIMESTAMP', 'PAdES-B-LT'],
  );
  const { bytes } = await signAt('B-B', first.bytes, { now: now + 1 });
  t.match((await verifyBytes(bytes)).signatures[0], { level: 'PAdES-B-LTA', verdict: 'VALID' });
});

t.test('the answer says until when the archive time-stamp proves something', async (t) => {
  const { signed } = await signAt('B-LTA', letter);
  const { notAfter } = parseCertificate(pki.tsa.certificate);
  // The authority signs with RSA PKCS#1 v1.5, which TS 119 312 recommends until the end of 2028.
  t.equal(signed.renewBefore, Math.min(notAfter, Date.UTC(2029, 0, 1)));
  t.equal((await signAt('B-LT', letter)).signed.renewBefore, null);
});

/** A signer that tells whether its key was used. */
async function watched(name: keyof typeof pki.signers): Promise<{ signer: RawSigner; used: () => number }> {
  const signer = await signerOf(pki.signers[name]);
  let used = 0;
  const sign: RawSigner['sign'] = (...call) => {
    used += 1;
    return signer.sign(...call);
  };
  return { signer: { ...signer, sign }, used: () => used };
}

t.test('a revoked certificate is refused before its key is used', async (t) => {
  for (const level of ['B-LT', 'B-LTA'] as const) {
    const { signer, used } = await watched('dicabut');
    const failure = await signAt(level, letter, { signer }).catch((error: unknown) => error);
    t.ok(failure instanceof SigningRefused);
    t.match(failure, { code: 'certificate-revoked', values: { subject: 'Pejabat Dicabut (UJI COBA)' } });
    t.equal(used(), 0);
  }
});

t.test(
  'without revocation data the key is not used, and each certificate is named with its reason',
  async (t) => {
    const { signer, used } = await watched('pejabat');
    const failures = [
      { kind: 'ocsp', reason: 'timeout' },
      { kind: 'crl', reason: 'http-status' },
    ] as const;
    const silent = { fetch: async () => ({ ocsp: null, crl: null, failures }) };
    const named = (subject: string) =>
      failures.map(({ kind: source, reason }) => ({ subject, source, reason }));
    await t.rejects(
      signAt('B-LT', letter, { signer, revocation: silent }),
      new TrustServiceFailed('revocation-unavailable', {
        certificates: [
          ...named('Pejabat Contoh (UJI COBA)'),
          ...named('CA Penerbit Pengembangan DS G1 (TIDAK SAH)'),
        ],
      }),
    );
    t.equal(used(), 0);
  },
);

t.test('a chain that no anchor ends is no evidence', async (t) => {
  const trustList = { ...pki.trustList(nodePlatform.digests), anchors: [] };
  const verification = { trustList, policy: DEFAULT_POLICY };
  await t.rejects(signAt('B-LT', letter, { verification }), {
    code: 'revocation-unavailable',
    values: {
      certificates: [{ subject: 'Pejabat Contoh (UJI COBA)', source: null, reason: 'path no-path' }],
    },
  });
});

t.test('an authority that stops answering before the archive time-stamp leaves nothing', async (t) => {
  const timestamps = developmentTimestamps();
  let asked = 0;
  const once = {
    ...timestamps,
    stamp: (...call: Parameters<typeof timestamps.stamp>) => {
      asked += 1;
      if (asked > 1) throw new TrustServiceFailed('tsa-unavailable', { sources: [] });
      return timestamps.stamp(...call);
    },
  };
  await t.rejects(signAt('B-LTA', letter, { timestamps: once }), { code: 'tsa-unavailable' });
  t.equal(asked, 2);
});

t.test('a token larger than expected is asked for once more with room for it', async (t) => {
  const { report, bytes } = await signAt('B-LTA', letter, { timestamps: developmentTimestamps(1) });
  t.equal(report.signatures[0]?.level, 'PAdES-B-LTA');
  t.equal(structureOf(bytes).documentTimestamps, 1);
});

t.test('nothing is fetched twice for one document, and the same item is stored once', async (t) => {
  const source = developmentRevocation();
  const asked: string[] = [];
  const counting = {
    fetch: (...call: Parameters<typeof source.fetch>) => {
      asked.push(hex(call[0].serialNumber));
      return source.fetch(...call);
    },
  };
  const first = await signAt('B-LTA', letter, { revocation: counting });
  t.equal(asked.length, 3, 'signer, authority, and the CA above both');
  t.equal(new Set(asked).size, 3);
  const again = await raiseTo('B-LT', first.bytes, { revocation: null });
  t.equal(again.raised.update.length, 0, 'all of it is there');
});
