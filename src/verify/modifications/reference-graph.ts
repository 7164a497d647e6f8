// Which object refers to which, and under which key: the ways by which a reader reaches an object.

import type { RevisionView } from '../../pdf/document.ts';
import { MalformedPdf } from '../../pdf/errors.ts';
import type { PdfObject } from '../../pdf/objects.ts';

/** The place of a reference: the number of the referring object (0 for the trailer) and the keys inside it. */
export interface ReferencePlace {
  readonly from: number;
  /** Keys joined by dots, array levels as `[]`: `AcroForm.Fields[]`. */
  readonly path: string;
}

/** Object number 0 is the head of the free list and never an object, so it stands for the trailer. */
export const TRAILER = 0;

interface Outgoing {
  readonly to: number;
  readonly path: string;
}

/** The references of one revision's view. */
export interface ReferenceGraph {
  /** Every place that refers to the object, from objects that the trailer reaches. */
  placesOf(number: number): readonly ReferencePlace[];
  reaches(number: number): boolean;
}

/**
 * Builds the graphs of consecutive revisions, each once; objects that a revision leaves alone are read once.
 * @param most - steps over all objects and revisions together (`limits.pathSteps`)
 */
export function referenceGraphs(most: number): (view: RevisionView) => ReferenceGraph {
  const read = new Map<string, readonly Outgoing[]>();
  let last: { readonly view: RevisionView; readonly graph: ReferenceGraph } | null = null;
  let steps = 0;
  const spend = (count: number): void => {
    steps += count;
    if (steps > most) throw new MalformedPdf('limits-exceeded', { limit: 'pathSteps', value: steps });
  };
  const outgoing = (view: RevisionView, number: number): readonly Outgoing[] => {
    const entry = view.entry(number);
    if (entry === undefined || entry.kind === 'free') return [];
    // The same entry means the same bytes, whichever revision asks.
    const container = entry.kind === 'compressed' ? view.entry(entry.stream) : entry;
    const at = container?.kind === 'offset' ? container.offset : -1;
    const key = entry.kind === 'compressed' ? `${number}@${at}#${entry.index}` : `${number}@${at}`;
    const known = read.get(key);
    if (known !== undefined) return known;
    const generation = entry.kind === 'offset' ? entry.generation : 0;
    // The data of a stream refer to nothing, and may be damaged as they were when it was signed.
    const fresh = referencesIn(view.loadHead({ kind: 'reference', number, generation }));
    read.set(key, fresh);
    return fresh;
  };
  return (view) => {
    if (last?.view === view) return last.graph;
    const places = new Map<number, ReferencePlace[]>();
    const queue: number[] = [];
    const follow = (from: number, edges: readonly Outgoing[]): void => {
      spend(edges.length + 1);
      for (const { to, path } of edges) {
        const known = places.get(to);
        if (known !== undefined) known.push({ from, path });
        else {
          places.set(to, [{ from, path }]);
          queue.push(to);
        }
      }
    };
    follow(TRAILER, referencesIn(view.trailer));
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) follow(next, outgoing(view, next));
    const graph: ReferenceGraph = {
      placesOf: (number) => places.get(number) ?? [],
      reaches: (number) => places.has(number),
    };
    last = { view, graph };
    return graph;
  };
}

/** All references inside an object, those in a stream's dictionary included; iterative, since depth is the file's choice. */
function referencesIn(object: PdfObject): readonly Outgoing[] {
  const found: Outgoing[] = [];
  const queue: { object: PdfObject; path: string }[] = [{ object, path: '' }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { object: current, path } = next;
    if (current === null || typeof current === 'boolean') continue;
    if (current.kind === 'reference') found.push({ to: current.number, path });
    else if (current.kind === 'array') {
      for (const item of current.items) queue.push({ object: item, path: `${path}[]` });
    } else if (current.kind === 'dictionary' || current.kind === 'stream') {
      const { entries } = current.kind === 'stream' ? current.dictionary : current;
      for (const [key, value] of entries)
        queue.push({ object: value, path: path === '' ? key : `${path}.${key}` });
    }
  }
  return found;
}
