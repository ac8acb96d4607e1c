import type { AccountId } from '../../platform/ids.ts';
import type { SqlTransaction } from '../sql/port.ts';

/** Names something that is remembered per account and how it is made. One module-level object per thing. */
export interface MemoryKey<T> {
  readonly make: () => T;
  /** Whether it is worth a write when the file is closed. */
  readonly worthSaving?: (thing: T) => boolean;
  /** Writes derived rows that make remembering quicker the next time. They must be checked like the memory itself. */
  readonly save?: (thing: T, tx: SqlTransaction, accountId: AccountId) => Promise<void>;
}

interface Entry {
  readonly thing: unknown;
  worthSaving(): boolean;
  save(tx: SqlTransaction, accountId: AccountId): Promise<void>;
}

/**
 * What a process remembers about an account while its file is open: caches only. Dropping it costs time, nothing else,
 * and what is in it must be checked against the rows before use, because other processes write too.
 */
export class AccountMemory {
  readonly #entries = new Map<object, Entry>();

  /** The remembered thing, made on first use. */
  get<T>(key: MemoryKey<T>): T {
    const known = this.#entries.get(key);
    // The key is the only way in, so what is stored under it has its type.
    if (known) return known.thing as T;
    const thing = key.make();
    this.#entries.set(key, {
      thing,
      worthSaving: () => key.worthSaving?.(thing) ?? false,
      save: async (tx, accountId) => key.save?.(thing, tx, accountId),
    });
    return thing;
  }

  /** Whether anything is worth a write before this is dropped. */
  get worthSaving(): boolean {
    return this.#entries.values().some(entry => entry.worthSaving());
  }

  async save(tx: SqlTransaction, accountId: AccountId): Promise<void> {
    for (const entry of this.#entries.values()) if (entry.worthSaving()) await entry.save(tx, accountId);
  }
}
