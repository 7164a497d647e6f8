// What every command is given beside its own arguments.

import type { CliEnvironment, Config } from '../config.ts';
import type { Language, Text } from '../report/language.ts';
import type { Terminal } from './terminal.ts';

/** Who calls, and how they are answered. */
export interface Calling {
  readonly language: Language;
  readonly terminal: Terminal;
  /** Read when a command needs it: help and explanations work whatever the environment is. */
  readonly environment: () => CliEnvironment;
  /** What the service would run by. @throws InvalidConfiguration */
  readonly configuration: () => Config;
}

/** A warning in the caller's language, unless no warnings are wanted. */
export type Warn = (text: Text, values?: Readonly<Record<string, string>>) => void;
