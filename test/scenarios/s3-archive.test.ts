// S3, correspondence that stays: a letter is signed with long-term evidence, delivered, checked, archived and renewed in time; twelve
// years later it is proven from the file alone, though the certificate has ended, or was revoked on the way.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { drawSampleLetter, SIGNATURE_ROOM } from '../../certs-dev/sample-letter.ts';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { DEFAULT_POLICY, ETSI_POLICY, type ValidationPolicy } from '../../src/verify/policy.ts';
import type { SuppliedItem } from '../../src/verify/ports.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { pem } from '../pki/authority.ts';
import { developmentRevocation, now, pki } from '../sign/development-signer.ts';
import { raiseTo, signAt, wholePki } from '../sign/long-term.ts';
import { projectRoot, run } from '../tools.ts';

const YEAR = 365 * 86_400_000;
const LATER = now + 12 * YEAR;
// While the official's certificate is in force, and long before each authority's ends.
const RENEWALS = [1, 5, 10].map((years) => now + years * YEAR);

const folder = await mkdtemp(join(tmpdir(), 'teken-s3-'));
t.teardown(() => rm(folder, { recursive: true }));

const { page, x, y, width, height } = SIGNATURE_ROOM;
const signed = await signAt('B-LTA', await drawSampleLetter(), {
  request: {
    placement: { page, rect: { x, y, width, height }, origin: 'bottom-left' },
    appearance: { position: 'Kepala Dinas Komunikasi dan Informatika' },
  },
});

/** The official's certificate is withdrawn a year and a half after the letter was signed: the key was lost. */
const revokedPki = {
  ...wholePki,
  revocations: [
    ...pki.revocations,
    {
      serialNumber: parseCertificate(pki.signers.pejabat.certificate).serialNumber,
      at: now + 1.5 * YEAR,
      reason: 1,
    },
  ],
};

async function renewed(bytes: Uint8Array): Promise<Uint8Array> {
  let archived = bytes;
  for (const at of RENEWALS) archived = (await raiseTo('B-LTA', archived, { at })).bytes;
  return archived;
}

/** What the authority answers about the official's certificate after the loss. */
async function answerAfterLoss(): Promise<SuppliedItem> {
  const [leaf, issuing] = pki.signers.pejabat.chain.map(parseCertificate);
  if (leaf === undefined || issuing === undefined) throw new Error('a chain of two');
  const authority = developmentRevocation({ pki: revokedPki, clock: () => now + 1.6 * YEAR });
  const { ocsp } = await authority.fetch(leaf, issuing, new AbortController().signal);
  if (ocsp === null) throw new Error('the authority has an answer');
  return { kind: 'ocsp', der: ocsp, receipt: { origin: 'folder', fetchedAt: null } };
}

/** Nobody is asked: what the file does not hold is not known. */
function judge(
  bytes: Uint8Array,
  at: number,
  policy: ValidationPolicy,
  supplied: readonly SuppliedItem[] = [],
): Promise<VerificationReport> {
  return verifyDocument(bytesSource(bytes), {
    platform: nodePlatform,
    trustList: pki.trustList(nodePlatform.digests),
    policy,
    revocation: null,
    supplied,
    now: at,
    signal: AbortSignal.timeout(30_000),
    detail: true,
  });
}

t.test('delivered, it is checked without a network and says from when on it needs care', async (t) => {
  const report = await judge(signed.bytes, now + 3_600_000, DEFAULT_POLICY);
  t.equal(report.verdict, 'VALID');
  const [signature] = report.signatures;
  t.match(signature, { level: 'PAdES-B-LTA', time: { source: 'timestamp', value: now }, page: 1 });
  t.match(signature?.forecast, { cause: 'algorithm', action: 'add-document-timestamp' });
});

t.test('renewed three times, it is proven twelve years later from the file alone', async (t) => {
  const archived = await renewed(signed.bytes);
  t.same(archived.subarray(0, signed.bytes.length), signed.bytes, 'nothing of it was touched');
  for (const policy of [DEFAULT_POLICY, ETSI_POLICY]) {
    const report = await judge(archived, LATER, policy);
    t.equal(report.ok, true, policy.id);
    const [signature] = report.signatures;
    t.match(signature, {
      verdict: 'VALID_WITH_NOTES',
      level: 'PAdES-B-LTA',
      time: { source: 'timestamp', value: now },
      integrity: { status: 'INTACT' },
      revocation: { status: 'GOOD' },
    });
    t.ok(
      signature?.reasons.some(({ code }) => code === 'CERT_EXPIRED_SINCE'),
      'and it says what has ended',
    );
    t.match(signature?.revocation?.source, /^embedded-/);
    t.match(signature?.details?.standard, { indication: 'TOTAL_PASSED', subIndication: null });
  }
  const path = join(folder, 'arsip.pdf');
  const trust = join(folder, 'root.pem');
  await writeFile(path, archived);
  await writeFile(trust, pem('CERTIFICATE', pki.root.certificate));
  const date = new Date(LATER).toISOString();
  const line = [
    'verify',
    '--offline',
    '--at',
    date,
    '--trust',
    trust,
    '--policy',
    'etsi',
    '-f',
    'json',
    path,
  ];
  const { code, stdout } = await run(process.execPath, ['src/cli/main.ts', ...line], {
    cwd: projectRoot,
    env: { TEKEN_ENV: 'development' },
  });
  t.equal(code, 0);
  t.match(JSON.parse(stdout), [{ verdict: 'VALID_WITH_NOTES', ok: true }]);
});

t.test('the certificate was revoked on the way: the letter is older, and stays accepted', async (t) => {
  const archived = await renewed(signed.bytes);
  const loss = await answerAfterLoss();
  for (const policy of [DEFAULT_POLICY, ETSI_POLICY]) {
    const report = await judge(archived, LATER, policy, [loss]);
    t.equal(report.ok, true, policy.id);
    t.match(report.signatures[0], { verdict: 'REVOKED_LATER', indication: 'TOTAL_PASSED' });
  }
  const { bytes } = await signAt('B-B', await drawSampleLetter());
  const unstamped = await judge(bytes, LATER, DEFAULT_POLICY, [loss]);
  t.match(unstamped.signatures[0], { verdict: 'TIME_UNPROVABLE', subIndication: 'REVOKED_NO_POE' });
});

t.test('what nobody renewed or stamped is not proven any more, and says so', async (t) => {
  const { bytes } = await signAt('B-B', await drawSampleLetter());
  const report = await judge(bytes, LATER, DEFAULT_POLICY);
  t.match(report.signatures[0], { verdict: 'TIME_UNPROVABLE', indication: 'INDETERMINATE' });
  t.equal(report.ok, false);
});

t.test('changed by one byte after twelve years, it is changed', async (t) => {
  const archived = await renewed(signed.bytes);
  const at = Buffer.from(archived).indexOf('/MediaBox') + 1;
  archived[at] = (archived[at] ?? 0) ^ 1;
  t.match(await judge(archived, LATER, DEFAULT_POLICY), { verdict: 'MODIFIED', ok: false });
});
