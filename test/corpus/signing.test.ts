// Every PDF of the corpus that can be signed is signed, and those who know PDF find nothing wrong with the result.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { sameBytes } from '../../src/asn1/values.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { SigningFailed, SigningRefused } from '../../src/sign/errors.ts';
import { signDocument, signedBytes } from '../../src/sign/sign-document.ts';
import { signAndVerify } from '../../src/sign-and-verify.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { pki, plainRequest, signingContext } from '../sign/development-signer.ts';
import { type CorpusFile, corpusFiles, corpusMissing, run, toolMissing } from '../tools.ts';

const skip = corpusMissing() || toolMissing('qpdf') || toolMissing('pdfsig');
const folder = mkdtempSync(join(tmpdir(), 'teken-corpus-signing-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const context = await signingContext();

interface Attempt {
  readonly file: CorpusFile;
  /** Null where it was refused. */
  readonly signed: Uint8Array | null;
  readonly refusal: MalformedPdf | SigningRefused | null;
}

/** Any other error than a typed refusal ends the test. */
async function attempt(file: CorpusFile): Promise<Attempt> {
  const source = bytesSource(new Uint8Array(readFileSync(file.path)));
  try {
    return { file, signed: signedBytes(await signDocument(source, plainRequest, context)), refusal: null };
  } catch (error) {
    if (error instanceof MalformedPdf || error instanceof SigningRefused)
      return { file, signed: null, refusal: error };
    throw new Error(file.name, { cause: error });
  }
}

const SOUND = [0, 3];

async function qpdfCode(path: string): Promise<number> {
  // A crash of qpdf is no verdict; it ranks below an error.
  return (await run('qpdf', ['--check', path])).code ?? 2;
}

/** Outside of the rate: due later, or nobody's verifier could accept the result, or the document itself forbids it. */
async function isOutsideTheRate({ file, refusal }: Attempt): Promise<boolean> {
  if (!readFileSync(file.path).subarray(0, 5).equals(Buffer.from('%PDF-'))) return true;
  if (refusal?.code === 'docmdp-forbids' || refusal?.code === 'field-locked') return true;
  return (await run('qpdf', ['--is-encrypted', file.path])).code === 0;
}

/** What poppler says of each signature, in the order of the file. */
async function verdictsOf(path: string): Promise<string[]> {
  const { stdout } = await run('pdfsig', ['-nocert', path]);
  return stdout.match(/Signature Validation: .*/g) ?? [];
}

t.test('the signable corpus', { skip, timeout: 900_000 }, async (t) => {
  const files = corpusFiles({ category: ['unsigned', 'pades-valid', 'diff-permitted', 'parser'] });
  const refused: Attempt[] = [];
  let signed = 0;
  for (const file of files) {
    const before = await qpdfCode(file.path);
    const result = await attempt(file);
    if (!SOUND.includes(before)) continue;
    if (result.signed === null) {
      if (!(await isOutsideTheRate(result))) refused.push(result);
      continue;
    }
    signed += 1;
    const original = new Uint8Array(readFileSync(file.path));
    const path = join(folder, 'signed.pdf');
    writeFileSync(path, result.signed);
    const verdicts = await verdictsOf(path);
    const earlier = await verdictsOf(file.path);
    const problems = [
      sameBytes(result.signed.subarray(0, original.length), original) ? null : 'the old bytes are no prefix',
      verdicts.at(-1) === 'Signature Validation: Signature is Valid.' ? null : `ours: ${verdicts.at(-1)}`,
      verdicts.length === earlier.length + 1
        ? null
        : `${earlier.length} signatures became ${verdicts.length}`,
      earlier.every((verdict, i) => verdicts[i] === verdict)
        ? null
        : 'the verdict of an earlier signature changed',
      (await qpdfCode(path)) <= before ? null : 'qpdf finds more to complain about',
    ];
    const found = problems.filter((problem) => problem !== null);
    if (found.length > 0) t.fail(`${file.name}: ${found.join('; ')}`);
  }
  for (const { file, refusal } of refused) t.comment(`refused: ${file.name}: ${refusal?.message}`);
  const rate = signed / (signed + refused.length);
  t.comment(`signed ${signed} of ${signed + refused.length} (${(100 * rate).toFixed(2)} %)`);
  t.ok(rate >= 0.98, 'at least 98 % are signed');
});

t.test('our own verifier accepts what is signed', { skip, timeout: 900_000 }, async (t) => {
  const files = corpusFiles({ category: ['unsigned', 'pades-valid', 'diff-permitted', 'parser'] });
  const verification = { trustList: pki.trustList(nodePlatform.digests), policy: DEFAULT_POLICY };
  // A document whose earlier signatures are broken already shows what the writer does as well as any other.
  const composition = { ...context, verification, earlierBroken: 'warn', developmentKeys: 'allow' } as const;
  const failed: string[] = [];
  let accepted = 0;
  for (const file of files) {
    const source = bytesSource(new Uint8Array(readFileSync(file.path)));
    try {
      await signAndVerify(source, plainRequest, composition);
      accepted += 1;
    } catch (error) {
      if (error instanceof SigningFailed) failed.push(`${file.name}: ${error.message}`);
      else if (!(error instanceof MalformedPdf || error instanceof SigningRefused)) throw error;
    }
  }
  for (const failure of failed) t.comment(failure);
  t.comment(`accepted ${accepted} of ${accepted + failed.length}`);
  t.ok(failed.length <= 0.02 * (accepted + failed.length), 'the self-check fails for at most 2 %');
});
