import { isMailError } from '../../../platform/errors.ts';
import { lastPackId, seedPackIds } from '../packs/pack-rows.ts';
import type { ObjectPacksContext } from './object-options.ts';

/** More objects than are made between a backup of the rows and the use that is made of it. */
const leap = 1_000_000;

/** What packs are called in the bucket, and which names are free. */
export class ObjectNames {
  readonly #context: ObjectPacksContext;
  #seeded = false;
  #leapt = false;

  constructor(context: ObjectPacksContext) {
    this.#context = context;
  }

  /** Key of a pack's object. */
  key(pack: number): string {
    return `${this.#context.options.prefix}packs/${String(pack).padStart(10, '0')}.pack`;
  }

  /** Packs that are in the bucket, in order of their keys; those after a pack if one is given. */
  async *list(after?: number): AsyncGenerator<number> {
    const prefix = `${this.#context.options.prefix}packs/`;
    for await (const { key } of this.#context.client.list(
      prefix,
      after === undefined ? '' : this.key(after),
    )) {
      const match = /^(\d{10,15})\.pack$/.exec(key.slice(prefix.length));
      if (match) yield Number(match[1]);
    }
  }

  /**
   * Once: sees to it that no name of an object that is there is given out, should the table be older than the bucket.
   * `highest`: of packs elsewhere. What is `kept` while the bucket cannot be asked gets a name far away from any that it
   * may have.
   */
  async seed(highest: number, kept: boolean): Promise<void> {
    if (this.#seeded) return;
    const { database } = this.#context;
    const last = await lastPackId(database);
    try {
      let id = highest;
      for await (const pack of this.list(last)) id = Math.max(id, pack);
      await seedPackIds(database, id);
      this.#seeded = true;
    } catch (error) {
      if (!isMailError(error, 'store.unavailable')) throw error;
      if (!kept || this.#leapt) return;
      this.#leapt = true;
      await seedPackIds(database, Math.max(highest, last) + leap);
    }
  }

  /** A name that was given out is taken: looks again before the next one. */
  taken(): void {
    this.#seeded = false;
  }
}
