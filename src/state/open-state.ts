// Where the shared state is: in Redis where replicas share one, else in this process.

import { memoryState } from './memory.ts';
import type { SharedState } from './ports.ts';
import { redisState } from './redis.ts';

export interface StateOptions {
  /** Null: this process alone. */
  readonly redisUrl: string | null;
  /** Of the memory, in milliseconds; Redis has its own clock. */
  readonly clock: () => number;
  readonly onTrouble: (error: unknown) => void;
}

export function openState({ redisUrl, clock, onTrouble }: StateOptions): SharedState {
  return redisUrl === null ? memoryState(clock) : redisState({ url: redisUrl, onTrouble });
}
