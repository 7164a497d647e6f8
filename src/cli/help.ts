// Help texts, printed from the table of commands.

import type { Language, Text } from '../report/language.ts';
import { wrapText } from '../report/wrap.ts';
import type { Option } from './arguments.ts';
import { COMMANDS, type Command } from './commands.ts';
import { exitCodesOf } from './exit-codes.ts';

const WORDS = {
  about: {
    id: 'Tanda tangan elektronik pada PDF: menandatangani dan memeriksa.',
    en: 'Electronic signatures in PDF files: signing and checking.',
  },
  usage: { id: 'Pemakaian:', en: 'Usage:' },
  form: { id: '  teken <perintah> [opsi] …', en: '  teken <command> [options] …' },
  commands: { id: 'Perintah:', en: 'Commands:' },
  options: { id: 'Opsi:', en: 'Options:' },
  environment: { id: 'Variabel lingkungan:', en: 'Environment:' },
  examples: { id: 'Contoh:', en: 'Examples:' },
  exits: { id: 'Kode keluar:', en: 'Exit codes:' },
  precedence: {
    id: 'Bila beberapa berlaku: 70, 2, 1, 5, 3, 4, 0, yang pertama menang. 130 mengalahkan semuanya.',
    en: 'Where several apply, the first of 70, 2, 1, 5, 3, 4, 0 wins. 130 overrides all of them.',
  },
  more: {
    id: '"teken help <perintah>" menjelaskan sebuah perintah.',
    en: '"teken help <command>" explains a command.',
  },
  version: { id: 'versi program ini', en: 'the version of this program' },
} as const satisfies Readonly<Record<string, Text>>;

const WIDTH = 80;

/** What `teken help` prints. */
export function overviewText(language: Language): string {
  const commands = COMMANDS.flatMap(({ name, about }) => entry(`  ${name}`, about[language], 12));
  const lines = [
    `teken: ${WORDS.about[language]}`,
    '',
    WORDS.usage[language],
    WORDS.form[language],
    '',
    WORDS.commands[language],
    ...commands,
    ...entry('  --version', `${WORDS.version[language]}; --version --json`, 14),
    '',
    WORDS.more[language],
  ];
  return `${lines.join('\n')}\n`;
}

/** What `teken help <command>` prints. */
export function commandText(command: Command, language: Language): string {
  const lines = [
    ...wrapText(command.about[language], '', WIDTH),
    '',
    WORDS.usage[language],
    `  teken ${command.name} ${command.usage}`,
    '',
    WORDS.options[language],
    ...command.options.flatMap((option) => entry(optionHead(option), option.about[language], 30)),
    '',
    ...environmentLines(command, language),
    WORDS.examples[language],
    ...command.examples.flatMap(({ line, about }) => [
      `  # ${about[language]}`,
      ...line.split('\n').map((part) => `  ${part}`),
    ]),
    '',
    WORDS.exits[language],
    ...exitCodesOf(command.name, language).flatMap(({ code, meaning }) => entry(`  ${code}`, meaning, 8)),
    ...(command.name === 'verify' ? wrapText(WORDS.precedence[language], '  ', WIDTH) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function environmentLines({ environment }: Command, language: Language): readonly string[] {
  if (environment.length === 0) return [];
  const entries = environment.flatMap(({ name, about }) => entry(`  ${name}`, about[language], 20));
  return [WORDS.environment[language], ...entries, ''];
}

function optionHead({ name, short, value }: Option): string {
  const long = value === null ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? `      ${long}` : `  -${short}, ${long}`;
}

/** A term and its explanation in two columns; a long term stands on a line of its own. */
function entry(term: string, about: string, column: number): readonly string[] {
  if (term.length + 2 <= column) return wrapText(about, term.padEnd(column), WIDTH);
  return [term, ...wrapText(about, ' '.repeat(column), WIDTH)];
}
