// `npm run fuzz -- [--seconds S | --inputs N] [--target pdf|structures] [--seed N] [--from INDEX] [--processes K] [--folder DIR]`:
// changes sound files and structures by chance and holds what the verifier says against its promises. What breaks one is written
// into the folder; the same folder, target, seed and index give the same case again.

import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureMaterial } from './material.ts';
import { TARGETS, type Target } from './one-case.ts';
import type { Finding, FromWorker, Range } from './worker.ts';

export interface FuzzRun {
  readonly targets: readonly Target[];
  readonly seed: number;
  readonly from: number;
  /** For each target; whichever is reached first. */
  readonly seconds: number;
  readonly inputs: number;
  readonly processes: number;
  readonly folder: string;
}

export interface FuzzOutcome {
  readonly target: Target;
  readonly inputs: number;
  readonly seconds: number;
  readonly found: readonly Omit<Finding, 'base64'>[];
}

/** Inputs that a process is given at once, so that telling takes less time than doing. */
const AT_ONCE: Readonly<Record<Target, number>> = { pdf: 20, structures: 2_000 };
/** Nothing heard for so long means that an input never ends, whatever else the machine does. */
const SILENCE_MS = 120_000;

/** Runs all targets, one after the other. */
export async function fuzz(run: FuzzRun): Promise<readonly FuzzOutcome[]> {
  await ensureMaterial(run.folder);
  const outcomes: FuzzOutcome[] = [];
  for (const target of run.targets) outcomes.push(await fuzzTarget(target, run));
  return outcomes;
}

async function fuzzTarget(target: Target, run: FuzzRun): Promise<FuzzOutcome> {
  const started = performance.now();
  const found: Omit<Finding, 'base64'>[] = [];
  let next = run.from;
  let inputs = 0;
  const range = (): Range | null => {
    const over = performance.now() - started > run.seconds * 1000 || next >= run.from + run.inputs;
    if (over) return null;
    const from = next;
    next = Math.min(from + AT_ONCE[target], run.from + run.inputs);
    return { target, seed: run.seed, from, to: next };
  };
  const report = ({ base64, ...finding }: Finding): void => {
    found.push(finding);
    const name = `${finding.defect}-${target}-${finding.seed}-${finding.index}`;
    writeFileSync(
      join(run.folder, `${name}.${target === 'pdf' ? 'pdf' : 'der'}`),
      Buffer.from(base64, 'base64'),
    );
  };
  const worker = () => work(run.folder, range, report, (done) => (inputs += done));
  await Promise.all(Array.from({ length: run.processes }, worker));
  return { target, inputs, seconds: (performance.now() - started) / 1000, found };
}

/** One process until nothing is left; one that dies or falls silent is itself a finding, and the rest of its range is lost. */
function work(
  folder: string,
  nextRange: () => Range | null,
  report: (finding: Finding) => void,
  count: (done: number) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const child: ChildProcess = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [folder]);
    let range: Range | null = null;
    let silence: NodeJS.Timeout | undefined;
    const lost = (defect: Finding['defect'], what: string): void => {
      if (range === null) return;
      const { target, seed, from } = range;
      report({
        defect,
        what: `${what}, from ${range.from} to ${range.to}`,
        target,
        seed,
        index: from,
        name: '',
        base64: '',
      });
    };
    child.on('message', (message: FromWorker) => {
      clearTimeout(silence);
      if ('found' in message) return report(message.found);
      count(message.done);
      range = nextRange();
      if (range === null) return child.disconnect();
      child.send(range);
      silence = setTimeout(() => {
        lost('hang', 'silent');
        range = null;
        child.kill('SIGKILL');
      }, SILENCE_MS);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(silence);
      lost('crash', `the process ended with ${code ?? signal}`);
      resolve();
    });
  });
}

/** The outcome of a run in words, with how long a million inputs take. */
export function summary({ target, inputs, seconds, found }: FuzzOutcome): string {
  const rate = inputs / seconds;
  const hours = 1_000_000 / rate / 3600;
  const counts = (['crash', 'hang', 'accepted'] as const).map(
    (defect) => `${found.filter((finding) => finding.defect === defect).length} ${defect}`,
  );
  return `${target}: ${inputs} inputs in ${seconds.toFixed(0)} s, ${rate.toFixed(0)}/s, a million in ${hours.toFixed(1)} h; ${counts.join(', ')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string' },
      inputs: { type: 'string' },
      target: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string' },
      processes: { type: 'string' },
      folder: { type: 'string' },
    },
  });
  const number = (text: string | undefined, absent: number): number =>
    text === undefined ? absent : Number(text);
  const folder = values.folder ?? join(tmpdir(), 'teken-fuzz');
  const outcomes = await fuzz({
    targets: values.target === undefined ? TARGETS : TARGETS.filter((target) => target === values.target),
    seed: number(values.seed, 1),
    from: number(values.from, 0),
    seconds: number(values.seconds, values.inputs === undefined ? 60 : Number.POSITIVE_INFINITY),
    inputs: number(values.inputs, Number.POSITIVE_INFINITY),
    processes: number(values.processes, availableParallelism()),
    folder,
  });
  for (const outcome of outcomes) {
    process.stdout.write(`${summary(outcome)}\n`);
    for (const finding of outcome.found) process.stdout.write(`${JSON.stringify(finding)}\n`);
  }
  process.stdout.write(`material and findings: ${folder}\n`);
  process.exitCode = outcomes.every(({ found }) => found.length === 0) ? 0 : 1;
}
