// Where the shared state is: in Redis where replicas share one, else in this process.

import { memoryState } from './memory.ts';
import { memorySlots } from './memory-slots.ts';
import type { IdempotencySlots, SharedState } from './ports.ts';

export interface StateOptions {
  /** Null: this process alone. */
  readonly redisUrl: string | null;
  /** Of the memory, in milliseconds; Redis has its own clock. */
  readonly clock: () => number;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Where results are kept for requests that come again; null: nowhere.
 * @param store - `memory` also beside a Redis in which other things are shared
 */
export function repeatSlots(
  store: 'none' | 'memory' | 'redis',
  state: SharedState,
  clock: () => number,
): IdempotencySlots | null {
  if (store === 'none') return null;
  return store === 'redis' ? state.slots : memorySlots(clock);
}

/** Redis' client is hundreds of modules; it is loaded where there is a Redis. */
export async function openState({ redisUrl, clock, onTrouble }: StateOptions): Promise<SharedState> {
  if (redisUrl === null) return memoryState(clock);
  const { redisState } = await import('./redis.ts');
  return redisState({ url: redisUrl, onTrouble });
}
