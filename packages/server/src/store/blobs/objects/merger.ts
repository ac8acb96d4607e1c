import { type LivingRow, moveRows, rowsToCopy, soundRows } from '../garbage/compaction.ts';
import { Pace } from '../pace.ts';
import type { PackBlobStore } from '../pack-blob-store.ts';
import { claimForCompaction, dropPack, giveBackPack } from '../packs/pack-rows.ts';
import { type SmallPack, smallPackBytes, smallPacks } from './merge-rows.ts';
import type { ObjectPacks } from './object-packs.ts';

export interface MergeOptions {
  /** Packs in which fewer bytes live are merged. Default 4 MiB: what checkers read with one request anyway. */
  readonly smallBytes?: number;
  /** Packs are left alone while a body in them is younger, ms: most of what is deleted is deleted young. Default a day. */
  readonly restMs?: number;
  /** Rate of reading, bytes per second; 0: nothing is merged. Default 20 MB. */
  readonly bytesPerSecond?: number;
}

export interface MergeResult {
  /** Packs that went into others. */
  readonly packs: number;
  /** Packs made of them. */
  readonly objects: number;
  readonly bytes: number;
}

interface Body {
  readonly row: LivingRow;
  readonly record: Buffer;
}

/** Most packs that one is made of. */
const mostSources = 1000;

/**
 * Makes few large objects out of many small ones: bodies that were sent alone, and packs of which little lives. A body is
 * copied, then its place is changed if it is still where it was copied from, and an emptied object goes a generation later,
 * all as in compaction, so that a reader finds it in the old place or in the new one, and a crash leaves surplus only.
 * Memory: the records of one object.
 */
export class ObjectMerger {
  readonly #store: PackBlobStore;
  readonly #engine: ObjectPacks;
  readonly #smallBytes: number;
  readonly #restMs: number;
  readonly #bytesPerSecond: number;
  /** Packs with damage in them, which stay: not to be read over and over. */
  readonly #damaged = new Set<number>();

  constructor(store: PackBlobStore, engine: ObjectPacks, options: MergeOptions = {}) {
    this.#store = store;
    this.#engine = engine;
    this.#smallBytes = options.smallBytes ?? smallPackBytes;
    this.#restMs = options.restMs ?? 24 * 60 * 60 * 1000;
    this.#bytesPerSecond = options.bytesPerSecond ?? 20_000_000;
  }

  /**
   * Merges until there is not enough for another object. `all`: however little there is, and however young. Asks before
   * each pack whether it `goesOn`. Throws `store.unavailable` while the store is away.
   */
  async round(all: boolean, goesOn: () => boolean, signal: AbortSignal): Promise<MergeResult> {
    const result = { packs: 0, objects: 0, bytes: 0 };
    if (this.#bytesPerSecond === 0) return result;
    const pace = new Pace(this.#store.internals.context.clock, this.#bytesPerSecond, signal);
    while (goesOn()) {
      const sources = await this.#choose(all);
      if (sources.length === 0) break;
      const { packs, bytes } = await this.#merge(sources, goesOn, pace);
      result.packs += packs;
      result.objects += bytes > 0 ? 1 : 0;
      result.bytes += bytes;
      // Others have them, or they are damaged: with the same choice nothing would change.
      if (packs < 2) break;
    }
    return result;
  }

  /** Packs for one object, in the order in which they were made, so that neighbours stay neighbours; none when it would be small. */
  async #choose(all: boolean): Promise<readonly SmallPack[]> {
    const { database, clock } = this.#store.internals.context;
    const until = all ? Number.MAX_SAFE_INTEGER : clock.now() - this.#restMs;
    const known = new Set([...this.#engine.localPacks, ...this.#damaged]);
    const limit = mostSources + known.size;
    const chosen: SmallPack[] = [];
    let bytes = 0;
    for (const pack of await smallPacks(database, this.#smallBytes, until, limit)) {
      if (known.has(pack.id)) continue;
      if (chosen.length > 0 && bytes + pack.bytes > this.#engine.groupBytes) break;
      chosen.push(pack);
      bytes += pack.bytes;
    }
    const enough = all || bytes >= this.#engine.groupBytes / 2 || chosen.length >= mostSources;
    return enough && chosen.length > 1 ? chosen : [];
  }

  async #merge(
    sources: readonly SmallPack[],
    goesOn: () => boolean,
    pace: Pace,
  ): Promise<{ packs: number; bytes: number }> {
    const { database, owner, clock } = this.#store.internals.context;
    const lease = this.#engine.leaseMs;
    const claimed = new Set<number>();
    const bodies: Body[] = [];
    try {
      using _ = this.#engine.keepLease();
      let bytes = 0;
      for (const { id } of sources) {
        if (!goesOn()) return { packs: 0, bytes: 0 };
        // What rows say of dead bytes is only a hint, and all of this is in memory.
        if (bytes >= this.#engine.groupBytes) break;
        if (!(await claimForCompaction(database, id, owner, clock.now() + lease))) continue;
        claimed.add(id);
        const found = await this.#readAll(id);
        if (found) bodies.push(...found);
        else await this.#leave(id, claimed);
        const read = found?.reduce((sum, { record }) => sum + record.length, 0) ?? 0;
        bytes += read;
        await pace.spend(read);
      }
      if (claimed.size < 2 || bodies.length === 0 || !goesOn()) return { packs: 0, bytes: 0 };
      await this.#copy(bodies);
      let packs = 0;
      for (const id of claimed) {
        if (!(await dropPack(database, id, owner))) continue;
        claimed.delete(id);
        packs += 1;
      }
      return { packs, bytes };
    } finally {
      for (const id of claimed) await giveBackPack(database, id, owner, false);
    }
  }

  async #leave(id: number, claimed: Set<number>): Promise<void> {
    const { database, owner } = this.#store.internals.context;
    this.#damaged.add(id);
    await giveBackPack(database, id, owner, true);
    claimed.delete(id);
  }

  /** The records of all bodies in a pack; null when one of them is damaged. */
  async #readAll(pack: number): Promise<Body[] | null> {
    return this.#engine.use(
      pack,
      async file => {
        const bodies: Body[] = [];
        for (let after = -1; ; ) {
          const rows = await rowsToCopy(this.#store, pack, after);
          const last = rows.at(-1);
          if (!last) return bodies;
          if (!file || (await soundRows(this.#store, file, rows)).length < rows.length) return null;
          for (const row of rows) {
            const record = Buffer.allocUnsafe(row.length);
            if ((await file.read(record, row.offset)) !== row.length) return null;
            bodies.push({ row, record });
          }
          after = last.offset;
        }
      },
      'sequential',
    );
  }

  async #copy(bodies: readonly Body[]): Promise<void> {
    const { pack, offsets } = await this.#engine.gather(bodies.map(({ record }) => record));
    await moveRows(
      this.#store,
      bodies.map(({ row }, i) => ({ row, to: { pack, offset: offsets[i] ?? 0 } })),
    );
  }
}
