// Timing and memory of one piece of work, measured the same way for everybody in the comparison.

export interface Measured {
  readonly runs: number;
  readonly medianMs: number;
  /** Runs divided by the time they took together. */
  readonly perSecond: number;
  /** Processor time of all threads per run: less shaken by what else the machine does. */
  readonly cpuMs: number;
  /** How far the process grew beyond its peak before the measured runs, in MiB. */
  readonly growthMiB: number;
}

export interface MeasureOptions {
  /** Done beforehand and not measured: code is compiled, caches are filled. `settled`: for as long as it still gets cheaper. */
  readonly warmUps: number | 'settled';
  readonly runs: number;
}

/** Warm is what no longer gets cheaper: this many blocks of a second in a row without a new least processor time. */
const BLOCK_MS = 1000;
const BLOCKS_WITHOUT_GAIN = 10;
const GAIN = 0.98;
/** The compiler takes its time: no judgement before. */
const LEAST_BLOCKS = 20;
const LONGEST_WARM_UP_MS = 90_000;

/** Runs work one after the other. */
export async function measure(work: () => unknown, { warmUps, runs }: MeasureOptions): Promise<Measured> {
  if (warmUps === 'settled') await settle(work);
  else for (let i = 0; i < warmUps; i += 1) await work();
  const before = peakMiB();
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let i = 0; i < runs; i += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    runs,
    medianMs: median(times),
    perSecond: runs / seconds,
    cpuMs: (user + system) / 1000 / runs,
    growthMiB: peakMiB() - before,
  };
}

/** The same for everybody: a letter of the peer takes as long as a hundred of ours, and neither is measured half compiled. */
async function settle(work: () => unknown): Promise<void> {
  const deadline = performance.now() + LONGEST_WARM_UP_MS;
  let least = Number.POSITIVE_INFINITY;
  let without = 0;
  let blocks = 0;
  while ((blocks < LEAST_BLOCKS || without < BLOCKS_WITHOUT_GAIN) && performance.now() < deadline) {
    blocks += 1;
    const cpuMs = await blockOf(work);
    without = cpuMs < least * GAIN ? 0 : without + 1;
    least = Math.min(least, cpuMs);
  }
}

/** @returns processor time of each run */
async function blockOf(work: () => unknown): Promise<number> {
  const cpu = process.cpuUsage();
  const end = performance.now() + BLOCK_MS;
  let runs = 0;
  while (performance.now() < end) {
    await work();
    runs += 1;
  }
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / runs;
}

/** The largest resident size of this process so far. */
export function peakMiB(): number {
  return process.resourceUsage().maxRSS / 1024;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
