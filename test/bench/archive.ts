// An archive verified by the command line in one go: letters with two signatures and long-term data each, without a network.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DevelopmentPki } from '../../certs-dev/certificate-authority.ts';
import { toolPath } from '../tools.ts';
import { writeLetterOfSize } from './generate-pdf.ts';
import { issueOfficials, signInTurn } from './long-term-letters.ts';
import { processorMs } from './processor-time.ts';
import { workplacePaths } from './workplace.ts';

export interface ArchiveRun {
  readonly jobs: number;
  readonly seconds: number;
  /** Processor time of the command and the processes that it starts, for each file. */
  readonly cpuMs: number;
  /** Of all of them, added up, at the worst moment; what they share counts once. */
  readonly peakMiB: number;
}

export interface ArchiveMeasured {
  readonly files: number;
  readonly bytesOfEach: number;
  /** Whether the runs had a network namespace of their own, with nothing in it. */
  readonly isolated: boolean;
  readonly runs: readonly ArchiveRun[];
}

const SIGNATURES = 2;
/** With their signatures about 200 kB. */
const LETTER_BYTES = 150_000;
/** So many differ, more than a verifier remembers the arithmetic of; the others are copies of these, in turn. */
const DISTINCT = 200;
const JOBS = [1, 2];
// Adding up what a process holds takes the system a millisecond or two.
const LOOK_MS = 250;

/** Makes the archive in the workplace, measures, and removes it. @throws Error when a file is not accepted */
export async function measureArchive(
  folder: string,
  pki: DevelopmentPki,
  files: number,
): Promise<ArchiveMeasured> {
  const archive = join(folder, 'arsip');
  mkdirSync(archive);
  try {
    const bytesOfEach = await fillArchive(archive, pki, files);
    const isolated = toolPath('unshare') !== null;
    const runs: ArchiveRun[] = [];
    for (const jobs of JOBS) runs.push(await verifyArchive(archive, files, folder, jobs, isolated));
    return { files, bytesOfEach, isolated, runs };
  } finally {
    rmSync(archive, { recursive: true, force: true });
  }
}

async function fillArchive(archive: string, pki: DevelopmentPki, files: number): Promise<number> {
  const officials = await issueOfficials(SIGNATURES, pki);
  const issued = [...pki.issued, ...officials.map(({ certificate }) => certificate)];
  const plain = join(archive, 'polos');
  const place = (i: number): string => join(archive, `${String(i).padStart(6, '0')}.pdf`);
  for (let i = 0; i < Math.min(files, DISTINCT); i += 1) {
    writeLetterOfSize(plain, LETTER_BYTES + i);
    const letter = new Uint8Array(readFileSync(plain));
    writeFileSync(place(i), await signInTurn(letter, officials, { ...pki, issued }));
  }
  rmSync(plain);
  for (let i = DISTINCT; i < files; i += 1) writeFileSync(place(i), readFileSync(place(i % DISTINCT)));
  return statSync(place(0)).size;
}

async function verifyArchive(
  archive: string,
  files: number,
  folder: string,
  jobs: number,
  isolated: boolean,
): Promise<ArchiveRun> {
  const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const output = join(folder, 'hasil.ndjson');
  const trust = workplacePaths(folder).trust;
  const line = [
    'verify',
    '--offline',
    '-j',
    String(jobs),
    '-f',
    'ndjson',
    '-o',
    output,
    '--trust',
    trust,
    archive,
  ];
  const command = isolated ? ['unshare', '--map-root-user', '--net', process.execPath] : [process.execPath];
  const [program = '', ...before] = command;
  const begun = performance.now();
  const child = spawn(program, [...before, cli, ...line], {
    env: { PATH: process.env.PATH ?? '', HOME: folder, TEKEN_ENV: 'development' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const closed = once(child, 'close');
  let peakMiB = 0;
  let cpu = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peakMiB = Math.max(peakMiB, ofAll(child.pid ?? 0, heldMiB));
    cpu = Math.max(cpu, ofAll(child.pid ?? 0, spentMs));
    await Promise.race([closed, wait(LOOK_MS)]);
  }
  const [code] = (await closed) as [number | null];
  const seconds = (performance.now() - begun) / 1000;
  if (code !== 0) throw new Error(`teken verify -j ${jobs} ended with ${code}`);
  return { jobs, seconds, cpuMs: cpu / files, peakMiB };
}

/** Added up over a process and all below it. */
function ofAll(pid: number, measure: (pid: number) => number): number {
  return childrenOf(pid).reduce((sum, each) => sum + ofAll(each, measure), measure(pid));
}

function childrenOf(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children === '' ? [] : children.split(' ').map(Number);
  } catch {
    // It has ended meanwhile, or this is another system.
    return [];
  }
}

/** What it holds, with its share of what several processes have together, such as the program of Node itself. */
function heldMiB(pid: number): number {
  try {
    const sums = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(sums)?.[1] ?? 0) / 1024;
  } catch {
    // As above.
    return 0;
  }
}

function spentMs(pid: number): number {
  return (processorMs(pid, 'own') ?? 0) + (processorMs(pid, 'endedChildren') ?? 0);
}
