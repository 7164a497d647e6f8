// The audit on standard output, beside the log: for collectors that take lines from there.

import { write } from 'node:fs';
import type { AuditSink } from './sink.ts';

/** Up to this many octets a pipe takes as one piece (POSIX PIPE_BUF on Linux), so that no log line gets between. */
const ATOMIC = 4_096;
const STDOUT = 1;

/**
 * Lines on a file descriptor. It is written to beside the event loop: where nobody reads any more, only this waits.
 * @param descriptor - standard output unless told otherwise
 */
export function streamSink(descriptor = STDOUT): AuditSink {
  let torn = false;
  return {
    name: 'stdout',
    write: async (lines) => {
      for (const piece of piecesOf(torn ? ['\n', ...lines] : lines)) {
        torn = true;
        await writeWhole(descriptor, Buffer.from(piece));
      }
      torn = false;
    },
  };
}

function piecesOf(lines: readonly string[]): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const line of lines) {
    if (piece !== '' && piece.length + line.length > ATOMIC) {
      pieces.push(piece);
      piece = '';
    }
    piece += line;
  }
  return [...pieces, piece];
}

// A pipe that another process made non-blocking says so instead of waiting.
const FULL_PIPE_MS = 5;

async function writeWhole(descriptor: number, bytes: Buffer): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const written = await writeSome(descriptor, bytes, offset);
    if (written === 0) await new Promise((resolve) => setTimeout(resolve, FULL_PIPE_MS));
    offset += written;
  }
}

function writeSome(descriptor: number, bytes: Buffer, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, offset, bytes.length - offset, null, (error, written) => {
      if (error === null) resolve(written);
      else if (error.code === 'EAGAIN') resolve(0);
      else reject(error);
    });
  });
}
