// The letter that a file is, from the options of `teken sign`: all of them or none.

import type { LetterOrder } from '../http/ports.ts';
import { LETTER_LIMITS } from '../letters/letter-code.ts';
import { type Arguments, invalidValue } from './arguments.ts';
import { LETTER_OPTIONS } from './letter-options.ts';
import { UsageError } from './usage-error.ts';
import { readDate } from './values.ts';

export interface LetterSettings extends LetterOrder {
  readonly sealUri: string;
}

/** Null for a signature without a letter's code. @throws UsageError */
export function readLetterSettings(line: Arguments): LetterSettings | null {
  const names = LETTER_OPTIONS.map(({ name }) => name);
  const first = names.find((name) => line.has(name));
  if (first === undefined) return null;
  const missing = names.find((name) => !line.has(name));
  if (missing !== undefined) throw conflict(first, missing);
  for (const other of ['qr', 'image'])
    if (line.has(other))
      throw new UsageError('options-exclude', { option: `--${first}`, other: `--${other}` });
  // A number is one letter's.
  if (line.has('out-dir'))
    throw new UsageError('options-exclude', { option: `--${first}`, other: '--out-dir' });
  if (!['rect', 'anchor', 'field'].some((place) => line.has(place))) throw conflict(first, 'rect');
  return {
    number: textOf(line, 'letter-number', LETTER_LIMITS.number),
    date: readDate('letter-date', line.value('letter-date') ?? ''),
    subject: textOf(line, 'letter-subject', LETTER_LIMITS.subject),
    agency: textOf(line, 'letter-agency', LETTER_LIMITS.agency),
    sealUri: line.value('seal') ?? '',
  };
}

function conflict(option: string, other: string): UsageError {
  return new UsageError('options-conflict', { option: `--${option}`, other: `--${other}` });
}

function textOf(line: Arguments, option: string, most: number): string {
  const value = line.value(option) ?? '';
  if (value.length > most) throw invalidValue(option, value, `1 … ${most} letters`);
  return value;
}
