// A document of 1 GiB signed by the command line, file to file, beside what hashing and copying it costs in the same run.

import { execFileSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLetterOfSize } from './generate-pdf.ts';
import { median } from './measure.ts';
import { type Watched, watchProcess } from './watch-process.ts';
import { workplacePaths } from './workplace.ts';

export interface LargeFileMeasured {
  readonly bytes: number;
  /** Medians. */
  readonly digestMs: number;
  readonly copyMs: number;
  readonly signMs: number;
  readonly verifyMs: number;
  /** The largest of all runs, the whole process; NaN where the system does not tell. */
  readonly signPeakMiB: number;
  readonly verifyPeakMiB: number;
}

const RUNS = 3;

/** Writes the document into the workplace, measures, and removes it. */
export async function measureLargeFile(folder: string, size: number): Promise<LargeFileMeasured> {
  const paths = workplacePaths(folder);
  const input = join(folder, 'peta.pdf');
  const output = join(folder, 'peta-ttd.pdf');
  writeLetterOfSize(input, size);
  const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const options = ['--trust', paths.trust, '--timeout', '600s'];
  const signing = ['--signer', paths.signerUri, '--level', 'B-B', '--force', ...options];
  const digest: number[] = [];
  const copy: number[] = [];
  const sign: Watched[] = [];
  const verify: Watched[] = [];
  try {
    // In turn, so that a busy moment of the machine does not hit one of them alone.
    for (let i = 0; i < RUNS; i += 1) {
      digest.push(timed(() => execFileSync('openssl', ['dgst', '-sha256', input])));
      copy.push(timed(() => copyToDisk(input, output)));
      sign.push(await watched([cli, 'sign', input, '-o', output, ...signing]));
      verify.push(await watched([cli, 'verify', output, '--revocation', 'off', ...options]));
    }
    const milliseconds = (runs: readonly Watched[]): number => median(runs.map(({ ms }) => ms));
    const peak = (runs: readonly Watched[]): number => Math.max(...runs.map(({ peakMiB }) => peakMiB));
    return {
      bytes: statSync(input).size,
      digestMs: median(digest),
      copyMs: median(copy),
      signMs: milliseconds(sign),
      verifyMs: milliseconds(verify),
      signPeakMiB: peak(sign),
      verifyPeakMiB: peak(verify),
    };
  } finally {
    rmSync(input, { force: true });
    rmSync(output, { force: true });
  }
}

/** A copy that would survive a power cut, as the signed file must. */
function copyToDisk(from: string, to: string): void {
  execFileSync('cp', [from, to]);
  execFileSync('sync', [to]);
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Runs this Node to its end. @throws Error when it does not say that all is well */
async function watched(line: readonly string[]): Promise<Watched> {
  const ran = await watchProcess(process.execPath, line, { TEKEN_ENV: 'development' });
  if (ran.code !== 0) throw new Error(`${line[1]} ended with ${ran.code}: ${ran.stderr}`);
  return ran;
}
