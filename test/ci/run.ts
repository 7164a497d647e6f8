// Runs every check in a row, whatever fails on the way, and says at the end how many assertions passed and failed.
// Called by .ci/run, which brings the tools; runs alone too where they are installed.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { projectRoot } from '../tools.ts';
import { closingLine, type Outcome, outcomeOfTap } from './tap-totals.ts';

/** Checks that answer by their exit code. */
const CHECKS: readonly (readonly [name: string, ...command: string[]])[] = [
  ['types', 'npm', 'run', '--silent', 'typecheck'],
  ['lint', 'npm', 'run', '--silent', 'lint'],
  ['openapi', 'npx', '--yes', '@redocly/cli@2.77.0', 'lint', 'openapi.yaml', 'openapi-bsre.yaml'],
];

/** Scripts of package.json that run tap. */
const SUITES = [
  'test',
  'test:corpus',
  'test:interop',
  'test:package',
  'test:api',
  'test:browser',
  'test:fuzz',
  'test:chaos',
];

const outcomes: Outcome[] = [];
for (const [name, ...command] of CHECKS) outcomes.push(await check(name, command));
for (const suite of SUITES) outcomes.push(await tapSuite(suite));

for (const { name, passed, failed } of outcomes) say(`${name}: ${passed} passed, ${failed} failed`);
say(closingLine(outcomes));
process.exitCode = outcomes.every(({ passed, failed }) => passed > 0 && failed === 0) ? 0 : 1;

async function check(name: string, command: readonly string[]): Promise<Outcome> {
  const { code } = await runShowing(command, () => true);
  return { name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

async function tapSuite(script: string): Promise<Outcome> {
  const command = ['npm', 'run', '--silent', script, '--', '--reporter=tap'];
  // What passed is tens of thousands of lines; what did not, or was skipped, is what a reader looks for.
  const { code, output } = await runShowing(command, (line) => !/^\s+ok \d+(?!.*# (?:SKIP|TODO))/.test(line));
  return outcomeOfTap(script, code, output);
}

/** Runs a command of the project and shows the lines that are worth it. */
async function runShowing(
  command: readonly string[],
  worthShowing: (line: string) => boolean,
): Promise<{ code: number | null; output: string }> {
  say(`\n$ ${command.join(' ')}`);
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: projectRoot,
    env: { ...process.env, CI: 'true' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  let output = '';
  for await (const line of createInterface({ input: child.stdout })) {
    output += `${line}\n`;
    if (worthShowing(line)) say(line);
  }
  return { code: await ended, output };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
