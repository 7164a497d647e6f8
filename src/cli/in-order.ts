// Work that is done at the same time, and whose results come in the order of what they are about.

export interface Pace {
  /** Items that are worked on at the same time. */
  readonly atOnce: number;
  /** Results that may wait for an earlier one. */
  readonly mostWaiting: number;
  /** Aborted: nothing more is begun. */
  readonly stop: AbortSignal;
}

/**
 * Works on items and delivers each result after those of all items before it, as soon as it is its turn.
 * @throws what `work` or `deliver` throws first; nothing more is begun then
 */
export async function inOrder<Item, Result>(
  items: Iterable<Item>,
  { atOnce, mostWaiting, stop }: Pace,
  work: (item: Item) => Promise<Result>,
  deliver: (result: Result) => Promise<void>,
): Promise<void> {
  const places = openPlaces(atOnce);
  const undelivered = openPlaces(mostWaiting);
  const failed = new AbortController();
  let delivered: Promise<void> = Promise.resolve();
  for (const item of items) {
    await undelivered.enter();
    await places.enter();
    if (stop.aborted || failed.signal.aborted) break;
    const result = work(item).finally(places.leave);
    delivered = delivered.then(async () => {
      await deliver(await result);
      undelivered.leave();
    });
    // Said to the caller below; here it opens the way to there.
    Promise.all([result, delivered]).catch(() => {
      failed.abort();
      undelivered.leave();
    });
  }
  await delivered;
}

interface Places {
  enter(): Promise<void>;
  readonly leave: () => void;
}

/** So many may be inside; the next waits until one leaves. */
function openPlaces(count: number): Places {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    enter: async () => {
      if (inside < count) inside += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    leave: () => {
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    },
  };
}
