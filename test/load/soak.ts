// Hours of mixed traffic at a rate that the service holds easily: what grows does not come from load.

import { setTimeout as wait } from 'node:timers/promises';
import type { Call } from './exchange.ts';
import type { StandingService } from './ground.ts';
import { senderTo } from './measures.ts';
import { arrive, type Summary, summarise } from './open-loop.ts';
import { treeDescriptors, treeResidentMiB } from './process-tree.ts';

export interface Soak {
  readonly summary: Summary;
  /** After the first quarter, in which code is compiled and caches are filled. */
  readonly growthMiBPerHour: number;
  readonly firstMiB: number;
  readonly lastMiB: number;
  readonly descriptors: { readonly first: number; readonly last: number };
}

const LOOKS = 200;

export async function soak(
  { url, child }: StandingService,
  calls: readonly Call[],
  { minutes, perSecond }: { readonly minutes: number; readonly perSecond: number },
): Promise<Soak> {
  const seconds = minutes * 60;
  const over = new AbortController();
  const looks: { hours: number; mebibytes: number; descriptors: number }[] = [];
  const beganMs = performance.now();
  const looking = (async () => {
    for (;;) {
      await wait((seconds * 1000) / LOOKS);
      if (over.signal.aborted) return;
      const hours = (performance.now() - beganMs) / 3_600_000;
      looks.push({ hours, mebibytes: treeResidentMiB(child.pid), descriptors: treeDescriptors(child.pid) });
    }
  })();
  const arrivals = await arrive({ perSecond, seconds, send: senderTo(url, calls) });
  over.abort();
  await looking;
  const warm = looks.slice(Math.floor(looks.length / 4));
  const points = warm.map(({ hours, mebibytes }) => [hours, mebibytes] as const);
  return {
    summary: summarise(arrivals),
    growthMiBPerHour: line(points).slope,
    firstMiB: warm[0]?.mebibytes ?? Number.NaN,
    lastMiB: warm.at(-1)?.mebibytes ?? Number.NaN,
    descriptors: { first: warm[0]?.descriptors ?? 0, last: warm.at(-1)?.descriptors ?? 0 },
  };
}

/** The straight line nearest to the points (least squares), and how much of their variance it explains. */
export function line(points: readonly (readonly [x: number, y: number])[]): { slope: number; r2: number } {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const sum = (of: (dx: number, dy: number) => number): number =>
    points.reduce((total, [x, y]) => total + of(x - meanX, y - meanY), 0);
  const slope = sum((dx, dy) => dx * dy) / sum((dx) => dx * dx);
  const unexplained = sum((dx, dy) => (dy - slope * dx) ** 2);
  return { slope, r2: 1 - unexplained / sum((_, dy) => dy * dy) };
}
