// What tests take from outside the project: programs of others, and the corpus beside the project.
// On a user's machine an absent one skips its tests by name; in CI (`CI=true`) it is a failure.

import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, with a slash at its end. */
export const projectRoot = fileURLToPath(new URL('../', import.meta.url));

const inCi = !['', '0', 'false', undefined].includes(process.env.CI);

/** Where `.ci/run` keeps what it installs for the tests; outside the project, so that a clean checkout finds it again. */
export const ciCache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'teken-ci');

/** Programs that are not on the PATH, by the name that tests use. */
const elsewhere: Readonly<Record<string, string>> = {
  pyhanko: join(ciCache, 'pyhanko', 'bin', 'python'),
  schemathesis: join(ciCache, 'schemathesis', 'bin', 'schemathesis'),
  helm: join(ciCache, 'go', 'bin', 'helm'),
  'kubernetes-validate': join(ciCache, 'kubernetes', 'bin', 'kubernetes-validate'),
  dss: join(ciCache, 'dss', 'judge.jar'),
  verapdf: join(ciCache, 'verapdf', 'judge.jar'),
  newman: join(ciCache, 'newman', 'node_modules', 'newman', 'bin', 'newman.js'),
};

/** The file of a program, null where it is not installed; those of the table above are what `.ci/run` installs. */
export function toolPath(name: string): string | null {
  const place = elsewhere[name];
  if (place !== undefined) return existsSync(place) ? place : null;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * For tap's `skip`: `t.test('…', { skip: toolMissing('qpdf') }, …)`.
 *
 * @returns false where the program is installed, else the reason to skip
 * @throws Error in CI, where nothing may be skipped
 */
export function toolMissing(name: string): string | false {
  return toolPath(name) === null ? missing(`${name} is not installed`) : false;
}

/** For tap's `skip`, like `toolMissing`: whether something that is no program is installed. @throws Error in CI */
export function fileMissing(name: string, path: string): string | false {
  return existsSync(path) ? false : missing(`${name} is not installed`);
}

function missing(reason: string): string {
  if (inCi) throw new Error(`${reason}; in CI nothing is skipped`);
  return reason;
}

/** Where Debian keeps libraries that no program is beside of. */
const LIBRARY_FOLDERS = ['/usr/lib/softhsm', '/usr/local/lib/softhsm'];

/** The file of a shared library, null where it is not installed. */
export function libraryPath(name: string): string | null {
  return LIBRARY_FOLDERS.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

/** For tap's `skip`: whether keys on a token can be tried. @throws Error in CI */
export function tokenMissing(): string | false {
  return libraryPath('libsofthsm2.so') === null
    ? missing('SoftHSM is not installed')
    : toolMissing('softhsm2-util');
}

const corpusFolder = fileURLToPath(new URL('../../shared/corpus/', import.meta.url));

/**
 * The corpus folder `../shared/corpus`, with a slash at its end; null where it is absent.
 *
 * @throws Error in CI
 */
export function corpus(): string | null {
  return corpusMissing() === false ? corpusFolder : null;
}

/** For tap's `skip`, like `toolMissing`. @throws Error in CI */
export function corpusMissing(): string | false {
  return existsSync(join(corpusFolder, 'manifest.tsv')) ? false : missing('../shared/corpus is absent');
}

/** One row of the corpus manifest. */
export interface CorpusFile {
  /** As the manifest says it: names the file in messages, since the absolute path belongs to one machine. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly category: string;
  /** Words of the corpus README, such as `MUST_REJECT`. */
  readonly expected: string;
  readonly expectedSource: string;
}

/** The PDFs of the manifest, of one or some categories if asked; empty where the corpus is absent. @throws Error in CI */
export function corpusFiles(filter: { category?: string | readonly string[] } = {}): readonly CorpusFile[] {
  const folder = corpus();
  if (folder === null) return [];
  const wanted = filter.category === undefined ? null : [filter.category].flat();
  const [header = '', ...rows] = readFileSync(join(folder, 'manifest.tsv'), 'utf8').trimEnd().split('\n');
  const columns = header.split('\t');
  return rows
    .map((row) => corpusFile(folder, columns, row.split('\t')))
    .filter((file) => wanted === null || wanted.includes(file.category));
}

function corpusFile(folder: string, columns: readonly string[], row: readonly string[]): CorpusFile {
  const cell = (column: string): string => {
    const value = row[columns.indexOf(column)];
    if (value === undefined) throw new Error(`manifest.tsv: a row without ${column}`);
    return value;
  };
  const name = cell('path');
  return {
    name,
    path: join(folder, name),
    sha256: cell('sha256'),
    category: cell('category'),
    expected: cell('expected'),
    expectedSource: cell('expected_source'),
  };
}

/** How a program ended. */
export interface Outcome {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** `stdout` before it was read as UTF-8. */
  readonly stdoutBytes: Uint8Array;
}

export interface RunOptions {
  readonly input?: Uint8Array | string;
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** After this the program is killed; two minutes unless given. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program to its end, without a shell; the event loop stays free, so it may call a server of the same test. One that
 * does not exist ends with 127.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  // tap puts its hooks into every process that a test spawns, by NODE_OPTIONS; other people's programs run without them.
  const child = spawn('env', ['-u', 'NODE_OPTIONS', command, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    timeout: options.timeoutMs ?? 120_000,
    killSignal: 'SIGKILL',
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // A program may end without reading its input; how it ended is then the answer, not the broken pipe.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => error.code === 'EPIPE' || reject(error));
    child.stdin.end(options.input ?? '');
    child.on('close', (code) => {
      const bytes = Buffer.concat(stdout);
      resolve({
        code,
        stdout: bytes.toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
        stdoutBytes: new Uint8Array(bytes),
      });
    });
  });
}
