// `teken completion`: what a shell, and `man`, know of the commands; from the same table as the help.

import type { Language } from '../report/language.ts';
import { type Arguments, oneOf } from './arguments.ts';
import type { Calling } from './calling.ts';
import { COMMANDS, type Command } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { manualPage } from './manual-page.ts';
import { UsageError } from './usage-error.ts';

const KINDS = ['bash', 'zsh', 'fish', 'man'] as const;

/** @returns the exit code @throws UsageError */
export async function completion({ files }: Arguments, { terminal, language }: Calling): Promise<number> {
  const [kind, ...more] = files;
  if (kind === undefined) throw new UsageError('option-missing', { option: KINDS.join('|') });
  if (more.length > 0) throw new UsageError('argument-unexpected', { argument: more[0] ?? '' });
  switch (oneOf('completion', kind, KINDS)) {
    case 'bash':
      await terminal.write(bashCompletion());
      break;
    case 'zsh':
      await terminal.write(zshCompletion(language));
      break;
    case 'fish':
      await terminal.write(fishCompletion(language));
      break;
    case 'man':
      await terminal.write(manualPage(language));
      break;
  }
  return EXIT.accepted;
}

const NAMES = COMMANDS.map(({ name }) => name);

function wordsOf({ options }: Command): readonly string[] {
  return options.flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]);
}

/** The words that a value is one of, where the help lists them. */
function choicesOf(value: string | null): readonly string[] {
  return value !== null && /^[a-z0-9-]+(\|[a-z0-9-]+)+$/.test(value) ? value.split('|') : [];
}

function bashCompletion(): string {
  const commands = COMMANDS.map((command) => {
    const choices = command.options
      .map(({ name, value }) => [name, choicesOf(value)] as const)
      .filter(([, words]) => words.length > 0)
      .map(
        ([name, words]) =>
          `        --${name}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$word")); return ;;`,
      );
    return [
      `    ${command.name})`,
      ...(choices.length === 0 ? [] : ['      case "$before" in', ...choices, '      esac']),
      `      options='${wordsOf(command).join(' ')}' ;;`,
    ].join('\n');
  });
  return `${[
    '_teken() {',
    `  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} options=''`,
    '  COMPREPLY=()',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W 'help ${NAMES.join(' ')} --version --help' -- "$word")); return`,
    '  fi',
    `  case "\${COMP_WORDS[1]}" in`,
    `    help) COMPREPLY=($(compgen -W '${NAMES.join(' ')}' -- "$word")); return ;;`,
    ...commands,
    '  esac',
    '  if [[ "$word" == -* ]]; then',
    '    COMPREPLY=($(compgen -W "$options" -- "$word"))',
    '  else',
    '    compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$word"))',
    '  fi',
    '}',
    'complete -F _teken teken',
  ].join('\n')}\n`;
}

/** In single quotes, for zsh and fish; brackets and colons mean something to zsh. */
function quoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}

function zshCompletion(language: Language): string {
  const described = (text: string): string => quoted(text.replaceAll(/[[\]:\\]/g, (mark) => `\\${mark}`));
  const commands = COMMANDS.map((command) => {
    const options = command.options.map(({ name, value, about, multiple }) => {
      const choices = choicesOf(value);
      const action = choices.length > 0 ? `(${choices.join(' ')})` : '_files';
      const argument = value === null ? '' : `:${described(value.toLowerCase())}:${action}`;
      const equals = value === null ? '' : '=';
      return `'${multiple === true ? '*' : ''}--${name}${equals}[${described(about[language])}]${argument}'`;
    });
    return `    ${command.name}) _arguments ${[...options, "'*:file:_files'"].join(' ')} ;;`;
  });
  return `${[
    '#compdef teken',
    '_teken() {',
    '  local -a commands',
    '  commands=(',
    ...COMMANDS.map(({ name, about }) => `    '${name}:${described(about[language])}'`),
    '  )',
    "  if (( CURRENT == 2 )); then _describe 'command' commands; return; fi",
    '  local command=$words[2]',
    '  shift words; (( CURRENT-- ))',
    '  case $command in',
    ...commands,
    '  esac',
    '}',
    'compdef _teken teken',
  ].join('\n')}\n`;
}

function fishCompletion(language: Language): string {
  const lines = COMMANDS.flatMap(({ name, about, options }) => [
    `complete -c teken -n __fish_use_subcommand -f -a ${name} -d '${quoted(about[language])}'`,
    ...options.map((option) => {
      const choices = choicesOf(option.value);
      return [
        `complete -c teken -n '__fish_seen_subcommand_from ${name}' -l ${option.name}`,
        ...(option.short === undefined ? [] : [`-s ${option.short}`]),
        ...(option.value === null ? [] : ['-r']),
        ...(choices.length === 0 ? [] : [`-f -a '${choices.join(' ')}'`]),
        `-d '${quoted(option.about[language])}'`,
      ].join(' ');
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
