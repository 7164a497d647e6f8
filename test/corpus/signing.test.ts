// Every PDF of the corpus that can be signed is signed, our own verifier accepts it, and those who know PDF find nothing wrong
// with the result.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { sameBytes } from '../../src/asn1/values.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { SigningFailed, SigningRefused } from '../../src/sign/errors.ts';
import { signedBytes } from '../../src/sign/signed-document.ts';
import { type SignAndVerifyContext, signAndVerify } from '../../src/sign-and-verify.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { pki, plainRequest, signingContext } from '../sign/development-signer.ts';
import { type CorpusFile, corpusFiles, corpusMissing, run, toolMissing } from '../tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'teken-corpus-signing-'));
t.teardown(() => rmSync(folder, { recursive: true }));

// A document whose earlier signatures are broken already shows what the writer does as well as any other.
const context: SignAndVerifyContext = {
  ...(await signingContext()),
  verification: { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY },
  earlierBroken: 'warn',
  developmentKeys: 'allow',
};

/** What counts in the rate and is refused all the same, each with what is wrong with it. */
const RIGHTLY_REFUSED: Readonly<Record<string, readonly [refusal: string, because: string]>> = {
  'pdf/parser/issue15590.pdf': ['pdf-damaged page-tree', 'its /Pages is an action: there is no page'],
  'pdf/unsigned/broken-objstream6.pdf': [
    'pdf-damaged page-tree',
    'the object stream ends before its members',
  ],
};

/** What only the self-check refuses, each with the reason. */
const REFUSED_BY_SELF_CHECK: Readonly<Record<string, string>> = {
  'pdf/diff-forbidden/test_diff_analysis__test_not_all_paths_cleared.pdf':
    'the array of fields is also the value of an unknown entry of the catalog, which no rule lets a signer change',
};

interface Attempt {
  readonly file: CorpusFile;
  /** Null where it was refused. */
  readonly signed: Uint8Array | null;
  readonly refusal: MalformedPdf | SigningRefused | SigningFailed | null;
}

/** Any other error than a typed refusal of the document ends the test, and so does a self-check that fails unlisted. */
async function attempt(file: CorpusFile): Promise<Attempt> {
  const source = bytesSource(new Uint8Array(readFileSync(file.path)));
  try {
    const { signed } = await signAndVerify(source, plainRequest, context);
    return { file, signed: signedBytes(signed), refusal: null };
  } catch (error) {
    if (error instanceof MalformedPdf || error instanceof SigningRefused)
      return { file, signed: null, refusal: error };
    if (error instanceof SigningFailed && file.name in REFUSED_BY_SELF_CHECK)
      return { file, signed: null, refusal: error };
    throw new Error(file.name, { cause: error });
  }
}

function refusalText({ refusal }: Attempt): string {
  const { reason, feature } = refusal?.values ?? {};
  return [refusal?.code, reason, feature].filter((word) => word !== undefined).join(' ');
}

const SOUND = [0, 3];

async function qpdfCode(path: string): Promise<number> {
  // A crash of qpdf is no verdict; it ranks below an error.
  return (await run('qpdf', ['--check', path])).code ?? 2;
}

/** No verifier of ours may accept the result: what has no header at all has none at its first byte either. */
function lacksHeader({ path }: CorpusFile): boolean {
  return !readFileSync(path).subarray(0, 5).equals(Buffer.from('%PDF-'));
}

/** Outside of the rate: without a header in its place, encrypted, or the document itself forbids it. */
async function isOutsideTheRate({ file, refusal }: Attempt): Promise<boolean> {
  if (lacksHeader(file)) return true;
  if (refusal?.code === 'docmdp-forbids' || refusal?.code === 'field-locked') return true;
  return (await run('qpdf', ['--is-encrypted', file.path])).code === 0;
}

/** What poppler says of each signature, in the order of the file. */
async function verdictsOf(path: string): Promise<string[]> {
  const { stdout } = await run('pdfsig', ['-nocert', path]);
  return stdout.match(/Signature Validation: .*/g) ?? [];
}

/** What others find wrong with a signed file. */
async function problemsOf(
  file: CorpusFile,
  signed: Uint8Array,
  qpdfBefore: number,
): Promise<readonly string[]> {
  const original = new Uint8Array(readFileSync(file.path));
  const path = join(folder, 'signed.pdf');
  writeFileSync(path, signed);
  const verdicts = await verdictsOf(path);
  const earlier = await verdictsOf(file.path);
  const problems = [
    sameBytes(signed.subarray(0, original.length), original) ? null : 'the old bytes are no prefix',
    verdicts.at(-1) === 'Signature Validation: Signature is Valid.' ? null : `ours: ${verdicts.at(-1)}`,
    verdicts.length === earlier.length + 1 ? null : `${earlier.length} signatures became ${verdicts.length}`,
    earlier.every((verdict, i) => verdicts[i] === verdict)
      ? null
      : 'the verdict of an earlier signature changed',
    (await qpdfCode(path)) <= qpdfBefore ? null : 'qpdf finds more to complain about',
  ];
  return problems.filter((problem) => problem !== null);
}

const skip = corpusMissing() || toolMissing('qpdf') || toolMissing('pdfsig');

t.test('the signable corpus', { skip, timeout: 900_000 }, async (t) => {
  const refused: Record<string, string> = {};
  const outside = new Map<string, number>();
  let signed = 0;
  for (const file of corpusFiles({ category: ['unsigned', 'pades-valid', 'diff-permitted', 'parser'] })) {
    const before = await qpdfCode(file.path);
    const result = await attempt(file);
    if (!SOUND.includes(before)) continue;
    if (result.signed !== null) {
      const problems = await problemsOf(file, result.signed, before);
      if (problems.length > 0) t.fail(`${file.name}: ${problems.join('; ')}`);
    }
    if (await isOutsideTheRate(result)) {
      const why = refusalText(result);
      outside.set(why, (outside.get(why) ?? 0) + 1);
    } else if (result.signed === null) refused[file.name] = refusalText(result);
    else signed += 1;
  }
  const expected = Object.entries(RIGHTLY_REFUSED).map(([name, [refusal]]) => [name, refusal]);
  t.same(refused, Object.fromEntries(expected), 'refused are those that must be, each with its reason');
  const all = signed + Object.keys(refused).length;
  for (const [why, count] of outside) t.comment(`outside of the rate: ${count} ${why || 'signed'}`);
  t.comment(`signed ${signed} of ${all} (${((100 * signed) / all).toFixed(2)} %)`);
  t.ok(signed / all >= 0.99, 'at least 99 % are signed');
});

t.test(
  'whatever the file is, it is signed or refused with a type',
  { skip: corpusMissing(), timeout: 900_000 },
  async (t) => {
    const refusals = new Map<string, number>();
    const failedSelfCheck: string[] = [];
    const files = corpusFiles();
    for (const file of files) {
      const result = await attempt(file);
      if (result.refusal?.code === 'self-check-failed') failedSelfCheck.push(file.name);
      const how = refusalText(result) || 'signed';
      refusals.set(how, (refusals.get(how) ?? 0) + 1);
    }
    t.equal(
      [...refusals.values()].reduce((sum, count) => sum + count),
      files.length,
    );
    for (const name of Object.keys(REFUSED_BY_SELF_CHECK))
      t.ok(failedSelfCheck.includes(name), `still refused by the self-check alone: ${name}`);
    for (const [how, count] of [...refusals].sort(([, a], [, b]) => b - a)) t.comment(`${how}: ${count}`);
  },
);
