// Every PDF of the corpus that can be signed is signed at B-LTA, encrypted ones with their password, and what comes of it is
// accepted by pdfsig, qpdf, pyHanko with archival data and EU DSS; whoever signed before keeps what he had.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { ServicePath } from '../../certs-dev/profile.ts';
import { startDevelopmentServices } from '../../certs-dev/services.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { SigningFailed, SigningRefused } from '../../src/sign/errors.ts';
import { type SignAndVerifyContext, signAndVerify } from '../../src/sign-and-verify.ts';
import { guardedClient } from '../../src/trust-services/guarded-fetch.ts';
import { revocationClient } from '../../src/trust-services/revocation-client.ts';
import { timestampSource } from '../../src/trust-services/timestamp-client.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { passwordOf } from '../corpus/passwords.ts';
import { type Comparison, readKnownDifferences, settleDifferences } from '../known-differences.ts';
import { plainRequest, signerOf } from '../sign/development-signer.ts';
import { type CorpusFile, corpusFiles, corpusMissing, run, toolMissing } from '../tools.ts';
import {
  type DssVerdict,
  type FileVerdict,
  judgeByDss,
  judgeByPdfsig,
  judgeByPyhanko,
  type PyhankoVerdict,
} from './oracles.ts';

const skip =
  corpusMissing() ||
  toolMissing('qpdf') ||
  toolMissing('pdfsig') ||
  toolMissing('pyhanko') ||
  toolMissing('java') ||
  toolMissing('dss');

/** What counts in the rate and is refused all the same, each with what is wrong with it. */
const RIGHTLY_REFUSED: Readonly<Record<string, readonly [refusal: string, because: string]>> = {
  'pdf/parser/issue15590.pdf': ['pdf-damaged', 'its /Pages is an action: there is no page'],
  'pdf/unsigned/broken-objstream6.pdf': ['pdf-damaged', 'the object stream ends before its members'],
  'pdf/parser/UnknownFilter-PageContentStream.pdf': [
    'self-check-failed',
    'a dictionary that pages lead to is not closed: nobody can tell what it refers to, and so what changed behind it',
  ],
  'pdf/parser/UnknownFilter-objstm.pdf': [
    'self-check-failed',
    'the same of an object stream in no known filter',
  ],
};

/** Refusals that the file itself demands. */
const OF_THE_FILE = [
  'docmdp-forbids',
  'field-locked',
  'pdf-permission-denied',
  'earlier-signature-broken',
  // What authenticates itself may not grow (ISO/TS 32004).
  'pdf-unsupported AuthCode',
];

interface Signed {
  readonly file: CorpusFile;
  readonly path: string;
  readonly fieldName: string;
  readonly timestamps: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'teken-signed-corpus-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const root = join(folder, 'root.crt');
const signed: Signed[] = [];
const passwords = new Map<string, string>();
const refused: Record<string, string> = {};
const outside = new Map<string, number>();

/** qpdf's exit code; a crash is no verdict and ranks below an error. */
async function qpdfCode(path: string): Promise<number> {
  const { code } = await run('qpdf', ['--check', `--password=${passwords.get(path) ?? ''}`, path]);
  return code === 0 || code === 3 ? code : 4;
}

/** Without a header in its place, where no verifier of ours may accept the result; or the file forbids it. */
function isOutsideTheRate({ path }: CorpusFile, code: string): boolean {
  return OF_THE_FILE.includes(code) || !readFileSync(path).subarray(0, 5).equals(Buffer.from('%PDF-'));
}

async function signInto(file: CorpusFile, context: SignAndVerifyContext): Promise<string | null> {
  const password = passwords.get(file.path);
  const opening = password === undefined ? {} : { password: Buffer.from(password) };
  const source = bytesSource(new Uint8Array(readFileSync(file.path)));
  try {
    const made = await signAndVerify(
      source,
      { ...plainRequest, level: 'B-LTA' },
      { ...context, ...opening, now: Date.now() },
    );
    const path = join(folder, `${signed.length}.pdf`);
    writeFileSync(path, made.document.read(0, made.document.size));
    if (password !== undefined) passwords.set(path, password);
    const { fieldName, documentTimestamps } = made.signed;
    signed.push({ file, path, fieldName, timestamps: documentTimestamps });
    return null;
  } catch (error) {
    // Without the readiness to go on with what is broken already, that would have been the answer.
    if (error instanceof SigningFailed && context.earlierBroken === 'warn')
      return (await signInto(file, { ...context, earlierBroken: 'refuse' })) ?? error.code;
    if (error instanceof MalformedPdf || error instanceof SigningRefused)
      return 'feature' in error.values ? `${error.code} ${String(error.values.feature)}` : error.code;
    if (error instanceof SigningFailed && file.name in RIGHTLY_REFUSED) return error.code;
    throw new Error(file.name, { cause: error });
  }
}

t.before(async () => {
  if (skip !== false) return;
  const platform = nodePlatform;
  const services = await startDevelopmentServices({
    pki: (baseUrl) => createDevelopmentPki({ now: Date.now(), baseUrl, keys: 'fast', platform }),
    port: 0,
    clock: Date.now,
    platform,
  });
  const { pki } = services;
  const client = guardedClient({ privateAddresses: 'allow' });
  t.teardown(async () => {
    client.close();
    await services.close();
  });
  const trustList = pki.trustList(platform.digests);
  writeFileSync(root, pki.root.certificate);
  const context: SignAndVerifyContext = {
    platform,
    signer: await signerOf(pki.signers.pejabat),
    activation: { kind: 'none' },
    timestamps: timestampSource({
      urls: [`${pki.baseUrl}${ServicePath.timestamp}`],
      client,
      trustList: () => trustList,
      clock: Date.now,
      platform,
      budgetMs: 10_000,
    }),
    revocation: revocationClient({ client, platform, clock: Date.now }),
    now: Date.now(),
    timeZone: 'Asia/Makassar',
    signal: AbortSignal.timeout(600_000),
    verification: { trustList, policy: DEFAULT_POLICY },
    earlierBroken: 'warn',
    developmentKeys: 'allow',
  };
  for (const file of corpusFiles({ category: ['unsigned', 'pades-valid', 'diff-permitted', 'parser'] })) {
    const password = passwordOf(file);
    if (password !== undefined) passwords.set(file.path, password);
    if ((await qpdfCode(file.path)) === 4) continue;
    const refusal = await signInto(file, context);
    if (refusal === null) continue;
    if (isOutsideTheRate(file, refusal)) outside.set(refusal, (outside.get(refusal) ?? 0) + 1);
    else refused[file.name] = refusal;
  }
});

t.test('all are signed but four, whose objects cannot be read', { skip }, (t) => {
  const expected = Object.entries(RIGHTLY_REFUSED).map(([name, [refusal]]) => [name, refusal]);
  t.same(refused, Object.fromEntries(expected), 'refused are those that must be');
  const all = signed.length + Object.keys(refused).length;
  for (const [code, count] of outside) t.comment(`outside of the rate: ${count} ${code}`);
  t.comment(`signed ${signed.length} of ${all} (${((100 * signed.length) / all).toFixed(2)} %)`);
  t.comment(
    `encrypted among them: ${signed.filter(({ path }) => passwords.has(path)).length} with a password`,
  );
  t.ok(signed.length / all >= 0.985);
  t.end();
});

t.test(
  'pdfsig finds ours valid and says of the others what it said; qpdf finds nothing more',
  { skip },
  async (t) => {
    for (const { file, path, fieldName } of signed) {
      const password = passwords.get(path);
      const [before, after] = [await judgeByPdfsig(file.path, password), await judgeByPdfsig(path, password)];
      const ours = after.find(({ field }) => field === fieldName);
      if (ours?.validation !== 'Signature is Valid.') t.fail(`${file.name}: ${ours?.validation}`);
      const verdicts = (all: typeof after) => all.map(({ validation }) => validation).slice(0, before.length);
      if (JSON.stringify(verdicts(after)) !== JSON.stringify(verdicts(before)))
        t.fail(`${file.name}: an earlier signature`);
      if ((await qpdfCode(path)) > (await qpdfCode(file.path))) t.fail(`${file.name}: qpdf`);
    }
    t.end();
  },
);

const known = readKnownDifferences(new URL('./signed-corpus.json', import.meta.url));

/** Holds the words of one oracle against ours. */
function settle(t: Test, oracle: string, compared: readonly Comparison[]): void {
  const { unlisted, outlived } = settleDifferences(
    compared,
    known.filter((entry) => entry.oracle.startsWith(oracle)),
  );
  t.comment(
    `${oracle}: ${compared.length} compared, ${compared.filter((c) => c.theirs !== c.ours).length} differ`,
  );
  t.same(unlisted, []);
  t.same(outlived, []);
}

const paths = () => signed.map(({ path }) => path);
/** Both are asked at once: each keeps one core busy for about two minutes. */
let asked: Promise<
  readonly [ReadonlyMap<string, FileVerdict<PyhankoVerdict>>, ReadonlyMap<string, FileVerdict<DssVerdict>>]
>;
function verdicts(): typeof asked {
  const options = { trust: [root], passwords };
  asked ??= Promise.all([
    judgeByPyhanko(paths(), { ...options, lenient: true, archival: true }),
    // Drawing pages would take ten times as long, and what is drawn hangs on objects that are compared.
    judgeByDss(paths(), { ...options, pages: 0 }),
  ]);
  return asked;
}

/** One word for all that pyHanko says of our signature. */
function pyhankoOnOurs(
  verdict: FileVerdict<PyhankoVerdict> | undefined,
  { fieldName, timestamps }: Signed,
): string {
  if (verdict === undefined || verdict.refused !== null) return `refused: ${verdict?.refused}`;
  const ours = verdict.signatures.find(({ field }) => field === fieldName);
  if (ours === undefined || ours.refused !== null) return `refused: ${ours?.refused}`;
  const stamps = verdict.signatures.filter(({ kind }) => kind === 'document-timestamp');
  const added = stamps.filter(({ field }) => timestamps.includes(field));
  if (!added.every(({ intact, valid, trusted }) => intact && valid && trusted)) return 'time-stamp not sound';
  const sound = ours.intact && ours.valid && ours.trusted && ours.timestamp?.trusted;
  if (!sound || ours.docmdpOk === false) return `not sound: ${ours.modificationLevel}`;
  // It asks for a chain of time-stamps from the first one on; where a stranger's began it, ours cannot be reached.
  const isForeign = stamps.length > added.length;
  return ours.archival === 'OK' || (isForeign && ours.archival === 'NO_POE')
    ? 'archived'
    : String(ours.archival);
}

t.test('pyHanko finds ours sound and archived', { skip }, async (t) => {
  const [pyhanko] = await verdicts();
  const compared = signed.map((each) => ({
    ...{ file: each.file.name, sha256: each.file.sha256, oracle: 'pyhanko: ours' },
    theirs: pyhankoOnOurs(pyhanko.get(each.path), each),
    ours: 'archived',
  }));
  settle(t, 'pyhanko: ours', compared);
});

t.test('EU DSS finds ours intact and of the level PAdES-BASELINE-LTA', { skip }, async (t) => {
  const [, dss] = await verdicts();
  const compared = signed.map(({ file, path, fieldName }) => {
    const verdict = dss.get(path);
    const ours = verdict?.signatures.find(({ field }) => field === fieldName);
    const sound = ours?.intact === true && ours.valid && !ours.modified;
    const theirs =
      verdict?.refused != null ? `refused: ${verdict.refused}` : sound ? ours.level : 'not sound';
    return { file: file.name, sha256: file.sha256, oracle: 'dss: ours', theirs, ours: 'PAdES-BASELINE-LTA' };
  });
  settle(t, 'dss: ours', compared);
});

/** Of each signature that stood in the file before: whether it is intact and what followed it permitted. */
const states = {
  pyhanko: ({ signatures }: FileVerdict<PyhankoVerdict>) =>
    new Map(
      signatures.map((s) => [
        s.field,
        s.refused !== null ? 'refused' : s.intact && s.docmdpOk !== false ? 'kept' : 'harmed',
      ]),
    ),
  dss: ({ signatures }: FileVerdict<DssVerdict>) =>
    new Map(signatures.map((s) => [s.field ?? '', s.intact && !s.modified ? 'kept' : 'harmed'])),
};

t.test('whoever signed before keeps what he had, for pyHanko and for EU DSS', { skip }, async (t) => {
  const [pyhanko, dss] = await verdicts();
  const onTop = signed.filter(({ file }) => ['pades-valid', 'diff-permitted'].includes(file.category));
  const originals = onTop.map(({ file }) => file.path);
  const [pyhankoBefore, dssBefore] = await Promise.all([
    judgeByPyhanko(originals, { lenient: true, passwords }),
    judgeByDss(originals, { passwords, pages: 0 }),
  ]);
  const compare = (
    oracle: string,
    before: ReadonlyMap<string, string> | null,
    after: ReadonlyMap<string, string> | null,
    { name: file, sha256 }: CorpusFile,
  ): Comparison[] =>
    [...(before ?? [])].map(([field, ours]) => ({
      ...{ file, sha256, oracle: `earlier by ${oracle}: ${field}`, ours },
      theirs: after?.get(field) ?? 'lost',
    }));
  const compared = onTop.flatMap(({ file, path }) => {
    const [p0, p1] = [pyhankoBefore.get(file.path), pyhanko.get(path)];
    const [d0, d1] = [dssBefore.get(file.path), dss.get(path)];
    return [
      ...compare('pyhanko', p0 ? states.pyhanko(p0) : null, p1 ? states.pyhanko(p1) : null, file),
      ...compare('dss', d0 ? states.dss(d0) : null, d1 ? states.dss(d1) : null, file),
    ];
  });
  t.comment(`${onTop.length} files were signed before`);
  settle(t, 'earlier', compared);
});
