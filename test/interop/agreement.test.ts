// Signature arithmetic on other people's files: ours beside that of pdfsig, pyHanko and EU DSS, signature by signature.
// Trust, times and later changes are not compared: there each has rules of its own.

import { readFileSync } from 'node:fs';
import t from 'tap';
import { trustListOf } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import type { SignatureReport } from '../../src/verify/report.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { type Comparison, readKnownDifferences, settleDifferences } from '../known-differences.ts';
import { type CorpusFile, corpusFiles, corpusMissing, toolMissing } from '../tools.ts';
import { judgeByDss, judgeByPdfsig, judgeByPyhanko } from './oracles.ts';

const skip =
  corpusMissing() ||
  toolMissing('pdfsig') ||
  toolMissing('pyhanko') ||
  toolMissing('java') ||
  toolMissing('dss');

type Arithmetic = 'holds' | 'broken';

/** What an oracle says of one signature. */
interface Judgement {
  readonly oracle: string;
  readonly field: string;
  readonly theirs: Arithmetic;
}

const files = corpusFiles().filter(({ category }) => category !== 'unsigned' && category !== 'parser');

/** Of one file; those that an oracle refused to judge are left out. */
async function judgementsOf(
  files: readonly CorpusFile[],
): Promise<ReadonlyMap<string, readonly Judgement[]>> {
  const paths = files.map(({ path }) => path);
  const pyhanko = await judgeByPyhanko(paths, { lenient: true });
  const dss = await judgeByDss(paths);
  const judgements = new Map<string, readonly Judgement[]>();
  for (const { path } of files) {
    const byPyhanko = (pyhanko.get(path)?.signatures ?? [])
      .filter(({ refused }) => refused === null)
      .map(({ field, intact, valid }) => judgement('pyhanko', field, intact === true && valid === true));
    const byDss = (dss.get(path)?.signatures ?? []).map(({ field, intact, valid }) =>
      judgement('dss', field ?? '', intact && valid),
    );
    const byPdfsig = (await judgeByPdfsig(path))
      .filter(({ validation }) => /^(?:Signature is (?:Valid|Invalid)|Digest Mismatch)/.test(validation))
      .map(({ field, validation }) => judgement('pdfsig', field ?? '', validation === 'Signature is Valid.'));
    judgements.set(path, [...byPyhanko, ...byDss, ...byPdfsig]);
  }
  return judgements;
}

function judgement(oracle: string, field: string, holds: boolean): Judgement {
  return { oracle, field, theirs: holds ? 'holds' : 'broken' };
}

/** Ours; null where we refuse to do the arithmetic, for the structure or an algorithm that we do not know. */
function ourArithmetic({ findings }: SignatureReport): Arithmetic | null {
  if (findings.some(({ effect }) => effect === 'hash' || effect === 'value')) return 'broken';
  const undone = findings.some(
    ({ code, effect }) =>
      effect === 'structure' || /-unsupported$|^signing-certificate-not-found$/.test(code),
  );
  return undone ? null : 'holds';
}

/** Some tools give a field's full name, some its last part. */
function named(signatures: readonly SignatureReport[], field: string): SignatureReport | undefined {
  return (
    signatures.find(({ fieldName }) => fieldName === field) ??
    signatures.find(({ fieldName }) => fieldName?.split('.').at(-1) === field)
  );
}

async function verifiedSignatures(file: CorpusFile): Promise<readonly SignatureReport[]> {
  const now = Date.now();
  const { signatures } = await verifyDocument(bytesSource(new Uint8Array(readFileSync(file.path))), {
    platform: nodePlatform,
    trustList: trustListOf({ anchors: [], intermediates: [], asOf: now, digests: nodePlatform.digests }),
    policy: DEFAULT_POLICY,
    revocation: null,
    now,
    signal: AbortSignal.timeout(30_000),
  });
  return signatures;
}

t.test('our arithmetic agrees with theirs, but for what is listed', { skip }, async (t) => {
  const judgements = await judgementsOf(files);
  const compared: Comparison[] = [];
  for (const file of files) {
    const signatures = await verifiedSignatures(file);
    for (const { oracle, field, theirs } of judgements.get(file.path) ?? []) {
      const signature = named(signatures, field);
      const ours = signature === undefined ? null : ourArithmetic(signature);
      if (ours === null) continue;
      compared.push({ file: file.name, sha256: file.sha256, oracle: `${oracle} on ${field}`, theirs, ours });
    }
  }
  const known = readKnownDifferences(new URL('./known-differences.json', import.meta.url));
  const listed = known.filter(({ theirs }) => theirs === 'holds' || theirs === 'broken');
  const { unlisted, outlived } = settleDifferences(compared, listed);
  t.same(unlisted, []);
  t.same(outlived, []);
  const agreed = compared.filter(({ theirs, ours }) => theirs === ours).length;
  t.comment(`${agreed} judgements agree, ${compared.length - agreed} differ`);
  t.ok(agreed > 1200, `${agreed} judgements were compared`);
});
