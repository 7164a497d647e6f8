// `teken config check`: the service's configuration, read and nothing else.

import { InvalidConfiguration } from '../config.ts';
import type { Text } from '../report/language.ts';
import { printable } from '../report/printable.ts';
import { type Arguments, oneOf } from './arguments.ts';
import type { Calling } from './calling.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

const RIGHT: Text = {
  id: 'Pengaturan benar; layanan dapat mulai dengannya.',
  en: 'The configuration is right; the service can start with it.',
};

/** @returns the exit code: 78 for a wrong configuration, as of the service @throws UsageError */
export async function configCheck({ files }: Arguments, calling: Calling): Promise<number> {
  const [word, ...more] = files;
  if (word === undefined) throw new UsageError('option-missing', { option: 'check' });
  oneOf('config', word, ['check']);
  if (more.length > 0) throw new UsageError('argument-unexpected', { argument: more[0] ?? '' });
  const { terminal, language } = calling;
  try {
    calling.configuration();
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    for (const line of error.message.split('\n')) terminal.warn(`teken: ${printable(line)}`);
    return EXIT.configuration;
  }
  await terminal.write(`${RIGHT[language]}\n`);
  return EXIT.accepted;
}
