// Verdicts of other people's programs on a PDF, each as a small plain object. None of them is right by definition.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ciCache, type Outcome, run, toolPath } from '../tools.ts';

/** What pdfsig says about one signature: digest and signature arithmetic only, no trust, no later changes. */
export interface PdfsigVerdict {
  readonly field: string | null;
  /** Such as `Signature is Valid.` */
  readonly validation: string;
  readonly coversWholeFile: boolean;
  readonly subFilter: string | null;
}

/** In the file's order; empty for an unsigned file. @param password - of the user or the owner of an encrypted file */
export async function judgeByPdfsig(path: string, password?: string): Promise<readonly PdfsigVerdict[]> {
  const words = password === undefined ? [] : ['-upw', password, '-opw', password];
  const { stdout } = await run('pdfsig', ['-nocert', ...words, path]);
  return stdout
    .split(/^Signature #\d+:$/m)
    .slice(1)
    .map((block) => ({
      field: /Signature Field Name: (.*)/.exec(block)?.[1] ?? null,
      validation: /Signature Validation: (.*)/.exec(block)?.[1] ?? 'no verdict',
      coversWholeFile: /^ {2}- Total document signed/m.test(block),
      subFilter: /Signature Type: (.*)/.exec(block)?.[1] ?? null,
    }));
}

/** qpdf's exit code: 0 fine, 3 fine with warnings, 2 errors. @param password - as for `judgeByPdfsig` */
export async function checkByQpdf(path: string, password = ''): Promise<0 | 2 | 3> {
  const { code, stderr } = await run('qpdf', ['--check', `--password=${password}`, path]);
  if (code === 0 || code === 2 || code === 3) return code;
  throw new Error(`qpdf --check ended with ${code}: ${stderr}`);
}

/** pyHanko on one signature or document time-stamp; everything is undefined where `refused` is set. */
export interface PyhankoVerdict {
  readonly field: string;
  readonly kind: 'signature' | 'document-timestamp';
  /** Why it gave no verdict. */
  readonly refused: string | null;
  /** The digest of the covered bytes is the signed one. */
  readonly intact?: boolean;
  /** The signature value verifies. */
  readonly valid?: boolean;
  /** The chain reaches one of the given roots. */
  readonly trusted?: boolean;
  readonly coverage?: 'UNCLEAR' | 'CONTIGUOUS_BLOCK_FROM_START' | 'ENTIRE_REVISION' | 'ENTIRE_FILE' | null;
  readonly modificationLevel?: 'NONE' | 'LTA_UPDATES' | 'FORM_FILLING' | 'ANNOTATIONS' | 'OTHER' | null;
  /** What it could not explain in later revisions. */
  readonly suspicion?: string | null;
  readonly docmdpOk?: boolean | null;
  /** What a certification allows. */
  readonly certification?: 'NO_CHANGES' | 'FILL_FORMS' | 'ANNOTATE' | null;
  /** The field lock that the signature carries. */
  readonly lock?: {
    readonly action: 'ALL' | 'INCLUDE' | 'EXCLUDE';
    readonly fields: readonly string[];
  } | null;
  readonly digest?: string;
  readonly timestamp?: {
    readonly intact: boolean;
    readonly valid: boolean;
    readonly trusted: boolean;
    readonly time: string;
  } | null;
  readonly bottomLine?: boolean | null;
  /** Where it was asked for: `OK` or the subindication. */
  readonly archival?: string;
}

/** EU DSS on one signature. */
export interface DssVerdict {
  readonly field: string | null;
  readonly indication: string | null;
  readonly subIndication: string | null;
  /** Such as `PAdES-BASELINE-T`. */
  readonly level: string;
  readonly intact: boolean;
  readonly valid: boolean;
  /** Keys of the constraints on the format that its policy does not find fulfilled, warnings included. */
  readonly objections: readonly string[];
  /** How many changes it lists behind the signed revision, by kind. */
  readonly changes: {
    /** Validation data, document time-stamps, metadata, versions. */
    readonly extension: number;
    readonly signatureOrFormFill: number;
    readonly annotation: number;
    readonly undefined: number;
    readonly page: number;
    readonly visual: number;
  };
  /** How many bytes of the file follow those that are covered. */
  readonly bytesAfter: number;
  readonly timestamps: readonly {
    readonly type: string;
    readonly intact: boolean;
    readonly valid: boolean;
    readonly indication: string | null;
  }[];
}

/** Whether DSS saw a change after signing that it does not know as harmless; how a page looks is left out. */
export function isModifiedByDss({ changes }: DssVerdict): boolean {
  return changes.undefined + changes.annotation + changes.page > 0;
}

/** An oracle's answer about one file. */
export interface FileVerdict<Signature> {
  readonly file: string;
  /** Why it gave no verdict on the file. */
  readonly refused: string | null;
  readonly signatures: readonly Signature[];
}

export interface JudgeOptions {
  /** Files of root certificates. */
  readonly trust?: readonly string[];
  /** DSS only: files of revocation lists, DER. */
  readonly crls?: readonly string[];
  /** DSS only: documents of more pages are not drawn to be compared; 10 unless given. Objects are compared in all of them. */
  readonly pages?: number;
  /** pyHanko only: read files that its strict mode refuses as a whole, such as hybrid ones. */
  readonly lenient?: boolean;
  /** pyHanko only: signatures that lead to a root are validated with archival data too (EN 319 102-1, 5.6.3). */
  readonly archival?: boolean;
  /** Of encrypted files, by path. */
  readonly passwords?: ReadonlyMap<string, string>;
}

const pyhankoScript = fileURLToPath(new URL('./pyhanko/judge.py', import.meta.url));

/** By path; one process judges all files. */
export async function judgeByPyhanko(
  paths: readonly string[],
  options: JudgeOptions = {},
): Promise<ReadonlyMap<string, FileVerdict<PyhankoVerdict>>> {
  const flags = [
    ...pairs('--trust', options.trust),
    ...(options.lenient === true ? ['--lenient'] : []),
    ...(options.archival === true ? ['--archival'] : []),
  ];
  return verdictsOf(await judge('pyhanko', [pyhankoScript, ...flags], paths, options));
}

const pyhankoFaultsScript = fileURLToPath(new URL('./pyhanko/source_faults.py', import.meta.url));

/** What pyHanko does not get through in a file as it stands, in the words in which it refuses a signature for it; by path. */
export async function faultsByPyhanko(
  paths: readonly string[],
  { passwords }: Pick<JudgeOptions, 'passwords'> = {},
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (paths.length === 0) return new Map();
  const { code, stdout, stderr } = await judge('pyhanko', [pyhankoFaultsScript], paths, { passwords });
  if (code !== 0) throw new Error(`pyHanko ended with ${code}: ${stderr}`);
  const lines = stdout.trimEnd().split('\n');
  const found = lines.map((line) => JSON.parse(line) as { file: string; faults: readonly string[] });
  return new Map(found.map(({ file, faults }) => [file, faults]));
}

/** By path; one process judges all files. Nothing is fetched. */
export async function judgeByDss(
  paths: readonly string[],
  options: JudgeOptions = {},
): Promise<ReadonlyMap<string, FileVerdict<DssVerdict>>> {
  const pages = options.pages === undefined ? [] : ['--pages', String(options.pages)];
  const flags = [...pairs('--trust', options.trust), ...pairs('--crl', options.crls), ...pages];
  const jar = toolPath('dss') ?? '';
  return verdictsOf(await judge('java', ['-jar', jar, ...flags], paths, options));
}

/** Changes with whatever may change an answer: the program itself, and the judge that asks it. */
export async function oracleVersion(oracle: 'pdfsig' | 'pyhanko' | 'dss'): Promise<string> {
  switch (oracle) {
    case 'pdfsig': {
      const { stdout, stderr } = await run('pdfsig', ['-v']);
      return /version (\S+)/.exec(stdout + stderr)?.[1] ?? unversioned(oracle);
    }
    case 'pyhanko': {
      const judge = createHash('sha256').update(readFileSync(pyhankoScript)).digest('hex');
      return `${madeFrom(oracle)} asked by ${judge}`;
    }
    case 'dss':
      return madeFrom(oracle);
  }
}

/** The pins, and with DSS the judge too, that `.ci/run` made the installed program from. */
function madeFrom(oracle: 'pyhanko' | 'dss'): string {
  return readFileSync(join(ciCache, oracle, 'made-from'), 'utf8').trim();
}

function unversioned(oracle: string): never {
  throw new Error(`${oracle} does not say its version`);
}

function pairs(flag: string, values: readonly string[] = []): string[] {
  return values.flatMap((value) => [flag, value]);
}

function judge(
  tool: string,
  args: readonly string[],
  paths: readonly string[],
  { passwords }: { readonly passwords?: JudgeOptions['passwords'] | undefined },
): Promise<Outcome> {
  const lines = paths.map((path) => {
    const password = passwords?.get(path);
    return password === undefined ? `${path}\n` : `${path}\t${password}\n`;
  });
  const input = lines.join('');
  return run(toolPath(tool) ?? tool, args, { input, timeoutMs: 900_000 });
}

function verdictsOf<Signature>(outcome: Outcome): ReadonlyMap<string, FileVerdict<Signature>> {
  if (outcome.code !== 0) throw new Error(`the judge ended with ${outcome.code}: ${outcome.stderr}`);
  const verdicts = outcome.stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FileVerdict<Signature>);
  return new Map(verdicts.map((verdict) => [verdict.file, verdict]));
}
