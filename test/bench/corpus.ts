// The corpus from its first file to its last: the command line beside pyHanko, EU DSS and pdfsig, in one run.

import { readFileSync } from 'node:fs';
import { corpus, corpusFiles, projectRoot } from '../tools.ts';
import { processorMs } from './processor-time.ts';
import { say, sayTable } from './table.ts';
import { type Candidate, startPeers, type Trusted, type Verifier } from './verifiers.ts';
import { watchProcess } from './watch-process.ts';

/** Of more than that, those at the same distance from each other are taken, so that every kind is among them. */
const FILES = 500;
/** A standing process has read these before its time counts, and its compiler has seen the most of it. */
const WARM_UP = 100;

interface Run {
  readonly who: string;
  /** Null where it is not installed. */
  readonly taken: { readonly seconds: number; readonly processorSeconds: number } | null;
}

export async function sayCorpus(trusted: Trusted): Promise<void> {
  if (corpus() === null) return say('The corpus is not at hand.\n');
  const paths = wantedFiles();
  say(`## ${paths.length} files of the corpus\n`);
  say(
    `Teken is started for the run, its start included. pyHanko and EU DSS stay in a process that has read ${WARM_UP} of the files
before; pdfsig has none to stay in. None of the others reads a folder, so each is told a path at a time. What pdfsig leaves out
is said above.\n`,
  );
  const runs = [await byCommand(paths, trusted, 1), await byCommand(paths, trusted, 2)];
  for (const peer of startPeers(trusted.root)) runs.push(await oneByOne(peer, paths));
  const [alone] = runs;
  sayTable(
    ['who', 's', 'files/s', 'to Teken, -j 1', 'processor s'],
    runs.map((run) => rowOf(run, paths.length, alone?.taken?.seconds ?? Number.NaN)),
  );
  sayDifferences();
}

function wantedFiles(): readonly string[] {
  const files = corpusFiles().map(({ path }) => path);
  const step = Math.max(1, files.length / FILES);
  return Array.from({ length: Math.min(FILES, files.length) }, (_, i) => files[Math.floor(i * step)] ?? '');
}

/** @throws Error when the command ends otherwise than a run over such files may */
async function byCommand(paths: readonly string[], { directory }: Trusted, jobs: number): Promise<Run> {
  const cli = `${projectRoot}src/cli/main.ts`;
  const words = ['verify', '--offline', '-j', String(jobs), '-f', 'ndjson', '--trust', directory];
  const before = processorMs(process.pid, 'endedChildren') ?? Number.NaN;
  const { ms, code, stdout, stderr } = await watchProcess(process.execPath, [cli, ...words, ...paths], {
    TEKEN_ENV: 'development',
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  // Among these files are forged, damaged and unsigned ones: all goes well when each has its line.
  if (code === null || lines.length < paths.length)
    throw new Error(`teken verify ended with ${code} after ${lines.length} files: ${stderr}`);
  const spent = (processorMs(process.pid, 'endedChildren') ?? Number.NaN) - before;
  return { who: `Teken, -j ${jobs}`, taken: { seconds: ms / 1000, processorSeconds: spent / 1000 } };
}

async function oneByOne(candidate: Candidate, paths: readonly string[]): Promise<Run> {
  if (candidate.countGood === null) return { who: candidate.name, taken: null };
  const verifier: Verifier = candidate;
  try {
    if (verifier.close !== null) for (const path of paths.slice(0, WARM_UP)) await verifier.countGood(path);
    const before = verifier.processorMs() ?? Number.NaN;
    const begun = performance.now();
    for (const path of paths) await verifier.countGood(path);
    const seconds = (performance.now() - begun) / 1000;
    const spent = (verifier.processorMs() ?? Number.NaN) - before;
    return { who: verifier.name, taken: { seconds, processorSeconds: spent / 1000 } };
  } finally {
    await verifier.close?.();
  }
}

function rowOf({ who, taken }: Run, files: number, alone: number): readonly string[] {
  if (taken === null) return [who, 'not installed', '', '', ''];
  const { seconds, processorSeconds } = taken;
  const times = `${(seconds / alone).toFixed(1)} ×`;
  return [who, seconds.toFixed(1), (files / seconds).toFixed(0), times, processorSeconds.toFixed(1)];
}

interface DifferenceClass {
  readonly oracle: string;
  readonly theirs: string;
  readonly ours: string;
  readonly count: number;
  readonly reason: string;
}

/** Where the answers differ and why; the interoperability tests compare them one by one and fail for any other. */
function sayDifferences(): void {
  const text = readFileSync(`${projectRoot}test/interop/difference-classes.json`, 'utf8');
  const classes = JSON.parse(text) as readonly DifferenceClass[];
  say(
    'Where the verdicts differ, over the whole corpus (`npm run test:interop` compares them one by one):\n',
  );
  sayTable(
    ['who', 'files', 'they say', 'we say', 'why'],
    classes.map(({ oracle, count, theirs, ours, reason }) => [oracle, String(count), theirs, ours, reason]),
  );
}
