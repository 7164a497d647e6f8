// Command lines: which options a command takes, and reading them strictly. An unknown option is an error, never ignored.

import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Text } from '../report/language.ts';
import { UsageError } from './usage-error.ts';

export interface Option {
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help, null for a switch. */
  readonly value: string | null;
  readonly multiple?: true;
  readonly about: Text;
}

/** What was given on the command line, every option known and with a value where it needs one. */
export interface Arguments {
  readonly files: readonly string[];
  has(option: string): boolean;
  value(option: string): string | null;
  values(option: string): readonly string[];
}

/** @throws UsageError `option-unknown`, `option-value-missing`, `option-value-unexpected`, `option-repeated` */
export function readArguments(line: readonly string[], options: readonly Option[]): Arguments {
  const { tokens } = parseArgs({
    args: [...line],
    options: parserOptions(options),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const given = new Map<string, string[]>();
  const files: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') files.push(token.value);
    if (token.kind === 'option') addOption(given, options, token);
  }
  return {
    files,
    has: (option) => given.has(option),
    value: (option) => given.get(option)?.at(-1) ?? null,
    values: (option) => given.get(option) ?? [],
  };
}

function parserOptions(options: readonly Option[]): ParseArgsOptionsConfig {
  return Object.fromEntries(
    options.map(({ name, short, value }) => [
      name,
      {
        type: value === null ? 'boolean' : 'string',
        multiple: true,
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function addOption(given: Map<string, string[]>, options: readonly Option[], token: OptionToken): void {
  const { rawName, value, inlineValue } = token;
  const option = options.find(({ name }) => name === token.name);
  if (option === undefined) throw new UsageError('option-unknown', { option: rawName });
  if (option.value === null) {
    if (value !== undefined) throw new UsageError('option-value-unexpected', { option: rawName });
  } else {
    // `--output --quiet` forgets a value; a value that begins with a dash is written `--output=-x`.
    const forgotten = inlineValue !== true && value !== undefined && /^-./.test(value);
    if (value === undefined || value === '' || forgotten) {
      throw new UsageError('option-value-missing', { option: rawName });
    }
  }
  const earlier = given.get(option.name) ?? [];
  if (earlier.length > 0 && option.multiple !== true) {
    throw new UsageError('option-repeated', { option: rawName });
  }
  given.set(option.name, [...earlier, value ?? '']);
}

/** One of a few words. @throws UsageError `option-value-invalid` */
export function oneOf<const T extends string>(
  option: string,
  value: string,
  allowed: readonly [T, ...T[]],
): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw invalidValue(option, value, allowed.join(', '));
  return found;
}

/** A comma-separated choice of a few words. @throws UsageError `option-value-invalid` */
export function someOf<const T extends string>(
  option: string,
  value: string,
  allowed: readonly [T, ...T[]],
): ReadonlySet<T> {
  return new Set(value.split(',').map((word) => oneOf(option, word.trim(), allowed)));
}

export function invalidValue(option: string, value: string, expected: string): UsageError {
  return new UsageError('option-value-invalid', { option: `--${option}`, value, expected });
}
