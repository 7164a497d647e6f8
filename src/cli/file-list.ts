// Lists of files: one name on each line, or between zero bytes as `find -print0` writes them.

import { readFileSync } from 'node:fs';
import { STANDARD_INPUT } from './input-files.ts';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';

/** Longer than a million names are. */
const LONGEST_LIST = 256 * 1024 * 1024;

/**
 * The names of a list, in its order; empty ones are left out.
 *
 * @param file - `-` reads the list from `input`
 * @throws UsageError `input-unreadable`
 */
export async function readFileList(
  file: string,
  separator: '\n' | '\0',
  input: AsyncIterable<Uint8Array>,
): Promise<readonly string[]> {
  const text = file === STANDARD_INPUT ? await readAll(input) : readFile(file);
  const names = text.split(separator);
  // An editor on Windows leaves a carriage return; a name between zero bytes is as it is.
  return names
    .map((name) => (separator === '\n' ? name.replace(/\r$/, '') : name))
    .filter((name) => name !== '');
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (cause) {
    throw new UsageError('input-unreadable', { file, reason: systemReason(cause) }, cause);
  }
}

async function readAll(input: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of input) {
    size += piece.length;
    if (size > LONGEST_LIST)
      throw new UsageError('input-unreadable', { file: STANDARD_INPUT, reason: 'too-large' });
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
