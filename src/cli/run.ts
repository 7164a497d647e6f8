// From a command line to a command, and from whatever happens to an exit code.

import type { Language } from '../report/language.ts';
import { rfc3339 } from '../report/time-text.ts';
import { type Arguments, oneOf, readArguments } from './arguments.ts';
import type { Calling } from './calling.ts';
import { COMMANDS, type Command } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { commandText, overviewText } from './help.ts';
import { JSON_OPTION, LANGUAGE } from './shared-options.ts';
import { isBrokenPipe, processTerminal, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { toolOf } from './version.ts';

/**
 * Runs one command line, without the program's own name. Never throws.
 *
 * @param variables - the environment; the process's own unless given
 * @returns the exit code
 */
export async function runCli(
  line: readonly string[],
  terminal: Terminal = processTerminal(),
  variables?: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const language = languageOf(line, terminal);
  try {
    return await dispatch(line, { language, terminal, variables });
  } catch (error) {
    if (terminal.interrupted.aborted) return EXIT.interrupted;
    // Nobody reads any more what the rest of the run would say.
    if (isBrokenPipe(error)) return EXIT.interrupted;
    const { failureOf } = await import('./failure.ts');
    const { exit, line: text } = failureOf(error, language);
    for (const part of text.split('\n')) terminal.warn(`teken: ${part}`);
    return exit;
  }
}

/** Read before all else, so that a mistake elsewhere on the line is explained in the right language. */
function languageOf(line: readonly string[], { indonesian }: Terminal): Language {
  const index = line.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const word = line[index]?.startsWith('--lang=') ? line[index].slice('--lang='.length) : line[index + 1];
  if (index >= 0 && (word === 'id' || word === 'en')) return word;
  return indonesian ? 'id' : 'en';
}

interface Caller {
  readonly language: Language;
  readonly terminal: Terminal;
  readonly variables: Readonly<Record<string, string | undefined>> | undefined;
}

// What reads the environment is more than all that help needs.
async function callingOf({ language, terminal, variables }: Caller): Promise<Calling> {
  const { readCliEnvironment, readConfig } = await import('../config.ts');
  return {
    language,
    terminal,
    environment: () => readCliEnvironment(variables),
    configuration: () => readConfig(variables),
  };
}

async function dispatch(line: readonly string[], caller: Caller): Promise<number> {
  const { language, terminal } = caller;
  const [first, ...rest] = withoutLeadingLanguage(line);
  switch (first) {
    case undefined:
      terminal.warn(overviewText(language).trimEnd());
      return EXIT.usage;
    case 'help':
    case '--help':
    case '-h':
      await terminal.write(helpText(rest[0], language));
      return EXIT.accepted;
    case '--version':
      await terminal.write(
        await versionText(readArguments(rest, [JSON_OPTION, LANGUAGE]), await callingOf(caller)),
      );
      return EXIT.accepted;
    default:
      return await runCommand(commandOf(first), rest, caller);
  }
}

function withoutLeadingLanguage(line: readonly string[]): readonly string[] {
  if (line[0] === '--lang') return line.slice(2);
  return line[0]?.startsWith('--lang=') === true ? line.slice(1) : line;
}

function helpText(command: string | undefined, language: Language): string {
  const asked = command === undefined || command.startsWith('-') ? null : commandOf(command);
  return asked === null ? overviewText(language) : commandText(asked, language);
}

function commandOf(name: string): Command {
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) throw new UsageError('command-unknown', { command: name });
  return command;
}

async function runCommand(command: Command, words: readonly string[], caller: Caller): Promise<number> {
  const { language, terminal } = caller;
  const line = readArguments(words, command.options);
  oneOf('lang', line.value('lang') ?? language, ['id', 'en']);
  if (line.has('help')) {
    await terminal.write(commandText(command, language));
    return EXIT.accepted;
  }
  const code = line.value('explain');
  if (code !== null) {
    const { explainCode } = await import('./explain.ts');
    await terminal.write(explainCode(code, language));
    return EXIT.accepted;
  }
  return await carryOut(command, line, await callingOf(caller));
}

// Each command is loaded when it is asked for: help and usage errors answer at once.
async function carryOut(command: Command, line: Arguments, calling: Calling): Promise<number> {
  switch (command.name) {
    case 'verify': {
      const { verifyFiles } = await import('./verify.ts');
      return await verifyFiles(line, calling);
    }
    case 'sign': {
      const { signFile } = await import('./sign.ts');
      return await signFile(line, calling);
    }
    case 'raise': {
      const { raiseFile } = await import('./raise.ts');
      return await raiseFile(line, calling);
    }
    case 'preflight': {
      const { preflightFile } = await import('./preflight.ts');
      return await preflightFile(line, calling);
    }
    case 'replay': {
      const { replayFile } = await import('./replay.ts');
      return await replayFile(line, calling);
    }
    case 'trust': {
      const { trust } = await import('./trust-command.ts');
      return await trust(line, calling);
    }
    case 'audit': {
      const { audit } = await import('./audit.ts');
      return await audit(line, calling);
    }
    case 'client': {
      const { client } = await import('./client-command.ts');
      return await client(line, calling);
    }
    case 'qr': {
      const { checkCode } = await import('./qr.ts');
      return await checkCode(line, calling);
    }
    case 'signer': {
      const { signer } = await import('./signer-command.ts');
      return await signer(line, calling);
    }
    case 'extract': {
      const { extractVersion } = await import('./extract.ts');
      return await extractVersion(line, calling);
    }
    case 'inspect': {
      const { inspect } = await import('./inspect.ts');
      return await inspect(line, calling);
    }
    case 'diff': {
      const { diff } = await import('./diff.ts');
      return await diff(line, calling);
    }
    case 'offline-verifier': {
      const { offlineVerifier } = await import('./offline-verifier.ts');
      return await offlineVerifier(line, calling);
    }
    case 'doctor': {
      const { doctor } = await import('./doctor.ts');
      return await doctor(line, calling);
    }
    case 'config': {
      const { configCheck } = await import('./config-check.ts');
      return await configCheck(line, calling);
    }
    case 'completion': {
      const { completion } = await import('./completion.ts');
      return await completion(line, calling);
    }
    case 'serve': {
      const { serve } = await import('./serve.ts');
      return await serve(line, calling.terminal);
    }
  }
}

async function versionText(line: Arguments, calling: Calling): Promise<string> {
  const { trustDir, production, commit } = calling.environment();
  const tool = toolOf(commit);
  if (!line.has('json')) return `teken ${tool.version} (${tool.commit})\n`;
  if (trustDir === null) return `${JSON.stringify({ ...tool, trustList: null })}\n`;
  const [{ loadTrust }, { nodePlatform }] = await Promise.all([
    import('./trust.ts'),
    import('../platform/node.ts'),
  ]);
  const { version, sha256, asOf } = loadTrust([trustDir], {
    digests: nodePlatform.digests,
    production,
    now: Date.now(),
  });
  return `${JSON.stringify({ ...tool, trustList: { version, sha256, asOf: rfc3339(asOf) } })}\n`;
}
