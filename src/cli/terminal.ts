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
  /** Shows how far the work is, in place of what was shown before; '' takes it away. Null where standard error is no terminal. */
  readonly status: ((text: string) => void) | null;
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
  const statusLine = openStatusLine(stderr);
  const interrupting = new AbortController();
  process.once('SIGINT', () => interrupting.abort());
  process.once('SIGTERM', () => interrupting.abort());
  // Otherwise a run that waits for input would not notice.
  interrupting.signal.addEventListener('abort', () => stdin.destroy());
  // Whoever reads our output may go away. A stream that has failed once takes what is written then and never answers.
  const unanswered = new Set<(reason: Error) => void>();
  let failure: Error | null = null;
  stdout.on('error', (error) => {
    failure ??= error;
    for (const reject of unanswered) reject(error);
    interrupting.abort();
  });
  return {
    input: stdin,
    write: (text) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        if (stdout.isTTY) statusLine.clear();
        unanswered.add(reject);
        stdout.write(text, (error) => {
          unanswered.delete(reject);
          return error ? reject(error) : resolve();
        });
      }),
    warn: (line) => {
      statusLine.clear();
      stderr.write(`${line}\n`);
    },
    status: stderr.isTTY ? statusLine.show : null,
    // Decides by terminal, NO_COLOR and FORCE_COLOR.
    paint: (role, text) => styleText(STYLES[role], text, { stream: stdout }),
    width: Math.max(NARROWEST, Math.min(WIDEST, stdout.columns ?? USUAL)),
    indonesian: navigator.language.startsWith('id'),
    interrupted: interrupting.signal,
  };
}

interface StatusLine {
  readonly show: (text: string) => void;
  /** Before anything else is written to the terminal. */
  readonly clear: () => void;
}

/** One line at the bottom that is written over and over; never wider than the terminal, where it could not be taken back. */
function openStatusLine(stderr: NodeJS.WriteStream): StatusLine {
  let isShown = false;
  const clear = (): void => {
    if (isShown) stderr.write('\r\u001b[K');
    isShown = false;
  };
  return {
    clear,
    show: (text) => {
      clear();
      if (text === '') return;
      stderr.write([...text].slice(0, Math.max(1, (stderr.columns ?? USUAL) - 1)).join(''));
      isShown = true;
    },
  };
}

export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
