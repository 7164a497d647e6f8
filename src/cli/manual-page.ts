// The manual page teken(1), in the macros of man(7), from the same table as the help.

import type { Language, Text } from '../report/language.ts';
import { COMMANDS, type Command } from './commands.ts';
import { exitCodesOf } from './exit-codes.ts';

const HEADS = {
  name: { id: 'NAMA', en: 'NAME' },
  synopsis: { id: 'RINGKASAN', en: 'SYNOPSIS' },
  commands: { id: 'PERINTAH', en: 'COMMANDS' },
  environment: { id: 'VARIABEL LINGKUNGAN', en: 'ENVIRONMENT' },
  examples: { id: 'CONTOH', en: 'EXAMPLES' },
  exits: { id: 'Kode keluar', en: 'Exit codes' },
  about: {
    id: 'tanda tangan elektronik pada PDF: menandatangani dan memeriksa',
    en: 'electronic signatures in PDF files: signing and checking',
  },
} as const satisfies Readonly<Record<string, Text>>;

export function manualPage(language: Language): string {
  const head = (text: Text): string => `.SH "${text[language]}"`;
  const lines = [
    '.TH TEKEN 1',
    head(HEADS.name),
    `teken \\- ${roff(HEADS.about[language])}`,
    head(HEADS.synopsis),
    ...COMMANDS.flatMap(({ name, usage }) => [`.B teken ${name}`, roff(usage), '.br']),
    head(HEADS.commands),
    ...COMMANDS.flatMap((command) => commandLines(command, language)),
    head(HEADS.environment),
    ...variablesOf(language),
    head(HEADS.examples),
    ...COMMANDS.flatMap(({ examples }) =>
      examples.flatMap(({ line, about }) => [
        '.PP',
        roff(about[language]),
        '.PP',
        '.nf',
        ...line.split('\n').map(roff),
        '.fi',
      ]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(command: Command, language: Language): readonly string[] {
  return [
    `.SS "teken ${command.name}"`,
    roff(command.about[language]),
    ...command.options.flatMap(({ name, short, value, about }) => {
      const long = value === null ? `--${name}` : `--${name} ${value}`;
      return ['.TP', `.B ${roff(short === undefined ? long : `-${short}, ${long}`)}`, roff(about[language])];
    }),
    '.PP',
    `${HEADS.exits[language]}:`,
    ...exitCodesOf(command.name, language).flatMap(({ code, meaning }) => [
      '.TP',
      `.B ${code}`,
      roff(meaning),
    ]),
  ];
}

function variablesOf(language: Language): readonly string[] {
  const known = new Map(
    COMMANDS.flatMap(({ environment }) => environment.map(({ name, about }) => [name, about] as const)),
  );
  return [...known].flatMap(([name, about]) => ['.TP', `.B ${name}`, roff(about[language])]);
}

/** Nothing of a text is a request or an escape of roff. */
function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
