// The whole corpus before pdfsig, pyHanko, EU DSS and us: what each says of each file, trust and time left out.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { trustListOf } from '../../src/pki/trust-list.ts';
import { nodePlatform } from '../../src/platform/node.ts';
import { bytesSource } from '../../src/platform/platform.ts';
import { DEFAULT_POLICY } from '../../src/verify/policy.ts';
import type { VerificationReport } from '../../src/verify/report.ts';
import { verifyDocument } from '../../src/verify/verify-document.ts';
import { passwordOf } from '../corpus/passwords.ts';
import type { CorpusFile } from '../tools.ts';
import { askOnce, type Oracle, type Question } from './oracle-cache.ts';
import {
  type DssVerdict,
  type FileVerdict,
  type JudgeOptions,
  judgeByDss,
  judgeByPdfsig,
  judgeByPyhanko,
  oracleVersion,
  type PdfsigVerdict,
  type PyhankoVerdict,
} from './oracles.ts';

/** What everybody says of one file. */
export interface Answers {
  readonly file: CorpusFile;
  readonly ours: VerificationReport;
  readonly pdfsig: readonly PdfsigVerdict[];
  readonly pyhanko: FileVerdict<PyhankoVerdict>;
  readonly dss: FileVerdict<DssVerdict>;
}

/** In the order of the files; ours are fresh, theirs may be those of an earlier run. */
export async function answersOn(files: readonly CorpusFile[]): Promise<readonly Answers[]> {
  const questions = files.map((file): Question => {
    const password = passwordOf(file);
    const { path } = file;
    // Of the bytes as they are, whatever the manifest says of them.
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    return password === undefined ? { path, sha256 } : { path, sha256, password };
  });
  const pdfsig = await askOnce(await pdfsigOracle(), questions);
  const pyhanko = await askOnce(await pyhankoOracle(), questions);
  const dss = await askOnce(await dssOracle(), questions);
  const answers: Answers[] = [];
  for (const file of files) {
    answers.push({
      file,
      ours: await ourReport(file),
      pdfsig: answerOn(file, pdfsig),
      pyhanko: answerOn(file, pyhanko),
      dss: answerOn(file, dss),
    });
  }
  return answers;
}

function answerOn<Answer>({ path, name }: CorpusFile, answers: ReadonlyMap<string, Answer>): Answer {
  const answer = answers.get(path);
  if (answer === undefined) throw new Error(`nothing was asked about ${name}`);
  return answer;
}

async function pdfsigOracle(): Promise<Oracle<readonly PdfsigVerdict[]>> {
  return {
    name: 'pdfsig',
    version: await oracleVersion('pdfsig'),
    options: [],
    ask: async (questions) => {
      const answers = new Map<string, readonly PdfsigVerdict[]>();
      for (const { path, password } of questions) answers.set(path, await judgeByPdfsig(path, password));
      return answers;
    },
  };
}

/** Lenient, so that it says something about hybrid files too. */
async function pyhankoOracle(): Promise<Oracle<FileVerdict<PyhankoVerdict>>> {
  return {
    name: 'pyhanko',
    version: await oracleVersion('pyhanko'),
    options: ['lenient'],
    ask: (questions) =>
      judgeByPyhanko(pathsOf(questions), { lenient: true, passwords: passwordsOf(questions) }),
  };
}

async function dssOracle(): Promise<Oracle<FileVerdict<DssVerdict>>> {
  return {
    name: 'dss',
    version: await oracleVersion('dss'),
    options: [],
    ask: (questions) => judgeByDss(pathsOf(questions), { passwords: passwordsOf(questions) }),
  };
}

function pathsOf(questions: readonly Question[]): readonly string[] {
  return questions.map(({ path }) => path);
}

function passwordsOf(questions: readonly Question[]): NonNullable<JudgeOptions['passwords']> {
  return new Map(
    questions.flatMap(({ path, password }) => (password === undefined ? [] : [[path, password] as const])),
  );
}

async function ourReport(file: CorpusFile): Promise<VerificationReport> {
  const now = Date.now();
  const password = passwordOf(file);
  return verifyDocument(bytesSource(new Uint8Array(readFileSync(file.path))), {
    platform: nodePlatform,
    trustList: trustListOf({ anchors: [], intermediates: [], asOf: now, digests: nodePlatform.digests }),
    policy: DEFAULT_POLICY,
    revocation: null,
    now,
    signal: AbortSignal.timeout(30_000),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
  });
}
