// What we sign, judged by pdfsig, qpdf, pyHanko and EU DSS: thirty real files, two levels, two kinds of key.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import t from 'tap';
import { createDevelopmentPki, type DevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { startDevelopmentServices } from '../../certs-dev/services.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { SigningRefused, type SigningRefusedCode } from '../../src/sign/errors.ts';
import type { Level, RawSigner } from '../../src/sign/ports.ts';
import { signAndVerify } from '../../src/sign-and-verify.ts';
import { inProcessBackend } from '../../src/signers/in-process-backend.ts';
import { guardedClient } from '../../src/trust-services/guarded-fetch.ts';
import { timestampSource } from '../../src/trust-services/timestamp-client.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { readKnownDifferences, settleDifferences } from '../known-differences.ts';
import { type CorpusFile, corpusMissing, toolMissing } from '../tools.ts';
import { checkByQpdf, isModifiedByDss, judgeByDss, judgeByPdfsig, judgeByPyhanko } from './oracles.ts';
import { SAMPLE_SIZE, sampleCandidates } from './sample.ts';

const skip =
  corpusMissing() ||
  toolMissing('qpdf') ||
  toolMissing('pdfsig') ||
  toolMissing('pyhanko') ||
  toolMissing('java') ||
  toolMissing('dss');

interface Signed {
  readonly original: CorpusFile;
  readonly path: string;
  readonly fieldName: string;
  readonly level: Level;
}

const KEYS = { rsa: 'pejabat', ec: 'pejabatEc' } as const;
const LEVELS = ['B-B', 'B-T'] as const;

const folder = mkdtempSync(join(tmpdir(), 'teken-interop-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const rootFile = join(folder, 'root.crt');
const signed: Signed[] = [];

t.before(async () => {
  if (skip !== false) return;
  const services = await startDevelopmentServices({
    pki: (baseUrl) =>
      createDevelopmentPki({ now: Date.now(), baseUrl, keys: 'fast', platform: nodePlatform }),
    port: 0,
    clock: () => Date.now(),
    platform: nodePlatform,
  });
  t.teardown(() => services.close());
  writeFileSync(rootFile, services.pki.root.certificate);
  const candidates = (await sampleCandidates()).values();
  while (signed.length < SAMPLE_SIZE * 4) {
    const { value: original } = candidates.next();
    if (original === undefined) throw new Error('too few files that may be signed');
    signed.push(...(await signFourTimes(original, services.pki)));
  }
});

/** Reasons that lie in the file: its own certification or lock, or an earlier signature that we do not find intact. */
const OWN_REFUSALS: readonly SigningRefusedCode[] = [
  'docmdp-forbids',
  'field-locked',
  'earlier-signature-broken',
];

/** With both keys at both levels; empty for a file that we refuse for such a reason. */
async function signFourTimes(original: CorpusFile, pki: DevelopmentPki): Promise<readonly Signed[]> {
  const outcomes: Signed[] = [];
  try {
    for (const key of ['rsa', 'ec'] as const) {
      for (const level of LEVELS) outcomes.push(await signSample(original, key, level, pki));
    }
  } catch (error) {
    const code = error instanceof SigningRefused ? error.code : null;
    if (code === null || !OWN_REFUSALS.includes(code)) throw error;
  }
  return outcomes;
}

async function signSample(
  original: CorpusFile,
  key: keyof typeof KEYS,
  level: Level,
  pki: DevelopmentPki,
): Promise<Signed> {
  const source = bytesSource(new Uint8Array(readFileSync(original.path)));
  const { document, signed: made } = await signAndVerify(
    source,
    {
      level,
      fieldName: null,
      placement: null,
      appearance: null,
      reason: 'Uji silang',
      location: 'Malili',
      contactInfo: null,
      algorithm: null,
    },
    {
      platform: nodePlatform,
      signer: await signerOf(pki, key),
      activation: { kind: 'none' },
      timestamps: level === 'B-T' ? developmentTimestamps(pki) : null,
      revocation: null,
      now: Date.now(),
      timeZone: 'Asia/Makassar',
      signal: AbortSignal.timeout(30_000),
      verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
      earlierBroken: 'refuse',
      developmentKeys: 'allow',
    },
  );
  const path = join(folder, `${key}-${level}-${basename(original.name)}`);
  writeFileSync(path, document.read(0, document.size));
  return { original, path, fieldName: made.fieldName, level };
}

function signerOf(pki: DevelopmentPki, key: keyof typeof KEYS): Promise<RawSigner> {
  const { chain, privateKey } = pki.signers[KEYS[key]];
  return inProcessBackend(chain, () => Promise.resolve(privateKey)).signerFor(null);
}

function developmentTimestamps(pki: DevelopmentPki) {
  const trustList = pki.trustList(nodePlatform.digests);
  return timestampSource({
    urls: [`${pki.baseUrl}/tsa`],
    client: guardedClient({ privateAddresses: 'allow' }),
    trustList: () => trustList,
    clock: () => Date.now(),
    platform: nodePlatform,
    budgetMs: 10_000,
  });
}

t.test('the sample is thirty files, signed four times each', { skip }, (t) => {
  t.equal(new Set(signed.map(({ original }) => original.name)).size, 30);
  t.equal(signed.length, 120);
  t.end();
});

t.test('pdfsig finds our signature valid and leaves its verdict on earlier ones', { skip }, async (t) => {
  for (const { original, path, fieldName } of signed) {
    const after = await judgeByPdfsig(path);
    const ours = after.at(-1);
    t.match(
      ours,
      { field: fieldName, validation: 'Signature is Valid.', coversWholeFile: true },
      basename(path),
    );
    const before = await judgeByPdfsig(original.path);
    t.same(
      after.slice(0, -1).map(({ field, validation }) => [field, validation]),
      before.map(({ field, validation }) => [field, validation]),
      `${basename(path)}: earlier signatures`,
    );
  }
});

t.test('qpdf reads what we signed no worse than before', { skip }, async (t) => {
  for (const { original, path } of signed) {
    const before = await checkByQpdf(original.path);
    const after = await checkByQpdf(path);
    t.ok(after === 0 || after === before, `${basename(path)}: ${before} before, ${after} after`);
  }
});

t.test('pyHanko finds our signature intact, valid and trusted', { skip }, async (t) => {
  const paths = signed.map(({ path }) => path);
  const verdicts = await judgeByPyhanko(paths, { trust: [rootFile], lenient: true });
  for (const { path, fieldName, level } of signed) {
    const ours = verdicts.get(path)?.signatures.find(({ field }) => field === fieldName);
    const expected = {
      refused: null,
      intact: true,
      valid: true,
      trusted: true,
      coverage: 'ENTIRE_FILE',
      docmdpOk: true,
    };
    t.match(ours, expected, `${basename(path)}: ${verdicts.get(path)?.refused ?? ours?.refused ?? 'judged'}`);
    if (level === 'B-T') {
      t.match(ours?.timestamp, { intact: true, valid: true, trusted: true }, `${basename(path)}: time-stamp`);
    }
  }
});

t.test('EU DSS finds our signature intact and of the level that we claim', { skip }, async (t) => {
  const paths = signed.map(({ path }) => path);
  const verdicts = await judgeByDss(paths, { trust: [rootFile] });
  for (const { path, fieldName, level } of signed) {
    const signatures = verdicts.get(path)?.signatures ?? [];
    const ours = signatures.find(({ field }) => field === fieldName);
    t.match(
      ours,
      { intact: true, valid: true, level: `PAdES-BASELINE-${level.slice(2)}` },
      `${basename(path)}: ${verdicts.get(path)?.refused ?? 'judged'}`,
    );
    if (level === 'B-T') {
      t.match(ours?.timestamps, [{ type: 'SIGNATURE_TIMESTAMP', intact: true, valid: true }], basename(path));
    }
  }
  const compared = signed.map(({ original, path }) => ({
    file: original.name,
    sha256: original.sha256,
    oracle: 'dss: changes after our signature',
    theirs: verdicts.get(path)?.signatures.some(isModifiedByDss) === true ? 'some' : 'none',
    ours: 'none',
  }));
  const known = readKnownDifferences(new URL('./known-differences.json', import.meta.url));
  const listed = known.filter(({ oracle }) => oracle === 'dss: changes after our signature');
  const { unlisted, outlived } = settleDifferences(compared, listed);
  t.same(unlisted, []);
  t.same(outlived, []);
});
