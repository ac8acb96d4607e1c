/**
 * Where the rows of a long list stand, px from its top: all of one height, some with a heading above them. Asking costs the
 * same in a list of a hundred thousand as in one of ten.
 */
export class RowLayout {
  readonly count: number;
  readonly #row: number;
  readonly #heading: number;
  readonly #headings: readonly number[];

  /** `headings`: indexes of the rows with a heading, ascending. Heights in px. */
  constructor(
    count: number,
    heights: { readonly row: number; readonly heading: number },
    headings: readonly number[],
  ) {
    this.count = count;
    this.#row = heights.row;
    this.#heading = heights.heading;
    this.#headings = headings;
  }

  get height(): number {
    return this.start(this.count);
  }

  /** Where a row begins, its heading included. */
  start(index: number): number {
    return index * this.#row + this.#headingsBefore(index) * this.#heading;
  }

  /** Height of a row, its heading included. */
  size(index: number): number {
    return this.start(index + 1) - this.start(index);
  }

  /** The row that stands at `offset`, the last one beyond the end; -1 in an empty list. */
  at(offset: number): number {
    if (offset <= 0) return this.count === 0 ? -1 : 0;
    // Headings that begin at or above the offset.
    let low = 0;
    let high = this.#headings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#headings[middle] as number) * this.#row + middle * this.#heading <= offset) low = middle + 1;
      else high = middle;
    }
    const from = low === 0 ? 0 : (this.#headings[low - 1] as number);
    const rest = offset - this.start(from) - (low === 0 ? 0 : this.#heading);
    return Math.min(this.count - 1, from + Math.max(0, Math.floor(rest / this.#row)));
  }

  #headingsBefore(index: number): number {
    let low = 0;
    let high = this.#headings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#headings[middle] as number) < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
