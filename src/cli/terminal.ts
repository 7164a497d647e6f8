// Where a command reads and writes: results to standard output, everything else to standard error.

import { styleText } from 'node:util';
import type { Look } from '../report/looks.ts';
import type { Paint } from '../report/text.ts';

export interface Terminal {
  readonly input: AsyncIterable<Uint8Array>;
  /** Writes a piece of the result, as fast as the reader takes it. */
  write(text: string): Promise<void>;
  /** One line of warning or error. */
  warn(line: string): void;
  readonly paint: Paint;
  /** Columns. */
  readonly width: number;
  /** Whether the system is set to Indonesian. */
  readonly indonesian: boolean;
  /** Aborted when the person wants it to end. */
  readonly interrupted: AbortSignal;
}

const STYLES: Readonly<Record<Look | 'strong' | 'faint', Parameters<typeof styleText>[0]>> = {
  ok: ['green', 'bold'],
  note: ['green', 'bold'],
  unsure: ['yellow', 'bold'],
  warn: ['yellow', 'bold'],
  bad: ['red', 'bold'],
  none: 'bold',
  strong: 'bold',
  faint: 'dim',
};

/** No colours. */
export const plain: Paint = (_, text) => text;

const NARROWEST = 40;
const WIDEST = 100;
const USUAL = 80;

/** The terminal of this process. The first interrupt asks for an end after the current file; the second ends at once. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const interrupting = new AbortController();
  process.once('SIGINT', () => interrupting.abort());
  process.once('SIGTERM', () => interrupting.abort());
  // Otherwise a run that waits for input would not notice.
  interrupting.signal.addEventListener('abort', () => stdin.destroy());
  // Whoever reads our output may go away; `write` reports it, and without a listener it would end the process.
  stdout.on('error', () => interrupting.abort());
  return {
    input: stdin,
    write: (text) =>
      new Promise((resolve, reject) => {
        stdout.write(text, (error) => (error ? reject(error) : resolve()));
      }),
    warn: (line) => {
      stderr.write(`${line}\n`);
    },
    // Decides by terminal, NO_COLOR and FORCE_COLOR.
    paint: (role, text) => styleText(STYLES[role], text, { stream: stdout }),
    width: Math.max(NARROWEST, Math.min(WIDEST, stdout.columns ?? USUAL)),
    indonesian: Intl.DateTimeFormat().resolvedOptions().locale.startsWith('id'),
    interrupted: interrupting.signal,
  };
}

export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
