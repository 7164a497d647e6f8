// Every PDF of the corpus that can be signed is signed at B-LTA, encrypted ones with their password, and what comes of it is
// accepted by pdfsig, qpdf, pyHanko with archival data and EU DSS; whoever signed before keeps what he had. Where a judge objects, the test
// shows that he objects to the file itself: nothing is listed by hand.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createDevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { ServicePath } from '../../certs-dev/profile.ts';
import { startDevelopmentServices } from '../../certs-dev/services.ts';
import { concatBytes } from '../../src/asn1/values.ts';
import { MalformedPdf } from '../../src/pdf/errors.ts';
import { openDocument } from '../../src/pdf/open-document.ts';
import { readSecurityStores } from '../../src/pdf/security-store.ts';
import { writeSecurityStore } from '../../src/pdf/write-security-store.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource, type Source } from '../../src/platform/platform.ts';
import { SigningFailed, SigningRefused } from '../../src/sign/errors.ts';
import type { RawSigner } from '../../src/sign/ports.ts';
import { type SignAndVerifyContext, signAndVerify } from '../../src/sign-and-verify.ts';
import { guardedClient } from '../../src/trust-services/guarded-fetch.ts';
import { revocationClient } from '../../src/trust-services/revocation-client.ts';
import { timestampSource } from '../../src/trust-services/timestamp-client.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import { passwordOf } from '../corpus/passwords.ts';
import { handmadePdf, onePage } from '../pdf/handmade.ts';
import { plainRequest, signerOf } from '../sign/development-signer.ts';
import { type CorpusFile, corpusFiles, corpusMissing, run, toolMissing } from '../tools.ts';
import {
  type DssVerdict,
  type FileVerdict,
  faultsByPyhanko,
  isModifiedByDss,
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
  'pdf/parser/UnknownFilter-objstm.pdf': [
    'pdf-unsupported filter',
    'pages lead to an object stream in no known filter: nobody can tell what its members refer to, and so what changes behind them',
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
let signing: SignAndVerifyContext;
let written = 0;
let keyUses = 0;
/** Uses of the key on files that are refused by default for what is broken in them, and of which the test asks the writer all the same. */
let keyUsesOnBroken = 0;
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

async function signedAt(file: CorpusFile, source: Source, context: SignAndVerifyContext): Promise<Signed> {
  const made = await signAndVerify(
    source,
    { ...plainRequest, level: 'B-LTA' },
    { ...context, now: Date.now(), signal: AbortSignal.timeout(120_000) },
  );
  written += 1;
  const path = join(folder, `${written}.pdf`);
  writeFileSync(path, made.document.read(0, made.document.size));
  const { fieldName, documentTimestamps } = made.signed;
  return { file, path, fieldName, timestamps: documentTimestamps };
}

async function signInto(file: CorpusFile, context: SignAndVerifyContext): Promise<string | null> {
  const password = passwords.get(file.path);
  const opening = password === undefined ? {} : { password: Buffer.from(password) };
  const source = bytesSource(new Uint8Array(readFileSync(file.path)));
  try {
    const made = await signedAt(file, source, { ...context, ...opening });
    if (password !== undefined) passwords.set(made.path, password);
    signed.push(made);
    return null;
  } catch (error) {
    // Without the readiness to go on with what is broken already, that would have been the answer.
    if (error instanceof SigningFailed && context.earlierBroken === 'warn') {
      keyUsesOnBroken += 1;
      return (await signInto(file, { ...context, earlierBroken: 'refuse' })) ?? error.code;
    }
    if (error instanceof MalformedPdf || error instanceof SigningRefused)
      return 'feature' in error.values ? `${error.code} ${String(error.values.feature)}` : error.code;
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
  const signer = await signerOf(pki.signers.pejabat);
  signing = {
    platform,
    signer: {
      ...signer,
      sign: (...asked: Parameters<RawSigner['sign']>) => {
        keyUses += 1;
        return signer.sign(...asked);
      },
    },
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
    const refusal = await signInto(file, signing);
    if (refusal === null) continue;
    if (isOutsideTheRate(file, refusal)) outside.set(refusal, (outside.get(refusal) ?? 0) + 1);
    else refused[file.name] = refusal;
  }
});

t.test('all are signed but three, whose objects cannot be read; no key is used for these', { skip }, (t) => {
  const expected = Object.entries(RIGHTLY_REFUSED).map(([name, [refusal]]) => [name, refusal]);
  t.same(refused, Object.fromEntries(expected), 'refused are those that must be');
  const all = signed.length + Object.keys(refused).length;
  for (const [code, count] of outside) t.comment(`outside of the rate: ${count} ${code}`);
  t.comment(`signed ${signed.length} of ${all} (${((100 * signed.length) / all).toFixed(2)} %)`);
  t.comment(
    `encrypted among them: ${signed.filter(({ path }) => passwords.has(path)).length} with a password`,
  );
  t.ok(signed.length / all >= 0.99);
  t.equal(keyUses, signed.length + keyUsesOnBroken, 'no key is used for what is not delivered');
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

/** What a judge says of one of our signatures, in the same words for every file. */
interface Word {
  readonly of: Signed;
  readonly word: string;
}

/**
 * Everybody says `expected`, or says of the file that was there before, without us, what he says of ours, or the same of a letter of
 * our own that holds nothing of the file but its validation data.
 * @param ofSource - what the judge finds wrong with the file itself, by path
 * @param ofLetter - the judge's word on our signature on such a letter
 */
async function requireAll(
  t: Test,
  expected: string,
  words: readonly Word[],
  ofSource: (paths: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>,
  ofLetter: (letter: Signed) => Promise<string>,
): Promise<void> {
  const differing = words.filter(({ word }) => word !== expected);
  const faults = await ofSource(differing.map(({ of }) => of.file.path));
  const bySource = differing.filter(({ of, word }) => faults.get(of.file.path)?.includes(word));
  const byStore: string[] = [];
  for (const { of, word } of differing.filter((each) => !bySource.includes(each))) {
    const letter = await letterWithStoreOf(of);
    if (letter !== null && (await ofLetter(letter)) === word) byStore.push(of.file.name);
    else t.fail(`${of.file.name}: ${word}`);
  }
  t.comment(`${words.length - differing.length} of ${words.length} are ${expected}`);
  for (const { of, word } of bySource) t.comment(`the same without our signature: ${of.file.name}: ${word}`);
  for (const name of byStore) t.comment(`the same of another letter with the validation data of ${name}`);
}

/** A letter of our own, signed in the same way after the file's validation data were put into it; null for a file without any. */
async function letterWithStoreOf({ file }: Signed): Promise<Signed | null> {
  const opening = { ...nodePlatform, damaged: 'read' } as const;
  const stored = readSecurityStores(
    openDocument(bytesSource(new Uint8Array(readFileSync(file.path))), opening),
  );
  const letter = handmadePdf({ objects: onePage() });
  const { randomBytes } = nodePlatform;
  const store = writeSecurityStore(
    openDocument(bytesSource(letter), opening),
    stored,
    0,
    randomBytes(16),
    randomBytes,
  );
  if (store === null) return null;
  return signedAt(file, bytesSource(concatBytes([letter, store])), signing);
}

const paths = () => signed.map(({ path }) => path);
/** Both are asked at once: each keeps one core busy for about two minutes. */
let asked: Promise<
  readonly [ReadonlyMap<string, FileVerdict<PyhankoVerdict>>, ReadonlyMap<string, FileVerdict<DssVerdict>>]
>;
function verdicts(): typeof asked {
  asked ??= Promise.all([askPyhanko(paths()), askDss(paths())]);
  return asked;
}

function askPyhanko(files: readonly string[]): Promise<ReadonlyMap<string, FileVerdict<PyhankoVerdict>>> {
  return judgeByPyhanko(files, { trust: [root], passwords, lenient: true, archival: true });
}

// Drawing pages would take ten times as long, and what is drawn hangs on objects that are compared.
function askDss(files: readonly string[]): Promise<ReadonlyMap<string, FileVerdict<DssVerdict>>> {
  return judgeByDss(files, { trust: [root], passwords, pages: 0 });
}

/** One word for all that pyHanko says of our signature. */
function pyhankoOnOurs(
  verdict: FileVerdict<PyhankoVerdict> | undefined,
  { fieldName, timestamps }: Signed,
): string {
  if (verdict === undefined || verdict.refused !== null) return `${verdict?.refused}`;
  const ours = verdict.signatures.find(({ field }) => field === fieldName);
  if (ours === undefined || ours.refused !== null) return `${ours?.refused}`;
  const stamps = verdict.signatures.filter(({ kind }) => kind === 'document-timestamp');
  const added = stamps.filter(({ field }) => timestamps.includes(field));
  if (!added.every(({ intact, valid, trusted }) => intact && valid && trusted)) return 'time-stamp not sound';
  const sound = ours.intact && ours.valid && ours.trusted && ours.timestamp?.trusted;
  if (!sound || ours.docmdpOk === false) return ours.suspicion ?? 'not sound';
  // It asks for a chain of time-stamps from the first one on; where a stranger's began it, ours cannot be reached.
  const isForeign = stamps.length > added.length;
  return ours.archival === 'OK' || (isForeign && ours.archival === 'NO_POE')
    ? 'archived'
    : String(ours.archival);
}

t.test('pyHanko finds ours sound and archived', { skip }, async (t) => {
  const [pyhanko] = await verdicts();
  const words = signed.map((of) => ({ of, word: pyhankoOnOurs(pyhanko.get(of.path), of) }));
  await requireAll(
    t,
    'archived',
    words,
    (paths) => faultsByPyhanko(paths, { passwords }),
    async (letter) => pyhankoOnOurs((await askPyhanko([letter.path])).get(letter.path), letter),
  );
});

function dssOnOurs(verdict: FileVerdict<DssVerdict> | undefined, { fieldName }: Signed): string {
  if (verdict === undefined || verdict.refused !== null) return `${verdict?.refused}`;
  const ours = verdict.signatures.find(({ field }) => field === fieldName);
  return ours?.intact === true && ours.valid && !isModifiedByDss(ours) ? ours.level : 'not sound';
}

t.test('EU DSS finds ours intact and of the level PAdES-BASELINE-LTA', { skip }, async (t) => {
  const [, dss] = await verdicts();
  const words = signed.map((of) => ({ of, word: dssOnOurs(dss.get(of.path), of) }));
  await requireAll(
    t,
    'PAdES-BASELINE-LTA',
    words,
    async (paths) => {
      const sources = await askDss(paths);
      return new Map(paths.map((path) => [path, [sources.get(path)?.refused ?? '']]));
    },
    async (letter) => dssOnOurs((await askDss([letter.path])).get(letter.path), letter),
  );
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
    new Map(signatures.map((s) => [s.field ?? '', s.intact && !isModifiedByDss(s) ? 'kept' : 'harmed'])),
};

t.test('whoever signed before keeps what he had, for pyHanko and for EU DSS', { skip }, async (t) => {
  const [pyhanko, dss] = await verdicts();
  const onTop = signed.filter(({ file }) => ['pades-valid', 'diff-permitted'].includes(file.category));
  const originals = onTop.map(({ file }) => file.path);
  const [pyhankoBefore, dssBefore] = await Promise.all([askPyhanko(originals), askDss(originals)]);
  let compared = 0;
  const compare = <Signature>(
    name: string,
    before: FileVerdict<Signature> | undefined,
    after: FileVerdict<Signature> | undefined,
    statesOf: (verdict: FileVerdict<Signature>) => ReadonlyMap<string, string>,
  ): void => {
    // Who gives no verdict on a file has said so of our signature too, which has been looked into.
    if (before === undefined || after === undefined || after.refused !== null) return;
    const now = statesOf(after);
    for (const [field, state] of statesOf(before)) {
      compared += 1;
      if (now.get(field) !== state)
        t.fail(`${name}: ${field} was ${state} and is ${now.get(field) ?? 'lost'}`);
    }
  };
  for (const { file, path } of onTop) {
    compare(`${file.name} by pyHanko`, pyhankoBefore.get(file.path), pyhanko.get(path), states.pyhanko);
    compare(`${file.name} by EU DSS`, dssBefore.get(file.path), dss.get(path), states.dss);
  }
  t.comment(
    `${onTop.length} files were signed before; ${compared} verdicts on their signatures are the same`,
  );
  t.end();
});
