// The rows of cross-reference sections, found by object number and read only when asked for.

import type { CrossReferenceEntry } from './document.ts';
import { damaged } from './errors.ts';

/** Consecutive object numbers, as a subsection header or a pair of `/Index` names them. */
export interface Subsection {
  readonly first: number;
  readonly count: number;
  /** Where row `first` begins, in whatever the rows are read from. */
  readonly rowsAt: number;
}

/** Reads row `index` of a subsection. @throws MalformedPdf `pdf-damaged` { reason: 'xref' } */
export type ReadRow = (subsection: Subsection, index: number) => CrossReferenceEntry;

/**
 * What one section says, or several of which the first that knows a number counts. Behaves as a map; a single look-up
 * reads one row, everything else reads them all.
 */
export class CrossReferenceEntries implements ReadonlyMap<number, CrossReferenceEntry> {
  readonly #parts: readonly { readonly subsections: readonly Subsection[]; readonly readRow: ReadRow }[];
  readonly #known = new Map<number, CrossReferenceEntry>();
  #all: ReadonlyMap<number, CrossReferenceEntry> | undefined;

  private constructor(
    parts: readonly { readonly subsections: readonly Subsection[]; readonly readRow: ReadRow }[],
  ) {
    this.#parts = parts;
  }

  /** @throws MalformedPdf `pdf-damaged` { reason: 'xref' } when two subsections share a number: readers would disagree */
  static of(subsections: readonly Subsection[], readRow: ReadRow): CrossReferenceEntries {
    const sorted = subsections.filter(({ count }) => count > 0).sort((a, b) => a.first - b.first);
    for (const [index, { first }] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before !== undefined && before.first + before.count > first) throw damaged('xref');
    }
    return new CrossReferenceEntries([{ subsections: sorted, readRow }]);
  }

  /** The union of several; where they share a number, the first counts. */
  static union(all: readonly CrossReferenceEntries[]): CrossReferenceEntries {
    return new CrossReferenceEntries(all.flatMap((entries) => entries.#parts));
  }

  /**
   * A hybrid section: the table's rows in use count first, then those of its stream. What the table calls free is what the
   * stream may bring (ISO 32000-2, 7.5.8.4).
   */
  static hybrid(table: CrossReferenceEntries, stream: CrossReferenceEntries): CrossReferenceEntries {
    const overlaid = stream.#parts.map(({ subsections, readRow }) => ({
      subsections,
      readRow: (subsection: Subsection, index: number): CrossReferenceEntry => {
        const visible = table.get(subsection.first + index);
        return visible === undefined || visible.kind === 'free' ? readRow(subsection, index) : visible;
      },
    }));
    return new CrossReferenceEntries([...overlaid, ...table.#parts]);
  }

  /** How many rows there are, numbers that several sections share counted for each. */
  get rows(): number {
    let rows = 0;
    for (const { subsections } of this.#parts) for (const { count } of subsections) rows += count;
    return rows;
  }

  /** The highest object number, -1 when there is none. */
  get highest(): number {
    let highest = -1;
    for (const { subsections } of this.#parts) {
      const last = subsections.at(-1);
      if (last !== undefined) highest = Math.max(highest, last.first + last.count - 1);
    }
    return highest;
  }

  get(number: number): CrossReferenceEntry | undefined {
    const known = (this.#all ?? this.#known).get(number);
    if (known !== undefined || this.#all !== undefined) return known;
    for (const { subsections, readRow } of this.#parts) {
      const subsection = subsectionOf(subsections, number);
      if (subsection === undefined) continue;
      const entry = readRow(subsection, number - subsection.first);
      this.#known.set(number, entry);
      return entry;
    }
    return undefined;
  }

  has(number: number): boolean {
    return this.#parts.some(({ subsections }) => subsectionOf(subsections, number) !== undefined);
  }

  get size(): number {
    return this.#read().size;
  }

  keys(): MapIterator<number> {
    return this.#read().keys();
  }

  values(): MapIterator<CrossReferenceEntry> {
    return this.#read().values();
  }

  entries(): MapIterator<[number, CrossReferenceEntry]> {
    return this.#read().entries();
  }

  [Symbol.iterator](): MapIterator<[number, CrossReferenceEntry]> {
    return this.#read().entries();
  }

  forEach(
    callback: (
      entry: CrossReferenceEntry,
      number: number,
      map: ReadonlyMap<number, CrossReferenceEntry>,
    ) => void,
  ): void {
    for (const [number, entry] of this.#read()) callback(entry, number, this);
  }

  #read(): ReadonlyMap<number, CrossReferenceEntry> {
    if (this.#all === undefined) {
      const all = new Map<number, CrossReferenceEntry>();
      for (const { subsections, readRow } of this.#parts)
        for (const subsection of subsections)
          for (let index = 0; index < subsection.count; index += 1)
            if (!all.has(subsection.first + index))
              all.set(subsection.first + index, readRow(subsection, index));
      this.#all = all;
    }
    return this.#all;
  }
}

function subsectionOf(subsections: readonly Subsection[], number: number): Subsection | undefined {
  let low = 0;
  let high = subsections.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const subsection = subsections[middle];
    if (subsection === undefined) return undefined;
    if (number < subsection.first) high = middle - 1;
    else if (number >= subsection.first + subsection.count) low = middle + 1;
    else return subsection;
  }
  return undefined;
}
