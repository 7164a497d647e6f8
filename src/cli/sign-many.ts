// `teken sign --out-dir`: many files, each signed by itself under its own name; one that fails does not stop the rest.

import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { printable } from '../report/printable.ts';
import type { SignedAndVerified } from '../sign-and-verify.ts';
import type { Arguments } from './arguments.ts';
import type { Calling } from './calling.ts';
import { EXIT, worstExit } from './exit-codes.ts';
import { type Failure, failureOf } from './failure.ts';
import { findInputFiles } from './input-files.ts';
import { beginRun, remarks, type SigningJob, type SigningRun, signOne } from './sign.ts';
import { readSignManySettings, requireFreeOutput, type SignManySettings } from './sign-settings.ts';
import { systemReason } from './system-reason.ts';
import { plain } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** How one file came out. */
interface Signing extends SigningJob {
  readonly signed: SignedAndVerified | null;
  readonly failure: Failure | null;
}

/**
 * Signs files into a folder and writes one result for each.
 * @returns the exit code: the worst of all files
 * @throws UsageError; SignerFailed for a key that cannot be opened; then no file is written
 */
export async function signFiles(line: Arguments, calling: Calling): Promise<number> {
  const { terminal } = calling;
  const environment = calling.environment();
  const settings = readSignManySettings(line, environment);
  const { recursive } = settings;
  const rules = { recursive, followLinks: false, include: null, archives: 'leave' } as const;
  const { inputs, missing } = findInputFiles(settings.files, rules);
  const jobs = inputs.map(({ path: input }) => ({ input, output: join(settings.folder, basename(input)) }));
  requireDistinct(jobs);
  makeFolder(settings.folder);
  const run = beginRun(settings, environment, calling);
  const results = new Results(settings, calling);
  try {
    // A key that cannot be opened is no fault of the first file.
    if (jobs.length > 0) await run.tools();
    for (const { path, reason } of missing) await results.add(unopened(path, reason, calling));
    for (const job of jobs) {
      const signing = await attempt(job, run);
      // What was cut short is no result.
      if (terminal.interrupted.aborted) return EXIT.interrupted;
      await results.add(signing);
    }
    return await results.end();
  } finally {
    await run.end();
  }
}

/** @throws UsageError `outputs-collide` */
function requireDistinct(jobs: readonly SigningJob[]): void {
  const inputs = new Map<string, string>();
  for (const { input, output } of jobs) {
    const other = inputs.get(output);
    if (other !== undefined) throw new UsageError('outputs-collide', { file: other, other: input });
    inputs.set(output, input);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new UsageError('output-unwritable', { file: folder, reason: systemReason(cause) }, cause);
  }
}

function unopened(path: string, reason: string, { language }: Calling): Signing {
  const error = new UsageError('input-unreadable', { file: path, reason });
  return { input: path, output: '', signed: null, failure: failureOf(error, language) };
}

async function attempt(job: SigningJob, run: SigningRun): Promise<Signing> {
  try {
    requireFreeOutput({ ...job, existing: run.settings.existing });
    return { ...job, signed: await signOne(job, run), failure: null };
  } catch (error) {
    return { ...job, signed: null, failure: failureOf(error, run.calling.language) };
  }
}

/** The results in the form that was asked for, each as soon as it is there. */
class Results {
  readonly #settings: SignManySettings;
  readonly #calling: Calling;
  readonly #exits: number[] = [];

  constructor(settings: SignManySettings, calling: Calling) {
    this.#settings = settings;
    this.#calling = calling;
  }

  async add(signing: Signing): Promise<void> {
    const first = this.#exits.length === 0;
    this.#exits.push(signing.failure?.exit ?? EXIT.accepted);
    const { terminal } = this.#calling;
    switch (this.#settings.format) {
      case 'text':
        if (signing.failure !== null || !this.#settings.quiet) await terminal.write(this.#line(signing));
        return;
      case 'ndjson':
        return terminal.write(`${JSON.stringify(signingJson(signing))}\n`);
      case 'json':
        return terminal.write(`${first ? '[\n' : ',\n'}${JSON.stringify(signingJson(signing), null, 2)}`);
    }
  }

  /** @returns the exit code of the run; without any file as for a file that cannot be read */
  async end(): Promise<number> {
    const none = this.#exits.length === 0;
    if (this.#settings.format === 'json') await this.#calling.terminal.write(none ? '[]\n' : '\n]\n');
    return none ? EXIT.unreadable : worstExit(this.#exits);
  }

  #line({ input, output, signed, failure }: Signing): string {
    const { language, terminal } = this.#calling;
    const paint = this.#settings.colour ? terminal.paint : plain;
    if (signed === null)
      return `${paint('bad', `✘ ${printable(input)}`)}: ${(failure?.line ?? '').replaceAll('\n', ' ')}\n`;
    const facts = `${signed.signature.level}, "${printable(signed.signed.fieldName)}"`;
    return `${paint('ok', `✔ ${printable(input)}`)} → ${printable(output)}: ${facts}\n${remarks(signed.signed, language)}`;
  }
}

/** One result of `-f json` and `-f ndjson`. */
function signingJson({ input, output, signed, failure }: Signing): Readonly<Record<string, unknown>> {
  if (signed === null)
    return { path: input, signed: false, exit: failure?.exit, code: failure?.code, message: failure?.line };
  const { report, signature } = signed;
  return {
    path: input,
    signed: true,
    exit: EXIT.accepted,
    output,
    level: signature.level,
    fieldName: signed.signed.fieldName,
    sha256: report.file.sha256,
    ...(signed.signed.repaired ? { repaired: true } : {}),
  };
}
