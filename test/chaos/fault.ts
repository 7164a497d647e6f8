// What can go wrong around the service, and what must hold then.

import type { ChaosGround } from './ground.ts';

export interface Fault {
  readonly name: string;
  /** What must hold. */
  readonly passes: string;
  /** For tap's `skip` and the table: why it cannot be tried here. */
  readonly skip?: string | false;
  /** @param rounds - how often what happens by chance is repeated @returns what was seen @throws NotHeld */
  readonly happen: (ground: ChaosGround, rounds: number) => Promise<string>;
}

/** The condition of a fault does not hold. */
export class NotHeld extends Error {}

export function hold(condition: boolean, seen: string): void {
  if (!condition) throw new NotHeld(seen);
}
