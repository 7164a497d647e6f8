// Reproducible chance: one sequence of numbers for each seed and index, whatever was drawn before.

export interface Chance {
  /** An integer in [0, below). */
  below(below: number): number;
  one<T>(items: readonly T[]): T;
}

/** Sequences of neighbouring indexes have nothing in common (the mixing of SplitMix32). */
export function chanceOf(seed: number, index: number): Chance {
  let state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(index + 1, 0xc2b2_ae35);
  const next = (): number => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    one: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('nothing to choose from');
      return item;
    },
  };
}
