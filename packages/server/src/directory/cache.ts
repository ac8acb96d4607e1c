import type { Clock } from '../platform/clock.ts';
import type { SqlReader } from '../store/sql/port.ts';
import { directoryVersion } from '../store/system/sequences.ts';

/** Most entries remembered at a time. */
const maxEntries = 20_000;

/**
 * Answers out of the directory, for as long as it does not change. Changes by this process are seen at once,
 * those of other processes after `maxAgeMs`: the version counter is read once in that time.
 */
export class DirectoryCache<Value extends object> {
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  readonly #entries = new Map<string, Value>();
  #version = -1;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #generation = 0;

  constructor(clock: Clock, maxAgeMs = 100) {
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
  }

  /** Forgets everything; the next look reads the version again. */
  clear(): void {
    this.#entries.clear();
    this.#generation += 1;
    this.#checkedAt = Number.NEGATIVE_INFINITY;
  }

  /** The remembered answer, else what `find` finds, remembered unless the directory changed meanwhile. */
  async get(reader: SqlReader, key: string, find: () => Promise<Value>): Promise<Value> {
    await this.#check(reader);
    const known = this.#entries.get(key);
    if (known) return known;
    const generation = this.#generation;
    const found = await find();
    if (generation === this.#generation) {
      if (this.#entries.size >= maxEntries) this.#entries.clear();
      this.#entries.set(key, found);
    }
    return found;
  }

  async #check(reader: SqlReader): Promise<void> {
    const now = this.#clock.now();
    const age = now - this.#checkedAt;
    // A clock that was set back makes the age negative: read again then, too.
    if (age >= 0 && age < this.#maxAgeMs) return;
    const version = await directoryVersion(reader);
    if (version !== this.#version) {
      this.clear();
      this.#version = version;
    }
    this.#checkedAt = now;
  }
}
