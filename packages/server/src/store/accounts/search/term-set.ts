/** Numbers below 2^32 in open addressing: a Set of as many takes ten times the time and memory. */
class NumberSet {
  #slots = new Uint32Array(4_096);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a number other than 0. Returns whether it is new. */
  add(value: number): boolean {
    const mask = this.#slots.length - 1;
    let at = Math.imul(value, 0x9e37_79b1) >>> 7;
    for (at &= mask; ; at = (at + 1) & mask) {
      const found = this.#slots[at];
      if (found === value) return false;
      if (found === 0) break;
    }
    this.#slots[at] = value;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  has(value: number): boolean {
    const mask = this.#slots.length - 1;
    for (let at = (Math.imul(value, 0x9e37_79b1) >>> 7) & mask; ; at = (at + 1) & mask) {
      const found = this.#slots[at];
      if (found === value) return true;
      if (found === 0) return false;
    }
  }

  *[Symbol.iterator](): Generator<number, void, undefined> {
    for (const value of this.#slots) if (value !== 0) yield value;
  }

  #grow(): void {
    const values = [...this];
    this.#slots = new Uint32Array(this.#slots.length * 2);
    this.#size = 0;
    for (const value of values) this.add(value);
  }
}

/** Terms, most of which are pairs of characters. */
export class TermSet {
  readonly #pairs = new NumberSet();
  readonly #others = new Set<string>();

  get size(): number {
    return this.#pairs.size + this.#others.size;
  }

  add(term: string): void {
    if (term.length === 2) this.#pairs.add(term.charCodeAt(0) * 0x1_0000 + term.charCodeAt(1));
    else this.#others.add(term);
  }

  has(term: string): boolean {
    return term.length === 2
      ? this.#pairs.has(term.charCodeAt(0) * 0x1_0000 + term.charCodeAt(1))
      : this.#others.has(term);
  }

  *[Symbol.iterator](): Generator<string, void, undefined> {
    for (const pair of this.#pairs) yield String.fromCharCode(pair >>> 16, pair & 0xffff);
    yield* this.#others;
  }
}
