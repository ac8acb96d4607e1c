/** Names something that is remembered per account and how it is made. One module-level object per thing. */
export interface MemoryKey<T> {
  readonly make: () => T;
}

/**
 * What a process remembers about an account while its file is open: caches only. Dropping it costs time, nothing else,
 * and what is in it must be checked against the rows before use, because other processes write too.
 */
export class AccountMemory {
  readonly #things = new Map<MemoryKey<unknown>, unknown>();

  /** The remembered thing, made on first use. */
  get<T>(key: MemoryKey<T>): T {
    if (!this.#things.has(key)) this.#things.set(key, key.make());
    return this.#things.get(key) as T;
  }
}
