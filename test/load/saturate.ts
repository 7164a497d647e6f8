// As much as the service can do: callers who each send their next request when the last one was answered. It measures the rate, not
// how long callers of a real system would wait (open-loop.ts).

import { quantiles } from './open-loop.ts';

export interface Saturated {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
}

/** @param send - one request @returns the status */
export async function saturate(
  callers: number,
  seconds: number,
  send: () => Promise<number>,
): Promise<Saturated> {
  const latencies: number[] = [];
  let failures = 0;
  const beganMs = performance.now();
  const endMs = beganMs + seconds * 1000;
  const caller = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const sentMs = performance.now();
      const status = await send().catch(() => 0);
      if (status === 200) latencies.push(performance.now() - sentMs);
      else failures += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const at = quantiles(latencies);
  const perSecond = (latencies.length * 1000) / (performance.now() - beganMs);
  return { perSecond, p50: at(0.5), p99: at(0.99), failures };
}
