// A verifier that stays in its process between files: a path in, one line of JSON out.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface StandingJudge {
  readonly pid: number | undefined;
  /** One file at a time. @throws Error when the process has ended */
  judge(path: string): Promise<string>;
  /** Ends the process. */
  close(): Promise<void>;
}

export function startJudge(command: string, args: readonly string[]): StandingJudge {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid,
    judge: async (path) => {
      child.stdin.write(`${path}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${command} ended with ${await ended}`);
      return value;
    },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
