// A document of 1 GiB signed by the command line, file to file, beside what hashing and copying it costs in the same run.

import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeLetterOfSize } from './generate-pdf.ts';
import { median } from './measure.ts';
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
  const sign: Ran[] = [];
  const verify: Ran[] = [];
  try {
    // In turn, so that a busy moment of the machine does not hit one of them alone.
    for (let i = 0; i < RUNS; i += 1) {
      digest.push(timed(() => execFileSync('openssl', ['dgst', '-sha256', input])));
      copy.push(timed(() => copyToDisk(input, output)));
      sign.push(await watched([cli, 'sign', input, '-o', output, ...signing]));
      verify.push(await watched([cli, 'verify', output, '--revocation', 'off', '--trust', paths.trust]));
    }
    const milliseconds = (runs: readonly Ran[]): number => median(runs.map(({ ms }) => ms));
    const peak = (runs: readonly Ran[]): number => Math.max(...runs.map(({ peakMiB }) => peakMiB));
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

interface Ran {
  readonly ms: number;
  readonly peakMiB: number;
}

/** Runs this Node to its end. @throws Error when it does not say that all is well */
async function watched(line: readonly string[]): Promise<Ran> {
  const start = performance.now();
  const child = spawn(process.execPath, line, {
    env: { ...process.env, TEKEN_ENV: 'development' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  let code: number | null | undefined;
  let peakMiB = Number.NaN;
  while (code === undefined) {
    peakMiB = peakOf(child.pid) ?? peakMiB;
    code = await Promise.race([ended, wait(20, undefined)]);
  }
  if (code !== 0) throw new Error(`${line[1]} ended with ${code}`);
  return { ms: performance.now() - start, peakMiB };
}

/** The high-water mark that Linux keeps of a process; null elsewhere, and when it has ended. */
function peakOf(pid: number | undefined): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    // No such file: another system, or the process is gone.
    return null;
  }
}
