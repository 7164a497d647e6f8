// Requests at a constant rate, whether or not the ones before have been answered: callers do not wait for each other. A client that
// sends the next request after the last answer asks less the slower the service gets, and measures only what it chose to send
// (coordinated omission); the usual tools for HTTP load keep a fixed number of connections and do that. Here every latency counts
// from the moment at which the request was due.

export interface Arrival {
  /** Since the beginning, when it was due. */
  readonly dueMs: number;
  /** From when it was due until its answer was complete. */
  readonly latencyMs: number;
  /** The status, or the code of the error of a request without a whole answer. */
  readonly outcome: number | string;
}

export interface OpenLoop {
  readonly perSecond: number;
  readonly seconds: number;
  /** One request. @returns the status of its whole answer @throws where there was none */
  readonly send: (number: number) => Promise<number>;
  /** Ends it earlier. */
  readonly signal?: AbortSignal;
}

/** What the client can hold; a request beyond it was never sent, and counts as `unsent`. */
const MOST_OPEN = 4_000;

/** Sends them all, and waits for the last answer. */
export async function arrive({ perSecond, seconds, send, signal }: OpenLoop): Promise<readonly Arrival[]> {
  const arrivals: Arrival[] = [];
  const open = new Set<Promise<void>>();
  const total = Math.round(perSecond * seconds);
  const beganMs = performance.now();
  const one = async (number: number, dueMs: number): Promise<void> => {
    const outcome = await send(number).catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
    arrivals.push({ dueMs, latencyMs: performance.now() - beganMs - dueMs, outcome });
  };
  for (let number = 0; number < total && signal?.aborted !== true; ) {
    const nowMs = performance.now() - beganMs;
    for (; number < total && (number * 1000) / perSecond <= nowMs; number += 1) {
      const dueMs = (number * 1000) / perSecond;
      if (open.size >= MOST_OPEN) {
        arrivals.push({ dueMs, latencyMs: 0, outcome: 'unsent' });
        continue;
      }
      const running = one(number, dueMs).finally(() => open.delete(running));
      open.add(running);
    }
    const pauseMs = (number * 1000) / perSecond - (performance.now() - beganMs);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, pauseMs)));
  }
  await Promise.all(open);
  return arrivals;
}

export interface Summary {
  readonly sent: number;
  readonly ok: number;
  /** By status or code of what was not 2xx. */
  readonly others: Readonly<Record<string, number>>;
  /** Of the answers with 2xx, in milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

export function summarise(arrivals: readonly Arrival[]): Summary {
  const isOk = ({ outcome }: Arrival): boolean => typeof outcome === 'number' && outcome < 300;
  const others: Record<string, number> = {};
  for (const arrival of arrivals)
    if (!isOk(arrival)) others[arrival.outcome] = (others[arrival.outcome] ?? 0) + 1;
  const latencies = arrivals.filter(isOk).map(({ latencyMs }) => latencyMs);
  const at = quantiles(latencies);
  return {
    sent: arrivals.length,
    ok: latencies.length,
    others,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    most: at(1),
  };
}

/** The nearest rank: a value that was measured, never one between two. */
export function quantiles(values: readonly number[]): (quantile: number) => number {
  const sorted = values.toSorted((a, b) => a - b);
  return (quantile) => sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? Number.NaN;
}
