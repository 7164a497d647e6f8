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
  /** Done beforehand and not measured: code is compiled, caches are filled. */
  readonly warmUps: number;
  readonly runs: number;
}

/** Runs work one after the other. */
export async function measure(work: () => unknown, { warmUps, runs }: MeasureOptions): Promise<Measured> {
  for (let i = 0; i < warmUps; i += 1) await work();
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
