// Schemathesis (a program of others) asks the real service what openapi.yaml says it may be asked, and what it says it may not.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { without } from '../http/bad-files.ts';
import { type RealService, signedLetter, startRealService } from '../http/real-service.ts';
import { type Outcome, projectRoot, run, toolPath } from '../tools.ts';

export interface ApiCheck {
  /** Most cases for each operation and kind of data. */
  readonly examples: number;
  /** The same cases again; null for others each time. */
  readonly seed: number | null;
  readonly timeoutMs: number;
}

const here = fileURLToPath(new URL('./', import.meta.url));

/** Runs all checks over all operations. @returns how schemathesis ended: 0 when nothing was found */
export async function checkApi({ examples, seed, timeoutMs }: ApiCheck): Promise<Outcome> {
  const program = toolPath('schemathesis');
  if (program === null) throw new Error('schemathesis is not installed; .ci/run installs it');
  const folder = await mkdtemp(join(tmpdir(), 'teken-api-'));
  // Guesses of passphrases are part of it, and a guard that is tested elsewhere must not end it.
  const service = await startRealService({ TEKEN_ATTEMPT_WINDOW_S: '1' });
  try {
    const args = [
      ...['--config-file', join(here, 'schemathesis.toml'), 'run', join(projectRoot, 'openapi.yaml')],
      ...['--url', service.url, '--header', `Authorization: Bearer ${service.apiKey}`],
      ...['--checks', 'all', '--max-examples', String(examples), '--continue-on-failure', '--no-color'],
      ...['--generation-database', 'none', '--warnings', 'off', '--request-timeout', '60'],
      ...(seed === null ? [] : ['--seed', String(seed)]),
    ];
    const env = {
      SCHEMATHESIS_HOOKS: 'hooks',
      PYTHONPATH: here,
      PYTHONDONTWRITEBYTECODE: '1',
      // tap asks for colours, and a terminal's spinner would come with them.
      FORCE_COLOR: '',
      TERM: 'dumb',
      TEKEN_API_DOCUMENTS: await documents(service, join(folder, 'documents')),
      TEKEN_API_PASSPHRASE: service.passphrase,
    };
    return await run(program, args, { cwd: folder, env, timeoutMs });
  } finally {
    await service.close();
    await rm(folder, { recursive: true });
  }
}

/** A letter, signed ones, and ones that are damaged. @returns their folder */
async function documents(service: RealService, folder: string): Promise<string> {
  const signed = await signedLetter(service);
  const archived = await signedLetter(service, { level: 'B-LTA' });
  await mkdir(folder);
  const files = { letter: service.letter, signed, archived, cut: without(signed, 2000) };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, `${name}.pdf`), bytes);
  return folder;
}
