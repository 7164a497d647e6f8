// The service as a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot } from '../tools.ts';

export interface Process {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
}

/** The two ways in which it is started: by itself, and as the image does. */
export const PROGRAMS = [['src/server.ts'], ['src/cli/main.ts', 'serve']] as const;

/** Nothing of this process's environment goes with it but the path. */
export function start(
  environment: Readonly<Record<string, string>>,
  program: readonly string[] = PROGRAMS[0],
): Process {
  const child = spawn(process.execPath, [...program], {
    cwd: projectRoot,
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  const texts = { output: '', errors: '' };
  child.stdout.on('data', (data: Buffer) => {
    texts.output += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    texts.errors += data.toString();
  });
  return { child, output: () => texts.output, errors: () => texts.errors };
}

export async function exitCode({ child }: Process): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** The address that it says it listens on. */
export async function listening(started: Process): Promise<string> {
  // A machine that is busy with other tests takes its time; one that does not start at all ends before.
  for (let i = 0; i < 7200; i += 1) {
    const url = /"url":"([^"]+)"/.exec(started.output())?.[1];
    if (url !== undefined) return url;
    if (started.child.exitCode !== null) break;
    await wait(25);
  }
  throw new Error(`not listening: ${started.errors()}`);
}
