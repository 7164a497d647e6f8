// `teken serve`: the service in this process.

import { readConfig } from '../config.ts';
import { printable } from '../report/printable.ts';
import { serveUntilSignalled, startFailure } from '../server.ts';
import type { Arguments } from './arguments.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/**
 * Serves until a signal ends it. Ends the process itself when something keeps the service from starting, which is a wrong
 * configuration.
 * @returns the exit code
 * @throws UsageError `argument-unexpected`
 */
export async function serve({ files }: Arguments, terminal: Terminal): Promise<number> {
  const [stray] = files;
  if (stray !== undefined) throw new UsageError('argument-unexpected', { argument: stray });
  try {
    return await serveUntilSignalled(readConfig());
  } catch (error) {
    for (const line of startFailure(error).split('\n')) terminal.warn(`teken: ${printable(line)}`);
    // Connections that were open by then, as that to Redis, would keep it there for ever, and nobody would start another.
    process.exit(EXIT.configuration);
  }
}
