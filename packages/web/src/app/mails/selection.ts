/** The rows that were chosen. */
export class Selection {
  readonly #ids = new Set<string>();
  #exact = false;

  get size(): number {
    return this.#ids.size;
  }

  /**
   * Whether these are all mails of a list as they were when they were chosen: each mail by itself, and no mail of the
   * same conversation that came later or lies elsewhere.
   */
  get exact(): boolean {
    return this.#exact;
  }

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#ids.add(id);
  }

  remove(ids: Iterable<string>): void {
    for (const id of ids) this.#ids.delete(id);
    if (this.#ids.size === 0) this.#exact = false;
  }

  /** Chooses all mails of a list. */
  takeAll(ids: Iterable<string>): void {
    this.clear();
    for (const id of ids) this.#ids.add(id);
    this.#exact = this.#ids.size > 0;
  }

  clear(): void {
    this.#ids.clear();
    this.#exact = false;
  }
}
