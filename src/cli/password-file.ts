// The file of `--password-file`, so that no password stands on a command line or in the environment.

import { readFileSync } from 'node:fs';
import { systemReason } from './system-reason.ts';
import { UsageError } from './usage-error.ts';

/** The first line without its end, as octets to be zeroed after use. @throws UsageError `password-file-unusable` */
export function readPassword(file: string): Uint8Array {
  const contents = readContents(file);
  const feed = contents.indexOf('\n');
  const line = contents.subarray(0, feed === -1 ? contents.length : feed);
  const password = Uint8Array.from(line.at(-1) === CR ? line.subarray(0, -1) : line);
  contents.fill(0);
  return password;
}

/** What `use` makes of the password, null without a file; the octets are zeroed then. @throws UsageError as `readPassword` */
export async function withPassword<T>(
  file: string | null,
  use: (password: Uint8Array | null) => Promise<T>,
): Promise<T> {
  const password = file === null ? null : readPassword(file);
  return await use(password).finally(() => password?.fill(0));
}

const CR = 0x0d;

function readContents(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError('password-file-unusable', { file, reason: systemReason(error) }, error);
  }
}
