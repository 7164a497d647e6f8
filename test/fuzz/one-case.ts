// One input: which carrier, what is done to it, and whether everything holds.

import { chanceOf } from './chance.ts';
import type { Material } from './material.ts';
import { mutateAsn1 } from './mutate-asn1.ts';
import { mutatePdf } from './mutate-pdf.ts';
import { type Broken, checkPdf, checkStructure } from './properties.ts';

export const TARGETS = ['pdf', 'structures'] as const;
export type Target = (typeof TARGETS)[number];

export interface Case {
  readonly name: string;
  readonly bytes: Uint8Array;
  check(): Promise<Broken | null>;
}

// What a document may hold of one structure; lists that are fetched may be larger, and their time grows with their size.
const MOST_STRUCTURE_BYTES = 2 * 1024 * 1024;

/** The same case for the same material, target, seed and index. */
export function caseOf(material: Material, target: Target, seed: number, index: number): Case {
  const chance = chanceOf(seed, index);
  if (target === 'pdf') {
    const carrier = chance.one(material.pdfs);
    const bytes = mutatePdf(carrier.bytes, chance, chance.one(material.pdfs).bytes);
    return { name: carrier.name, bytes, check: () => checkPdf(bytes, carrier, material.trustList) };
  }
  const { kind, bytes: sound } = chance.one(material.structures);
  const mutant = mutateAsn1(sound, chance, chance.one(material.structures).bytes);
  const bytes = mutant.subarray(0, MOST_STRUCTURE_BYTES);
  return { name: kind, bytes, check: () => checkStructure({ kind, bytes }) };
}
