// One way to spoil a signed file, with the only findings that it may cause.

import type { AttackedFile } from '../attacked-file.ts';

export interface Mutator {
  readonly name: string;
  /** Null where the carrier has nothing that it could be done to. */
  readonly apply: (file: AttackedFile) => Uint8Array | null;
  /** Codes of findings, or of the problem by which a whole file cannot be judged. One of them at least must be there. */
  readonly findings: readonly string[];
}

/** Reproducible numbers in [0, 1): the same file is spoiled in the same way each time. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
