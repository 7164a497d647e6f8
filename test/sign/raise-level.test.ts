// Raising what is signed already: our own and foreign signatures, step by step, again and again, and what keeps them below.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import type { Instant } from '../../src/asn1/values.ts';
import { hex, sameBytes } from '../../src/asn1/values.ts';
import { bytesSource, DEFAULT_POLICY, raiseLevel, type TrustAnchor, trustListOf } from '../../src/index.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { readSecurityStores } from '../../src/pdf/security-store.ts';
import { writeSecurityStore } from '../../src/pdf/write-security-store.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { sameName } from '../../src/pki/name.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { reaches } from '../../src/self-check.ts';
import { SigningFailed, TrustServiceFailed } from '../../src/sign/errors.ts';
import { openForSigning } from '../../src/sign/prepared-signature.ts';
import { readSignedItems } from '../../src/sign/signed-items.ts';
import { ValidationMaterial } from '../../src/sign/validation-material.ts';
import { guardedClient } from '../../src/trust-services/guarded-fetch.ts';
import { revocationClient } from '../../src/trust-services/revocation-client.ts';
import { timestampSource } from '../../src/trust-services/timestamp-client.ts';
import { verifyBytes } from '../attacks/carrier.ts';
import { crlFaults, ocspFaults, startRevocationDouble } from '../doubles/faulty-revocation.ts';
import { startAuthority, timestampFaults } from '../doubles/faulty-timestamps.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { corpus, corpusFiles, corpusMissing, run, toolMissing } from '../tools.ts';
import { developmentRevocation, developmentTimestamps, now, pki, signerOf } from './development-signer.ts';
import { ALGORITHMS, raiseTo, signAt, structureOf, wholePki } from './long-term.ts';

const YEAR = 365 * 86_400_000;
const { digests } = nodePlatform;
const PYHANKO_ROOTS = corpusMissing() === false ? readPyhankoRoots() : [];

/** The roots under which pyHanko made its files. */
function readPyhankoRoots() {
  const folder = join(corpus() ?? '', 'pki', 'pyhanko-roots');
  return readdirSync(folder).map((name) => {
    const pem = readFileSync(join(folder, name), 'latin1');
    return parseCertificate(new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')));
  });
}

const letter = handmadePdf({ objects: onePage() });

async function levelsOf(bytes: Uint8Array): Promise<readonly string[]> {
  const { signatures } = await verifyBytes(bytes, { revocation: null });
  return signatures.map(({ level }) => level);
}

t.test('each step leads to its level and leaves all bytes before it alone', async (t) => {
  let { bytes } = await signAt('B-B', letter);
  const signatureBefore = bytes;
  for (const level of ['B-T', 'B-LT', 'B-LTA'] as const) {
    const before = bytes;
    const { report, ...raised } = await raiseTo(level, before);
    ({ bytes } = raised);
    t.ok(sameBytes(bytes.subarray(0, before.length), before), 'appended only');
    t.equal(report.signatures[0]?.level, `PAdES-${level}`);
  }
  t.ok(sameBytes(bytes.subarray(0, signatureBefore.length), signatureBefore));
  t.same(await levelsOf(bytes), ['PAdES-B-LTA', 'DOC-TIMESTAMP', 'DOC-TIMESTAMP']);
  t.equal((await verifyBytes(bytes, { revocation: null })).verdict, 'VALID');
});

t.test('from B-B to B-LTA in one call, for every algorithm', async (t) => {
  for (const [name, identity, algorithm] of ALGORITHMS) {
    const { bytes } = await signAt('B-B', letter, {
      signer: await signerOf(identity),
      request: { algorithm },
    });
    const raised = await raiseTo('B-LTA', bytes);
    t.match(raised.report, { verdict: 'VALID', signatures: [{ level: 'PAdES-B-LTA' }] }, name);
    t.match(structureOf(raised.bytes), { documentTimestamps: 2, hasStore: true }, name);
  }
});

t.test('a level that was reached before costs nothing', async (t) => {
  const { bytes } = await signAt('B-LTA', letter);
  for (const level of ['B-T', 'B-LT'] as const) {
    const { raised } = await raiseTo(level, bytes, { timestamps: null, revocation: null });
    t.equal(raised.update.length, 0, level);
  }
});

t.test('a second signature by the same signer has its evidence behind it too', async (t) => {
  const first = (await signAt('B-LT', letter)).bytes;
  const { bytes } = await signAt('B-LT', first);
  const stores = (file: Uint8Array): number =>
    Buffer.from(file).toString('latin1').split('/Type /DSS').length - 1;
  t.equal(stores(first), 1);
  t.equal(stores(bytes), 2, 'written again, with nothing new in it');
  const { raised } = await raiseTo('B-LT', bytes, { timestamps: null, revocation: null });
  t.equal(raised.update.length, 0, 'and not a third time');
});

t.test('eight renewals, a year apart: the signature outlives its certificate', async (t) => {
  let { bytes } = await signAt('B-LTA', letter);
  let at: Instant = now;
  for (let year = 1; year <= 8; year += 1) {
    at = now + year * YEAR;
    const before = bytes;
    const { raised, ...made } = await raiseTo('B-LTA', before, { at });
    ({ bytes } = made);
    t.ok(sameBytes(bytes.subarray(0, before.length), before));
    t.equal(raised.documentTimestamps.length, 1, 'one time-stamp for each renewal');
    t.match(made.report, { ok: true, signatures: [{ level: 'PAdES-B-LTA' }] }, `year ${year}`);
  }
  const { signatures, ok } = await verifyBytes(bytes, { now: at, revocation: null });
  t.ok(ok);
  t.equal(signatures.length, 10);
  t.match(signatures[0], { verdict: 'VALID_WITH_NOTES', integrity: { status: 'INTACT' } });
  t.ok(signatures[0]?.reasons.some(({ code }) => code === 'CERT_EXPIRED_SINCE'));
  if (toolMissing('qpdf') === false) {
    const path = join(t.testdir({ 'renewed.pdf': Buffer.from(bytes) }), 'renewed.pdf');
    t.equal((await run('qpdf', ['--check', path])).code, 0);
  }
});

t.test('a renewal stores the evidence for the time-stamp before it', async (t) => {
  const { bytes } = await signAt('B-LTA', letter);
  const before = storeOf(bytes);
  const after = storeOf((await raiseTo('B-LTA', bytes, { at: now + YEAR })).bytes);
  t.equal(
    after.ocspResponses.length,
    before.ocspResponses.length,
    'an answer that covers its time is there already',
  );
  const other = await createDevelopmentPki({
    now,
    baseUrl: pki.baseUrl,
    keys: 'fast',
    platform: nodePlatform,
  });
  t.notOk(sameBytes(other.tsa.certificate, pki.tsa.certificate));
  const clock = () => now;
  const verification = {
    policy: DEFAULT_POLICY,
    trustList: trustListOf({
      anchors: [...pki.trustList(digests).anchors, ...other.trustList(digests).anchors],
      intermediates: [],
      asOf: now,
      digests,
    }),
  };
  const elsewhere = await raiseTo('B-LTA', bytes, {
    timestamps: developmentTimestamps(8192, { pki: other, clock }),
    verification,
  });
  const ofBoth: typeof developmentRevocation = () => ({
    fetch: (certificate, issuer, signal) =>
      developmentRevocation({
        pki:
          sameBytes(issuer.der, other.issuing.certificate) || sameBytes(issuer.der, other.root.certificate)
            ? other
            : wholePki,
        clock,
      }).fetch(certificate, issuer, signal),
  });
  const renewed = await raiseTo('B-LTA', elsewhere.bytes, { revocation: ofBoth(), verification });
  const grown = storeOf(renewed.bytes);
  t.equal(grown.ocspResponses.length, before.ocspResponses.length + 1, 'about the other authority');
  t.equal(grown.crls.length, before.crls.length + 1, 'of its root');
});

function storeOf(bytes: Uint8Array) {
  return readSecurityStores(openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'refuse' }));
}

t.test('every signature of a file is raised, and each is named that cannot be', async (t) => {
  const one = await signAt('B-B', letter);
  const two = await signAt('B-T', one.bytes, { signer: await signerOf(pki.signers.pejabatEc), now: now + 1 });
  const raised = await raiseTo('B-LTA', two.bytes);
  t.same(
    raised.report.signatures.slice(0, 2).map(({ level }) => level),
    ['PAdES-B-LTA', 'PAdES-B-LTA'],
  );
  const revoked = await signAt('B-T', one.bytes, {
    signer: await signerOf(pki.signers.dicabut),
    now: now + 1,
  });
  await t.rejects(raiseTo('B-LT', revoked.bytes), {
    name: 'SigningRefused',
    code: 'certificate-revoked',
    values: { subject: 'Pejabat Dicabut (UJI COBA)' },
  });
});

t.test('a certificate revoked after the proven time does not stop its signature', async (t) => {
  const { bytes } = await signAt('B-T', letter);
  const { serialNumber } = parseCertificate(pki.signers.pejabat.certificate);
  const later = { ...wholePki, revocations: [{ serialNumber, at: now + 60_000, reason: 4 }] };
  const at = now + 120_000;
  const { report } = await raiseTo('B-LTA', bytes, {
    at,
    revocation: developmentRevocation({ pki: later, clock: () => at }),
  });
  t.match(report.signatures[0], { level: 'PAdES-B-LTA', verdict: 'REVOKED_LATER' });
});

t.test('a broken signature is refused, or stays as it is and is reported', async (t) => {
  const { bytes, signed: first } = await signAt('B-T', letter);
  const broken = withFlippedDigit(bytes, letter.length);
  const { signed: second, ...two } = await signAt('B-T', broken, {
    signer: await signerOf(pki.signers.pejabatEc),
    now: now + 1,
    earlierBroken: 'warn',
  });
  await t.rejects(raiseTo('B-LTA', two.bytes), {
    code: 'earlier-signature-broken',
    values: { fields: [first.fieldName] },
  });
  const { raised, report } = await raiseTo('B-LTA', two.bytes, { earlierBroken: 'warn' });
  t.same(raised.leftAsTheyWere, [first.fieldName]);
  t.match(report.signatures, [
    { fieldName: first.fieldName, indication: 'TOTAL_FAILED' },
    { fieldName: second.fieldName, level: 'PAdES-B-LTA' },
  ]);
});

/** One digit in the middle of the CMS of the first update. */
function withFlippedDigit(bytes: Uint8Array, from: number): Uint8Array {
  const changed = bytes.slice();
  const at = from + Buffer.from(changed.subarray(from)).toString('latin1').indexOf('/Contents <') + 5_000;
  changed[at] = changed[at] === 0x30 ? 0x31 : 0x30;
  return changed;
}

t.test('what is not signed has no level', async (t) => {
  await t.rejects(raiseTo('B-LTA', letter), {
    name: 'SigningRefused',
    code: 'level-unsupported',
    values: { level: 'B-LTA', fields: [] },
  });
});

t.test('a file that its certification or lock closes for changes may still be archived', async (t) => {
  const locked = handmadePdf({
    objects: onePage({
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [20 0 R] /SigFlags 0 >> >>',
      20: '<< /FT /Sig /T (Kunci) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R /Lock << /Type /SigFieldLock /Action /All /P 1 >> >>',
    }),
  });
  const { bytes } = await signAt('B-T', locked, { request: { fieldName: 'Kunci' } });
  await t.rejects(signAt('B-B', bytes, { now: now + 1 }), { code: 'docmdp-forbids' });
  const { report } = await raiseTo('B-LTA', bytes);
  t.match(report, {
    verdict: 'VALID',
    signatures: [{ level: 'PAdES-B-LTA', integrity: { status: 'INTACT' } }],
  });
});

t.test('the store only grows: direct, indirect and with entries by signature', async (t) => {
  const id = new Uint8Array(16);
  const stream = (data: string): string => `<< /Length ${data.length} >>\nstream\n${data}\nendstream`;
  const [old, fresh, listed] = [Buffer.from('lama'), Buffer.from('baru'), Buffer.from('dulu')];
  for (const form of ['direct', 'indirect'] as const) {
    const store =
      '<< /Certs [30 0 R] /VRI << /AABBAABBAABBAABBAABBAABBAABBAABBAABBAABB << /Cert [31 0 R] >> >> >>';
    const file = handmadePdf({
      objects: onePage({
        1: `<< /Type /Catalog /Pages 2 0 R /DSS ${form === 'direct' ? store : '29 0 R'} >>`,
        ...(form === 'direct' ? {} : { 29: store }),
        30: stream('lama'),
        31: stream('dulu'),
      }),
    });
    const open = (bytes: Uint8Array) =>
      openDocument(bytesSource(bytes), { ...nodePlatform, damaged: 'refuse' });
    const additions = { certificates: [old, fresh, fresh, listed], ocspResponses: [], crls: [] };
    const update = writeSecurityStore(open(file), additions, 0, id, nodePlatform.randomBytes);
    if (update === null) throw new Error('nothing was written');
    const text = Buffer.from(update).toString('latin1');
    t.match(
      text,
      /\/Certs \[30 0 R \d+ 0 R 31 0 R\]/,
      `${form}: what was there first, the known stream once more listed`,
    );
    t.match(text, '/AABBAABBAABBAABBAABBAABBAABBAABBAABBAABB', 'entries by signature stay');
    t.equal(text.match(/stream\n/g)?.length, 2, 'one stream, begun and ended');
    t.equal(
      /\/Type \/Catalog/.test(text),
      form === 'direct',
      'the catalog is written only where it holds the store',
    );
    const grown = Buffer.concat([file, update]);
    t.equal(
      writeSecurityStore(open(grown), additions, 0, id, nodePlatform.randomBytes),
      null,
      'nothing is left to add',
    );
  }
});

t.test('a file of PDF 1.7 says that it uses what came later, one of PDF 2.0 does not', async (t) => {
  for (const version of ['1.7', '2.0']) {
    const file = Buffer.from(letter);
    file.write(version, 5, 'latin1');
    const { bytes } = await signAt('B-LT', file);
    t.equal(Buffer.from(bytes).toString('latin1').includes('/ESIC'), version === '1.7', version);
  }
});

t.test('no fault of a responder or a distribution point lets anything leave', async (t) => {
  const time = { now: Date.UTC(2026, 6, 1, 8) };
  const clock = () => time.now;
  const double = await startRevocationDouble(t, clock);
  const client = guardedClient({ privateAddresses: 'allow' });
  t.teardown(() => client.close());
  const byRoot = developmentRevocation({ pki: double.pki, clock });
  const rootDer = double.pki.root.certificate;
  // Only what never comes is waited for in vain.
  const fresh = (timeoutMs = 10_000) => {
    const remote = revocationClient({ client, platform: nodePlatform, clock, timeoutMs });
    return {
      fetch: (...call: Parameters<typeof remote.fetch>) =>
        sameBytes(call[1].der, rootDer) ? byRoot.fetch(...call) : remote.fetch(...call),
    };
  };
  const attempt = (revocation = fresh()) =>
    signAtDouble(double.pki, clock, revocation, developmentTimestamps(8192, { pki: double.pki, clock }));
  const sound = { ocsp: double.ocsp, crl: double.crl };
  double.crl = (_request, response) => void response.destroy();
  for (const [name, { respond, reason }] of Object.entries(await ocspFaults(double.pki, clock))) {
    double.ocsp = respond;
    const failure = await attempt(fresh(reason === 'timeout' ? 200 : undefined)).catch(
      (error: unknown) => error,
    );
    t.ok(failure instanceof TrustServiceFailed, name);
    t.match(
      failure,
      { code: 'revocation-unavailable', values: { certificates: [{ source: 'ocsp', reason }] } },
      name,
    );
  }
  double.ocsp = (_request, response) => void response.destroy();
  for (const [name, { respond, reason }] of Object.entries(await crlFaults(double.pki, clock))) {
    double.crl = respond;
    const failure = await attempt(fresh(reason === 'timeout' ? 200 : undefined)).catch(
      (error: unknown) => error,
    );
    t.ok(failure instanceof TrustServiceFailed, name);
    const { certificates } = (failure as TrustServiceFailed).values as {
      certificates: { source: string; reason: string }[];
    };
    t.ok(
      certificates.some((entry) => entry.source === 'crl' && entry.reason === reason),
      name,
    );
  }
  Object.assign(double, { ocsp: sound.ocsp });
  t.equal((await attempt()).signature.level, 'PAdES-B-LTA', 'when it answers again, it is used again');
  double.ocsp = (_request, response) => void response.destroy();
  double.crl = sound.crl;
  t.equal((await attempt()).signature.level, 'PAdES-B-LTA', 'the list serves where the responder does not');
});

t.test('no fault of a time-stamp authority lets anything leave', async (t) => {
  const clock = () => now;
  const client = guardedClient({ privateAddresses: 'allow' });
  t.teardown(() => client.close());
  for (const [name, { respond }] of Object.entries(await timestampFaults(pki, clock))) {
    const { url } = await startAuthority(t, respond);
    const timestamps = timestampSource({
      urls: [url],
      client,
      trustList: () => pki.trustList(digests),
      clock,
      platform: nodePlatform,
      budgetMs: 200,
    });
    const failure = await signAt('B-LTA', letter, { timestamps }).catch((error: unknown) => error);
    t.ok(failure instanceof TrustServiceFailed, name);
    t.match(failure, { code: /^(?:tsa-unavailable|clock-untrusted)$/ }, name);
  }
});

type Pki = Awaited<ReturnType<typeof createDevelopmentPki>>;

async function signAtDouble(
  of: Pki,
  clock: () => Instant,
  revocation: ReturnType<typeof developmentRevocation>,
  timestamps: ReturnType<typeof developmentTimestamps>,
) {
  return signAt('B-LTA', letter, {
    signer: await signerOf(of.signers.pejabat),
    timestamps,
    revocation,
    now: clock(),
    verification: { trustList: of.trustList(digests), policy: DEFAULT_POLICY },
  });
}

t.test('a caller that gives up gets nothing', async (t) => {
  const { bytes } = await signAt('B-T', letter);
  const controller = new AbortController();
  const source = developmentRevocation();
  const revocation = {
    fetch: (...call: Parameters<typeof source.fetch>) => {
      controller.abort();
      return source.fetch(...call);
    },
  };
  const trustList = pki.trustList(digests);
  await t.rejects(
    raiseLevel(bytesSource(bytes), 'B-LT', {
      platform: nodePlatform,
      timestamps: null,
      revocation,
      trustList,
      now,
      signal: controller.signal,
    }),
    { name: 'TrustServiceFailed', code: 'deadline-exceeded' },
  );
});

t.test('a token beyond 64 KiB is an error with numbers', async (t) => {
  const { bytes } = await signAt('B-T', letter);
  const huge = { name: 'besar', tokenSize: 1, stamp: async () => new Uint8Array(70_000) };
  await t.rejects(
    raiseTo('B-LTA', bytes, { timestamps: huge }),
    new SigningFailed('signature-too-large', { needed: 77_312, reserved: 65_536 }),
  );
});

t.test(
  'foreign signatures: each intact one is time-stamped, and those with their evidence inside are archived',
  { skip: corpusMissing() },
  async (t) => {
    const tally = { 'B-T': 0, 'B-LTA': 0, unprovable: 0, deviating: 0 };
    for (const file of corpusFiles({ category: ['ades-ltv', 'pades-valid', 'diff-permitted'] })) {
      const bytes = new Uint8Array(readFileSync(file.path));
      for (const level of ['B-T', 'B-LTA'] as const) {
        const outcome = await raiseForeign(level, bytes);
        if (outcome === null) tally[level] += 1;
        else if (outcome === 'revocation-unavailable') tally.unprovable += 1;
        else if (outcome === 'level-unsupported') tally.deviating += 1;
        // Broken before, or closed to us: nothing of ours.
        else
          t.match(outcome, /^(?:earlier-signature-broken|pdf-(?:encrypted|damaged|unsupported))$/, file.name);
      }
    }
    t.comment(JSON.stringify(tally));
    t.ok(tally['B-T'] >= 150, 'time-stamped');
    t.ok(tally['B-LTA'] >= 20, 'archived');
    t.equal(
      tally.unprovable,
      tally['B-T'] - tally['B-LTA'],
      'what is not archived says whose status is missing',
    );
  },
);

/** Trusts whatever root the file names, as if its operator had it. @returns the code of the refusal, null when it was raised */
async function raiseForeign(level: 'B-T' | 'B-LTA', bytes: Uint8Array): Promise<string | null> {
  try {
    const document = openForSigning(bytesSource(bytes), { platform: nodePlatform });
    const material = new ValidationMaterial(digests);
    material.addStore(readSecurityStores(document));
    for (const { cms, signatureTimestamps } of readSignedItems(document).items)
      for (const signedData of [cms, ...signatureTimestamps.map((token) => token.signedData)])
        material.addSignedData(signedData);
    const roots = material.certificates.filter(({ subject, issuer }) => sameName(subject, issuer));
    const anchors = [...PYHANKO_ROOTS, ...roots].map(
      (certificate): TrustAnchor => ({
        certificate,
        role: 'active',
        purposes: ['signature', 'seal', 'timestamp'],
        psreInduk: false,
      }),
    );
    const unique = new Map(anchors.map((anchor) => [hex(anchor.certificate.der), anchor]));
    const all = [...pki.trustList(digests).anchors, ...unique.values()];
    const trustList = trustListOf({ anchors: all, intermediates: [], asOf: now, digests });
    const verification = { trustList, policy: DEFAULT_POLICY };
    const { report } = await raiseTo(level, bytes, { verification });
    // Whose time-stamp stands alone in its file has no level.
    const wanted = report.signatures.filter(({ kind }) => kind !== 'doc-timestamp');
    return wanted.every((signature) => reaches(signature, level)) ? null : 'not-reached';
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== 'string') throw error;
    return code;
  }
}
