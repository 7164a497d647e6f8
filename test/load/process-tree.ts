// What a process and everything it has started use, as Linux tells it.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { processorMs } from '../bench/processor-time.ts';

/** The process and its children's children that run now. */
export function processTree(pid: number | undefined): readonly number[] {
  if (pid === undefined) return [];
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processTree)];
}

/** Processor time of the whole tree so far. */
export function treeProcessorMs(pid: number | undefined): number {
  return processTree(pid).reduce((sum, each) => sum + (processorMs(each, 'own') ?? 0), 0);
}

/** Resident memory of the whole tree; a page that several processes share counts once. */
export function treeResidentMiB(pid: number | undefined): number {
  const kilobytes = (each: number): number =>
    Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${each}/smaps_rollup`))?.[1] ?? 0);
  return processTree(pid).reduce((sum, each) => sum + kilobytes(each), 0) / 1024;
}

// A figure costs the kernel a walk through all pages; a peak that lasts for less is nobody's trouble.
const LOOK_MS = 250;

/** The most that the tree holds from now on. */
export function watchResident(pid: number | undefined): { peakMiB(): number; stop(): void } {
  let peak = treeResidentMiB(pid);
  const look = (): void => {
    peak = Math.max(peak, treeResidentMiB(pid));
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return {
    peakMiB: () => {
      look();
      return peak;
    },
    stop: () => clearInterval(timer),
  };
}

/** Open files and connections of the whole tree. */
export function treeDescriptors(pid: number | undefined): number {
  return processTree(pid).reduce((sum, each) => sum + descriptorsOf(each), 0);
}

function descriptorsOf(pid: number): number {
  try {
    // One that is gone by now was the folder's own.
    return readdirSync(`/proc/${pid}/fd`).filter((name) => exists(`/proc/${pid}/fd/${name}`)).length;
  } catch {
    // The process has ended.
    return 0;
  }
}

function exists(link: string): boolean {
  try {
    return readlinkSync(link) !== '';
  } catch {
    // Closed since it was listed.
    return false;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process has ended, or this is not Linux.
    return '';
  }
}
