// Where the shared state is: in Redis where replicas share one, else in this process.

import { memoryState } from './memory.ts';
import type { SharedState } from './ports.ts';

export interface StateOptions {
  /** Null: this process alone. */
  readonly redisUrl: string | null;
  /** Of the memory, in milliseconds; Redis has its own clock. */
  readonly clock: () => number;
  readonly onTrouble: (error: unknown) => void;
}

/** Redis' client is hundreds of modules; it is loaded where there is a Redis. */
export async function openState({ redisUrl, clock, onTrouble }: StateOptions): Promise<SharedState> {
  if (redisUrl === null) return memoryState(clock);
  const { redisState } = await import('./redis.ts');
  return redisState({ url: redisUrl, onTrouble });
}
