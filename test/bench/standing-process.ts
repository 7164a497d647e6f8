// Somebody who stays in a process between files: a line in says the file, a line out says it is done.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface StandingProcess {
  readonly pid: number | undefined;
  /** One line at a time. @throws Error when the process has ended */
  ask(line: string): Promise<string>;
  /** Ends the process. */
  close(): Promise<void>;
}

export function startStanding(command: string, args: readonly string[]): StandingProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid,
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
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
