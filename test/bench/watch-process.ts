// A program from its start to its end: how long it took, and how much memory it had at most.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export interface Watched {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  /** Of the whole process; NaN where the system does not tell. */
  readonly peakMiB: number;
}

/** Runs a program to its end. @param env - added to the environment, in which no hooks of the test runner are */
export async function watchProcess(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Watched> {
  const start = performance.now();
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(command, args, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
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
  return { code, stdout, stderr, ms: performance.now() - start, peakMiB };
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
