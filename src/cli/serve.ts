// `teken serve`: the service in this process.

import { readConfig } from '../config.ts';
import { printable } from '../report/printable.ts';
import { serveUntilSignalled } from '../server.ts';
import type { Arguments } from './arguments.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/**
 * Serves until a signal ends it.
 * @returns the exit code; whatever keeps the service from starting is a wrong configuration
 * @throws UsageError `argument-unexpected`
 */
export async function serve({ files }: Arguments, terminal: Terminal): Promise<number> {
  const [stray] = files;
  if (stray !== undefined) throw new UsageError('argument-unexpected', { argument: stray });
  try {
    return await serveUntilSignalled(readConfig());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    for (const line of message.split('\n')) terminal.warn(`teken: ${printable(line)}`);
    return EXIT.configuration;
  }
}
