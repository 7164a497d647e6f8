// The heart of the allow-list: what a revision overrode or freed has to be explained on every way by which it was reached.

import { asKind, isName } from '../../pdf/objects.ts';
import { loadNumber } from './identical-object.ts';
import { type ReferenceGraph, type ReferencePlace, TRAILER } from './reference-graph.ts';
import type { Explanation, RevisionStep } from './revision-step.ts';

export interface Unexplained {
  readonly code: string;
  readonly number: number | null;
  /** For specialists. */
  readonly where: string;
}

export function unexplainedAt(code: string, number: number, place?: ReferencePlace): Unexplained {
  const { from, path } = place ?? { from: null, path: '' };
  const at = from === null ? '' : ` at ${from === TRAILER ? 'trailer' : `object ${from}`} ${path}`;
  return { code, number, where: `object ${number}${at}` };
}

/** What was overridden, freed or put where a reference waited for it, and is used at a place that no rule has considered. */
export function unexplainedObjects(
  step: RevisionStep,
  explanations: readonly Explanation[],
): readonly Unexplained[] {
  const { graphBefore } = step;
  const found: Unexplained[] = [];
  const check = (
    code: string,
    numbers: Iterable<number>,
    ignored: (place: ReferencePlace) => boolean,
  ): void => {
    for (const number of numbers) {
      const place = unexplainedPlace(graphBefore, explanations, number, ignored);
      if (place !== null) found.push(unexplainedAt(code, number, place));
    }
  };
  check('unexplained-object', step.overridden, () => false);
  check('dangling-reference-filled', step.added, isLeftByWriter);
  for (const number of [...step.overridden, ...step.freed])
    if (holdsMembers(step, number)) found.push(unexplainedAt('object-stream-replaced', number));
  for (const number of step.freed)
    if (graphBefore.reaches(number)) found.push(unexplainedAt('object-freed', number));
  return found;
}

/** An object stream from which this view still takes objects: its members changed without being listed. */
function holdsMembers({ before, after }: RevisionStep, number: number): boolean {
  const stream = asKind(loadNumber(before, number), 'stream');
  if (stream === undefined || !isName(stream.dictionary.entries.get('Type'), 'ObjStm')) return false;
  return after.numbers().some((member) => {
    const entry = after.entry(member);
    return entry?.kind === 'compressed' && entry.stream === number && !after.revision.entries.has(member);
  });
}

/** The first place at which the object is used and no rule has considered it; null when all are explained. */
function unexplainedPlace(
  graph: ReferenceGraph,
  explanations: readonly Explanation[],
  number: number,
  ignored: (place: ReferencePlace) => boolean,
): ReferencePlace | null {
  const places = graph.placesOf(number);
  // A cross-reference or object stream that nothing refers to has no place, and needs no explanation.
  if (places.length === 0) return null;
  const own = explanations.filter((explanation) => explanation.number === number);
  return places.find((place) => !ignored(place) && !own.some((explanation) => explanation.at(place))) ?? null;
}

// What readers look for in a trailer; an office writer leaves references to nothing under a key of its own.
const TRAILER_KEYS = /^(?:Root|Info|Encrypt|ID)(?![^.[])/;

function isLeftByWriter({ from, path }: ReferencePlace): boolean {
  return from === TRAILER && !TRAILER_KEYS.test(path);
}
