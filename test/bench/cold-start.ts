// One file from a cold start: what a person waits who checks a single letter on the command line.

import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, toolPath } from '../tools.ts';
import { median } from './measure.ts';
import { say, sayTable } from './table.ts';
import type { Trusted } from './verifiers.ts';
import { watchProcess } from './watch-process.ts';

const ROUNDS = 21;
const BUILT = join(projectRoot, 'dist');

interface Call {
  readonly who: string;
  /** Null where it is not installed. */
  readonly words: readonly [string, ...string[]] | null;
}

/** @param letter - a signed letter on disk */
export async function sayColdStart(letter: string, trusted: Trusted): Promise<void> {
  const own = !existsSync(BUILT);
  // What is installed from the package is JavaScript.
  execFileSync('npm', ['run', 'build'], { cwd: projectRoot, stdio: 'ignore' });
  try {
    await compare(callsOf(letter, trusted));
  } finally {
    if (own) rmSync(BUILT, { recursive: true });
  }
}

function callsOf(letter: string, { directory, root }: Trusted): readonly Call[] {
  const built = join(BUILT, 'cli/main.js');
  const verify = ['verify', '--offline', '--trust', directory, letter];
  const python = toolPath('pyhanko');
  const judge = join(projectRoot, 'test/interop/pyhanko/judge.py');
  return [
    { who: 'teken verify, as installed', words: [process.execPath, built, ...verify] },
    {
      who: 'teken verify, from the sources',
      words: [process.execPath, join(projectRoot, 'src/cli/main.ts'), ...verify],
    },
    { who: 'teken --help, as installed', words: [process.execPath, built, '--help'] },
    { who: 'node -e 0', words: [process.execPath, '-e', '0'] },
    { who: 'pdfsig', words: toolPath('pdfsig') === null ? null : ['pdfsig', '-nocert', letter] },
    {
      who: 'pyHanko, a script around its library',
      words:
        python === null
          ? null
          : [
              'sh',
              '-c',
              'echo "$4" | "$0" "$1" --trust "$2" "$3"',
              python,
              judge,
              root,
              '--embedded-revocation',
              letter,
            ],
    },
  ];
}

async function compare(calls: readonly Call[]): Promise<void> {
  const times = new Map<string, number[]>(calls.map(({ who }) => [who, []]));
  // In turns, so that a busy moment of the machine does not hit one of them alone; the first round fills the file cache.
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const { who, words } of calls) {
      if (words === null) continue;
      const [command, ...args] = words;
      const { ms, code, stdout, stderr } = await watchProcess(command, args, { TEKEN_ENV: 'development' });
      if (code !== 0) throw new Error(`${who} ended with ${code}: ${stderr}${stdout}`);
      if (round >= 0) times.get(who)?.push(ms);
    }
  }
  say(`## From a cold start, one letter with one signature, median of ${ROUNDS}\n`);
  const ours = median(times.get(calls[0]?.who ?? '') ?? []);
  sayTable(
    ['', 'ms', 'to teken verify'],
    calls.map(({ who, words }) => {
      if (words === null) return [who, 'not installed', ''];
      const ms = median(times.get(who) ?? []);
      return [who, ms.toFixed(0), `${(ms / ours).toFixed(2)} ×`];
    }),
  );
}
