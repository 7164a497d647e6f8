// Values by ranges of codes, looked up without unfolding them: a range costs a line in a file and may span 65 536 codes.

interface Range<T> {
  readonly from: number;
  readonly to: number;
  readonly value: T;
}

export class CodeRanges<T> {
  readonly #ranges: Range<T>[] = [];
  #sorted = true;

  add(from: number, to: number, value: T): void {
    if (to < from) return;
    this.#ranges.push({ from, to, value });
    this.#sorted = false;
  }

  /** The value of the range that begins last at or before the code and holds it. */
  find(code: number): Range<T> | undefined {
    if (!this.#sorted) this.#ranges.sort((a, b) => a.from - b.from);
    this.#sorted = true;
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.from ?? 0) <= code) low = middle + 1;
      else high = middle;
    }
    const range = this.#ranges[low - 1];
    return range !== undefined && code <= range.to ? range : undefined;
  }
}
