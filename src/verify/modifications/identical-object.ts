// Explains an object that a revision wrote again as it was: equal tokens, equal raw stream bytes.

import type { CrossReferenceEntry, RevisionView } from '../../pdf/document.ts';
import type { PdfObject } from '../../pdf/objects.ts';
import { sameObject } from '../../pdf/same-object.ts';

/** What a revision did to object numbers. */
export interface TouchedNumbers {
  /** In use before, with another content now. */
  readonly overridden: ReadonlySet<number>;
  /** Not in use before. */
  readonly added: ReadonlySet<number>;
  /** In use before, free now. */
  readonly freed: ReadonlySet<number>;
}

export function touchedNumbers(before: RevisionView, after: RevisionView): TouchedNumbers {
  const overridden = new Set<number>();
  const added = new Set<number>();
  const freed = new Set<number>();
  for (const [number, entry] of after.revision.entries) {
    const old = before.entry(number);
    const wasInUse = old !== undefined && old.kind !== 'free';
    if (entry.kind === 'free') {
      if (wasInUse) freed.add(number);
    } else if (!wasInUse) added.add(number);
    else if (!sameEntryInFile(old, entry) && !isIdentical(before, after, number)) overridden.add(number);
  }
  return { overridden, added, freed };
}

/** A section may list an object again where it stands; then nothing was rewritten. */
function sameEntryInFile(a: CrossReferenceEntry, b: CrossReferenceEntry): boolean {
  return a.kind === 'offset' && b.kind === 'offset' && a.offset === b.offset && a.generation === b.generation;
}

function isIdentical(before: RevisionView, after: RevisionView, number: number): boolean {
  if (generationOf(before, number) !== generationOf(after, number)) return false;
  return sameObject(before, loadNumber(before, number), after, loadNumber(after, number));
}

function generationOf(view: RevisionView, number: number): number {
  const entry = view.entry(number);
  return entry?.kind === 'compressed' ? 0 : (entry?.generation ?? 0);
}

/** The object of this number under whatever generation it has here. */
export function loadNumber(view: RevisionView, number: number): PdfObject {
  const entry = view.entry(number);
  if (entry === undefined || entry.kind === 'free') return null;
  return view.load({ kind: 'reference', number, generation: entry.kind === 'offset' ? entry.generation : 0 });
}
